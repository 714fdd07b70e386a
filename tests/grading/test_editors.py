"""What an editor does to a notebook: each answer is marked as it was meant."""

import copy
import json

import nbformat
import pytest

from course_lib.authoring.notebooks import ROOT
from course_lib.grading import reading, submission
from tests.grading.test_submission import ANSWER, cell, rebuilt
from tests.grading.test_submission import exercise as exercise  # fixtures
from tests.grading.test_submission import handed_in as handed_in


def without_marks(notebook):
    """As an editor writes it that knows neither nbgrader nor ids."""
    for spoilt in notebook.cells:
        spoilt.metadata = {}
        spoilt.pop("id")
    return notebook


def parts(exercise, notebook, name) -> list[str]:
    """The cells that are run from an answer's own to its check's, as they are run."""
    made, _ = rebuilt(exercise, notebook)
    ids = [c.id for c in made.cells]
    number = name.rpartition("-")[2]
    return [c.source for c in made.cells[ids.index(name) : ids.index(f"check-{number}")]]


def copied(handed_in, at: int, source: str, **more):
    second = copy.deepcopy(cell(handed_in, "answer-1"))
    second.update(source=source, id="by-the-editor", **more)
    handed_in.cells.insert(at, second)
    return handed_in


def test_the_parts_of_a_split_answer_are_all_run_in_order(exercise, handed_in):
    at = handed_in.cells.index(cell(handed_in, "answer-1"))
    copied(handed_in, at, "helper = 1")
    assert parts(exercise, handed_in, "answer-1") == ["helper = 1", ANSWER]


def test_a_copy_at_the_end_counts_as_the_last_definition(exercise, handed_in):
    copied(handed_in, len(handed_in.cells), "better = 1")
    assert parts(exercise, handed_in, "answer-1") == [ANSWER, "better = 1"]


@pytest.mark.parametrize("where", ["before", "behind"])
def test_a_copy_of_the_untouched_stub_takes_nothing_away(exercise, handed_in, where):
    at = handed_in.cells.index(cell(handed_in, "answer-1"))
    stub = cell(exercise, "answer-1").source
    copied(handed_in, at + (where == "behind"), stub)
    assert parts(exercise, handed_in, "answer-1") == [ANSWER]


def test_a_cell_of_ones_own_between_two_parts_stays_between(exercise, handed_in):
    at = handed_in.cells.index(cell(handed_in, "answer-1"))
    handed_in.cells.insert(at + 1, nbformat.v4.new_code_cell("between = 1"))
    copied(handed_in, at + 2, "second = 2")
    assert parts(exercise, handed_in, "answer-1") == [ANSWER, "between = 1", "second = 2"]


def test_the_parts_of_a_written_answer_are_one_text():
    path = ROOT / "exercises/capstone_your_own_variation/capstone_your_own_variation.ipynb"
    capstone = nbformat.read(path, as_version=4)
    made = copy.deepcopy(capstone)
    at = made.cells.index(cell(made, "comparison-text"))
    second = copy.deepcopy(made.cells[at])
    made.cells[at].source, second.source, second.id = "One part.", "Another part.", "other"
    made.cells.insert(at + 1, second)
    whole, _ = rebuilt(capstone, made)
    assert cell(whole, "comparison-text").source == "One part.\n\nAnother part."
    bare, _ = rebuilt(capstone, without_marks(made))
    assert "One part." in str([c.source for c in bare.cells])


def test_cells_without_marks_and_ids_are_found_by_their_text(exercise, handed_in):
    at = handed_in.cells.index(cell(handed_in, "answer-2"))
    handed_in.cells[at].source = "import numpy\n\nlstm_step = len"  # found by its place
    handed_in.cells.insert(at, nbformat.v4.new_markdown_cell("A note of mine."))
    expected, _ = rebuilt(exercise, copy.deepcopy(handed_in))
    made, remarks = rebuilt(exercise, without_marks(handed_in))
    assert made == expected
    assert remarks == []


def test_an_answer_in_another_cell_than_its_own_is_found_by_its_function(exercise, handed_in):
    cell(handed_in, "answer-1").source = "# see below"
    without_marks(handed_in).cells.insert(3, nbformat.v4.new_code_cell(ANSWER))
    made, _ = rebuilt(exercise, handed_in)
    assert cell(made, "answer-1").source == ANSWER


def test_an_answer_turned_into_text_is_run(exercise, handed_in):
    cell(handed_in, "answer-1").cell_type = "markdown"
    made, remarks = rebuilt(exercise, handed_in)
    assert (cell(made, "answer-1").cell_type, cell(made, "answer-1").source) == ("code", ANSWER)
    assert remarks == ["Cell answer-1 had been turned into text: it was run as code."]


def test_what_was_added_to_a_locked_cell_is_run_before_the_original(exercise, handed_in):
    tiny = cell(handed_in, "tiny")
    tiny.source = f"import math\n{tiny.source}"
    made, remarks = rebuilt(exercise, handed_in)
    at = [c.id for c in made.cells].index("tiny")
    assert made.cells[at - 1].source == tiny.source
    assert made.cells[at].source == cell(exercise, "tiny").source
    assert remarks == ["Cell tiny is not to be edited: the original was run after it."]
    assert rebuilt(exercise, made)[0] == made


@pytest.mark.parametrize("end", ["\r\n", "\r"])
def test_line_ends_inside_cells_are_one_kind(exercise, handed_in, end):
    for spoilt in handed_in.cells:
        spoilt.source = spoilt.source.replace("\n", end)
    made, remarks = rebuilt(exercise, handed_in)
    assert cell(made, "answer-1").source == ANSWER
    assert remarks == []


ENCODINGS = ("utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252")


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_a_notebook_in_another_encoding_is_read(handed_in, encoding):
    cell(handed_in, "answer-1").source = "x = 'naïve'"
    text = json.dumps({"cells": [cell(handed_in, "answer-1")]}, ensure_ascii=False)
    assert reading.read(text.encode(encoding))[0].source == "x = 'naïve'"


def test_a_notebook_of_an_older_format_is_read(exercise, handed_in):
    old = nbformat.convert(copy.deepcopy(handed_in), 3)
    answer = next(c for c in old.worksheets[0].cells if c.metadata.nbgrader.grade_id == "answer-1")
    answer.outputs = [{"output_type": "pyout", "text": "7", "png": "AAAA", "metadata": {}}]
    text = json.dumps(old).encode()
    cells = reading.read(text)
    made, _ = submission.rebuild(exercise, cells)
    assert cell(made, "answer-1").source == ANSWER
    shown = next(c for c in cells if c.grade_id == "answer-1").outputs[0]
    assert shown["data"] == {"text/plain": "7", "image/png": "AAAA"}
    assert shown["output_type"] == "execute_result"
