// Lines over time below the drawing: what the valves, the pipelines and the gradient did.
import { node, power } from "./parts.js";

export const WIDE = 760;
export const [FIRST, LAST, GAP] = [70, 590, 28];
export const ROW = 122;

// What every row has: a title, axes, and the line of the step, which mark(t) moves. x(t): where a
// step stands; y0 and y1: foot and roof.
export function frame(svg, top, title, steps) {
  const [y0, y1] = [top + ROW - GAP, top + 20];
  const heading = node("text", { x: FIRST, y: top + 12, class: "label small soft" }, svg, title);
  node("path", { d: `M${FIRST} ${y1} V${y0} H${LAST}`, class: "axis" }, svg);
  const cursor = node("path", { class: "cursor" }, svg);
  const x = (t) => FIRST + 8 + (t * (LAST - FIRST - 16)) / Math.max(steps - 1, 1);
  return { heading, x, y0, y1, mark: (t) => cursor.setAttribute("d", `M${x(t)} ${y1} V${y0}`) };
}

// One row of lines in an svg. Returns {set, mark}: set(series) with lists of {values, tone, dash,
// name}, drawn between `low` and `high`, or on a log scale; mark(t) moves the line of the step.
export function chart(svg, top, title, { low, high, log = false, steps, labels, last }) {
  const { x, y0, y1, mark } = frame(svg, top, title, steps);
  const area = node("g", {}, svg);
  const ticks = node("g", {}, svg);
  if (last) axisOfSteps(svg, x, y0, steps, labels);

  const set = (series) => {
    area.replaceChildren();
    ticks.replaceChildren();
    const all = series.flatMap(({ values }) => values.filter(Number.isFinite));
    let [bottom, roof] = [low ?? Math.min(0, ...all), high ?? Math.max(...all, 1e-9)];
    let place = (v) => v;
    if (log) {
      const positive = all.filter((v) => v > 0);
      roof = positive.length ? Math.ceil(Math.log10(Math.max(...positive))) : 0;
      bottom = positive.length ? Math.max(Math.floor(Math.log10(Math.min(...positive))), roof - 12) : -1;
      if (bottom === roof) bottom -= 1;
      place = (v) => (v > 0 ? Math.max(Math.log10(v), bottom) : bottom);
    }
    const y = (v) => y0 - ((place(v) - bottom) / (roof - bottom)) * (y0 - y1);
    for (const at of [bottom, roof]) {
      const words = log ? power(at) : String(Number(at.toFixed(2)));
      const height = y0 - ((at - bottom) / (roof - bottom)) * (y0 - y1);
      node("text", { x: FIRST - 6, y: height + 4, class: "tick", "text-anchor": "end" }, ticks, words.replace("-", "−"));
    }
    if (!log && bottom < 0) node("path", { d: `M${FIRST} ${y(0)} H${LAST}`, class: "zero" }, ticks);
    series.forEach(({ values, tone, dash, name }, row) => {
      const points = [...values].map((v, t) => (Number.isFinite(v) ? `${x(t).toFixed(1)},${y(v).toFixed(1)}` : ""));
      const style = `stroke: var(--${tone}-text, var(--${tone})); stroke-dasharray: ${dash || "none"}`;
      node("polyline", { points: points.filter(Boolean).join(" "), class: "series", style }, area);
      const height = y1 + 8 + row * 21;
      node("path", { d: `M${LAST + 10} ${height} h26`, class: "series", style }, area);
      node("text", { x: LAST + 42, y: height + 6, class: "label tiny" }, area, name);
    });
  };
  return { set, mark, stepAt: (at) => Math.round(((at - FIRST - 8) / (LAST - FIRST - 16)) * (steps - 1)) };
}

function axisOfSteps(svg, x, y, steps, labels) {
  const every = labels.length && steps <= 60 ? 1 : Math.max(1, Math.round(steps / 8));
  for (let t = 0; t < steps; t += every) {
    node("text", { x: x(t), y: y + 16, class: "tick", "text-anchor": "middle" }, svg, labels[t] ?? String(t));
  }
}
