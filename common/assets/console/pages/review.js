import * as api from "../core/api.js";
import { day, duration, t } from "../core/i18n.js";
import { useLoad } from "../core/load.js";
import { Problem } from "../core/problem.js";
import { rich } from "../core/rich.js";
import { html, useEffect, useRef, useState } from "../core/view.js";
import { Await, Empty, Failed } from "../ui/await.js";
import { Bar, Button, ButtonLink, Page } from "../ui/parts.js";
import { Quote } from "../ui/quote.js";
import { attempt } from "../ui/toast.js";

/** The ratings of FSRS in their order: keys 1 to 4. */
const RATINGS = ["again", "hard", "good", "easy"];

/** The cards that are due, one after the other: Space turns one, 1 to 4 say how well it was known, U takes that back. */
export default function Review() {
  const due = useLoad(() => api.get("/v1/flashcards/due", { limit: 50 }), []);
  const actions = html`<${ButtonLink} to="/cards" icon="cards">${t("cards.title")}<//>`;
  return html`<${Page} width="narrow" title=${t("review.title")} actions=${actions}>
    <${Await} of=${due} lines="6">${(queue) => html`<${Session} queue=${queue} again=${due.reload} />`}<//>
  <//>`;
}

function Session({ queue, again }) {
  const [cards, set] = useState(queue.items);
  const [isTurned, turn] = useState(false);
  const [done, count] = useState([]);
  const [problem, fail] = useState(null);
  const [isBusy, wait] = useState(false);
  const shownAt = useRef(performance.now());
  const card = cards[0];
  useEffect(() => {
    shownAt.current = performance.now();
    turn(false);
  }, [card?.card_id, done.length]);

  const rate = async (rating) => {
    if (isBusy || !card) return;
    wait(true);
    fail(null);
    try {
      const duration_ms = Math.min(3_600_000, Math.round(performance.now() - shownAt.current));
      const reviewed = await api.postOnce(`/v1/flashcards/${card.card_id}/reviews`, { rating, duration_ms, after_reviews: card.reviews });
      const later = { ...card, reviews: reviewed.reviews, state: reviewed.state };
      // What was not known comes back in this sitting; the schedule has it in a few minutes.
      set([...cards.slice(1), ...(rating === "again" ? [later] : [])]);
      count([...done, { card, reviewed }]);
    } catch (thrown) {
      fail(Problem.from(thrown));
    }
    wait(false);
  };
  const undo = () =>
    attempt(async () => {
      const last = done.at(-1);
      const before = await api.post(`/v1/flashcards/${last.card.card_id}/undo`);
      set([before, ...cards.filter((one) => one.card_id !== before.card_id)]);
      count(done.slice(0, -1));
    });
  useKeys({ isTurned, turn: () => turn(true), rate, undo: done.length > 0 ? undo : null, isOn: Boolean(card) });

  if (!card) return html`<${Finished} queue=${queue} count=${done.length} again=${again} undo=${done.length > 0 && undo} />`;
  const all = done.length + cards.length;
  return html`
    <div class="stack-close">
      <p class="row row-apart soft"><span>${t("review.left", { count: cards.length })}</span><span>${duration(queue.estimated_seconds)}</span></p>
      <${Bar} share=${done.length / all} label=${t("review.progress")} />
    </div>
    <${Face} key=${`${card.card_id} ${done.length}`} card=${card} isTurned=${isTurned} />
    ${problem && html`<${Failed} problem=${problem} />`}
    ${isTurned ? html`<${Ratings} rate=${rate} isBusy=${isBusy} />` : html`<${Button} kind="main" class="button button-main button-wide" onClick=${() => turn(true)} aria-keyshortcuts="Space">${t("review.turn")} <kbd>${t("review.space")}</kbd><//>`}
    ${done.length > 0 && html`<p class="row"><${Button} kind="quiet" onClick=${undo}>${t("review.undo")} <kbd>U</kbd><//></p>`}
  `;
}

function Face({ card, isTurned }) {
  const [isQuoted, quote] = useState(false);
  const answer = useRef(null);
  useEffect(() => {
    if (isTurned) answer.current?.focus();
  }, [isTurned]);
  const show = (text) => (card.html ? rich(text) : text);
  const source = card.source?.document_id && card.source.page ? { title: "", quote: card.back, ...card.source } : null;
  return html`<article class="flashcard" aria-label=${t("review.card")}>
    <p class="fine">${card.deck.split("::").join(" › ")}</p>
    <div class="flashcard-front kept-lines">${show(card.front)}</div>
    <div aria-live="polite">
      ${isTurned &&
      html`<div class="flashcard-back" tabindex="-1" ref=${answer}>
        <div class="kept-lines">${show(card.back)}</div>
        ${source && html`<button type="button" class="source" onClick=${() => quote(true)}>${t("chat.source", source)}</button>`}
      </div>`}
    </div>
    ${isQuoted && html`<${Quote} source=${source} close=${() => quote(false)} />`}
  </article>`;
}

function Ratings({ rate, isBusy }) {
  const words = { again: t("review.again"), hard: t("review.hard"), good: t("review.good"), easy: t("review.easy") };
  return html`<div class="ratings" role="group" aria-label=${t("review.rate")}>
    ${RATINGS.map((one, at) => html`<button type="button" class="rating rating-${one}" disabled=${isBusy} aria-keyshortcuts=${String(at + 1)} onClick=${() => rate(one)}>
      <span>${words[one]}</span><kbd>${at + 1}</kbd>
    </button>`)}
  </div>`;
}

function Finished({ queue, count, again, undo }) {
  const isNothing = count === 0 && queue.due_count + queue.new_count === 0;
  const action = html`<div class="row">
    ${queue.due_count + queue.new_count > count ? html`<${Button} kind="main" onClick=${again}>${t("review.more")}<//>` : html`<${ButtonLink} to="/" kind="main">${t("review.home")}<//>`}
    ${undo && html`<${Button} kind="quiet" onClick=${undo}>${t("review.undo")}<//>`}
    ${isNothing && html`<${ButtonLink} to="/cards">${t("review.make")}<//>`}
  </div>`;
  if (queue.holiday_until) return html`<${Empty} icon="sun" title=${t("review.holiday")} action=${action}>${t("review.holiday_until", { day: day(queue.holiday_until) })}<//>`;
  if (isNothing) return html`<${Empty} icon="cards" title=${t("review.none")} action=${action}>${t("review.none_why")}<//>`;
  return html`<${Empty} icon="check" title=${t("review.done")} action=${action}>${t("review.done_count", { count })}<//>`;
}

/** The keys of this page, unless something is being typed or a dialog is open. */
function useKeys({ isTurned, turn, rate, undo, isOn }) {
  useEffect(() => {
    const press = (event) => {
      const isElsewhere = event.target.closest("input, textarea, select, dialog") || event.ctrlKey || event.metaKey || event.altKey;
      if (!isOn || isElsewhere || document.querySelector("dialog[open]")) return;
      if (event.key === " " && !isTurned) {
        event.preventDefault();
        turn();
      } else if (isTurned && "1234".includes(event.key)) rate(RATINGS[Number(event.key) - 1]);
      else if (event.key.toLowerCase() === "u" && undo) undo();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  });
}
