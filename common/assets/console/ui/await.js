/** The four states of what is loaded: waiting, failed, empty, there. Every page shows each of them. */
import { t } from "../core/i18n.js";
import { html } from "../core/view.js";
import { Icon } from "./icon.js";
import { Button } from "./parts.js";

/**
 * What was loaded, or why it is not here.
 *
 *     <${Await} of=${documents} empty=${html`<${Empty} ... />`}>${(items) => html`...`}<//>
 *
 * `of` is what useLoad or usePages gives; `empty` is shown for a list with nothing in it; `lines` shapes the waiting.
 */
export function Await({ of, empty, lines = 3, children }) {
  const show = Array.isArray(children) ? children[0] : children;
  if (of.problem && of.data === null) return html`<${Failed} problem=${of.problem} retry=${of.reload} />`;
  if (of.data === null) return html`<${Waiting} lines=${lines} />`;
  if (empty && Array.isArray(of.data) && of.data.length === 0) return empty;
  return html`${show(of.data)} ${of.problem && html`<${Failed} problem=${of.problem} retry=${of.reload} />`}`;
}

/** Grey lines where something will be. */
export function Waiting({ lines = 3 }) {
  return html`<div class="waiting" role="status" aria-label=${t("state.loading")}>
    ${Array.from({ length: lines }, () => html`<div class="waiting-line"></div>`)}
  </div>`;
}

/** Nothing here yet, why that is fine, and what to do. */
export function Empty({ icon, title, children, action }) {
  return html`<div class="empty">
    <span class="empty-icon"><${Icon} name=${icon} size="26" /></span>
    <h2>${title}</h2>
    <p>${children}</p>
    ${action}
  </div>`;
}

/** What went wrong, in words, with a way out; the request's id is what an operator asks for. */
export function Failed({ problem, retry }) {
  return html`<div class="failed" role="alert">
    <${Icon} name="warning" />
    <div>
      <p>${problem.words}</p>
      ${problem.status >= 500 && problem.requestId && html`<p class="fine">${t("state.request", { id: problem.requestId })}</p>`}
      ${retry && html`<${Button} onClick=${retry}>${t("state.retry")}<//>`}
    </div>
  </div>`;
}
