// The widget: a drawing that follows the model's traits, which sliders are linked to.
import { KINDS } from "./cells.js";
import { ROW, chart } from "./charts.js";
import { draw } from "./drawing.js";
import { overTime, unpack, valuesAt } from "./inside.js";
import { node } from "./parts.js";
import { HEIGHT, WIDTH } from "./places.js";
import { brief, compute, show, words } from "./scenes.js";

const QUIET = 500; // ms without a change before a screen reader is told
const HINT = "Point at a part, or press Tab and the arrow keys, to read what it is.";
let count = 0;

function html(name, className, parent, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  parent.append(made);
  return made;
}

export default {
  render({ model, el }) {
    const [kind, scene] = [model.get("kind"), model.get("scene")];
    el.classList.add("valves");
    const height = HEIGHT + (scene === "inside" ? rowsOf(model) * ROW : 0);
    const svg = node("svg", { viewBox: `0 0 ${WIDTH} ${height}`, role: "group",
      "aria-label": `${model.get("title")}. The arrow keys go from part to part.` }, el);
    svg.dataset.lmSuppressShortcuts = "true"; // JupyterLab would go on to another cell
    const drawn = draw(svg, kind, scene, ++count);
    const about = html("p", "valves-about", el, HINT);
    about.setAttribute("aria-hidden", "true"); // a part says the same by its name
    const line = html("p", scene === "inside" ? "valves-words long" : "valves-words", el);
    const live = html("p", "valves-live", el);
    live.setAttribute("role", "status");
    const away = [walk(svg, about), befriend(el)];
    const scrub = scene === "inside" ? overview(svg, model) : null;

    let timer = 0;
    let waiting = false;
    const update = () => {
      waiting = false;
      const values = scrub ? scrub() : compute(kind, scene, model.get("values_of").reduce(
        (all, name) => ({ ...all, [name]: model.get(name) }), {}));
      show(drawn, kind, scene, { ...strengths(model, scene), ...values.step ?? values });
      const said = values.words ?? words(kind, scene, values);
      line.textContent = said;
      clearTimeout(timer);
      timer = setTimeout(() => { live.textContent = said; }, live.textContent ? QUIET : 0);
    };
    const changed = () => { // several traits may change at once: draw once, before the next frame
      if (!waiting) queueMicrotask(update);
      waiting = true;
    };
    model.on("change", changed);
    update();
    return () => {
      clearTimeout(timer);
      model.off("change", changed);
      for (const leave of away) leave();
    };
  },
};

function strengths(model, scene) {
  if (scene === "inside") return {};
  const names = model.get("values_of").filter((name) => name.startsWith("p_"));
  return Object.fromEntries(names.map((name) => [name, model.get(name)]));
}

// One stop for the Tab key; arrow keys go from part to part; pointing does the same.
function walk(svg, about) {
  const parts = [...svg.querySelectorAll(".part")];
  parts[0]?.setAttribute("tabindex", "0");
  const tell = (event) => {
    const group = event.target.closest?.(".part");
    if (!group) return;
    const numbers = [...group.querySelectorAll(".label")].map((text) => text.textContent);
    const now = numbers.filter((text) => /\d/.test(text)).join(", ");
    about.textContent = group.dataset.about + (now ? ` · ${now}` : "");
    group.setAttribute("aria-label", group.dataset.about + (now ? `: ${now}` : ""));
  };
  const hush = () => { about.textContent = HINT; };
  const step = (event) => {
    const go = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    const here = parts.indexOf(event.target);
    if (!go || here < 0) return;
    event.preventDefault();
    const next = parts[(here + go + parts.length) % parts.length];
    parts[here].setAttribute("tabindex", "-1");
    next.setAttribute("tabindex", "0");
    next.focus();
  };
  const heard = { pointerover: tell, focusin: tell, pointerleave: hush, focusout: hush, keydown: step };
  for (const [name, hear] of Object.entries(heard)) svg.addEventListener(name, hear);
  return () => {
    for (const [name, hear] of Object.entries(heard)) svg.removeEventListener(name, hear);
  };
}

// Sliders beside the drawing: their arrow keys turn no slide, and a screen reader knows their names.
function befriend(el) {
  let box = null;
  let tries = 0;
  const keep = (event) => { if (event.key.startsWith("Arrow")) event.stopPropagation(); };
  const look = () => {
    const found = el.closest(".valves-scene");
    if (found && found !== box) {
      box?.removeEventListener("keydown", keep);
      box = found;
      box.addEventListener("keydown", keep);
    }
    for (const handle of box?.querySelectorAll(".noUi-handle:not([aria-label])") ?? []) {
      const name = handle.closest(".widget-slider")?.querySelector(".widget-label");
      handle.setAttribute("aria-label", name?.textContent ?? "value");
    }
    if (++tries > 30) clearInterval(timer);
  };
  const timer = setInterval(look, 100);
  return () => {
    clearInterval(timer);
    box?.removeEventListener("keydown", keep);
  };
}

const rowsOf = (model) => (model.get("shape").loss ? 4 : 3);

// The lines over time of a trained network; returns what reads them at the step of the model.
function overview(svg, model) {
  const [kind, shape, labels] = [model.get("kind"), model.get("shape"), model.get("labels")];
  const cell = KINDS[kind];
  const steps = { steps: shape.T, labels };
  const top = (row) => HEIGHT + row * ROW;
  const pipes = cell.pipes === 2 ? ["c", "h"] : ["h"];
  const gates = cell.coupled ? ["f", ...cell.gates] : cell.gates;
  const rows = [
    chart(svg, top(0), gates.length ? "valves: 1 open, 0 closed" : "this cell has no valves", { ...steps, low: 0, high: 1 }),
    chart(svg, top(1), "what the pipelines carry", steps),
    chart(svg, top(2), `gradient of Σh at the end, with respect to ${pipes[0]} at each step (size)`,
      { ...steps, log: true, last: !shape.loss }),
  ];
  if (shape.loss) rows.push(chart(svg, top(3), `loss at each step (${shape.loss})`, { ...steps, last: true }));
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
      line("gradient", "ink", "by every way", now, "", true),
      line("along", "memory", cell.pipes === 2 ? "along the memory" : "along the pipe", now, "7 4", true),
      ...(held ? [line("gradient", "soft", "every way, unheld", runs.free, "1 4", true)] : []),
    ]);
    if (shape.loss) {
      rows[3].set([
        { values: [...now.loss], tone: "ink", name: `mean ${average(now.loss).toFixed(3)}` },
        ...(held ? [{ values: [...runs.free.loss], tone: "soft", dash: "1 4", name: `unheld ${average(runs.free.loss).toFixed(3)}` }] : []),
      ]);
    }
  };
  const read = () => { runs = { free: unpack(model.get("free"), shape), held: null, bytes: null }; };
  const scrubTo = (event) => {
    const box = svg.getBoundingClientRect();
    const [x, y] = [(event.clientX - box.left) * (WIDTH / box.width), (event.clientY - box.top) * (WIDTH / box.width)];
    if (y < HEIGHT || !(event.buttons & 1)) return;
    model.set("t", Math.max(0, Math.min(shape.T - 1, rows[0].stepAt(x))));
    model.save_changes();
  };
  svg.addEventListener("pointerdown", scrubTo);
  svg.addEventListener("pointermove", scrubTo);
  return () => {
    if (!runs) read();
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
    const step = valuesAt(kind, runs.held ?? runs.free, shape, t, unit);
    return { step, words: tell(model, runs, step, t, unit, shape) };
  };
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
