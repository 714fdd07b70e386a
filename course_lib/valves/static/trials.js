// The trials of a study as dots: choose what to show, over what, and in which colours.
// It needs no kernel: controls are linked to the model's traits in the browser.
import { node } from "./parts.js";

const [WIDTH, HEIGHT] = [980, 460];
const [LEFT, RIGHT, TOP, BOTTOM] = [84, 800, 58, 400];
const LOST = 40; // the height at which diverged trials stand, above the axes
const LOG = new Set(["lr", "hidden"]);
const NAMES = { lr: "learning rate", hidden: "hidden units", momentum: "momentum",
  noise: "noise on the input, σ", epochs: "epochs", val_nll: "validation, nats a frame" };
// Each variant has a colour and a shape, so that either is enough.
const toneOf = (name) => `var(--v-${name}, var(--soft))`;
const SHAPES = [
  "M-5 0a5 5 0 1 0 10 0a5 5 0 1 0 -10 0", "M-5 -5h10v10h-10z", "M0 -6l6 11h-12z", "M0 -7l6 7l-6 7l-6 -7z",
  "M0 6l6 -11h-12z", "M-2 -6h4v4h4v4h-4v4h-4v-4h-4v-4h4z", "M-6 0l3 -6h6l3 6l-3 6h-6z", "M-6 0l11 -6v12z", "M6 0l-11 -6v12z",
];
const CROSS = "M-5 -5l10 10M5 -5l-10 10";

// From pale yellow over orange to dark violet: lightness alone tells low from high.
function ramp(share) {
  const stops = [[247, 208, 60], [221, 81, 58], [120, 28, 109], [88, 40, 150]];
  const at = Math.min(Math.max(share, 0), 1) * (stops.length - 1);
  const k = Math.min(Math.floor(at), stops.length - 2);
  return `rgb(${stops[k].map((low, c) => Math.round(low + (at - k) * (stops[k + 1][c] - low))).join(",")})`;
}

function ticksOf(low, high, log) {
  if (log) {
    const found = [];
    for (let e = Math.floor(Math.log10(low)); e <= Math.ceil(Math.log10(high)); e++) {
      for (const m of Math.log10(high / low) > 2 ? [1] : [1, 2, 5]) found.push(m * 10 ** e);
    }
    return found.filter((v) => v >= low * 0.999 && v <= high * 1.001);
  }
  const step = [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50].find((s) => (high - low) / s <= 7) ?? 100;
  const found = [];
  for (let v = Math.ceil(low / step) * step; v <= high + 1e-9; v += step) found.push(v);
  return found;
}

export const counted = (n, what) => `${n} ${what}${n === 1 ? "" : "s"}`;
const short = (v) => (Math.abs(v) >= 0.01 ? String(Number(v.toPrecision(3))) : v.toExponential(0)).replace("-", "−");

