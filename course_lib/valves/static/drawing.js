// One drawing for every cell: the same places everywhere, so that what changes is what differs.
import { KINDS } from "./cells.js";
import { circle, label, layer, line, node, part, pipe, shutter, stripes } from "./parts.js";

export const WIDTH = 980;
export const HEIGHT = 492;
const MEMORY = 112; // the height of the memory pipeline, or of the only one
const HIDDEN = 404;
const HALF = 32; // of a pipe's width
const [X_FORGET, X_SIGMA, X_PUT, X_LOOK, X_OUT] = [215, 335, 440, 625, 765];
const EDGE = 966; // where writing ends on the right
const [Y_VALVE, Y_LAYER, Y_BUS] = [238, 340, 432];

const ABOUT = {
  f: "forget valve, the forget gate f: how much of the memory goes on to the next step",
  i: "memory valve, the input gate i: how much of the new memory is put in",
  o: "output valve, the output gate o: how much of the memory is shown",
  z: "update valve, the update gate z: how much of the pipeline is kept; 1 − z is let in",
  r: "reset valve, the reset gate r: how much of the past the new memory sees",
};
export const NAMES = { f: "forget valve", i: "memory valve", o: "output valve" };
const NAMES_ONE = { z: "update valve", r: "reset valve" };

// Draw a cell into an svg. scene: "by hand", "one step", "inside" or "gradient".
// Returns {flows, valves, says, tilt}: functions that set each part, by name.
export function draw(svg, kind, scene, unique) {
  const cell = KINDS[kind];
  const minus = stripes(svg, `minus-${unique}`);
  const made = { flows: {}, valves: {}, says: {}, tilt: () => {} };
  const tools = { svg, cell, scene, made, hand: scene === "by hand", minus };
  if (cell.pipes === 1) onePipeline(tools);
  else twoPipelines(tools);
  return made;
}

function flowIn(tools, group, name, shape) {
  tools.made.flows[name] = pipe(group, { half: HALF, minus: tools.minus, ...shape });
}

function say(tools, group, name, x, y, options) {
  tools.made.says[name] = label(group, x, y, options);
}

// The wall between two pipes that meet is open.
function mouth(group, x, y, half = HALF) {
  node("rect", { x: x - half + 1, y: y - 3, width: 2 * half - 2, height: 6, class: "inside" }, group);
}

