// A trained network in the page: its runs, worked out here, and the lines over time that scrub it.
import { cellOf } from "./cells.js";
import { ROW, WIDE } from "./charts.js";
import { average, overTime, valuesAt } from "./inside.js";
import { lines, rowsOf } from "./lines.js";
import { networkOf } from "./network.js";
import { node } from "./parts.js";
import { brief, full, words } from "./scenes.js";

// What the drawing of a network shows: read(at) → {values, full, words, now, free}, at being
// {t, unit, mean, hold, which, at}. get(name) gives what stays: net, weights, labels.
export function reader(cell, get) {
  const [net, labels] = [get("net"), get("labels")];
  const run = networkOf(cell, net, get("weights"));
  const free = run();
  const memory = cell.pipes === 2 ? "c" : "h";
  let kept = { key: "", now: free };
  const at = (given) => {
    const { t, hold, which } = given;
    const unit = given.mean ? null : given.unit;
    const block = net.valves[which];
    const key = hold ? `${block} ${given.at}` : "";
    if (key !== kept.key) kept = { key, now: hold ? run({ block, at: given.at }) : free };
    const { now } = kept;
    const values = valuesAt(cell, now, net, t, unit);
    const largest = Math.max(1, ...overTime(now.values[memory], net, unit, true));
    const gradient = overTime(now.gradient, net, unit, true)[t];
    const loss = net.loss ? ` Mean loss ${average(now.loss).toFixed(3)}${hold ? ` (unheld ${average(free.loss).toFixed(3)})` : ""}.` : "";
    const said = `Step ${t}${labels[t] ? `, '${labels[t]}' read` : ""}, ${unit === null ? "mean over units" : `unit ${unit}`}`
      + `${hold ? `, ${net.names[which]} held at ${given.at.toFixed(2)}` : ""}. ${words(cell, "inside", values)} `
      + `Gradient of the end that reaches this step: ${brief(gradient)}.${loss}`;
    return { values: { ...values, read: labels[t] ?? "" }, full: full(largest), words: said, now, free, unit };
  };
  return Object.assign(at, { keys: run.keys });
}

export const SEEN = ["t", "unit", "mean", "hold", "which", "at"];

// The charts into el. Returns {read, step, keys}: the values at the model's step, what goes
// on by one, and what of x is on.
export function overview(el, model) {
  const cell = cellOf(model.get("cell"));
  const net = model.get("net");
  const box = document.createElement("div");
  box.className = "valves-charts";
  el.append(box);
  const svg = node("svg", { viewBox: `0 0 ${WIDE} ${rowsOf(net) * ROW}`, role: "img",
    "aria-label": "Lines over time: valves, pipelines, gradient and loss. Drag to go to a step." }, box);
  const drawn = lines(svg, cell, net, model.get("labels"));
  const at = reader(cell, (name) => model.get(name));
  const set = (t) => { model.set("t", Math.max(0, Math.min(net.T - 1, t))); model.save_changes(); };
  const scrub = (event) => {
    if (!(event.buttons & 1)) return;
    const place = svg.getBoundingClientRect();
    set(drawn.stepAt((event.clientX - place.left) * (WIDE / place.width)));
  };
  svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); scrub(event); });
  svg.addEventListener("pointermove", scrub);
  let shown = {};
  const read = () => {
    const found = at(Object.fromEntries(SEEN.map((name) => [name, model.get(name)])));
    if (shown.now !== found.now || shown.unit !== found.unit) drawn.set(found.now, found.free, found.unit);
    shown = found;
    drawn.mark(model.get("t"));
    return found;
  };
  // On by one; at the end it stops, and begins again when asked to.
  const step = (again) => {
    const t = model.get("t");
    if (t === net.T - 1 && !again) return false;
    set(t === net.T - 1 ? 0 : t + 1);
    return true;
  };
  return { read, step, keys: () => at.keys(model.get("t")) };
}
