// Starts a deck: maths, then reveal.js; light or dark; keys between slides and sliders.
"use strict";

const asked = new URLSearchParams(location.search);

function dark(on) {
  document.body.dataset.jpThemeLight = String(!on);
}

// A slider that has the focus keeps the arrow keys (the valves see to that) and Home and End.
// A presenter's remote control sends Page Down and Page Up: those always turn the slide.
document.addEventListener("keydown", (event) => {
  if (!event.target.closest?.(".jupyter-widgets")) return;
  if (event.key === "PageDown" || event.key === "PageUp") {
    event.preventDefault();
    event.stopImmediatePropagation();
    document.activeElement.blur();
    if (event.key === "PageDown") Reveal.next();
    else Reveal.prev();
  }
}, true);

function start() {
  return Reveal.initialize({
    width: 1280,
    height: 720,
    margin: 0,
    center: false,
    hash: true,
    transition: "none",
    slideNumber: "c/t",
    controlsTutorial: false,
    pdfSeparateFragments: false,
    pdfMaxPagesPerSlide: 1,
    showNotes: asked.has("print-pdf") && asked.has("notes") ? "separate-page" : false,
    keyboardCondition: () => !document.activeElement.closest(".jupyter-widgets"),
    keyboard: { 68: () => dark(document.body.dataset.jpThemeLight === "true") },
    plugins: [RevealNotes],
  });
}

// anywidget gives a widget two seconds to start: too few on a slow machine with a whole deck to set.
const patience = AbortSignal.timeout;
AbortSignal.timeout = (ms) => patience.call(AbortSignal, Math.max(ms, 60_000));

function widgets() {
  const script = document.createElement("script");
  script.src = "assets/widgets.js";
  document.body.append(script);
}

window.MathJax = {
  tex: { inlineMath: [["$", "$"]], processEscapes: true },
  options: { enableMenu: false, ignoreHtmlClass: "jupyter-widgets" },
  startup: { pageReady: () => MathJax.startup.defaultPageReady().then(start).then(widgets) },
};

dark(asked.has("dark"));
