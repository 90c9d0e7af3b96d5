import * as api from "../core/api.js";
import { t } from "../core/i18n.js";
import { useLoad, usePolling } from "../core/load.js";
import { Problem } from "../core/problem.js";
import { go } from "../core/router.js";
import { html, useEffect, useRef, useState } from "../core/view.js";
import { Await, Empty, Failed } from "../ui/await.js";
import { Icon } from "../ui/icon.js";
import { Bar, Button, ButtonLink, Card, Page } from "../ui/parts.js";

/** One quiz: waited for while it is made, then taken against the clock, then handed in. */
export default function Quiz({ params }) {
  const loaded = useLoad(() => api.get(`/v1/quizzes/${params.id}`), [params.id]);
  const quiz = loaded.data;
  usePolling(() => api.get(`/v1/quizzes/${params.id}`), (one) => one.status !== "composing", loaded.set, quiz?.status === "composing");
  useEffect(() => {
    if (quiz?.submission_id) go(`/quizzes/results/${quiz.submission_id}`, { replace: true });
  }, [quiz]);
  return html`<${Page} width="narrow" title=${quiz?.title || t("quiz.title")} lead=${quiz?.detail} back=${{ to: "/quizzes", words: t("quizzes.title") }}>
    <${Await} of=${loaded} lines="6">
      ${(shown) => html`
        ${shown.status === "composing" && html`<${Empty} icon="clock" title=${t("quiz.composing")}>${t("quiz.composing_why")}<//>`}
        ${shown.status === "ready" && html`<${Taking} quiz=${shown} />`}
        ${(shown.status === "failed" || shown.status === "expired") &&
        html`<${Empty} icon="quiz" title=${shown.status === "failed" ? t("quiz.failed") : t("quiz.expired")}
          action=${html`<${ButtonLink} to="/quizzes" kind="main">${t("quiz.another")}<//>`}>${shown.detail ?? t("quiz.expired_why")}<//>`}
      `}
    <//>
  <//>`;
}

function Taking({ quiz }) {
  const [answers, set] = useState({});
  const [problem, fail] = useState(null);
  const [isBusy, wait] = useState(false);
  const isSent = useRef(false);
  const begun = useRef(performance.now());
  const answered = Object.values(answers).filter((one) => one.length > 0).length;

  const submit = async () => {
    if (isSent.current) return;
    isSent.current = true;
    wait(true);
    try {
      const time_taken_seconds = (performance.now() - begun.current) / 1000;
      const given = Object.fromEntries(Object.entries(answers).filter(([, one]) => one.length > 0));
      const result = await api.postOnce(`/v1/quizzes/${quiz.quiz_id}/submissions`, { answers: given, time_taken_seconds });
      go(`/quizzes/results/${result.submission_id}`, { replace: true });
    } catch (thrown) {
      isSent.current = false;
      fail(Problem.from(thrown));
      wait(false);
    }
  };

  return html`
    <div class="quiz-state">
      <div>
        <p class="row row-apart"><span>${t("quiz.answered", { count: answered, all: quiz.question_count })}</span><${Timer} quiz=${quiz} out=${submit} /></p>
        <${Bar} share=${answered / quiz.question_count} label=${t("quiz.progress")} />
      </div>
    </div>
    <form class="stack" onSubmit=${(event) => (event.preventDefault(), submit())}>
      ${quiz.questions.map((one, at) => html`<${Question} key=${one.question_id} question=${one} at=${at} answer=${answers[one.question_id]} give=${(answer) => set((before) => ({ ...before, [one.question_id]: answer }))} />`)}
      ${problem && html`<${Failed} problem=${problem} />`}
      <div class="form-end"><${Button} kind="main" type="submit" busy=${isBusy} icon="check">${t("quiz.submit")}<//></div>
    </form>
  `;
}

/** What is left of the time, by the server's end of it; said aloud when a minute is left. Handed in when it is over. */
function Timer({ quiz, out }) {
  const until = new Date(quiz.expires_at).getTime();
  const left = () => Math.max(0, Math.ceil((until - api.now()) / 1000) - 1); // a second for the way to the server
  const [seconds, tick] = useState(left);
  const hand = useRef(out);
  hand.current = out;
  useEffect(() => {
    if (!quiz.time_limit_seconds) return undefined;
    const timer = setInterval(() => {
      tick(left());
      if (left() === 0) {
        clearInterval(timer);
        hand.current();
      }
    }, 250);
    return () => clearInterval(timer);
  }, []);
  if (!quiz.time_limit_seconds) return null;
  const clock = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
  return html`<span class=${`timer ${seconds <= 60 ? "timer-short" : ""}`} role="timer" aria-label=${t("quiz.time_left")}><${Icon} name="clock" size="18" />${clock}</span>
    <span class="unseen" role="status">${seconds <= 60 ? t("quiz.last_minute") : ""}</span>`;
}

function Question({ question, at, answer, give }) {
  const name = `question-${question.question_id}`;
  const isMany = question.kind === "multiple";
  const toggle = (id) => {
    const before = answer ?? [];
    give(isMany ? (before.includes(id) ? before.filter((one) => one !== id) : [...before, id]) : [id]);
  };
  return html`<fieldset class="card question">
    <legend class="question-prompt"><span class="question-number">${at + 1}</span><span class="kept-lines">${question.prompt}</span></legend>
    ${isMany && html`<p class="hint">${t("quiz.several")}</p>`}
    ${question.options.length > 0
      ? html`<div class="options">
          ${question.options.map((one) => html`<label class="option">
            <input type=${isMany ? "checkbox" : "radio"} name=${name} checked=${(answer ?? []).includes(one.option_id)} onChange=${() => toggle(one.option_id)} />
            <span>${one.text}</span>
          </label>`)}
        </div>`
      : html`<label class="unseen" for=${name}>${t("quiz.your_answer")}</label>
          <input id=${name} class="input" type="text" maxlength="200" autocomplete="off" placeholder=${t("quiz.your_answer")} value=${answer ?? ""} onInput=${(event) => give(event.target.value)} />`}
  </fieldset>`;
}
