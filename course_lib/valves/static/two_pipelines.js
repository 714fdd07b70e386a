// Cells with a memory and a hidden pipeline: the LSTM and what is near it.
import { circle, label, layer, line, node, part, shutter } from "./parts.js";
import {
  ABOUT, EDGE, HALF, HIDDEN, LEFT, MEMORY, NAMES, RIGHT, START, X_FORGET, X_LOOK, X_OUT, X_PUT,
  X_SIGMA, Y_BUS, Y_LAYER, Y_VALVE, arrow, bus, flowIn, joinIn, lever, mouth, newLayer, putIn, say,
} from "./places.js";

export function twoPipelines(tools) {
  const { svg, cell, scene, hand } = tools;
  const memory = part(svg, "memory", "memory pipeline, the cell state c: what is carried on");
  const fresh = part(svg, "new", `new memory, the candidate g${cell.layer ? " = tanh(a_g)" : " = a_g, without its tanh"}`);
  const out = part(svg, "squash", cell.squash
    ? "tanh(c): squashes what the memory shows to between −1 and 1"
    : "no output activation: the memory is shown without its tanh");
  const hidden = part(svg, "hidden", "hidden pipeline, the hidden state h: what is shown to the next layer");

  const under = node("g", {}, memory);
  const carries = { axis: "h", at: MEMORY, tone: "memory", under };
  flowIn(tools, memory, "c_", { ...carries, from: LEFT, to: X_FORGET });
  const joining = node("g", {}, memory);
  flowIn(tools, memory, "kept", { ...carries, from: X_FORGET, to: X_PUT });
  flowIn(tools, memory, "c", { ...carries, from: X_PUT, to: X_OUT });
  flowIn(tools, memory, "c_on", { ...carries, from: X_OUT, to: RIGHT });
  joinIn(tools, joining, under);
  arrow(memory, MEMORY, scene, "memory");
  putIn(tools, fresh, "g");
  mouth(out, X_OUT, MEMORY + HALF);
  flowIn(tools, out, "looks", { axis: "v", at: X_OUT, from: MEMORY, to: MEMORY + HALF, tone: "memory", bare: true });
  flowIn(tools, out, "look", { axis: "v", at: X_OUT, from: MEMORY + HALF, to: 192, tone: "memory" });
  flowIn(tools, out, "m", { axis: "v", at: X_OUT, from: 192, to: 268, tone: "memory" });
  flowIn(tools, hidden, "h", { axis: "v", at: X_OUT, from: 268, to: HIDDEN - HALF, tone: "hidden" });
  node("rect", { x: X_OUT - HALF, y: HIDDEN - HALF, width: 2 * HALF, height: 2 * HALF, class: "inside" }, hidden);
  flowIn(tools, hidden, "h_on", { axis: "h", at: HIDDEN, from: X_OUT + HALF, to: RIGHT, tone: "hidden" });
  const bend = { tone: "hidden", bare: true };
  flowIn(tools, hidden, "h_down", { ...bend, axis: "v", at: X_OUT, from: HIDDEN - HALF, to: HIDDEN, cap: "to" });
  flowIn(tools, hidden, "h_along", { ...bend, axis: "h", at: HIDDEN, from: X_OUT, to: X_OUT + HALF, cap: "from" });
  node("path", { d: `M${X_OUT - HALF} ${HIDDEN - HALF} v${2 * HALF} h${2 * HALF}`, class: "wall" }, hidden);
  arrow(hidden, HIDDEN, scene, "hidden");

  if (!hand) bus(tools, [["f", X_FORGET], ["i", X_SIGMA], ["g", X_PUT], ["o", X_LOOK]]);
  if (cell.fed.length) feedback(tools);
  peepholeLines(tools);

  for (const gate of ["f", "i", "o"]) valveOfTwo(tools, gate);
  if (cell.coupled) lever(tools, "coupled valves, one lever for two: f = 1 − i");
  circle(part(svg, "plus", "plus: what was kept and what is put in, c = f c₋ + i g"), X_PUT, MEMORY, "+");
  newLayer(tools, fresh, cell.layer);
  if (cell.squash) layer(out, { x: X_OUT, y: 192, text: cell.squash, tone: "ink" });
  else node("rect", { x: X_OUT - 38, y: 173, width: 76, height: 38, rx: 8, class: "absent" }, out);

  say(tools, memory, "c_", START, 68);
  say(tools, memory, "kept", (X_FORGET + X_PUT) / 2 + 20, 68, { align: "middle" });
  say(tools, memory, "c", EDGE, 68, { align: "end" });
  label(memory, EDGE, 168, { align: "end", tone: "soft", size: "small" })("memory pipeline");
  say(tools, out, "m", X_OUT + 44, 198);
  say(tools, hidden, "h", EDGE, 358, { align: "end" });
  label(hidden, EDGE, 460, { align: "end", tone: "soft", size: "small" })("hidden pipeline");
}

