"""Problem set 1 through nbgrader as it comes: who gets full marks, and who loses which points."""

import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from course_lib.authoring.notebooks import ROOT
from tests.answers import ANSWERS
from tests.masters import asked, read

PS1 = "ps1_standard_lstm"
QUESTIONS = {name: one for name, one in asked().items() if one.master == PS1}


def submissions():
    """By student: an exercise as it is handed in."""
    given = {cell.id: cell.source for cell in read("solutions", PS1).cells}
    full = {one.answer: given[one.answer] for one in QUESTIONS.values()}
    step = QUESTIONS["ps1.2"].answer
    silenced = (
        "def valves(*given):\n    ...\n\n\ncheck = print"  # shows no "not yet", gains nothing
    )
    answers = {
        "right": full,
        "untouched": {},
        "swapped": {**full, step: ANSWERS["ps1.2"]["wrong"]["valves swapped"]},
        "silenced": {"answer-1": silenced},
    }
    for student, written in answers.items():
        exercise = read("exercises", PS1)
        for cell in exercise.cells:
            cell.source = written.get(cell.id, cell.source)
        yield student, exercise


@pytest.mark.slow  # needs the extra grading, which `make check` installs
def test_solutions_score_fully_and_wrong_answers_lose_their_points(tmp_path):
    from nbgrader.api import Gradebook

    def nbgrader(command):
        path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
        env = {**os.environ, "PATH": path, "JUPYTER_PREFER_ENV_PATH": "1"}
        done = subprocess.run(
            [sys.executable, "-m", "nbgrader", command, PS1],
            cwd=tmp_path, env=env, capture_output=True, text=True,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr

    shutil.copy(ROOT / "nbgrader_config.py", tmp_path)
    shutil.copytree(ROOT / "solutions" / PS1, tmp_path / "solutions" / PS1)
    nbgrader("generate_assignment")
    for student, exercise in submissions():
        handed_in = tmp_path / "grading" / "submitted" / student / PS1 / f"{PS1}.ipynb"
        handed_in.parent.mkdir(parents=True)
        nbformat.write(exercise, handed_in)
    nbgrader("autograde")
    with Gradebook(f"sqlite:///{tmp_path}/grading/gradebook.db") as book:
        marked = {
            student: {g.cell.name: g.auto_score for n in work.notebooks for g in n.grades}
            for student, _ in submissions()
            for work in [book.find_submission(PS1, student)]
        }
    everything = {one.check: one.points for one in QUESTIONS.values()}
    nothing = dict.fromkeys(everything, 0)
    assert marked == {
        "right": everything,
        "untouched": nothing,
        "swapped": {**everything, "check-2": 0},  # a mistake costs its own question alone
        "silenced": nothing,
    }
    written = {path.name for path in tmp_path.iterdir()}
    assert written == {"nbgrader_config.py", "solutions", "exercises", "grading"}
