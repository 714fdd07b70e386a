"""A closed question in JupyterLab: by mouse and from the keyboard, read out, in both themes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.checks.closed import questions
from tests.browser.lab import change_theme, from_npm

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "00.2"
QUESTION = questions()[NAME]
SOURCE = """
from course_lib.checks import keeping, quiz

quiz("00.2")
"""
COUNTED = 'print("counted", sorted(keeping.passed()))'
# The second choice waits in the page until the kernel has answered to the first, so a cell that is
# run meanwhile comes before it: it is run again until it knows.
RUN_UNTIL = """async (words) => {
    await window.jupyterapp.commands.execute("notebook:run-cell");
    const cells = window.jupyterapp.shell.currentWidget.content.model.toJSON().cells;
    return JSON.stringify(cells.at(-1).outputs).includes(words);
}"""


def test_a_wrong_and_a_right_choice(open_notebook, write_notebook, tmp_path):
    place = f"import os\nos.environ['COURSE_PROGRESS'] = {str(tmp_path)!r}\n"
    cells = {"quiz": place + SOURCE, "counted": COUNTED}
    page = open_notebook(write_notebook("quiz.ipynb", cells))
    page.run_all()
    cell = page.cell("quiz")
    buttons = cell.locator(".quiz-choice")
    expect(buttons).to_have_count(len(QUESTION.choices))
    (right,) = QUESTION.right
    wrong = next(k for k in range(len(QUESTION.choices)) if k != right)
    expect(cell.locator(".quiz-why b")).to_have_count(0)

    buttons.nth(wrong).click()
    said = cell.locator(".quiz-why").nth(wrong)
    expect(said).to_contain_text("Not this one.")
    assert said.get_attribute("role") == "status"
    expect(buttons.nth(wrong)).to_have_attribute("aria-pressed", "true")

    buttons.nth(right).focus()
    page.page.keyboard.press("Enter")  # and the notebook keeps its hands off
    expect(cell.locator(".quiz-why").nth(right)).to_contain_text("Right.")
    expect(buttons.nth(right)).to_be_focused()

    page.cell("counted")
    page.page.wait_for_function(RUN_UNTIL, arg=f"counted ['{NAME}']", polling=500)

    page.page.evaluate(from_npm("axe-core/axe.min.js").read_text(encoding="utf-8"))
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        change_theme(page.page, theme)
        found = cell.locator(".quiz").evaluate("async (quiz) => axe.run(quiz)")
        assert [one["id"] for one in found["violations"]] == []
    assert page.errors == [] and page.elsewhere == []
