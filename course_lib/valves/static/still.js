// What a widget of this state would show, as an SVG.
import { node } from "./parts.js";
import { picture, sizeOf } from "./picture.js";

export function still(state) {
  const [width, height] = sizeOf(state.scene);
  const svg = node("svg", { viewBox: `0 0 ${width} ${height}`, width, height });
  node("rect", { width, height, class: "ground" }, svg);
  const drawn = picture(svg, state.kind, state.scene, "still");
  const values = drawn.compute(Object.fromEntries(state.values_of.map((name) => [name, state[name]])));
  drawn.fit(values);
  drawn.paint(values);
  drawn.write(values);
  return svg;
}
