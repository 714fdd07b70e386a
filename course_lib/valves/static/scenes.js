// What each scene puts on the drawing: flows, valves and numbers, and the same in words.
import { numbersOfAny } from "./any_cell.js";
import { byPower } from "./parts.js";
import { NAMES } from "./places.js";

const number = (value) => Math.abs(value).toFixed(2);
export const signed = (value) => (value < 0 && Number(number(value)) > 0 ? "−" : "+") + number(value);
const open = (value) => value.toFixed(2);

// A finite number that can be read at a glance, small or large.
export function brief(value) {
  const size = Math.abs(value);
  if (size !== 0 && (size < 0.01 || size >= 1000)) return byPower(value);
  return signed(value);
}

// Show values on a drawing made by draw(): first what flows, and how far each valve stands open.
export function flow(drawn, cell, scene, s) {
  const flows = scene === "gradient" ? backwards(cell, s) : forwards(cell, s);
  for (const [name, set] of Object.entries(drawn.flows)) {
    if (name in flows) set(...[flows[name]].flat());
    else if (name in s) set(s[name]);
  }
  for (const [name, set] of Object.entries(drawn.valves)) if (name in s) set(s[name]);
  for (const [name, turn] of Object.entries(drawn.wheels)) {
    turn(cell.blocks[name] === "sigmoid" ? s[name] : (s[name] + 1) / 2);
  }
  if (cell.coupled) drawn.tilt(s.i);
  if (cell.family === "one") drawn.tilt(1 - s.z);
}

// Then the numbers.
export function write(drawn, cell, scene, s) {
  const known = () => ({ ...numbers(cell, s), ...(scene === "gradient" ? slopes(cell, s) : {}) });
  const says = cell.family === "any" ? numbersOfAny(cell, s, scene, signed) : known();
  says.full = `a full pipe carries ${drawn.scale.full}`;
  says.enters = s.read ? `x, here ${s.read}, enters` : "x enters";
  for (const [name, set] of Object.entries(drawn.says)) set(says[name] ?? "");
}

// What fills a pipe, for the largest value that has to go through: 1, 2, 5, 10 …
export function full(largest) {
  if (!(largest > 1)) return 1;
  const power = 10 ** Math.floor(Math.log10(largest));
  return power * [1, 2, 5, 10].find((step) => step * power >= largest * 0.999);
}

// The largest number that flows in one step.
export function largest(cell, s, scene) {
  const states = cell.states.flatMap((state) => [state, `${state}_`]);
  const names = scene === "gradient" ? ["arrives", "fromH", ...states.map((state) => `d${state}`)] : [...states, "kept", "put", "g", "gated"];
  return Math.max(...names.filter((name) => name in s).map((name) => Math.abs(s[name])));
}

// Name → [value, where it narrows]: a flow narrows before the valve that holds it back.
function forwards(cell, s) {
  if (cell.family === "any") return s;
  const joins = { put: s.put ?? s.g, joins: s.put ?? s.g };
  if (cell.pipes === 1) {
    return { ...joins, h_: [s.h_, { end: s.kept }], kept: s.kept, h: [s.h, { start: s.kept ?? s.h }], n: [s.n, { end: s.put }],
      g: s.g, gated: [s.gated, { end: s.through }], through: s.through, along: s.through, up: s.through, rise: s.through };
  }
  return { ...joins, c_: [s.c_, { end: s.kept }], kept: s.kept, c: [s.c, { start: s.kept }], c_on: s.c,
    g: [s.g, { end: s.put }], looks: s.c, look: s.c, m: [s.m, { end: s.h }], h: s.h, h_down: s.h, h_along: s.h, h_on: s.h };
}

function backwards(cell, s) {
  if (cell.family === "any") return Object.fromEntries(cell.states.flatMap((c) => [[c, s[`arrives_${c}`]], [`${c}_`, s[`d${c}_`]]]));
  if (cell.pipes === 1) {
    return { h: s.dh, kept: [s.dh, { start: s.dkept }], h_: s.dkept, put: [s.dh, { start: s.dput }], joins: s.dh,
      n: s.dput, through: [s.da_n, { start: s.dgated }], along: s.da_n, up: s.da_n, rise: s.da_n, gated: s.dgated };
  }
  return { c_on: s.arrives, c: [s.dc, { end: s.arrives }], kept: [s.dc, { start: s.dc_ }], c_: s.dc_,
    put: [s.dc, { start: s.dg }], joins: s.dc, g: s.dg, looks: s.fromH, look: s.fromH, m: s.dm, h: [s.dh, { start: s.dm }], h_down: s.dh, h_along: s.dh, h_on: s.dh };
}

