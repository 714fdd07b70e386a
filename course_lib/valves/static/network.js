// A trained network over a whole sequence, any cell: forwards, with a block held or not, its loss,
// and how much of the end's gradient reaches each step. Equal to course_lib's to float32. A network
// of music composes, too: from a step on it reads what it has drawn itself.
import { SLOPE, SQUASH, ends } from "./cells.js";

// Half of a float: sign, five bits of exponent, ten of fraction.
function half(bits) {
  const sign = bits & 0x8000 ? -1 : 1;
  const [exponent, fraction] = [(bits >> 10) & 31, bits & 1023];
  return sign * (exponent ? (1 + fraction / 1024) * 2 ** (exponent - 15) : fraction * 2 ** -24);
}

const READ = {
  u1: [1, (view, at) => view.getUint8(at)],
  f2: [2, (view, at) => half(view.getUint16(at, true))],
  f4: [4, (view, at) => view.getFloat32(at, true)],
};

// Bytes → {name: {shape, array}}; arrays: [name, shape, type] each, in the order of the bytes.
export function unpack(view, arrays) {
  let at = 0;
  return Object.fromEntries(arrays.map(([name, shape, type]) => {
    const [size, read] = READ[type];
    const array = new Float64Array(shape.reduce((product, n) => product * n, 1));
    for (let k = 0; k < array.length; k++, at += size) array[k] = read(view, at);
    return [name, { shape, array }];
  }));
}

const TEMPERATURE = 0.8; // of the draws, as in notebook 01b

// A network that reads the 88 keys of a piano; and one that tells the next frame of them.
export const musical = (net) => net.arrays.some(([name, shape]) => name === "x" && shape[1] === 88);
export const composes = (net) => musical(net) && net.next && net.loss === "bernoulli";

// Numbers between 0 and 1, the same ones for the same seed (mulberry32, by Tommy Ettinger).
export function dice(seed) {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let z = Math.imul(state ^ (state >>> 15), state | 1);
    z ^= z + Math.imul(z ^ (z >>> 7), z | 61);
    return ((z ^ (z >>> 14)) >>> 0) / 2 ** 32;
  };
}

