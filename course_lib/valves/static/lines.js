// Lines over time beside the drawing: what the valves, the pipelines and the gradient did.
import { ROW, chart } from "./charts.js";
import { average, overTime } from "./inside.js";
import { musical } from "./network.js";
import { roll } from "./roll.js";

const GATES = "fzior"; // in their order, each with a tone of its own
const LINES = { c: "memory", h: "hidden" };
const STROKES = { i: "", f: "7 4", o: "2 4", z: "7 4", r: "", c: "", h: "7 4" };

export const rowsOf = (net) => 3 + Boolean(net.loss) + musical(net);

// The charts, into an svg. Returns {set(now, free, unit, since), mark(t), stepAt}: now is the run
// shown, free the one in which nothing is held, or the same; since: after which step it composes.
export function lines(svg, cell, shape, labels) {
  const steps = { steps: shape.T, labels };
  const pipes = cell.states.filter((state) => !(state in cell.blocks)).sort();
  const rank = (gate) => `${GATES}${gate}`.indexOf(gate);
  const gates = [...new Set([...cell.follows, ...cell.valves])].sort((a, b) => rank(a) - rank(b));
  const spare = [...GATES].filter((tone) => !gates.includes(tone)); // for valves with names of their own
  const tones = Object.fromEntries(gates.map((gate) => [gate, GATES.includes(gate) ? gate : spare.shift() ?? "ink"]));
  const first = musical(shape) ? ROW : 0;
  const rows = [
    chart(svg, first, gates.length ? "valves: 1 open, 0 closed" : "this cell has no valves", { ...steps, low: 0, high: 1 }),
    chart(svg, first + ROW, "what the pipelines carry", steps),
    chart(svg, first + 2 * ROW, `size of the gradient of Σh at the end, by ${pipes[0]} at each step`, { ...steps, log: true, last: !shape.loss }),
  ];
  if (shape.loss) rows.push(chart(svg, first + 3 * ROW, `loss at each step (${shape.loss.replace("_", " ")})`, { ...steps, last: true }));
  const keys = first ? roll(svg, 0, shape.T, shape.up) : null;
  const set = (now, free, unit, since) => {
    keys?.set(now.x, since);
    const [held, mean] = [now !== free, unit === null];
    const line = (array, tone, name, dash = "", sizes = false) => ({ values: overTime(array, shape, unit, sizes), tone, name, dash });
    rows[0].set(gates.map((gate) => line(now.values[gate], tones[gate], gate, STROKES[tones[gate]])));
    rows[1].set(pipes.flatMap((p) => [
      line(now.values[p], LINES[p] ?? "fresh", mean ? `mean |${p}|` : p, STROKES[p], mean),
      ...(held ? [line(free.values[p], "soft", `${p} unheld`, STROKES[p] || "1 4", mean)] : []),
    ]));
    rows[2].set([
      line(now.gradient, "ink", "every way", "", true),
      line(now.along, "memory", cell.pipes === 2 ? "memory alone" : "pipe alone", "7 4", true),
      ...(held ? [line(free.gradient, "soft", "unheld", "1 4", true)] : []),
    ]);
    if (!shape.loss) return;
    rows[3].set([
      { values: [...now.loss], tone: "ink", name: `mean ${average(now.loss).toFixed(3)}` },
      ...(held ? [{ values: [...free.loss], tone: "soft", dash: "1 4", name: `unheld ${average(free.loss).toFixed(3)}` }] : []),
    ]);
  };
  return { set, mark: (t) => [...rows, keys].forEach((row) => row?.mark(t)), stepAt: rows[0].stepAt, pipes };
}
