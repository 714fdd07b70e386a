"""From what was handed in to marks, feedback pages and a table, by way of nbgrader.

Students' code runs in several sandboxes side by side; nbgrader's part, which runs none of it, is
done by one process, as its gradebook is one file. Both skip what is done already, so a run that
was cut off goes on where it was.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import sys
import warnings
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from pathlib import Path

import nbformat

from course_lib import files
from course_lib.grading.course import Assignment, Course
from course_lib.grading.marking import NOTES
from course_lib.grading.sandbox import CannotGradeError
from course_lib.grading.selftest import trusted
from course_lib.grading.when import moment

# nbgrader calls alembic by name, which stands beside the Python that runs this.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
# Of how nbgrader asks its own database, at every call.
warnings.filterwarnings("ignore", module=r"nbgrader\.api")


@contextmanager
def gradebook(course: Course) -> Iterator:
    from nbgrader.api import Gradebook

    with Gradebook(config(course).CourseDirectory.db_url) as book:
        yield book


def config(course: Course):
    """nbgrader_config.py of the course, which `nbgrader` and the formgrader read too."""
    from traitlets.config.loader import PyFileConfigLoader

    made = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    made.MarkFromOutside.unsafe = course.unsafe
    made.MarkFromOutside.limits = course.limits.plain()
    return made


def api(course: Course, **directories: str):
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    made = config(course)
    made.CourseDirectory.merge(directories)
    return NbGraderAPI(CourseDirectory(config=made), config=made)


def _done(result: dict, what: str) -> None:
    if not result["success"]:
        said = result.get("error") or result.get("log") or "nbgrader gave no reason"
        raise CannotGradeError(f"{what}:\n{said}")


def release(assignment: Assignment, due: str = "") -> None:
    """Tell the gradebook of an assignment, and generate what is handed out, under grading/.

    exercises/ is `make exercises`' own and stays as it is. due: as `moment` reads it.
    Raises CannotGradeError with nbgrader's own words where the master cannot be released.
    """
    course, name = assignment.course, assignment.name
    assert assignment.asked is not None  # a master that cannot be judged is refused here
    folder = course.root / "solutions" / name
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    marker = course.grading / "release" / f"{name}.made-from"
    known = marker.read_text() if marker.exists() else ""
    if known != digest.hexdigest() or not _in_gradebook(assignment):
        course.grading.mkdir(exist_ok=True)
        made = api(course, release_directory="grading/release").generate_assignment(name)
        _done(made, f"solutions/{name} cannot be released")
        marker.write_text(digest.hexdigest())
    if due:
        try:
            when = moment(due).replace(tzinfo=None)  # in UTC, as nbgrader keeps times
        except ValueError as error:
            raise CannotGradeError(f"due: {error}") from None
        with gradebook(course) as book:
            book.update_or_create_assignment(name, duedate=when)


def _in_gradebook(assignment: Assignment) -> bool:
    from nbgrader.api import MissingEntry

    with gradebook(assignment.course) as book:
        try:
            return bool(book.find_assignment(assignment.name).notebooks)
        except MissingEntry:
            return False


def autograde(
    assignment: Assignment, students: list[str], workers: int = 2, say: Callable = print
) -> dict[str, str]:
    """Mark these students' submissions → why not, by student, where one could not be marked.

    Raises CannotGradeError where the sandbox cannot be trusted.
    """
    course, failed = trusted(assignment.course), {}
    assert assignment.library.is_dir()  # made before the threads begin
    with gradebook(course) as book:  # here, and not in the threads: it is one file
        due = str(book.find_assignment(assignment.name).duedate)
    marking = api(course)
    with ThreadPoolExecutor(workers) as pool:
        waiting = {pool.submit(_result, assignment, student, due): student for student in students}
        for number, future in enumerate(as_completed(waiting), 1):
            student = waiting[future]
            try:
                marker = future.result()
                if not _is_marked(assignment, student, marker):
                    _done(marking.autograde(assignment.name, student), "nbgrader's autograde")
                    _mark_done(assignment, student, marker)
                say(f"{number}/{len(students)} {student}")
            except Exception as error:  # whatever befalls one must not stop the others
                failed[student] = f"{type(error).__name__}: {error}"
                say(f"{number}/{len(students)} {student}: not marked, {failed[student]}")
    return failed


def _result(assignment: Assignment, student: str, due: str) -> str:
    """Make sure that a submission's result is there → what its marks depend on."""
    file = assignment.submitted(student)
    notebook = nbformat.read(file, as_version=4)
    parts = [assignment.result(student, notebook)["key"], notebook.metadata.get(NOTES)]
    parts += [(file.parent / "timestamp.txt").read_text(), due]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


def _marker(assignment: Assignment, student: str) -> Path:
    return assignment.course.grading / "results" / assignment.name / f"{student}.marked"


def _is_marked(assignment: Assignment, student: str, marker: str) -> bool:
    from nbgrader.api import MissingEntry

    made = assignment.course.grading / "autograded" / student / assignment.name
    file = _marker(assignment, student)
    if not (made.is_dir() and file.exists() and file.read_text() == marker):
        return False
    with gradebook(assignment.course) as book:
        try:
            return book.find_submission(assignment.name, student) is not None
        except MissingEntry:
            return False


def _mark_done(assignment: Assignment, student: str, marker: str) -> None:
    files.write(_marker(assignment, student), marker)


def feedback(assignment: Assignment) -> Path:
    """A page for each student that was marked → the folder of the pages."""
    folder = assignment.course.grading / "feedback"
    _done(api(assignment.course).generate_feedback(assignment.name), "nbgrader's feedback")
    return folder


COLUMNS = ("assignment", "student", "score", "max_score", "late_seconds", "needs_manual_grade")


def export(assignment: Assignment, path: Path) -> list[dict]:
    """A line a student: every graded cell's score, the sum, lateness and what was noticed."""
    rows = []
    with gradebook(assignment.course) as book:
        for work in book.assignment_submissions(assignment.name):
            row = {"assignment": assignment.name, "student": work.student_id}
            row |= {"score": work.score, "max_score": work.max_score}
            row |= {"late_seconds": int(work.total_seconds_late)}
            row |= {"needs_manual_grade": work.needs_manual_grade}
            for notebook in work.notebooks:
                row |= {grade.cell.name: grade.score for grade in notebook.grades}
            rows.append(row | {"remarks": _remarks(assignment, work.student_id)})
    names = {name: None for row in rows for name in row}
    order = [*COLUMNS, *(n for n in names if n not in (*COLUMNS, "remarks")), "remarks"]
    path.parent.mkdir(parents=True, exist_ok=True)
    with files.beside(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, order)
        writer.writeheader()
        writer.writerows(sorted(rows, key=lambda row: row["student"]))
    return rows


def _remarks(assignment: Assignment, student: str) -> str:
    try:
        notebook = nbformat.read(assignment.submitted(student), as_version=4)
    except OSError:
        return ""
    return " ".join(notebook.metadata.get(NOTES, {}).get("remarks", []))