// net: {lines, pieces, T, H, loss, next, arrays} of trained.py. Returns run(held, composed): held
// {block, at} or null; composed {since, random} or null: after the step `since` it reads what it draws
// → {x [T·D], values: {name: [T·H]}, gradient, along, loss [T]}.
export function networkOf(cell, net, view) {
  const { T, H, lines, pieces } = net;
  const given = unpack(view, net.arrays);
  const D = given.x.shape[1];
  const width = lines.length * H;
  const early = pieces.filter(({ source }) => source === "x" || source === "1" || source.endsWith("_"));
  const late = pieces.filter((piece) => !early.includes(piece));
  const lineOf = (name) => lines.indexOf(name) * H;
  const memory = cell.states.includes("c") ? "c" : "h";
  const stops = ends(cell, memory);

  // to += from · P over the piece's columns; only those of one line, where it is told.
  const multiply = (from, start, count, piece, to, toStart, wide, first) => {
    const { array, shape } = given[piece.param];
    const columns = shape[1];
    for (let j = 0; j < count; j++) {
      const value = from[start + j];
      if (!value) continue;
      const row = j * columns + first;
      for (let k = 0; k < wide; k++) to[toStart + k] += value * array[row + k];
    }
  };
  // The way back: to += P · from over the same columns.
  const back = (from, fromStart, piece, to, wide, first) => {
    const { array, shape } = given[piece.param];
    const columns = shape[1];
    for (let j = 0; j < H; j++) {
      let sum = 0;
      const row = j * columns + first;
      for (let k = 0; k < wide; k++) sum += from[fromStart + k] * array[row + k];
      to[j] += sum;
    }
  };

  // after(t, h) is called with every step's h, and may write the x of the next.
  const forwards = (held, x, after) => {
    const values = {};
    for (const name of [...cell.order, ...Object.values(cell.apart), ...Object.keys(cell.numbers)]) values[name] ??= new Float64Array(T * H);
    for (const [name, number] of Object.entries(cell.numbers)) values[name].fill(number);
    const sums = new Float64Array(width);
    for (let t = 0; t < T; t++) {
      sums.fill(0);
      const at = t * H;
      const before = (state) => (t ? [values[state], at - H] : [new Float64Array(H).fill(cell.starts[state] ?? 0), 0]);
      for (const piece of early) {
        const [wide, first, to] = [piece.count * H, piece.first * H, piece.line * H];
        if (piece.source === "1") { const { array } = given[piece.param]; for (let k = 0; k < wide; k++) sums[to + k] += array[first + k]; }
        else if (piece.source === "x") multiply(x, t * D, D, piece, sums, to, wide, first);
        else multiply(...before(piece.source.slice(0, -1)), H, piece, sums, to, wide, first);
      }
      for (const name of Object.values(cell.apart)) values[name].set(sums.subarray(lineOf(name), lineOf(name) + H), at);
      const find = (name) => (name.endsWith("_") ? before(name.slice(0, -1)) : [values[name], at]);
      for (const name of cell.order) {
        const mine = values[name];
        if (!(name in cell.blocks)) {
          const { takes, value } = cell.equations[name];
          const found = takes.map(find);
          const taken = new Array(takes.length);
          for (let k = 0; k < H; k++) {
            for (let a = 0; a < taken.length; a++) taken[a] = found[a][0][found[a][1] + k];
            mine[at + k] = value(...taken);
          }
          continue;
        }
        const line = lineOf(name);
        if (held?.block === name) { mine.fill(held.at, at, at + H); continue; }
        if (name in cell.peeks) {
          const [seen, start] = find(cell.peeks[name]);
          const p = given[`p_${name}`].array;
          for (let k = 0; k < H; k++) sums[line + k] += p[k] * seen[start + k];
        }
        if (name in cell.adds) { const [added, start] = find(cell.adds[name]); for (let k = 0; k < H; k++) sums[line + k] += added[start + k]; }
        for (const [piece, first] of lateOf(name)) multiply(...find(piece.source), H, piece, sums, line, H, first);
        const squash = SQUASH[cell.blocks[name]];
        for (let k = 0; k < H; k++) mine[at + k] = squash(sums[line + k]);
      }
      after?.(t, values.h);
    }
    return values;
  };
  const lateOf = (name) => late.filter(({ line, count }) => lineOf(name) >= line * H && lineOf(name) < (line + count) * H)
    .map((piece) => [piece, piece.first * H + lineOf(name) - piece.line * H]);

  // Arrays that are used over and over, two generations of each: new ones would cost more than the sums.
  const scratch = [{}, {}, {}, {}];
  const zeros = (pool, name, size = H) => (pool[name] ??= new Float64Array(size)).fill(0);

  // One step back: d {name: [H]} is what arrives, and what it took is added; dlines: of every sum.
  // alone: only along the memory pipeline.
  const stepBack = (values, t, d, dlines, held, alone) => {
    const at = t * H;
    const pool = scratch[(t & 1) + (alone ? 2 : 0)];
    const find = (name) => (!name.endsWith("_") ? [values[name], at] : t ? [values[name.slice(0, -1)], at - H]
      : [new Float64Array(H).fill(cell.starts[name.slice(0, -1)] ?? 0), 0]);
    const to = (name) => (d[name] ??= zeros(pool, name));
    for (const name of [...cell.order].reverse()) {
      const arrives = d[name];
      if (!arrives || (alone && stops(name))) continue;
      if (!(name in cell.blocks)) {
        const { takes, slopes } = cell.equations[name];
        const found = takes.map(find);
        const add = takes.map(to);
        const taken = new Array(takes.length);
        for (let k = 0; k < H; k++) {
          for (let a = 0; a < taken.length; a++) taken[a] = found[a][0][found[a][1] + k];
          const slope = slopes(...taken);
          for (let a = 0; a < taken.length; a++) add[a][k] += arrives[k] * slope[a];
        }
        continue;
      }
      if (held?.block === name) continue;
      const slope = SLOPE[cell.blocks[name]];
      const line = lineOf(name);
      for (let k = 0; k < H; k++) dlines[line + k] = arrives[k] * slope(values[name][at + k]);
      const da = dlines.subarray(line, line + H);
      if (name in cell.peeks) { const p = given[`p_${name}`].array; const seen = to(cell.peeks[name]); for (let k = 0; k < H; k++) seen[k] += da[k] * p[k]; }
      if (name in cell.adds) { const added = to(cell.adds[name]); for (let k = 0; k < H; k++) added[k] += da[k]; }
      if (!alone) for (const [piece, first] of lateOf(name)) back(dlines, line, piece, to(piece.source), H, first);
    }
    for (const name of Object.values(cell.apart)) if (d[name]) dlines.set(d[name], lineOf(name));
    return to;
  };

  // |∂ Σ h_T / ∂ memory_t| by every way, and along the memory pipeline alone.
  const gradients = (values, held) => {
    const [gradient, along] = [new Float64Array(T * H), new Float64Array(T * H)];
    let arrives = { h: new Float64Array(H).fill(1) };
    let product = null;
    for (let t = T - 1; t >= 0; t--) {
      const dlines = zeros(scratch[0], " lines", width);
      const d = { ...arrives };
      const to = stepBack(values, t, d, dlines, held, false);
      if (d[memory]) gradient.set(d[memory], t * H);
      product ??= gradient.slice(t * H);
      along.set(product, t * H);
      for (const piece of early) {
        if (piece.source.endsWith("_")) back(dlines, piece.line * H, piece, to(piece.source), piece.count * H, piece.first * H);
      }
      arrives = Object.fromEntries(cell.states.map((state) => [state, to(`${state}_`)]));
      const one = { [memory]: zeros(scratch[2], " one").fill(1) };
      const carry = stepBack(values, t, one, zeros(scratch[2], " lines", width), held, true)(`${memory}_`);
      for (let k = 0; k < H; k++) product[k] *= carry[k];
    }
    return { gradient, along };
  };

  // The read-out's sums at a step.
  const told = new Float64Array(given.b_y.array.length);
  const readOut = (h, t) => {
    told.set(given.b_y.array);
    for (let j = 0; j < H; j++) {
      const value = h[t * H + j];
      for (let k = 0; k < told.length; k++) told[k] += value * given.W_y.array[j * told.length + k];
    }
    return told;
  };

  const losses = ({ h }, x) => {
    const found = new Float64Array(T).fill(NaN);
    if (!net.loss) return found;
    const target = net.next ? x : given.target.array;
    for (let t = 0; t < (net.next ? T - 1 : T); t++) {
      found[t] = LOSSES[net.loss](readOut(h, t), target, (net.next ? t + 1 : t) * told.length);
    }
    return found;
  };

  return (held = null, composed = null) => {
    const x = composed ? given.x.array.slice() : given.x.array;
    const draw = (t, h) => {
      if (t < composed.since || t === T - 1) return;
      readOut(h, t).forEach((a, k) => { x[(t + 1) * D + k] = composed.random() < 1 / (1 + Math.exp(-a / TEMPERATURE)) ? 1 : 0; });
    };
    const values = forwards(held, x, composed && draw);
    return { x, values, ...gradients(values, held), loss: losses(values, x) };
  };
}

const LOSSES = {
  bernoulli: (a, target, at) => a.reduce((sum, v, k) => sum + Math.max(v, 0) - target[at + k] * v + Math.log1p(Math.exp(-Math.abs(v))), 0),
  categorical: (a, target, at) => {
    const top = Math.max(...a);
    const log = top + Math.log(a.reduce((sum, v) => sum + Math.exp(v - top), 0));
    return a.reduce((sum, v, k) => sum - target[at + k] * (v - log), 0);
  },
  squared_error: (a, target, at) => a.reduce((sum, v, k) => sum + (v - target[at + k]) ** 2, 0),
};
