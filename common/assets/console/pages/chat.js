import * as api from "../core/api.js";
import { ago, t } from "../core/i18n.js";
import { useLoad, usePages } from "../core/load.js";
import { Problem } from "../core/problem.js";
import { plain } from "../core/rich.js";
import { address, go } from "../core/router.js";
import { html, useEffect, useRef, useState } from "../core/view.js";
import { Await, Failed } from "../ui/await.js";
import { Icon } from "../ui/icon.js";
import { Button, ButtonLink, Chip, IconButton, Page } from "../ui/parts.js";
import { Quote } from "../ui/quote.js";

/** The tutor: one conversation, the others beside it. An answer comes sentence by sentence, each with its sources. */
export default function Chat({ params, query }) {
  const sessions = usePages("/v1/chat/sessions", { page_size: 20 }, [params.id]);
  const scope = useLoad(() => scopeOf(query), [query.document, query.course]);
  const begin = html`<${ButtonLink} to="/chat" icon="plus">${t("chat.new")}<//>`;
  return html`<${Page} width="full" title=${t("chat.title")} lead=${scope.data?.title ? t("chat.about", { title: scope.data.title }) : t("chat.lead")} actions=${params.id && begin}>
    <div class="chat">
      <${Conversation} key=${params.id ?? "new"} sessionId=${params.id} scope=${scope.data?.asked ?? {}} said=${sessions.reload} />
      <aside class="chat-others">
        <h2>${t("chat.others")}</h2>
        <${Await} of=${sessions} empty=${html`<p class="soft">${t("chat.none")}</p>`}>
          ${(items) => html`<ul class="chat-list">
            ${items.map((one) => html`<li key=${one.session_id}>
              <a href="#/chat/${one.session_id}" aria-current=${one.session_id === params.id ? "page" : null}>
                <span class="clip">${one.title || t("chat.untitled")}</span>
                <span class="fine">${ago(one.last_active_at)}</span>
              </a>
            </li>`)}
          </ul>`}
        <//>
      </aside>
    </div>
  <//>`;
}

/** What the questions are about: a document, a course, or all that the learner may read. */
async function scopeOf({ document, course }) {
  if (document) return { asked: { document_ids: [document] }, title: (await api.get(`/v1/documents/${document}`)).title };
  if (course) return { asked: { course_id: course }, title: (await api.get(`/v1/courses/${course}`)).title };
  return { asked: {} };
}

