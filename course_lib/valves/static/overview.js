// A trained network in the page: its runs, worked out here, and the lines over time that scrub it.
import { cellOf } from "./cells.js";
import { ROW, WIDE } from "./charts.js";
import { average, overTime, valuesAt } from "./inside.js";
import { lines, rowsOf } from "./lines.js";
import { dice, networkOf } from "./network.js";
import { node } from "./parts.js";
import { keysAt } from "./roll.js";
import { brief, full, words } from "./scenes.js";

// What the drawing of a network shows: read(at) → {values, full, words, now, free}, at being
// {t, unit, mean, hold, which, at, since, seed}; it composes after the step `since`, and where that is
// −1 it does not. free: the same with nothing held. get(name) gives what stays: net, weights, labels.
export function reader(cell, get) {
  const [net, labels] = [get("net"), get("labels")];
  const run = networkOf(cell, net, get("weights"));
  const runs = (held, { since, seed }) => run(held, since < 0 ? null : { since, random: dice(seed) });
  const memory = cell.pipes === 2 ? "c" : "h";
  let kept = {};
  const at = (given) => {
    const { t, hold, which, since } = given;
    const unit = given.mean ? null : given.unit;
    const block = net.valves[which];
    const drawn = `${since} ${given.seed}`;
    if (drawn !== kept.drawn) kept = { drawn, free: runs(null, given) };
    const { free } = kept;
    const key = hold ? `${block} ${given.at}` : "";
    if (key !== kept.key) kept = { ...kept, key, now: hold ? runs({ block, at: given.at }, given) : free };
    const { now } = kept;
    const values = valuesAt(cell, now, net, t, unit);
    const largest = Math.max(1, ...overTime(now.values[memory], net, unit, true));
    const gradient = overTime(now.gradient, net, unit, true)[t];
    const loss = net.loss ? ` Mean loss ${average(now.loss).toFixed(3)}${hold ? ` (unheld ${average(free.loss).toFixed(3)})` : ""}.` : "";
    const said = `Step ${t}${labels[t] ? `, '${labels[t]}' read` : ""}, ${unit === null ? "mean over units" : `unit ${unit}`}`
      + `${hold ? `, ${net.names[which]} held at ${given.at.toFixed(2)}` : ""}${since < 0 ? "" : `, composed after step ${since}`}. ${words(cell, "inside", values)} `
      + `Gradient of the end that reaches this step: ${brief(gradient)}.${loss}`;
    return { values: { ...values, read: labels[t] ?? "" }, full: full(largest), words: said, now, free, unit };
  };
  return at;
}

export const SEEN = ["t", "unit", "mean", "hold", "which", "at", "since", "seed"];

// The charts into el. Returns {read, step, keys, compose}: the values at the model's step, what goes
// on by one, the keys that sound, and what lets it compose from here on, or no more; it says whether.
export function overview(el, model) {
  const cell = cellOf(model.get("cell"));
  const net = model.get("net");
  const box = document.createElement("div");
  box.className = "valves-charts";
  el.append(box);
  const svg = node("svg", { viewBox: `0 0 ${WIDE} ${rowsOf(net) * ROW}`, role: "img",
    "aria-label": "Lines over time: valves, pipelines, gradient and loss. Drag, or use the slider 'step t', to go to a step." }, box);
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
    if (shown.now !== found.now || shown.unit !== found.unit) drawn.set(found.now, found.free, found.unit, model.get("since"));
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
  const compose = () => {
    const on = model.get("since") < 0;
    model.set("since", on ? Math.min(model.get("t"), net.T - 2) : -1);
    model.set("seed", Math.floor(Math.random() * 2 ** 31));
    model.save_changes();
    return on;
  };
  return { read, step, compose, keys: () => keysAt(shown.now.x, model.get("t")) };
}
