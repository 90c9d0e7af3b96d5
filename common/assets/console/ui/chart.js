/** Charts with uPlot (https://github.com/leeoniya/uPlot), loaded when the first one is shown, with a table for who cannot see them. */
import { t, language } from "../core/i18n.js";
import { theme } from "../core/preferences.js";
import { useValue } from "../core/state.js";
import { html, useEffect, useRef } from "../core/view.js";

const HEIGHT = 200;
const WHOLE = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 1e6, 1e7];

/**
 * Series over the same places on the x axis.
 *
 *     <${Chart} label="..." x=${["Mon", "Tue"]} series=${[{ label: "Cards", values: [3, 5], kind: "bars" }]} />
 *
 * @param {{
 *   label: string,
 *   x: string[],
 *   series: { label: string, values: (number | null)[], kind?: "line" | "bars" }[],
 *   show?: (value: number) => string,
 *   most?: number,
 * }} chart `x` in words; `show` writes a value; `most` fixes the top of the y axis
 */
export function Chart({ label, x, series, show = String, most }) {
  const frame = useRef(null);
  const colours = useValue(theme);
  const spoken = useValue(language);
  const drawn = JSON.stringify([x, series, most, colours, spoken]);
  useEffect(() => {
    let plot = null;
    let isGone = false;
    let watch = null;
    load().then((uPlot) => {
      if (isGone) return;
      const width = () => Math.max(160, frame.current.clientWidth);
      const options = optionsOf(uPlot, frame.current, { x, series, show, most });
      plot = new uPlot({ ...options, width: width(), height: HEIGHT }, [x.map((_, at) => at), ...series.map((one) => one.values)], frame.current);
      watch = new ResizeObserver(() => plot.setSize({ width: width(), height: HEIGHT }));
      watch.observe(frame.current);
    });
    return () => {
      isGone = true;
      watch?.disconnect();
      plot?.destroy();
    };
  }, [drawn]);
  return html`<figure class="chart">
    <div class="chart-legend" aria-hidden="true">
      ${series.length > 1 && series.map((one, at) => html`<span class="chart-key chart-key-${at}">${one.label}</span>`)}
    </div>
    <div class="chart-frame" ref=${frame} aria-hidden="true"></div>
    <figcaption class="unseen">
      <table>
        <caption>${label}</caption>
        <thead><tr><th scope="col">${t("chart.at")}</th>${series.map((one) => html`<th scope="col">${one.label}</th>`)}</tr></thead>
        <tbody>
          ${x.map(
            (words, at) => html`<tr>
              <th scope="row">${words}</th>
              ${series.map(({ values }) => html`<td>${values[at] === null ? "–" : show(values[at])}</td>`)}
            </tr>`,
          )}
        </tbody>
      </table>
    </figcaption>
  </figure>`;
}

/** The library and its style sheet, once. */
let loading = null;
function load() {
  loading ??= new Promise((resolve, reject) => {
    const sheet = document.createElement("link");
    sheet.rel = "stylesheet";
    sheet.href = new URL("../vendor/uplot.css", import.meta.url);
    sheet.onload = () => import("../vendor/uplot.js").then((loaded) => resolve(loaded.default), reject);
    sheet.onerror = reject;
    document.head.append(sheet);
  });
  return loading;
}

function optionsOf(uPlot, frame, { x, series, show, most }) {
  const token = colourOf(frame);
  const axis = { stroke: token("--soft"), font: "12px system-ui", ticks: { show: false } };
  const grid = { stroke: token("--line"), width: 1 };
  const hasBars = series.some((one) => one.kind === "bars");
  const areWhole = series.every((one) => one.values.every((value) => value === null || Number.isInteger(value)));
  return {
    legend: { show: false },
    cursor: { drag: { x: false, y: false }, points: { size: 7 } },
    padding: [8, 26, 0, 0],
    scales: {
      x: { time: false, range: hasBars ? [-0.6, x.length - 0.4] : [0, Math.max(1, x.length - 1)] },
      y: { range: (_, low, high) => [Math.min(0, low ?? 0), most ?? Math.max(1, (high ?? 1) * 1.1)] },
    },
    axes: [
      { ...axis, grid: { show: false }, size: 32, space: 56, incrs: [1, 2, 3, 5, 7, 10, 14, 30, 60, 90], values: (_, at) => at.map((one) => x[one] ?? "") },
      { ...axis, grid, size: 44, space: 36, ...(areWhole ? { incrs: WHOLE } : {}), values: (_, at) => at.map((one) => show(one)) },
    ],
    series: [
      {},
      ...series.map((one, at) => {
        const stroke = token(`--chart-${at + 1}`);
        if (one.kind === "bars") {
          return { stroke, fill: stroke, width: 0, points: { show: false }, paths: uPlot.paths.bars({ size: [0.62, 36], radius: 0.15 }) };
        }
        return { stroke, width: 2, spanGaps: true, points: { show: x.length < 15, size: 6, fill: stroke }, paths: uPlot.paths.spline() };
      }),
    ],
  };
}

/** What a colour of tokens.css comes to in this theme: a canvas knows no variables. */
function colourOf(frame) {
  return (name) => {
    const probe = document.createElement("span");
    probe.style.color = `var(${name})`;
    frame.append(probe);
    const colour = getComputedStyle(probe).color;
    probe.remove();
    return colour;
  };
}
