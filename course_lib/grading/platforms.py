"""Back to the learning platform: tables that its gradebook takes in, and pages as it names them.

Moodle. The assignment's *Offline grading worksheet* is known by its columns Identifier, Grade and
Last modified (grade): a worksheet that was downloaded comes back with Grade and Feedback comments
filled in, its other columns as they were. The gradebook's own import maps columns by hand; there is
a table with e-mail, points and remarks. Pages go into a ZIP whose names begin as those of the
downloaded submissions do, NAME_NUMBER_assignfeedback_file_.

Canvas. The gradebook's export, with the column of this assignment filled in: Student, ID, SIS User
ID, SIS Login ID, Section, and the assignment as Canvas names it, with its number in brackets.

None of this was tried against a running Moodle or Canvas.
"""

from __future__ import annotations

import csv
import zipfile
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from course_lib import files
from course_lib.grading.roster import Person
from course_lib.grading.sandbox import CannotGradeError

WORKSHEET = ("Identifier", "Grade", "Last modified (grade)")
CANVAS = ("Student", "ID", "SIS User ID", "SIS Login ID", "Section")
GRADEBOOK = ("First name", "Last name", "Email address", "Grade", "Feedback")
POSSIBLE = "Points Possible"
FORMULA = ("=", "+", "-", "@", "\t")  # what a spreadsheet would take for one


class Line(NamedTuple):
    """What goes back for one person: points, or None where nothing was handed in or marked."""

    person: Person
    points: float | None
    remark: str


def kind(columns: list[str]) -> str:
    """Whose export a roster with these is; "own" where it is a table of one's own."""
    if {*WORKSHEET} <= {*columns}:
        return "moodle"
    return "canvas" if {*CANVAS} <= {*columns} else "own"


def write(folder: Path, name: str, lines: list[Line], column: str = "") -> list[Path]:
    """Write the tables that fit the roster, for an assignment of this name → their paths.

    column: what Canvas calls the assignment; else the one that begins with its name.
    """
    made = [_table(folder / f"{name}.gradebook.csv", GRADEBOOK, map(_plain, lines))]
    columns = [*lines[0].person.row] if lines else []
    which = kind(columns)
    if which == "moodle":
        made.append(_table(folder / f"{name}.moodle.csv", columns, map(_worksheet, lines)))
    if which == "canvas":
        points = _canvas_column(columns, name, column)
        order = [*CANVAS, points]
        rows = (
            {**{c: line.person.row.get(c, "") for c in CANVAS}, points: _points(line)}
            for line in lines
        )
        made.append(_table(folder / f"{name}.canvas.csv", order, rows))
    return made


def _canvas_column(columns: list[str], name: str, column: str) -> str:
    if column:
        return column
    found = [c for c in columns if c.lower().startswith(name.lower())]
    if len(found) != 1:
        rest = [c for c in columns if c not in CANVAS]
        raise CannotGradeError(
            f"--column: which of Canvas' columns is {name}? There are: {', '.join(rest) or 'none'}."
        )
    return found[0]


def most(rows: list[dict[str, str]], name: str, column: str = "") -> float | None:
    """The points at most that a platform's export expects of an assignment; None where none."""
    columns = [*rows[0]] if rows else []
    which, told = kind(columns), ""
    if which == "moodle":
        told = rows[0].get("Maximum Grade") or ""
    elif which == "canvas":
        found = _canvas_column(columns, name, column)
        told = next((r.get(found) or "" for r in rows if POSSIBLE in (r["Student"] or "")), "")
    try:
        return float(told.strip().replace(",", "."))
    except ValueError:
        return None


def _points(line: Line) -> str:
    return "" if line.points is None else f"{line.points:g}"


def safe(text: str) -> str:
    """A text that a spreadsheet does not run."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _plain(line: Line) -> dict[str, str]:
    person = line.person
    names = safe(person.first), safe(person.last)
    texts = (*names, person.email, _points(line), safe(line.remark))
    return dict(zip(GRADEBOOK, texts, strict=True))


def _worksheet(line: Line) -> dict[str, str]:
    row = {**line.person.row, "Grade": _points(line)}
    if "Feedback comments" in row:
        row["Feedback comments"] = safe(line.remark)
    return row


def _table(path: Path, columns: Iterable[str], rows: Iterable[dict]) -> Path:
    with files.beside(path) as part, part.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(columns))
        writer.writeheader()
        writer.writerows(rows)
    return path


def feedback_archive(path: Path, pages: dict[Person, Path]) -> Path:
    """Pages as Moodle's *Upload multiple feedback files in a zip* finds whose they are."""
    with files.beside(path) as part, zipfile.ZipFile(part, "w", zipfile.ZIP_DEFLATED) as packed:
        for person, page in sorted(pages.items(), key=lambda pair: pair[0].number):
            called = person.name.replace("_", " ").replace("/", " ")
            name = f"{called}_{person.number}_assignfeedback_file_{page.name}"
            packed.writestr(zipfile.ZipInfo(name), page.read_bytes(), zipfile.ZIP_DEFLATED)
    return path
