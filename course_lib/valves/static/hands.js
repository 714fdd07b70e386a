// Parts under the hand: pointed at or reached by key they say what they are, and grabbed they turn.

const HINT = "Point at a part to read what it is, and drag it to turn it. By keys: Tab and ← → go from part to part, ↑ ↓ turn.";
const ONLY_READ = "Point at a part to read what it is. By keys: Tab and ← → go from part to part."; // where no part can be turned
const WAY = 170; // how far a drag goes from one end to the other, in the drawing's units

// Which of the sliders' values a part sets: the first of these that the scene has.
const SETS = {
  f: ["f", "a_f"], i: ["i", "a_i"], o: ["o", "a_o"], z: ["z", "a_z"], r: ["a_r"], new: ["g", "n", "a_g", "a_n"],
  lever: ["i", "a_i", "z", "a_z"], memory: ["dc", "c_", "f"], hidden: ["dh", "h_"], gated: ["u", "R_n"], feedback: ["w"],
  gradient: ["f"], p_f: ["p_f"], p_i: ["p_i"], p_o: ["p_o"],
};

const setters = (name) => SETS[name] ?? [name, `a_${name}`, `d${name}`, `${name}_`];

const clamp = (value, low, high) => Math.min(Math.max(value, low), high);

// What a part's slider stands at, for a screen reader: with its name, for the part may show another number.
export const standsAt = (name, value) => `${name.replace(/^d(?=[a-z]$)/, "δ").replace(/_$/, "₋")} = ${value.toFixed(2)}`;

// ranges: name → [low, high, step]; read(name) and set(name, value) reach the model. Returns
// {refresh, leave}: to be called when values have changed, and at the end.
export function hands(svg, about, { ranges, read, set }) {
  const parts = [...svg.querySelectorAll(".part")];
  const setBy = new Map(parts.map((part) => [part, setters(part.dataset.name).find((name) => name in ranges)]));
  parts[0]?.setAttribute("tabindex", "0");
  for (const [part, name] of setBy) {
    if (!name) continue;
    part.classList.add("grip");
    part.setAttribute("role", "slider");
    part.setAttribute("aria-valuemin", ranges[name][0]);
    part.setAttribute("aria-valuemax", ranges[name][1]);
  }
  const turn = (name, value) => {
    const [low, high, step] = ranges[name];
    set(name, Number(clamp(Math.round(value / step) * step, low, high).toFixed(4)));
  };
  const tell = (part) => {
    const numbers = [...part.querySelectorAll(".label")].map((text) => text.dataset.says ?? "");
    const now = numbers.filter((text) => /\d/.test(text)).join(", ");
    about.textContent = part.dataset.about + (now ? ` · ${now}` : "");
    part.setAttribute("aria-label", part.dataset.about + (now ? `: ${now}` : ""));
  };
  const go = (part) => {
    for (const other of parts) other.setAttribute("tabindex", other === part ? "0" : "-1");
    part.focus({ preventScroll: true });
  };

  let held = null;
  let shown = null; // the part that the line below the drawing speaks of
  const speak = (part) => { shown = part; tell(part); };
  const hint = Object.keys(ranges).length ? HINT : ONLY_READ;
  const hush = () => { shown = null; about.textContent = hint; };
  const heard = {
    pointerover: (event) => { const part = event.target.closest?.(".part"); if (part && !held) speak(part); },
    focusin: (event) => { const part = event.target.closest?.(".part"); if (part) speak(part); },
    pointerleave: () => { if (!held) hush(); },
    focusout: hush,
    // Else a finger would scroll the page: Chromium minds no touch-action inside an SVG.
    touchstart: (event) => { if (setBy.get(event.target.closest?.(".part"))) event.preventDefault(); },
    pointerdown: (event) => {
      const part = event.target.closest?.(".part");
      const name = setBy.get(part);
      if (!part || event.button || held) return; // a second finger turns nothing
      event.preventDefault(); // the page stays where it is
      go(part);
      if (!name) return;
      const unit = svg.viewBox.baseVal.width / svg.getBoundingClientRect().width;
      held = { name, unit, finger: event.pointerId, x: event.clientX, y: event.clientY, from: read(name) };
      svg.setPointerCapture(event.pointerId);
      svg.classList.add("holding");
    },
    pointermove: (event) => {
      if (held?.finger !== event.pointerId) return;
      const [low, high] = ranges[held.name];
      const along = (event.clientX - held.x - (event.clientY - held.y)) * held.unit;
      turn(held.name, held.from + (along / WAY) * (high - low));
    },
    pointerup: (event) => {
      if (held?.finger !== event.pointerId) return;
      held = null;
      svg.classList.remove("holding");
    },
    keydown: (event) => {
      const here = parts.indexOf(event.target);
      if (here < 0) return;
      const on = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const up = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 }[event.key];
      const name = setBy.get(parts[here]);
      if (on) go(parts[(here + on + parts.length) % parts.length]);
      else if (up && name) turn(name, read(name) + up * ranges[name][2] * (event.shiftKey ? 10 : 1));
      else if (name && event.key === "Home") turn(name, ranges[name][0]);
      else if (name && event.key === "End") turn(name, ranges[name][1]);
      else return;
      event.preventDefault();
      event.stopPropagation();
    },
  };
  heard.pointercancel = heard.pointerup;
  for (const [name, hear] of Object.entries(heard)) svg.addEventListener(name, hear);
  hush();
  return {
    refresh() {
      for (const [part, name] of setBy) {
        if (!name) continue;
        part.setAttribute("aria-valuenow", read(name));
        part.setAttribute("aria-valuetext", standsAt(name, read(name)));
      }
      if (shown) tell(shown);
    },
    leave() {
      for (const [name, hear] of Object.entries(heard)) svg.removeEventListener(name, hear);
    },
  };
}

// Sliders beside the drawing: their arrow keys turn no slide, and a screen reader knows their names.
// Returns what ends it. found(box) is called once the scene's box is there.
export function befriend(el, found) {
  let box = null;
  const keep = (event) => { if (/^(Arrow|Page)/.test(event.key)) event.stopPropagation(); };
  const look = () => {
    if (!box && el.closest(".valves-scene")) {
      box = el.closest(".valves-scene");
      box.addEventListener("keydown", keep);
      watch(box); // and no longer the whole page
      found(box);
    }
    for (const handle of box?.querySelectorAll(".noUi-handle:not([aria-label])") ?? []) {
      const name = handle.closest(".widget-slider")?.querySelector(".widget-label");
      handle.setAttribute("aria-label", name?.textContent ?? "value");
    }
  };
  // Jupyter puts the drawing on the page when it likes, and the sliders after it.
  const observer = new MutationObserver(look);
  const watch = (where) => {
    observer.disconnect();
    observer.observe(where, { childList: true, subtree: true });
  };
  watch(document);
  look();
  return () => {
    observer.disconnect();
    box?.removeEventListener("keydown", keep);
  };
}
