// On pages with widgets, between require.js and their manager: where its parts lie, and patience.
"use strict";

require.config({ paths: { anywidget: document.currentScript.src.replace(/widgets-here\.js.*/, "anywidget") } });

// ipywidgets has MathJax 2 set the sliders' names; they hold no maths.
addEventListener("DOMContentLoaded", () => { (window.MathJax ??= {}).Hub ??= { Queue() {} }; });

// anywidget gives a widget two seconds to start: too few on a slow machine with a whole page to set.
const patience = AbortSignal.timeout;
AbortSignal.timeout = (ms) => patience.call(AbortSignal, Math.max(ms, 60_000));
