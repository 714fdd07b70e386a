"""A closed question in JupyterLab: by mouse and from the keyboard, read out, in both themes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.checks.closed import questions
from tests.browser.lab import from_npm

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "00.2"
QUESTION = questions()[NAME]
SOURCE = """
from course_lib.checks import keeping, quiz

quiz("00.2")
"""
COUNTED = 'print("counted", sorted(keeping.passed()))'


def test_a_wrong_and_a_right_choice(open_notebook, write_notebook, tmp_path):
    place = f"import os\nos.environ['COURSE_PROGRESS'] = {str(tmp_path)!r}\n"
    cells = {"quiz": place + SOURCE, "counted": COUNTED}
    page = open_notebook(write_notebook("quiz.ipynb", cells))
    page.run_all(seconds=60)
    cell = page.cell("quiz")
    buttons = cell.locator(".quiz-choice")
    expect(buttons).to_have_count(len(QUESTION.choices), timeout=60_000)
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

    counted = page.cell("counted")
    page.page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-cell')")
    expect(counted.get_by_text(f"counted ['{NAME}']")).to_be_visible(timeout=30_000)

    page.page.evaluate(from_npm("axe-core/axe.min.js").read_text(encoding="utf-8"))
    for theme, light in (("JupyterLab Light", "true"), ("JupyterLab Dark", "false")):
        change = "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
        page.page.evaluate(change, theme)
        page.page.wait_for_selector(f'body[data-jp-theme-light="{light}"]', state="attached")
        found = cell.locator(".quiz").evaluate("async (quiz) => axe.run(quiz)")
        assert [one["id"] for one in found["violations"]] == []
    assert page.errors == [] and page.elsewhere == []
