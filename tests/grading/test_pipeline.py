"""From a class's folder to marks, pages and a table, by way of nbgrader."""

import csv
import os
import shutil
import subprocess
import sys

import nbformat
import pytest

from course_lib.authoring.notebooks import ROOT
from course_lib.checks import QUESTIONS
from course_lib.grading import demo, pipeline
from course_lib.grading.collect import collect
from course_lib.grading.course import Course
from course_lib.grading.gradebook import gradebook
from course_lib.grading.pages import feedback
from course_lib.grading.processes import ENDED
from course_lib.grading.sandbox import CannotGradeError
from course_lib.grading.table import export
from tests.grading.hostile.graded import NAME, QUICK, course

pytestmark = pytest.mark.slow  # needs the extra grading, which `make check` installs


def quiet(line: str) -> None: ...


def handed_in(assignment, folder, **answers):
    """A class: each student's first answer, or the master's where it is None."""
    right = next(c.source for c in assignment.master.cells if c.id == "answer-1")
    for student, source in answers.items():
        notebook = assignment.exercise()
        next(c for c in notebook.cells if c.id == "answer-1").source = source or right
        file = folder / student / f"{NAME}.ipynb"
        file.parent.mkdir(parents=True, exist_ok=True)
        nbformat.write(notebook, file)
        os.utime(file, (1_700_000_000, 1_700_000_000))


@pytest.fixture
def assignment(sandboxed, tmp_path):
    made = course(tmp_path / "course", QUICK).assignment(NAME)
    pipeline.release(made, "2023-11-14 20:00:00 UTC")
    handed_in(made, tmp_path / "class", ann=None, ben="x = 1")
    collect(made, tmp_path / "class")
    return made


def grade(assignment) -> dict[str, dict]:
    assert pipeline.autograde(assignment, assignment.students(), say=quiet) == {}
    path = assignment.course.grading / "marks.csv"
    export(assignment, path)
    with path.open(encoding="utf-8") as file:
        return {row["student"]: row for row in csv.DictReader(file)}


def marked_at(assignment) -> dict[str, int]:
    files = assignment.course.grading.glob(f"autograded/*/{NAME}/*.ipynb")
    return {file.parents[1].name: file.stat().st_mtime_ns for file in files}


def test_a_class_is_graded_twice_with_the_same_marks_and_done_once(assignment, tmp_path):
    rows = grade(assignment)
    assert (rows["ann"]["check-1"], rows["ann"]["check-2"], rows["ann"]["score"]) == (
        "3.0",
        "0.0",
        "3.0",
    )
    assert rows["ben"]["score"] == "0.0"
    assert int(rows["ann"]["late_seconds"]) == 2 * 3600 + 13 * 60 + 20
    done = marked_at(assignment)
    assert grade(assignment) == rows
    assert marked_at(assignment) == done

    # cut off between two: one of the students is not marked yet
    assignment.kept("ben", "marked").unlink()
    assert grade(assignment) == rows
    assert marked_at(assignment)["ann"] == done["ann"]
    assert marked_at(assignment)["ben"] > done["ben"]

    # handed in again, and better
    handed_in(assignment, tmp_path / "class", ben=None)
    collect(assignment, tmp_path / "class")
    assert grade(assignment)["ben"]["score"] == "3.0"
    assert marked_at(assignment)["ann"] == done["ann"]

    page = (feedback(assignment) / "ann" / NAME / f"{NAME}.html").read_text()
    assert "Handed in 2.2 hours late." in page
    assert "passed, on inputs not seen before" in page
    assert "nothing is written here yet" in page


def test_a_mark_given_by_hand_stays(assignment):
    grade(assignment)
    with gradebook(assignment.course) as book:
        given = book.find_grade("check-2", NAME, NAME, "ben")
        given.manual_score = 2.5
        book.db.commit()
    assignment.kept("ben", "marked").unlink()
    assert grade(assignment)["ben"]["check-2"] == "2.5"
    assert grade(assignment)["ben"]["score"] == "2.5"


def test_who_is_removed_from_what_was_taken_in_has_no_line(assignment):
    assert set(grade(assignment)) == {"ann", "ben"}
    shutil.rmtree(assignment.submitted("ben").parent)
    assert set(grade(assignment)) == {"ann"}


def test_one_that_cannot_be_marked_stops_no_other(assignment, monkeypatch):
    mark = pipeline._mark

    def failing(assignment, policy, due, student, *rest):
        if student == "ann":
            raise OSError("no space left")
        return mark(assignment, policy, due, student, *rest)

    monkeypatch.setattr(pipeline, "_mark", failing)
    failed = pipeline.autograde(assignment, ["ann", "ben"], say=quiet)
    assert failed == {"ann": "OSError: no space left"}
    assert set(marked_at(assignment)) == {"ben"}


