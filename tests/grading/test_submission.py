"""Of a submission only the text of its cells counts; whatever else was done to it is put right."""

import copy
import json

import nbformat
import pytest
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath

from course_lib.authoring import working_copy
from course_lib.authoring.notebooks import ROOT
from course_lib.grading import collect, reading, submission
from course_lib.grading.marking import NOTES
from course_lib.grading.reading import Unreadable
from tests.grading.test_collect import assignment as assignment  # a fixture
from tests.grading.test_collect import collected, hand_in

PS1 = ROOT / "exercises/ps1_standard_lstm/ps1_standard_lstm.ipynb"
ANSWER = "def valves(*given):\n    return given"


@pytest.fixture
def exercise():
    return nbformat.read(PS1, as_version=4)


@pytest.fixture
def handed_in(exercise):
    made = copy.deepcopy(exercise)
    cell(made, "answer-1").source = ANSWER
    return made


def cell(notebook, name):
    return next(c for c in notebook.cells if c.id == name)


def rebuilt(exercise, notebook):
    return submission.rebuild(exercise, reading.read(json.dumps(notebook).encode()))


def test_a_submission_as_it_should_be_is_taken_as_it_is(exercise, handed_in):
    made, remarks = rebuilt(exercise, handed_in)
    assert remarks == []
    assert [c.id for c in made.cells] == [c.id for c in exercise.cells]
    assert cell(made, "answer-1").source == ANSWER
    assert cell(made, "answer-2").source == cell(exercise, "answer-2").source


@pytest.mark.parametrize("path", sorted(ROOT.glob("exercises/*/*.ipynb")), ids=lambda p: p.stem)
def test_a_learners_copy_is_handed_in_without_a_remark(path):
    copied = working_copy.led_out(path.read_bytes(), f"exercises/{path.stem}")
    _, remarks = submission.rebuild(nbformat.read(path, as_version=4), reading.read(copied))
    assert remarks == []


def test_what_the_lecturer_mends_is_no_students_edit(assignment):
    """A master is mended after a hand-in; what its student did to it before stays told."""
    file = hand_in(assignment, "ann.ipynb")
    theirs = nbformat.read(file, as_version=4)
    theirs.cells[0].source = "# Mine"
    theirs.cells.insert(2, nbformat.v4.new_code_cell("y = 2"))
    nbformat.write(theirs, file)
    before = collected(assignment)["ann"]
    remarks = [f"Cell {theirs.cells[0].id} is not to be edited: the original took its place."]
    assert before.metadata[NOTES]["remarks"] == remarks
    path = assignment.course.grading / "release" / assignment.name / f"{assignment.name}.ipynb"
    release = nbformat.read(path, as_version=4)
    for one in release.cells:
        if not submission.is_answer(one):
            one.source += "\n\n# One more line."
    release.cells.insert(1, nbformat.v4.new_code_cell("z = 3"))
    nbformat.write(release, path)
    after = collect.renewed(assignment, before)
    assert after.metadata[NOTES]["remarks"] == remarks
    added = [one.source for one in after.cells if one.id.startswith("added-")]
    assert added == ["y = 2"] and cell(after, "answer-1").source == "x = 1"
    assert len(after.cells) == len(release.cells) + 1
    assert after.cells[0].source == release.cells[0].source


def test_a_link_that_was_changed_is_an_edit(exercise, handed_in):
    last = handed_in.cells[-1]
    assert "](../../course_lib/cells/lstm.py)" in last.source
    last.source = last.source.replace("cells/lstm.py", "cells/gru.py")
    _, remarks = rebuilt(exercise, handed_in)
    assert remarks == [f"Cell {last.id} is not to be edited: the original took its place."]


def test_rebuilding_twice_changes_nothing(exercise, handed_in):
    handed_in.cells.insert(3, nbformat.v4.new_code_cell("x = 1"))
    once, _ = rebuilt(exercise, handed_in)
    twice, remarks = rebuilt(exercise, once)
    assert twice == once
    assert remarks == []


def test_marks_points_and_locked_text_are_the_exercises_own(exercise, handed_in):
    for spoilt in handed_in.cells:
        spoilt.metadata.nbgrader.update(points=1000, locked=False, checksum="0")
        spoilt.metadata.update(tags=["x"], editable=True)
        if spoilt.id != "answer-1":
            spoilt.source = "10"
    handed_in.metadata = {"course_grading": {"remarks": ["ten points"]}}
    made, remarks = rebuilt(exercise, handed_in)
    kept_cells = [cell for cell in made.cells if not cell.id.startswith("added-")]
    for kept, ours in zip(kept_cells, exercise.cells, strict=True):
        assert kept.metadata == ours.metadata
        assert kept.source == ours.source or kept.metadata.nbgrader.solution
    assert made.metadata == exercise.metadata
    assert "Cell check-1 is not to be edited: the original took its place." in remarks


