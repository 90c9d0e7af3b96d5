import { language, t } from "../core/i18n.js";
import { go } from "../core/router.js";
import { register } from "../core/session.js";
import { html } from "../core/view.js";
import { Entrance } from "../ui/entrance.js";
import { Field, Form, Submit, useForm } from "../ui/form.js";

export default function Register() {
  const form = useForm({ username: "", email: "", password: "" }, async (wished) => {
    await register({ ...wished, language: language.value });
    go("/", { replace: true });
  });
  const foot = html`${t("register.known")} <a href="#/login">${t("login.go")}</a>`;
  return html`<${Entrance} title=${t("register.title")} lead=${t("register.lead")} foot=${foot}>
    <${Form} of=${form} label=${t("register.title")}>
      <${Field} of=${form} name="username" label=${t("register.username")} hint=${t("register.username_hint")} autocomplete="username" autocapitalize="none" spellcheck=${false} maxlength="40" />
      <${Field} of=${form} name="email" label=${t("register.email")} type="email" autocomplete="email" maxlength="254" />
      <${Field} of=${form} name="password" label=${t("login.password")} hint=${t("register.password_hint")} type="password" autocomplete="new-password" minlength="8" maxlength="200" />
      <${Submit} of=${form}>${t("register.go")}<//>
    <//>
  <//>`;
}
