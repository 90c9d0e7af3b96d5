import * as api from "../core/api.js";
import { duration, percent, t } from "../core/i18n.js";
import { useLoad } from "../core/load.js";
import { html, useState } from "../core/view.js";
import { Await } from "../ui/await.js";
import { Icon } from "../ui/icon.js";
import { Bar, Button, ButtonLink, Card, Chip, Page } from "../ui/parts.js";
import { Quote } from "../ui/quote.js";
import { attempt, toast } from "../ui/toast.js";

/** How a quiz went, with each question's answer, why it is right, and where it stands. */
export default function QuizResult({ params }) {
  const result = useLoad(() => withOptions(params.id), [params.id]);
  const actions = html`<${ButtonLink} to="/quizzes" icon="quiz">${t("quiz.another")}<//>`;
  return html`<${Page} width="narrow" title=${t("result.title")} back=${{ to: "/quizzes", words: t("quizzes.title") }} actions=${actions}>
    <${Await} of=${result} lines="6">
      ${(shown) => html`<${Score} result=${shown} />
        <ol class="stack">${shown.results.map((one, at) => html`<${Answer} key=${one.question_id} result=${one} at=${at} />`)}</ol>`}
    <//>
  <//>`;
}

/** The result names what was chosen by its id; the words are the quiz's. */
async function withOptions(submissionId) {
  const result = await api.get(`/v1/quizzes/results/${submissionId}`);
  const quiz = await api.get(`/v1/quizzes/${result.quiz_id}`);
  const words = new Map(quiz.questions.flatMap((one) => one.options.map(({ option_id, text }) => [`${one.question_id} ${option_id}`, text])));
  const inWords = ({ question_id, given }) => (Array.isArray(given) ? given.map((id) => words.get(`${question_id} ${id}`) ?? id).join(", ") : given);
  return { ...result, results: result.results.map((one) => ({ ...one, given: inWords(one) })) };
}

function Score({ result }) {
  const [isMade, make] = useState(false);
  const wrong = result.question_count - result.correct_count;
  const learn = () =>
    attempt(async () => {
      const made = await api.postOnce("/v1/flashcards/mistakes", { submission_id: result.submission_id });
      toast(t("result.cards_made", { count: made.items.length }));
      make(true);
    });
  const words = result.score >= 80 ? t("result.well") : result.score >= 50 ? t("result.fair") : t("result.begin");
  return html`<${Card} tone="accent">
    <div class="row row-apart">
      <div>
        <p class="score">${percent(result.score / 100)}</p>
        <p>${words} ${t("result.right_of", { right: result.correct_count, all: result.question_count })} · ${duration(result.seconds)}</p>
      </div>
      ${wrong > 0 && html`<${Button} kind="main" icon="cards" disabled=${isMade} onClick=${learn}>${t("result.learn", { count: wrong })}<//>`}
    </div>
    <${Bar} share=${result.score / 100} label=${t("result.title")} />
  <//>`;
}

function Answer({ result, at }) {
  const [isQuoted, quote] = useState(false);
  return html`<li class="card">
    <div class="row row-apart">
      <p class="question-prompt"><span class="question-number">${at + 1}</span><span class="kept-lines">${result.prompt}</span></p>
      <${Chip} tone=${result.correct ? "good" : "bad"}><${Icon} name=${result.correct ? "check" : "close"} size="16" />${result.correct ? t("result.right") : t("result.wrong")}<//>
    </div>
    <dl class="answers">
      ${!result.correct && html`<dt>${t("result.given")}</dt><dd>${result.given || t("result.nothing")}</dd>`}
      <dt>${t("result.answer")}</dt>
      <dd><strong>${result.correct_answers.join(", ")}</strong></dd>
    </dl>
    ${result.explanation && html`<p class="soft">${result.explanation}</p>`}
    ${result.source && html`<p><button type="button" class="source" onClick=${() => quote(true)}><${Icon} name="quote" size="16" />${t("chat.source", result.source)}</button></p>`}
    ${isQuoted && html`<${Quote} source=${result.source} close=${() => quote(false)} />`}
  </li>`;
}
