"""The exercises agree with their masters, hold no answer, and speak to whoever opens them.

nbgrader writes exercises/ and isn't needed here: what a student's edition must be follows from
its master by three rules, which these tests apply for themselves and compare cell by cell. So a
stale, edited or leaking exercise is found whatever wrote it.
"""

import copy
import doctest
import re
from pathlib import Path

import nbformat
import pytest

from course_lib.authoring.notebooks import ROOT, run
from course_lib.checks import QUESTIONS
from tests.masters import CHECK, MASTERS, asked, marks, read

PS1 = "ps1_standard_lstm"
NAMES = [path.stem for path in MASTERS]
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION\n(.*?\n) *### END SOLUTION$", re.M | re.S)
HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS\n(.*?\n)### END HIDDEN TESTS\n?", re.M | re.S)
SCHEME = re.compile(r"^=== BEGIN MARK SCHEME ===\n(.*?\n)=== END MARK SCHEME ===\n?", re.M | re.S)
STUB = {
    "code": r"\1# YOUR CODE HERE\n\1raise NotImplementedError()",
    "markdown": r"\1YOUR ANSWER HERE",
}
CURE = "cure: make exercises (if you have worked in it, first save your work under another name)"


def secrets(master) -> set[str]:
    """The lines that no student may see."""
    found: set[str] = set()
    for cell in master.cells:
        kept = [text for _, text in SOLUTION.findall(cell.source)]
        kept += HIDDEN.findall(cell.source) + SCHEME.findall(cell.source)
        found |= {line.strip() for text in kept for line in text.splitlines()}
    given = [cell.source for cell in master.cells if cell.id.startswith("given-")]
    shown = {line.strip() for text in given for line in text.splitlines()}  # all but the bug
    return {line for line in found - shown if len(line) > 8}


def faults(master, exercise) -> list[str]:
    """What is amiss in an exercise, each in a line; empty where it is its master's edition."""
    found = []
    if [cell.id for cell in exercise.cells] != [cell.id for cell in master.cells]:
        found.append("has other cells than its master")
    for theirs, ours in zip(exercise.cells, master.cells, strict=False):
        source = SOLUTION.sub(STUB[ours.cell_type], ours.source)
        source = SCHEME.sub("", HIDDEN.sub("", source)).rstrip("\n")
        if theirs.source.rstrip("\n") != source:
            found.append(f"cell {ours.id} is not what its master gives")
        if theirs.cell_type != ours.cell_type or marks(theirs) != marks(ours):
            found.append(f"cell {ours.id} has other marks than its master")
        if theirs.get("outputs") or theirs.get("execution_count"):
            found.append(f"cell {ours.id} has been run")
    text = "\n".join(cell.source for cell in exercise.cells)
    lines = {line.strip() for line in text.splitlines()}
    found += [f"shows {line!r}" for line in sorted(secrets(master) & lines)]
    found += [f"shows a marker: {m}" for m in re.findall(r"(?:###|===) (?:BEGIN|END) \w+", text)]
    if exercise.metadata.get("kernelspec", {}).get("name") != "python3":
        found.append("its kernel is not python3")
    return found


@pytest.mark.parametrize("name", NAMES)
def test_an_exercise_is_its_masters_edition(name):
    assert secrets(read("solutions", name)), "the master has no solution to leave out"
    assert faults(read("solutions", name), read("exercises", name)) == [], CURE


def test_there_is_an_exercise_for_each_master_and_no_other():
    made = sorted(path.relative_to(ROOT / "exercises") for path in ROOT.glob("exercises/*/*.ipynb"))
    assert made == [path.relative_to(ROOT / "solutions") for path in MASTERS]


def test_every_question_is_asked_once():
    assert sorted(asked()) == sorted(QUESTIONS)


@pytest.mark.parametrize("name", NAMES)
def test_every_answer_is_checked_and_graded(name):
    cells = read("solutions", name).cells
    own = {question: one for question, one in asked().items() if one.master == name}
    graded = [cell for cell in cells if marks(cell).get("grade") and cell.cell_type == "code"]
    assert [cell.id for cell in graded] == [one.check for one in own.values()]
    by_id = {cell.id: cell for cell in cells}
    for question, one in own.items():
        cell = by_id[one.check]
        assert cell.source.startswith(f'check("{question}", {one.function})\n')
        assert CHECK.findall(cell.source) == [(question, one.function)]
        [hidden] = HIDDEN.findall(cell.source)
        assert f'require("{question}", {one.function}, ' in hidden
        assert "nbval-check-output" in cell.metadata.tags
        assert marks(by_id[one.answer])["solution"] and SOLUTION.search(by_id[one.answer].source)
        assert not marks(by_id[one.answer])["locked"] and marks(cell)["locked"]


@pytest.mark.parametrize("name", NAMES)
def test_points_add_up_and_time_is_told(name):
    cells = read("solutions", name).cells
    points = [marks(cell).get("points", 0) for cell in cells]
    told = cells[0].source
    assert f"**Points:** {sum(points)}" in told
    assert "**Time:** about " in told and "**What is graded:**" in told
    rows = re.findall(r"^\| \d \|.*\| (\d+)(?:, by hand)? \|$", told, re.M)
    assert sum(map(int, rows)) == sum(points)
    for number, row in enumerate(rows, 1):
        heading = next(cell.source for cell in cells if cell.id == f"question-{number}")
        assert re.match(rf"## {number}\. .*\({row} points", heading)