function twoPipelines(tools) {
  const { svg, cell, scene, hand } = tools;
  const memory = part(svg, "memory", "memory pipeline, the cell state c: what is carried on");
  const hidden = part(svg, "hidden", "hidden pipeline, the hidden state h: what is shown to the next layer");
  const fresh = part(svg, "new", `new memory, the candidate g${cell.layer ? " = tanh(a_g)" : " = a_g, without its tanh"}`);
  const out = part(svg, "squash", cell.squash
    ? "tanh(c): squashes what the memory shows to between −1 and 1"
    : "no output activation: the memory is shown without its tanh");

  flowIn(tools, memory, "c_", { axis: "h", at: MEMORY, from: 30, to: X_FORGET, tone: "memory" });
  flowIn(tools, memory, "kept", { axis: "h", at: MEMORY, from: X_FORGET, to: X_PUT, tone: "memory" });
  flowIn(tools, memory, "c", { axis: "h", at: MEMORY, from: X_PUT, to: X_OUT, tone: "memory" });
  flowIn(tools, memory, "c_on", { axis: "h", at: MEMORY, from: X_OUT, to: 940, tone: "memory" });
  arrow(memory, MEMORY, scene, "memory");
  putIn(tools, fresh, "g");
  mouth(out, X_OUT, MEMORY + HALF);
  flowIn(tools, out, "look", { axis: "v", at: X_OUT, from: MEMORY + HALF, to: 192, tone: "memory", mouth: "from", middle: MEMORY });
  flowIn(tools, out, "m", { axis: "v", at: X_OUT, from: 192, to: 268, tone: "memory" });
  flowIn(tools, hidden, "h", { axis: "v", at: X_OUT, from: 268, to: HIDDEN + HALF, tone: "hidden", mouth: "to", middle: HIDDEN });
  node("rect", { x: X_OUT + HALF - 3, y: HIDDEN - HALF + 1, width: 6, height: 2 * HALF - 2, class: "corner" }, hidden);
  flowIn(tools, hidden, "h_on", { axis: "h", at: HIDDEN, from: X_OUT + HALF, to: 940, tone: "hidden", mouth: "from", middle: X_OUT });
  node("path", { d: `M${X_OUT - HALF} ${HIDDEN + HALF} h${2 * HALF}`, class: "wall" }, hidden);
  arrow(hidden, HIDDEN, scene, "hidden");

  if (!hand) bus(tools, [["f", X_FORGET], ["i", X_SIGMA], ["g", X_PUT], ["o", X_LOOK]]);
  if (cell.feedback) feedback(tools);
  if (cell.peeks) peepholeLines(tools);

  for (const gate of ["f", "i", "o"]) valveOfTwo(tools, gate);
  if (cell.coupled) lever(tools, "coupled valves, one lever for two: f = 1 − i");
  circle(part(svg, "plus", "plus: what was kept and what is put in, c = f c₋ + i g"), X_PUT, MEMORY, "+");
  newLayer(tools, fresh, cell.layer);
  if (cell.squash) layer(out, { x: X_OUT, y: 192, text: cell.squash, tone: "ink" });
  else node("rect", { x: X_OUT - 38, y: 173, width: 76, height: 38, rx: 8, class: "absent" }, out);

  say(tools, memory, "c_", 30, 68);
  say(tools, memory, "kept", (X_FORGET + X_PUT) / 2 + 20, 68, { align: "middle" });
  say(tools, memory, "c", EDGE, 68, { align: "end" });
  label(memory, EDGE, 166, { align: "end", tone: "soft", size: "small" })("memory pipeline");
  say(tools, out, "m", X_OUT + 46, 198);
  say(tools, hidden, "h", EDGE, 360, { align: "end" });
  label(hidden, EDGE, 458, { align: "end", tone: "soft", size: "small" })("hidden pipeline");
}

// The branch that the new memory comes up by, with the valve that lets it in.
function putIn(tools, group, name) {
  flowIn(tools, group, name, { axis: "v", at: X_PUT, from: Y_LAYER - 10, to: Y_VALVE, tone: "fresh" });
  mouth(group, X_PUT, MEMORY + HALF);
  flowIn(tools, group, "put", { axis: "v", at: X_PUT, from: Y_VALVE, to: MEMORY + HALF, tone: "fresh", mouth: "to", middle: MEMORY });
  say(tools, group, "put", X_PUT + 44, 186);
  label(group, X_PUT + 44, 296, { tone: "soft", size: "small" })("new memory");
  say(tools, group, name, X_PUT + 44, 318);
}

function newLayer(tools, group, text) {
  const shape = { x: X_PUT, y: Y_LAYER, tone: "fresh" };
  if (tools.hand) layer(group, { ...shape, wheel: true });
  else if (text) layer(group, { ...shape, text });
  else {
    node("rect", { x: X_PUT - 32, y: Y_LAYER - 19, width: 64, height: 38, rx: 8, class: "absent filled" }, group);
    node("text", { x: X_PUT, y: Y_LAYER + 5, class: "sign small" }, group, "no tanh");
  }
}

// Where each of an LSTM's valves stands, what moves it, and where its number is written.
const PLACES = {
  f: { valve: [X_FORGET, MEMORY], upright: true, layer: [X_FORGET, Y_LAYER],
    rod: [[X_FORGET, Y_LAYER - 19], [X_FORGET, MEMORY + HALF + 10]],
    text: [X_FORGET, 24, "middle"] },
  i: { valve: [X_PUT, Y_VALVE], upright: false, layer: [X_SIGMA, Y_LAYER],
    rod: [[X_SIGMA, Y_LAYER - 19], [X_SIGMA, Y_VALVE], [X_PUT - HALF - 10, Y_VALVE]],
    text: [X_PUT + 50, Y_VALVE - 6, "start"] },
  o: { valve: [X_OUT, 268], upright: false, layer: [X_LOOK, Y_LAYER],
    rod: [[X_LOOK + 32, Y_LAYER], [692, Y_LAYER], [692, 268], [X_OUT - HALF - 10, 268]],
    text: [X_OUT + 52, 264, "start"] },
};