def test_one_that_ends_the_process_that_marks_it_stops_no_other(assignment, monkeypatch):
    mark = pipeline._mark

    def deadly(assignment, policy, due, student, *rest):
        if student == "ann":
            os._exit(9)
        return mark(assignment, policy, due, student, *rest)

    monkeypatch.setattr(pipeline, "_mark", deadly)
    assert pipeline.autograde(assignment, ["ann", "ben"], say=quiet) == {"ann": ENDED}
    assert set(marked_at(assignment)) == {"ben"}


CUT_OFF = """
import os, signal, sys
from pathlib import Path
from course_lib.grading import pipeline
from course_lib.grading.course import Course
from tests.grading.hostile.graded import NAME, QUICK
assignment = Course(Path(sys.argv[1]), QUICK).assignment(NAME)
pipeline.autograde(
    assignment, assignment.students(), 2, say=lambda _: os.kill(os.getpid(), signal.SIGKILL))
"""


def test_killed_and_begun_again_it_gives_the_same_marks(assignment, tmp_path):
    """Killed when the first is marked and nothing yet in the gradebook; no lock stays."""
    command = [sys.executable, "-c", CUT_OFF, str(assignment.course.root)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == -9, done.stderr
    assert list((assignment.course.grading / "results" / NAME).glob("*.json"))
    rows = grade(assignment)
    other = course(tmp_path / "uncut", QUICK).assignment(NAME)
    pipeline.release(other, "2023-11-14 20:00:00 UTC")
    collect(other, tmp_path / "class")
    assert grade(other) == rows


def test_exercises_stay_as_they_are_and_all_else_is_under_grading(assignment):
    grade(assignment)
    names = {path.name for path in assignment.course.root.iterdir()}
    assert names == {"nbgrader_config.py", "solutions", "grading"}


def test_a_time_that_is_none_is_an_error(assignment):
    with pytest.raises(CannotGradeError, match="due: came 'soon', expected a day"):
        pipeline.release(assignment, "soon")


def test_a_changed_master_is_released_anew(assignment):
    file = assignment.course.root / "solutions" / NAME / f"{NAME}.ipynb"
    master = nbformat.read(file, as_version=4)
    master.cells[0].source += "\n\nOne more line."
    nbformat.write(master, file)
    pipeline.release(Course(assignment.course.root).assignment(NAME))
    assert "One more line." in assignment.exercise().cells[0].source


def test_nbgraders_own_command_marks_from_outside_too(assignment):
    """As the formgrader's button does."""
    env = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"}
    command = [sys.executable, "-m", "nbgrader", "autograde", NAME, "--student", "ann"]
    subprocess.run(command, cwd=assignment.course.root, env=env, check=True, capture_output=True)
    with gradebook(assignment.course) as book:
        assert book.find_submission(NAME, "ann").score == 3.0


def test_the_demo_class_is_marked_as_made(sandboxed, tmp_path):
    rows = {row["student"]: row for row in demo.demo(tmp_path / "demo", say=quiet)}
    assert len(rows) == 20
    for name in ("amira", "bo", "chidi", "dunya", "nour", "tala"):
        assert rows[name]["score"] == rows[name]["max_score"] > 0
    copied = rows["emil"]  # a neighbour's answers, to the questions that ask otherwise in his
    assert copied["check-5"] == copied["check-6"] == 0 and copied["remarks"] == ""
    assert copied["score"] == copied["max_score"] - 6
    assert rows["farah"]["score"] == rows["sven"]["score"] == 0  # untouched, unreadable
    wrong_at = {"check-1": "goran hana", "check-2": "ivo jun olga pavel qiao rosa",
                "check-3": "kai leila"}  # fmt: skip
    for wrong, names in wrong_at.items():
        for name in names.split():
            assert rows[name][wrong] == 0
    for name in ("kai", "leila", "milo", "olga", "pavel", "qiao", "rosa"):
        assert rows[name]["check-1"] > 0
    assert [name for name, row in rows.items() if row["late_seconds"]] == ["nour"]


# --- every question: right answers, untouched ones, and each shipped wrong answer ---------------


@pytest.mark.parametrize("name", sorted(p.parent.name for p in ROOT.glob("solutions/*/*.ipynb")))
def test_solutions_score_fully_and_untouched_exercises_nothing(sandboxed, tmp_path, name):
    made = Course(ROOT).assignment(name)
    right, untouched = made.master, nbformat.read(ROOT / "exercises" / name / f"{name}.ipynb", 4)
    there = Course(tmp_path)
    (tmp_path / "solutions").symlink_to(ROOT / "solutions")
    ours = there.assignment(name)
    marked = ours.result("right", right)["verdicts"]
    assert {cell: reason for cell, (passed, reason) in marked.items() if not passed} == {}
    assert set(marked) == {question.cell for question in made.asked}
    assert not any(passed for passed, _ in ours.result("untouched", untouched)["verdicts"].values())
    assert {question.question for question in made.asked} <= set(QUESTIONS)
