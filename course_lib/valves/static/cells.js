// Any cell for one unit, from its declaration (course_lib/readings/javascript.py): one step, the
// gradient's way back through it, and what a drawing has to know of it.

const sigmoid = (a) => 0.5 + 0.5 * Math.tanh(0.5 * a);
const logaddexp = (a, b) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
export const SQUASH = { sigmoid, tanh: Math.tanh, "": (a) => a };
export const SLOPE = { sigmoid: (v) => v * (1 - v), tanh: (v) => 1 - v * v, "": () => 1 };

// Text of a declaration → the cell: its declaration, and the facts that a drawing follows.
export function cellOf(text) {
  const form = new Function("sigmoid", "logaddexp", `return ${text};`)(sigmoid, logaddexp); // eslint-disable-line no-new-func
  return { ...form, ...facts(form) };
}

// The sources that a block multiplies by matrices besides x and h₋.
const more = (form, block) => form.reads[block].filter((source) => !["x", "h_"].includes(source));
// The slider that stands for such a matrix.
const weight = (block, source) => (source.endsWith("_") ? "w" : `R_${block}`);
// What a block multiplies by matrices, as [source, by how much]: what the sliders set, and what
// stands in the matrix whatever is learned.
const products = (form, v, block) => [
  ...more(form, block).map((source) => [source, v[weight(block, source)] ?? 0]),
  ...Object.entries(form.fixed[block] ?? {}),
];

// Where the way along a pipeline alone ends: at what goes through another state or a matrix.
export const ends = (form, memory) => (name) => name !== memory && name in form.equations
  && (form.states.includes(name) || Object.keys(form.blocks).some((block) => more(form, block).includes(name)));

// One step. v: the states before (c_, h_ …), what comes from x and h₋ for each block (a_f …),
// peepholes (p_f …), what stands apart (u), weights; held: blocks whose values are given instead.
export function step(form, v, held = {}) {
  const s = { ...form.numbers, terms: {} };
  for (const state of form.states) s[`${state}_`] = v[`${state}_`] ?? 0;
  for (const name of Object.values(form.apart)) s[name] = v[name] ?? 0;
  for (const name of form.order) {
    if (!(name in form.blocks)) {
      const { takes, value } = form.equations[name];
      s[name] = value(...takes.map((given) => s[given]));
      continue;
    }
    const terms = [v[`a_${name}`] ?? 0];
    if (name in form.peeks) terms.push((v[`p_${name}`] ?? 0) * s[form.peeks[name]]);
    const others = products(form, v, name).map(([source, factor]) => factor * s[source]);
    if (others.length) terms.push(others.reduce((sum, term) => sum + term, 0));
    if (name in form.adds) terms.push(s[form.adds[name]]);
    s.terms[name] = terms;
    s[`a_${name}`] = terms.reduce((sum, term) => sum + term, 0);
    s[name] = held[name] ?? SQUASH[form.blocks[name]](s[`a_${name}`]);
  }
  return s;
}

// The way back through a step: given the gradient d of what it gives, that of everything it took;
// of a block's sum under da_f … alone: the pipeline along which alone it comes back, if so.
export function pull(form, s, d, v = {}, alone = null) {
  const found = { ...d };
  const stops = ends(form, alone);
  const add = (name, amount) => { found[name] = (found[name] ?? 0) + amount; };
  for (const name of [...form.order].reverse()) {
    const arrives = found[name] ?? 0;
    if (alone && stops(name)) continue;
    if (!(name in form.blocks)) {
      const { takes, slopes } = form.equations[name];
      slopes(...takes.map((given) => s[given])).forEach((slope, k) => add(takes[k], arrives * slope));
      continue;
    }
    const da = arrives * SLOPE[form.blocks[name]](s[name]);
    found[`da_${name}`] = da;
    if (name in form.peeks) add(form.peeks[name], da * (v[`p_${name}`] ?? 0));
    if (name in form.adds) add(form.adds[name], da);
    if (alone) continue;
    for (const [source, factor] of products(form, v, name)) add(source, da * factor);
  }
  return found;
}

const near = (a, b) => Math.abs(a - b) < 1e-9;

// Whether an equation is a given function of its arguments, tried at a few points.
function is(form, name, expected) {
  const { takes, value } = form.equations[name] ?? { takes: [] };
  return Boolean(value) && [0.31, 0.57, 0.83].every((seed) => {
    const s = { ...form.numbers };
    takes.forEach((given, k) => { s[given] ??= Math.sin(40 * seed * (k + 2)) * 0.9; });
    for (const gate of ["i", "f", "o", "g", "n", "z", "c_", "h_", "c"]) s[gate] ??= 0.5 * seed;
    return near(value(...takes.map((given) => s[given])), expected(s));
  });
}

