import * as api from "../core/api.js";
import { ago, day, duration, number, percent, t } from "../core/i18n.js";
import { useLoad, usePages } from "../core/load.js";
import { html, useState } from "../core/view.js";
import { Await, Empty } from "../ui/await.js";
import { Dialog } from "../ui/dialog.js";
import { Field, Form, Submit, Tick, useForm } from "../ui/form.js";
import { Icon } from "../ui/icon.js";
import { Bar, Button, Card, Chip, More, Page, Stat, Stats } from "../ui/parts.js";

/** How far somebody has come: streak, points, mastery of topics, the plan for the next days, badges, and what was done. */
export default function Progress() {
  const rewards = useLoad(() => api.get("/v1/badges"), []);
  const mastery = useLoad(() => api.get("/v1/mastery"), []);
  return html`<${Page} title=${t("progress.title")} lead=${t("progress.lead")}>
    <${Await} of=${rewards}>${(shown) => html`<${Totals} rewards=${shown} />`}<//>
    <div class="two-thirds">
      <div class="stack">
        <${Card} title=${t("progress.mastery")}>
          <${Await} of=${mastery}>${({ items }) => html`<${Mastery} topics=${items} />`}<//>
        <//>
        <${Plan} topics=${mastery.data?.items ?? []} />
      </div>
      <div class="stack">
        <${Card} title=${t("progress.badges")}>
          <${Await} of=${rewards}>${({ badges }) => html`<${Badges} badges=${badges} />`}<//>
        <//>
        <${History} />
      </div>
    </div>
  <//>`;
}

function Totals({ rewards }) {
  const { streak, total_points: points, level, next_level_points: next } = rewards;
  return html`<${Stats}>
    <${Stat} icon="flame" tone="flame" label=${t("home.streak")} value=${streak.current} note=${streak.is_active_today ? t("progress.today_done") : t("home.longest", { count: streak.longest })} />
    <${Stat} icon="trophy" label=${t("home.points")} value=${number(points)} note=${next ? t("progress.next_level", { count: next - points }) : null} />
    <${Stat} icon="chart" label=${t("progress.level")} value=${level} />
  <//>`;
}

/** From 0, where nothing is known, to 1; from 0.8 on a topic counts as mastered, and it fades with time. */
function Mastery({ topics }) {
  if (topics.length === 0) return html`<${Empty} icon="chart" title=${t("progress.no_mastery")}>${t("progress.no_mastery_why")}<//>`;
  return html`<ul class="stack-close">
    ${topics.map((one) => html`<li>
      <div class="row row-apart">
        <span>${one.topic}</span>
        <span class="row">${one.is_mastered && html`<${Chip} tone="good">${t("progress.mastered")}<//>`}<span class="soft">${percent(one.level)}</span></span>
      </div>
      <${Bar} share=${one.level} label=${one.topic} tone=${one.is_mastered ? "good" : null} />
    </li>`)}
  </ul>`;
}

function Plan({ topics }) {
  const plan = useLoad(planOrNone, []);
  const [isEdited, edit] = useState(false);
  const change = html`<${Button} onClick=${() => edit(true)}>${plan.data?.made ? t("plan.change") : t("plan.make")}<//>`;
  return html`<${Card} title=${t("plan.title")} actions=${plan.data && change}>
    <${Await} of=${plan}>
      ${({ made }) => (made ? html`<${Days} plan=${made} />` : html`<p class="soft">${t("plan.none")}</p>`)}
    <//>
    ${isEdited && html`<${EditPlan} topics=${topics} plan=${plan.data.made} done=${(made) => plan.set({ made })} close=${() => edit(false)} />`}
  <//>`;
}

async function planOrNone() {
  try {
    return { made: await api.get("/v1/study-plan") };
  } catch (problem) {
    if (problem.code === "no_study_plan") return { made: null };
    throw problem;
  }
}

