"""From what was handed in to marks and a table.

Submissions are run, judged and written down side by side, each in one of several processes; the one
that leads writes the gradebook, many at a time. What is marked already, by all that its marks
depend on, is left as it is, so a run that was cut off goes on where it was, and a change of points,
questions or late policy is seen.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from contextlib import closing
from datetime import datetime, timedelta
from functools import partial

from course_lib import files
from course_lib.grading import gradebook as books
from course_lib.grading.collect import renewed
from course_lib.grading.course import Assignment
from course_lib.grading.gradebook import Marked, Writer, gradebook
from course_lib.grading.lock import alone
from course_lib.grading.marked import fill_in
from course_lib.grading.marking import NOTES
from course_lib.grading.names import split_name
from course_lib.grading.processes import each
from course_lib.grading.sandbox import CannotGradeError
from course_lib.grading.selftest import trusted
from course_lib.grading.submission import is_answer, marks_of, name_of
from course_lib.grading.table import Class
from course_lib.grading.when import moment

AT_ONCE = 25  # submissions that are written to the gradebook together


def release(assignment: Assignment, due: str = "") -> None:
    """Tell the gradebook of an assignment, and generate what is handed out, under grading/.

    exercises/ is `make exercises`' own and stays as it is. due: as `moment` reads it.
    Raises CannotGradeError with nbgrader's own words where the master cannot be released.
    """
    course, name = assignment.course, assignment.name
    _ = assignment.asked  # a master that cannot be judged is refused here
    folder = course.root / "solutions" / name
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        digest.update(f"{path.relative_to(folder)}\0".encode() + path.read_bytes())
    marker = course.grading / "release" / f"{name}.made-from"
    before = marker.read_text() if marker.exists() else ""
    if before != digest.hexdigest() or not books.known(assignment):
        course.grading.mkdir(exist_ok=True)
        made = books.api(course, release_directory="grading/release").generate_assignment(name)
        books.done(made, f"solutions/{name} cannot be released")
        marker.write_text(digest.hexdigest())
    if due:
        try:
            when = moment(due).replace(tzinfo=None)  # in UTC, as nbgrader keeps times
        except ValueError as error:
            raise CannotGradeError(f"due: {error}") from None
        with gradebook(course) as book:
            book.update_or_create_assignment(name, duedate=when)


def autograde(
    assignment: Assignment,
    students: list[str],
    workers: int = 2,
    say: Callable = print,
    class_: Class | None = None,
) -> dict[str, str]:
    """Mark these students' submissions → why not, by student, where one could not be marked.

    class_: who they are, and whose deadline was put off; see table.py.
    Raises CannotGradeError where the sandbox cannot be trusted, or another grader is at work.
    """
    course = assignment.course
    failed: dict[str, str] = {}
    with alone(course.grading), gradebook(course) as book:
        trusted(course)
        policy, due = _policy(assignment), book.find_assignment(assignment.name).duedate
        there, jobs = books.extensions(book, assignment.name), []
        for student in students:
            more = class_.extension(student, due) if class_ and due else None
            more = there.get(student, timedelta()) if more is None else more
            called = class_.name(student) if class_ else None
            jobs.append((student, more, called, student in there))
        # What every process needs is made before they begin.
        _ = assignment.library, course.library_now, assignment.exercise(), course.given_out
        writer, made = Writer(book, assignment), []
        mark = partial(_mark, assignment, policy, due)
        with closing(each(lambda job: mark(*job), jobs, workers)) as done:
            for told, ((student, *_), marked, why) in enumerate(done, 1):
                failed |= {student: why} if why else {}
                made += [marked] if marked else []
                say(f"{told}/{len(students)} {student}{f': not marked, {why}' if why else ''}")
                if len(made) == AT_ONCE:
                    _written(writer, assignment, made, failed)
                    made = []
        _written(writer, assignment, made, failed)
    return failed


def _written(
    writer: Writer, assignment: Assignment, made: list[Marked], failed: dict[str, str]
) -> None:
    """Write these to the gradebook; one by one where together they cannot be."""
    groups = [made] if made else []
    while groups:
        group = groups.pop()
        try:
            writer.write(group)
        except Exception as error:
            writer.book.db.rollback()
            if len(group) > 1:
                groups += [[one] for one in group]
            else:
                failed[group[0].student] = f"{type(error).__name__}: {error}"
            continue
        for one in group:
            files.write(assignment.kept(one.student, "marked"), one.stamp)


def _policy(assignment: Assignment) -> str:
    """What marks depend on beside the submission and its deadline: points, texts, late policy."""
    settings = (assignment.course.root / "nbgrader_config.py").read_text(encoding="utf-8")
    return json.dumps([assignment.exercise(), settings])


def _mark(
    assignment: Assignment,
    policy: str,
    due: datetime | None,
    student: str,
    more: timedelta,
    called: tuple[str, str] | None,
    there: bool,
) -> Marked | None:
    """Run a submission and write it down as marked; None where that was done before."""
    file = assignment.submitted(student)
    stored = assignment.taken_in(student)
    assignment = assignment.edition_of(student, stored.metadata.get(NOTES, {}))
    notebook = renewed(assignment, stored)
    if notebook is not stored:
        files.write(file, json.dumps(notebook, indent=1, ensure_ascii=False))
    result = assignment.result(student, notebook)
    stamp_file = (file.parent / "timestamp.txt").read_text()
    notes = notebook.metadata.get(NOTES, {})
    parts = [result, notes, stamp_file, policy, str(due), str(more), called]
    stamp = hashlib.sha256(json.dumps(parts).encode()).hexdigest()
    place, known = assignment.autograded(student), assignment.kept(student, "marked")
    if there and place.exists() and known.exists() and known.read_text() == stamp:
        return None
    exercise = {name_of(cell): cell for cell in assignment.exercise().cells}
    scores: dict[str, float | None] = {}
    untouched = set()
    for cell in notebook.cells:
        marks, name = marks_of(cell), name_of(cell)
        same = name in exercise and cell.source == exercise[name].source
        if name in result["verdicts"]:
            scores[name] = float(marks["points"]) if result["verdicts"][name][0] else 0.0
        elif marks.get("grade"):
            scores[name] = 0.0 if same else None
        if is_answer(cell) and same:
            untouched.add(name)
    when = moment(stamp_file).replace(tzinfo=None)
    place.parent.mkdir(parents=True, exist_ok=True)
    late = (when - due - more).total_seconds() if due else 0
    files.write(place, json.dumps(fill_in(notebook, result, late), indent=1, ensure_ascii=False))
    first, last = called or split_name(notes.get("name") or student)
    return Marked(student, first, last, when, more, scores, untouched, stamp)
