// Light or dark for the drawings, too; answers open on paper. On every page.
"use strict";

const root = document.documentElement;
const follow = () => { document.body.dataset.jpThemeLight = String(root.dataset.theme !== "dark"); };
new MutationObserver(follow).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
document.addEventListener("DOMContentLoaded", follow);

// An answer that was folded up could not be read on paper.
addEventListener("beforeprint", () => {
  for (const answer of document.querySelectorAll("details:not([open])")) {
    answer.open = true;
    answer.dataset.folded = "";
  }
});
addEventListener("afterprint", () => {
  for (const answer of document.querySelectorAll("details[data-folded]")) {
    answer.open = false;
    delete answer.dataset.folded;
  }
});
