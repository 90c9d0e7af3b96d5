/** Short notes that something was done, or was not; they go by themselves, and a screen reader reads them. */
import { t } from "../core/i18n.js";
import { Problem } from "../core/problem.js";
import { state, useValue } from "../core/state.js";
import { html } from "../core/view.js";
import { Icon } from "./icon.js";
import { IconButton } from "./parts.js";

const SHOWN = 6000;
const toasts = state([]);
let count = 0;

/** Say something. `tone` is good, bad or calm. */
export function toast(words, tone = "good") {
  const id = ++count;
  toasts.set([...toasts.value.slice(-2), { id, words, tone }]);
  setTimeout(() => drop(id), SHOWN);
}

/** Do something, and say it when that goes wrong; whether it went well. */
export async function attempt(act) {
  try {
    await act();
    return true;
  } catch (thrown) {
    toast(Problem.from(thrown).words, "bad");
    return false;
  }
}

const drop = (id) => toasts.set(toasts.value.filter((one) => one.id !== id));

/** Where they appear: once, in the frame. */
export function Toasts() {
  const shown = useValue(toasts);
  return html`<div class="toasts" role="status" aria-live="polite">
    ${shown.map(
      ({ id, words, tone }) => html`<div class="toast toast-${tone}" key=${id}>
        <${Icon} name=${tone === "bad" ? "warning" : tone === "good" ? "check" : "info"} />
        <p>${words}</p>
        <${IconButton} icon="close" label=${t("dialog.close")} onClick=${() => drop(id)} />
      </div>`,
    )}
  </div>`;
}