function valveOfTwo(tools, gate) {
  const { svg, cell, hand, made } = tools;
  const place = PLACES[gate];
  const missing = cell.missing === gate;
  const follows = gate === "f" && cell.coupled;
  const about = missing ? `no ${NAMES[gate]}: the gate ${gate} is missing, so ${gate} = 1` : ABOUT[gate];
  const group = part(svg, gate, follows ? `${about}; here f = 1 − i` : about);
  const [x, y] = place.valve;
  if (!missing && !follows) {
    const rod = gate === "o" && hand ? [[X_LOOK + 19, Y_LAYER], ...place.rod.slice(1)] : place.rod;
    if (!(gate === "i" && cell.coupled)) line(group, rod, "rod", gate); // else the lever's
    layer(group, { x: place.layer[0], y: place.layer[1], text: "σ", tone: gate, wheel: hand });
  }
  made.valves[gate] = shutter(group, { x, y, half: HALF, upright: place.upright, tone: gate, missing });
  const [tx, ty, align] = place.text;
  const tone = missing ? "soft" : gate;
  say(tools, group, `name_${gate}`, tx, ty, { align, tone, size: "small" });
  say(tools, group, gate, tx, ty + 22, { align, tone });
}

// The rocker that ties two valves together: as one opens, the other closes.
function lever(tools, about) {
  const { svg, made, cell } = tools;
  const group = part(svg, "lever", about);
  const middle = (X_FORGET + X_SIGMA) / 2;
  const tone = cell.pipes === 1 ? "z" : "i";
  const [driven, side] = cell.pipes === 1 ? [X_FORGET, 1] : [X_SIGMA, -1];
  const stem = line(group, [], "rod", tone);
  const left = line(group, [], "rod", tone);
  const right = line(group, [], "rod", tone);
  const beam = line(group, [], "beam", "ink");
  node("path", { d: `M${middle} ${Y_VALVE} l-13 26 h26 Z`, class: "pivot" }, group);
  node("circle", { cx: middle, cy: Y_VALVE, r: 6, class: "pivot" }, group);
  label(group, middle, Y_VALVE + 46, { align: "middle", tone: "soft", size: "small" })("one lever");
  made.tilt = (open) => { // open: how far the valve on the right stands open, 0 to 1
    const d = (open - 0.5) * 36;
    beam.setAttribute("d", `M${X_FORGET} ${Y_VALVE + d} L${X_SIGMA} ${Y_VALVE - d}`);
    stem.setAttribute("d", `M${driven} ${Y_LAYER - 19} V${Y_VALVE + side * d}`);
    left.setAttribute("d", `M${X_FORGET} ${Y_VALVE + d} V${MEMORY + HALF + 10}`);
    right.setAttribute("d", `M${X_SIGMA} ${Y_VALVE - d} L${X_PUT - HALF - 10} ${Y_VALVE}`);
  };
}

