import { t } from "../core/i18n.js";
import { usePages } from "../core/load.js";
import { isAtLeast, profile } from "../core/session.js";
import { html, useState } from "../core/view.js";
import { Await, Empty } from "../ui/await.js";
import { Icon } from "../ui/icon.js";
import { Card, Chip, More, Page, Tabs } from "../ui/parts.js";
import { statuses } from "./overview.js";

/** The courses that somebody teaches; for admins, all that there are, by how many learn in them. */
export default function Teaching() {
  const [shown, choose] = useState("published");
  const mayAll = isAtLeast(profile.value, "admin");
  const options = [...Object.entries(statuses()), ...(mayAll ? [["all", t("teaching.all")]] : [])];
  return html`<${Page} title=${t("teaching.title")} lead=${t("teaching.lead")}>
    <${Tabs} label=${t("teaching.which")} value=${shown} options=${options} choose=${choose} />
    <${List} key=${shown} shown=${shown} />
  <//>`;
}

function List({ shown }) {
  const isAll = shown === "all";
  const own = { teacher_id: profile.value.user_id, status: shown };
  const courses = usePages(isAll ? "/v1/dashboard/admin/courses" : "/v1/courses", { page_size: 20, ...(isAll ? {} : own) }, [shown]);
  return html`<${Await} of=${courses} empty=${html`<${Empty} icon="book" title=${t("teaching.none")}>${t("teaching.none_why")}<//>`}>
      ${(items) => html`<${Card} tone="flush"><ul class="list">
        ${items.map((one) => html`<li key=${one.course_id}><a class="list-row" href="#/teaching/${one.course_id}">
          <${Icon} name="book" /><div class="list-main"><strong>${one.title}</strong><span>${one.course_number ?? ""}</span></div>
          ${one.enrolled !== undefined && html`<span class="fine">${t("course.learners", { count: one.enrolled })}</span>`}
          ${one.status !== "published" && html`<${Chip}>${statuses()[one.status]}<//>`}
          <${Icon} name="right" size="18" />
        </a></li>`)}
      </ul><//>`}
    <//>
    <${More} list=${courses} />`;
}
