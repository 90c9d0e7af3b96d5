import * as api from "../core/api.js";
import { t } from "../core/i18n.js";
import { html, useState } from "../core/view.js";
import { Entrance } from "../ui/entrance.js";
import { Field, Form, Submit, useForm } from "../ui/form.js";
import { ButtonLink } from "../ui/parts.js";

export default function Forgotten() {
  const [isSent, send] = useState(false);
  const form = useForm({ email: "" }, async (values) => {
    await api.anonymous("POST", "/v1/users/password-reset", values);
    send(true);
  });
  if (isSent) {
    return html`<${Entrance} title=${t("forgotten.sent")} lead=${t("forgotten.sent_lead")}>
      <${ButtonLink} to="/login">${t("forgotten.back")}<//>
    <//>`;
  }
  return html`<${Entrance} title=${t("forgotten.title")} lead=${t("forgotten.lead")} foot=${html`<a href="#/login">${t("forgotten.back")}</a>`}>
    <${Form} of=${form} label=${t("forgotten.title")}>
      <${Field} of=${form} name="email" label=${t("register.email")} type="email" autocomplete="email" />
      <${Submit} of=${form}>${t("forgotten.go")}<//>
    <//>
  <//>`;
}
