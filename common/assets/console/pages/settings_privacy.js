import * as api from "../core/api.js";
import { bytes, moment, t } from "../core/i18n.js";
import { usePolling } from "../core/load.js";
import { html, useState } from "../core/view.js";
import { Icon } from "../ui/icon.js";
import { Button, Card } from "../ui/parts.js";
import { attempt } from "../ui/toast.js";

/** All that is known of somebody is theirs to take along. */
export function Privacy() {
  return html`<${Card} title=${t("privacy.title")}>
    <${Export} />
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
