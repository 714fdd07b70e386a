// Cells with a single pipeline: the GRU, and a network without memory.
import { circle, label, layer, line, node, part, pipe, shutter } from "./parts.js";
import {
  ABOUT, EDGE, HALF, HIDDEN, MEMORY, NAMES_ONE, X_FORGET, X_OUT, X_PUT, Y_BUS, Y_LAYER, Y_VALVE,
  arrow, bus, flowIn, lever, newLayer, putIn, say,
} from "./places.js";

// A single pipeline: what is carried is also what is shown.
export function onePipeline(tools) {
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
    label(hidden, 50, MEMORY + 6, { tone: "soft", size: "small" })("nothing is kept of what was before");
  }
  const bend = { from: X_PUT - HALF, mouth: "from", middle: X_PUT };
  flowIn(tools, hidden, "h", { ...shape, from: X_PUT, to: 940, ...(gated ? {} : bend) });
  if (!gated) node("path", { d: `M${X_PUT - HALF} ${MEMORY - HALF} v${2 * HALF}`, class: "wall" }, hidden);
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
