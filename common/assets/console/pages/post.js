import * as api from "../core/api.js";
import { ago, moment, t } from "../core/i18n.js";
import { useLoad, usePages } from "../core/load.js";
import { rich } from "../core/rich.js";
import { address, go } from "../core/router.js";
import { profile } from "../core/session.js";
import { html, useState } from "../core/view.js";
import { Await, Failed } from "../ui/await.js";
import { Confirm, Dialog } from "../ui/dialog.js";
import { Field, Form, Submit, useForm } from "../ui/form.js";
import { Initial } from "../ui/frame.js";
import { Button, Card, Chip, IconButton, More, Page } from "../ui/parts.js";
import { attempt, toast } from "../ui/toast.js";

const REASONS = () => [
  ["spam", t("report.spam")], ["harassment", t("report.harassment")], ["hate", t("report.hate")], ["sexual", t("report.sexual")],
  ["self_harm", t("report.self_harm")], ["cheating", t("report.cheating")], ["personal_data", t("report.personal_data")], ["other", t("report.other")],
];

/** A post and what was answered. Its text comes as clean HTML, and is built anew from a list of allowed elements. */
export default function Post({ params }) {
  const path = `/v1/posts/${params.id}`;
  const loaded = useLoad(() => api.get(path), [params.id]);
  const comments = usePages(`${path}/comments`, { page_size: 50 }, [params.id]);
  const [asked, ask] = useState(null);
  const thread = loaded.data;
  const post = thread?.post;
  const isMine = post?.author?.user_id === profile.value?.user_id;
  return html`<${Page} width="narrow" title=${post?.title ?? t("community.title")} back=${{ to: address("/community", { course: post?.course_id }), words: t("community.title") }}>
    <${Await} of=${loaded} lines="6">
      ${({ post: shown }) => html`
        <${Card}>
          <${Author} of=${shown} />
          ${shown.notice && html`<${Failed} problem=${{ words: shown.notice }} />`}
          <div class="prose">${rich(shown.html)}</div>
          <div class="row">
            <${Like} post=${shown} path=${path} set=${(change) => loaded.set({ ...thread, post: { ...shown, ...change } })} />
            ${shown.tags.map((one) => html`<a href="#${address("/community", { tag: one })}"><${Chip}>#${one}<//></a>`)}
            <span class="grow"></span>
            ${isMine ? html`<${IconButton} icon="trash" label=${t("post.delete")} onClick=${() => ask({ kind: "delete" })} />` : html`<${IconButton} icon="flag" label=${t("report.title")} onClick=${() => ask({ kind: "report", comment: null })} />`}
          </div>
        <//>
        <section class="stack" aria-label=${t("community.comments")}>
          <h2>${t("post.comments", { count: Math.max(shown.comments, comments.data?.length ?? 0) })}</h2>
          <${Await} of=${comments}>
            ${(items) => html`<ul class="comments">${items.map((one) => html`<${Comment} key=${one.comment_id} comment=${one} path=${path} again=${comments.reload} report=${() => ask({ kind: "report", comment: one.comment_id })} />`)}</ul>`}
          <//>
          <${More} list=${comments} />
          <${Reply} path=${path} done=${comments.reload} label=${t("post.reply")} />
        </section>
        ${asked?.kind === "report" && html`<${Report} path=${path} comment=${asked.comment} close=${() => ask(null)} />`}
        ${asked?.kind === "delete" && html`<${Confirm} title=${t("post.delete")} words=${t("post.delete_sure")} action=${t("post.delete")} close=${() => ask(null)}
          act=${async () => { await api.remove(path); go("/community"); }} />`}
      `}
    <//>
  <//>`;
}

function Author({ of }) {
  const name = of.author?.display_name ?? t("community.gone");
  return html`<p class="author"><${Initial} name=${name} /><span><strong>${name}</strong> <span class="fine" title=${moment(of.created_at)}>${ago(of.created_at)}${of.edited_at ? ` · ${t("post.edited")}` : ""}</span></span></p>`;
}

function Like({ post, path, set }) {
  const toggle = () =>
    attempt(async () => {
      await (post.is_liked ? api.remove(`${path}/like`) : api.put(`${path}/like`));
      set({ is_liked: !post.is_liked, likes: post.likes + (post.is_liked ? -1 : 1) });
    });
  return html`<${Button} icon="heart" aria-pressed=${post.is_liked ? "true" : "false"} onClick=${toggle}>${t("post.like", { count: post.likes })}<//>`;
}

function Comment({ comment, path, again, report }) {
  const [isAnswered, answer] = useState(false);
  const isMine = comment.author?.user_id === profile.value?.user_id;
  const remove = () => attempt(async () => void (await api.remove(`${path}/comments/${comment.comment_id}`), await again()));
  return html`<li class="comment" style=${{ "--depth": Math.min(comment.depth, 4) }}>
    <${Author} of=${comment} />
    <div class="prose">${comment.status === "deleted" || comment.status === "removed" ? html`<p class="soft">${t("post.removed")}</p>` : rich(comment.html)}</div>
    ${comment.status !== "deleted" && html`<div class="row">
      ${comment.status === "shown" && html`<${Button} kind="quiet" onClick=${() => answer(!isAnswered)}>${t("post.answer")}<//>`}
      ${isMine ? html`<${Button} kind="quiet" onClick=${remove}>${t("post.delete")}<//>` : html`<${Button} kind="quiet" onClick=${report}>${t("report.title")}<//>`}
    </div>`}
    ${isAnswered && html`<${Reply} path=${path} parent=${comment.comment_id} label=${t("post.answer")} done=${() => (answer(false), again())} />`}
  </li>`;
}

function Reply({ path, parent = null, label, done }) {
  const form = useForm({ body: "" }, async ({ body }) => {
    const made = await api.postOnce(`${path}/comments`, { body, parent_id: parent });
    if (made.notice) toast(made.notice, "calm");
    form.set({ body: "" });
    await done();
  });
  return html`<${Form} of=${form}>
    <${Field} of=${form} name="body" label=${label} lines="3" maxlength="5000" />
    <${Submit} of=${form} icon="send">${t("post.send")}<//>
  <//>`;
}

function Report({ path, comment, close }) {
  const form = useForm({ reason: "spam" }, async ({ reason }) => {
    await api.post(`${path}/reports`, { reason, comment_id: comment });
    toast(t("report.thanks"));
    close();
  });
  return html`<${Dialog} title=${t("report.title")} close=${close}>
    <${Form} of=${form}>
      <${Field} of=${form} name="reason" label=${t("report.why")} options=${REASONS()} />
      <${Submit} of=${form}>${t("report.send")}<//>
    <//>
  <//>`;
}
