"""A result is made once; what a page shows of an output is text and pictures."""

import base64

import nbformat
import pytest
from nbformat import v4

from course_lib.authoring.notebooks import ROOT
from course_lib.grading import running
from course_lib.grading import shown as showing
from course_lib.grading.course import Course
from course_lib.grading.running import Ran
from course_lib.grading.sandbox import CannotGradeError, Limits
from course_lib.grading.shown import shown

NAME = "ps1_standard_lstm"
PNG = base64.b64encode(b"\x89PNG").decode()


@pytest.fixture
def runs(monkeypatch):
    """The steps of every run, in place of running them."""
    seen = []

    def run(steps, *_):
        seen.append(steps)
        return Ran(missing={step["id"]: step["function"] for step in steps if "function" in step})

    monkeypatch.setattr(running, "run", run)
    return seen


@pytest.fixture
def assignment(tmp_path):
    (tmp_path / "solutions").symlink_to(ROOT / "solutions")
    return Course(tmp_path).assignment(NAME)


def exercise():
    return nbformat.read(ROOT / "exercises" / NAME / f"{NAME}.ipynb", as_version=4)


def test_a_result_is_kept_until_something_changes(assignment, runs, tmp_path):
    first = assignment.result("ann", exercise())
    assert assignment.result("ann", exercise()) == first
    assert len(runs) == 1
    changed = exercise()
    changed.cells[2].source += "\n# more"
    assert assignment.result("ann", changed)["key"] != first["key"]
    assignment.result("ben", exercise())
    Course(tmp_path, Limits(processes=3)).assignment(NAME).result("ben", exercise())
    assert len(runs) == 4


def test_a_result_is_made_anew_where_the_masters_answer_is_another(assignment, runs, monkeypatch):
    first = assignment.result("ann", exercise())
    monkeypatch.setitem(assignment.right, "check-1", "def valves(): ...")
    assert assignment.result("ann", exercise())["key"] != first["key"]


def test_all_second_runs_together_have_the_time_of_the_first(assignment, monkeypatch):
    given = []

    def run(steps, library, limits, unsafe):
        given.append(limits.seconds)
        raised = {question.cell: {0: {"raised": "ValueError"}} for question in assignment.asked}
        return Ran(answers=raised, seconds=250.0)

    monkeypatch.setattr(running, "run", run)
    assignment.result("ann", exercise())
    assert given == [600, 600, 350, 100]


def test_a_result_that_was_cut_off_is_made_again(assignment, runs):
    first = assignment.result("ann", exercise())
    path = assignment.course.grading / "results" / NAME / "ann.json"
    path.write_text(path.read_text()[:40])
    assert assignment.result("ann", exercise()) == first
    assert len(runs) == 2


def test_cells_run_in_order_and_a_test_cell_becomes_its_question(assignment, runs):
    assignment.result("ann", exercise())
    (steps,) = runs
    code = [cell.id for cell in exercise().cells if cell.cell_type == "code"]
    assert [step["id"] for step in steps] == code
    asked = {question.cell: question.function for question in assignment.asked}
    assert {step["id"]: step["function"] for step in steps if "function" in step} == asked
    assert not any("check(" in step["source"] for step in steps if "source" in step)


def test_the_reason_names_what_the_answers_cell_ended_with(assignment, monkeypatch):
    error = {"output_type": "error", "ename": "ImportError", "evalue": "it isn't here"}
    ran = Ran(missing={"check-1": "valves"}, outputs={"answer-1": [error]})
    monkeypatch.setattr(running, "run", lambda *_: ran)
    _, reason = assignment.result("ann", exercise())["verdicts"]["check-1"]
    assert reason.endswith("The answer's cell ended with ImportError: it isn't here")


def test_an_unknown_assignment_is_an_error_that_lists_the_known(assignment):
    with pytest.raises(CannotGradeError, match=f"no assignment 'ps9'; there are: .*{NAME}"):
        assignment.course.assignment("ps9")


@pytest.mark.parametrize(
    ("handed_over", "kept"),
    [
        ({"output_type": "stream", "name": "stdout", "text": "a"},
         {"output_type": "stream", "name": "stdout", "text": "a"}),
        ({"output_type": "stream", "name": "x\"><script>", "text": "a"}, None),
        ({"output_type": "display_data", "data": {"text/html": "<script>", "text/plain": "a"}},
         {"output_type": "display_data", "data": {"text/plain": "a"}, "metadata": {}}),
        ({"output_type": "display_data", "data": {"image/png": PNG, "image/svg+xml": "<svg>"}},
         {"output_type": "display_data", "data": {"text/plain": "", "image/png": PNG},
          "metadata": {}}),
        ({"output_type": "display_data", "data": {"image/png": '"><script>'}},
         {"output_type": "display_data", "data": {"text/plain": ""}, "metadata": {}}),
        ({"output_type": "error", "ename": 3, "evalue": ["x"], "traceback": ["line", 4]},
         {"output_type": "error", "ename": "", "evalue": "", "traceback": ["line"]}),
        ({"output_type": "update_display_data", "data": {}}, None),
        (None, None),
        ("stream", None),
    ],
)  # fmt: skip
def test_only_text_and_pictures_are_shown(handed_over, kept):
    made = shown([handed_over])
    assert made == ([kept] if kept else [])
    for output in made:
        extra = {"execution_count": None} if output["output_type"] == "execute_result" else {}
        notebook = v4.new_notebook(cells=[v4.new_code_cell("", outputs=[{**output, **extra}])])
        nbformat.validate(notebook)


def test_outputs_have_an_end():
    made = shown([{"output_type": "stream", "name": "stdout", "text": "x" * 10**6}] * 1000)
    assert len(made) == 200
    assert max(len(output["text"]) for output in made) == showing.LONGEST