function numbers(cell, s) {
  const says = {};
  for (const name of ["c_", "h_", "c", "h", "g", "n"]) {
    if (name in s) says[name] = `${name.replace("_", "₋")} = ${signed(s[name])}`;
  }
  for (const name of ["i", "f", "o", "z", "r"]) if (name in s) says[name] = `${name} = ${open(s[name])}`;
  for (const name of ["a_i", "a_f", "a_g", "a_o", "a_z", "a_r", "a_n", "p_i", "p_f", "p_o"]) {
    if (name in s) says[name] = `${name} = ${signed(s[name])}`;
  }
  for (const [gate, terms] of Object.entries(s.terms ?? {})) {
    const written = terms.map((term, k) => (k ? signed(term).replace(/^./, "$& ") : signed(term).replace("+", "")));
    if (terms.length > 1) says[`terms_${gate}`] = written.slice(0, 2).join(" ");
    says[`more_${gate}`] = written[2] ?? "";
  }
  for (const [gate, name] of Object.entries(NAMES)) says[`name_${gate}`] = cell.missing === gate ? `no ${name}` : name;
  if (cell.coupled) says.f = `f = 1 − i = ${open(s.f)}`;
  if (cell.pipes === 1) {
    if (!("z" in s)) return says;
    says.z = `z = ${open(s.z)} keeps`;
    says["1-z"] = `1 − z = ${open(1 - s.z)} lets in`;
    says.kept = `z h₋ = ${signed(s.kept)}`;
    says.put = `(1 − z) n = ${signed(s.put)}`;
    if ("gated" in s) {
      says.gated = cell.reset === "after" ? `u = ${signed(s.gated)}` : `h₋ = ${signed(s.gated)}`;
      says.through = `r ${cell.reset === "after" ? "u" : "h₋"} = ${signed(s.through)}`;
    }
    return says;
  }
  says.kept = `f c₋ = ${signed(s.kept)}`;
  says.put = `i g = ${signed(s.put)}`;
  says.m = cell.squash ? `tanh(c) = ${signed(s.m)}` : `no tanh: ${signed(s.m)}`;
  return says;
}

// The numbers of the way back, in place of those of the way there.
function slopes(cell, s) {
  if (cell.pipes === 1) {
    return { h: `δh = ${signed(s.dh)}`, kept: "", h_: `δh₋ = ${signed(s.dh_)}`,
      put: `(1 − z) δh = ${signed(s.dput)}`, n: `δa_n = ${signed(s.da_n)}`, a_n: "",
      z: `carry = z = ${open(s.z)}`, a_z: `δa_z = ${signed(s.da_z)}`, a_r: `δa_r = ${signed(s.da_r)}`,
      gated: `${cell.reset === "after" ? "δu" : "r R_n δa_n"} = ${signed(s.dgated)}`, through: "" };
  }
  const says = { c: `δc arrives = ${signed(s.arrives)}`, kept: `δc = ${signed(s.dc)}`,
    c_: `δc₋ = ${signed(s.dc_)}`, m: `S_c δh = ${signed(s.fromH)}`, h: `δh = ${signed(s.dh)}`,
    put: "", g: `i δc = ${signed(s.dg)}`,
    name_f: `${cell.missing === "f" ? "no " : ""}forget valve: f = ${open(s.f)}`, f: `S_carry = ${signed(s.carry)}` };
  for (const block of ["i", "f", "g", "o"]) {
    says[`a_${block}`] = `δa_${block} ${signed(s[`da_${block}`])}`;
    says[`terms_${block}`] = says[`more_${block}`] = "";
  }
  return says;
}

// One or two sentences that follow the values, for reading and for screen readers.
export function words(cell, scene, s) {
  if (cell.family === "any") {
    const [what, d] = scene === "gradient" ? ["Gradient of state", "d"] : ["State", ""];
    return cell.states.map((c) => `${what} ${c}: before ${signed(s[`${d}${c}_`])}, after ${signed(s[`${d}${c}`])}.`).join(" ");
  }
  if (scene === "gradient") {
    if (cell.pipes === 1) {
      return `Gradient of the pipeline ${signed(s.dh)} arrives. Update valve ${open(s.z)} hands back `
        + `${signed(s.dkept)}; ${signed(s.dput)} goes to the new memory.`;
    }
    return `Gradient of the memory ${signed(s.arrives)} arrives, ${signed(s.fromH)} comes from the hidden `
      + `pipeline: together ${signed(s.dc)}. Forget valve ${open(s.f)}, S_carry ${open(s.carry)}: `
      + `${signed(s.dc_)} is handed back to the step before.`;
  }
  if (cell.pipes === 1) {
    if (!("z" in s)) return `The new value ${signed(s.h)} takes the place of everything before.`;
    return `Pipeline before ${signed(s.h_)}. Update valve ${open(s.z)} keeps ${signed(s.kept)} and lets in `
      + `${signed(s.put)}. Pipeline after ${signed(s.h)}.`;
  }
  const [no, valve] = cell.missing ? [cell.missing, "is missing and stands open"] : ["", ""];
  const forget = no === "f" ? `The forget valve ${valve}: all of it stays` : `Forget valve ${open(s.f)} keeps ${signed(s.kept)}`;
  const memory = no === "i" ? `the memory valve ${valve} and lets in` : `memory valve ${open(s.i)} lets in`;
  const output = no === "o" ? `the output valve ${valve} and shows` : `output valve ${open(s.o)} shows`;
  const looks = cell.seen.filter((gate) => s.terms?.[gate]?.[1]).map((gate) => `${signed(s.terms[gate][1])} to a_${gate}`);
  return `Memory before ${signed(s.c_)}. ${forget}; ${memory} ${signed(s.put)}. `
    + `Memory after ${signed(s.c)}; ${output} ${signed(s.h)}.`
    + (looks.length ? ` The peepholes add ${looks.join(", ")}.` : "");
}
