import * as api from "../core/api.js";
import { duration, t } from "../core/i18n.js";
import { useLoad } from "../core/load.js";
import { markdown } from "../core/markdown.js";
import { html, useRef, useState } from "../core/view.js";
import { Await } from "../ui/await.js";
import { Icon } from "../ui/icon.js";
import { Button, ButtonLink, Card, Page } from "../ui/parts.js";
import { attempt, toast } from "../ui/toast.js";

/** A lesson of a course: its text, its documents, and saying that it is done. */
export default function Lesson({ params }) {
  const loaded = useLoad(() => api.get(`/v1/courses/${params.id}/topics/${params.lesson}`), [params.lesson]);
  const topic = loaded.data?.topic;
  const lead = topic?.minutes ? duration(60 * topic.minutes) : null;
  return html`<${Page} width="narrow" title=${topic?.title ?? t("lesson.title")} lead=${lead} back=${{ to: `/courses/${params.id}`, words: t("course.title") }}>
    <${Await} of=${loaded} lines="8">
      ${({ topic: shown }) => html`
        <${Card}>
          ${shown.body ? html`<div class="prose">${markdown(shown.body)}</div>` : html`<p class="prose">${shown.summary || t("lesson.no_text")}</p>`}
          ${shown.document_ids.length > 0 && html`<div class="row">${shown.document_ids.map((id, at) => html`<${ButtonLink} to="/documents/${id}" icon="file">${t("lesson.document", { count: at + 1 })}<//>`)}</div>`}
        <//>
        <${Done} params=${params} />
      `}
    <//>
  <//>`;
}

function Done({ params }) {
  const [isDone, done] = useState(false);
  const begun = useRef(performance.now());
  const finish = () =>
    attempt(async () => {
      const time_spent_seconds = Math.min(86_400, Math.round((performance.now() - begun.current) / 1000));
      await api.postOnce(`/v1/lessons/${params.lesson}/completions`, { course_id: params.id, time_spent_seconds });
      done(true);
      toast(t("lesson.done"));
    });
  if (isDone) return html`<p class="row"><${Icon} name="check" />${t("lesson.done")} <a href="#/courses/${params.id}">${t("lesson.back")}</a></p>`;
  return html`<div><${Button} kind="main" icon="check" onClick=${finish}>${t("lesson.finish")}<//></div>`;
}
