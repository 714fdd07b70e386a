// Any cell for one unit, from its declaration (course_lib/readings/javascript.py): one step, the
// gradient's way back through it, and what a drawing has to know of it.

const sigmoid = (a) => 0.5 + 0.5 * Math.tanh(0.5 * a);
const SQUASH = { sigmoid, tanh: Math.tanh, "": (a) => a };
const SLOPE = { sigmoid: (v) => v * (1 - v), tanh: (v) => 1 - v * v, "": () => 1 };

// Text of a declaration → the cell: its declaration, and the facts that a drawing follows.
export function cellOf(text) {
  const form = new Function("sigmoid", `return ${text};`)(sigmoid); // eslint-disable-line no-new-func
  return { ...form, ...facts(form) };
}

// The sources that a block multiplies by matrices besides x and h₋.
const more = (form, block) => form.reads[block].filter((source) => !["x", "h_"].includes(source));
// The slider that stands for such a matrix.
const weight = (form, block, source) => (source.endsWith("_") ? "w" : `R_${block}`);

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
    const others = more(form, name).map((source) => (v[weight(form, name, source)] ?? 0) * s[source]);
    if (others.length) terms.push(others.reduce((sum, term) => sum + term, 0));
    if (name in form.adds) terms.push(s[form.adds[name]]);
    s.terms[name] = terms;
    s[`a_${name}`] = terms.reduce((sum, term) => sum + term, 0);
    s[name] = held[name] ?? SQUASH[form.blocks[name]](s[`a_${name}`]);
  }
  return s;
}

// The way back through a step: given the gradient d of what it gives, that of everything it took;
// of a block's sum under da_f … matrices: whether it comes back by these too.
export function pull(form, s, d, v = {}, matrices = true) {
  const found = { ...d };
  const add = (name, amount) => { found[name] = (found[name] ?? 0) + amount; };
  for (const name of [...form.order].reverse()) {
    const arrives = found[name] ?? 0;
    if (!(name in form.blocks)) {
      const { takes, slopes } = form.equations[name];
      slopes(...takes.map((given) => s[given])).forEach((slope, k) => add(takes[k], arrives * slope));
      continue;
    }
    const da = arrives * SLOPE[form.blocks[name]](s[name]);
    found[`da_${name}`] = da;
    if (name in form.peeks) add(form.peeks[name], da * (v[`p_${name}`] ?? 0));
    if (name in form.adds) add(form.adds[name], da);
    if (!matrices) continue;
    for (const source of more(form, name)) add(source, da * (v[weight(form, name, source)] ?? 0));
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
  const shows = (squash) => (s) => (s.o ?? 1) * squash(s.c);
  const squash = is(form, "h", shows(Math.tanh)) ? "tanh" : is(form, "h", shows((c) => c)) ? "" : null;
  let family = "any";
  if (form.states.includes("c") && known(["i", "f", "g", "o"]) && among(["i", "f", "g", "o"]) && squash !== null
    && is(form, "c", (s) => s.f * s.c_ + s.i * s.g)) family = "two";
  else if (form.states.length === 1 && among(["r", "z", "n"]) && known(["z", "n"])
    && is(form, "h", (s) => s.z * s.h_ + (1 - s.z) * s.n)) family = "one";
  else if (form.states.length === 1 && blocks.join() === "g" && is(form, "h", (s) => s.g)) family = "plain";
  const newMemory = ["g", "n"].find((name) => name in form.blocks);
  return {
    family, squash, newMemory,
    pipes: form.states.includes("c") ? 2 : 1,
    gates: ["f", "z", "i", "r", "o"].filter((name) => name in form.blocks),
    layer: form.blocks[newMemory] ?? "tanh",
    missing: ["i", "f", "o"].find((name) => name in form.numbers) ?? "",
    follows: ["i", "f", "o"].filter((name) => name in form.equations),
    coupled: is(form, "f", (s) => 1 - s.i),
    seen: Object.keys(form.peeks),
    fed: blocks.filter((block) => more(form, block).some((source) => source.endsWith("_"))),
    reset: "n" in form.apart ? "after" : more(form, "n" in form.reads ? "n" : blocks[0]).includes("s") ? "before" : "",
  };
}

// What a drawing shows of a step besides its values: what flows where.
export function flows(cell, s) {
  if (cell.family === "two") {
    return { ...s, kept: s.f * s.c_, put: s.i * s.g, m: cell.squash ? Math.tanh(s.c) : s.c };
  }
  if (cell.family !== "one") return s;
  const gated = { after: s.u, before: s.h_ }[cell.reset];
  return { ...s, kept: s.z * s.h_, put: (1 - s.z) * s.n, ...(gated === undefined ? {} : { gated, through: s.s }) };
}

// The values of one step as the sliders of a scene set them.
export function compute(cell, scene, v) {
  if (scene === "by hand") {
    const { terms, ...s } = step(cell, v, v);
    return flows(cell, Object.fromEntries(Object.entries(s).filter(([name]) => !name.startsWith("a_") && name !== "r")));
  }
  const s = flows(cell, step(cell, v));
  return scene === "gradient" ? wayBack(cell, s, v) : s;
}

// What comes back: dh and dc arrive from the right (dh alone where there is one pipe).
function wayBack(cell, s, v) {
  const back = pull(cell, s, Object.fromEntries(cell.states.map((state) => [state, v[`d${state}`] ?? 0])), v);
  const das = Object.fromEntries(Object.entries(back).filter(([name]) => name.startsWith("da_")));
  if (cell.family === "any") {
    const ds = cell.states.flatMap((c) => [[`arrives_${c}`, v[`d${c}`] ?? 0], [`d${c}`, back[c] ?? 0], [`d${c}_`, back[`${c}_`] ?? 0]]);
    return { ...s, ...das, ...Object.fromEntries(ds) };
  }
  const kept = cell.pipes === 2 ? "c" : "h";
  const carry = pull(cell, s, { [kept]: 1 }, v, false)[`${kept}_`] ?? 0;
  const all = { ...s, ...das, carry, dh: v.dh };
  if (kept === "c") {
    const fromH = (back.c ?? 0) - v.dc;
    return { ...all, arrives: v.dc, dc: back.c, dc_: back.c_ ?? 0, fromH, dm: v.dh * s.o, dput: back.c, dg: back.g };
  }
  const dkept = v.dh * s.z;
  const dgated = cell.reset === "after" ? back.u : (back.h_ ?? 0) - dkept;
  return { ...all, dkept, dput: v.dh * (1 - s.z), dh_: back.h_ ?? 0, dgated };
}
