import * as api from "../core/api.js";
import { ago, day, number, percent, t } from "../core/i18n.js";
import { useLoad, usePages } from "../core/load.js";
import { html, useState } from "../core/view.js";
import { Await, Empty } from "../ui/await.js";
import { Dialog } from "../ui/dialog.js";
import { Field, Form, Submit, useForm } from "../ui/form.js";
import { Initial } from "../ui/frame.js";
import { Bar, Button, ButtonLink, Card, Chip, More, Page, Stat, Stats } from "../ui/parts.js";
import { Shares } from "../ui/shares.js";
import { Table } from "../ui/table.js";
import { toast } from "../ui/toast.js";

const bands = () => ({ too_early: t("risk.too_early"), low: t("risk.low"), raised: t("risk.raised"), high: t("risk.high") });

/** The bands of a risk as parts of a whole. */
export const bandsOf = (risks) =>
  [["high", "bad"], ["raised", "warn"], ["low", "good"], ["too_early", "calm"]].map(([band, tone]) => ({ words: bands()[band], count: risks[band], tone }));

/** A course as its teacher sees it: who is at risk and why, where learners stop, what they do not know, and who they are. */
export default function TeachingCourse({ params }) {
  const loaded = useLoad(() => api.get(`/v1/dashboard/courses/${params.id}`), [params.id]);
  const [nudged, nudge] = useState(null);
  const seen = loaded.data;
  const open = seen && html`<${ButtonLink} to=${`/courses/${params.id}`} icon="book">${t("teaching.open")}<//>`;
  return html`<${Page} title=${seen?.title ?? t("course.title")} lead=${seen && t("counted.as_of", { ago: ago(seen.as_of) })} back=${{ to: "/teaching", words: t("teaching.title") }} actions=${open}>
    <${Await} of=${loaded} lines="8">
      ${(course) => html`
        <${Totals} course=${course} />
        <div class="two-thirds">
          <${AtRisk} learners=${course.at_risk} nudge=${nudge} />
          <${Card} title=${t("risk.title")}><${Shares} label=${t("risk.title")} parts=${bandsOf(course.risks)} /><p class="fine">${t("risk.what")}</p><//>
        </div>
        <${DropOff} course=${course} />
        <${Hardest} questions=${course.hardest_questions} />
        <${Learners} id=${params.id} nudge=${nudge} />
      `}
    <//>
    ${nudged && html`<${Nudge} learner=${nudged} close=${() => nudge(null)} />`}
  <//>`;
}

function Totals({ course }) {
  const worrying = course.risks.high + course.risks.raised;
  return html`<${Stats}>
    <${Stat} icon="people" label=${t("users.learners")} value=${number(course.enrolled)} note=${course.capacity ? t("teaching.of_places", { count: course.capacity }) : null} />
    <${Stat} icon="clock" label=${t("teaching.active")} value=${number(course.active_this_week)} note=${t("teaching.since_monday")} />
    <${Stat} icon="warning" label=${t("teaching.at_risk")} value=${number(worrying)} note=${course.risks.high ? t("teaching.high_risk", { count: course.risks.high }) : t("teaching.none_high")} />
    ${course.paid > 0 && html`<${Stat} icon="check" label=${t("overview.paid_places")} value=${number(course.paid)} />`}
  <//>`;
}

function AtRisk({ learners, nudge }) {
  if (learners.length === 0) return html`<${Card} title=${t("teaching.at_risk")}><${Empty} icon="check" title=${t("teaching.nobody")}>${t("teaching.nobody_why")}<//><//>`;
  return html`<${Card} title=${t("teaching.at_risk")} tone="flush">
    <ul class="list">
      ${learners.map((one) => html`<li class="learner" key=${one.user_id}>
        <${Initial} name=${one.display_name ?? "?"} />
        <div class="list-main">
          <div class="row"><strong>${one.display_name ?? t("community.gone")}</strong><${Chip} tone=${one.band === "high" ? "bad" : "warn"}>${bands()[one.band]} · ${percent(one.score)}<//></div>
          <ul class="reasons">${one.reasons.map((why) => html`<li class=${`reason reason-${why.effect}`}><span class="unseen">${why.effect === "raises" ? t("risk.raises") : t("risk.lowers")} </span><span class="reason-about">${abouts()[why.about]}</span> <span lang="en">${why.text}</span></li>`)}</ul>
        </div>
        ${one.display_name && html`<${Button} icon="bell" aria-label=${t("teaching.nudge_of", { name: one.display_name })} onClick=${() => nudge(one)}>${t("teaching.nudge")}<//>`}
      </li>`)}
    </ul>
  <//>`;
}

