"""All of the browser edition, every cell of it, with every other host out of reach.

A cell's seconds are the processor's, so that a busy machine does not change what is found. Where
the browser trains less than the installed course, it is what a visitor gets that is run here.
"""

from __future__ import annotations

import psutil
import pytest

from tests import masters
from tests.answers import ANSWERS, HINTS
from tests.browser.lite_page import LitePage, alone, said, shows_a_bar, used

pytestmark = pytest.mark.web
NOTEBOOKS = sorted(masters.ROOT.glob("notebooks/*.ipynb"), reverse=True)  # the longest first
PATIENCE = 30  # seconds that a cell may take without a bar


@pytest.mark.parametrize("file", NOTEBOOKS, ids=lambda file: file.stem)
def test_every_cell_of_a_notebook_runs(chromium, edition, file):
    context, programs = alone(chromium), psutil.Process()
    page = LitePage(context, edition)
    page.open(f"notebooks/{file.name}")
    faults = []
    for cell in page.cells():
        if cell["cell_type"] != "code":
            continue
        before = used(programs)
        outputs = page.run(cell["id"], seconds=3600)
        seconds, text = used(programs) - before, said(outputs)
        print(f"{file.stem} {cell['id']}: {seconds:.1f} s")
        if "ERROR" in text:
            faults.append(f"{cell['id']}: {text}")
        if seconds > PATIENCE and not shows_a_bar(outputs):
            faults.append(f"{cell['id']}: {seconds:.0f} s without a bar")
    assert faults == [] and page.errors == [] and page.elsewhere == []
    context.close()


@pytest.mark.parametrize("master", [file.stem for file in masters.MASTERS])
def test_an_exercise_hints_then_passes_and_remembers(visitor, master):
    """Each question: a wrong answer and what is said to it, then the master's; all cells run."""
    written = {cell.id: cell.source for cell in masters.read("solutions", master).cells}
    questions = {
        asked.check: (name, asked.answer)
        for name, asked in masters.asked().items()
        if asked.master == master
    }
    answers = {answer for _, answer in questions.values()}
    notebook = f"exercises/{master}/{master}.ipynb"
    visitor.open(notebook)
    for cell in visitor.cells():
        ident = cell["id"]
        if cell["cell_type"] != "code" or ident in answers:
            continue
        if ident not in questions:
            visitor.write(ident, written[ident])
            assert "ERROR" not in said(visitor.run(ident))
            continue
        name, answer = questions[ident]
        how, wrong = next(iter(ANSWERS[name]["wrong"].items()))
        visitor.write(answer, wrong)
        visitor.run(answer)
        hint = said(visitor.run(ident))
        assert hint.startswith(f"{name}: not yet\n")
        assert HINTS[name][how] in " ".join(hint.split())  # wherever its lines end
        visitor.write(answer, written[answer])
        visitor.run(answer)
        assert f"{name}: passed" in said(visitor.run(ident))

    visitor.save()
    visitor.open(notebook)  # the page anew, and another Python
    cells = {cell["id"]: cell["source"] for cell in visitor.cells()}
    assert {ident: cells[ident] for ident in answers} == {
        ident: written[ident] for ident in answers
    }
    visitor.write("tiny", "from course_lib.checks import keeping\nprint(*keeping.passed())")
    assert {name for name, _ in questions.values()} <= {*said(visitor.run("tiny")).split()}
    assert visitor.errors == [] and visitor.elsewhere == []