def test_deleted_cells_come_back(exercise, handed_in):
    gone = ("check-1", "question-2", "answer-3")
    handed_in.cells = [c for c in handed_in.cells if c.id not in gone]
    made, remarks = rebuilt(exercise, handed_in)
    assert [c.id for c in made.cells] == [c.id for c in exercise.cells]
    assert sum("was put back" in remark for remark in remarks) == 2
    assert "answer-3 was deleted, or had another name: what it was to define counts" in str(remarks)
    assert cell(made, "answer-3").source == submission.ABSENT


def test_moved_and_doubled_cells(exercise, handed_in):
    second = copy.deepcopy(cell(handed_in, "answer-1"))
    second.source = "other"
    handed_in.cells = [*reversed(handed_in.cells), second]
    made, remarks = rebuilt(exercise, handed_in)
    assert [c.id for c in made.cells if "added" not in c.id] == [c.id for c in exercise.cells]
    assert cell(made, "answer-1").source == ANSWER
    at = made.cells.index(cell(made, "answer-1"))
    assert made.cells[at + 1].source == "other"
    assert any("answer-1 came 2 times, split or copied" in remark for remark in remarks)
    assert any("moved" in remark for remark in remarks)


def test_an_answer_is_found_by_its_id_where_its_mark_is_gone(exercise, handed_in):
    for spoilt in handed_in.cells:
        spoilt.metadata = {"nbgrader": "gone"}
    made, remarks = rebuilt(exercise, handed_in)
    assert cell(made, "answer-1").source == ANSWER
    assert remarks == []


def test_added_cells_stay_where_they_were_without_metadata(exercise, handed_in):
    extra = nbformat.v4.new_code_cell("helper = 1", metadata={"tags": ['"><script>']}, id="title-2")
    extra.outputs = [nbformat.v4.new_output("display_data", {"text/html": "<script>"})]
    note = nbformat.v4.new_markdown_cell("a < b, <script>alert(1)</script><img onerror=x>")
    at = handed_in.cells.index(cell(handed_in, "answer-1"))
    handed_in.cells[at:at] = [extra, note]
    made, _ = rebuilt(exercise, handed_in)
    kept, shown = made.cells[at : at + 2]
    assert (kept.source, kept.metadata, kept.outputs) == ("helper = 1", {}, [])
    assert shown.source == "a < b, &lt;script>alert(1)&lt;/script>&lt;img onerror=x>"
    assert made.cells[at + 2].id == "answer-1"


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "is empty"),
        (b" \n", "is empty"),
        (b"\xff\xfe\x00a", "isn't JSON"),
        (b"[" * 100_000, "isn't JSON"),
        (b'{"cells": [', "isn't JSON"),
        (b"[]", "has no cells"),
        (b'{"cells": {}}', "has no cells"),
        (b'{"worksheets": []}', "has no cells"),
        (b'{"cells": [%s{}]}' % (b"{}," * reading.MOST_CELLS), "1001 cells"),
        (b" " + b"x" * reading.LARGEST, "larger than 16 MiB"),
    ],
    ids=range(10),
)
def test_what_is_no_notebook_is_refused_with_a_reason(data, says):
    with pytest.raises(Unreadable, match=says):
        reading.read(data)


def test_odd_cells_are_read_as_far_as_they_go():
    odd = [
        7,
        None,
        {},
        {"source": 3},
        {"source": ["a", 1, "b"], "cell_type": ["x"], "metadata": []},
    ]
    cells = reading.read(json.dumps({"cells": odd}).encode())
    assert [c.source for c in cells] == ["", "", "ab"]
    lone = reading.read(b'{"cells": [{"source": "\\ud800", "cell_type": "code"}]}')
    assert lone[0].source.encode()


def test_a_notebook_with_none_of_the_cells_is_refused(exercise):
    with pytest.raises(Unreadable, match="None of this problem set's cells"):
        rebuilt(exercise, nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell("1")]))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("f < g, a<b, $i < 1$ and 2 > 1", "f < g, a&lt;b, $i < 1$ and 2 > 1"),
        ("[me](javascript:alert(1))", "[me] (javascript:alert(1))"),
        ("![x](data:text/html,x)", "![x] (data:text/html,x)"),
        ("[me][a]\n\n[a]: java&#115;cript:x", "[me] [a]\n\n[a] : java&#115;cript:x"),
        ("<javascript:alert(1)>", "&lt;javascript:alert(1)>"),
        (r"$\href{javascript:x}{a}$", r"$\backslash href{javascript:x}{a}$"),
        (r"$\require{HTML}\style{x}{a}$", r"$\backslash require{HTML}\backslash style{x}{a}$"),
        (r"$\hat{c}_{t-1}, h[0], W[i, j]$", r"$\hat{c}_{t-1}, h[0], W[i, j]$"),
    ],
)
def test_markdown_acts_for_no_one(text, shown):
    made = submission.harmless(text)
    assert made == shown
    page = MarkdownWithMath(renderer=IPythonRenderer(escape=False)).render(made)
    assert "href=" not in page.replace('href="https', "")
    assert "<script" not in page
    assert "<img" not in page
    assert submission.harmless(made) == made
