import * as api from "../core/api.js";
import { duration, money, t } from "../core/i18n.js";
import { useLoad } from "../core/load.js";
import { markdown } from "../core/markdown.js";
import { address } from "../core/router.js";
import { isAtLeast, profile } from "../core/session.js";
import { html, useState } from "../core/view.js";
import { Await } from "../ui/await.js";
import { Confirm } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { Button, ButtonLink, Card, Chip, Page } from "../ui/parts.js";
import { attempt, toast } from "../ui/toast.js";
import { levels } from "./courses.js";

/** A course: what it is about, its lessons, its documents, and joining it. */
export default function Course({ params }) {
  const loaded = useLoad(() => api.get(`/v1/courses/${params.id}`), [params.id]);
  const course = loaded.data;
  return html`<${Page} title=${course?.title ?? t("course.title")} lead=${course?.course_number} back=${{ to: "/courses", words: t("courses.title") }}
    actions=${course && html`<${Actions} course=${course} again=${loaded.reload} />`}>
    <${Await} of=${loaded} lines="6">
      ${(shown) => html`<div class="two-thirds">
        <${Outline} course=${shown} />
        <div class="stack">
          <${Card} title=${t("course.about")}>
            <div class="row">${shown.level && html`<${Chip} tone="accent">${levels()[shown.level]}<//>`}${shown.tags.map((one) => html`<${Chip}>${one}<//>`)}</div>
            <div class="prose">${markdown(shown.description)}</div>
            ${shown.teacher_name && html`<p class="fine">${t("course.taught_by", { name: shown.teacher_name })}</p>`}
            <p class="fine">${t("course.learners", { count: shown.enrolled })}${shown.places_left !== null ? ` · ${t("course.places", { count: shown.places_left })}` : ""}</p>
          <//>
          ${(shown.is_enrolled || shown.may_manage) && html`<${Documents} course=${shown} />`}
        </div>
      </div>`}
    <//>
  <//>`;
}

function Actions({ course, again }) {
  const [isLeaving, leave] = useState(false);
  const [isBusy, wait] = useState(false);
  const join = async () => {
    wait(true);
    if (await attempt(() => api.postOnce(`/v1/courses/${course.course_id}/enrollments`))) {
      toast(t("course.joined", { title: course.title }));
      await again();
    }
    wait(false);
  };
  const mine = html`
    <${ButtonLink} to=${address("/chat", { course: course.course_id })} kind="main" icon="chat">${t("course.ask")}<//>
    <${ButtonLink} to=${address("/community", { course: course.course_id })} icon="people">${t("community.title")}<//>
  `;
  if (course.may_manage) return mine;
  if (course.is_held) return html`<${Chip} tone="warn">${t("courses.due")}<//>`;
  if (!course.is_enrolled) {
    const words = course.price ? t("course.join_for", { price: money(course.price.amount, course.price.currency) }) : t("course.join");
    return html`<${Button} kind="main" busy=${isBusy} disabled=${course.places_left === 0} onClick=${join}>${words}<//>`;
  }
  return html`${mine}<${Button} onClick=${() => leave(true)}>${t("course.leave")}<//>
    ${isLeaving && html`<${Confirm} title=${t("course.leave")} words=${t("course.leave_sure")} action=${t("course.leave")}
      act=${async () => { await api.remove(`/v1/courses/${course.course_id}/enrollments/${profile.value.user_id}`); await again(); }} close=${() => leave(false)} />`}`;
}

function Outline({ course }) {
  const mayRead = course.is_enrolled || course.may_manage;
  const lesson = (one) => {
    const words = html`<${Icon} name=${mayRead ? "file" : "right"} size="18" /><div class="list-main"><strong>${one.title}</strong>${one.summary && html`<span>${one.summary}</span>`}</div>
      ${one.minutes && html`<span class="fine">${duration(60 * one.minutes)}</span>`}`;
    return html`<li>${mayRead ? html`<a class="list-row" href="#/courses/${course.course_id}/lessons/${one.topic_id}">${words}</a>` : html`<div class="list-row">${words}</div>`}</li>`;
  };
  return html`<div class="stack">
    ${course.sections.length === 0 && html`<p class="soft">${t("course.empty")}</p>`}
    ${course.sections.map((section) => html`<${Card} title=${section.title} tone="flush">
      ${section.modules.map((module) => html`<h3 class="module-title">${module.title}</h3>
        <ul class="list">${module.topics.map(lesson)}</ul>`)}
    <//>`)}
  </div>`;
}

function Documents({ course }) {
  const documents = useLoad(() => api.get("/v1/documents", { course_id: course.course_id, page_size: 20 }), [course.course_id]);
  return html`<${Card} title=${t("documents.title")}>
    <${Await} of=${documents}>
      ${({ items }) =>
        items.length === 0
          ? html`<p class="soft">${t("course.no_documents")}</p>`
          : html`<ul class="stack-close">${items.map((one) => html`<li><a class="row" href="#/documents/${one.document_id}"><${Icon} name="file" size="18" />${one.title}</a></li>`)}</ul>`}
    <//>
    ${documents.data?.items.length > 0 && html`<${ButtonLink} to=${address("/quizzes", { course: course.course_id })} icon="quiz">${t("document.quiz")}<//>`}
    ${isAtLeast(profile.value, "teacher") && course.may_manage && html`<p class="fine">${t("course.yours")}</p>`}
  <//>`;
}
