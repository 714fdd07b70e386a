// Where everything stands, and what drawings with one and with two pipelines share.
import { label, layer, line, node, part, pipe } from "./parts.js";

export const WIDTH = 980;
export const MEMORY = 112; // the height of the memory pipeline, or of the only one
export const HIDDEN = 404;
export const HALF = 32; // of a pipe's width
export const [LEFT, RIGHT] = [22, 958]; // where the cells before and after begin
export const [X_FORGET, X_SIGMA, X_PUT, X_LOOK, X_OUT] = [215, 335, 440, 625, 738];
export const EDGE = 924; // where writing ends on the right
export const START = 58; // and begins on the left
export const [Y_VALVE, Y_LAYER, Y_BUS] = [238, 336, 458];
export const heightOf = (scene) => (scene === "by hand" ? 470 : 524);

export const ABOUT = {
  f: "forget valve, the forget gate f: how much of the memory goes on to the next step",
  i: "memory valve, the input gate i: how much of the new memory is put in",
  o: "output valve, the output gate o: how much of the memory is shown",
  z: "update valve, the update gate z: how much of the pipeline is kept; of the new memory 1 − z is let in",
  r: "reset valve, the reset gate r: how much of the past the new memory sees",
};
export const NAMES = { f: "forget valve", i: "memory valve", o: "output valve" };
export const NAMES_ONE = { z: "update valve", r: "reset valve" };

export function flowIn(tools, group, name, shape) {
  tools.made.flows[name] = pipe(group, { half: HALF, minus: tools.minus, scale: tools.made.scale, ...shape });
}

export function say(tools, group, name, x, y, options) {
  tools.made.says[name] = label(group, x, y, options);
}

// The cell stands between the same cell one step before and one step after.
export function neighbours({ svg, scene }) {
  const height = heightOf(scene) - 10;
  const group = node("g", { class: "neighbours" }, svg);
  node("rect", { x: 42, y: 5, width: WIDTH - 84, height, rx: 16, class: "body" }, group);
  for (const [edge, side, words] of [[LEFT, -1, "the step before"], [RIGHT, 1, "the step after"]]) {
    const end = side < 0 ? 0 : WIDTH; // only the side that is near is in the picture
    const turn = side < 0 ? 1 : 0;
    node("path", { d: `M${end} 5 H${edge + side * 16} A16 16 0 0 ${turn} ${edge} 21 V${height - 11} A16 16 0 0 ${turn} ${edge + side * 16} ${height + 5} H${end}`,
      class: "body faint" }, group);
    node("text", { class: "label tiny soft", "text-anchor": "middle", x: 0, y: 0,
      transform: `translate(${edge + side * 6} ${height / 2 + 5}) rotate(${side * 90})` }, group, words);
  }
}

// What the widths and colours mean.
export function key(tools) {
  const group = part(tools.svg, "key", "key: a flow is as wide as its number is large; a striped flow is negative");
  node("rect", { x: 566, y: 15, width: 26, height: 13, rx: 2, class: "minus" }, group);
  node("rect", { x: 566, y: 15, width: 26, height: 13, rx: 2, style: `fill: ${tools.minus}` }, group);
  label(group, 600, 27, { tone: "soft", size: "small" })("negative");
  say(tools, group, "full", EDGE, 27, { align: "end", tone: "soft", size: "small" });
}

// The wall between two pipes that meet is open.
export function mouth(group, x, y, half = HALF) {
  node("rect", { x: x - half + 1, y: y - 3, width: 2 * half - 2, height: 6, class: "inside" }, group);
}

// The branch that the new memory comes up by, with the valve that lets it in.
export function putIn(tools, group, name) {
  flowIn(tools, group, name, { axis: "v", at: X_PUT, from: Y_LAYER - 10, to: Y_VALVE, tone: "fresh" });
  flowIn(tools, group, "put", { axis: "v", at: X_PUT, from: Y_VALVE, to: MEMORY + HALF, tone: "fresh" });
  say(tools, group, "put", X_PUT + 44, 194);
  label(group, X_PUT + 44, 292, { tone: "soft", size: "small" })("new memory");
  say(tools, group, name, X_PUT + 44, 314);
}

// The last of that branch, inside the pipe that it joins.
export function joinIn(tools, group, under) {
  mouth(under, X_PUT, MEMORY + HALF);
  flowIn(tools, group, "joins", { axis: "v", at: X_PUT, from: MEMORY + HALF, to: MEMORY, tone: "fresh", cap: "to", bare: true });
}

export function newLayer(tools, group, text) {
  const shape = { x: X_PUT, y: Y_LAYER, tone: "fresh" };
  if (tools.hand) tools.made.wheels[tools.cell.newMemory] = layer(group, { ...shape, wheel: true });
  else if (text) layer(group, { ...shape, text });
  else {
    node("rect", { x: X_PUT - 32, y: Y_LAYER - 19, width: 64, height: 38, rx: 8, class: "absent filled" }, group);
    node("text", { x: X_PUT, y: Y_LAYER + 5, class: "sign small" }, group, "no tanh");
  }
}

// The rocker that ties two valves together: as one opens, the other closes.
export function lever(tools, about) {
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

// What x and h₋ say to each layer, as one number a_k; what else is added stands beside it.
export function bus(tools, taps) {
  const { svg, cell, made } = tools;
  const group = part(svg, "bus", cell.past
    ? "x and h₋: what is read, and the hidden pipeline from the step before; each layer adds up what it reads of them, weighted, to its pre-activation a"
    : `x: what is read; each layer adds it up, weighted, to its pre-activation a${cell.blind ? ", and sees nothing of the step before" : ""}`);
  const shown = taps.filter(([block]) => block === cell.newMemory || cell.gates.includes(block));
  line(group, [[cell.past ? LEFT : 150, Y_BUS], [shown.at(-1)[1], Y_BUS]], "signal");
  line(group, [[150, heightOf(tools.scene)], [150, Y_BUS]], "signal");
  node("path", { d: `M144 ${Y_BUS + 26} l6 -9 l6 9`, class: "signal" }, group);
  if (cell.past) node("path", { d: `M32 ${Y_BUS - 6} l9 6 l-9 6`, class: "signal" }, group);
  say(tools, group, "enters", 162, heightOf(tools.scene) - 14, { tone: "soft", size: "small" });
  if (cell.past) label(group, START, Y_BUS - 9, { tone: "hidden", size: "small" })("h₋");
  for (const [block, x] of shown) {
    line(group, [[x, Y_BUS], [x, Y_LAYER + 19]], "signal");
    const below = block === "o"; // beside its line stands the hidden pipeline
    const count = 1 + cell.seen.includes(block) + (cell.fed.includes(block) ? 1 : 0);
    const lines = [`terms_${block}`, `more_${block}`, `a_${block}`].filter((_, k) => k === 2 || k < count - 1);
    lines.forEach((name, k) => {
      const y = below ? 20 + 19 * k : -12 - 21 * (lines.length - 1 - k);
      say(tools, group, name, x + 8, Y_BUS + y, { size: "small" });
    });
  }
}

export function arrow(group, y, scene, tone) {
  const [x, turn] = scene === "gradient" ? [40, -1] : [938, 1];
  if (scene === "gradient" && y === HIDDEN) return;
  node("path", { d: `M${x} ${y - 16} l${turn * 16} 16 l${turn * -16} 16`, class: "arrow", style: `stroke: var(--${tone}-text)` }, group);
}
