"""What a class handed in is taken in by name; whatever it is, every student gets a page."""

import json
import os
import shutil
import tarfile
import zipfile

import nbformat
import pytest

from course_lib.authoring.notebooks import ROOT
from course_lib.grading import collect
from course_lib.grading.course import Course
from course_lib.grading.marking import NOTES
from course_lib.grading.sandbox import CannotGradeError

NAME = "ps1_standard_lstm"


@pytest.fixture
def assignment(tmp_path):
    """A course whose assignment was released: that needs nbgrader, so its file is put there."""
    shutil.copytree(ROOT / "solutions" / NAME, tmp_path / "solutions" / NAME)
    shutil.copytree(ROOT / "exercises" / NAME, tmp_path / "grading" / "release" / NAME)
    (tmp_path / "class").mkdir()
    return Course(tmp_path).assignment(NAME)


def hand_in(assignment, path: str, answer: str = "x = 1", time: int = 1_700_000_000):
    notebook = assignment.exercise()
    next(cell for cell in notebook.cells if cell.id == "answer-1").source = answer
    file = assignment.course.root / "class" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(notebook))
    os.utime(file, (time, time))
    return file


def collected(assignment, **options):
    folder = assignment.course.root / "class"
    students = collect.collect(assignment, folder, **options)
    return {name: nbformat.read(assignment.submitted(name), as_version=4) for name in students}


def answer(notebook) -> str:
    return next(cell.source for cell in notebook.cells if cell.id == "answer-1")


@pytest.mark.parametrize(
    ("path", "student"),
    [
        (f"ann/{NAME}.ipynb", "ann"),
        ("ann.ipynb", "ann"),
        (f"ann_{NAME}.ipynb", "ann"),
        (f"Zoë Müller_123_file_/{NAME}.ipynb", "Zoë_Müller_123"),
        (f"o'neil-{NAME}.ipynb", "o_neil"),
        (f"..hidden/../x; rm -rf ~/{NAME}.ipynb", "x_rm_-rf"),
        (f"a.b@c.org/deep/er/{NAME}.ipynb", "a.b@c.org"),
    ],
)  # fmt: skip
def test_the_student_is_the_folders_or_files_name(assignment, path, student):
    hand_in(assignment, path)
    assert list(collected(assignment)) == [student]


def test_another_pattern_finds_the_student(assignment):
    hand_in(assignment, f"Doe, Jane_4711_assignsubmission_file_/{NAME}.ipynb")
    assert list(collected(assignment, student=r"_(\d+)_")) == ["4711"]
    with pytest.raises(CannotGradeError, match="finds no one in"):
        collected(assignment, student=r"(id\d+)")


def test_two_students_do_not_become_one(assignment):
    hand_in(assignment, "o'neil.ipynb", "first = 1")
    hand_in(assignment, "o neil.ipynb", "second = 2")
    made = collected(assignment)
    assert len(made) == 2 and all(name.startswith("o_neil-") for name in made)
    assert {answer(one) for one in made.values()} == {"first = 1", "second = 2"}


def test_an_empty_folder_is_an_error(assignment):
    with pytest.raises(CannotGradeError, match="holds nothing to grade"):
        collected(assignment)
    (assignment.course.root / "class").rmdir()
    with pytest.raises(CannotGradeError, match="There is no folder"):
        collected(assignment)


def test_the_last_of_two_counts(assignment):
    hand_in(assignment, f"ann/{NAME}.ipynb", "first = 1", time=1_700_000_000)
    hand_in(assignment, f"ann_{NAME}.ipynb", "second = 2", time=1_700_000_100)
    made = collected(assignment)["ann"]
    assert answer(made) == "second = 2"
    assert made.metadata[NOTES]["remarks"] == ["Handed in more than once: the last counts."]


def test_the_time_is_the_files_unless_stamps_are_believed(assignment):
    file = hand_in(assignment, f"ann/{NAME}.ipynb", time=1_700_000_000)
    (file.parent / "timestamp.txt").write_text("1999-01-01 00:00:00 UTC\n")
    os.utime(file.parent / "timestamp.txt", (1_600_000_000,) * 2)
    stamp = assignment.submitted("ann").parent / "timestamp.txt"
    collected(assignment)
    assert stamp.read_text() == "2023-11-14 22:13:20 UTC\n"
    collected(assignment, stamps=True)
    assert stamp.read_text() == "1999-01-01 00:00:00 UTC\n"


def test_collecting_twice_changes_nothing_and_a_new_one_takes_its_place(assignment):
    hand_in(assignment, f"ann/{NAME}.ipynb")
    first = collected(assignment)["ann"]
    assert collected(assignment)["ann"] == first
    hand_in(assignment, f"ann/{NAME}.ipynb", "y = 2")
    assert answer(collected(assignment)["ann"]) == "y = 2"
    assert not list((assignment.course.grading / "submitted").rglob("*.part"))


def test_what_cannot_be_read_gives_an_untouched_exercise_with_the_reason(assignment):
    folder = assignment.course.root / "class"
    (folder / "ann").mkdir()
    (folder / "ben.ipynb").write_bytes(b"\0\1")
    (folder / "cleo.pdf").write_text("my answers")
    (folder / "dora").symlink_to(folder / "ann")
    for name in ("one", "two"):
        hand_in(assignment, f"emil/{name}.ipynb", f"x = '{name}'")
    made = collected(assignment)
    reasons = {name: work.metadata[NOTES]["unreadable"] for name, work in made.items()}
    assert "no notebook (.ipynb) in the folder" in reasons["ann"]
    assert "isn't JSON" in reasons["ben"]
    assert "'cleo.pdf' was handed in" in reasons["cleo.pdf"]
    assert "links are not followed" in reasons["dora"]
    assert "which notebook counts: one.ipynb, two.ipynb" in reasons["emil"]
    exercise = assignment.exercise()
    assert all(work.cells == exercise.cells for work in made.values())


