import * as api from "../core/api.js";
import { ago, number, t } from "../core/i18n.js";
import { useLoad } from "../core/load.js";
import { html } from "../core/view.js";
import { Await, Empty } from "../ui/await.js";
import { Card, Chip, Page } from "../ui/parts.js";
import { Table } from "../ui/table.js";

/** This week's points of those who wish to be listed. */
export default function Leaderboard() {
  const board = useLoad(() => api.get("/v1/leaderboard"), []);
  const columns = [
    { title: t("leaderboard.rank"), show: (row) => number(row.rank) },
    { title: t("leaderboard.name"), show: (row) => html`${row.display_name} ${row.is_you && html`<${Chip} tone="accent">${t("leaderboard.you")}<//>`}` },
    { title: t("home.points"), show: (row) => number(row.points), align: "end" },
  ];
  return html`<${Page} width="narrow" title=${t("leaderboard.title")} lead=${board.data?.as_of ? t("leaderboard.as_of", { ago: ago(board.data.as_of) }) : t("leaderboard.lead")}>
    <${Await} of=${board}>
      ${({ items, you }) => html`
        <${Card} tone="accent"><p>${you.is_listed ? t("leaderboard.yours", { points: you.points }) : t("leaderboard.unlisted")} <a href="#/settings">${t("settings.title")}</a></p><//>
        ${items.length === 0
          ? html`<${Empty} icon="trophy" title=${t("leaderboard.none")}>${t("leaderboard.none_why")}<//>`
          : html`<${Card} tone="flush"><${Table} label=${t("leaderboard.title")} columns=${columns} rows=${items} id=${(row) => row.user_id} /><//>`}
      `}
    <//>
  <//>`;
}
