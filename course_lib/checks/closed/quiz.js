// A closed question. What a choice answers is in the page: nothing is asked of a kernel.

let made = 0;

function part(tag, className, parent, html) {
  const node = document.createElement(tag);
  node.className = className;
  if (html !== undefined) node.innerHTML = html; // from the course's own files, escaped in Python
  parent.append(node);
  return node;
}

function render({ model, el }) {
  const choices = model.get("choices");
  const box = part("div", "quiz", el);
  box.dataset.lmSuppressShortcuts = "true"; // Enter is to choose, not to edit the cell
  const ask = part("div", "quiz-ask", box, model.get("ask"));
  ask.id = `quiz-${(made += 1)}-${model.get("name")}`;
  box.setAttribute("role", "group");
  box.setAttribute("aria-labelledby", ask.id);
  const list = part("ol", "quiz-choices", box);
  const rows = choices.map((choice) => {
    const row = part("li", "", list);
    const button = part("button", "quiz-choice", row, choice.text);
    button.type = "button";
    button.setAttribute("aria-pressed", "false");
    return { row, button, why: part("div", "quiz-why", row) };
  });
  for (const { why } of rows) why.setAttribute("role", "status"); // is read out when it fills
  const end = part("div", "quiz-end", box);
  end.setAttribute("role", "status");

  function draw() {
    const chosen = model.get("chosen");
    rows.forEach(({ row, button, why }, k) => {
      const { right, why: reason } = choices[k];
      const seen = chosen.includes(k);
      button.setAttribute("aria-pressed", String(seen));
      row.className = seen ? (right ? "right" : "wrong") : "";
      if (seen !== (why.innerHTML !== "")) why.innerHTML = seen ? reason : "";
    });
    const missing = choices.filter((choice, k) => choice.right && !chosen.includes(k)).length;
    const found = choices.some((choice, k) => choice.right && chosen.includes(k));
    const said = missing && found ? "One more choice is right too." : "";
    if (end.textContent !== said) end.textContent = said;
  }

  rows.forEach(({ button }, k) => {
    button.addEventListener("click", () => {
      const chosen = model.get("chosen");
      if (chosen.includes(k)) return;
      model.set("chosen", [...chosen, k]);
      model.save_changes();
    });
  });
  model.on("change:chosen", draw);
  draw();
  return () => model.off("change:chosen", draw);
}

export default { render };
