import { day, number, percent, t } from "../core/i18n.js";
import { html } from "../core/view.js";
import { Chart } from "../ui/chart.js";
import { Card, Stat, Stats } from "../ui/parts.js";
import { Shares } from "../ui/shares.js";
import { Table } from "../ui/table.js";
import { CountedPage } from "./counted.js";
import { cost } from "./overview.js";

/** What was asked of language models, what stood in for them, and what it cost. */
export default function Ai() {
  return html`<${CountedPage} title=${t("ai.title")} lead=${t("ai.lead")}>${(seen) => html`<${Use} seen=${seen} />`}<//>`;
}

/** An amount on an axis: two figures where it is small. */
const dollars = (value) => number(value, { style: "currency", currency: "USD", ...(value < 1 ? { maximumSignificantDigits: 2 } : {}) });

function Use({ seen }) {
  const { ai, days } = seen;
  const byModel = ai.calls - ai.from_cache - ai.offline;
  const x = days.map((one) => day(one.date, { day: "numeric", month: "short" }));
  const answeredBy = [
    { words: t("ai.model"), count: byModel, tone: "1" },
    { words: t("ai.cache"), count: ai.from_cache, tone: "2" },
    { words: t("ai.offline"), count: ai.offline, tone: "3" },
  ];
  const purposes = { chat: t("ai.chat"), embed: t("ai.embed"), quiz: t("ai.quiz"), nudge: t("ai.nudge") };
  const columns = [
    { title: t("ai.purpose"), show: (one) => purposes[one.purpose] ?? one.purpose },
    { title: t("ai.calls"), align: "end", show: (one) => number(one.calls) },
    { title: t("ai.cost"), align: "end", show: (one) => cost(one.cost_micros) },
    { title: t("ai.each"), align: "end", show: (one) => (one.calls ? cost(one.cost_micros / one.calls) : "–") },
  ];
  return html`
    <${Stats}>
      <${Stat} label=${t("ai.cost")} value=${cost(ai.cost_micros)} note=${t("overview.days", { count: days.length })} />
      <${Stat} label=${t("ai.today")} value=${cost(days.at(-1)?.ai.cost_micros ?? 0)} />
      <${Stat} label=${t("ai.calls")} value=${number(ai.calls)} note=${ai.calls ? t("ai.without_model", { share: percent(1 - byModel / ai.calls) }) : null} />
      <${Stat} label=${t("ai.tokens")} value=${number(ai.input_tokens + ai.output_tokens, { notation: "compact" })} note=${t("ai.tokens_out", { count: number(ai.output_tokens, { notation: "compact" }) })} />
    <//>
    <${Card} title=${t("ai.cost_a_day")}>
      <${Chart} label=${t("ai.cost_a_day")} x=${x} most=${1.1 * Math.max(1e-6, ...days.map((one) => one.ai.cost_micros / 1e6))} show=${dollars} series=${[{ label: t("ai.cost"), kind: "bars", values: days.map((one) => one.ai.cost_micros / 1e6) }]} />
    <//>
    <div class="two-thirds">
      <${Card} title=${t("ai.calls_a_day")}>
        <${Chart} label=${t("ai.calls_a_day")} x=${x} show=${(value) => number(value)} series=${[
          { label: t("ai.calls"), values: days.map((one) => one.ai.calls) },
          { label: t("ai.model"), values: days.map((one) => one.ai.calls - one.ai.from_cache - one.ai.offline) },
        ]} />
      <//>
      <${Card} title=${t("ai.answered_by")}><${Shares} label=${t("ai.answered_by")} parts=${answeredBy} /><//>
    </div>
    <${Card} title=${t("ai.by_purpose")}>
      ${seen.ai_purposes.length === 0 ? html`<p class="soft">${t("ai.none")}</p>` : html`<${Table} label=${t("ai.by_purpose")} columns=${columns} rows=${seen.ai_purposes} id=${(one) => one.purpose} />`}
    <//>
  `;
}
