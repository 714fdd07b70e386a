"""What notebooks store of drawings and closed questions is what the course would store now.

Cure: make notebooks
"""

import json
import re

import pytest

from course_lib.authoring.notebooks import ROOT
from course_lib.cells import CELLS
from course_lib.checks.closed import questions
from course_lib.checks.closed.widget import Quiz, widget
from course_lib.readings.javascript import declaration
from course_lib.valves import drawing
from course_lib.valves.trials import Trials

STATE = "application/vnd.jupyter.widget-state+json"
NOTEBOOKS = sorted(ROOT.glob("notebooks/*.ipynb"))
SCRIPTS = {
    drawing.joined(kind.modules): drawing.styled(*kind.sheets) for kind in (drawing.Drawing, Trials)
}


def stored(path):
    return json.loads(path.read_text(encoding="utf-8"))


def widgets(path):
    """The states of the course's own widgets, with the name of each one's class."""
    every = stored(path)["metadata"]["widgets"][STATE]["state"].values()
    states = [one["state"] for one in every if "_anywidget_id" in one["state"]]
    return [(state["_anywidget_id"].rpartition(".")[2], state) for state in states]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_drawings_are_stored_as_they_are_now(path):
    drawings = [state for kind, state in widgets(path) if kind not in ("Script", "Quiz")]
    scripts = [state for kind, state in widgets(path) if kind == "Script"]
    assert {one["source"]: one["style"] for one in scripts}.items() <= SCRIPTS.items()
    assert drawings and scripts
    for state in drawings:
        assert state["_esm"] == drawing.Scripted._esm
        name = re.search(r'^  name: "(\w+)"', state.get("cell", ""), re.MULTILINE)
        if name and name[1] in CELLS:
            assert state["cell"] == declaration(CELLS[name[1]]), state["title"]


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_closed_questions_are_stored_as_they_are_now(path):
    asked = {state["name"]: state for kind, state in widgets(path) if kind == "Quiz"}
    for name, state in asked.items():
        now = widget(questions()[name])
        assert (state["ask"], state["choices"]) == (now.ask, now.choices), name
        assert (state["_esm"], state["_css"]) == (Quiz._esm, Quiz._css)
    shown = set()
    for cell in stored(path)["cells"]:
        if found := re.fullmatch(r'quiz\("([\w.]+)"\)', "".join(cell["source"])):
            (output,) = cell["outputs"]
            texts = {kind: "".join(text) for kind, text in output["data"].items() if "text" in kind}
            question = questions()[found[1]]
            assert texts == {"text/html": question.html(), "text/plain": question.text()}
            shown.add(found[1])
    assert shown == set(asked) and shown
