"""What students get holds no solution, no hidden test, and the same bytes each time."""

import io
import zipfile
from pathlib import Path

from course_lib.authoring.notebooks import ROOT
from course_lib.grading import bundle


def test_the_course_is_there_and_nothing_of_the_graders():
    names = {path.as_posix() for path in bundle.tracked(ROOT)}
    assert {
        "README.md",
        "Makefile",
        "course_lib/cells/lstm.py",
        "notebooks/00_start_here.ipynb",
    } <= names
    assert "course_lib/authoring/prepare.py" in names  # which `make lab` begins with
    for folder in ("solutions/", "tests/", "exercises/", "course_lib/grading/", ".git"):
        assert not [name for name in names if name.startswith(folder)]


def test_the_archive_is_the_same_each_time_whatever_the_order():
    files = {Path("b/x.txt"): b"1", Path("a.txt"): b"2"}
    made = bundle.archive(files, "course")
    assert made == bundle.archive(dict(reversed(files.items())), "course")
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        assert packed.namelist() == ["course/a.txt", "course/b/x.txt"]
        assert packed.read("course/b/x.txt") == b"1"
