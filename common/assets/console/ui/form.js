/** Forms: fields with a label and their error, what was refused shown where it belongs, one submission at a time. */
import { Problem } from "../core/problem.js";
import { html, useId, useRef, useState } from "../core/view.js";
import { Icon } from "./icon.js";
import { Button } from "./parts.js";

/**
 * The state of a form.
 *
 *     const form = useForm({ title: "" }, async (values) => { await api.post("/v1/posts", values); });
 *     html`<${Form} of=${form}><${Field} of=${form} name="title" label=${...} /> <${Submit} of=${form}>...<//><//>`
 *
 * A refusal of the API (422 with JSON pointers) is told to the fields that it names; the rest stands above the button.
 */
export function useForm(initial, submit) {
  const [values, set] = useState(initial);
  const [problem, refuse] = useState(null);
  const [isBusy, wait] = useState(false);
  const fields = useRef(new Set());
  const send = async (event) => {
    event?.preventDefault();
    if (isBusy) return;
    const form = event?.target;
    wait(true);
    refuse(null);
    try {
      await submit(values);
    } catch (thrown) {
      refuse(Problem.from(thrown));
      requestAnimationFrame(() => form?.querySelector?.("[aria-invalid=true]")?.focus());
    }
    wait(false);
  };
  const change = (name, value) => set((before) => ({ ...before, [name]: value }));
  return { values, change, set, send, problem, isBusy, fields: fields.current };
}

export function Form({ of, label, children }) {
  return html`<form class="form" onSubmit=${of.send} aria-label=${label}>${children}</form>`;
}

/** A field of one line, or of several with `lines`, or a choice with `options` ([value, words]). */
export function Field({ of, name, label, hint, lines, options, optional, ...rest }) {
  const id = useId();
  of.fields.add(name);
  const fault = of.problem?.fault(name) ?? null;
  const described = [hint && `${id}-hint`, fault && `${id}-fault`].filter(Boolean).join(" ") || null;
  const shared = {
    id,
    name,
    value: of.values[name] ?? "",
    "aria-invalid": fault ? "true" : null,
    "aria-describedby": described,
    required: !optional,
    onInput: (event) => of.change(name, event.target.value),
    ...rest,
  };
  return html`<div class="field">
    <label for=${id}>${label}</label>
    ${options
      ? html`<select ...${shared}>
          ${options.map(([value, words]) => html`<option value=${value} selected=${value === shared.value}>${words}</option>`)}
        </select>`
      : lines
        ? html`<textarea rows=${lines} ...${shared}></textarea>`
        : html`<input type="text" ...${shared} />`}
    ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
    ${fault && html`<p class="fault" id="${id}-fault"><${Icon} name="warning" size="16" />${fault}</p>`}
  </div>`;
}

/** A box to tick, with its words beside it. */
export function Tick({ checked, change, label, hint }) {
  const id = useId();
  return html`<div class="tick">
    <input type="checkbox" id=${id} checked=${checked} aria-describedby=${hint ? `${id}-hint` : null} onChange=${(event) => change(event.target.checked)} />
    <div>
      <label for=${id}>${label}</label>
      ${hint && html`<p class="hint" id="${id}-hint">${hint}</p>`}
    </div>
  </div>`;
}

/** Why the form was refused, as far as no field says it, and the button that sends it. */
export function Submit({ of, kind = "main", icon, children, disabled }) {
  const { problem } = of;
  const isTold = problem && problem.faults.length > 0 && problem.faults.every((one) => isShown(one, of.fields));
  return html`
    ${problem && !isTold && html`<p class="fault" role="alert"><${Icon} name="warning" size="16" />${words(problem)}</p>`}
    <div class="form-end"><${Button} type="submit" kind=${kind} icon=${icon} busy=${of.isBusy} disabled=${disabled}>${children}<//></div>
  `;
}

const isShown = (fault, fields) => fields.has(fault.pointer?.split("/")[1]);
const words = (problem) => (problem.faults.length ? problem.faults.map((one) => one.detail).join("; ") : problem.words);
