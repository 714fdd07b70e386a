"""The class's table: a line for everybody, what each question gave, and what was done with it."""

from __future__ import annotations

import csv
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from course_lib import files
from course_lib.grading import scores
from course_lib.grading.course import Assignment
from course_lib.grading.gradebook import gradebook
from course_lib.grading.marking import NOTES
from course_lib.grading.names import ident
from course_lib.grading.platforms import Line, safe
from course_lib.grading.policy import Policy, final
from course_lib.grading.roster import Person, keys, matched, spellings

COLUMNS = ("assignment", "student", "score", "max_score", "late_seconds", "needs_manual_grade")
LAST = ("final", "final_max", "done", "name", "email", "remarks")
NOTHING = "Handed in nothing."


@dataclass(frozen=True)
class Class:
    """Who is in it and what is done with marks: a roster's people by student, and a policy."""

    people: Mapping[str, Person] = field(default_factory=dict)
    absent: tuple[Person, ...] = ()
    policy: Policy = field(default_factory=Policy)
    secret: bytes = b""  # where marking is anonymous: what codes are made from

    def called(self, student: str, notes: Mapping[str, Any]) -> str:
        """By the roster, or a code; else as the hand-in says in its notes, else by their id."""
        return " ".join(self.name(student) or ()).strip() or notes.get("name") or student

    def name(self, student: str) -> tuple[str, str] | None:
        """First and last name, where the roster knows them; a code where names are kept back."""
        if self.secret:
            return "", self.code(student)
        person = self.people.get(student)
        return (person.first, person.last) if person else None

    def code(self, student: str) -> str:
        return f"Hand-in {hmac.digest(self.secret, student.encode(), 'sha256').hex()[:6]}"

    def extension(self, student: str, due: datetime) -> timedelta | None:
        """How long a deadline was put off for somebody; None where the file doesn't say."""
        texts = _known_by(student, self.people.get(student))
        for who, when in self.policy.extensions.items():
            if texts & spellings(who):
                return max(timedelta(), when.replace(tzinfo=None) - due)
        return None

    def put_off(self, students: Iterable[str]) -> dict[str, list[str]]:
        """Whom each extension fits: students, and who handed in nothing."""
        known = [(one, _known_by(one, self.people.get(one))) for one in students]
        known += [(one.email or one.called(), {*keys([one])}) for one in self.absent]
        numbers = {one.number: [one.called()] for one in self.absent if one.number}
        return {
            who: [one for one, texts in known if texts & spellings(who)]
            or numbers.get(who.rpartition("_")[2], [])
            for who in self.policy.extensions
        }

    def doubled(self) -> dict[Person, list[str]]:
        """Who handed in under several names, and which."""
        found: dict[Person, list[str]] = {}
        for student, person in self.people.items():
            found.setdefault(person, []).append(student)
        return {person: sorted(mine) for person, mine in found.items() if len(mine) > 1}


def _known_by(student: str, person: Person | None) -> set[str]:
    """What an extension may call somebody by."""
    return {student.casefold(), *(keys([person]) if person else ())}


def class_of(
    assignment: Assignment, people: list[Person], policy: Policy, anonymous: bool = False
) -> Class:
    """The class of an assignment, from a roster and those who handed in."""
    students = {}
    for student in assignment.students():
        notes = assignment.taken_in(student).metadata.get(NOTES, {})
        students[student] = (notes.get("name", student), notes.get("number", ""))
    found, absent = matched(people, students)
    secret = scores.secret(assignment.course.grading) if anonymous else b""
    return Class(found, tuple(absent), policy, secret)


