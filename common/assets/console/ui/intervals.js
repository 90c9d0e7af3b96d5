/** Differences with their 95 % intervals, one below the other on one scale, with the line of no difference. */
import { number } from "../core/i18n.js";
import { html } from "../core/view.js";

const LEAST = 0.05;

/** A difference of shares in points, with its sign: 0.031 as "+3.1". */
export const points = (share) => number(100 * share, { signDisplay: "exceptZero", maximumFractionDigits: 1 });

/**
 * @param {{ label: string, rows: { name: string, words: string, at: number | null, low: number | null, high: number | null }[] }} of
 *   `words` says in a sentence what is drawn
 */
export function Intervals({ label, rows }) {
  const reach = Math.max(LEAST, ...rows.flatMap((one) => [one.low, one.high]).filter((one) => one !== null).map(Math.abs)) * 1.08;
  const place = (value) => `${50 + (50 * value) / reach}%`;
  return html`<div class="intervals" role="group" aria-label=${label}>
    ${rows.map(
      (one) => html`<div class="interval-row">
        <div><strong>${one.name}</strong><p class="fine">${one.words}</p></div>
        <svg class="interval" width="100%" height="28" aria-hidden="true" focusable="false">
          <line class="interval-zero" x1="50%" x2="50%" y1="0" y2="28" />
          ${one.at !== null &&
          html`<line class=${`interval-line ${toneOf(one)}`} x1=${place(one.low)} x2=${place(one.high)} y1="14" y2="14" />
            <line class=${`interval-line ${toneOf(one)}`} x1=${place(one.low)} x2=${place(one.low)} y1="8" y2="20" />
            <line class=${`interval-line ${toneOf(one)}`} x1=${place(one.high)} x2=${place(one.high)} y1="8" y2="20" />
            <circle class=${`interval-point ${toneOf(one)}`} cx=${place(one.at)} cy="14" r="5" />`}
        </svg>
      </div>`,
    )}
    <div class="interval-row interval-scale" aria-hidden="true">
      <span></span>
      <div><span>${points(-reach)}</span><span>0</span><span>${points(reach)}</span></div>
    </div>
  </div>`;
}

/** Certainly better, certainly worse, or not to be told yet. */
const toneOf = (one) => (one.low > 0 ? "interval-good" : one.high < 0 ? "interval-bad" : "");
