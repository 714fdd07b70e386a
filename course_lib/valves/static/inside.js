// A trained network looked into: what a drawing and its lines show of a run of it.
import { flows } from "./cells.js";

// One unit's value at a step, or the mean over units of anything worked out for each.
function over(unit, H, work) {
  if (unit !== null) return work(unit);
  let sum = 0;
  for (let k = 0; k < H; k++) sum += work(k);
  return sum / H;
}

// The drawing's values at step t; unit null: the mean over all units.
export function valuesAt(cell, { values }, { H, peepholes }, t, unit) {
  const of = (k) => {
    const s = {};
    for (const [name, array] of Object.entries(values)) s[name] = array[t * H + k];
    for (const state of cell.states) s[`${state}_`] = t ? values[state][(t - 1) * H + k] : cell.starts[state] ?? 0;
    for (const [name, p] of Object.entries(peepholes)) s[name] = p[k];
    return flows(cell, s);
  };
  if (unit !== null) return of(unit);
  const all = Array.from({ length: H }, (_, k) => of(k));
  const names = Object.keys(all[0]).filter((name) => typeof all[0][name] === "number");
  return Object.fromEntries(names.map((name) => [name, over(null, H, (k) => all[k][name])]));
}

// One line over time: of a unit, or the mean over units (of sizes, where a sign would cancel).
export function overTime(array, { T, H }, unit, sizes) {
  const size = sizes ? Math.abs : (v) => v;
  return Array.from({ length: T }, (_, t) => over(unit, H, (k) => size(array[t * H + k])));
}

export const average = (values) => {
  const known = [...values].filter(Number.isFinite);
  return known.reduce((sum, v) => sum + v, 0) / known.length;
};
