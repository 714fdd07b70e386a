"""Take in what a class handed in: a folder with one folder, or one file, for each student.

That is what a learning platform's download gives. Nothing in it is believed, and whatever it is,
it changes no other student's: what cannot be read gives a page that says so, with no points.
"""

from __future__ import annotations

import copy
import hashlib
import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode

from course_lib.grading import editions, submission
from course_lib.grading.course import Assignment
from course_lib.grading.marking import NOTES
from course_lib.grading.names import SYSTEMS, Entry, entries, readable
from course_lib.grading.opening import Found, files, opened
from course_lib.grading.reading import Cell, Unreadable, printable, read
from course_lib.grading.shown import shown
from course_lib.grading.submission import is_answer, name_of
from course_lib.grading.when import moment

TIME = "%Y-%m-%d %H:%M:%S UTC"
OUTPUTS = 4 * 2**20  # characters of one hand-in's own outputs that are kept
NO_EDITION = "No edition was written for this name, so it was marked on the plain one."


class HandIn(NamedTuple):
    """What is taken in of one student: the notebook that counts, and when."""

    notebook: NotebookNode
    time: str


def collect(
    assignment: Assignment, folder: Path, student: str = "", stamps: bool = False, lms: str = ""
) -> list[str]:
    """Put every submission where nbgrader looks for it → the students, in order.

    The time is that of the file; with stamps, what timestamp.txt beside it says: only for folders
    that nbgrader or you filled, since a student could hand in such a file too.
    """
    assignment.exercise()  # is released, or nothing is taken in
    by_student: dict[str, list[Entry]] = {}
    for entry in entries(folder, assignment.name, student, lms):
        by_student.setdefault(entry.student, []).append(entry)
    for name, mine in by_student.items():
        taken = _taken_in(assignment, mine, stamps)
        _store(assignment.submitted(name), taken.notebook, taken.time)
    return sorted(by_student)


def _taken_in(assignment: Assignment, mine: list[Entry], stamps: bool) -> HandIn:
    """The exercise with this student's answers; untouched, with the reason, where unreadable."""
    remarks: list[str] = []
    notes: dict = {"name": mine[0].name, "number": mine[0].number}
    own = assignment.edition_of(mine[0].student, notes)
    exercise, path = own.exercise(), mine[0].path
    try:
        if any(entry.late for entry in mine):
            remarks.append("The platform calls this late; the time given here is the file's own.")
        chosen, cells = _chosen(assignment, mine, remarks)
        path = chosen.within
        made, _ = submission.rebuild(exercise, cells)
        _, amiss = submission.rebuild(own.named_in(cells).exercise(), cells)  # as it was given out
        remarks += [NO_EDITION] if own.is_strange() else editions.amiss(cells, own.variants)
        remarks += amiss
        notes["outputs"] = _own_outputs(made, cells)
    except Exception as error:  # whatever a hand-in is, the others are taken in
        reason = str(error) if isinstance(error, Unreadable) else _unforeseen(error)
        made = NotebookNode(copy.deepcopy(exercise))
        notes["unreadable"] = printable(reason)
        remarks.append(reason)
    time, doubt = _time(path, stamps)
    remarks += [doubt] if doubt else []
    notes["remarks"] = [printable(remark) for remark in dict.fromkeys(remarks)]
    made.metadata[NOTES] = {**notes, "exercise": digest(exercise)}
    return HandIn(made, time)


def _unforeseen(error: Exception) -> str:
    return f"What was handed in could not be read ({type(error).__name__}: {str(error)[:200]})."


def digest(exercise: NotebookNode) -> str:
    """Changes with anything in an exercise, so that a submission shows what it was put into."""
    return hashlib.sha256(json.dumps(exercise, sort_keys=True).encode()).hexdigest()[:16]


def renewed(assignment: Assignment, notebook: NotebookNode) -> NotebookNode:
    """A submission as it stands, put into the exercise anew where the master has changed."""
    exercise, notes = assignment.exercise(), notebook.metadata.get(NOTES, {})
    now = digest(exercise)
    if notes.get("exercise") == now:
        return notebook
    made = NotebookNode(copy.deepcopy(exercise))
    if not notes.get("unreadable"):
        ours = {name_of(c): c.source for c in exercise.cells if not is_answer(c)}
        cells = read(json.dumps(notebook).encode())  # whose locked text was the lecturer's before
        cells = [c._replace(source=ours.get(c.grade_id or c.ident, c.source)) for c in cells]
        made, _ = submission.rebuild(exercise, cells)
    made.metadata[NOTES] = {**notes, "exercise": now}
    return made