def test_bugs_published_elsewhere_are_to_be_found():
    buggy = [
        name
        for name in NAMES
        for cell in read("solutions", name).cells
        if "def buggy_" in cell.source
    ]
    assert len(buggy) >= 4
    for name in set(buggy):
        given = [cell for cell in read("exercises", name).cells if "def buggy_" in cell.source]
        assert all(marks(cell)["locked"] for cell in given)


# --- the comparison itself finds what it is for -------------------------------------------------


def at(notebook, ident):
    return next(cell for cell in notebook.cells if cell.id == ident)


def stale_text(exercise, master):
    exercise.cells[0].source += " More."


def changed_master(exercise, master):
    master.cells[2].source += "\ny = 1"


def leaked_solution(exercise, master):
    at(exercise, "answer-1").source = at(master, "answer-1").source


def leaked_hidden_test(exercise, master):
    at(exercise, "check-1").source = at(master, "check-1").source


def answer_in_the_text(exercise, master):
    for notebook in (exercise, master):  # nbgrader would hand it out as it stands
        notebook.cells[0].source += "\n    a = x @ W + h_ @ R + b"


def output(exercise, master):
    exercise.cells[2].outputs = [nbformat.v4.new_output("stream", text="passed")]


def missing_cell(exercise, master):
    del exercise.cells[-1]


def other_points(exercise, master):
    at(exercise, "check-1").metadata.nbgrader.points = 30


def other_kernel(exercise, master):
    exercise.metadata.kernelspec.name = "mine"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (stale_text, "cell title is not what its master gives"),
        (changed_master, "cell tiny is not what its master gives"),
        (leaked_solution, "shows 'a = x @ W + h_ @ R + b'"),
        (leaked_hidden_test, "shows a marker"),
        (answer_in_the_text, "shows 'a = x @ W + h_ @ R + b'"),
        (output, "has been run"),
        (missing_cell, "other cells"),
        (other_points, "other marks"),
        (other_kernel, "kernel"),
    ],
)
def test_each_fault_is_found(spoil, says):
    master, exercise = copy.deepcopy(read("solutions", PS1)), copy.deepcopy(read("exercises", PS1))
    spoil(exercise, master)
    assert says in "\n".join(faults(master, exercise))


def test_a_leaked_mark_scheme_is_found():
    name = "capstone_your_own_variation"
    master, exercise = read("solutions", name), copy.deepcopy(read("exercises", name))
    at(exercise, "comparison-task").source = at(master, "comparison-task").source
    assert "shows a marker: === BEGIN MARK" in "\n".join(faults(master, exercise))


# --- the exercises as they are met --------------------------------------------------------------


def printed(path: Path, notebook) -> dict[str, str]:
    """What each cell prints when the notebook is run from the top; raises where a cell fails."""
    nbformat.write(notebook, path)
    cells = [cell for cell in run(path, timeout=120).cells if cell.cell_type == "code"]
    return {cell.id: "".join(output.get("text", "") for output in cell.outputs) for cell in cells}


@pytest.mark.parametrize("name", NAMES)
def test_an_untouched_exercise_says_not_yet(tmp_path, name):
    exercise = read("exercises", name)
    own = {question: one for question, one in asked().items() if one.master == name}
    answers = {one.answer for one in own.values()}
    for cell in exercise.cells:  # a part that is marked by hand stops there, and says so
        if marks(cell).get("solution") and cell.cell_type == "code" and cell.id not in answers:
            assert cell.source == "# YOUR CODE HERE\nraise NotImplementedError()"
            cell.source = ""
    said = printed(tmp_path / "untouched.ipynb", exercise)
    for question, one in own.items():
        assert said[one.check] == f"{question}: not yet\nhint: nothing is written here yet.\n"


def test_a_half_done_exercise_says_what_is_right_and_where_it_fails(tmp_path):
    exercise, master = read("exercises", PS1), read("solutions", PS1)
    at(exercise, "answer-1").source = at(master, "answer-1").source
    at(
        exercise, "answer-2"
    ).source = "def lstm_step(x, h_, c_, W, R, b):\n    # of my own\n    return x @ W.T, c_"
    said = printed(tmp_path / "half.ipynb", exercise)
    assert said["check-1"] == "ps1.1: passed\n"
    assert "it raised ValueError" in said["check-2"]
    assert "at the line:  return x @ W.T, c_" in said["check-2"]
    assert "nothing is written" in said["check-3"]


@pytest.mark.parametrize("name", [name for name in NAMES if name.startswith("ps")])
def test_the_examples_in_the_text_are_what_the_solution_gives(name):
    space: dict = {}
    examples = []
    for cell in read("solutions", name).cells:
        if cell.cell_type == "code":
            exec(cell.source, space)
        else:
            blocks = re.findall(r"```python\n(>>>.*?)```", cell.source, re.S)
            examples += doctest.DocTestParser().get_examples("\n".join(blocks))
    assert len(examples) >= sum(one.master == name for one in asked().values())
    for example in examples:
        if example.want:
            assert repr(eval(example.source, space)) == example.want.strip()
        else:
            exec(example.source, space)


@pytest.mark.parametrize("name", NAMES)
def test_links_lead_somewhere(name):
    texts = [cell.source for cell in read("exercises", name).cells if cell.cell_type == "markdown"]
    found = set(re.findall(r"\]\(([^)#]+)\)", "\n".join(texts)))
    links = {link for link in found if not link.startswith("https://")}
    folder = ROOT / "exercises" / name
    assert not [link for link in links if not (folder / link).exists()]
    assert links
    assert "**Papers:**" in texts[-1]
