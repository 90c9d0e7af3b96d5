import * as api from "../core/api.js";
import { t } from "../core/i18n.js";
import { useLinkToken } from "../core/link_token.js";
import { html, useState } from "../core/view.js";
import { Entrance } from "../ui/entrance.js";
import { Field, Form, Submit, useForm } from "../ui/form.js";
import { ButtonLink } from "../ui/parts.js";

export default function ResetPassword({ query }) {
  const token = useLinkToken(query);
  const [isSet, set] = useState(false);
  const form = useForm({ new_password: "" }, async ({ new_password }) => {
    await api.anonymous("POST", "/v1/users/password", { token: token ?? "-", new_password });
    set(true);
  });
  if (isSet) {
    return html`<${Entrance} title=${t("reset.done")} lead=${t("reset.done_lead")}>
      <${ButtonLink} to="/login" kind="main">${t("login.go")}<//>
    <//>`;
  }
  return html`<${Entrance} title=${t("reset.title")} lead=${t("reset.lead")}>
    <${Form} of=${form} label=${t("reset.title")}>
      <${Field} of=${form} name="new_password" label=${t("reset.new")} hint=${t("register.password_hint")} type="password" autocomplete="new-password" minlength="8" maxlength="200" />
      <${Submit} of=${form}>${t("reset.go")}<//>
    <//>
  <//>`;
}