export default {
  render({ model, el }) {
    const data = model.get("data");
    const size = data.variant.length;
    el.classList.add("trials");
    const svg = node("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" }, el);
    const axes = node("g", {}, svg);
    const dots = node("g", {}, svg);
    const legend = node("g", {}, svg);
    const ring = node("circle", { r: 10, class: "ring", visibility: "hidden" }, svg);
    const words = document.createElement("p");
    words.className = "trials-words";
    words.setAttribute("role", "status");
    const about = document.createElement("p");
    about.className = "trials-about";
    const HINT = "Point at a dot to read its trial.";
    about.textContent = HINT;
    el.append(words, about);
    let places = [];

    const update = () => {
      const [x, colour] = [model.get("over")[model.get("x")], model.get("colours")[model.get("colour")]];
      const shown = model.get("variants").map((name) => model.get(`show_${name}`));
      const rows = [...Array(size).keys()].filter((k) => shown[data.variant[k]]
        && (!model.get("tenth") || data.tenth[k]));
      const ended = rows.filter((k) => data.test_nll[k] !== null);
      draw(rows, ended, x, colour);
      const text = say(rows, ended);
      words.textContent = text;
      svg.setAttribute("aria-label", text);
    };

    function draw(rows, ended, x, colour) {
      for (const group of [axes, dots, legend]) group.replaceChildren();
      ring.setAttribute("visibility", "hidden");
      about.textContent = HINT;
      const losses = ended.map((k) => data.test_nll[k]).sort((a, b) => a - b);
      const worst = model.get("tenth") ? Infinity : 14;
      const low = losses.length ? losses[0] - 0.05 : 8;
      const high = losses.length ? Math.min(losses.at(-1) + 0.05, worst) : 14;
      const all = data[x].filter((v) => v !== null);
      const [first, last] = [Math.min(...all), Math.max(...all)];
      const scale = LOG.has(x) ? Math.log10 : (v) => v;
      const across = (v) => LEFT + 12 + ((scale(v) - scale(first)) / (scale(last) - scale(first) || 1)) * (RIGHT - LEFT - 24);
      const up = (v) => BOTTOM - ((Math.min(v, high) - low) / (high - low)) * (BOTTOM - TOP);
      for (const v of ticksOf(low, high, false)) {
        node("path", { d: `M${LEFT} ${up(v)}H${RIGHT}`, class: "grid" }, axes);
        node("text", { x: LEFT - 8, y: up(v) + 5, "text-anchor": "end" }, axes, short(v));
      }
      for (const v of ticksOf(first, last, LOG.has(x))) {
        node("path", { d: `M${across(v)} ${BOTTOM}v6`, class: "axis" }, axes);
        node("text", { x: across(v), y: BOTTOM + 24, "text-anchor": "middle" }, axes, short(v));
      }
      node("path", { d: `M${LEFT} ${TOP}V${BOTTOM}H${RIGHT}`, class: "axis" }, axes);
      node("text", { x: (LEFT + RIGHT) / 2, y: BOTTOM + 48, "text-anchor": "middle", class: "title" }, axes, NAMES[x]);
      const above = high === worst ? `; above ${worst} at the edge` : "";
      node("text", { x: 4, y: 16, class: "title" }, axes, `test, nats a frame (lower is better${above})`);
      if (ended.length < rows.length) node("text", { x: LEFT - 8, y: LOST + 5, "text-anchor": "end" }, axes, "diverged");
      const tone = tones(colour);
      places = rows.map((k) => {
        const lost = data.test_nll[k] === null;
        const at = [across(data[x][k]), lost ? LOST : up(data.test_nll[k])];
        const look = lost ? { d: CROSS, class: "dot lost", style: `stroke: ${tone(k)}` }
          : { d: SHAPES[data.variant[k]], class: "dot", style: `fill: ${tone(k)}` };
        node("path", { ...look, transform: `translate(${at.map((v) => v.toFixed(1)).join(" ")})` }, dots);
        return [k, ...at];
      });
    }

    function tones(colour) {
      if (colour === "variant") {
        const shown = model.get("variants").filter((name) => model.get(`show_${name}`));
        shown.forEach((name, place) => {
          const v = model.get("variants").indexOf(name);
          const y = TOP + 12 + place * 28;
          node("path", { d: SHAPES[v], style: `fill: ${toneOf(name)}`, class: "dot", transform: `translate(${RIGHT + 30} ${y})` }, legend);
          node("text", { x: RIGHT + 46, y: y + 5 }, legend, name);
        });
        return (k) => toneOf(model.get("variants")[data.variant[k]]);
      }
      const scale = LOG.has(colour) ? Math.log10 : (v) => v;
      const [low, high] = [Math.min(...data[colour]), Math.max(...data[colour])];
      node("text", { x: RIGHT + 22, y: TOP + 2, class: "title" }, legend, NAMES[colour].split(",")[0]);
      for (let s = 0; s < 40; s++) node("rect", { x: RIGHT + 24, y: TOP + 16 + s * 5, width: 22, height: 6, fill: ramp(1 - s / 39) }, legend);
      node("text", { x: RIGHT + 54, y: TOP + 28 }, legend, short(high));
      node("text", { x: RIGHT + 54, y: TOP + 218 }, legend, short(low));
      return (k) => ramp((scale(data[colour][k]) - scale(low)) / (scale(high) - scale(low) || 1));
    }

    function trial(k) {
      return `${model.get("variants")[data.variant[k]]}, trial ${data.trial[k]}: ${data.hidden[k]} units, learning rate `
        + `${data.lr[k].toExponential(1).replace("-", "−")}, momentum ${data.momentum[k]}, noise ${data.noise[k]}: `
        + (data.test_nll[k] === null ? `diverged after ${counted(data.epochs[k], "epoch")}`
          : `validation ${data.val_nll[k].toFixed(2)}, test ${data.test_nll[k].toFixed(2)} after ${counted(data.epochs[k], "epoch")}`);
    }

    function say(rows, ended) {
      if (!rows.length) return "No trial is shown: choose a variant.";
      const best = ended.reduce((a, b) => (a === null || data.val_nll[b] < data.val_nll[a] ? b : a), null);
      const lost = rows.length - ended.length;
      return `${counted(rows.length, "trial")}, ${lost} of them diverged.` + (best === null ? "" : ` Best by validation: ${trial(best)}.`);
    }

    const point = (event) => {
      const box = svg.getBoundingClientRect();
      const at = [((event.clientX - box.left) * WIDTH) / box.width, ((event.clientY - box.top) * HEIGHT) / box.height];
      let nearest = null;
      let least = 20 ** 2;
      for (const [k, x, y] of places) {
        const far = (x - at[0]) ** 2 + (y - at[1]) ** 2;
        if (far < least) [nearest, least] = [[k, x, y], far];
      }
      ring.setAttribute("visibility", nearest ? "visible" : "hidden");
      about.textContent = nearest ? trial(nearest[0]) : HINT;
      if (nearest) {
        ring.setAttribute("cx", nearest[1]);
        ring.setAttribute("cy", nearest[2]);
      }
    };
    svg.addEventListener("pointermove", point);
    let waiting = false;
    const changed = () => {
      if (!waiting) queueMicrotask(() => { waiting = false; update(); });
      waiting = true;
    };
    model.on("change", changed);
    update();
    return () => model.off("change", changed);
  },
};