// Lines from the memory to the layers: i and f see the memory before, o sees the new one.
function peepholeLines(tools) {
  const { svg, cell, made, hand } = tools;
  const ways = {
    f: [[[92, MEMORY], [92, Y_LAYER - 8], [X_FORGET - 32, Y_LAYER - 8]], [98, Y_LAYER - 32]],
    i: [[[62, MEMORY], [62, 378], [280, 378], [280, Y_LAYER + 8], [X_SIGMA - 32, Y_LAYER + 8]], [98, 396]],
    o: [[[X_LOOK - 6, MEMORY], [X_LOOK - 6, Y_LAYER - 19]], [X_LOOK + 2, 204]],
  };
  for (const gate of cell.peeks) {
    const [points, [x, y]] = ways[gate];
    const sees = gate === "o" ? "the new memory c" : "the memory before, c₋";
    const group = part(svg, `p_${gate}`, `peephole p_${gate}: the ${NAMES[gate]}'s layer sees ${sees}`);
    const drawn = line(group, points, hand ? "peephole idle" : "peephole", gate);
    node("circle", { cx: points[0][0], cy: points[0][1], r: 6, class: "tap", style: `fill: var(--${gate})` }, group);
    const write = label(group, x, y, { tone: gate, size: "small" });
    made.says[`p_${gate}`] = write;
    made.flows[`p_${gate}`] = (strength) => {
      drawn.style.strokeWidth = 2 + Math.min(Math.abs(strength), 3) * 1.4;
      drawn.style.strokeDasharray = strength < 0 ? "9 5" : "none";
    };
  }
}

// What x and h₋ say to each layer, as one number a_k.
function bus(tools, taps) {
  const group = part(tools.svg, "bus", "x and h₋: what is read, and the hidden pipeline from the step before; "
    + "each layer adds them up, weighted, to its pre-activation a");
  const shown = taps.filter(([block]) => block === tools.cell.newMemory || tools.cell.gates.includes(block));
  label(group, 30, Y_BUS + 6, { tone: "soft", size: "small" })("x and h₋");
  line(group, [[100, Y_BUS], [shown.at(-1)[1], Y_BUS]], "signal");
  for (const [block, x] of shown) {
    line(group, [[x, Y_BUS], [x, Y_LAYER + 19]], "signal");
    say(tools, group, `a_${block}`, x + 7, Y_LAYER + 74, { size: "tiny" });
  }
}

function feedback(tools) {
  const group = part(tools.svg, "feedback", "full gate recurrence: every gate also sees all gates of the step before, "
    + "i₋, f₋ and o₋, through nine matrices");
  const y = Y_BUS + 26;
  label(group, 30, y + 6, { tone: "soft", size: "small" })("i₋ f₋ o₋");
  line(group, [[100, y], [X_LOOK - 8, y]], "signal dotted");
  for (const x of [X_FORGET - 8, X_SIGMA - 8, X_LOOK - 8]) {
    line(group, [[x, y], [x, Y_LAYER + 19]], "signal dotted");
  }
}

function arrow(group, y, scene, tone) {
  const [x, turn] = scene === "gradient" ? [30, -1] : [940, 1];
  if (scene === "gradient" && y === HIDDEN) return;
  node("path", { d: `M${x} ${y - 18} l${turn * 20} 18 l${turn * -20} 18`, class: "arrow", style: `stroke: var(--${tone})` }, group);
}

