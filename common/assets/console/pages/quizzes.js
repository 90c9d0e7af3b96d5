import * as api from "../core/api.js";
import { duration, moment, number, percent, t } from "../core/i18n.js";
import { useLoad, usePages } from "../core/load.js";
import { go } from "../core/router.js";
import { html } from "../core/view.js";
import { Await, Empty } from "../ui/await.js";
import { Chart } from "../ui/chart.js";
import { Field, Form, Submit, useForm } from "../ui/form.js";
import { Icon } from "../ui/icon.js";
import { Bar, Card, Chip, More, Page } from "../ui/parts.js";

/** Choose a quiz, and see how the last ones went. */
export default function Quizzes({ query }) {
  const results = usePages("/v1/quizzes/results", { page_size: 10 }, []);
  const overall = useLoad(() => api.get("/v1/quizzes/results", { page_size: 1 }), []);
  const performance = overall.data?.performance;
  const none = html`<${Empty} icon="quiz" title=${t("quizzes.none")}>${t("quizzes.none_why")}<//>`;
  return html`<${Page} title=${t("quizzes.title")} lead=${t("quizzes.lead")}>
    <div class=${performance?.attempts > 0 ? "two-thirds" : "stack"}>
      <div class="stack">
        <${NewQuiz} query=${query} />
        <${Card} title=${t("quizzes.results")} tone="flush">
          <${Await} of=${results} empty=${none}>
            ${(items) => html`<ul class="list">${items.map((one) => html`<${Result} key=${one.submission_id} result=${one} />`)}</ul>`}
          <//>
          <${More} list=${results} />
        <//>
      </div>
      ${performance?.attempts > 0 && html`<${Overall} performance=${performance} />`}
    </div>
  <//>`;
}

function NewQuiz({ query }) {
  const choices = useLoad(subjects, []);
  const form = useForm({ subject: query.document ? `document:${query.document}` : "", question_count: "5", minutes: "", difficulty: "" }, async (values) => {
    const [kind, ...rest] = (values.subject || choices.data[0][0]).split(":");
    const quiz = await api.postOnce("/v1/quizzes", {
      [kind === "document" ? "document_id" : kind === "course" ? "course_id" : "category"]: rest.join(":"),
      question_count: Number(values.question_count),
      time_limit_seconds: values.minutes ? 60 * Number(values.minutes) : null,
      difficulty: values.difficulty || null,
    });
    go(`/quizzes/${quiz.quiz_id}`);
  });
  const counts = [3, 5, 10, 20].map((one) => [String(one), t("quizzes.questions", { count: one })]);
  const times = [["", t("quizzes.no_limit")], ...[2, 5, 10, 20, 45].map((one) => [String(one), duration(60 * one)])];
  const levels = [["", t("quizzes.mixed")], ["easy", t("quizzes.easy")], ["medium", t("quizzes.medium")], ["hard", t("quizzes.hard")]];
  return html`<${Card} title=${t("quizzes.new")}>
    <${Await} of=${choices} empty=${html`<p class="soft">${t("quizzes.no_subjects")}</p>`}>
      ${(options) => html`<${Form} of=${form} label=${t("quizzes.new")}>
        <${Field} of=${form} name="subject" label=${t("quizzes.subject")} options=${options} />
        <div class="fields">
          <${Field} of=${form} name="question_count" label=${t("quizzes.count")} options=${counts} />
          <${Field} of=${form} name="difficulty" label=${t("quizzes.difficulty")} options=${levels} optional />
          <${Field} of=${form} name="minutes" label=${t("quizzes.time")} options=${times} optional />
        </div>
        <${Submit} of=${form} icon="quiz">${t("quizzes.begin")}<//>
      <//>`}
    <//>
  <//>`;
}

/** What a quiz can be about: the learner's documents, their courses, and the categories of the question bank. */
async function subjects() {
  const [documents, courses, categories] = await Promise.all([
    api.get("/v1/documents", { status: "ready", page_size: 50 }),
    api.get("/v1/me/enrollments", { page_size: 50 }),
    api.get("/v1/quizzes/categories"),
  ]);
  return [
    ...documents.items.map((one) => [`document:${one.document_id}`, t("quizzes.from_document", one)]),
    ...courses.items.map((one) => [`course:${one.course_id}`, t("quizzes.from_course", one)]),
    ...categories.items.map((one) => [`category:${one.category}`, t("quizzes.from_bank", one)]),
  ];
}

function Result({ result }) {
  return html`<li>
    <a class="list-row" href="#/quizzes/results/${result.submission_id}">
      <div class="list-main">
        <strong class="clip">${result.title}</strong>
        <span>${moment(result.submitted_at)} · ${duration(result.seconds)}</span>
      </div>
      <span>${t("quizzes.right_of", { right: result.correct_count, all: result.question_count })}</span>
      <${Chip} tone=${result.score >= 80 ? "good" : result.score >= 50 ? "warn" : "bad"}>${percent(result.score / 100)}<//>
      <${Icon} name="right" size="18" />
    </a>
  </li>`;
}

function Overall({ performance }) {
  const { recent_scores: scores, topics, mean_score: mean, trend } = performance;
  const trends = { rising: t("quizzes.rising"), steady: t("quizzes.steady"), falling: t("quizzes.falling") };
  const series = [{ label: t("quizzes.score"), values: scores, kind: "line" }];
  return html`<${Card} title=${t("quizzes.overall")}>
    <p><strong class="figure">${percent((mean ?? 0) / 100)}</strong> <span class="soft">${t("quizzes.mean")}${trend ? ` · ${trends[trend]}` : ""}</span></p>
    ${scores.length > 1 && html`<${Chart} label=${t("quizzes.recent")} x=${scores.map((_, at) => number(at + 1))} series=${series} most=${100} show=${(one) => percent(one / 100)} />`}
    <ul class="stack-close">
      ${topics.slice(0, 6).map((one) => html`<li>
        <div class="row row-apart"><span>${one.topic}</span><span class="soft">${t("quizzes.right_of", { right: one.correct, all: one.of })}</span></div>
        <${Bar} share=${one.share} label=${one.topic} tone=${one.share < 0.5 ? "warn" : "good"} />
      </li>`)}
    </ul>
  <//>`;
}