// What the drawing follows. family: "two", a memory that is a sum of gated flows, and a hidden
// pipeline; "one", a single pipeline of such a sum; "plain", h = g; "any", which says no more.
function facts(form) {
  const blocks = Object.keys(form.blocks);
  const known = (names) => names.every((n) => n in form.blocks || n in form.equations || n in form.numbers);
  const among = (names) => blocks.every((block) => names.includes(block));
  const peeps = (gates) => Object.entries(form.peeks).every(([gate, seen]) => gates.includes(gate) && /^c_?$/.test(seen));
  const shows = (squash) => (s) => (s.o ?? 1) * squash(s.c);
  const squash = is(form, "h", shows(Math.tanh)) ? "tanh" : is(form, "h", shows((c) => c)) ? "" : null;
  const reset = "n" in form.apart ? "after" : "n" in form.blocks && more(form, "n").includes("s") ? "before" : "";
  const resets = reset ? "r" in form.blocks && is(form, "s", (s) => s.r * (reset === "after" ? s.u : s.h_)) : !("r" in form.blocks);
  let family = "any";
  if (form.states.includes("c") && known(["i", "f", "g", "o"]) && among(["i", "f", "g", "o"]) && squash !== null
    && peeps(["i", "f", "o"]) && is(form, "c", (s) => s.f * s.c_ + s.i * s.g)) family = "two";
  else if (form.states.length === 1 && among(["r", "z", "n"]) && known(["z", "n"])
    && peeps([]) && resets && is(form, "h", (s) => s.z * s.h_ + (1 - s.z) * s.n)) family = "one";
  else if (form.states.length === 1 && blocks.join() === "g" && peeps([]) && is(form, "h", (s) => s.g)) family = "plain";
  const newMemory = ["g", "n"].find((name) => name in form.blocks);
  return {
    family, squash, newMemory, reset, taken: taken(form),
    valves: blocks.filter((block) => form.blocks[block] === "sigmoid"),
    pipes: form.states.includes("c") ? 2 : 1,
    gates: ["f", "z", "i", "r", "o"].filter((name) => name in form.blocks),
    layer: form.blocks[newMemory] ?? "tanh",
    missing: ["i", "f", "o"].find((name) => name in form.numbers) ?? "",
    follows: ["i", "f", "o"].filter((name) => name in form.equations),
    coupled: is(form, "f", (s) => 1 - s.i),
    past: blocks.some((block) => form.reads[block].includes("h_")),
    blind: blocks.every((block) => form.reads[block].every((source) => source === "x")
      && !(block in form.peeks) && !(block in form.adds)), // no layer sees anything of the step before
    seen: Object.keys(form.peeks),
    fed: blocks.filter((block) => more(form, block).some((source) => source.endsWith("_"))),
  };
}

// What the states take, straight or through other equations: all that matters once blocks are set.
function taken({ states, equations }) {
  const found = new Set(states);
  for (const name of found) for (const given of equations[name]?.takes ?? []) found.add(given);
  return found;
}

// What a drawing shows of a step besides its values: what flows where.
export function flows(cell, s) {
  if (cell.family === "two") {
    return { ...s, kept: s.f * s.c_, put: s.i * s.g, m: cell.squash ? Math.tanh(s.c) : s.c };
  }
  const { takes, value } = cell.equations.h ?? { takes: [] };
  if (takes.join() === "c,o") return { ...s, m: value(s.c, 1) };
  if (cell.family !== "one") return s;
  const gated = { after: s.u, before: s.h_ }[cell.reset];
  return { ...s, kept: s.z * s.h_, put: (1 - s.z) * s.n, ...(gated === undefined || s.s === undefined ? {} : { gated, through: s.s }) };
}

// The values of one step as the sliders of a scene set them.
export function compute(cell, scene, v) {
  if (scene === "by hand") {
    const stays = new Set([...cell.taken, ...cell.states.map((state) => `${state}_`)]);
    return flows(cell, Object.fromEntries(Object.entries(step(cell, v, v)).filter(([name]) => stays.has(name))));
  }
  const s = flows(cell, step(cell, v));
  return scene === "gradient" ? wayBack(cell, s, v) : s;
}

// What comes back: dh and dc arrive from the right (dh alone where there is one pipe).
function wayBack(cell, s, v) {
  const memory = cell.pipes === 2 ? "c" : "h";
  const back = pull(cell, s, Object.fromEntries(cell.states.map((state) => [state, v[`d${state}`] ?? 0])), v);
  const das = Object.fromEntries(Object.entries(back).filter(([name]) => name.startsWith("da_")));
  const before = Object.fromEntries(cell.states.map((state) => [`d${state}_`, back[`${state}_`] ?? 0]));
  const carry = pull(cell, s, { [memory]: 1 }, v, memory)[`${memory}_`] ?? 0;
  const all = { ...s, ...das, ...before, carry };
  if (cell.family === "any" || cell.family === "plain") {
    const ds = cell.states.flatMap((state) => [[`arrives_${state}`, v[`d${state}`] ?? 0], [`d${state}`, back[state] ?? 0]]);
    return { ...all, ...Object.fromEntries(ds) };
  }
  if (memory === "c") {
    const fromH = (back.c ?? 0) - v.dc;
    return { ...all, dh: v.dh, arrives: v.dc, dc: back.c, fromH, dm: v.dh * s.o, dput: back.c, dg: back.g };
  }
  const dkept = v.dh * s.z;
  const dgated = cell.reset === "after" ? back.u : (back.h_ ?? 0) - dkept;
  return { ...all, dh: v.dh, dkept, dput: v.dh * (1 - s.z), dgated };
}
