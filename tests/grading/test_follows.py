"""Marks follow the master, the policy and the deadline; one grader works at a time."""

import os
import signal
import subprocess
import sys

import nbformat
import pytest

from course_lib.grading import pipeline
from course_lib.grading.course import Course
from course_lib.grading.gradebook import gradebook
from course_lib.grading.lock import alone
from course_lib.grading.pages import feedback
from course_lib.grading.sandbox import CannotGradeError
from tests.grading.hostile.graded import NAME, QUICK
from tests.grading.test_pipeline import assignment, grade, handed_in, marked_at  # noqa: F401

pytestmark = pytest.mark.slow  # needs the extra grading, which `make check` installs


def changed_master(made, change):
    """The course as a process finds it that starts after its master was changed."""
    file = made.course.root / "solutions" / NAME / f"{NAME}.ipynb"
    master = nbformat.read(file, as_version=4)
    change({cell.id: cell for cell in master.cells})
    nbformat.write(master, file)
    again = Course(made.course.root, QUICK).assignment(NAME)
    pipeline.release(again)
    return again


def test_other_points_are_other_marks(assignment):  # noqa: F811
    before = grade(assignment)["ann"]
    assert before["check-1"] == "3.0"
    again = changed_master(
        assignment, lambda cells: cells["check-1"].metadata.nbgrader.update(points=5)
    )
    rows = grade(again)
    assert (rows["ann"]["check-1"], rows["ben"]["check-1"]) == ("5.0", "0.0")
    assert float(rows["ann"]["max_score"]) == float(before["max_score"]) + 2


def test_another_question_is_asked_anew(assignment):  # noqa: F811
    assert grade(assignment)["ann"]["check-1"] == "3.0"

    def other(cells):
        cells["check-1"].source = cells["check-1"].source.replace("ps1.1", "ps1.4")

    assert grade(changed_master(assignment, other))["ann"]["check-1"] == "0.0"


def test_a_changed_text_is_on_the_page_and_no_mark_is_another(assignment):  # noqa: F811
    before = grade(assignment)
    feedback(assignment)
    again = changed_master(
        assignment, lambda cells: cells["title"].update(source="# Another title\n\nOne more line.")
    )
    assert {k: v["score"] for k, v in grade(again).items()} == {
        k: v["score"] for k, v in before.items()
    }
    page = feedback(again) / "ann" / NAME / f"{NAME}.html"
    assert "One more line." in page.read_text()
    assert "What was noticed" in page.read_text() and "not to be edited" not in page.read_text()


def test_the_late_policy_is_followed_when_it_changes(assignment):  # noqa: F811
    assert grade(assignment)["ann"]["final"] == "3.0"
    settings = assignment.course.root / "nbgrader_config.py"
    settings.write_text(settings.read_text() + "\nc.LateSubmissionPlugin.penalty_method = 'zero'\n")
    row = grade(assignment)["ann"]
    assert (row["score"], row["final"]) == ("3.0", "0.0")
    assert row["done"] == "3 points off by nbgrader's late policy."


def test_a_deadline_put_off_is_followed(assignment):  # noqa: F811
    grade(assignment)
    pipeline.release(assignment, "2023-11-15 00:00 +0100")
    assert grade(assignment)["ann"]["late_seconds"] == "0"
    pipeline.release(assignment, "2023-11-14 22:00 +0000")
    assert grade(assignment)["ann"]["late_seconds"] == "800"


def test_pages_are_made_once(assignment):  # noqa: F811
    grade(assignment)
    pages = [feedback(assignment) / name / NAME / f"{NAME}.html" for name in ("ann", "ben")]
    before = [page.stat().st_mtime_ns for page in pages]
    with gradebook(assignment.course) as book:
        book.find_comment("answer-1", NAME, NAME, "ben").manual_comment = "See me."
        book.db.commit()
    feedback(assignment)
    after = [page.stat().st_mtime_ns for page in pages]
    assert after[0] == before[0] and after[1] > before[1]
    assert "See me." in pages[1].read_text()


def test_two_graders_do_not_meet(tmp_path):
    source = (
        "import sys, time; from pathlib import Path; from course_lib.grading.lock import alone\n"
        "with alone(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    command = [sys.executable, "-c", source, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout and other.stdout.readline() == "held\n"
        with (
            pytest.raises(
                CannotGradeError, match=rf"graded already, by process {other.pid}, since"
            ),
            alone(tmp_path),
        ):
            pass
        other.kill()
    with alone(tmp_path), alone(tmp_path):  # what a killed one held is free again
        pass


def test_a_run_that_was_killed_goes_on(assignment, tmp_path):  # noqa: F811
    """kill -9 in the middle; the next run marks the rest, and the marks are the same."""
    more = {f"student{number}": None for number in range(8)}
    handed_in(assignment, tmp_path / "class", **more)
    root, folder = assignment.course.root, tmp_path / "class"
    command = [sys.executable, "-m", "course_lib.grading", "--course", str(root)]
    command += ["grade", NAME, str(folder), "--workers", "1"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        assert run.stdout
        for line in run.stdout:
            if line.startswith("3/"):
                os.killpg(run.pid, signal.SIGKILL)
                break
    done = marked_at(assignment)
    assert 2 <= len(done) < 10
    kept = {path: path.stat().st_mtime_ns for path in (root / "grading/results").rglob("*.json")}
    subprocess.run(command, check=True, capture_output=True)
    assert all(path.stat().st_mtime_ns == when for path, when in kept.items())
    first = (root / "grading" / f"{NAME}.csv").read_text()
    subprocess.run(command, check=True, capture_output=True)
    assert (root / "grading" / f"{NAME}.csv").read_text() == first
    assert first.count(f"\n{NAME},") == 10 and first.count(",False,3.0,") == 9


def test_limits_can_be_given_for_slow_cells(assignment, tmp_path):  # noqa: F811
    slow = "import time\nbegun = time.process_time()\nwhile time.process_time() - begun < 3: pass\n"
    right = next(c.source for c in assignment.master.cells if c.id == "answer-1")
    handed_in(assignment, tmp_path / "class", ann=slow + right)
    command = [sys.executable, "-m", "course_lib.grading", "--course", str(assignment.course.root)]
    table = assignment.course.grading / f"{NAME}.csv"
    for seconds, mark in (("1", "0.0"), ("30", "3.0")):
        subprocess.run(
            [*command, "grade", NAME, str(tmp_path / "class"), "--cell-seconds", seconds],
            check=True, capture_output=True,
        )  # fmt: skip
        line = next(one for one in table.read_text().splitlines() if ",ann," in one)
        assert line.split(",")[2] == mark
    bad = subprocess.run([*command, "grade", NAME, "x", "--seconds", "0"], capture_output=True)
    assert b"seconds: came 0, expected more than 0" in bad.stderr
