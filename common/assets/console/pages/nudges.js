import * as api from "../core/api.js";
import { ago, t } from "../core/i18n.js";
import { useLoad, usePages } from "../core/load.js";
import { html, useEffect } from "../core/view.js";
import { Await, Empty } from "../ui/await.js";
import { Field, Form, Submit, Tick, useForm } from "../ui/form.js";
import { Icon } from "../ui/icon.js";
import { Button, Card, IconButton, More, Page } from "../ui/parts.js";
import { attempt, toast } from "../ui/toast.js";

/** What somebody was reminded of, what they think of it, and how, when and how often they want it. */
export default function Nudges() {
  const nudges = usePages("/v1/nudges", { page_size: 20 }, []);
  const change = (made) => nudges.set(nudges.data.map((one) => (one.nudge_id === made.nudge_id ? made : one)));
  return html`<${Page} width="narrow" title=${t("nudges.title")} lead=${t("nudges.lead")}>
    <${Await} of=${nudges} empty=${html`<${Empty} icon="bell" title=${t("nudges.none")}>${t("nudges.none_why")}<//>`}>
      ${(items) => html`<ul class="stack">${items.filter((one) => !one.dismissed_at).map((one) => html`<${Nudge} key=${one.nudge_id} nudge=${one} change=${change} />`)}</ul>`}
    <//>
    <${More} list=${nudges} />
    <${Preferences} />
  <//>`;
}

function Nudge({ nudge, change }) {
  const say = (response) => attempt(async () => change(await api.post(`/v1/nudges/${nudge.nudge_id}/response`, { response })));
  useEffect(() => {
    if (!nudge.opened_at) say("opened");
  }, [nudge.nudge_id]);
  return html`<li class="card">
    <div class="row row-apart">
      <h2 class="row"><${Icon} name="bell" />${nudge.subject}</h2>
      <${IconButton} icon="close" label=${t("nudges.dismiss")} onClick=${() => say("dismissed")} />
    </div>
    <p class="kept-lines">${nudge.text}</p>
    <div class="row">
      <span class="fine grow">${nudge.sent_at ? ago(nudge.sent_at) : ""}${nudge.origin === "teacher" ? ` · ${t("nudges.teacher")}` : ""}</span>
      <${Button} kind="quiet" aria-pressed=${nudge.helpful === true ? "true" : "false"} onClick=${() => say("helpful")}>${t("nudges.helpful")}<//>
      <${Button} kind="quiet" aria-pressed=${nudge.helpful === false ? "true" : "false"} onClick=${() => say("not_helpful")}>${t("nudges.not_helpful")}<//>
    </div>
  </li>`;
}

function Preferences() {
  const wishes = useLoad(() => api.get("/v1/nudges/preferences"), []);
  return html`<${Card} title=${t("nudges.preferences")}>
    <${Await} of=${wishes}>${(shown) => html`<${Wishes} wishes=${shown} />`}<//>
  <//>`;
}

function Wishes({ wishes }) {
  const form = useForm({ ...wishes, most_a_week: String(wishes.most_a_week) }, async (values) => {
    await api.put("/v1/nudges/preferences", { ...values, most_a_week: Number(values.most_a_week) });
    toast(t("settings.saved"));
  });
  const { channels, opted_out: isOut } = form.values;
  const toggle = (channel) => form.change("channels", channels.includes(channel) ? channels.filter((one) => one !== channel) : [...channels, channel]);
  return html`<${Form} of=${form} label=${t("nudges.preferences")}>
    <${Tick} label=${t("nudges.on")} hint=${t("nudges.on_hint")} checked=${!isOut} change=${(on) => form.change("opted_out", !on)} />
    ${!isOut && html`
      <fieldset class="plain-set"><legend>${t("nudges.how")}</legend>
        <${Tick} label=${t("nudges.in_app")} checked=${channels.includes("in_app")} change=${() => toggle("in_app")} />
        <${Tick} label=${t("nudges.email")} checked=${channels.includes("email")} change=${() => toggle("email")} />
      </fieldset>
      <div class="fields">
        <${Field} of=${form} name="quiet_from" label=${t("nudges.quiet_from")} type="time" />
        <${Field} of=${form} name="quiet_until" label=${t("nudges.quiet_until")} type="time" />
        <${Field} of=${form} name="most_a_week" label=${t("nudges.most")} type="number" min="0" max="7" />
      </div>
    `}
    <${Submit} of=${form}>${t("form.save")}<//>
  <//>`;
}
