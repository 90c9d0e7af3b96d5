/** Dialogs, over the browser's own <dialog>: it keeps the focus inside, closes with Escape, and gives the focus back. */
import { t } from "../core/i18n.js";
import { Problem } from "../core/problem.js";
import { html, useEffect, useRef, useState } from "../core/view.js";
import { Button, IconButton } from "./parts.js";
import { Failed } from "./await.js";

/** A dialog that is open as long as it is shown; `close` is called when it is left. */
export function Dialog({ title, close, wide, children }) {
  const box = useRef(null);
  useEffect(() => {
    const dialog = box.current;
    dialog.showModal();
    return () => dialog.close();
  }, []);
  const outside = (event) => event.target === box.current && close();
  return html`<dialog ref=${box} class=${wide ? "dialog-wide" : ""} aria-labelledby="dialog-title" onCancel=${(event) => (event.preventDefault(), close())} onClick=${outside}>
    <div class="dialog-body">
      <header class="dialog-head">
        <h2 id="dialog-title">${title}</h2>
        <${IconButton} icon="close" label=${t("dialog.close")} onClick=${close} />
      </header>
      ${children}
    </div>
  </dialog>`;
}

/** A question before something that cannot be undone. `act` may be slow, and may be refused. */
export function Confirm({ title, words, action, act, close, kind = "danger", children }) {
  const [isBusy, wait] = useState(false);
  const [problem, refuse] = useState(null);
  const go = async () => {
    wait(true);
    try {
      await act();
      close();
    } catch (thrown) {
      refuse(Problem.from(thrown));
      wait(false);
    }
  };
  return html`<${Dialog} title=${title} close=${close}>
    <p>${words}</p>
    ${children}
    ${problem && html`<${Failed} problem=${problem} />`}
    <div class="dialog-end">
      <${Button} onClick=${close}>${t("dialog.cancel")}<//>
      <${Button} kind=${kind} busy=${isBusy} onClick=${go}>${action}<//>
    </div>
  <//>`;
}
