import { t } from "../core/i18n.js";
import { go } from "../core/router.js";
import { login, profile } from "../core/session.js";
import { useValue } from "../core/state.js";
import { html, useEffect } from "../core/view.js";
import { Entrance } from "../ui/entrance.js";
import { Field, Form, Submit, useForm } from "../ui/form.js";

export default function Login({ query }) {
  const who = useValue(profile);
  useEffect(() => {
    if (who) go(query.then?.startsWith("/") ? query.then : "/", { replace: true });
  }, [who]);
  const form = useForm({ username: "", password: "" }, ({ username, password }) => login(username.trim(), password));
  const foot = html`${t("login.new")} <a href="#/register">${t("login.register")}</a>`;
  return html`<${Entrance} title=${t("login.title")} lead=${t("login.lead")} foot=${foot}>
    <${Form} of=${form} label=${t("login.title")}>
      <${Field} of=${form} name="username" label=${t("login.username")} autocomplete="username" autocapitalize="none" spellcheck=${false} />
      <${Field} of=${form} name="password" label=${t("login.password")} type="password" autocomplete="current-password" />
      <${Submit} of=${form}>${t("login.go")}<//>
      <p class="fine"><a href="#/forgotten">${t("login.forgotten")}</a></p>
    <//>
  <//>`;
}
