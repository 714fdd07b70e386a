"""nbgrader's gradebook: told of an assignment by nbgrader, and of marks by one writer.

nbgrader opens its database anew for each step of each student, one after the other. Here the marks
of many students are written at once, by the rules of its SaveAutoGrades and AssignLatePenalties, so
that the formgrader, its mark by hand and its comments work as they do with nbgrader's own command.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from course_lib.authoring.exercises import reason  # and with it where nbgrader finds alembic
from course_lib.grading.course import Assignment, Course
from course_lib.grading.sandbox import CannotGradeError

# Of how nbgrader asks its own database, at every call.
warnings.filterwarnings("ignore", module=r"nbgrader\.api")


class Marked(NamedTuple):
    """What the gradebook is told of one submission."""

    student: str
    first_name: str
    last_name: str
    handed_in: datetime  # in UTC, without a zone, as nbgrader keeps it
    extension: timedelta
    scores: dict[str, float | None]  # by graded cell; None where a person decides
    untouched: set[str]  # the cells for answers that are as they were handed out
    stamp: str  # all that its marks depend on


@contextmanager
def gradebook(course: Course) -> Iterator:
    from nbgrader.api import Gradebook

    with Gradebook(config(course).CourseDirectory.db_url) as book:
        yield book


def config(course: Course) -> Any:
    """nbgrader_config.py of the course, which `nbgrader` and the formgrader read too."""
    from traitlets.config.loader import PyFileConfigLoader

    made = PyFileConfigLoader("nbgrader_config.py", path=str(course.root)).load_config()
    made.MarkFromOutside.unsafe = course.unsafe
    made.MarkFromOutside.limits = course.limits.plain()
    return made


def api(course: Course, **directories: str) -> Any:
    from nbgrader.apps import NbGraderAPI
    from nbgrader.coursedir import CourseDirectory

    made = config(course)
    made.CourseDirectory.merge(directories)
    return NbGraderAPI(CourseDirectory(config=made), config=made)


def done(result: dict, what: str) -> None:
    """Raise CannotGradeError with nbgrader's own words where something did not succeed."""
    if not result["success"]:
        raise CannotGradeError(f"{what}:\n{reason(result)}")


def known(assignment: Assignment) -> bool:
    """Whether the gradebook has been told of an assignment."""
    from nbgrader.api import MissingEntry

    with gradebook(assignment.course) as book:
        try:
            return bool(book.find_assignment(assignment.name).notebooks)
        except MissingEntry:
            return False


def extensions(book: Any, assignment: str) -> dict[str, timedelta]:
    """By how much deadlines were put off, of all whose submission the gradebook holds."""
    works = book.assignment_submissions(assignment)
    return {work.student_id: work.extension or timedelta() for work in works}


def _points(grade: Any) -> float:
    given = grade.auto_score if grade.manual_score is None else grade.manual_score
    return float((given or 0) + (grade.extra_credit or 0))


class Writer:
    """Writes what became of submissions, many at a time, each whole or not at all."""

    def __init__(self, book: Any, assignment: Assignment) -> None:
        from nbgrader.preprocessors import AssignLatePenalties

        self.book = book
        self.set = book.find_assignment(assignment.name)
        self.late = AssignLatePenalties(config=config(assignment.course))
        self.late.init_plugin()

    def write(self, many: list[Marked]) -> None:
        """All of them, or where an error is raised none."""
        with self.book.db.no_autoflush:  # each question would write what there is so far
            known = self._known([one.student for one in many])
            for one in many:
                self._write(one, *known.get(one.student, (None, None)))
        self.book.db.commit()

    def _known(self, students: list[str]) -> dict[str, tuple[Any, Any]]:
        """Whom of these the gradebook knows, each with a submission and all in it, or None."""
        from nbgrader.api import Student, SubmittedAssignment, SubmittedNotebook
        from sqlalchemy.orm import selectinload

        db, inside = self.book.db, selectinload(SubmittedAssignment.notebooks)
        works = db.query(SubmittedAssignment).filter(
            SubmittedAssignment.assignment_id == self.set.id,
            SubmittedAssignment.student_id.in_(students),
        )
        kinds = (SubmittedNotebook.grades, SubmittedNotebook.comments)
        works = works.options(*(inside.selectinload(kind) for kind in kinds))
        there = {work.student_id: work for work in works}
        found = db.query(Student).filter(Student.id.in_(students))
        return {student.id: (student, there.get(student.id)) for student in found}

    def _write(self, marked: Marked, student: Any, work: Any) -> None:
        from nbgrader.api import Student, SubmittedAssignment

        if student is None:
            student = Student(id=marked.student)
        if marked.last_name or marked.first_name:
            student.first_name, student.last_name = marked.first_name, marked.last_name
        if work is None:
            work = SubmittedAssignment(assignment=self.set, student=student)
        work.timestamp, work.extension = marked.handed_in, marked.extension or None
        for notebook in self._notebooks(work):
            for grade in notebook.grades:
                if grade.cell.name in marked.scores:
                    grade.auto_score = marked.scores[grade.cell.name]
                    by_hand = grade.manual_score is not None or grade.auto_score is None
                    grade.needs_manual_grade = by_hand
            for comment in notebook.comments:
                untouched = comment.cell.name in marked.untouched
                comment.auto_comment = "No response." if untouched else None
            self._penalize(student.id, work, notebook)
        self.book.db.add(work)  # and all that is in it

    def _penalize(self, student: str, work: Any, notebook: Any) -> None:
        """As AssignLatePenalties does: no less than nothing, no more than there is."""
        notebook.late_submission_penalty = None
        seconds = self._seconds_late(work)
        if seconds > 0:  # the database knows the sum only once it has been written
            score = sum(map(_points, notebook.grades))
            points = self.late.plugin_inst.late_submission_penalty(student, score, seconds)
            if points is not None:
                notebook.late_submission_penalty = min(max(points, 0), score)

    def _seconds_late(self, work: Any) -> float:
        if self.set.duedate is None:
            return 0.0
        due = self.set.duedate + (work.extension or timedelta())
        return float((work.timestamp - due).total_seconds())

    def _notebooks(self, work: Any) -> list:
        """A submission's notebooks, with a place for each grade and comment there is by now."""
        from nbgrader.api import Comment, Grade, SubmittedNotebook

        there = {mine.notebook.name: mine for mine in work.notebooks}
        for notebook in self.set.notebooks:
            mine = there.get(notebook.name)
            if mine is None:
                mine = there[notebook.name] = SubmittedNotebook(notebook=notebook, assignment=work)
            for kind, many, cells in (
                (Grade, mine.grades, [*notebook.grade_cells, *notebook.task_cells]),
                (Comment, mine.comments, [*notebook.solution_cells, *notebook.task_cells]),
            ):
                have = {one.cell for one in many}
                for cell in cells:
                    if cell not in have:
                        kind(cell=cell, notebook=mine)
        return list(there.values())
