"""The exercises agree with their masters, hold no answer, and speak to whoever opens them.

nbgrader writes exercises/ and isn't needed here: what a student's edition must be follows from
its master by two rules, which these tests apply for themselves and compare cell by cell. So a
stale, edited or leaking exercise is found whatever wrote it.
"""

import copy
import doctest
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from course_lib.authoring.notebooks import ROOT, run
from course_lib.checks import QUESTIONS

MASTERS = sorted(ROOT.glob("solutions/*/*.ipynb"))
PS1 = "ps1_standard_lstm/ps1_standard_lstm.ipynb"
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION\n(.*?\n) *### END SOLUTION$", re.M | re.S)
HIDDEN = re.compile(r"^### BEGIN HIDDEN TESTS\n(.*?\n)### END HIDDEN TESTS\n?", re.M | re.S)
STUB = r"\1# YOUR CODE HERE\n\1raise NotImplementedError()"
CURE = "cure: make exercises (if you have worked in it, first save your work under another name)"


def read(folder: str, name: str = PS1):
    return nbformat.read(ROOT / folder / name, as_version=4)


def secrets(master) -> set[str]:
    """The lines that no student may see."""
    found = set()
    for cell in master.cells:
        kept = [text for _, text in SOLUTION.findall(cell.source)] + HIDDEN.findall(cell.source)
        found |= {line.strip() for text in kept for line in text.splitlines()}
    return {line for line in found if len(line) > 8}


def marks(cell) -> dict:
    """What nbgrader goes by, without what it adds when it generates."""
    added = ("checksum", "cell_type")
    return {key: v for key, v in cell.metadata.get("nbgrader", {}).items() if key not in added}


def faults(master, exercise) -> list[str]:
    """What is amiss in an exercise, each in a line; empty where it is its master's edition."""
    found = []
    if [cell.id for cell in exercise.cells] != [cell.id for cell in master.cells]:
        found.append("has other cells than its master")
    for theirs, ours in zip(exercise.cells, master.cells, strict=False):
        source = HIDDEN.sub("", SOLUTION.sub(STUB, ours.source)).rstrip("\n")
        if theirs.source.rstrip("\n") != source:
            found.append(f"cell {ours.id} is not what its master gives")
        if theirs.cell_type != ours.cell_type or marks(theirs) != marks(ours):
            found.append(f"cell {ours.id} has other marks than its master")
        if theirs.get("outputs") or theirs.get("execution_count"):
            found.append(f"cell {ours.id} has been run")
    text = "\n".join(cell.source for cell in exercise.cells)
    found += [f"shows {line!r}" for line in sorted(secrets(master)) if line in text]
    found += [f"shows a marker: {m}" for m in re.findall(r"### (?:BEGIN|END) \w+", text)]
    if exercise.metadata.get("kernelspec", {}).get("name") != "python3":
        found.append("its kernel is not python3")
    return found


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_an_exercise_is_its_masters_edition(path):
    name = str(Path(path.parent.name, path.name))
    assert secrets(read("solutions", name)), "the master has no solution to leave out"
    assert faults(read("solutions", name), read("exercises", name)) == [], CURE


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_every_answer_is_graded_and_checked_by_hidden_tests(path):
    cells = read("solutions", str(Path(path.parent.name, path.name))).cells
    answers = [cell for cell in cells if marks(cell).get("solution")]
    graded = [cell for cell in cells if marks(cell).get("grade")]
    assert len(answers) == len(graded) > 0
    assert all(SOLUTION.search(cell.source) for cell in answers)
    assert all(HIDDEN.search(cell.source) and marks(cell)["points"] > 0 for cell in graded)
    points = sum(marks(cell)["points"] for cell in graded)
    assert f"**Points:** {points}." in cells[0].source


# --- the comparison itself finds what it is for -------------------------------------------------


def stale_text(exercise, master):
    exercise.cells[0].source += " More."


def changed_master(exercise, master):
    master.cells[2].source += "\ny = 1"


def leaked_solution(exercise, master):
    at = [cell.id for cell in master.cells].index("answer-1")
    exercise.cells[at].source = master.cells[at].source


def leaked_hidden_test(exercise, master):
    at = [cell.id for cell in master.cells].index("check-1")
    exercise.cells[at].source = master.cells[at].source


def answer_in_the_text(exercise, master):
    for notebook in (exercise, master):  # nbgrader would hand it out as it stands
        notebook.cells[0].source += "\n    c = f * c_ + i * g"


def output(exercise, master):
    exercise.cells[2].outputs = [nbformat.v4.new_output("stream", text="passed")]


def missing_cell(exercise, master):
    del exercise.cells[-1]


def other_points(exercise, master):
    at = [cell.id for cell in master.cells].index("check-1")
    exercise.cells[at].metadata.nbgrader.points = 30


