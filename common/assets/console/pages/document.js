import * as api from "../core/api.js";
import { bytes, day, t } from "../core/i18n.js";
import { useLoad, usePolling } from "../core/load.js";
import { address, go, narrow } from "../core/router.js";
import { html, useEffect, useRef, useState } from "../core/view.js";
import { Await, Empty, Failed } from "../ui/await.js";
import { Confirm, Dialog } from "../ui/dialog.js";
import { Field, Form, Submit, useForm } from "../ui/form.js";
import { Button, ButtonLink, Card, IconButton, Page } from "../ui/parts.js";
import { attempt, toast } from "../ui/toast.js";
import { StatusChip, isSettled } from "./documents.js";

/** A document: its pages as text, the place that a citation points at, and what can be made of it. */
export default function Document({ params, query }) {
  const loaded = useLoad(() => api.get(`/v1/documents/${params.id}`), [params.id]);
  const document = loaded.data;
  const [asked, ask] = useState(null);
  usePolling(() => api.get(`/v1/documents/${params.id}`), isSettled, loaded.set, document !== null && !isSettled(document));
  const isReady = document?.status === "ready";
  const actions = isReady && html`
    <${ButtonLink} to=${address("/chat", { document: params.id })} icon="chat" kind="main">${t("document.ask")}<//>
    <${ButtonLink} to=${address("/quizzes", { document: params.id })} icon="quiz">${t("document.quiz")}<//>
    <${Button} icon="cards" onClick=${() => makeCards(document)}>${t("document.cards")}<//>
  `;
  return html`<${Page} width="narrow" title=${document?.title ?? t("document.title")} back=${{ to: "/documents", words: t("documents.title") }} actions=${actions}>
    <${Await} of=${loaded}>
      ${(shown) => html`
        ${shown.status === "failed" && html`<${Failed} problem=${{ words: shown.failure?.detail ?? t("documents.failed") }} />`}
        ${isReady && html`<${Reading} document=${shown} query=${query} />`}
        ${!isSettled(shown) && html`<${Empty} icon="clock" title=${t("document.soon")}>${t("document.soon_why")}<//>`}
        <${Card}>
          <div class="row row-apart">
            <p class="soft">${[shown.filename, bytes(shown.size), day(shown.created_at)].join(" · ")}</p>
            <${StatusChip} document=${shown} />
          </div>
          <div class="row">
            <${Button} onClick=${() => ask("rename")}>${t("document.rename")}<//>
            <${Button} kind="danger" icon="trash" onClick=${() => ask("delete")}>${t("document.delete")}<//>
          </div>
        <//>
        ${asked === "rename" && html`<${Rename} document=${shown} done=${loaded.set} close=${() => ask(null)} />`}
        ${asked === "delete" &&
        html`<${Confirm} title=${t("document.delete")} words=${t("document.delete_sure", { title: shown.title })} action=${t("document.delete")}
          act=${async () => { await api.remove(`/v1/documents/${shown.document_id}`); go("/documents"); }} close=${() => ask(null)} />`}
      `}
    <//>
  <//>`;
}

function Rename({ document, done, close }) {
  const form = useForm({ title: document.title }, async (values) => {
    done(await api.patch(`/v1/documents/${document.document_id}`, values));
    close();
  });
  return html`<${Dialog} title=${t("document.rename")} close=${close}>
    <${Form} of=${form}>
      <${Field} of=${form} name="title" label=${t("document.new_title")} maxlength="200" />
      <${Submit} of=${form}>${t("form.save")}<//>
    <//>
  <//>`;
}

const makeCards = (document) =>
  attempt(async () => {
    await api.postOnce("/v1/flashcards/generate", { document_id: document.document_id });
    toast(t("document.cards_begun"));
  });

/** One page at a time. `start` and `end` of the query are the code points of what is cited. */
function Reading({ document, query }) {
  const number = Math.min(Math.max(1, Number(query.page) || 1), document.pages ?? 1);
  const page = useLoad(() => api.get(`/v1/documents/${document.document_id}/pages/${number}`), [number]);
  const turn = (to) => narrow({ page: String(to) });
  return html`<${Card}
    title=${t("document.page_of", { page: number, pages: document.pages ?? 1 })}
    actions=${html`
      <${IconButton} icon="left" label=${t("document.before")} disabled=${number <= 1} onClick=${() => turn(number - 1)} />
      <${IconButton} icon="right" label=${t("document.after")} disabled=${number >= (document.pages ?? 1)} onClick=${() => turn(number + 1)} />
    `}
  >
    <${Await} of=${page} lines="8">
      ${({ text, note }) =>
        note
          ? html`<p class="soft">${note === "blank" ? t("document.blank") : t("document.pictures")}</p>`
          : html`<${Marked} text=${text} start=${Number(query.start)} end=${Number(query.end)} />`}
    <//>
  <//>`;
}

/** The text of a page with a passage marked and brought into view. */
function Marked({ text, start, end }) {
  const mark = useRef(null);
  const points = [...text]; // the API counts code points, JavaScript's strings count UTF-16
  const isMarked = end > start && end <= points.length;
  useEffect(() => mark.current?.scrollIntoView({ block: "center" }), [text, start]);
  const part = (from, to) => points.slice(from, to).join("");
  return html`<div class="leaf kept-lines">
    ${isMarked ? html`${part(0, start)}<mark ref=${mark}>${part(start, end)}</mark>${part(end)}` : text}
  </div>`;
}
