// The widget: a drawing that follows the model's traits, which sliders are linked to.
import { befriend, hands } from "./hands.js";
import { overview } from "./overview.js";
import { node } from "./parts.js";
import { picture, sizeOf } from "./picture.js";
import { composes, musical } from "./network.js";
import { BEAT, piano } from "./sound.js";
import { PACE, glider, iconButton, player } from "./time.js";
import { tour } from "./tour.js";

const QUIET = 500; // ms without a change before a screen reader is told

export function html(name, className, parent, text = "") {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  parent.append(made);
  return made;
}

// The number of patterns' names: every widget may be a module of its own, and all share one page.
const unique = () => `${Date.now().toString(36)}-${Math.random().toString(36).slice(2)}`;

export default {
  render({ model, el }) {
    const scene = model.get("scene");
    const inside = scene === "inside";
    el.classList.add("valves");
    const stage = html("div", "valves-stage", el);
    const turns = Object.keys(model.get("ranges")).length ? ", up and down turn it" : "";
    const svg = node("svg", { viewBox: `0 0 ${sizeOf(scene).join(" ")}`, role: "group",
      "aria-label": `${model.get("title")}. The left and right arrow keys go from part to part${turns}.` }, stage);
    svg.dataset.lmSuppressShortcuts = "true"; // JupyterLab would go on to another cell
    const drawn = picture(svg, model.get("cell"), scene, unique());
    const bar = html("div", "valves-bar", stage);
    const about = html("p", "valves-about", bar);
    about.setAttribute("aria-hidden", "true"); // a part says the same by its name
    const line = html("p", inside ? "valves-words long" : "valves-words", el);
    const live = html("p", "valves-live", stage);
    live.setAttribute("role", "status");
    const set = (name, value) => { model.set(name, value); model.save_changes(); };
    const grips = hands(svg, about, { ranges: model.get("ranges"), read: (name) => model.get(name), set });
    const view = inside ? overview(el, model) : null;

    let last = null; // the values shown
    let glides = false; // whether the change on its way is one of time
    const painted = (values) => { drawn.paint(values); last = values; };
    const { glide, stop } = glider(painted);
    let timer = 0;
    let waiting = false;
    const update = () => {
      waiting = false;
      const read = Object.fromEntries(model.get("values_of").map((name) => [name, model.get(name)]));
      const now = view ? view.read() : { values: drawn.compute(read) };
      drawn.fit(now.values, now.full);
      stop();
      if (glides) glide(last, now.values);
      else painted(now.values);
      glides = false;
      drawn.write(now.values);
      grips.refresh();
      const said = now.words ?? drawn.words(now.values);
      line.textContent = said;
      clearTimeout(timer);
      timer = setTimeout(() => { live.textContent = said; }, live.textContent ? QUIET : 0);
    };
    const changed = () => { // several traits may change at once: draw once, before the next frame
      if (!waiting) queueMicrotask(update);
      waiting = true;
    };
    const goesOn = ["by hand", "one step", "inside"].includes(scene);
    const heard = inside && musical(model.get("net")) ? sounding(bar, model.get("net").up) : null;
    if (inside && composes(model.get("net"))) composing(bar, view, model);
    const halt = goesOn ? player(bar, inside ? "next step" : "next step: what comes out goes in", heard ? BEAT : PACE, (again) => {
      glides = true;
      const more = view ? view.step(again) : goRound(model, last);
      if (more) heard?.(view.keys());
      return more;
    }) : () => {};
    const toured = scene === "by hand" && /name: "lstm"/.test(model.get("cell"))
      ? tour(svg, (text) => { live.textContent = text; }) : () => {};
    bar.prepend(...bar.querySelectorAll("button"));
    model.on("change", changed);
    update();
    const away = befriend(el, (box) => settle(box, el, inside));
    return () => {
      halt();
      toured();
      stop();
      clearTimeout(timer);
      model.off("change", changed);
      grips.leave();
      away();
    };
  },
};

// The button that lets the network compose, with a valve held or not; then ▶ plays what it composes.
function composing(bar, view, model) {
  const button = iconButton(bar)("pen", "let the network compose from here on"); // pressed: it does
  const press = (on) => button.setAttribute("aria-pressed", String(on));
  press(model.get("since") >= 0);
  button.addEventListener("click", () => press(view.compose()));
}

// The button that lets a chorale be heard while it is played.
function sounding(bar, up) {
  const pressed = iconButton(bar)("sound", "hear it while it plays");
  pressed.setAttribute("aria-pressed", "true");
  pressed.addEventListener("click", () => {
    pressed.setAttribute("aria-pressed", pressed.getAttribute("aria-pressed") !== "true");
  });
  const play = piano(up);
  return (keys) => { if (pressed.getAttribute("aria-pressed") === "true") play(keys); };
}

// What comes out of this step goes into the next: c becomes c₋, or h becomes h₋.
function goRound(model, s) {
  for (const [name, [low, high]] of Object.entries(model.get("ranges"))) {
    const after = s[name.replace(/_$/, "")];
    if (name.endsWith("_") && after !== undefined) model.set(name, Math.min(Math.max(after, low), high));
  }
  model.save_changes();
  return true;
}

// In the page: the picture that stood in for the drawing goes, and a wide page is used.
function settle(box, el, inside) {
  if (!inside) return;
  box.classList.add("valves-inside");
  new ResizeObserver(([{ contentRect }]) => box.classList.toggle("wide", contentRect.width >= 1360)).observe(box);
}