def _chosen(
    assignment: Assignment, mine: list[Entry], remarks: list[str]
) -> tuple[Found, list[Cell]]:
    """The notebook that counts, and its cells; Unreadable where there is none, or no one."""
    found, reason = [], None
    for entry in mine:
        try:
            found += opened(entry.path, remarks)
        except Unreadable as error:
            reason = error
    notebooks = [one for one in found if one.is_notebook()] or [
        one for one in found if len(found) == 1 and _is_notebook(one)
    ]
    if not notebooks:
        if reason:
            raise reason
        if len(mine) == 1 and not mine[0].path.is_dir() and found:
            raise Unreadable(f"{found[0].name!r} was handed in, which is no notebook (.ipynb).")
        raise Unreadable("There is no notebook (.ipynb) in the folder that was handed in.")
    remarks += [str(reason)] if reason else []
    chosen = _one(assignment, notebooks, remarks)
    if chosen.archive:
        remarks.append(f"The notebook was taken out of the archive {chosen.archive}.")
    cells = read(chosen.bytes())
    if other := assignment.mistaken_for(cells):
        raise Unreadable(f"This is {other}, and {assignment.name} was to be handed in.")
    if len(mine) == 1 and mine[0].path.is_dir() and not chosen.is_named(assignment.name):
        expected = f"{assignment.name}.ipynb was expected"
        remarks.append(f"The notebook was named {chosen.name}, and {expected}.")
    passed = [one for one in found if one.name != chosen.name and one.within == chosen.within]
    passed += [one for one in found if one.within != chosen.within and not one.is_notebook()]
    if others := sorted({one.name for one in passed}):
        remarks.append(f"Only the notebook is read, not {', '.join(others[:5])}.")
    return chosen, cells


def _one(assignment: Assignment, notebooks: list[Found], remarks: list[str]) -> Found:
    """Of several notebooks the one of this name; of several of those, the last.

    An archive's have one time: of these the one counts that has the name and nothing added to it.
    """
    named = [one for one in notebooks if one.is_named(assignment.name)]
    ours = named or [one for one in notebooks if _belongs(assignment, one)] or notebooks
    if len(ours) == 1 or len({one.bytes() for one in ours}) == 1:
        return ours[-1]
    last = max(one.changed for one in ours)
    latest = [one for one in ours if one.changed == last]
    if len(latest) == 1 and (named or len({one.within for one in ours}) > 1):
        remarks.append("Handed in more than once: the last counts.")
        return latest[0]
    exact = [one for one in latest if one.name == f"{assignment.name}.ipynb"]
    if len(exact) == 1:
        remarks.append(f"Several notebooks were handed in: {exact[0].name} counts.")
        return exact[0]
    several = ", ".join(sorted(one.name for one in ours)[:5])
    raise Unreadable(f"It isn't clear which notebook counts: {several}.")


def _is_notebook(one: Found) -> bool:
    """Whether a file of another name is one all the same."""
    try:
        return bool(read(one.bytes()))
    except Unreadable:
        return False


def _belongs(assignment: Assignment, one: Found) -> bool:
    try:
        return any(submission.named(assignment.exercise(), read(one.bytes())))
    except Unreadable:
        return False


def _own_outputs(made: NotebookNode, cells: list[Cell]) -> dict[str, list]:
    """What the student's own cells showed when they were saved, by cell: text and pictures."""
    by_text: dict[str, list] = {}
    for cell in cells:
        if cell.kind == "code" and cell.outputs:
            by_text.setdefault(cell.source, shown(list(cell.outputs)))
    kept, room = {}, OUTPUTS
    for cell in made.cells:
        room -= len(str(found := by_text.get(cell.source, [])))
        if cell.cell_type == "code" and found and room > 0:
            kept[cell.id] = found
    return kept


def _time(path: Path, stamps: bool) -> tuple[str, str]:
    """When it was handed in, as nbgrader writes it down, and what is doubtful about that."""
    doubt = ""
    if stamps and path.is_dir() and not path.is_symlink():
        file = path / "timestamp.txt"
        if file.is_file() and not file.is_symlink():
            try:
                text = file.read_bytes()[:100].decode(errors="replace").strip()
                return moment(text).strftime(TIME), ""
            except (ValueError, OverflowError) as error:
                doubt = f"timestamp.txt was not read, and the file's own time counts: {error}"
    times = [time for file, time in files(path) if readable(file.name).lower() not in SYSTEMS]
    newest = max(times, default=path.lstat().st_mtime)
    try:
        return datetime.fromtimestamp(newest, UTC).strftime(TIME), doubt
    except (ValueError, OverflowError, OSError):
        now = datetime.now(UTC).strftime(TIME)
        return now, f"The file has no valid time ({newest:g}); this is when it was taken in."


def _store(place: Path, notebook: NotebookNode, time: str) -> None:
    """Write a submission, beside its place first; what an earlier one left there goes."""
    folder = place.parent
    partial = folder.with_name(f"{folder.name}.part")
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(parents=True)
    text = json.dumps(notebook, indent=1, ensure_ascii=False)
    (partial / place.name).write_text(text, encoding="utf-8")
    (partial / "timestamp.txt").write_text(f"{time}\n")
    shutil.rmtree(folder, ignore_errors=True)
    os.replace(partial, folder)