def test_a_refused_submission_scores_nothing_and_is_not_run(assignment, monkeypatch):
    monkeypatch.setattr("course_lib.grading.running.run", None)
    (assignment.course.root / "class" / "ben.ipynb").write_bytes(b"")
    result = assignment.result("ben", collected(assignment)["ben"])
    assert {tuple(verdict) for verdict in result["verdicts"].values()} == {
        (False, "The file that was handed in is empty.")
    }


def test_an_archive_in_a_folder_is_unpacked(assignment):
    file = hand_in(assignment, f"ann/{NAME}.ipynb")
    (file.parent / "sub").mkdir()
    with zipfile.ZipFile(file.parent / "work.zip", "w") as packed:
        packed.write(file, f"my work/{NAME}.ipynb")
        packed.writestr("__MACOSX/._x.ipynb", "junk")
    file.unlink()
    made = collected(assignment)["ann"]
    assert answer(made) == "x = 1"
    assert "was taken out of the archive work.zip" in str(made.metadata[NOTES]["remarks"])


def test_of_an_archives_notebooks_the_one_with_nothing_added_to_its_name_counts(assignment):
    file = hand_in(assignment, "ann.zip")
    notebook = file.read_text()
    with zipfile.ZipFile(file, "w") as packed:
        packed.writestr(f"{NAME}-Copy1.ipynb", notebook.replace("x = 1", "x = 2"))
        packed.writestr(f"{NAME}.ipynb", notebook)
    made = collected(assignment)["ann"]
    assert answer(made) == "x = 1"
    assert f"Several notebooks were handed in: {NAME}.ipynb counts." in str(made.metadata[NOTES])


def test_a_systems_own_file_makes_nobody_late(assignment):
    file = hand_in(assignment, f"ann/{NAME}.ipynb", time=1_700_000_000)
    for name in ("Thumbs.db", "desktop.ini", "timestamp.txt"):
        (file.parent / name).write_text("")
    collected(assignment)
    stamp = assignment.submitted("ann").parent / "timestamp.txt"
    assert stamp.read_text() == "2023-11-14 22:13:20 UTC\n"


def test_a_tar_is_unpacked_too(assignment):
    file = hand_in(assignment, f"ann/{NAME}.ipynb")
    with tarfile.open(file.parent / "work.tar.gz", "w:gz") as packed:
        packed.add(file, f"work/{NAME}.ipynb")
    file.unlink()
    assert answer(collected(assignment)["ann"]) == "x = 1"


def test_of_several_notebooks_the_one_of_this_problem_set_counts(assignment):
    hand_in(assignment, "ann/my-work.ipynb")
    (assignment.course.root / "class/ann/scratch.ipynb").write_text('{"cells": []}')
    made = collected(assignment)["ann"]
    assert answer(made) == "x = 1"
    remarks = " ".join(made.metadata[NOTES]["remarks"])
    assert "was named my-work.ipynb" in remarks and "not scratch.ipynb" in remarks


@pytest.mark.parametrize("text", ["tomorrow", "", "2026-12-01 12:00", "01/12/2026 12:00 UTC", "\0"])
def test_a_stamp_that_cannot_be_read_leaves_the_files_time_and_a_remark(assignment, text):
    file = hand_in(assignment, f"ann/{NAME}.ipynb", time=1_700_000_000)
    (file.parent / "timestamp.txt").write_text(text)
    os.utime(file.parent / "timestamp.txt", (1_600_000_000,) * 2)
    hand_in(assignment, f"ben/{NAME}.ipynb")
    made = collected(assignment, stamps=True)
    stamp = assignment.submitted("ann").parent / "timestamp.txt"
    assert stamp.read_text() == "2023-11-14 22:13:20 UTC\n"
    assert "timestamp.txt was not read" in str(made["ann"].metadata[NOTES]["remarks"])
    assert list(made) == ["ann", "ben"]


def test_a_students_own_outputs_are_kept_as_text_and_pictures(assignment):
    notebook = assignment.exercise()
    cell = next(one for one in notebook.cells if one.id == "answer-1")
    cell.outputs = [
        nbformat.v4.new_output("stream", text="loss 0.1\n"),
        nbformat.v4.new_output("display_data", {"text/html": "<b>", "image/png": "iVBORw0K"}),
    ]
    file = assignment.course.root / "class/ann.ipynb"
    file.write_text(json.dumps(notebook))
    kept = collected(assignment)["ann"].metadata[NOTES]["outputs"]["answer-1"]
    assert [one["output_type"] for one in kept] == ["stream", "display_data"]
    assert set(kept[1]["data"]) == {"text/plain", "image/png"}


def test_other_files_are_not_read(assignment):
    file = hand_in(assignment, f"ann/{NAME}.ipynb")
    (file.parent / "nbgrader_config.py").write_text("raise SystemExit")
    made = collected(assignment)["ann"]
    assert made.metadata[NOTES]["remarks"] == ["Only the notebook is read, not nbgrader_config.py."]
    names = {path.name for path in assignment.submitted("ann").parent.iterdir()}
    assert names == {f"{NAME}.ipynb", "timestamp.txt"}


def test_a_missing_release_says_so(assignment):
    shutil.rmtree(assignment.course.grading)
    hand_in_folder = assignment.course.root / "class"
    with pytest.raises(CannotGradeError, match="not released yet"):
        collect.collect(assignment, hand_in_folder)
