// One valve over many steps: what is left of a memory, and of a gradient on its way back.
import { byPower, label, line, node, part, shutter } from "./parts.js";

const [WALL, FROM, TO] = [40, 30, 950];
const ROWS = { memory: 92, gradient: 244 };

// A pipe with a valve at each of the steps; set(f, steps) draws it anew.
function narrowing(svg, tone, at, about, back) {
  const group = part(svg, tone, about);
  node("rect", { x: FROM, y: at - WALL, width: TO - FROM, height: 2 * WALL, class: "inside" }, group);
  for (const wall of [-WALL, WALL]) line(group, [[FROM, at + wall], [TO, at + wall]], "wall");
  const flow = node("path", { class: "flow", style: `fill: var(--${tone})` }, group);
  const valves = node("g", {}, group);
  const words = label(group, back ? TO : FROM, at - WALL - 16, { align: back ? "end" : "start" });
  return (f, steps) => {
    const long = (TO - FROM) / steps;
    const x = (along) => (back ? TO - along * long : FROM + along * long);
    const upper = [];
    for (let k = 0; k < steps; k++) { // before its valve each stretch is as wide as the last left it
      const [before, after] = [f ** k, f ** (k + 1)].map((left) => Math.max(left * (WALL - 2), left ? 0.5 : 0));
      upper.push([x(k), before], [x(k + 0.35), before], [x(k + 0.65), after], [x(k + 1), after]);
    }
    const lower = upper.map(([along, wide]) => [along, -wide]).reverse();
    flow.setAttribute("d", `M${[...upper, ...lower].map(([along, wide]) => `${along.toFixed(1)} ${(at + wide).toFixed(2)}`).join(" L")} Z`);
    valves.replaceChildren();
    if (long >= 14) {
      for (let k = 0; k < steps; k++) shutter(valves, { x: x(k + 0.5), y: at, half: WALL, upright: true, tone: "f", long: Math.min(40, 0.55 * long) })(f);
    }
    words(back ? `← gradient, backwards: ${left(f, steps)} arrives at step 0` : `memory, forwards → ${left(f, steps)} is left at step ${steps}`);
  };
}

const left = (f, steps) => {
  const share = f ** steps;
  return share !== 0 && share < 0.001 ? byPower(share) : share.toPrecision(2);
};

export function fading(svg) {
  const rows = [
    narrowing(svg, "memory", ROWS.memory, "the memory: at every step the forget valve lets the share f through", false),
    narrowing(svg, "gradient", ROWS.gradient, "the gradient: on its way back every forget valve lets the share f through", true),
  ];
  const axis = node("g", {}, svg);
  return {
    compute: (v) => v,
    fit() {},
    paint: ({ f, steps }) => rows.forEach((set) => set(f, Math.round(steps))),
    write({ steps }) {
      axis.replaceChildren();
      const every = Math.max(1, Math.round(steps / 10));
      for (let k = 0; k <= steps; k += every) {
        const x = FROM + (k * (TO - FROM)) / steps;
        node("text", { x, y: 312, class: "tick", "text-anchor": "middle" }, axis, k ? String(k) : "step 0");
      }
    },
    words: ({ f, steps }) => `Forget valve ${f.toFixed(2)}, ${steps} ${steps === 1 ? "step" : "steps"}: ${left(f, steps)} of the memory is left at the end, `
      + `and ${left(f, steps)} of the gradient arrives at the beginning.`,
  };
}
