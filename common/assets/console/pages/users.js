import * as api from "../core/api.js";
import { day, t } from "../core/i18n.js";
import { usePages } from "../core/load.js";
import { profile } from "../core/session.js";
import { html, useState } from "../core/view.js";
import { Await, Empty } from "../ui/await.js";
import { Dialog } from "../ui/dialog.js";
import { Field, Form, Submit, Tick, useForm } from "../ui/form.js";
import { Button, Card, Chip, More, Page, Tabs } from "../ui/parts.js";
import { Table } from "../ui/table.js";
import { toast } from "../ui/toast.js";

const roles = () => ({ learner: t("users.learner"), teacher: t("users.teacher"), admin: t("users.admin") });

/** Everybody's accounts, for admins: who has which role, and who may log in. */
export default function Users() {
  const [shown, choose] = useState("all");
  const query = { all: {}, learner: { role: "learner" }, teacher: { role: "teacher" }, admin: { role: "admin" }, inactive: { active: false } }[shown];
  const users = usePages("/v1/users", { page_size: 25, ...query }, [shown]);
  const [edited, edit] = useState(null);
  const options = [["all", t("users.all")], ["learner", t("users.learners")], ["teacher", t("users.teachers")], ["admin", t("users.admins")], ["inactive", t("users.inactive")]];
  const changed = (one) => users.set(users.data.map((other) => (other.user_id === one.user_id ? one : other)));
  const columns = [
    { title: t("users.name"), show: (one) => html`<div class="person"><strong>${one.display_name}</strong><span class="fine">${one.username}</span></div>` },
    { title: t("register.email"), show: (one) => html`<span class="wrap">${one.email}</span>` },
    { title: t("users.role"), show: (one) => html`<${Chip} tone=${one.role === "learner" ? "calm" : "accent"}>${roles()[one.role]}<//>` },
    { title: t("users.state"), show: (one) => html`<${Chip} tone=${one.active ? "good" : "bad"}>${one.active ? t("users.active") : t("users.inactive")}<//>` },
    { title: t("users.since"), show: (one) => html`<span class="as-date">${day(one.created_at)}</span>` },
    { title: t("users.change"), align: "end", show: (one) => one.user_id === profile.value.user_id ? html`<span class="fine">${t("leaderboard.you")}</span>` : html`<${Button} aria-label=${t("users.change_of", { name: one.display_name })} onClick=${() => edit(one)}>${t("users.change")}<//>` },
  ];
  return html`<${Page} width="full" title=${t("users.title")} lead=${t("users.lead")}>
    <${Tabs} label=${t("users.which")} value=${shown} options=${options} choose=${choose} />
    <${Card}>
      <${Await} of=${users} lines="8" empty=${html`<${Empty} icon="people" title=${t("users.none")}>${t("users.none_why")}<//>`}>
        ${(rows) => html`<${Table} label=${t("users.title")} columns=${columns} rows=${rows} id=${(one) => one.user_id} />`}
      <//>
      <${More} list=${users} />
    <//>
    ${edited && html`<${Edit} user=${edited} done=${changed} close=${() => edit(null)} />`}
  <//>`;
}

function Edit({ user, done, close }) {
  const form = useForm({ role: user.role, active: user.active }, async (values) => {
    done(await api.patch(`/v1/users/${user.user_id}`, values));
    toast(t("settings.saved"));
    close();
  });
  return html`<${Dialog} title=${user.display_name} close=${close}>
    <${Form} of=${form} label=${user.display_name}>
      <${Field} of=${form} name="role" label=${t("users.role")} options=${Object.entries(roles())} hint=${t("users.role_hint")} />
      <${Tick} checked=${form.values.active} change=${(value) => form.change("active", value)} label=${t("users.may_log_in")} hint=${t("users.may_log_in_hint")} />
      <${Submit} of=${form}>${t("form.save")}<//>
    <//>
  <//>`;
}
