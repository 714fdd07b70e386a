// What a scene draws into an svg, and how its values reach it; the same in a page and in a still.
import { cellOf, compute } from "./cells.js";
import { draw } from "./drawing.js";
import { fading } from "./fading.js";
import { WIDTH, heightOf } from "./places.js";
import { flow, full, largest, words, write } from "./scenes.js";

export const sizeOf = (scene) => [WIDTH, scene === "fading" ? 324 : heightOf(scene)];

// Returns {compute, fit, paint, write, words}: from the sliders' values to all values; how much a
// full pipe carries; what flows; the numbers; and all of it in a sentence.
export function picture(svg, declared, scene, unique) {
  if (scene === "fading") return fading(svg);
  const known = cellOf(declared);
  const cell = scene === "gradient" && known.family === "plain" ? { ...known, family: "any" } : known; // no way back is drawn there
  const drawn = draw(svg, cell, scene, unique);
  return {
    compute: (v) => ({ ...v, ...compute(cell, scene, v) }),
    fit(values, carries) { drawn.scale.full = carries ?? Math.max(2, full(largest(cell, values, scene))); },
    paint: (values) => flow(drawn, cell, scene, values),
    write: (values) => write(drawn, cell, scene, values),
    words: (values) => words(cell, scene, values),
  };
}
