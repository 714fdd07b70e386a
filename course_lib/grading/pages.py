"""A page for each student: points by question, what was noticed, and the notebook with verdicts.

Pages are made side by side, in processes of their own, each within a limit of time and size, and
only those that have changed.
A page is one file that needs no network; what a student wrote can do nothing on it, and a verdict
stands where no output of a cell can stand.
"""

from __future__ import annotations

import hashlib
import html
import json
import resource
import signal
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from course_lib import files
from course_lib.grading.course import Assignment
from course_lib.grading.gradebook import gradebook
from course_lib.grading.marked import remarks
from course_lib.grading.marking import NOTES
from course_lib.grading.policy import Policy
from course_lib.grading.processes import each
from course_lib.grading.submission import is_answer, marks_of, name_of
from course_lib.grading.table import Class, counted

SECONDS = 20.0  # of the processor, for one page
MEMORY = 4 * 2**30  # bytes, for the process that makes pages
LARGEST = 8 * 2**20  # characters of a page's outputs; what is beyond is left out
TEMPLATE = Path(__file__).with_name("page.html")


@dataclass
class Grades:
    """What the gradebook says of one submission; the score after its own late penalty."""

    score: float
    most: float
    penalty: float
    late: float
    waiting: bool
    cells: dict[str, tuple[float | None, float]] = field(default_factory=dict)
    comments: dict[str, str] = field(default_factory=dict)


class TooLong(BaseException):
    """Not an Exception, so that no part of a page's making catches it."""


def feedback(
    assignment: Assignment, workers: int = 2, say: Callable = print, class_: Class | None = None
) -> Path:
    """Make the pages that have changed → the folder of the pages; class_ says who is who."""
    pairs = _grades(assignment).items()
    there = [pair for pair in pairs if assignment.autograded(pair[0]).exists()]
    _ = assignment.course.library_now, assignment.asked  # read before the processes begin
    for (student, grades), said, why in each(
        lambda pair: _made_anew(_wanted(assignment, pair[0], pair[1], class_)), there, workers
    ):
        if why:
            wanted = _wanted(assignment, student, grades, class_)
            _store(wanted, page(**wanted.job, bare=True))
        if why or said:
            say(f"{student}: shown without its layout: {why or said}")
    return assignment.course.grading / "feedback"


class Wanted(NamedTuple):
    """A page that is to be there: what it is made from, and where."""

    job: dict[str, Any]
    page: Path
    known: Path  # says what the page was made from
    stamp: str


def _wanted(assignment: Assignment, student: str, grades: Grades, class_: Class | None) -> Wanted:
    notebook = json.loads(assignment.autograded(student).read_text(encoding="utf-8"))
    called = (class_ or Class()).called(student, notebook["metadata"].get(NOTES, {}))
    job = {"notebook": notebook, "grades": asdict(grades), "name": called,
           "asked": [tuple(question) for question in assignment.asked]}  # fmt: skip
    if class_ and class_.policy != Policy():
        given = (grades.cells, grades.late, grades.penalty)
        total, top, done = counted(assignment, class_.policy, *given)
        job["done"] = [f"All told, this counts as {total:g} of {top:g} points.", *done]
    text = json.dumps([job, assignment.course.library_now])  # with what makes pages
    stamp = hashlib.sha256(text.encode()).hexdigest()
    return Wanted(job, assignment.page(student), assignment.kept(student, "page"), stamp)


def _made_anew(wanted: Wanted) -> str:
    """Make a page, unless it is there → why it is a bare one; empty where it is not."""
    page, known = wanted.page, wanted.known
    if page.exists() and known.exists() and known.read_text() == wanted.stamp:
        return ""
    resource.setrlimit(
        resource.RLIMIT_AS, (MEMORY, MEMORY)
    )  # of this process, which is one of many
    text, why = _made(wanted.job)
    _store(wanted, text)
    return why


def _store(wanted: Wanted, text: str) -> None:
    wanted.page.parent.mkdir(parents=True, exist_ok=True)
    files.write(wanted.page, text)
    files.write(wanted.known, wanted.stamp)


