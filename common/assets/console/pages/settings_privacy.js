import * as api from "../core/api.js";
import { bytes, moment, t } from "../core/i18n.js";
import { usePolling } from "../core/load.js";
import { go } from "../core/router.js";
import { leave } from "../core/session.js";
import { html, useState } from "../core/view.js";
import { Dialog } from "../ui/dialog.js";
import { Field, Form, Submit, useForm } from "../ui/form.js";
import { Icon } from "../ui/icon.js";
import { Button, Card } from "../ui/parts.js";
import { attempt } from "../ui/toast.js";

/** All that is known of somebody: theirs to take along, and theirs to have erased. */
export function Privacy() {
  const [isAsked, ask] = useState(false);
  return html`<${Card} title=${t("privacy.title")}>
    <${Export} />
    <div class="row row-apart">
      <p class="soft grow">${t("privacy.erase_why")}</p>
      <${Button} kind="danger" icon="trash" onClick=${() => ask(true)}>${t("privacy.erase")}<//>
    </div>
    ${isAsked && html`<${Erase} close=${() => ask(false)} />`}
  <//>`;
}

/** One ZIP with everything; it is put together by tasks, so it is asked for and then waited for. */
function Export() {
  const [made, show] = useState(null);
  const begin = () => attempt(async () => show(await api.post("/v1/me/export")));
  const isMade = (one) => one.status !== "working";
  usePolling(() => api.get("/v1/me/export"), isMade, show, made?.status === "working");
  if (made?.status === "ready") {
    return html`<div class="row row-apart">
      <p class="grow">${t("privacy.ready", { size: bytes(made.size), until: moment(made.expires_at) })}</p>
      <a class="button button-main" href=${made.download_url} download><${Icon} name="download" size="18" /><span>${t("privacy.download")}</span></a>
    </div>`;
  }
  const words = made?.status === "failed" ? t("privacy.export_failed") : made ? t("privacy.export_waits") : t("privacy.export_why");
  return html`<div class="row row-apart">
    <p class="soft grow" role="status">${words}</p>
    <${Button} icon="download" busy=${made?.status === "working"} onClick=${begin}>${t("privacy.export")}<//>
  </div>`;
}

function Erase({ close }) {
  const form = useForm({ password: "" }, async (values) => {
    const erasure = await api.remove("/v1/me", values);
    leave();
    go(`/erased/${erasure.request_id}`, { replace: true });
  });
  return html`<${Dialog} title=${t("privacy.erase")} close=${close}>
    <p>${t("privacy.erase_sure")}</p>
    <${Form} of=${form}>
      <${Field} of=${form} name="password" label=${t("privacy.password")} type="password" autocomplete="current-password" />
      <${Submit} of=${form} kind="danger" icon="trash">${t("privacy.erase_all")}<//>
    <//>
  <//>`;
}
