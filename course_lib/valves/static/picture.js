// What a scene draws into an svg, and how its values reach it; the same in a page and in a still.
import { draw } from "./drawing.js";
import { fading } from "./fading.js";
import { WIDTH, heightOf } from "./places.js";
import { compute, flow, full, largest, words, write } from "./scenes.js";

export const sizeOf = (scene) => [WIDTH, scene === "fading" ? 324 : heightOf(scene)];

// Returns {compute, fit, paint, write, words}: from the sliders' values to all values; how much a
// full pipe carries; what flows; the numbers; and all of it in a sentence.
export function picture(svg, kind, scene, unique) {
  if (scene === "fading") return fading(svg);
  const drawn = draw(svg, kind, scene, unique);
  return {
    compute: (v) => ({ ...v, ...compute(kind, scene, v) }),
    fit(values, carries) { drawn.scale.full = carries ?? Math.max(2, full(largest(values, scene))); },
    paint: (values) => flow(drawn, kind, scene, values),
    write: (values) => write(drawn, kind, scene, values),
    words: (values) => words(kind, scene, values),
  };
}