def export(assignment: Assignment, path: Path, class_: Class | None = None) -> list[dict]:
    """A line a student: every graded cell's score, the sum, lateness and what was noticed.

    Whose hand-in was removed from grading/submitted/ has none, whatever the gradebook still holds.
    Marks that are others than in the table before are added to NAME.changes.txt beside it.
    """
    made, class_ = [], class_ or Class()
    there = set(assignment.students())
    with gradebook(assignment.course) as book:
        for work in book.assignment_submissions(assignment.name):
            if work.student_id not in there:
                continue
            row = {"assignment": assignment.name, "student": work.student_id}
            row |= {"score": work.score, "max_score": work.max_score}
            row |= {"late_seconds": int(work.total_seconds_late)}
            row |= {"needs_manual_grade": work.needs_manual_grade}
            most: dict[str, float] = {}
            off = 0.0
            for notebook in work.notebooks:
                row |= {grade.cell.name: grade.score for grade in notebook.grades}
                most |= {grade.cell.name: grade.max_score for grade in notebook.grades}
                off += notebook.late_submission_penalty or 0
            made.append(row | _after_all(assignment, class_, row, most, off))
    made += [_absent(assignment, person) for person in class_.absent]
    names = {name: None for row in made for name in row}
    order = [*COLUMNS, *(n for n in names if n not in (*COLUMNS, *LAST)), *LAST]
    rows = sorted(made, key=lambda row: row["student"])
    path.parent.mkdir(parents=True, exist_ok=True)
    _tell_changes(path, rows)
    with files.beside(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, order)
        writer.writeheader()
        writer.writerows(rows)
    return rows


def counted(
    assignment: Assignment,
    policy: Policy,
    cells: Mapping[str, tuple[float | None, float]],
    late: float,
    off: float,
) -> tuple[float, float, list[str]]:
    """`policy.final` of the points by cell, each with the most there are."""
    called = {question.cell: question.question for question in assignment.asked}
    points = {called.get(cell, cell): score or 0.0 for cell, (score, _) in cells.items()}
    most = {called.get(cell, cell): top for cell, (_, top) in cells.items()}
    return final(policy, points, most, late, off)


def _after_all(
    assignment: Assignment, class_: Class, row: dict, most: dict[str, float], off: float
) -> dict[str, Any]:
    cells = {cell: (row[cell], top) for cell, top in most.items()}
    total, of, done = counted(assignment, class_.policy, cells, row["late_seconds"], off)
    student = row["student"]
    person = None if class_.secret else class_.people.get(student)
    notes = assignment.taken_in(student).metadata.get(NOTES, {})
    return {
        "final": total,
        "final_max": of,
        "done": " ".join(done),
        "name": safe(class_.called(student, notes)),
        "email": person.email if person else "",
        "remarks": safe(" ".join(notes.get("remarks", []))),
    }


def _absent(assignment: Assignment, person: Person) -> dict[str, Any]:
    student = person.number or ident(person.email or person.called())
    return {
        "assignment": assignment.name,
        "student": student,
        "name": safe(person.called()),
        "email": person.email,
        "remarks": NOTHING,
    }


def _tell_changes(path: Path, rows: list[dict]) -> None:
    """Add the marks that have changed since the table that stands there, one in a line."""
    if not path.exists():
        return
    with path.open(newline="", encoding="utf-8") as file:
        before = {row["student"]: row for row in csv.DictReader(file)}
    kept = ("assignment", "student", "needs_manual_grade", "done", "name", "email", "remarks")
    told = []
    for row in rows:
        old = before.get(row["student"], {})
        for name in (name for name in row if name not in kept and old.get(name) is not None):
            if str(row[name]) != old[name]:
                told.append(f"{row['student']}: {name} {old[name]} → {row[name]}")
    if told:
        record = path.with_suffix(".changes.txt")
        text = record.read_text(encoding="utf-8") if record.exists() else ""
        day = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        files.write(record, text + "".join(f"{day}  {line}\n" for line in told))


def lines(rows: list[dict], class_: Class) -> list[Line]:
    """What goes back to the platform: everybody of the roster, by name."""
    by_student = {row["student"]: row for row in rows}
    made = [
        Line(person, by_student[student]["final"], _remark(by_student[student]))
        for student, person in class_.people.items()
        if student in by_student
    ]
    made += [Line(person, None, NOTHING) for person in class_.absent]
    return sorted(made, key=lambda line: (line.person.last, line.person.first, line.person.number))


def _remark(row: dict) -> str:
    points = f"{row['final']:g} of {row['final_max']:g} points."
    return " ".join(text for text in (points, row["done"], row["remarks"]) if text)
