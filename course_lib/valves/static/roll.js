// The keys that sound over time, of a network that reads music: bars, as on a piano roll.
import { FIRST, LAST, frame } from "./charts.js";
import { node } from "./parts.js";

export const LOWEST = 21; // the MIDI number of a piano's first key
const KEYS = 88;

// The keys that sound at a step of x [T · 88].
export const keysAt = (x, t) => Array.from({ length: KEYS }, (_, k) => k).filter((k) => x[t * KEYS + k] > 0);

// One row in an svg. Returns {set, mark}: set(x, since) draws a roll; what follows the step `since` is
// the network's own, and where since is −1 nothing is. up: semitones that the roll lies too high.
export function roll(svg, top, steps, up) {
  const { heading, x: across, y0, y1, mark } = frame(svg, top, "", steps);
  const area = node("g", {}, svg);
  const wide = (across(1) - across(0)) / 2 - 0.5;
  const set = (x, since) => {
    area.replaceChildren();
    heading.textContent = since < 0 ? "keys that sound" : `keys that sound; after step ${since} the network's own`;
    const sounding = Array.from({ length: steps }, (_, t) => keysAt(x, t));
    const all = sounding.flat();
    const [low, high] = [Math.min(...all) - 1, Math.max(...all) + 1];
    const y = (key) => y0 - ((key - low) / (high - low)) * (y0 - y1);
    const bars = (own) => sounding.flatMap((keys, t) => (since >= 0 && t > since) === own
      ? keys.map((key) => `M${(across(t) - wide).toFixed(1)} ${y(key).toFixed(1)} h${(2 * wide).toFixed(1)}`) : []).join(" ");
    const style = (tone) => `stroke: var(--${tone}); stroke-width: ${Math.max(1.5, y(0) - y(0.8)).toFixed(1)}`;
    node("path", { d: bars(false), class: "series", style: style("ink") }, area);
    node("path", { d: bars(true), class: "series own", style: style("o") }, area);
    if (since >= 0) node("path", { d: `M${across(since + 0.5)} ${y1} V${y0}`, class: "zero" }, area);
    for (let key = low; all.length && key <= high; key++) {
      const note = key + LOWEST - up;
      if (note % 12) continue;
      node("path", { d: `M${FIRST} ${y(key)} H${LAST}`, class: "zero" }, area);
      node("text", { x: FIRST - 6, y: y(key) + 4, class: "tick", "text-anchor": "end" }, area, `C${note / 12 - 1}`);
    }
  };
  return { set, mark };
}