function Conversation({ sessionId, scope, said }) {
  const history = useLoad(() => (sessionId ? api.get(`/v1/chat/sessions/${sessionId}/messages`, { page_size: 50 }) : { items: [] }), []);
  const [turns, set] = useState([]);
  const [problem, fail] = useState(null);
  const [isBusy, wait] = useState(false);
  const [isOver, over] = useState(false);
  const session = useRef(sessionId);
  const end = useRef(null);
  useEffect(() => end.current?.scrollIntoView({ block: "end" }), [turns, history.data]);

  const ask = async (message) => {
    const mine = { message_id: `mine-${turns.length}`, role: "user", text: message };
    const answer = { message_id: `answer-${turns.length}`, role: "assistant", text: "", sources: [], nearest: [], isComing: true };
    const before = turns;
    const show = (change) => set([...before, mine, { ...answer, ...change }]);
    let text = "";
    let sources = [];
    fail(null);
    wait(true);
    show({});
    try {
      const asked = { message, ...scope, ...(session.current ? { session_id: session.current } : {}) };
      if (!session.current) asked.session_id = await newSession(scope);
      session.current = asked.session_id;
      const done = await api.stream("/v1/chat", asked, (name, data) => {
        if (name === "delta") text += data.text;
        if (name === "sources") sources = data.sources;
        show({ text, sources });
      });
      show({ ...done, text: done.answer, isComing: false });
      said();
    } catch (thrown) {
      const found = Problem.from(thrown);
      set(before);
      over(found.code === "session_over");
      fail(found);
      wait(false);
      return false;
    }
    wait(false);
    return true;
  };

  return html`<section class="chat-main" aria-label=${t("chat.conversation")}>
    <div class="chat-turns" role="log" aria-live="polite" aria-busy=${isBusy ? "true" : "false"}>
      <${Await} of=${history}>
        ${({ items }) => html`
          ${items.length + turns.length === 0 && html`<${Opening} ask=${ask} isBusy=${isBusy} />`}
          ${[...items, ...turns].map((one) => html`<${Turn} key=${one.message_id} turn=${one} />`)}
        `}
      <//>
      ${problem && html`<${Failed} problem=${problem} />`}
      <div ref=${end}></div>
    </div>
    ${isOver ? html`<${ButtonLink} to="/chat" kind="main">${t("chat.new")}<//>` : html`<${Question} ask=${ask} isBusy=${isBusy} />`}
  </section>`;
}

/** A conversation of its own for each visit to "new": without it the API would go on with the last one. */
async function newSession(scope) {
  const wished = { course_id: scope.course_id ?? null };
  try {
    return (await api.postOnce("/v1/chat/sessions", wished)).session_id;
  } catch (problem) {
    if (problem.code !== "too_many_sessions") throw problem;
    // The one that was left longest ago makes room; its history stays.
    const active = await api.get("/v1/chat/sessions", { status: "active", page_size: 50 });
    await api.post(`/v1/chat/sessions/${active.items.at(-1).session_id}/end`);
    return (await api.postOnce("/v1/chat/sessions", wished)).session_id;
  }
}

function Opening({ ask, isBusy }) {
  const examples = [t("chat.example_1"), t("chat.example_2"), t("chat.example_3")];
  return html`<div class="chat-opening">
    <span class="empty-icon"><${Icon} name="quote" size="26" /></span>
    <h2>${t("chat.opening")}</h2>
    <p class="soft">${t("chat.opening_why")}</p>
    <div class="row">${examples.map((one) => html`<${Button} disabled=${isBusy} onClick=${() => ask(one)}>${one}<//>`)}</div>
  </div>`;
}

function Question({ ask, isBusy }) {
  const [text, write] = useState("");
  const field = useRef(null);
  const send = async (event) => {
    event?.preventDefault();
    const message = text.trim();
    if (!message || isBusy) return;
    write("");
    if (!(await ask(message))) write(message);
    field.current?.focus();
  };
  const key = (event) => event.key === "Enter" && !event.shiftKey && !event.isComposing && send(event);
  return html`<form class="chat-question" onSubmit=${send}>
    <label class="unseen" for="question">${t("chat.question")}</label>
    <textarea id="question" ref=${field} rows="2" maxlength="4000" placeholder=${t("chat.placeholder")} value=${text} onInput=${(event) => write(event.target.value)} onKeyDown=${key}></textarea>
    <button class="button button-main" aria-label=${t("chat.send")} disabled=${isBusy || !text.trim()}><${Icon} name="send" /></button>
  </form>`;
}

/** Something that was said. The tutor's text comes escaped, and is shown as the text that it is. */
function Turn({ turn }) {
  const [quoted, quote] = useState(null);
  if (turn.role === "user") return html`<div class="turn turn-mine"><p class="kept-lines">${turn.text}</p></div>`;
  if (turn.role === "system") return html`<p class="turn turn-note fine">${turn.text}</p>`;
  return html`<div class="turn turn-tutor">
    ${turn.text === "" && turn.isComing && html`<p class="soft">${t("chat.thinking")}</p>`}
    <p class="kept-lines"><${Cited} text=${turn.text} sources=${turn.sources} open=${quote} /></p>
    ${turn.sources.length > 0 && !turn.isComing && html`<${Sources} sources=${turn.sources} open=${quote} />`}
    ${turn.nearest.length > 0 && html`<p class="fine">${t("chat.nearest")} ${turn.nearest.map((one) => html`<a href="#${address(`/documents/${one.document_id}`, { page: one.page })}">${t("chat.source", one)}</a> `)}</p>`}
    ${turn.served_by === "offline" && turn.route === "grounded" && html`<p><${Chip}>${t("chat.offline")}<//></p>`}
    ${quoted && html`<${Quote} source=${quoted} close=${() => quote(null)} />`}
  </div>`;
}

/** Text in which [2] is a button that shows what it stands on. */
function Cited({ text, sources, open }) {
  return text.split(/(\[\d{1,3}\])/).map((part) => {
    const source = sources.find((one) => part === `[${one.n}]`);
    if (!source) return plain(part);
    const words = t("chat.source", source);
    return html`<button type="button" class="cite" aria-label=${words} title=${words} onClick=${() => open(source)}>${source.n}</button>`;
  });
}

function Sources({ sources, open }) {
  return html`<ul class="sources" aria-label=${t("chat.sources")}>
    ${sources.map((one) => html`<li>
      <button type="button" class="source" onClick=${() => open(one)}><span class="cite" aria-hidden="true">${one.n}</span>${t("chat.source", one)}</button>
    </li>`)}
  </ul>`;
}
