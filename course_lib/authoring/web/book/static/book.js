// On every page: light or dark for the drawings, too; what scrolls can be reached; answers on paper.
"use strict";

const root = document.documentElement;
const follow = () => { document.body.dataset.jpThemeLight = String(root.dataset.theme !== "dark"); };
new MutationObserver(follow).observe(root, { attributes: true, attributeFilter: ["data-theme"] });
document.addEventListener("DOMContentLoaded", follow);

// A formula that is wider than the page scrolls, by keys as well.
const reach = () => {
  for (const formula of document.querySelectorAll("div.math")) {
    if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
    else formula.removeAttribute("tabindex");
  }
};
addEventListener("load", () => window.MathJax?.startup?.promise?.then(reach));
addEventListener("resize", reach);

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
