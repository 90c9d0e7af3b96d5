/** What a citation stands on: the words as they are in the document, and the way to their page. */
import { t } from "../core/i18n.js";
import { address } from "../core/router.js";
import { html } from "../core/view.js";
import { Dialog } from "./dialog.js";
import { ButtonLink } from "./parts.js";

/** @param {{ source: { document_id: string, title: string, page: number, start: number, end: number, quote: string } }} props */
export function Quote({ source, close }) {
  const to = address(`/documents/${source.document_id}`, { page: source.page, start: source.start || "0", end: source.end });
  return html`<${Dialog} title=${t("chat.source", source)} close=${close}>
    <blockquote class="quoted kept-lines">${source.quote}</blockquote>
    <div class="dialog-end"><${ButtonLink} to=${to} kind="main" icon="file">${t("quote.open")}<//></div>
  <//>`;
}
