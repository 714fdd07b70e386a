// A cell of which no more is known than its declaration: its blocks, its equations as they stand,
// and a pipe for each state that goes through them.
import { label, layer, line, node, part, shutter } from "./parts.js";
import { EDGE, LEFT, RIGHT, START, Y_BUS, Y_LAYER, flowIn, say } from "./places.js";

const TONES = { c: "memory", h: "hidden" };
const BOX = [240, 740]; // where a state's equation stands
const LONGEST = 56; // letters that have room there
const COLUMNS = [250, 600]; // of the other equations
const TOP = 58;
const WHAT = {
  sigmoid: "a valve, 0 closed to 1 open",
  tanh: "a layer's value, squashed by tanh, from −1 to 1",
  "": "a layer's sum as it is, not squashed; the equations say what it does",
};

// An equation as it is read on paper, from its function.
export function written(name, { value }) {
  const text = String(value).replace(/^[^>]*>\s*/, "").replaceAll("Math.", "").replaceAll("sigmoid", "σ");
  const signs = text.replace(/\s*\*\s*/g, " · ").replaceAll("-", "−").replace(/\b(\w+?)_(?!\w)/g, "$1₋");
  return `${name} = ${signs.length > LONGEST ? `${signs.slice(0, LONGEST - 1)}…` : signs}`;
}

export function anyCell(tools) {
  const { svg, cell, made, hand } = tools;
  const room = Math.min(82, 190 / cell.states.length);
  const half = Math.min(26, room / 3);
  const matters = (name) => !hand || cell.taken.has(name); // a block that is set says all of what led to it
  const blocks = cell.order.filter((name) => name in cell.blocks && matters(name));
  const others = cell.order.filter((name) => name in cell.equations && !cell.states.includes(name) && matters(name));
  const top = [...cell.states].sort((a, b) => (a === "h") - (b === "h")); // what is shown stands below
  top.forEach((state, row) => {
    const y = TOP + half + row * room;
    const tone = TONES[state] ?? "fresh";
    const shape = { axis: "h", at: y, half, tone };
    const pipes = part(svg, state, `the state ${state}: what is carried from step to step`);
    flowIn(tools, pipes, `${state}_`, { ...shape, from: LEFT, to: BOX[0] });
    flowIn(tools, pipes, state, { ...shape, from: BOX[1], to: RIGHT });
    node("rect", { x: BOX[0], y: y - half - 6, width: BOX[1] - BOX[0], height: 2 * half + 12, rx: 8, class: "layer", style: `stroke: var(--${tone}-text)` }, pipes);
    label(pipes, (BOX[0] + BOX[1]) / 2, y + 6, { align: "middle", size: "small" })(
      state in cell.equations ? written(state, cell.equations[state]) : `${state} is a block`);
    say(tools, pipes, `${state}_`, START, y - half - 4, { size: "small" });
    say(tools, pipes, state, EDGE, y - half - 4, { align: "end", size: "small" });
  });
  const below = hand ? Y_LAYER + 60 : Y_BUS + 30;
  const pitch = Math.min(22, 44 / Math.ceil(others.length / 2));
  others.forEach((name, k) => { // two to a row
    const group = part(svg, name, `worked out on the way: ${written(name, cell.equations[name])}`);
    say(tools, group, name, COLUMNS[k % 2], below + pitch * Math.floor(k / 2), { size: "small" });
  });
  const at = (k) => 70 + ((k + 0.5) * 800) / blocks.length; // its sum stands to the right of each
  if (!hand) {
    const bus = part(svg, "bus", cell.past
      ? "x and h₋: what is read, and what was shown at the step before; each layer adds up what it reads of them, weighted"
      : `x: what is read; each layer weighs it${cell.blind ? ", and sees nothing of the step before" : ""}`);
    line(bus, [[LEFT, Y_BUS], [at(blocks.length - 1), Y_BUS]], "signal");
    say(tools, bus, "enters", START, Y_BUS + 30, { tone: "soft", size: "small" });
  }
  blocks.forEach((block, k) => {
    const valve = cell.blocks[block] === "sigmoid";
    const tone = valve ? (block in { f: 1, i: 1, o: 1, z: 1, r: 1 } ? block : "i") : "fresh";
    const group = part(svg, block, `${block}: ${WHAT[cell.blocks[block]]}`);
    const x = at(k);
    if (!hand) line(group, [[x, Y_BUS], [x, Y_LAYER + 19]], "signal");
    flowIn(tools, group, block, { axis: "v", at: x, from: Y_LAYER - 19, to: Y_LAYER - 70, half: 18, tone });
    if (valve) made.valves[block] = shutter(group, { x, y: Y_LAYER - 62, half: 18, upright: false, tone, long: 26 });
    made.wheels[block] = layer(group, { x, y: Y_LAYER, text: valve ? "σ" : cell.blocks[block] || "=", tone, wheel: hand });
    say(tools, group, `a_${block}`, x + 8, Y_BUS - 12, { size: "small" });
    say(tools, group, block, x, Y_LAYER - 86, { align: "middle", tone, size: "small" });
  });
}

// What is written on it.
export function numbersOfAny(cell, s, scene, number) {
  const says = {};
  const value = (name, words) => { if (typeof s[name] === "number") says[name] = `${words ?? name.replace(/_$/, "₋")} = ${number(s[name])}`; };
  for (const state of cell.states) { value(state); value(`${state}_`); }
  for (const block of Object.keys(cell.blocks)) { value(block); value(`a_${block}`); }
  for (const [name, equation] of Object.entries(cell.equations)) {
    if (!cell.states.includes(name) && name in s) says[name] = `${written(name, equation)} = ${number(s[name])}`;
  }
  if (scene !== "gradient") return says;
  for (const state of cell.states) {
    says[state] = `δ${state} arrives = ${number(s[`arrives_${state}`])}`;
    says[`${state}_`] = `δ${state}₋ = ${number(s[`d${state}_`])}`;
  }
  for (const block of Object.keys(cell.blocks)) says[`a_${block}`] = `δa_${block} ${number(s[`da_${block}`])}`;
  return says;
}
