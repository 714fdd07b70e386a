// The arithmetic of one step for one unit: the equations of course_lib/cells, in plain numbers.
// A test compares every number here with what the cells of course_lib compute.

const LSTM = { pipes: 2, gates: ["f", "i", "o"], newMemory: "g", layer: "tanh", squash: "tanh" };
const GRU = { pipes: 1, gates: ["z", "r"], newMemory: "n", layer: "tanh" };

export const KINDS = {
  lstm: LSTM,
  peephole: { ...LSTM, peeks: ["f", "i", "o"] },
  coupled: { ...LSTM, gates: ["i", "o"], coupled: true },
  cifg: { ...LSTM, gates: ["i", "o"], coupled: true, peeks: ["i", "o"] },
  nig: { ...LSTM, gates: ["f", "o"], missing: "i", peeks: ["f", "o"] },
  nfg: { ...LSTM, gates: ["i", "o"], missing: "f", peeks: ["i", "o"] },
  nog: { ...LSTM, gates: ["f", "i"], missing: "o", peeks: ["f", "i"] },
  niaf: { ...LSTM, layer: "", peeks: ["f", "i", "o"] },
  noaf: { ...LSTM, squash: "", peeks: ["f", "i", "o"] },
  fgr: { ...LSTM, feedback: true, peeks: ["f", "i", "o"] },
  gru: { ...GRU, reset: "after" },
  gru_before: { ...GRU, reset: "before" },
  rnn: { pipes: 1, gates: [], newMemory: "g", layer: "tanh" },
};

const sigma = (a) => 0.5 + 0.5 * Math.tanh(0.5 * a);
const squashed = (name, a) => (name === "tanh" ? Math.tanh(a) : a);
const slope = (name, value) => (name === "tanh" ? 1 - value * value : 1);

// What flows, once the valves and the new memory stand: v has the memory before and the valves.
function flows(cell, v) {
  if (cell.pipes === 1) {
    const kept = v.z * v.h_;
    const put = (1 - v.z) * v.n;
    return { ...v, kept, put, h: kept + put };
  }
  const kept = v.f * v.c_;
  const put = v.i * v.g;
  const c = kept + put;
  const m = squashed(cell.squash, c);
  return { ...v, kept, put, c, m, h: v.o * m };
}

// The valves as the hand sets them; a missing one stands open, a coupled one follows.
export function byHand(kind, v) {
  const cell = KINDS[kind];
  if (cell.pipes === 1) return flows(cell, { h_: v.h_, z: v.z, n: v.n });
  const set = { c_: v.c_, g: v.g };
  for (const gate of ["i", "f", "o"]) set[gate] = cell.missing === gate ? 1 : v[gate];
  if (cell.coupled) set.f = 1 - set.i;
  return flows(cell, set);
}

// The valves as their layers set them, from the pre-activations a_k.
export function oneStep(kind, v) {
  const cell = KINDS[kind];
  if (cell.pipes === 1) {
    const [z, r] = [sigma(v.a_z), sigma(v.a_r)];
    // Reset after gates u = h₋ R_n + b_hn; reset before gates h₋, and R_n comes afterwards.
    const gated = cell.reset === "after" ? v.u : v.h_;
    const through = r * gated;
    const a_n = v.a_n + (cell.reset === "after" ? through : through * v.R_n);
    return { ...flows(cell, { h_: v.h_, z, n: Math.tanh(a_n) }), r, gated, through, a_n,
      a_z: v.a_z, a_r: v.a_r };
  }
  // Full gate recurrence with all nine weights alike: every gate sees w (i₋ + f₋ + o₋).
  const fed = cell.feedback ? v.w * (v.i_ + v.f_ + v.o_) : 0;
  const set = { c_: v.c_, a_g: v.a_g, g: squashed(cell.layer, v.a_g), i: 1, f: 1, o: 1, terms: {} };
  const add = (gate, c) => {
    if (!cell.gates.includes(gate)) return;
    const more = [...(cell.peeks?.includes(gate) ? [v[`p_${gate}`] * c] : []), ...(cell.feedback ? [fed] : [])];
    set.terms[gate] = [v[`a_${gate}`], ...more];
    set[`a_${gate}`] = more.reduce((sum, term) => sum + term, v[`a_${gate}`]);
    set[gate] = sigma(set[`a_${gate}`]);
  };
  add("i", v.c_);
  add("f", v.c_);
  if (cell.coupled) set.f = 1 - set.i;
  add("o", set.f * set.c_ + set.i * set.g); // the output valve's peephole sees the new c
  return flows(cell, set);
}

// The way back through the same step: dh and dc arrive from the right (dh alone with one pipe).
export function backStep(kind, v) {
  const cell = KINDS[kind];
  const s = oneStep(kind, v);
  if (cell.pipes === 1) {
    const da_n = v.dh * (1 - s.z) * (1 - s.n * s.n);
    const weight = cell.reset === "after" ? 1 : v.R_n;
    const da_r = da_n * weight * s.gated * s.r * (1 - s.r);
    const da_z = v.dh * (s.h_ - s.n) * s.z * (1 - s.z);
    // Before: h₋ is also what r gates, so gradient comes back by that way too.
    const dgated = da_n * weight * s.r;
    const round = cell.reset === "before" ? dgated : 0;
    return { ...s, dh: v.dh, da_n, da_r, da_z, dgated, carry: s.z, dkept: v.dh * s.z,
      dput: v.dh * (1 - s.z), dh_: v.dh * s.z + round };
  }
  const has = (gate) => cell.gates.includes(gate);
  const p = (gate) => (cell.peeks?.includes(gate) ? v[`p_${gate}`] : 0);
  const S_o = has("o") ? s.m * s.o * (1 - s.o) : 0;
  const S_c = s.o * slope(cell.squash, s.m) + p("o") * S_o;
  const dc = v.dc + v.dh * S_c;
  const S_i = has("i") ? (cell.coupled ? s.g - s.c_ : s.g) * s.i * (1 - s.i) : 0;
  const S_f = has("f") ? s.c_ * s.f * (1 - s.f) : 0;
  const S_g = s.i * slope(cell.layer, s.g);
  const carry = s.f + p("i") * S_i + p("f") * S_f;
  return { ...s, dh: v.dh, arrives: v.dc, dc, S_c, carry, dm: v.dh * s.o, fromH: v.dh * S_c,
    dput: dc, dg: dc * s.i, da_o: v.dh * S_o, da_i: dc * S_i, da_f: dc * S_f, da_g: dc * S_g,
    dc_: dc * carry };
}
