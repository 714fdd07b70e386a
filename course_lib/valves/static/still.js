// What a widget of this state would show, as an SVG.
import { cellOf } from "./cells.js";
import { ROW, WIDE } from "./charts.js";
import { lines, rowsOf } from "./lines.js";
import { reader } from "./overview.js";
import { node } from "./parts.js";
import { picture, sizeOf } from "./picture.js";

// Text of four letters to three bytes → the bytes.
function bytes(text) {
  const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const value = Object.fromEntries([...letters].map((letter, k) => [letter, k]));
  const found = new Uint8Array(Math.floor((text.replace(/=+$/, "").length * 3) / 4));
  for (let k = 0, at = 0; at < found.length; k += 4) {
    const four = [0, 1, 2, 3].reduce((sum, n) => sum * 64 + (value[text[k + n]] ?? 0), 0);
    for (const shift of [16, 8, 0]) if (at < found.length) found[at++] = (four >> shift) & 255;
  }
  return new DataView(found.buffer);
}

export function still(state) {
  const [width, high] = sizeOf(state.scene);
  const scale = width / WIDE;
  const height = high + (state.scene === "inside" ? rowsOf(state.net) * ROW * scale : 0);
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, width, height });
  node("rect", { width, height, class: "ground" }, svg);
  const drawn = picture(svg, state.cell, state.scene, "still");
  let now = null;
  if (state.scene === "inside") {
    const cell = cellOf(state.cell);
    now = reader(cell, (name) => (name === "weights" ? bytes(state.weights) : state[name]))(state);
    const charts = lines(node("g", { transform: `translate(0 ${high}) scale(${scale})` }, svg), cell, state.net, state.labels);
    charts.set(now.now, now.free, now.unit, state.since);
    charts.mark(state.t);
  } else {
    now = { values: drawn.compute(Object.fromEntries(state.values_of.map((name) => [name, state[name]]))) };
  }
  drawn.fit(now.values, now.full);
  drawn.paint(now.values);
  drawn.write(now.values);
  return svg;
}
