"""Mark one submission: run it, ask its functions, and judge what they hand over.

A mistake costs its own question. Where an earlier answer is wrong, each later one that did not pass
is asked once more in a run of its own, with the master's answer in the place of the wrong one; and
where it raises an error, of those that it calls, too: a right one's values may not be arrays. By
then the earlier question is judged; and of that run nothing is kept but whether the later passed.
All these runs of a submission together have the time that the first has (Limits.seconds).
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from course_lib.checks import helpers
from course_lib.checks.question import Verdict
from course_lib.grading import running, scores
from course_lib.grading.running import Ran
from course_lib.grading.scores import Asked, Drawn
from course_lib.grading.shown import shown
from course_lib.grading.submission import is_answer, name_of

if TYPE_CHECKING:
    from course_lib.grading.course import Assignment

NOTES = "course_grading"  # where a collected notebook's metadata says what was amiss


def mark(assignment: Assignment, notebook: NotebookNode, drawn: Drawn) -> dict[str, Any]:
    """Outputs by cell, verdicts by graded cell, and what was left out, of a collected notebook."""
    if reason := notebook.metadata.get(NOTES, {}).get("unreadable"):
        refused = {question.cell: [False, reason] for question in assignment.asked}
        return {
            "outputs": {},
            "verdicts": refused,
            "stopped": {},
            "seconds": 0.0,
            "processor": 0.0,
            "took": {},
        }
    first = steps(notebook, assignment.asked, drawn)
    ran = _run(assignment, first, assignment.course.limits.seconds)
    verdicts = {q.cell: scores.judge(q, drawn, ran) for q in assignment.asked}
    told = {
        cell: [found.passed, found.text + cause(notebook, cell, ran)]
        for cell, found in verdicts.items()
    }
    helped = _asked_again(assignment, notebook, drawn, ran, verdicts)
    return {
        "outputs": {name: shown(outputs) for name, outputs in ran.outputs.items()},
        "verdicts": told | helped,
        "stopped": ran.stopped,
        "seconds": round(ran.seconds, 3),
        "processor": round(ran.processor, 3),
        "took": {name: round(spent, 6) for name, spent in ran.took.items()},
    }


def steps(notebook: NotebookNode, asked: list[Asked], drawn: Drawn) -> list[dict]:
    """The notebook's code cells in order, each graded one as its question."""
    by_cell = {question.cell: question for question in asked}
    made = []
    for cell in notebook.cells:
        name = name_of(cell)
        if name in by_cell:
            made.append(scores.step(by_cell[name], drawn))
        elif cell.cell_type == "code":
            made.append({"id": cell.id, "source": cell.source})
    return made


def _run(assignment: Assignment, job: list[dict], seconds: float) -> Ran:
    course = assignment.course
    limits = replace(course.limits, seconds=seconds)
    return running.run(job, assignment.library, limits, course.unsafe)


def _asked_again(
    assignment: Assignment,
    notebook: NotebookNode,
    drawn: Drawn,
    ran: Ran,
    verdicts: dict[str, Verdict],
) -> dict[str, list]:
    """Which questions pass with right answers before them; what it took is added to the run.

    Each in a run of its own, which ends with it: a sandbox never holds the answer to what it is
    asked, for a student's code can read all that its process was told.
    """
    wrong = [
        question
        for question in assignment.asked
        if not verdicts[question.cell].passed
        and (scores.is_written(question, ran) or cause(notebook, question.cell, ran))
    ]  # what was left as it was is no mistake; one may keep a function from being defined
    passed: dict[str, list] = {}
    left = assignment.course.limits.seconds
    for question in wrong:
        before = helpers.earlier(question.question)
        if not scores.is_written(question, ran):
            continue
        replaced = [one for one in wrong if one.question in before and one.cell not in passed]
        right = [
            one
            for one in assignment.asked
            if one.question in before and (verdicts[one.cell].passed or one.cell in passed)
        ]
        called = [one for one in right if _calls(assignment, notebook, question, one.function)]
        tries = [(replaced, replaced)] if replaced else []
        if called and scores.raised(question, ran):  # right values, as lists or a matrix, say
            tries.append((replaced + right, replaced + called))
        for others, named in tries:
            if left <= 0:
                return passed
            job = _helped(assignment, notebook, drawn, question, others, ran)
            second = _run(assignment, job, left)
            left -= second.seconds
            ran.seconds += second.seconds
            ran.processor += second.processor
            if scores.judge(question, drawn, second).passed:
                passed[question.cell] = [True, helpers.words([one.function for one in named])]
                break
    return passed


def _calls(assignment: Assignment, notebook: NotebookNode, question: Asked, name: str) -> bool:
    """Whether an answer's own cell names another question's function."""
    asked_in = assignment.answered_in
    return any(
        re.search(rf"\b{name}\b", cell.source)
        for cell in notebook.cells
        if asked_in.get(name_of(cell)) == question.question
    )


def _helped(
    assignment: Assignment,
    notebook: NotebookNode,
    drawn: Drawn,
    question: Asked,
    replaced: list[Asked],
    ran: Ran,
) -> list[dict]:
    """The notebook up to one question, with the master's answers behind the wrong ones before."""
    cells = {one.cell for one in replaced}
    job: list[dict] = []
    for step in steps(notebook, assignment.asked, drawn):
        if step["id"] == question.cell:
            return [*job, step]
        if step["id"] in cells:
            source = assignment.right[step["id"]]
            job.append({"id": f"right {step['id']}", "source": source})
        elif "source" in step and step["id"] not in ran.stopped:
            job.append(step)
    return job


def cause(notebook: NotebookNode, graded: str, ran: Ran) -> str:
    """Why a function isn't there: what the answer's own cell ended with; empty where unknown."""
    if graded not in ran.missing:
        return ""
    answer = None
    for cell in notebook.cells:
        if name_of(cell) == graded:
            break
        answer = cell if is_answer(cell) else answer
    if answer is None:
        return ""
    if answer.id in ran.stopped:
        return f" The answer's cell {ran.stopped[answer.id]}."
    for output in shown(ran.outputs.get(answer.id, [])):
        if output["output_type"] == "error":
            return f" The answer's cell ended with {output['ename']}: {output['evalue'][:300]}"
    return ""
