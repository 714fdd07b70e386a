// One drawing for every cell: the same places everywhere, so that what changes is what differs.
import { anyCell } from "./any_cell.js";
import { onePipeline } from "./one_pipeline.js";
import { stripes } from "./parts.js";
import { key, neighbours } from "./places.js";
import { twoPipelines } from "./two_pipelines.js";

// Draw a cell (cellOf) into an svg. scene: "by hand", "one step", "inside" or "gradient".
// Returns {flows, valves, wheels, says, tilt, scale}: functions that set each part, by name.
export function draw(svg, cell, scene, unique) {
  const minus = stripes(svg, `minus-${unique}`);
  const made = { flows: {}, valves: {}, wheels: {}, says: {}, tilt: () => {}, scale: { full: 1 } };
  const tools = { svg, cell, scene, made, hand: scene === "by hand", minus };
  neighbours(tools);
  ({ two: twoPipelines, one: onePipeline, plain: onePipeline, any: anyCell })[cell.family](tools);
  key(tools);
  return made;
}
