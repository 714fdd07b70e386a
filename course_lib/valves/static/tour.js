// A walk through the first drawing: six stops, for who has not seen it before.
import { node } from "./parts.js";

const STOPS = [
  ["memory", "This pipe carries the memory c from step to step. The flow is as wide as its number is large."],
  ["f", "The forget valve says how much of it goes on. Drag its wheel, or move the slider f below."],
  ["new", "New memory comes up from here. It can be negative: then its flow is striped."],
  ["i", "The memory valve says how much of that is let in."],
  ["plus", "What was kept and what was let in are added up: the memory after this step."],
  ["o", "The output valve says how much of it is shown. ▶ below goes on: what comes out goes in at the next step."],
];
const KEY = "course-valves-tour";

function remembered() {
  try { return localStorage.getItem(KEY); } catch { return "no place to remember"; }
}

// Starts where it was never seen or skipped, once a page. Returns what ends it.
export function tour(svg, say) {
  if (globalThis.Reveal || remembered() || globalThis.courseTour) return () => {}; // a teacher needs none
  globalThis.courseTour = true;
  const frame = node("foreignObject", { x: 58, y: 366, width: 630, height: 98 }, svg);
  const box = document.createElement("div");
  box.className = "valves-tour";
  const words = document.createElement("p");
  const button = (text) => {
    const made = document.createElement("button");
    Object.assign(made, { type: "button", textContent: text });
    return made;
  };
  const [next, skip] = [button("Next"), button("Skip the tour")];
  box.append(words, next, skip);
  frame.append(box);
  let at = -1;
  const show = (part) => {
    for (const shown of svg.querySelectorAll(".part.shown")) shown.classList.remove("shown");
    svg.querySelector(`.part[data-name="${part}"]`)?.classList.add("shown");
  };
  const end = () => {
    frame.remove();
    svg.classList.remove("touring");
    show("");
    globalThis.courseTour = false;
  };
  const done = () => {
    end();
    try { localStorage.setItem(KEY, "seen"); } catch { /* it will be shown again */ }
  };
  const go = () => {
    at += 1;
    if (at === STOPS.length) { done(); return; }
    const [part, text] = STOPS[at];
    show(part);
    words.textContent = `${at + 1} of ${STOPS.length}. ${text}`;
    if (at === STOPS.length - 1) next.textContent = "Done";
    if (at) say(words.textContent);
  };
  next.addEventListener("click", go);
  skip.addEventListener("click", done);
  svg.classList.add("touring");
  go();
  return end;
}