// Where each of an LSTM's valves stands, what moves it, and where its number is written.
const PLACES = {
  f: { valve: [X_FORGET, MEMORY], upright: true, layer: [X_FORGET, Y_LAYER],
    rod: [[X_FORGET, Y_LAYER - 19], [X_FORGET, MEMORY + HALF + 10]],
    text: [X_FORGET, 28, "middle"] },
  i: { valve: [X_PUT, Y_VALVE], upright: false, layer: [X_SIGMA, Y_LAYER],
    rod: [[X_SIGMA, Y_LAYER - 19], [X_SIGMA, Y_VALVE], [X_PUT - HALF - 10, Y_VALVE]],
    text: [X_PUT + 50, Y_VALVE - 4, "start"] },
  o: { valve: [X_OUT, 268], upright: false, layer: [X_LOOK, Y_LAYER],
    rod: [[X_LOOK + 32, Y_LAYER], [680, Y_LAYER], [680, 268], [X_OUT - HALF - 10, 268]],
    text: [X_OUT + 52, 266, "start"] },
};

function valveOfTwo(tools, gate) {
  const { svg, cell, hand, made } = tools;
  const place = PLACES[gate];
  const missing = cell.missing === gate;
  const follows = cell.follows.includes(gate);
  const about = missing ? `no ${NAMES[gate]}: the gate ${gate} is missing, so ${gate} = 1` : ABOUT[gate];
  const group = part(svg, gate, follows ? `${about}; here ${gate} is worked out from others${cell.coupled ? ": f = 1 − i" : ""}` : about);
  const [x, y] = place.valve;
  if (!missing && !follows) {
    const rod = gate === "o" && hand ? [[X_LOOK + 19, Y_LAYER], ...place.rod.slice(1)] : place.rod;
    if (!(gate === "i" && cell.coupled)) line(group, rod, "rod", gate); // else the lever's
    made.wheels[gate] = layer(group, { x: place.layer[0], y: place.layer[1], text: "σ", tone: gate, wheel: hand });
  }
  made.valves[gate] = shutter(group, { x, y, half: HALF, upright: place.upright, tone: gate, missing });
  const [tx, ty, align] = place.text;
  const tone = missing ? "soft" : gate;
  say(tools, group, `name_${gate}`, tx, ty, { align, tone, size: "small" });
  say(tools, group, gate, tx, ty + 22, { align, tone });
}

// Lines from the memory to the layers: i and f see the memory before, o sees the new one.
function peepholeLines(tools) {
  const { svg, cell, made, hand } = tools;
  const ways = {
    f: [[[96, MEMORY], [96, Y_LAYER - 8], [X_FORGET - 32, Y_LAYER - 8]], [102, Y_LAYER - 20]],
    i: [[[66, MEMORY], [66, 388], [280, 388], [280, Y_LAYER + 8], [X_SIGMA - 32, Y_LAYER + 8]], [74, 380]],
    o: [[[X_LOOK - 6, MEMORY], [X_LOOK - 6, Y_LAYER - 19]], [X_LOOK - 14, 166, "end"]],
  };
  for (const gate of cell.seen) {
    const [points, [x, y, align = "start"]] = ways[gate];
    const sees = cell.peeks[gate] === "c" ? "the new memory c" : "the memory before, c₋";
    const group = part(svg, `p_${gate}`, `peephole p_${gate}: the ${NAMES[gate]}'s layer sees ${sees}`);
    const drawn = line(group, points, hand ? "peephole idle" : "peephole", gate);
    node("circle", { cx: points[0][0], cy: points[0][1], r: 6, class: "tap", style: `fill: var(--${gate})` }, group);
    const write = label(group, x, y, { align, tone: gate, size: "small" });
    made.says[`p_${gate}`] = write;
    made.flows[`p_${gate}`] = (strength) => {
      drawn.style.strokeWidth = 2 + Math.min(Math.abs(strength), 6) * 0.7;
      drawn.style.strokeDasharray = strength < 0 ? "9 5" : "none";
    };
  }
}

function feedback(tools) {
  const group = part(tools.svg, "feedback", "full gate recurrence: every gate also sees all gates of the step before, "
    + "i₋, f₋ and o₋, through nine matrices");
  const y = Y_BUS + 22;
  label(group, START, y + 22, { tone: "soft", size: "small" })("i₋ f₋ o₋");
  line(group, [[LEFT, y], [X_LOOK - 8, y]], "signal dotted");
  for (const x of [X_FORGET - 8, X_SIGMA - 8, X_LOOK - 8]) {
    line(group, [[x, y], [x, Y_LAYER + 19]], "signal dotted");
  }
}
