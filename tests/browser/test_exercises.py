"""An exercise as a learner meets it: a check that fails, with its hint, and one that passes."""

from __future__ import annotations

import nbformat
import pytest
from playwright.sync_api import expect

from tests.answers import ANSWERS
from tests.answers.own_ps3 import OWN
from tests.browser.lab import ROOT
from tests.masters import asked, read

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_a_check_fails_with_a_hint_and_passes(open_notebook, lab_folder):
    written = {
        "ps2.1": ANSWERS["ps2.1"]["right"]["cut by hand"],
        "ps2.2": ANSWERS["ps2.2"]["wrong"]["looks at tanh"],
    }
    name = asked()["ps2.1"].master
    exercise = read("exercises", name)
    for cell in exercise.cells:
        for question, text in written.items():
            if cell.id == asked()[question].answer:
                cell.source = text
    nbformat.write(exercise, lab_folder / "exercises" / name / "mine.ipynb")
    page = open_notebook(f"exercises/{name}/mine.ipynb")
    page.run_all()
    page.cell("check-1").get_by_text("ps2.1: passed").wait_for()
    page.cell("check-2").get_by_text("an additional tanh").wait_for()
    page.cell("check-3").get_by_text("nothing is written here yet").wait_for()
    assert page.errors == [] and page.elsewhere == []


def write_by_hand(page, ident: str, text: str) -> None:
    """Put an answer where its stub stands, run it, and the check behind it."""
    page.cell(ident).locator(".cm-content").click()
    page.page.keyboard.press("Control+A")
    page.page.keyboard.insert_text(text.strip())
    for _ in range(2):
        page.page.keyboard.press("Shift+Enter")


def test_an_edition_of_ones_own_is_solved_by_hand_and_kept(open_notebook, lab_folder):
    from course_lib.grading import editions
    from course_lib.grading.course import Course

    name = asked()["ps3.3"].master
    own = Course(ROOT).assignment(name, (("ps3.2", 0), ("ps3.3", 1), ("ps3.5", 0)))
    made = editions.exercise(read("exercises", name), own.plain, own.master)
    place = f"exercises/{name}/own.ipynb"
    nbformat.write(made, lab_folder / place)
    page = open_notebook(place)
    page.run_all()
    said = page.cell("check-3").locator(".jp-OutputArea")
    expect(said).to_contain_text("nothing is written here yet")
    write_by_hand(page, "answer-3", ANSWERS["ps3.3"]["right"]["by slopes"])
    expect(said).to_contain_text("that answers another edition of this question")
    expect(said).to_contain_text("In yours the layer sets the forget valve")
    write_by_hand(page, "answer-3", OWN["ps3.3", 1]["right"]["by slopes"])
    expect(said).to_contain_text("ps3.3: passed")
    page.page.keyboard.press("Control+S")
    page.page.wait_for_function("!window.jupyterapp.shell.currentWidget.context.model.dirty")
    assert page.errors == [] and page.elsewhere == []
    page.page.close()
    again = open_notebook(place)
    expect(again.cell("check-3")).to_contain_text("ps3.3: passed")
