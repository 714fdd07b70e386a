"""Take in what a class handed in: a folder with one folder, or one file, for each student.

That is what a learning platform's download gives. Nothing in it is believed: links are not
followed, other files than the notebook are left alone, and what cannot be read gives a page that
says so, with no points.
"""

from __future__ import annotations

import copy
import os
import re
import shutil
import stat
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import nbformat
from nbformat import NotebookNode

from course_lib.grading import submission
from course_lib.grading.course import NOTES, Assignment
from course_lib.grading.sandbox import CannotGradeError
from course_lib.grading.submission import LARGEST, Unreadable

NOT_IN_A_NAME = re.compile(r"[^\w.@-]+")
TIME = "%Y-%m-%d %H:%M:%S UTC"


class Entry(NamedTuple):
    """One student's folder or file, as it was handed in."""

    student: str
    path: Path


def entries(folder: Path, assignment: str, student: str = "") -> list[Entry]:
    """Who handed in what, by name.

    student: a regular expression with one group that finds a student's name in that of a file or
    folder; without one it is the whole name, less the assignment's name at its end.
    Raises CannotGradeError where a name holds no student, two students would get the same name,
    or the folder is not there or holds nothing.
    """
    if not folder.is_dir():
        raise CannotGradeError(f"There is no folder {folder}.")
    found: list[Entry] = []
    written: dict[str, str] = {}  # a student's name as it was, by the one that a folder can have
    for path in sorted(folder.iterdir()):
        if path.name.startswith((".", "__")):
            continue
        name = path.stem if path.suffix == ".ipynb" else path.name
        if student:
            match = re.search(student, path.name)
            if not match or not match.groups():
                raise CannotGradeError(f"--student {student!r} finds no one in {path.name!r}.")
            name = match[1]
        name = re.sub(rf"[\W_]*{re.escape(assignment)}$", "", name) or name
        was, name = name, NOT_IN_A_NAME.sub("_", name).strip("._-")
        if not name:
            raise CannotGradeError(f"No student's name is left in {path.name!r}.")
        if written.setdefault(name, was) != was:
            raise CannotGradeError(f"{written[name]!r} and {was!r} would both be {name!r}.")
        found.append(Entry(name, path))
    if not found:
        raise CannotGradeError(f"Nothing was handed in: {folder} is empty.")
    return found


def collect(
    assignment: Assignment, folder: Path, student: str = "", stamps: bool = False
) -> list[str]:
    """Put every submission where nbgrader looks for it → the students, in order.

    The time is that of the file; with stamps, what timestamp.txt beside it says: only for folders
    that nbgrader or you filled, since a student could hand in such a file too.
    """
    exercise = assignment.exercise()
    by_student: dict[str, list[Path]] = {}
    for entry in entries(folder, assignment.name, student):
        by_student.setdefault(entry.student, []).append(entry.path)
    for name, paths in by_student.items():
        paths.sort(key=_changed)
        notebook = _taken_in(assignment, exercise, paths[-1])
        if len(paths) > 1:
            notebook.metadata[NOTES]["remarks"].append("Handed in more than once: the last counts.")
        _store(assignment.submitted(name), notebook, _time(paths[-1], stamps))
    return sorted(by_student)


def _taken_in(assignment: Assignment, exercise: NotebookNode, path: Path) -> NotebookNode:
    """The exercise with this student's answers; untouched, with the reason, where unreadable."""
    remarks: list[str] = []
    try:
        file = _notebook(path, assignment.name, remarks)
        cells = submission.read(_bytes(file))
        if other := assignment.mistaken_for(cells):
            raise Unreadable(f"This is {other}, and {assignment.name} was to be handed in.")
        made, amiss = submission.rebuild(exercise, cells)
        made.metadata[NOTES] = {"remarks": remarks + amiss}
    except Unreadable as reason:
        made = NotebookNode(copy.deepcopy(exercise))
        made.metadata[NOTES] = {"remarks": [*remarks, str(reason)], "unreadable": str(reason)}
    return made


def _notebook(path: Path, name: str, remarks: list[str]) -> Path:
    """The file that is the submission; notes what was amiss with its name or beside it."""
    if path.is_symlink():
        raise Unreadable("A symbolic link was handed in; links are not followed.")
    if not path.is_dir():
        if path.suffix != ".ipynb":
            raise Unreadable(f"{path.name!r} was handed in, which is no notebook (.ipynb).")
        return path
    files = list(_files(path))
    notebooks = [file for file in files if file.suffix == ".ipynb"]
    named = [file for file in notebooks if file.name == f"{name}.ipynb"]
    if not notebooks:
        raise Unreadable("There is no notebook (.ipynb) in the folder that was handed in.")
    if len(named) != 1 and len(notebooks) > 1:
        several = ", ".join(sorted(file.name for file in notebooks)[:5])
        raise Unreadable(f"It isn't clear which notebook counts: {several}.")
    chosen = (named or notebooks)[0]
    if not named:
        remarks.append(f"The notebook was named {chosen.name}, and {name}.ipynb was expected.")
    if others := [file.name for file in files if file != chosen and file.name != "timestamp.txt"]:
        remarks.append(f"Only the notebook is read, not {', '.join(sorted(others)[:5])}.")
    return chosen


def _files(folder: Path) -> Iterator[Path]:
    for at, folders, names in os.walk(folder):  # which follows no link to a folder
        folders[:] = [name for name in folders if not name.startswith((".", "__"))]
        yield from (Path(at, name) for name in names if not name.startswith("."))


def _bytes(path: Path) -> bytes:
    """A file's bytes, if it is a plain file."""
    try:
        number = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except OSError:
        raise Unreadable("A symbolic link was handed in; links are not followed.") from None
    with open(number, "rb") as file:
        if not stat.S_ISREG(os.fstat(number).st_mode):
            raise Unreadable("What was handed in is no plain file.")
        return file.read(LARGEST + 1)


def _time(path: Path, stamps: bool) -> str:
    """When it was handed in, as nbgrader writes it down."""
    if stamps and path.is_dir():
        file = path / "timestamp.txt"
        if file.is_file() and not file.is_symlink():
            return file.read_text(errors="replace").strip()[:40]
    return datetime.fromtimestamp(_changed(path), UTC).strftime(TIME)


def _changed(path: Path) -> float:
    """When a file was last changed, or the newest in a folder."""
    files = _files(path) if path.is_dir() and not path.is_symlink() else ()
    return max((file.lstat().st_mtime for file in files), default=path.lstat().st_mtime)


def _store(place: Path, notebook: NotebookNode, time: str) -> None:
    """Write a submission, beside its place first; what an earlier one left there goes."""
    folder = place.parent
    partial = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    nbformat.write(notebook, partial / place.name)
    (partial / "timestamp.txt").write_text(f"{time}\n")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(partial, folder)
