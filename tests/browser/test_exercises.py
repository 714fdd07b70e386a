"""An exercise as a learner meets it: a check that fails, with its hint, and one that passes."""

from __future__ import annotations

import nbformat
import pytest

from tests.answers import ANSWERS
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