def other_kernel(exercise, master):
    exercise.metadata.kernelspec.name = "mine"


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (stale_text, "cell title is not what its master gives"),
        (changed_master, "cell tiny is not what its master gives"),
        (leaked_solution, "shows 'a = x @ W + h_ @ R + b'"),
        (leaked_hidden_test, "shows a marker"),
        (answer_in_the_text, "shows 'c = f * c_ + i * g'"),
        (output, "has been run"),
        (missing_cell, "other cells"),
        (other_points, "other marks"),
        (other_kernel, "kernel"),
    ],
)
def test_each_fault_is_found(spoil, says):
    master, exercise = copy.deepcopy(read("solutions")), copy.deepcopy(read("exercises"))
    spoil(exercise, master)
    assert says in "\n".join(faults(master, exercise))


# --- problem set 1, as it is met ----------------------------------------------------------------


def printed(path: Path, notebook) -> dict[str, str]:
    """What each cell prints when the notebook is run from the top; raises where a cell fails."""
    nbformat.write(notebook, path)
    cells = [cell for cell in run(path, timeout=120).cells if cell.cell_type == "code"]
    return {cell.id: "".join(output.get("text", "") for output in cell.outputs) for cell in cells}


def test_an_untouched_exercise_says_not_yet(tmp_path):
    said = printed(tmp_path / "untouched.ipynb", read("exercises"))
    for number in (1, 2, 3):
        expected = f"ps1.{number}: not yet\nhint: nothing is written here yet.\n"
        assert said[f"check-{number}"] == expected


def test_a_half_done_exercise_says_what_is_right_and_where_it_fails(tmp_path):
    exercise = read("exercises")
    cells = {cell.id: cell for cell in exercise.cells}
    given = {cell.id: cell.source for cell in read("solutions").cells}
    cells["answer-1"].source = given["answer-1"]
    cells[
        "answer-2"
    ].source = "def lstm_step(x, h_, c_, W, R, b):\n    # of my own\n    return x @ W.T, c_"
    said = printed(tmp_path / "half.ipynb", exercise)
    assert said["check-1"] == "ps1.1: passed\n"
    assert "it raised ValueError" in said["check-2"]
    assert "at the line:  return x @ W.T, c_" in said["check-2"]
    assert "nothing is written" in said["check-3"]


def test_the_examples_in_the_text_are_what_the_solution_gives():
    space: dict = {}
    examples = []
    for cell in read("solutions").cells:
        if cell.cell_type == "code":
            exec(cell.source, space)
        else:
            blocks = re.findall(r"```python\n(>>>.*?)```", cell.source, re.S)
            examples += doctest.DocTestParser().get_examples("\n".join(blocks))
    assert len(examples) == len(QUESTIONS)
    for example in examples:
        assert repr(eval(example.source, space)) == example.want.strip()


def test_links_lead_somewhere():
    texts = [cell.source for cell in read("exercises").cells if cell.cell_type == "markdown"]
    links = set(re.findall(r"\]\(([^)#]+)\)", "\n".join(texts)))
    folder = (ROOT / "exercises" / PS1).parent
    assert {Path(link).name for link in links} == {"01_standard_lstm.ipynb", "lstm.py"}
    assert not [link for link in links if not (folder / link).exists()]


# --- problem set 1, as nbgrader marks it --------------------------------------------------------


def submissions():
    """By student: an exercise as it is handed in."""
    given = {cell.id: cell.source for cell in read("solutions").cells}
    full = {name: given[name] for name in ("answer-1", "answer-2", "answer-3")}
    swapped = given["answer-2"].replace("f * c_ + i * g", "i * c_ + f * g")
    silenced = (
        "def valves(*given):\n    ...\n\n\ncheck = print"  # shows no "not yet", gains nothing
    )
    answers = {
        "right": full,
        "untouched": {},
        "swapped": {**full, "answer-2": swapped},
        "silenced": {"answer-1": silenced},
    }
    for student, written in answers.items():
        exercise = read("exercises")
        for cell in exercise.cells:
            cell.source = written.get(cell.id, cell.source)
        yield student, exercise


@pytest.mark.slow  # needs the extra grading, which `make check` installs
def test_solutions_score_fully_and_wrong_answers_lose_their_points(tmp_path):
    from nbgrader.api import Gradebook

    def nbgrader(command):
        path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
        env = {**os.environ, "PATH": path, "JUPYTER_PREFER_ENV_PATH": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", command, MASTERS[0].stem],
            cwd=tmp_path, env=env, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "solutions", tmp_path / "solutions")
    nbgrader("generate_assignment")
    for student, exercise in submissions():
        handed_in = tmp_path / "grading" / "submitted" / student / PS1
        handed_in.parent.mkdir(parents=True)
        nbformat.write(exercise, handed_in)
    nbgrader("autograde")
    with Gradebook(f"sqlite:///{tmp_path}/grading/gradebook.db") as book:
        marked = {
            student: {g.cell.name: g.auto_score for n in work.notebooks for g in n.grades}
            for student, _ in submissions()
            for work in [book.find_submission(MASTERS[0].stem, student)]
        }
    everything = {"check-1": 3, "check-2": 4, "check-3": 3}
    nothing = dict.fromkeys(everything, 0)
    assert marked == {
        "right": everything,
        "untouched": nothing,
        "swapped": {**nothing, "check-1": 3},  # the sequence is built on the step
        "silenced": nothing,
    }
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"nbgrader_config.py", "solutions", "exercises", "grading"}
