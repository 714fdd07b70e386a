// Lines over time beside the drawing: what the valves, the pipelines and the gradient did.
import { KINDS } from "./cells.js";
import { ROW, WIDE, chart } from "./charts.js";
import { overTime, unpack, valuesAt } from "./inside.js";
import { node } from "./parts.js";
import { brief, full, words } from "./scenes.js";

// The charts of a trained network, into el. Returns {read, step}: the values at the model's step,
// and what goes on by one.
export function overview(el, model) {
  const [kind, shape, labels] = [model.get("kind"), model.get("shape"), model.get("labels")];
  const cell = KINDS[kind];
  const count = shape.loss ? 4 : 3;
  const box = document.createElement("div");
  box.className = "valves-charts";
  el.append(box);
  const svg = node("svg", { viewBox: `0 0 ${WIDE} ${count * ROW}`, role: "img",
    "aria-label": "Lines over time: valves, pipelines, gradient and loss. Drag to go to a step." }, box);
  const steps = { steps: shape.T, labels };
  const pipes = cell.pipes === 2 ? ["c", "h"] : ["h"];
  const gates = cell.coupled ? ["f", ...cell.gates] : cell.gates;
  const rows = [
    chart(svg, 0, gates.length ? "valves: 1 open, 0 closed" : "this cell has no valves", { ...steps, low: 0, high: 1 }),
    chart(svg, ROW, "what the pipelines carry", steps),
    chart(svg, 2 * ROW, `size of the gradient of Σh at the end, by ${pipes[0]} at each step`, { ...steps, log: true, last: !shape.loss }),
  ];
  if (shape.loss) rows.push(chart(svg, 3 * ROW, `loss at each step (${shape.loss})`, { ...steps, last: true }));
  const tones = { c: "memory", h: "hidden" };
  const dashes = { i: "", f: "7 4", o: "2 4", z: "7 4", r: "", c: "", h: "7 4" };
  let runs = null;
  let drawnFor = "";

  const redraw = (unit, held) => {
    const now = held ?? runs.free;
    const line = (name, tone, label, run = now, dash = "", sizes = false) =>
      ({ values: overTime(run, name, shape, unit, sizes), tone, name: label, dash });
    const mean = unit === null;
    rows[0].set(gates.map((gate) => line(gate, gate, gate, now, dashes[gate])));
    rows[1].set(pipes.flatMap((p) => [
      line(p, tones[p], mean ? `mean |${p}|` : p, now, dashes[p], mean),
      ...(held ? [line(p, "soft", `${p} unheld`, runs.free, dashes[p] || "1 4", mean)] : []),
    ]));
    rows[2].set([
      line("gradient", "ink", "every way", now, "", true),
      line("along", "memory", cell.pipes === 2 ? "memory alone" : "pipe alone", now, "7 4", true),
      ...(held ? [line("gradient", "soft", "unheld", runs.free, "1 4", true)] : []),
    ]);
    if (shape.loss) {
      rows[3].set([
        { values: [...now.loss], tone: "ink", name: `mean ${average(now.loss).toFixed(3)}` },
        ...(held ? [{ values: [...runs.free.loss], tone: "soft", dash: "1 4", name: `unheld ${average(runs.free.loss).toFixed(3)}` }] : []),
      ]);
    }
  };
  const scrubTo = (event) => {
    if (!(event.buttons & 1)) return;
    const place = svg.getBoundingClientRect();
    const at = rows[0].stepAt((event.clientX - place.left) * (WIDE / place.width));
    model.set("t", Math.max(0, Math.min(shape.T - 1, at)));
    model.save_changes();
  };
  svg.addEventListener("pointerdown", (event) => { svg.setPointerCapture(event.pointerId); scrubTo(event); });
  svg.addEventListener("pointermove", scrubTo);
  const read = () => {
    runs ??= { free: unpack(model.get("free"), shape), held: null, bytes: null };
    const bytes = model.get("held");
    if (bytes !== runs.bytes) {
      runs.bytes = bytes;
      runs.held = bytes.byteLength ? unpack(bytes, shape) : null;
      drawnFor = "";
    }
    const [t, unit] = [model.get("t"), model.get("mean") ? null : model.get("unit")];
    if (drawnFor !== `${unit}`) redraw(unit, runs.held);
    drawnFor = `${unit}`;
    for (const row of rows) row.mark(t);
    const now = runs.held ?? runs.free;
    const values = valuesAt(kind, now, shape, t, unit);
    const carried = overTime(now, pipes[0], shape, unit, true);
    return { values: { ...values, read: labels[t] ?? "" }, full: full(Math.max(1, ...carried)),
      words: tell(model, runs, values, t, unit, shape) };
  };
  // On by one; at the end it stops, and begins again when asked to.
  const step = (again) => {
    const [t, end] = [model.get("t"), shape.T - 1];
    if (t === end && !again) return false;
    model.set("t", t === end ? 0 : t + 1);
    model.save_changes();
    return true;
  };
  return { read, step };
}

const average = (values) => {
  const known = [...values].filter(Number.isFinite);
  return known.reduce((sum, v) => sum + v, 0) / known.length;
};

function tell(model, runs, step, t, unit, shape) {
  const now = runs.held ?? runs.free;
  const read = model.get("labels")[t];
  const gradient = overTime(now, "gradient", shape, unit, true)[t];
  const kind = model.get("kind");
  const loss = shape.loss ? ` Mean loss ${average(now.loss).toFixed(3)}` : "";
  const unheld = loss && runs.held ? ` (unheld ${average(runs.free.loss).toFixed(3)})` : "";
  return `Step ${t}${read ? `, '${read}' read` : ""}, ${unit === null ? "mean over units" : `unit ${unit}`}`
    + `${runs.held ? `, ${model.get("holding")}` : ""}. ${words(kind, "inside", step)} `
    + `Gradient of the end that reaches this step: ${brief(gradient)}.${loss}${unheld}${loss ? "." : ""}`;
}
