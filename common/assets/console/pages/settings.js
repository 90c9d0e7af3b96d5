import * as api from "../core/api.js";
import { language, t } from "../core/i18n.js";
import { chooseTheme, theme } from "../core/preferences.js";
import { logout, profile } from "../core/session.js";
import { useValue } from "../core/state.js";
import { html, useState } from "../core/view.js";
import { LanguageChoice } from "../ui/entrance.js";
import { Field, Form, Submit, Tick, useForm } from "../ui/form.js";
import { Button, Card, Chip, Page, Tabs } from "../ui/parts.js";
import { attempt, toast } from "../ui/toast.js";
import { levels } from "./courses.js";
import { Privacy } from "./settings_privacy.js";

/** What somebody says of themself, how the console looks, and what becomes of their data. */
export default function Settings() {
  const who = useValue(profile);
  return html`<${Page} width="narrow" title=${t("settings.title")} lead=${t("settings.lead", { name: who.username })}>
    <${Looks} />
    <${Own} who=${who} />
    <${Email} who=${who} />
    <${Password} />
    <${Listing} />
    <${Privacy} />
    <div><${Button} icon="leave" onClick=${() => attempt(logout)}>${t("frame.logout")}<//></div>
  <//>`;
}

function Looks() {
  const chosen = useValue(theme);
  const themes = [["system", t("settings.system")], ["light", t("settings.light")], ["dark", t("settings.dark")]];
  return html`<${Card} title=${t("settings.looks")}>
    <div class="row row-apart"><span>${t("settings.theme")}</span><${Tabs} label=${t("settings.theme")} value=${chosen} options=${themes} choose=${chooseTheme} /></div>
    <div class="row row-apart"><span>${t("settings.language")}</span><${LanguageChoice} /></div>
  <//>`;
}

function Own({ who }) {
  const first = { display_name: who.display_name, level: who.level ?? "", time_zone: who.time_zone ?? "", language: who.language ?? language.value };
  const form = useForm(first, async (values) => {
    profile.set(await api.patch("/v1/me", { ...values, level: values.level || null, time_zone: values.time_zone || null }));
    toast(t("settings.saved"));
  });
  const zones = [["", "–"], ...Intl.supportedValuesOf("timeZone").map((one) => [one, one.replaceAll("_", " ")])];
  if (who.time_zone && !zones.some(([one]) => one === who.time_zone)) zones.push([who.time_zone, who.time_zone]);
  return html`<${Card} title=${t("settings.own")}>
    <${Form} of=${form} label=${t("settings.own")}>
      <${Field} of=${form} name="display_name" label=${t("settings.name")} hint=${t("settings.name_hint")} maxlength="100" />
      <div class="fields">
        <${Field} of=${form} name="level" label=${t("settings.level")} options=${[["", "–"], ...Object.entries(levels())]} optional />
        <${Field} of=${form} name="time_zone" label=${t("settings.time_zone")} hint=${t("settings.time_zone_hint")} options=${zones} optional />
      </div>
      <${Submit} of=${form}>${t("form.save")}<//>
    <//>
  <//>`;
}

function Email({ who }) {
  const again = () => attempt(async () => void (await api.post("/v1/me/verification"), toast(t("settings.mail_sent"))));
  return html`<${Card} title=${t("register.email")}>
    <div class="row row-apart">
      <span>${who.email} ${who.email_verified ? html`<${Chip} tone="good">${t("settings.verified")}<//>` : html`<${Chip} tone="warn">${t("settings.unverified")}<//>`}</span>
      ${!who.email_verified && html`<${Button} onClick=${again}>${t("settings.verify")}<//>`}
    </div>
  <//>`;
}

function Password() {
  const form = useForm({ password: "", new_password: "" }, async (values) => {
    await api.post("/v1/me/password", values);
    toast(t("settings.password_set"));
    form.set({ password: "", new_password: "" });
  });
  return html`<${Card} title=${t("login.password")}>
    <${Form} of=${form} label=${t("login.password")}>
      <div class="fields">
        <${Field} of=${form} name="password" label=${t("settings.old_password")} type="password" autocomplete="current-password" />
        <${Field} of=${form} name="new_password" label=${t("reset.new")} hint=${t("register.password_hint")} type="password" autocomplete="new-password" minlength="8" maxlength="200" />
      </div>
      <${Submit} of=${form} kind="plain">${t("reset.go")}<//>
    <//>
  <//>`;
}

/** Whether others see one's name in the weekly list. The API tells it with the list. */
function Listing() {
  const [isListed, list] = useState(null);
  const change = (wished) => attempt(async () => list((await api.put("/v1/leaderboard/listing", { is_listed: wished })).is_listed));
  if (isListed === null) api.get("/v1/leaderboard").then((shown) => list(shown.you.is_listed), () => {});
  return html`<${Card} title=${t("settings.others")}>
    <${Tick} label=${t("settings.listed")} hint=${t("settings.listed_hint")} checked=${isListed === true} change=${change} />
  <//>`;
}
