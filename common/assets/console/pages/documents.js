import * as api from "../core/api.js";
import { ago, bytes, t } from "../core/i18n.js";
import { usePages, usePolling } from "../core/load.js";
import { Problem } from "../core/problem.js";
import { html, useRef, useState } from "../core/view.js";
import { Await, Empty } from "../ui/await.js";
import { Icon } from "../ui/icon.js";
import { Bar, Button, Card, Chip, More, Page } from "../ui/parts.js";

const KINDS = ".pdf,.docx,.pptx,.html,.htm,.md,.markdown,.txt";

export default function Documents() {
  const documents = usePages("/v1/documents", { page_size: 30 }, []);
  const [sending, send] = useState([]);
  const chooser = useRef(null);

  const take = async (files) => {
    for (const file of [...files]) {
      const entry = { name: file.name, share: 0, problem: null };
      const show = (change) => send((all) => all.map((one) => (one.name === file.name ? { ...one, ...change } : one)));
      send((all) => [...all.filter((one) => one.name !== file.name), entry]);
      try {
        await upload(file, (share) => show({ share }));
        send((all) => all.filter((one) => one.name !== file.name));
        await documents.reload();
      } catch (thrown) {
        show({ problem: Problem.from(thrown) });
      }
    }
  };
  const choose = () => chooser.current.click();
  const add = html`<${Button} kind="main" icon="upload" onClick=${choose}>${t("documents.add")}<//>`;

  return html`<${Page} title=${t("documents.title")} lead=${t("documents.lead")} actions=${add}>
    <input class="unseen" type="file" multiple accept=${KINDS} ref=${chooser} tabindex="-1" aria-label=${t("documents.choose")}
      onChange=${(event) => (take(event.target.files), (event.target.value = ""))} />
    <${DropPlace} take=${take}>
      ${sending.length > 0 && html`<${Sending} files=${sending} drop=${(name) => send((all) => all.filter((one) => one.name !== name))} />`}
      <${Await} of=${documents} empty=${html`<${Nothing} choose=${choose} />`}>
        ${(items) => html`<${Card} tone="flush">
          <ul class="list">${items.map((one) => html`<${Row} key=${one.document_id} document=${one} />`)}</ul>
        <//>`}
      <//>
      <${More} list=${documents} />
    <//>
  <//>`;
}

/** A place in which files can be dropped; the button does the same for those who do not drag. */
function DropPlace({ take, children }) {
  const [isOver, hover] = useState(false);
  const over = (event) => {
    event.preventDefault();
    hover(true);
  };
  const drop = (event) => {
    event.preventDefault();
    hover(false);
    take(event.dataTransfer.files);
  };
  return html`<div class=${`stack drop ${isOver ? "drop-over" : ""}`} onDragOver=${over} onDragLeave=${() => hover(false)} onDrop=${drop}>
    ${children}
  </div>`;
}

function Nothing({ choose }) {
  const action = html`<${Button} icon="upload" onClick=${choose}>${t("documents.choose")}<//>`;
  return html`<${Empty} icon="file" title=${t("documents.none")} action=${action}>${t("documents.none_why")}<//>`;
}

function Sending({ files, drop }) {
  return html`<${Card} title=${t("documents.sending")}>
    ${files.map(
      ({ name, share, problem }) => html`<div class="stack-close" key=${name}>
        <div class="row row-apart">
          <span class="clip">${name}</span>
          ${problem && html`<${Button} kind="quiet" onClick=${() => drop(name)}>${t("dialog.close")}<//>`}
        </div>
        ${problem
          ? html`<p class="fault" role="alert"><${Icon} name="warning" size="16" />${problem.faults[0]?.detail ?? problem.words}</p>`
          : html`<${Bar} share=${share} label=${t("documents.sent_of", { name })} />`}
      </div>`,
    )}
  <//>`;
}

/** A document of the list, followed until it can be asked about. */
function Row({ document: first }) {
  const [shown, show] = useState(first);
  const ask = () => api.get(`/v1/documents/${first.document_id}`);
  usePolling(ask, isSettled, show, !isSettled(shown));
  return html`<li>
    <a class="list-row" href="#/documents/${shown.document_id}">
      <${Icon} name="file" />
      <div class="list-main">
        <strong class="clip">${shown.title}</strong>
        <span>${[shown.pages && t("documents.pages", { count: shown.pages }), bytes(shown.size), ago(shown.created_at)].filter(Boolean).join(" · ")}</span>
        ${shown.status === "processing" && html`<${Bar} share=${doneShare(shown)} label=${t("documents.reading")} />`}
      </div>
      <${StatusChip} document=${shown} />
    </a>
  </li>`;
}

export function StatusChip({ document }) {
  const [tone, words] = {
    uploaded: ["calm", t("documents.waiting")],
    processing: ["accent", t("documents.reading")],
    ready: ["good", t("documents.ready")],
    failed: ["bad", t("documents.failed")],
  }[document.status];
  return html`<span role="status"><${Chip} tone=${tone}>${words}<//></span>`;
}

export const isSettled = (document) => document.status === "ready" || document.status === "failed";

/** How far reading has come: half for the pages, half for making them found. */
function doneShare({ pages, pages_done, chunks, chunks_done }) {
  return (pages ? pages_done / pages / 2 : 0) + (chunks ? chunks_done / chunks / 2 : 0);
}

/** Promise, file: the API answers with a signed URL, and the file goes there. */
async function upload(file, tell) {
  const content_type = file.type || "application/octet-stream";
  const promised = await api.postOnce("/v1/documents", { filename: file.name, content_type, size: file.size });
  await api.upload(file, promised.upload, tell);
}
