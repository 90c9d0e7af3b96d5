import { ago, day, money, number, t } from "../core/i18n.js";
import { html, useState } from "../core/view.js";
import { Chart } from "../ui/chart.js";
import { Initial } from "../ui/frame.js";
import { ButtonLink, Card, Chip, Stat, Stats, Tabs } from "../ui/parts.js";
import { Shares } from "../ui/shares.js";
import { Table } from "../ui/table.js";
import { CountedPage } from "./counted.js";
import { QueueChip } from "./operations.js";
import { bandsOf } from "./teaching_course.js";

/** The whole deployment at a glance, for admins. */
export default function Overview() {
  return html`<${CountedPage} title=${t("overview.title")} lead=${t("overview.lead")}>
    ${(seen) => html`
      <${Totals} seen=${seen} />
      <${Days} days=${seen.days} />
      <div class="columns columns-even">
        <${Users} seen=${seen} />
        <${Card} title=${t("risk.title")}>
          <${Shares} label=${t("risk.title")} parts=${bandsOf(seen.risks)} />
          <p class="fine">${t("risk.each_course")}</p>
        <//>
        <${Nudges} counts=${seen.nudges} days=${seen.days.length} />
      </div>
      <div class="two-thirds">
        <${Courses} courses=${seen.courses} />
        <${Newest} users=${seen.recent_users} />
      </div>
      <div class="columns columns-even">
        <${Card} title=${t("ai.title")} actions=${html`<${ButtonLink} to="/ai">${t("overview.more")}<//>`}>
          <p class="figure">${cost(seen.ai.cost_micros)}</p>
          <p class="soft">${t("ai.calls_in", { count: seen.ai.calls, days: number(seen.days.length) })}</p>
        <//>
        <${Card} title=${t("operations.title")} actions=${html`<${ButtonLink} to="/operations">${t("overview.more")}<//>`}>
          <p><${QueueChip} queues=${seen.queues} /></p>
          <p class="soft">${t("operations.overdue_count", { count: seen.queues.overdue })}</p>
        <//>
      </div>
    `}
  <//>`;
}

/** Millionths of a US dollar. */
export const cost = (micros) =>
  number(micros / 1e6, { style: "currency", currency: "USD", ...(micros > 0 && micros < 1e4 ? { maximumSignificantDigits: 2 } : {}) });

function Totals({ seen }) {
  const revenue = seen.revenue.map((one) => money(one.amount, one.currency)).join(" · ");
  return html`<div class="stats-three"><${Stats}>
    <${Stat} icon="people" label=${t("overview.users")} value=${number(seen.total_users)} note=${seen.inactive_users ? t("overview.inactive", { count: seen.inactive_users }) : null} />
    <${Stat} icon="book" label=${t("courses.title")} value=${number(seen.total_courses)} note=${t("overview.published", { count: seen.published_courses })} />
    <${Stat} icon="check" label=${t("overview.enrollments")} value=${number(seen.enrollments)} note=${t("overview.paid", { count: seen.paid_enrollments })} />
    <${Stat} icon="clock" label=${t("overview.sessions")} value=${number(seen.active_sessions_24h)} note=${t("overview.in_a_day")} />
    <${Stat} icon="chat" label=${t("overview.messages")} value=${number(seen.total_messages)} note=${t("overview.ever")} />
    <${Stat} icon="trophy" label=${t("overview.purchases")} value=${seen.billing === "off" ? "–" : number(seen.purchases)} note=${seen.billing === "off" ? t("overview.no_billing") : revenue} />
  <//></div>`;
}

function Days({ days }) {
  const [span, choose] = useState("7");
  const shown = days.slice(-Number(span));
  const spans = [["7", t("overview.week")], ["31", t("overview.month")]];
  const show = (value) => number(value);
  return html`<${Card} title=${t("overview.activity")} actions=${html`<${Tabs} label=${t("overview.span")} value=${span} options=${spans} choose=${choose} />`}>
    <${Chart} label=${t("overview.activity")} x=${shown.map((one) => day(one.date, { day: "numeric", month: "short" }))} show=${show}
      series=${[
        { label: t("overview.active"), values: shown.map((one) => one.active_learners) },
        { label: t("overview.sessions"), values: shown.map((one) => one.sessions) },
        { label: t("overview.new_users"), values: shown.map((one) => one.new_users) },
      ]} />
  <//>`;
}

function Users({ seen }) {
  const { learner, teacher, admin } = seen.users_by_role;
  const parts = [
    { words: t("users.learners"), count: learner, tone: "1" },
    { words: t("users.teachers"), count: teacher, tone: "2" },
    { words: t("users.admins"), count: admin, tone: "3" },
  ];
  return html`<${Card} title=${t("overview.roles")}><${Shares} label=${t("overview.roles")} parts=${parts} /><//>`;
}

function Nudges({ counts, days }) {
  const share = (count) => (counts.sent ? number(count / counts.sent, { style: "percent", maximumFractionDigits: 0 }) : "");
  const rows = [[t("overview.sent"), counts.sent, ""], [t("overview.opened"), counts.opened, share(counts.opened)], [t("overview.acted"), counts.acted, share(counts.acted)], [t("overview.came_back"), counts.came_back, share(counts.came_back)]];
  return html`<${Card} title=${t("nudges.title")} actions=${html`<a href="#/experiments">${t("experiments.title")}</a>`}>
    <dl class="shares-legend">${rows.map(([words, count, of]) => html`<div><dt>${words}</dt><dd>${number(count)} <span class="soft">${of}</span></dd></div>`)}</dl>
    <p class="fine">${t("overview.days", { count: days })}</p>
  <//>`;
}

function Newest({ users }) {
  return html`<${Card} title=${t("overview.newest")} actions=${html`<a href="#/users">${t("home.all")}</a>`}>
    <ul class="stack-close">
      ${users.map((one) => html`<li class="newest" key=${one.user_id}>
        <${Initial} name=${one.display_name} /><span class="grow clip">${one.display_name}</span><span class="fine">${ago(one.created_at)}</span>
      </li>`)}
    </ul>
  <//>`;
}

function Courses({ courses }) {
  const columns = [
    { title: t("course.title"), show: (one) => html`<a href="#/teaching/${one.course_id}">${one.title}</a>` },
    { title: t("overview.state"), show: (one) => html`<${Chip} tone=${one.status === "published" ? "good" : "calm"}>${statuses()[one.status]}<//>` },
    { title: t("overview.enrolled"), align: "end", show: (one) => number(one.enrolled) },
    { title: t("overview.paid_places"), align: "end", show: (one) => number(one.paid) },
  ];
  return html`<${Card} title=${t("overview.courses")}>
    ${courses.length === 0 ? html`<p class="soft">${t("teaching.none_why")}</p>` : html`<${Table} label=${t("overview.courses")} columns=${columns} rows=${courses} id=${(one) => one.course_id} />`}
  <//>`;
}

export const statuses = () => ({ draft: t("teaching.draft"), published: t("teaching.published"), withdrawn: t("teaching.withdrawn") });
