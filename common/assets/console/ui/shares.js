/** How a whole divides: one bar of parts, and a legend that says each in words and numbers. */
import { number, percent } from "../core/i18n.js";
import { html } from "../core/view.js";

/**
 * @param {{ label: string, parts: { words: string, count: number, tone: string }[] }} of `tone` is one of 1 to 4 (the
 *   colours of charts), good, warn, bad, calm
 */
export function Shares({ label, parts }) {
  const all = parts.reduce((sum, one) => sum + one.count, 0);
  return html`<div class="shares" role="group" aria-label=${label}>
    <div class="shares-bar" aria-hidden="true">
      ${all > 0 && parts.map((one) => one.count > 0 && html`<span class="share share-${one.tone}" style=${{ flexGrow: one.count }}></span>`)}
    </div>
    <dl class="shares-legend">
      ${parts.map(
        (one) => html`<div>
          <dt><span class="share-key share-${one.tone}" aria-hidden="true"></span>${one.words}</dt>
          <dd>${number(one.count)} <span class="soft">${all > 0 ? percent(one.count / all) : ""}</span></dd>
        </div>`,
      )}
    </dl>
  </div>`;
}
