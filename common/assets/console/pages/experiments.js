import * as api from "../core/api.js";
import { day, number, percent, t } from "../core/i18n.js";
import { usePages } from "../core/load.js";
import { html, useState } from "../core/view.js";
import { Await, Empty } from "../ui/await.js";
import { Confirm } from "../ui/dialog.js";
import { Icon } from "../ui/icon.js";
import { Intervals, points } from "../ui/intervals.js";
import { Button, Card, Chip, More, Page } from "../ui/parts.js";

const states = () => ({ running: t("experiments.running"), halted: t("experiments.halted"), stopped: t("experiments.stopped") });
const tones = { running: "good", halted: "warn", stopped: "calm" };

/** Experiments with nudges: what each arm changed against sending nothing, with the interval that it may be in. */
export default function Experiments() {
  const found = usePages("/v1/experiments", { page_size: 10 }, []);
  const changed = (one) => found.set(found.data.map((other) => (other.experiment_id === one.experiment_id ? one : other)));
  const none = html`<${Empty} icon="chart" title=${t("experiments.none")}>${t("experiments.none_why")}<//>`;
  return html`<${Page} title=${t("experiments.title")} lead=${t("experiments.lead")}>
    <${Await} of=${found} lines="6" empty=${none}>
      ${(items) => html`<div class="stack">${items.map((one) => html`<${Experiment} key=${one.experiment_id} of=${one} changed=${changed} />`)}</div>`}
    <//>
    <${More} list=${found} />
  <//>`;
}

function Experiment({ of, changed }) {
  const [asked, ask] = useState(null);
  const stop = async () => changed(await api.post(`/v1/experiments/${of.experiment_id}/stop`, { arm: asked.arm }));
  const actions = html`<${Chip} tone=${tones[of.state]}>${states()[of.state]}<//>
    ${of.state !== "stopped" && html`<${Button} onClick=${() => ask({ arm: null })}>${t("experiments.stop")}<//>`}`;
  return html`<${Card} title=${of.name} actions=${actions}>
    <p class="soft">${t("experiments.when", { began: day(of.started_at), until: day(of.as_of) })}</p>
    <${Warnings} of=${of} />
    <${Intervals} label=${t("experiments.lifts")} rows=${of.arms.map((one) => ({ name: one.arm, words: wordsOf(one), at: one.lift, low: one.lift_low, high: one.lift_high }))} />
    <p class="fine">${t("experiments.scale")}</p>
    <dl class="shares-legend">
      ${[{ ...of.holdout, arm: t("experiments.holdout") }, ...of.arms].map((one) => html`<div>
        <dt>${one.arm}${one.stopped_at ? html` <${Chip} tone="warn">${t("experiments.arm_stopped")}<//>` : null}</dt>
        <dd>${one.return_share === null ? "–" : percent(one.return_share)} <span class="soft">${t("experiments.of", { returned: one.returned, count: one.learners })}</span></dd>
      </div>`)}
    </dl>
    ${of.state === "running" && of.arms.length > 1 && html`<div class="row">
      ${of.arms.filter((one) => !one.stopped_at).map((one) => html`<${Button} kind="quiet" onClick=${() => ask({ arm: one.arm })}>${t("experiments.stop_arm", { arm: one.arm })}<//>`)}
    </div>`}
    ${asked && html`<${Confirm} title=${asked.arm ? t("experiments.stop_arm", { arm: asked.arm }) : t("experiments.stop")} words=${t("experiments.stop_sure")} action=${t("experiments.stop")} act=${stop} close=${() => ask(null)} />`}
  <//>`;
}

/** What to know before anything is concluded: in the reader's words where they are known, else in those of the API. */
function Warnings({ of }) {
  const said = of.arms.flatMap((one) => [
    ...(one.stopped_because === "harmful" ? [t("experiments.harmful", { arm: one.arm })] : []),
    ...(!one.is_large_enough && one.stopped_because !== "harmful" ? [t("experiments.too_few", { arm: one.arm, count: one.learners, needed: one.learners_needed })] : []),
  ]);
  if (of.state === "halted") said.push(t("experiments.halted_why"));
  const isKnown = (words) => words.startsWith("Every arm") || of.arms.some((one) => words.startsWith(`${one.arm}: `));
  const others = of.warnings.filter((one) => !isKnown(one));
  if (said.length + others.length === 0) return null;
  const note = (words, lang) => html`<li class="row note-warn"><${Icon} name="warning" size="18" /><span class="grow" lang=${lang}>${words}</span></li>`;
  return html`<ul class="stack-close">${said.map((one) => note(one))}${others.map((one) => note(one, "en"))}</ul>`;
}

function wordsOf(arm) {
  if (arm.lift === null) return t("experiments.no_lift");
  return t("experiments.lift", { lift: points(arm.lift), low: points(arm.lift_low), high: points(arm.lift_high), needed: number(arm.learners_needed) });
}