const abouts = () => ({
  missing: t("risk.missing"), handed_in: t("risk.handed_in"), marks: t("risk.marks"), pace: t("risk.pace"), carried: t("risk.carried"),
  history: t("risk.history"), silence: t("risk.silence"), rhythm: t("risk.rhythm"), streak: t("risk.streak"), reviews_due: t("risk.reviews_due"),
});

/** Of all learners: how many began each module, and how many finished it. */
function DropOff({ course }) {
  const steps = course.drop_off;
  const most = Math.max(course.enrolled, ...steps.map((one) => one.started), 1);
  return html`<${Card} title=${t("teaching.drop_off")}>
    ${steps.length === 0
      ? html`<p class="soft">${t("course.empty")}</p>`
      : html`<p class="row fine"><span class="chart-key drop-started">${t("teaching.began")}</span><span class="chart-key drop-done">${t("teaching.finished")}</span></p>
        <ol class="drop-off">${steps.map((one, at) => html`<li key=${one.module_id}>
          <div class="row row-apart"><span class="grow clip">${at + 1}. ${one.title}</span><span class="fine">${t("teaching.step", { started: one.started, completed: one.completed, all: most })}</span></div>
          <div class="drop-track" aria-hidden="true"><span class="drop-began" style=${{ width: `${(100 * one.started) / most}%` }}></span><span class="drop-finished" style=${{ width: `${(100 * one.completed) / most}%` }}></span></div>
        </li>`)}</ol>`}
  <//>`;
}

function Hardest({ questions }) {
  const columns = [
    { title: t("teaching.question"), show: (one) => html`<div class="person"><span>${one.prompt}</span><span class="fine">${one.topic}</span></div>` },
    { title: t("teaching.right"), show: (one) => html`<div class="share-right"><span>${percent(one.right / one.answers)}</span><${Bar} share=${one.right / one.answers} tone="warn" label=${t("teaching.right")} /></div>` },
    { title: t("teaching.answers"), align: "end", show: (one) => number(one.answers) },
  ];
  return html`<${Card} title=${t("teaching.hardest")}>
    ${questions.length === 0 ? html`<p class="soft">${t("teaching.no_questions")}</p>` : html`<${Table} label=${t("teaching.hardest")} columns=${columns} rows=${questions} id=${(one) => one.question_id} />`}
  <//>`;
}

function Learners({ id, nudge }) {
  const learners = usePages(`/v1/courses/${id}/enrollments`, { page_size: 20 }, [id]);
  const columns = [
    { title: t("users.name"), show: (one) => one.display_name ?? t("community.gone") },
    { title: t("users.since"), show: (one) => day(one.enrolled_at) },
    { title: t("teaching.nudge"), align: "end", show: (one) => one.display_name && html`<${Button} kind="quiet" aria-label=${t("teaching.nudge_of", { name: one.display_name })} onClick=${() => nudge(one)}>${t("teaching.nudge")}<//>` },
  ];
  return html`<${Card} title=${t("users.learners")}>
    <${Await} of=${learners} empty=${html`<p class="soft">${t("teaching.no_learners")}</p>`}>
      ${(rows) => html`<${Table} label=${t("users.learners")} columns=${columns} rows=${rows} id=${(one) => one.user_id} />`}
    <//>
    <${More} list=${learners} />
  <//>`;
}

/** A nudge from their teacher; whether and when it goes out is the learner's wish. */
function Nudge({ learner, close }) {
  const form = useForm({ reason: "" }, async ({ reason }) => {
    await api.postOnce("/v1/nudges", { learner_id: learner.user_id, ...(reason.trim() ? { reason: reason.trim() } : {}) });
    toast(t("teaching.nudged", { name: learner.display_name }));
    close();
  });
  return html`<${Dialog} title=${t("teaching.nudge_of", { name: learner.display_name })} close=${close}>
    <p class="soft">${t("teaching.nudge_how")}</p>
    <${Form} of=${form} label=${t("teaching.nudge")}>
      <${Field} of=${form} name="reason" label=${t("teaching.words")} hint=${t("teaching.words_hint")} lines="3" optional maxlength="500" />
      <${Submit} of=${form} icon="bell">${t("teaching.nudge")}<//>
    <//>
  <//>`;
}
