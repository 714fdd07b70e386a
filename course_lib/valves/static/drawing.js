// One drawing for every cell: the same places everywhere, so that what changes is what differs.
import { KINDS } from "./cells.js";
import { onePipeline } from "./one_pipeline.js";
import { stripes } from "./parts.js";
import { twoPipelines } from "./two_pipelines.js";

// Draw a cell into an svg. scene: "by hand", "one step", "inside" or "gradient".
// Returns {flows, valves, says, tilt}: functions that set each part, by name.
export function draw(svg, kind, scene, unique) {
  const cell = KINDS[kind];
  const minus = stripes(svg, `minus-${unique}`);
  const made = { flows: {}, valves: {}, says: {}, tilt: () => {} };
  const tools = { svg, cell, scene, made, hand: scene === "by hand", minus };
  if (cell.pipes === 1) onePipeline(tools);
  else twoPipelines(tools);
  return made;
}
