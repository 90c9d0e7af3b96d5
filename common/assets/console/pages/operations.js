import { ago, moment, number, t } from "../core/i18n.js";
import { html } from "../core/view.js";
import { Empty } from "../ui/await.js";
import { Card, Chip, Stat, Stats } from "../ui/parts.js";
import { Table } from "../ui/table.js";
import { CountedPage } from "./counted.js";

/** Whether the work behind the answers is done in time. */
export default function Operations() {
  return html`<${CountedPage} title=${t("operations.title")} lead=${t("operations.lead")}>
    ${({ queues }) => html`
      <${Stats}>
        <${Stat} icon="check" label=${t("operations.state")} value=${html`<${QueueChip} queues=${queues} />`} />
        <${Stat} icon="clock" label=${t("operations.overdue")} value=${number(queues.overdue)} note=${queues.oldest_due_at ? t("operations.oldest", { ago: ago(queues.oldest_due_at) }) : t("operations.none_waits")} />
        <${Stat} icon="warning" label=${t("operations.dead")} value=${number(queues.dead)} note=${t("operations.dead_why")} />
      <//>
      <${Card} title=${t("operations.dead_kinds")}>
        ${queues.dead_kinds.length === 0
          ? html`<${Empty} icon="check" title=${t("operations.no_dead")}>${t("operations.no_dead_why")}<//>`
          : html`<${Table} label=${t("operations.dead_kinds")} rows=${queues.dead_kinds} id=${(one) => one.kind}
              columns=${[{ title: t("operations.kind"), show: (one) => html`<code>${one.kind}</code>` }, { title: t("operations.count"), align: "end", show: (one) => number(one.count) }]} />`}
      <//>
      ${queues.oldest_due_at && html`<p class="fine">${t("operations.since", { moment: moment(queues.oldest_due_at) })}</p>`}
    `}
  <//>`;
}

/** In a word: all done, behind, or something was given up. */
export function QueueChip({ queues }) {
  if (queues.dead > 0) return html`<${Chip} tone="bad">${t("operations.given_up", { count: queues.dead })}<//>`;
  if (queues.overdue > 0) return html`<${Chip} tone="warn">${t("operations.behind")}<//>`;
  return html`<${Chip} tone="good">${t("operations.well")}<//>`;
}