// A single pipeline: what is carried is also what is shown.
function onePipeline(tools) {
  const { svg, cell, scene, hand, made } = tools;
  const gated = cell.gates.length > 0;
  const hidden = part(svg, "hidden", "the one pipeline, the hidden state h: it is carried on and shown");
  const fresh = part(svg, "new", `new memory, the candidate ${cell.newMemory}`);
  const shape = { axis: "h", at: MEMORY, tone: "hidden" };
  if (gated) {
    flowIn(tools, hidden, "h_", { ...shape, from: 30, to: X_FORGET });
    flowIn(tools, hidden, "kept", { ...shape, from: X_FORGET, to: X_PUT });
    say(tools, hidden, "h_", 30, 68);
    say(tools, hidden, "kept", (X_FORGET + X_PUT) / 2 + 20, 68, { align: "middle" });
  } else {
    node("rect", { x: 30, y: MEMORY - HALF, width: X_PUT - HALF - 40, height: 2 * HALF, class: "absent" }, hidden);
    label(hidden, 50, MEMORY + 6, { tone: "soft", size: "small" })("no pipeline: nothing is carried past the new value");
  }
  flowIn(tools, hidden, "h", { ...shape, from: X_PUT, to: 940 });
  arrow(hidden, MEMORY, scene, "hidden");
  say(tools, hidden, "h", EDGE, 68, { align: "end" });
  label(hidden, EDGE, 166, { align: "end", tone: "soft", size: "small" })("the one pipeline");
  putIn(tools, fresh, cell.newMemory);
  node("path", { d: `M${X_OUT - HALF} ${MEMORY + HALF + 30} V${HIDDEN + HALF} H940 M${X_OUT + HALF} ${MEMORY + HALF + 30} V${HIDDEN - HALF} H940`, class: "absent" }, hidden);
  label(hidden, EDGE, HIDDEN + 6, { align: "end", tone: "soft", size: "small" })("no second pipeline");
  label(hidden, X_OUT + 46, 268, { tone: "soft", size: "small" })("no output valve");

  if (gated) {
    const update = part(svg, "z", ABOUT.z);
    layer(update, { x: X_FORGET, y: Y_LAYER, text: "σ", tone: "z", wheel: hand });
    const keeps = shutter(update, { x: X_FORGET, y: MEMORY, half: HALF, upright: true, tone: "z" });
    const lets = shutter(update, { x: X_PUT, y: Y_VALVE, half: HALF, upright: false, tone: "z" });
    made.valves.z = (z) => { keeps(z); lets(1 - z); };
    label(update, X_FORGET, 24, { align: "middle", tone: "z", size: "small" })(NAMES_ONE.z);
    say(tools, update, "z", X_FORGET, 46, { align: "middle", tone: "z" });
    say(tools, update, "1-z", X_PUT + 50, Y_VALVE + 6, { tone: "z" });
    say(tools, update, "a_z", X_FORGET - 40, Y_LAYER + 6, { align: "end", size: "small" });
    lever(tools, "one lever for two: what z keeps, 1 − z does not let in");
    if (!hand) reset(tools);
  } else {
    bus(tools, [[cell.newMemory, X_PUT]]);
  }
  circle(part(svg, "plus", gated ? "plus: what was kept and what is let in, h = z h₋ + (1 − z) n" : "the new value becomes h"),
    X_PUT, MEMORY, gated ? "+" : "↱");
  newLayer(tools, fresh, cell.layer);
}

// The reset valve, on the way by which the past reaches the new memory.
function reset(tools) {
  const { svg, made, cell, minus } = tools;
  const [half, y, x] = [20, Y_BUS, 290];
  const past = part(svg, "gated", cell.reset === "after"
    ? "reset after: the reset valve gates u = h₋ R_n + b_hn, what the pipeline says to the new memory"
    : "reset before: the reset valve gates h₋ itself, and R_n mixes it afterwards");
  made.flows.gated = pipe(past, { axis: "h", at: y, from: 30, to: x, half, tone: "hidden", minus });
  made.flows.through = pipe(past, { axis: "h", at: y, from: x, to: X_PUT + half, half, tone: "hidden", minus, mouth: "to", middle: X_PUT });
  made.flows.rise = pipe(past, { axis: "v", at: X_PUT, from: y + half, to: Y_LAYER + 19, half, tone: "hidden", minus, mouth: "from", middle: y });
  node("path", { d: `M${X_PUT - half} ${y + half} h${2 * half} M${X_PUT + half} ${y + half} v${-2 * half}`, class: "wall" }, past);
  say(tools, past, "gated", 30, y + 48, { size: "small" });
  say(tools, past, "through", X_PUT + 34, y + 6, { size: "small" });
  const group = part(svg, "r", ABOUT.r);
  line(group, [[x, Y_LAYER + 19], [x, y - half - 10]], "rod", "r");
  layer(group, { x, y: Y_LAYER, text: "σ", tone: "r" });
  made.valves.r = shutter(group, { x, y, half, upright: true, tone: "r" });
  label(group, x + 28, y - 42, { tone: "r", size: "small" })(NAMES_ONE.r);
  say(tools, group, "r", x, y + 48, { align: "middle", tone: "r" });
  say(tools, group, "a_r", x + 6, Y_LAYER - 28, { align: "middle", size: "small" });
  say(tools, past, "a_n", X_PUT + 44, Y_LAYER + 14, { size: "small" });
}
