// Where everything stands, and what drawings with one and with two pipelines share.
import { label, layer, line, node, part, pipe } from "./parts.js";

export const WIDTH = 980;
export const HEIGHT = 492;
export const MEMORY = 112; // the height of the memory pipeline, or of the only one
export const HIDDEN = 404;
export const HALF = 32; // of a pipe's width
export const [X_FORGET, X_SIGMA, X_PUT, X_LOOK, X_OUT] = [215, 335, 440, 625, 765];
export const EDGE = 966; // where writing ends on the right
export const [Y_VALVE, Y_LAYER, Y_BUS] = [238, 340, 432];

export const ABOUT = {
  f: "forget valve, the forget gate f: how much of the memory goes on to the next step",
  i: "memory valve, the input gate i: how much of the new memory is put in",
  o: "output valve, the output gate o: how much of the memory is shown",
  z: "update valve, the update gate z: how much of the pipeline is kept; 1 − z is let in",
  r: "reset valve, the reset gate r: how much of the past the new memory sees",
};
export const NAMES = { f: "forget valve", i: "memory valve", o: "output valve" };
export const NAMES_ONE = { z: "update valve", r: "reset valve" };

export function flowIn(tools, group, name, shape) {
  tools.made.flows[name] = pipe(group, { half: HALF, minus: tools.minus, ...shape });
}

export function say(tools, group, name, x, y, options) {
  tools.made.says[name] = label(group, x, y, options);
}

// The wall between two pipes that meet is open.
export function mouth(group, x, y, half = HALF) {
  node("rect", { x: x - half + 1, y: y - 3, width: 2 * half - 2, height: 6, class: "inside" }, group);
}

// The branch that the new memory comes up by, with the valve that lets it in.
export function putIn(tools, group, name) {
  flowIn(tools, group, name, { axis: "v", at: X_PUT, from: Y_LAYER - 10, to: Y_VALVE, tone: "fresh" });
  mouth(group, X_PUT, MEMORY + HALF);
  flowIn(tools, group, "put", { axis: "v", at: X_PUT, from: Y_VALVE, to: MEMORY + HALF, tone: "fresh", mouth: "to", middle: MEMORY });
  say(tools, group, "put", X_PUT + 44, 186);
  label(group, X_PUT + 44, 296, { tone: "soft", size: "small" })("new memory");
  say(tools, group, name, X_PUT + 44, 318);
}

export function newLayer(tools, group, text) {
  const shape = { x: X_PUT, y: Y_LAYER, tone: "fresh" };
  if (tools.hand) layer(group, { ...shape, wheel: true });
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

// What x and h₋ say to each layer, as one number a_k.
export function bus(tools, taps) {
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

export function arrow(group, y, scene, tone) {
  const [x, turn] = scene === "gradient" ? [30, -1] : [940, 1];
  if (scene === "gradient" && y === HIDDEN) return;
  node("path", { d: `M${x} ${y - 18} l${turn * 20} 18 l${turn * -20} 18`, class: "arrow", style: `stroke: var(--${tone})` }, group);
}
