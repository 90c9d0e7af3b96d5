import * as api from "../core/api.js";
import { day, percent, t } from "../core/i18n.js";
import { useLoad, usePages } from "../core/load.js";
import { rich } from "../core/rich.js";
import { html, useState } from "../core/view.js";
import { Await, Empty } from "../ui/await.js";
import { Chart } from "../ui/chart.js";
import { Confirm, Dialog } from "../ui/dialog.js";
import { Field, Form, Submit, useForm } from "../ui/form.js";
import { Button, ButtonLink, Card, Chip, IconButton, More, Page, Stat, Stats } from "../ui/parts.js";

/** All flashcards: what is coming, how well they are remembered, and the cards themselves. */
export default function Cards() {
  const cards = usePages("/v1/flashcards", { page_size: 30 }, []);
  const statistics = useLoad(() => api.get("/v1/flashcards/statistics"), []);
  const [isNew, write] = useState(false);
  const [going, remove] = useState(null);
  const again = async () => void (await Promise.all([cards.reload(), statistics.reload()]));
  const actions = html`
    <${ButtonLink} to="/review" kind="main" icon="cards">${t("cards.review")}<//>
    <${Button} icon="plus" onClick=${() => write(true)}>${t("cards.new")}<//>
  `;
  return html`<${Page} title=${t("cards.title")} lead=${t("cards.lead")} back=${{ to: "/review", words: t("review.title") }} actions=${actions}>
    <${Await} of=${statistics}>${(shown) => shown.cards > 0 && html`<${Numbers} statistics=${shown} />`}<//>
    <${Await} of=${cards} empty=${html`<${Empty} icon="cards" title=${t("cards.none")}>${t("cards.none_why")}<//>`}>
      ${(items) => html`<${Card} tone="flush">
        <ul class="list">${items.map((one) => html`<${Row} key=${one.card_id} card=${one} remove=${() => remove(one)} />`)}</ul>
      <//>`}
    <//>
    <${More} list=${cards} />
    ${isNew && html`<${NewCard} done=${again} close=${() => write(false)} />`}
    ${going && html`<${Confirm} title=${t("cards.delete")} words=${t("cards.delete_sure")} action=${t("cards.delete")}
      act=${async () => { await api.remove(`/v1/flashcards/${going.card_id}`); await again(); }} close=${() => remove(null)} />`}
  <//>`;
}

function Numbers({ statistics }) {
  const { cards, overdue, forecast, months, today_reviews: today } = statistics;
  const recalled = months.filter((one) => one.retention !== null);
  const coming = [{ label: t("cards.due"), values: forecast.slice(0, 14).map((one) => one.cards), kind: "bars" }];
  return html`
    <${Stats}>
      <${Stat} icon="cards" label=${t("cards.all")} value=${cards} />
      <${Stat} icon="clock" label=${t("cards.overdue")} value=${overdue} />
      <${Stat} icon="check" label=${t("cards.today")} value=${today} />
      ${recalled.length > 0 && html`<${Stat} icon="chart" label=${t("cards.recall")} value=${percent(recalled.at(-1).retention)} note=${t("cards.recall_note")} />`}
    <//>
    <${Card} title=${t("cards.coming")}>
      <${Chart} label=${t("cards.coming")} x=${forecast.slice(0, 14).map((one) => day(one.day, { day: "numeric", month: "short" }))} series=${coming} />
    <//>
  `;
}

function Row({ card, remove }) {
  const states = { new: t("cards.state_new"), learning: t("cards.state_learning"), review: t("cards.state_review"), relearning: t("cards.state_learning") };
  const show = (text) => (card.html ? rich(text) : text);
  return html`<li class="list-row">
    <div class="list-main">
      <strong>${show(card.front)}</strong>
      <p>${show(card.back)}</p>
      <p class="row"><${Chip} tone=${card.state === "new" ? "accent" : "calm"}>${card.suspended ? t("cards.suspended") : states[card.state]}<//> ${[card.deck.split("::").join(" › "), card.due_at && day(card.due_at)].filter(Boolean).join(" · ")}</p>
    </div>
    <${IconButton} icon="trash" label=${t("cards.delete")} onClick=${remove} />
  </li>`;
}

function NewCard({ done, close }) {
  const form = useForm({ front: "", back: "", deck: "Default" }, async (values) => {
    await api.postOnce("/v1/flashcards", values);
    await done();
    close();
  });
  return html`<${Dialog} title=${t("cards.new")} close=${close}>
    <${Form} of=${form}>
      <${Field} of=${form} name="front" label=${t("cards.front")} lines="2" maxlength="5000" />
      <${Field} of=${form} name="back" label=${t("cards.back")} lines="3" maxlength="5000" />
      <${Field} of=${form} name="deck" label=${t("cards.deck")} hint=${t("cards.deck_hint")} maxlength="200" />
      <${Submit} of=${form}>${t("form.save")}<//>
    <//>
  <//>`;
}
