// The parts a cell is drawn from. Each returns a function that sets its value.

const SPACE = "http://www.w3.org/2000/svg";
const TAPER = 30; // over this length a flow narrows before a valve, where there is room

export function node(name, attributes, parent, text) {
  const made = document.createElementNS(SPACE, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  parent?.append(made);
  return made;
}

// A group that can be pointed at or reached by key, and says what it is in both vocabularies.
export function part(parent, name, about) {
  const group = node("g", { class: "part", role: "img", tabindex: "-1" }, parent);
  group.dataset.name = name;
  group.dataset.about = about;
  group.setAttribute("aria-label", about);
  return group;
}

// A stretch of pipe along x ("h") or y ("v"). Its flow is as wide as its value is large, and fills
// the pipe at scale.full; `start` and `end` narrow it there, where a valve lets less through. Where
// it runs into another, `cap` rounds it off: "from" or "to"; a bare one has no pipe of its own. under: where the pipe itself is drawn, below every flow.
export function pipe(parent, { axis, at, from, to, half, tone, minus, scale, cap, bare, under = parent }) {
  const flat = axis === "h";
  const point = (along, across) => (flat ? `${along} ${at + across}` : `${at + across} ${along}`);
  const [low, high] = [Math.min(from, to) - 1, Math.max(from, to) + 1]; // no seam between two
  const box = flat
    ? { x: low, y: at - half, width: high - low, height: 2 * half }
    : { x: at - half, y: low, width: 2 * half, height: high - low };
  if (!bare) node("rect", { ...box, class: "inside" }, under);
  for (const wall of bare ? [] : [-half, half]) {
    node("path", { d: `M${point(from, wall)} L${point(to, wall)}`, class: "wall" }, under);
  }
  const flow = node("path", { class: "flow" }, parent);
  const run = Math.sign(to - from);
  // Something that flows is always seen, however little it is.
  const wide = (value) => (value ? Math.max(Math.min(Math.abs(value) / scale.full, 1) * (half - 2), 1) : 0);
  return (value, { start = value, end = value } = {}) => {
    const [a, w, b] = [wide(start), wide(value), wide(end)];
    const head = from - run;
    const tail = to + run;
    const slope = Math.min(TAPER, Math.abs(to - from) / 2);
    const [p, pm] = [head + run * slope, head + (run * slope) / 2];
    const [q, qm] = [tail - run * slope, tail - (run * slope) / 2];
    const round = (place, on, wide) => (cap === on ? `A${wide} ${wide} 0 0 1 ${point(place, wide)}` : "");
    const turned = (place, on, wide) => (cap === on ? `A${wide} ${wide} 0 0 1 ${point(place, -wide)}` : "");
    const [far, near] = flat === run > 0 ? [round, turned] : [flip(round), flip(turned)];
    flow.setAttribute("d", [
      `M${point(head, -a)} C${point(pm, -a)} ${point(pm, -w)} ${point(p, -w)}`,
      `L${point(q, -w)} C${point(qm, -w)} ${point(qm, -b)} ${point(tail, -b)}`,
      far(tail, "to", b) || `L${point(tail, b)}`,
      `C${point(qm, b)} ${point(qm, w)} ${point(q, w)}`,
      `L${point(p, w)} C${point(pm, w)} ${point(pm, a)} ${point(head, a)}`,
      near(head, "from", a), "Z",
    ].join(" "));
    flow.style.fill = value < 0 ? minus : `var(--${tone})`;
  };
}

const flip = (arc) => (...given) => arc(...given).replace("0 0 1", "0 0 0");

// A gate valve across a pipe: two plates that leave open a gap of the valve's value.
export function shutter(parent, { x, y, half, upright, tone, missing, long = 40 }) {
  const turn = upright ? "" : ` rotate(90)`;
  const group = node("g", { transform: `translate(${x} ${y})${turn}` }, parent);
  if (missing) { // no plates: an open pipe where the others have a valve
    node("rect", { x: -14, y: -half - 9, width: 28, height: 2 * half + 18, rx: 6, class: "absent" }, group);
    return () => {};
  }
  const plates = [-1, 1].map((side) => {
    node("rect", {
      x: -long / 2, y: side < 0 ? -half - 11 : half - 1, width: long, height: 12, rx: 4,
      style: `fill: var(--${tone})`,
    }, group);
    return node("rect", { x: -0.225 * long, width: 0.45 * long, rx: 2, class: "plate", style: `fill: var(--${tone})` }, group);
  });
  return (open) => {
    const leaf = (1 - Math.min(Math.max(open, 0), 1)) * half;
    plates[0].setAttribute("y", -half);
    plates[1].setAttribute("y", half - leaf);
    for (const plate of plates) plate.setAttribute("height", leaf);
  };
}

// A layer (σ or tanh) that works something out, or a wheel where your hand sets it. Returns what
// turns the wheel: by a share of its way, 0 to 1.
export function layer(parent, { x, y, text, tone, wheel }) {
  if (wheel) {
    const group = node("g", { class: "wheel", style: `stroke: var(--${tone})` }, parent);
    node("circle", { cx: x, cy: y, r: 19 }, group);
    const spokes = node("g", {}, group);
    for (const turn of [0, 60, 120]) {
      node("path", { d: `M${x - 19} ${y} h38`, transform: `rotate(${turn} ${x} ${y})` }, spokes);
    }
    node("circle", { cx: x + 13, cy: y, r: 4, class: "knob", style: `fill: var(--${tone})` }, spokes);
    node("circle", { cx: x, cy: y, r: 5, class: "hub" }, group);
    return (share) => spokes.setAttribute("transform", `rotate(${(300 * share - 240).toFixed(1)} ${x} ${y})`);
  }
  node("rect", {
    x: x - 32, y: y - 19, width: 64, height: 38, rx: 8, class: "layer", style: `stroke: var(--${tone})`,
  }, parent);
  node("text", { x, y: y + 6, class: "sign" }, parent, text);
  return () => {};
}

export function circle(parent, x, y, sign) {
  node("circle", { cx: x, cy: y, r: 19, class: "join" }, parent);
  node("text", { x, y: y + 8, class: "sign large" }, parent, sign);
}

// A line that carries a number, not a flow: from a layer to its valve, a peephole, a signal.
export function line(parent, points, kind, tone) {
  const d = points.map((p, k) => `${k ? "L" : "M"}${p[0]} ${p[1]}`).join(" ");
  return node("path", { d, class: kind, style: tone ? `stroke: var(--${tone})` : "" }, parent);
}

// Writing; what follows a _ stands lower, as in a_f.
export function label(parent, x, y, { align = "start", tone = "ink", size = "" } = {}) {
  const text = node("text", {
    x, y, "text-anchor": align, class: `label ${size}`,
    style: `fill: var(--${tone}-text, var(--${tone}))`,
  }, parent);
  let said = "";
  let runs = [];
  return (words) => {
    if (words === said) return;
    said = words;
    text.dataset.says = words;
    const pieces = words.split(/_(\w+)/);
    if (pieces.length !== runs.length) {
      text.replaceChildren();
      runs = pieces.map((_, k) => node("tspan", k % 2 ? { class: "sub", dy: 5 } : k ? { dy: -5 } : {}, text));
    }
    pieces.forEach((piece, k) => { if (runs[k].textContent !== piece) runs[k].textContent = piece; });
  };
}

// Stripes for flows below zero, so that the sign does not hang on colour.
export function stripes(parent, id) {
  const pattern = node("pattern", {
    id, width: 10, height: 10, patternUnits: "userSpaceOnUse", patternTransform: "rotate(45)",
  }, node("defs", {}, parent));
  node("rect", { width: 10, height: 10, class: "minus" }, pattern);
  node("rect", { width: 3.5, height: 10, class: "minus-stripe" }, pattern);
  return `url(#${id})`;
}

// A power of ten, and a number by one, as they are printed: 10⁻⁵, 2.0 · 10⁻⁵.
export const power = (n) => `10${[...String(n)].map((sign) => "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"["-0123456789".indexOf(sign)]).join("")}`;
export function byPower(value) {
  const [digits, n] = value.toExponential(1).split("e");
  return `${digits.replace("-", "−")} · ${power(Number(n))}`;
}
