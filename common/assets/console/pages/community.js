import * as api from "../core/api.js";
import { ago, t } from "../core/i18n.js";
import { usePages } from "../core/load.js";
import { go, narrow } from "../core/router.js";
import { html, useState } from "../core/view.js";
import { Await, Empty } from "../ui/await.js";
import { Dialog } from "../ui/dialog.js";
import { Field, Form, Submit, useForm } from "../ui/form.js";
import { Initial } from "../ui/frame.js";
import { Icon } from "../ui/icon.js";
import { Button, Card, Chip, More, Page, Tabs } from "../ui/parts.js";
import { toast } from "../ui/toast.js";

/** What learners ask and tell each other: everybody's board, or a course's. */
export default function Community({ query }) {
  const sort = query.sort === "top" ? "top" : "new";
  const posts = usePages("/v1/posts", { sort, tag: query.tag, course_id: query.course, page_size: 20 }, [sort, query.tag, query.course]);
  const [isNew, write] = useState(false);
  const begin = html`<${Button} kind="main" icon="plus" onClick=${() => write(true)}>${t("community.write")}<//>`;
  const none = html`<${Empty} icon="people" title=${t("community.none")}>${t("community.none_why")}<//>`;
  return html`<${Page} width="narrow" title=${t("community.title")} lead=${query.course ? t("community.of_course") : t("community.lead")} actions=${begin}>
    <div class="row row-apart">
      <${Tabs} label=${t("community.order")} value=${sort} options=${[["new", t("community.new")], ["top", t("community.top")]]} choose=${(one) => narrow({ ...query, sort: one })} />
      ${query.tag && html`<${Button} kind="quiet" icon="close" onClick=${() => narrow({ ...query, tag: "" })}>#${query.tag}<//>`}
    </div>
    <${Await} of=${posts} empty=${none}>
      ${(items) => html`<${Card} tone="flush"><ul class="list">${items.map((one) => html`<${Row} key=${one.post_id} post=${one} />`)}</ul><//>`}
    <//>
    <${More} list=${posts} />
    ${isNew && html`<${NewPost} course=${query.course} close=${() => write(false)} />`}
  <//>`;
}

function Row({ post }) {
  return html`<li>
    <a class="list-row" href="#/community/${post.post_id}">
      <${Initial} name=${post.author?.display_name} />
      <div class="list-main">
        <strong>${post.title}</strong>
        <p class="clamp">${post.excerpt}</p>
        <span>${post.author?.display_name ?? t("community.gone")} · ${ago(post.created_at)}</span>
        ${post.tags.map((one) => html` <${Chip}>#${one}<//>`)}
      </div>
      <span class="counts fine"><span title=${t("community.likes")}><${Icon} name="heart" size="16" />${post.likes}</span><span title=${t("community.comments")}><${Icon} name="chat" size="16" />${post.comments}</span></span>
    </a>
  </li>`;
}

function NewPost({ course, close }) {
  const form = useForm({ title: "", body: "", tags: "" }, async (values) => {
    const tags = values.tags.split(/[\s,#]+/).filter(Boolean);
    const post = await api.postOnce("/v1/posts", { title: values.title, body: values.body, tags, course_id: course ?? null });
    if (post.notice) toast(post.notice, "calm");
    close();
    go(`/community/${post.post_id}`);
  });
  return html`<${Dialog} title=${t("community.write")} close=${close} wide>
    <${Form} of=${form}>
      <${Field} of=${form} name="title" label=${t("community.post_title")} maxlength="200" />
      <${Field} of=${form} name="body" label=${t("community.text")} hint=${t("community.markdown")} lines="8" maxlength="20000" />
      <${Field} of=${form} name="tags" label=${t("community.tags")} hint=${t("community.tags_hint")} optional />
      <${Submit} of=${form}>${t("community.post")}<//>
    <//>
  <//>`;
}