def _grades(assignment: Assignment) -> dict[str, Grades]:
    found = {}
    with gradebook(assignment.course) as book:
        for work in book.assignment_submissions(assignment.name):
            made = Grades(
                work.score, work.max_score, 0.0, work.total_seconds_late, work.needs_manual_grade
            )
            for notebook in work.notebooks:
                made.penalty += notebook.late_submission_penalty or 0
                for grade in notebook.grades:
                    score = None if grade.needs_manual_grade and grade.manual_score is None else (
                        grade.score)  # fmt: skip
                    made.cells[grade.cell.name] = (score, grade.max_score)
                comments = {one.cell.name: one.comment for one in notebook.comments if one.comment}
                made.comments |= comments
            made.score -= made.penalty
            found[work.student_id] = made
    return found


def _made(job: dict) -> tuple[str, str]:
    """A page's text, and why it is a bare one; empty where it is not."""

    def ring(*_: Any) -> None:
        raise TooLong(f"its page took longer than {SECONDS:g} seconds")

    signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, SECONDS)
    try:
        return page(**job), ""
    except (TooLong, Exception) as error:
        why = str(error) or type(error).__name__
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return page(**job, bare=True), why


@cache
def _template() -> Any:
    from jinja2 import Environment

    return Environment(autoescape=True).from_string(TEMPLATE.read_text(encoding="utf-8"))


def page(
    notebook: dict, grades: dict, name: str, asked: list, done: Sequence = (), bare: bool = False
) -> str:
    """A page's text; bare, with what a student wrote as it is written."""
    from nbformat import from_dict

    from course_lib.grading import rendering

    questions = {cell: (question, function) for cell, question, function, _ in asked}
    rows, cells, room = [], [], LARGEST
    title = "Feedback"
    made = from_dict(notebook)
    for cell in made.cells:
        ident, ours = name_of(cell), bool(marks_of(cell).get("locked")) and not is_answer(cell)
        if cell.id == "grading-remarks":
            continue
        if title == "Feedback" and cell.source.startswith("# "):
            first, _, cell.source = cell.source.partition("\n")
            title = first[2:]
        shown: dict[str, Any] = {"comments": [], "outputs": "", "verdict": "", "anchor": ""}
        if cell.cell_type == "code":
            shown["body"] = rendering.plain(cell.source) if bare else rendering.code(cell.source)
        elif bare and not ours:
            shown["body"] = rendering.plain(cell.source)
        else:
            shown["body"] = rendering.markdown(cell.source, trusted=ours)
        if ident in grades["cells"]:
            score, most = grades["cells"][ident]
            called = " · ".join(questions[ident]) if ident in questions else ident.replace("-", " ")
            shown |= {"anchor": f"at-{ident}", "question": called}
            good = score == most
            short = "by hand, not marked yet" if score is None else "passed" if good else "not yet"
            short = short if ident in questions or score is None else "marked by hand"
            shown |= _verdict(cell, ident in questions, score, most)
            rows.append({"anchor": f"at-{ident}", "name": called, "score": score, "most": most,
                         "short": short})  # fmt: skip
        if cell.cell_type == "code" and ident not in questions:
            text = "".join(rendering.output(one) for one in cell.outputs)
            room -= len(text)
            left_out = "<p>More outputs were left out: the page would be too large.</p>"
            shown["outputs"] = text if room > 0 else left_out
        if comment := grades["comments"].get(ident):
            shown["comments"].append(comment)
        cells.append(shown)
    return str(
        _template().render(
            title=title, name=name, score=grades["score"], most=grades["most"],
            penalty=grades["penalty"], waiting=grades["waiting"], questions=rows, cells=cells,
            remarks=remarks(made, grades["late"], done), colours=rendering.COLOURS,
        )
    )  # fmt: skip


def _verdict(cell: Any, judged: bool, score: float | None, most: float) -> dict[str, Any]:
    """What stands in the box of a graded cell."""
    points = "not marked yet" if score is None else f"{score:g} of {most:g} points"
    said = ""
    if judged:
        texts = [one.get("evalue") or one.get("text", "") for one in cell.outputs]
        said = html.escape("\n".join(texts)).replace("\n", "<br>")
    return {"points": points, "verdict": said or "marked by hand", "good": score == most}
