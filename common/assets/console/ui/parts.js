/** What pages are put together from. */
import { t } from "../core/i18n.js";
import { html } from "../core/view.js";
import { Icon } from "./icon.js";

/** A page: its heading (which takes the focus when the page is entered), a line under it, and what can be done. */
export function Page({ title, lead, actions, back, width = "wide", children }) {
  return html`<div class="page page-${width}">
    <header class="page-head">
      <div>
        ${back && html`<a class="back" href="#${back.to}"><${Icon} name="left" size="18" />${back.words}</a>`}
        <h1 tabindex="-1" id="heading">${title}</h1>
        ${lead && html`<p class="lead">${lead}</p>`}
      </div>
      ${actions && html`<div class="actions">${actions}</div>`}
    </header>
    ${children}
  </div>`;
}

/** A surface with a heading of its own. */
export function Card({ title, actions, tone, children, ...rest }) {
  return html`<section class=${`card ${tone ? `card-${tone}` : ""}`} ...${rest}>
    ${(title || actions) &&
    html`<header class="card-head">
      ${title && html`<h2>${title}</h2>`} ${actions && html`<div class="actions">${actions}</div>`}
    </header>`}
    ${children}
  </section>`;
}

/** A number with its meaning: the larger the number, the fewer of these a page should have. */
export function Stat({ label, value, note, icon, tone }) {
  return html`<div class=${`stat ${tone ? `stat-${tone}` : ""}`}>
    <dt>${icon && html`<${Icon} name=${icon} size="18" />`}${label}</dt>
    <dd>${value}</dd>
    ${note && html`<dd class="stat-note">${note}</dd>`}
  </div>`;
}

/** Numbers side by side. */
export const Stats = ({ children }) => html`<dl class="stats">${children}</dl>`;

/** A word or two about the state of something; `tone` is good, warn, bad or calm. The words carry the meaning. */
export const Chip = ({ tone = "calm", children }) => html`<span class="chip chip-${tone}">${children}</span>`;

/** How much of something is done, 0 to 1. */
export function Bar({ share, label, tone }) {
  const now = Math.round(100 * Math.min(1, Math.max(0, share)));
  return html`<div class="bar-track" role="progressbar" aria-valuemin="0" aria-valuemax="100" aria-valuenow=${now} aria-label=${label}>
    <div class=${`bar ${tone ? `bar-${tone}` : ""}`} style=${{ width: `${now}%` }}></div>
  </div>`;
}

/** A button. `kind`: main (one a page), plain, quiet, danger. While `busy` it stays where it is and cannot be pressed. */
export function Button({ kind = "plain", type = "button", icon, busy, disabled, children, ...rest }) {
  return html`<button type=${type} class="button button-${kind}" disabled=${disabled || busy} aria-busy=${busy ? "true" : null} ...${rest}>
    ${busy ? html`<span class="spinner" aria-hidden="true"></span>` : icon && html`<${Icon} name=${icon} size="18" />`}
    ${children && html`<span>${children}</span>`}
  </button>`;
}

/** A link that looks like a button: it goes somewhere. */
export function ButtonLink({ to, kind = "plain", icon, children, ...rest }) {
  return html`<a class="button button-${kind}" href="#${to}" ...${rest}>
    ${icon && html`<${Icon} name=${icon} size="18" />`}<span>${children}</span>
  </a>`;
}

/** A button that is an icon alone; `label` is what it is called. */
export function IconButton({ icon, label, ...rest }) {
  return html`<button type="button" class="icon-button" aria-label=${label} title=${label} ...${rest}>
    <${Icon} name=${icon} />
  </button>`;
}

/** Choices of which one holds; `options` are [value, words]. */
export function Tabs({ label, value, options, choose }) {
  return html`<div class="tabs" role="group" aria-label=${label}>
    ${options.map(
      ([one, words]) => html`<button type="button" class="tab" aria-pressed=${one === value ? "true" : "false"} onClick=${() => choose(one)}>
        ${words}
      </button>`,
    )}
  </div>`;
}

/** "More" under a list that goes on; nothing where it has ended. */
export function More({ list }) {
  if (!list.more) return null;
  return html`<p class="more"><${Button} busy=${list.isLoadingMore} onClick=${list.more}>${t("list.more")}<//></p>`;
}
