import * as api from "../core/api.js";
import { moment, number, t } from "../core/i18n.js";
import { useLoad, usePolling } from "../core/load.js";
import { html } from "../core/view.js";
import { Await } from "../ui/await.js";
import { Entrance } from "../ui/entrance.js";
import { Icon } from "../ui/icon.js";

/** What became of an erasure: for whoever has its address, for there is no account any more. */
export default function Erased({ params }) {
  const ask = () => api.anonymous("GET", `/v1/me/erasure/${params.id}`);
  const erasure = useLoad(ask, [params.id]);
  usePolling(ask, (one) => one.status === "done", erasure.set, erasure.data?.status === "under_way");
  return html`<${Entrance} title=${t("erased.title")} lead=${t("erased.lead")}>
    <${Await} of=${erasure}>${(shown) => (shown.receipt ? html`<${Receipt} erasure=${shown} />` : html`<p role="status"><${Icon} name="clock" size="18" /> ${t("erased.waits", { by: moment(shown.expected_by) })}</p>`)}<//>
  <//>`;
}

function Receipt({ erasure }) {
  const { receipt, signed_receipt: signed } = erasure;
  const documents = Object.values(receipt.erased).reduce((sum, one) => sum + one, 0);
  return html`
    <p role="status">${t("erased.done", { at: moment(receipt.finished_at) })}</p>
    <p class="soft">${t("erased.counts", { records: number(documents), files: number(receipt.files) })}</p>
    ${signed && html`<details><summary>${t("erased.signed")}</summary><p class="fine signed">${signed}</p></details>`}
  `;
}
