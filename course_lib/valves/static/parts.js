// The parts a cell is drawn from. Each returns a function that sets its value.

const SPACE = "http://www.w3.org/2000/svg";
const TAPER = 30; // over this length a flow narrows before a valve

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

// A stretch of pipe along x ("h") or y ("v"). Its flow is as wide as its value is large, up to 1;
// `start` and `end` narrow it there, where a valve lets less through. At its mouth, "from" or "to",
// a flow reaches on towards the middle of the pipe it joins, to the side of the flow it meets.
export function pipe(parent, { axis, at, from, to, half, tone, minus, mouth, middle }) {
  const flat = axis === "h";
  const point = (along, across) => (flat ? `${along} ${at + across}` : `${at + across} ${along}`);
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const box = flat
    ? { x: low, y: at - half, width: high - low + 1, height: 2 * half } // no seam between two
    : { x: at - half, y: low, width: 2 * half, height: high - low + 1 };
  node("rect", { ...box, class: "inside" }, parent);
  for (const wall of [-half, half]) {
    node("path", { d: `M${point(from, wall)} L${point(to, wall)}`, class: "wall" }, parent);
  }
  const flow = node("path", { class: "flow" }, parent);
  const run = Math.sign(to - from);
  // Something that flows is always seen, however little it is.
  const wide = (value) => (value ? Math.max(Math.min(Math.abs(value), 1) * (half - 2), 1) : 0);
  return (value, { start = value, end = value, meets = value } = {}) => {
    const [a, w, b] = [wide(start), wide(value), wide(end)];
    const side = (place) => middle + Math.sign(place - middle) * (wide(meets) - 1);
    const [head, tail] = [mouth === "from" ? side(from) : from - run, mouth === "to" ? side(to) : to];
    const [p, pm] = [head + run * TAPER, head + (run * TAPER) / 2];
    const [q, qm] = [tail - run * TAPER, tail - (run * TAPER) / 2];
    flow.setAttribute("d", [
      `M${point(head, -a)} C${point(pm, -a)} ${point(pm, -w)} ${point(p, -w)}`,
      `L${point(q, -w)} C${point(qm, -w)} ${point(qm, -b)} ${point(tail, -b)}`,
      `L${point(tail, b)} C${point(qm, b)} ${point(qm, w)} ${point(q, w)}`,
      `L${point(p, w)} C${point(pm, w)} ${point(pm, a)} ${point(head, a)} Z`,
    ].join(" "));
    flow.style.fill = value < 0 ? minus : `var(--${tone})`;
  };
}

// A gate valve across a pipe: two plates that leave open a gap of the valve's value.
export function shutter(parent, { x, y, half, upright, tone, missing }) {
  const turn = upright ? "" : ` rotate(90)`;
  const group = node("g", { transform: `translate(${x} ${y})${turn}` }, parent);
  if (missing) { // no plates: an open pipe where the others have a valve
    node("rect", { x: -14, y: -half - 9, width: 28, height: 2 * half + 18, rx: 6, class: "absent" }, group);
    return () => {};
  }
  const plates = [-1, 1].map((side) => {
    node("rect", {
      x: -20, y: side < 0 ? -half - 11 : half - 1, width: 40, height: 12, rx: 4,
      style: `fill: var(--${tone})`,
    }, group);
    return node("rect", { x: -9, width: 18, rx: 2, class: "plate", style: `fill: var(--${tone})` }, group);
  });
  return (open) => {
    const leaf = (1 - Math.min(Math.max(open, 0), 1)) * half;
    plates[0].setAttribute("y", -half);
    plates[1].setAttribute("y", half - leaf);
    for (const plate of plates) plate.setAttribute("height", leaf);
  };
}

// A layer (σ or tanh) that works something out, or a wheel where your hand sets it.
export function layer(parent, { x, y, text, tone, wheel }) {
  if (wheel) {
    const group = node("g", { class: "wheel", style: `--tone: var(--${tone})` }, parent);
    node("circle", { cx: x, cy: y, r: 19 }, group);
    for (const turn of [0, 60, 120]) {
      node("path", { d: `M${x - 19} ${y} h38`, transform: `rotate(${turn} ${x} ${y})` }, group);
    }
    node("circle", { cx: x, cy: y, r: 5, class: "hub" }, group);
    return;
  }
  node("rect", {
    x: x - 32, y: y - 19, width: 64, height: 38, rx: 8, class: "layer", style: `stroke: var(--${tone})`,
  }, parent);
  node("text", { x, y: y + 6, class: "sign" }, parent, text);
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

export function label(parent, x, y, { align = "start", tone = "ink", size = "" } = {}) {
  const text = node("text", {
    x, y, "text-anchor": align, class: `label ${size}`,
    style: `fill: var(--${tone}-text, var(--${tone}))`,
  }, parent);
  return (words) => { if (text.textContent !== words) text.textContent = words; };
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
