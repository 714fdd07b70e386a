// A trained network looked into: arrays come once for every hold of a valve, and are scrubbed here.
import { KINDS } from "./cells.js";

// Bytes of 32-bit floats → {name: Float32Array of T·H}, and the loss of each step.
export function unpack(bytes, { names, T, H }) {
  const copy = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const all = new Float32Array(copy);
  const run = {};
  names.forEach((name, k) => { run[name] = all.subarray(k * T * H, (k + 1) * T * H); });
  run.loss = all.subarray(names.length * T * H);
  return run;
}

// One unit's value at a step, or the mean over units of anything worked out for each.
function over(units, H, work) {
  if (units !== null) return work(units);
  let sum = 0;
  for (let unit = 0; unit < H; unit++) sum += work(unit);
  return sum / H;
}

// The drawing's values at step t; unit null: the mean over all units.
export function valuesAt(kind, run, { T, H, peepholes }, t, unit) {
  const cell = KINDS[kind];
  const at = (name, step) => (k) => (step < 0 ? 0 : run[name][step * H + k]);
  const mean = (work) => over(unit, H, work);
  const v = { h: mean(at("h", t)) };
  for (const name of [...cell.gates, cell.newMemory]) v[name] = mean(at(name, t));
  for (const [name, p] of Object.entries(peepholes)) v[name] = mean((k) => p[k]);
  if (cell.pipes === 2) {
    for (const gate of ["f", "i"]) v[gate] = mean(at(gate, t));
    const kept = (k) => at("f", t)(k) * at("c", t - 1)(k);
    const put = (k) => at("i", t)(k) * at("g", t)(k);
    const m = (k) => (cell.squash ? Math.tanh(at("c", t)(k)) : at("c", t)(k));
    return { ...v, o: mean(at("o", t)), c_: mean(at("c", t - 1)), c: mean(at("c", t)), kept: mean(kept),
      put: mean(put), m: mean(m) };
  }
  if (!cell.gates.length) return v;
  const z = at("z", t);
  const u = at("u", t);
  return { ...v, h_: mean(at("h", t - 1)), kept: mean((k) => z(k) * at("h", t - 1)(k)),
    put: mean((k) => (1 - z(k)) * at("n", t)(k)), gated: mean(u), through: mean((k) => at("r", t)(k) * u(k)) };
}

// One line over time: of a unit, or the mean over units (of sizes, where a sign would cancel).
export function overTime(run, name, { T, H }, unit, sizes) {
  const array = run[name];
  const size = sizes ? Math.abs : (v) => v;
  return Array.from({ length: T }, (_, t) => over(unit, H, (k) => size(array[t * H + k])));
}
