// Cells with a single pipeline: the GRU, and a network without memory.
import { circle, label, layer, line, node, part, pipe, shutter } from "./parts.js";
import {
  ABOUT, EDGE, HALF, HIDDEN, LEFT, MEMORY, NAMES_ONE, RIGHT, START, X_FORGET, X_OUT, X_PUT, Y_BUS,
  Y_LAYER, Y_VALVE, arrow, bus, flowIn, joinIn, lever, newLayer, putIn, say,
} from "./places.js";

// A single pipeline: what is carried is also what is shown.
export function onePipeline(tools) {
  const { svg, cell, scene, hand, made } = tools;
  const gated = cell.gates.length > 0;
  const hidden = part(svg, "hidden", "the one pipeline, the hidden state h: it is carried on and shown");
  const fresh = part(svg, "new", `new memory, the candidate ${cell.newMemory}`);
  const under = node("g", {}, hidden);
  const joining = node("g", {}, hidden);
  const shape = { axis: "h", at: MEMORY, tone: "hidden", under };
  if (gated) {
    flowIn(tools, hidden, "h_", { ...shape, from: LEFT, to: X_FORGET });
    flowIn(tools, hidden, "kept", { ...shape, from: X_FORGET, to: X_PUT });
    say(tools, hidden, "h_", START, 68);
    say(tools, hidden, "kept", (X_FORGET + X_PUT) / 2 + 20, 68, { align: "middle" });
  } else {
    node("rect", { x: START, y: MEMORY - HALF, width: X_PUT - HALF - 60, height: 2 * HALF, class: "absent" }, hidden);
    label(hidden, START + 20, MEMORY + 6, { tone: "soft", size: "small" })("nothing is kept of what was before");
    node("rect", { x: X_PUT - HALF, y: MEMORY - HALF, width: HALF, height: 2 * HALF, class: "inside" }, under);
  }
  flowIn(tools, hidden, "h", { ...shape, from: X_PUT, to: RIGHT, ...(gated ? {} : { cap: "from" }) });
  if (!gated) node("path", { d: `M${X_PUT - HALF} ${MEMORY + HALF} v${-2 * HALF} h${HALF}`, class: "wall" }, hidden);
  joinIn(tools, joining, under);
  arrow(hidden, MEMORY, scene, "hidden");
  say(tools, hidden, "h", EDGE, 68, { align: "end" });
  label(hidden, EDGE, 168, { align: "end", tone: "soft", size: "small" })("the one pipeline");
  putIn(tools, fresh, cell.newMemory);
  node("path", { d: `M${X_OUT - HALF} ${MEMORY + HALF + 30} V${HIDDEN + HALF} H936 M${X_OUT + HALF} ${MEMORY + HALF + 30} V${HIDDEN - HALF} H936`, class: "absent" }, hidden);
  label(hidden, EDGE, HIDDEN + 6, { align: "end", tone: "soft", size: "small" })("no second pipeline");
  label(hidden, X_OUT + 46, 268, { tone: "soft", size: "small" })("no output valve");

  if (gated) {
    const update = part(svg, "z", ABOUT.z);
    made.wheels.z = layer(update, { x: X_FORGET, y: Y_LAYER, text: "σ", tone: "z", wheel: hand });
    const keeps = shutter(update, { x: X_FORGET, y: MEMORY, half: HALF, upright: true, tone: "z" });
    const lets = shutter(update, { x: X_PUT, y: Y_VALVE, half: HALF, upright: false, tone: "z" });
    made.valves.z = (z) => { keeps(z); lets(1 - z); };
    label(update, X_FORGET, 28, { align: "middle", tone: "z", size: "small" })(NAMES_ONE.z);
    say(tools, update, "z", X_FORGET, 50, { align: "middle", tone: "z" });
    say(tools, update, "1-z", X_PUT + 50, Y_VALVE + 6, { tone: "z" });
    say(tools, update, "a_z", X_FORGET - 40, Y_LAYER + 6, { align: "end", size: "small" });
    lever(tools, "one lever for two: z keeps that share of the old, 1 − z lets in that share of the new");
    if (!hand && cell.reset) reset(tools);
    else if (!hand) bus(tools, [["z", X_FORGET], ["n", X_PUT]]);
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
  const [half, y, x] = [20, Y_BUS - 20, 290];
  const over = y - 52; // the line that x and h₋ come by
  const read = part(svg, "bus", "x and h₋: what is read, and the pipeline from the step before; each layer adds "
    + "them up, weighted, to its pre-activation a");
  line(read, [[LEFT, over], [X_PUT - 26, over], [X_PUT - 26, Y_LAYER + 19]], "signal");
  for (const riser of [X_FORGET, x]) line(read, [[riser, over], [riser, Y_LAYER + 19]], "signal");
  say(tools, read, "enters", START + 34, over - 8, { tone: "soft", size: "small" });
  label(read, START, over - 8, { tone: "hidden", size: "small" })("h₋");
  const past = part(svg, "gated", cell.reset === "after"
    ? "reset after: the reset valve gates u = h₋ R_n + b_hn, what the pipeline says to the new memory"
    : "reset before: the reset valve gates h₋ itself, and R_n mixes it afterwards");
  const shape = { half, tone: "hidden", minus, scale: made.scale };
  made.flows.gated = pipe(past, { ...shape, axis: "h", at: y, from: LEFT, to: x });
  made.flows.through = pipe(past, { ...shape, axis: "h", at: y, from: x, to: X_PUT - half });
  made.flows.rise = pipe(past, { ...shape, axis: "v", at: X_PUT, from: y - half, to: Y_LAYER + 19 });
  node("rect", { x: X_PUT - half, y: y - half, width: 2 * half, height: 2 * half, class: "inside" }, past);
  made.flows.along = pipe(past, { ...shape, axis: "h", at: y, from: X_PUT - half, to: X_PUT, cap: "to", bare: true });
  made.flows.up = pipe(past, { ...shape, axis: "v", at: X_PUT, from: y, to: y - half, cap: "from", bare: true });
  node("path", { d: `M${X_PUT - half} ${y + half} h${2 * half} v${-2 * half}`, class: "wall" }, past);
  say(tools, past, "gated", START, y + 46, { size: "small" });
  say(tools, past, "through", X_PUT + 34, y + 6, { size: "small" });
  const group = part(svg, "r", ABOUT.r);
  line(group, [[x + 18, Y_LAYER + 19], [x + 18, over + 12], [x, over + 12], [x, y - half - 10]], "rod thin", "r");
  layer(group, { x, y: Y_LAYER, text: "σ", tone: "r" });
  made.valves.r = shutter(group, { x, y, half, upright: true, tone: "r" });
  label(group, x - 12, y + 46, { align: "end", tone: "r", size: "small" })(NAMES_ONE.r);
  say(tools, group, "r", x + 8, y + 46, { tone: "r" });
  say(tools, group, "a_r", x + 6, Y_LAYER - 28, { align: "middle", size: "small" });
  say(tools, past, "a_n", X_PUT + 44, Y_LAYER + 14, { size: "small" });
}
