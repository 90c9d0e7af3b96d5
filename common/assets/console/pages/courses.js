import * as api from "../core/api.js";
import { money, t } from "../core/i18n.js";
import { useLoad, usePages } from "../core/load.js";
import { narrow } from "../core/router.js";
import { html, useState } from "../core/view.js";
import { Await, Empty } from "../ui/await.js";
import { Icon } from "../ui/icon.js";
import { Button, Card, Chip, More, Page } from "../ui/parts.js";

/** One's own courses, and the catalogue. */
export default function Courses({ query }) {
  const own = useLoad(() => api.get("/v1/me/enrollments", { page_size: 20 }), []);
  const found = usePages("/v1/courses", { q: query.q, page_size: 12 }, [query.q]);
  return html`<${Page} title=${t("courses.title")} lead=${t("courses.lead")}>
    ${own.data?.items.length > 0 && html`<${Card} title=${t("courses.own")} tone="flush">
      <ul class="list">
        ${own.data.items.map((one) => html`<li><a class="list-row" href="#/courses/${one.course_id}">
          <${Icon} name="book" /><div class="list-main"><strong>${one.title}</strong></div>
          ${one.payment === "due" && html`<${Chip} tone="warn">${t("courses.due")}<//>`}<${Icon} name="right" size="18" />
        </a></li>`)}
      </ul>
    <//>`}
    <${Search} q=${query.q ?? ""} />
    <${Await} of=${found} empty=${html`<${Empty} icon="book" title=${t("courses.none")}>${t("courses.none_why")}<//>`}>
      ${(items) => html`<ul class="columns">${items.map((one) => html`<${Offer} key=${one.course_id} course=${one} />`)}</ul>`}
    <//>
    <${More} list=${found} />
  <//>`;
}

function Search({ q }) {
  const [text, write] = useState(q);
  const send = (event) => {
    event.preventDefault();
    narrow({ q: text.trim() });
  };
  return html`<form class="search" role="search" onSubmit=${send}>
    <label class="unseen" for="course-search">${t("courses.search")}</label>
    <input id="course-search" class="input" type="search" maxlength="200" placeholder=${t("courses.search")} value=${text} onInput=${(event) => write(event.target.value)} />
    <${Button} type="submit" icon="search">${t("courses.find")}<//>
  </form>`;
}

export const levels = () => ({ beginner: t("level.beginner"), intermediate: t("level.intermediate"), advanced: t("level.advanced") });

function Offer({ course }) {
  return html`<li class="card offer">
    <div class="row">
      ${course.level && html`<${Chip} tone="accent">${levels()[course.level]}<//>`}
      ${course.tags.slice(0, 3).map((one) => html`<${Chip}>${one}<//>`)}
    </div>
    <h2><a href="#/courses/${course.course_id}">${course.title}</a></h2>
    <p class="soft clamp">${course.description.replace(/[*_`#]/g, "")}</p>
    <p class="fine">${course.price ? money(course.price.amount, course.price.currency) : t("courses.free")}</p>
  </li>`;
}
