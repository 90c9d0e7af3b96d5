import * as api from "../core/api.js";
import { ago, day, duration, number, percent, t } from "../core/i18n.js";
import { useLoad } from "../core/load.js";
import { profile, refreshProfile } from "../core/session.js";
import { useValue } from "../core/state.js";
import { html, useEffect } from "../core/view.js";
import { Await } from "../ui/await.js";
import { Icon } from "../ui/icon.js";
import { Bar, ButtonLink, Card, Chip, Page, Stat, Stats } from "../ui/parts.js";
import { nameOf } from "./progress.js";

/** Today: what is worth doing now, how it stands, and what was done last. */
export default function Home() {
  const who = useValue(profile);
  const due = useLoad(() => api.get("/v1/flashcards/due", { limit: 1 }), []);
  const documents = useLoad(() => api.get("/v1/documents", { page_size: 3 }), []);
  const mastery = useLoad(() => api.get("/v1/mastery"), []);
  const activity = useLoad(() => api.get("/v1/me/activity", { page_size: 6 }), []);
  useEffect(() => void refreshProfile().catch(() => {}), []);
  const cards = due.data ? due.data.due_count + due.data.new_count : null;
  return html`<${Page} title=${t("home.hello", { name: who.display_name })} lead=${day(new Date().toISOString(), { weekday: "long", day: "numeric", month: "long" })}>
    <${Next} cards=${cards} documents=${documents.data?.items} />
    <${Stats}>
      <${Stat} icon="flame" tone="flame" label=${t("home.streak")} value=${who.current_streak} note=${t("home.longest", { count: who.longest_streak })} />
      <${Stat} icon="cards" label=${t("home.due")} value=${cards ?? "–"} note=${due.data?.estimated_seconds > 0 ? duration(due.data.estimated_seconds * Math.max(1, cards)) : t("home.due_note")} />
      <${Stat} icon="trophy" label=${t("home.points")} value=${number(who.total_points)} note=${t("home.badges", { count: who.badges.length })} />
      <${Stat} icon="check" label=${t("home.mastered")} value=${who.mastered_topics.length} note=${t("home.mastered_note")} />
    <//>
    <div class="columns columns-even">
      <${Card} title=${t("progress.mastery")} actions=${html`<a href="#/progress">${t("home.all")}</a>`}>
        <${Await} of=${mastery}>${({ items }) => html`<${Weakest} topics=${items} />`}<//>
      <//>
      <${Card} title=${t("documents.title")} actions=${html`<a href="#/documents">${t("home.all")}</a>`}>
        <${Await} of=${documents}>${({ items }) => html`<${Latest} documents=${items} />`}<//>
      <//>
      <${Card} title=${t("progress.history")}>
        <${Await} of=${activity}>
          ${({ items }) =>
            items.length === 0
              ? html`<p class="soft">${t("progress.no_history")}</p>`
              : html`<ul class="stack-close">${items.map((one) => html`<li class="row row-apart" key=${one.activity_id}><span>${nameOf(one)}</span><span class="fine">${ago(one.at)}</span></li>`)}</ul>`}
        <//>
      <//>
    </div>
  <//>`;
}

/** The one thing to do next: the first of these that applies. */
function Next({ cards, documents }) {
  if (cards === null || !documents) return html`<${Card} tone="accent"><div class="waiting-next"></div><//>`;
  const [title, words, to, action, icon] =
    documents.length === 0 && cards === 0
      ? [t("next.begin"), t("next.begin_why"), "/documents", t("next.begin_go"), "upload"]
      : cards > 0
        ? [t("next.cards", { count: cards }), t("next.cards_why"), "/review", t("next.cards_go"), "cards"]
        : [t("next.ask"), t("next.ask_why"), "/chat", t("next.ask_go"), "chat"];
  return html`<${Card} tone="accent">
    <div class="row row-apart next">
      <div><h2>${title}</h2><p>${words}</p></div>
      <${ButtonLink} to=${to} kind="main" icon=${icon}>${action}<//>
    </div>
  <//>`;
}

function Weakest({ topics }) {
  if (topics.length === 0) return html`<p class="soft">${t("progress.no_mastery_why")}</p>`;
  const weakest = [...topics].sort((one, other) => one.level - other.level).slice(0, 5);
  return html`<ul class="stack-close">
    ${weakest.map((one) => html`<li>
      <div class="row row-apart"><span>${one.topic}</span><span class="soft">${percent(one.level)}</span></div>
      <${Bar} share=${one.level} label=${one.topic} tone=${one.is_mastered ? "good" : null} />
    </li>`)}
  </ul>`;
}

function Latest({ documents }) {
  if (documents.length === 0) return html`<p class="soft">${t("documents.none_why")}</p>`;
  return html`<ul class="stack-close">
    ${documents.map((one) => html`<li class="row">
      <${Icon} name="file" size="18" /><a class="grow clip" href="#/documents/${one.document_id}">${one.title}</a>
      ${one.status !== "ready" && html`<${Chip}>${one.status === "failed" ? t("documents.failed") : t("documents.reading")}<//>`}
    </li>`)}
  </ul>`;
}
