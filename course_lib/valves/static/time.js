// Time: what flows eases from step to step, and ▶ goes on by itself.
import { node } from "./parts.js";

const EASE = 350; // ms from one step to the next
export const PACE = 900; // ms a step lasts while it plays

export const calm = () => globalThis.matchMedia?.("(prefers-reduced-motion: reduce)").matches ?? true;

// Numbers between two records of numbers; what only one of them has stays as it is.
export function between(before, after, share) {
  const mixed = { ...after };
  for (const [name, value] of Object.entries(after)) {
    const was = before[name];
    if (typeof value === "number" && typeof was === "number") mixed[name] = was + (value - was) * share;
  }
  return mixed;
}

// Returns glide(from, to): calls draw with the values between, frame by frame; the last are `to`.
export function glider(draw) {
  let frame = 0;
  const stop = () => { cancelAnimationFrame(frame); frame = 0; };
  const glide = (from, to) => {
    stop();
    if (!from || calm()) { draw(to); return; }
    const start = performance.now();
    const next = (now) => {
      const share = Math.min(Math.max(now - start, 0) / EASE, 1);
      draw(share < 1 ? between(from, to, share * share * (3 - 2 * share)) : to);
      frame = share < 1 ? requestAnimationFrame(next) : 0;
    };
    frame = requestAnimationFrame(next);
  };
  return { glide, stop };
}

const ICONS = { play: "M6 4 L18 11 L6 18 Z", pause: "M6 4 h4 v14 h-4 Z M13 4 h4 v14 h-4 Z", step: "M4 4 L14 11 L4 18 Z M15 4 h3 v14 h-3 Z",
  pen: "M4 18 L5 14 L15 4 L18 7 L8 17 Z",
  sound: "M9 16 a3 3 0 1 1 -2 -2.8 V3 l9 2 v3 l-7 -1.5 Z" };

// A button with an icon; what it returns gives it a shape and a name.
export function iconButton(bar) {
  const made = document.createElement("button");
  Object.assign(made, { type: "button", className: "valves-button" });
  const icon = node("path", {}, node("svg", { viewBox: "0 0 22 22", "aria-hidden": "true" }, made));
  bar.append(made);
  return (shape, name) => {
    icon.setAttribute("d", ICONS[shape]);
    made.setAttribute("aria-label", name);
    made.title = name;
    return made;
  };
}

// Two buttons: play, and one step; step() goes on by one, and says whether there is more. Returns
// what halts it. pace: ms a step lasts.
export function player(bar, words, pace, step) {
  const [play, once] = [iconButton(bar), iconButton(bar)];
  let timer = 0;
  const halt = () => {
    clearInterval(timer);
    timer = 0;
    return play("play", "play");
  };
  halt().addEventListener("click", () => {
    if (timer) { halt(); return; }
    const pressed = play("pause", "pause");
    timer = setInterval(() => { if (!pressed.isConnected || !step()) halt(); }, pace);
    step(true);
  });
  once("step", words).addEventListener("click", () => { halt(); step(true); });
  return halt;
}
