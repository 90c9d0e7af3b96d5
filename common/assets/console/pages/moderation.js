import * as api from "../core/api.js";
import { ago, t } from "../core/i18n.js";
import { usePages } from "../core/load.js";
import { isAtLeast, profile } from "../core/session.js";
import { html, useState } from "../core/view.js";
import { Await, Empty } from "../ui/await.js";
import { Button, Card, Chip, More, Page } from "../ui/parts.js";
import { attempt, toast } from "../ui/toast.js";

const reasons = () => ({
  spam: t("report.spam"), harassment: t("report.harassment"), hate: t("report.hate"), sexual: t("report.sexual"),
  self_harm: t("report.self_harm"), cheating: t("report.cheating"), personal_data: t("report.personal_data"), other: t("report.other"),
});

/** What waits for a moderator: on everybody's board for admins, on their courses' boards for teachers. */
export default function Moderation() {
  const mayAll = isAtLeast(profile.value, "admin");
  const courses = usePages("/v1/courses", { teacher_id: profile.value.user_id, page_size: 50 }, []);
  const [course, choose] = useState("");
  const boards = [...(mayAll ? [["", t("moderation.everybody")]] : []), ...(courses.data ?? []).map((one) => [one.course_id, one.title])];
  const chosen = course || boards[0]?.[0];
  return html`<${Page} title=${t("moderation.title")} lead=${t("moderation.lead")}>
    <${Await} of=${courses}>
      ${() => boards.length === 0
        ? html`<${Empty} icon="flag" title=${t("moderation.no_board")}>${t("moderation.no_board_why")}<//>`
        : html`
          ${boards.length > 1 && html`<div class="field field-short"><label for="board">${t("moderation.board")}</label>
            <select id="board" value=${chosen} onInput=${(event) => choose(event.target.value)}>${boards.map(([value, words]) => html`<option value=${value}>${words}</option>`)}</select></div>`}
          <${Queue} key=${chosen} course=${chosen} />`}
    <//>
  <//>`;
}

function Queue({ course }) {
  const cases = usePages("/v1/moderation", { page_size: 20, ...(course ? { course_id: course } : {}) }, [course]);
  const done = (one) => cases.set(cases.data.filter((other) => idOf(other) !== idOf(one)));
  return html`
    <${Await} of=${cases} empty=${html`<${Empty} icon="check" title=${t("moderation.none")}>${t("moderation.none_why")}<//>`}>
      ${(items) => html`<div class="stack">${items.map((one) => html`<${Case} key=${idOf(one)} of=${one} done=${done} />`)}</div>`}
    <//>
    <${More} list=${cases} />
  `;
}

const idOf = (one) => `${one.post_id} ${one.comment_id}`;

function Case({ of, done }) {
  const [busy, wait] = useState(null);
  const decide = async (action) => {
    wait(action);
    const isDecided = await attempt(() => api.post(`/v1/posts/${of.post_id}/decisions`, { action, ...(of.comment_id ? { comment_id: of.comment_id } : {}) }));
    wait(null);
    if (!isDecided) return;
    toast(action === "keep" ? t("moderation.kept") : t("moderation.removed"));
    done(of);
  };
  return html`<${Card} title=${of.title ?? t("moderation.comment")} actions=${html`<span class="fine">${ago(of.opened_at)}</span>`}>
    <p class="soft">${of.author?.display_name ?? t("community.gone")}</p>
    <div class="row">
      ${of.reasons.map((one) => html`<${Chip} tone="warn">${reasons()[one.reason] ?? one.reason} · ${one.count}<//>`)}
      ${of.categories.map((one) => html`<${Chip} tone="bad">${t("moderation.filter", { category: one })}<//>`)}
      ${of.is_unjudged && html`<${Chip}>${t("moderation.unjudged")}<//>`}
      ${of.text_status !== "shown" && html`<${Chip} tone="accent">${t("moderation.hidden")}<//>`}
    </div>
    <p class="as-written">${of.body}</p>
    <div class="row">
      <${Button} kind="main" icon="check" busy=${busy === "keep"} onClick=${() => decide("keep")}>${t("moderation.keep")}<//>
      <${Button} kind="danger" icon="trash" busy=${busy === "remove"} onClick=${() => decide("remove")}>${t("moderation.remove")}<//>
      <a href="#/community/${of.post_id}">${t("moderation.open")}</a>
    </div>
  <//>`;
}
