/** Rows and columns; on a phone each row becomes a card whose cells carry their column's name. */
import { html } from "../core/view.js";

/**
 * @param {{
 *   label: string,
 *   columns: { title: string, show: (row: object) => unknown, align?: "end" }[],
 *   rows: object[],
 *   id: (row: object) => string,
 * }} table
 */
export function Table({ label, columns, rows, id }) {
  return html`<div class="table-frame" role="region" aria-label=${label} tabindex="0">
    <table>
      <thead>
        <tr>
          ${columns.map(({ title, align }) => html`<th scope="col" class=${align ?? ""}>${title}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          (row) => html`<tr key=${id(row)}>
            ${columns.map(({ title, show, align }) => html`<td class=${align ?? ""} data-title=${title}>${show(row)}</td>`)}
          </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