function Days({ plan }) {
  const kinds = { review: t("plan.review"), learn: t("plan.learn"), practise: t("plan.practise"), rehearse: t("plan.rehearse") };
  return html`
    ${!plan.is_feasible && html`<p class="fault"><${Icon} name="warning" size="16" />${t("plan.too_much", { needed: plan.minutes_per_day_needed })}</p>`}
    ${plan.exam_date && html`<p class="soft">${t("plan.exam", { day: day(plan.exam_date) })}</p>`}
    <ol class="plan">
      ${plan.days.slice(0, 7).map((one) => html`<li>
        <div class="row row-apart"><strong>${day(one.date, { weekday: "long", day: "numeric", month: "short" })}</strong><span class="fine">${one.minutes ? duration(60 * one.minutes) : t("plan.rest")}</span></div>
        <ul>${one.items.map((item) => html`<li class="row"><${Chip} tone="accent">${kinds[item.kind]}<//><span>${item.title}</span><span class="fine">${duration(60 * item.minutes)}</span></li>`)}</ul>
      </li>`)}
    </ol>
  `;
}

function EditPlan({ topics, plan, done, close }) {
  const [chosen, choose] = useState(plan?.topics ?? topics.filter((one) => !one.is_mastered).slice(0, 5).map((one) => one.topic));
  const form = useForm({ exam_date: plan?.exam_date ?? "", minutes_per_day: String(plan?.minutes_per_day ?? 30), more: "" }, async (values) => {
    const named = values.more.split(",").map((one) => one.trim()).filter(Boolean);
    const wish = { topics: [...new Set([...chosen, ...named])], exam_date: values.exam_date || null, minutes_per_day: Number(values.minutes_per_day), concept_ids: plan?.concept_ids ?? [] };
    done(await api.put("/v1/study-plan", wish));
    close();
  });
  const toggle = (topic) => choose(chosen.includes(topic) ? chosen.filter((one) => one !== topic) : [...chosen, topic]);
  const offered = [...new Set([...chosen, ...topics.map((one) => one.topic)])].slice(0, 20);
  return html`<${Dialog} title=${t("plan.title")} close=${close}>
    <${Form} of=${form}>
      ${offered.length > 0 && html`<fieldset class="plain-set"><legend>${t("plan.topics")}</legend>
        ${offered.map((one) => html`<${Tick} label=${one} checked=${chosen.includes(one)} change=${() => toggle(one)} />`)}
      </fieldset>`}
      <${Field} of=${form} name="more" label=${t("plan.more_topics")} hint=${t("plan.more_topics_hint")} optional />
      <div class="fields">
        <${Field} of=${form} name="minutes_per_day" label=${t("plan.minutes")} type="number" min="5" max="600" />
        <${Field} of=${form} name="exam_date" label=${t("plan.exam_date")} type="date" optional />
      </div>
      <${Submit} of=${form}>${t("form.save")}<//>
    <//>
  <//>`;
}

/** Those that were earned, and those that are closest; the rest on request. */
function Badges({ badges }) {
  const [isAll, showAll] = useState(false);
  const nearest = [...badges].sort((one, other) => other.reached / other.goal - one.reached / one.goal);
  const shown = isAll ? nearest : nearest.slice(0, Math.max(6, badges.filter((one) => one.is_earned).length));
  return html`<ul class="badges">
    ${shown.map((one) => html`<li class=${one.is_earned ? "badge badge-earned" : "badge"}>
      <${Icon} name="trophy" />
      <div>
        <strong>${one.title}</strong>
        <p class="fine">${one.description}</p>
        ${!one.is_earned && html`<${Bar} share=${one.reached / one.goal} label=${t("progress.of", { reached: one.reached, goal: one.goal })} />`}
      </div>
    </li>`)}
    ${!isAll && shown.length < badges.length && html`<li><${Button} onClick=${() => showAll(true)}>${t("home.all")}<//></li>`}
  </ul>`;
}

function History() {
  const activity = usePages("/v1/me/activity", { page_size: 10 }, []);
  return html`<${Card} title=${t("progress.history")}>
    <${Await} of=${activity} empty=${html`<p class="soft">${t("progress.no_history")}</p>`}>
      ${(items) => html`<ul class="stack-close">${items.map((one) => html`<li class="row row-apart" key=${one.activity_id}>
        <span>${nameOf(one)}</span><span class="fine">${ago(one.at)}</span>
      </li>`)}</ul>`}
    <//>
    <${More} list=${activity} />
  <//>`;
}

export function nameOf({ kind, score }) {
  const names = {
    quiz_submitted: t("activity.quiz", { score: score === null ? "" : percent(score) }),
    card_reviewed: t("activity.card"),
    lesson_completed: t("activity.lesson"),
    concept_progressed: t("activity.concept"),
    question_asked: t("activity.question"),
    session_ended: t("activity.session"),
    post_created: t("activity.post"),
  };
  return names[kind];
}
