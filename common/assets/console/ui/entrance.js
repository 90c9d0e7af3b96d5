/** The card in the middle of the pages that need no login. */
import { LANGUAGES, chooseLanguage, language, t } from "../core/i18n.js";
import { useValue } from "../core/state.js";
import { html } from "../core/view.js";
import { Mark } from "./icon.js";

export function Entrance({ title, lead, children, foot }) {
  return html`<div class="entrance">
    <a class="brand" href="#/login"><${Mark} size="34" /><span>Scholium</span></a>
    <div class="card">
      <header>
        <h1 tabindex="-1" id="heading">${title}</h1>
        ${lead && html`<p class="lead">${lead}</p>`}
      </header>
      ${children}
    </div>
    ${foot && html`<p class="entrance-foot">${foot}</p>`}
    <${LanguageChoice} />
  </div>`;
}

/** The languages that there are, each by its own name. */
export function LanguageChoice() {
  const spoken = useValue(language);
  return html`<div class="languages" role="group" aria-label=${t("settings.language")}>
    ${Object.entries(LANGUAGES).map(
      ([code, name]) => html`<button type="button" lang=${code} aria-pressed=${code === spoken ? "true" : "false"} onClick=${() => chooseLanguage(code)}>
        ${name}
      </button>`,
    )}
  </div>`;
}
