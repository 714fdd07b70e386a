"""Mark one submission: run it, ask its functions, and judge what they hand over.

A mistake costs its own question. Where an earlier answer is wrong, the later ones that did not pass
are asked once more in a second run, with the master's answer in the place of the wrong one. By
then the earlier question is judged; and of that run nothing is kept but whether they passed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nbformat import NotebookNode

from course_lib.checks import helpers
from course_lib.checks.question import Verdict
from course_lib.grading import running, scores
from course_lib.grading.running import Ran
from course_lib.grading.scores import Asked, Drawn
from course_lib.grading.shown import shown

if TYPE_CHECKING:
    from course_lib.grading.course import Assignment

NOTES = "course_grading"  # where a collected notebook's metadata says what was amiss


def mark(assignment: Assignment, notebook: NotebookNode, drawn: Drawn) -> dict[str, Any]:
    """Outputs by cell, verdicts by graded cell, and what was left out, of a collected notebook."""
    if reason := notebook.metadata.get(NOTES, {}).get("unreadable"):
        refused = {question.cell: [False, reason] for question in assignment.asked}
        return {"outputs": {}, "verdicts": refused, "stopped": {}, "seconds": 0.0}
    first = steps(notebook, assignment.asked, drawn)
    ran = _run(assignment, first)
    verdicts = {q.cell: scores.judge(q, drawn, ran) for q in assignment.asked}
    told = {
        cell: [found.passed, found.text + cause(notebook, cell, ran)]
        for cell, found in verdicts.items()
    }
    helped, seconds = _asked_again(assignment, notebook, drawn, ran, verdicts)
    return {
        "outputs": {name: shown(outputs) for name, outputs in ran.outputs.items()},
        "verdicts": told | helped,
        "stopped": ran.stopped,
        "seconds": round(ran.seconds + seconds, 3),
    }


def steps(notebook: NotebookNode, asked: list[Asked], drawn: Drawn) -> list[dict]:
    """The notebook's code cells in order, each graded one as its question."""
    by_cell = {question.cell: question for question in asked}
    made = []
    for cell in notebook.cells:
        name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
        if name in by_cell:
            made.append(scores.step(by_cell[name], drawn))
        elif cell.cell_type == "code":
            made.append({"id": cell.id, "source": cell.source})
    return made


def _run(assignment: Assignment, job: list[dict]) -> Ran:
    course = assignment.course
    return running.run(job, assignment.library, course.limits, course.unsafe)


def _asked_again(
    assignment: Assignment,
    notebook: NotebookNode,
    drawn: Drawn,
    ran: Ran,
    verdicts: dict[str, Verdict],
) -> tuple[dict[str, list], float]:
    """Which questions pass with right answers before them, and how long it took."""
    again = scores.to_ask_again(assignment.asked, verdicts, ran)
    if not again:
        return {}, 0.0
    replaced = scores.wrong(assignment.asked, verdicts, ran)
    job = []
    for step in steps(notebook, assignment.asked, drawn):
        if "function" not in step:
            job += [step] if step["id"] not in ran.stopped else []
            continue
        job += [step] if step["id"] in {question.cell for question in again} else []
        if step["id"] in {question.cell for question in replaced}:
            job.append({"id": f"right {step['id']}", "source": assignment.right[step["id"]]})
    second = _run(assignment, job)
    passed = {}
    for question in again:
        if scores.judge(question, drawn, second).passed:
            before = helpers.earlier(question.question)
            names = [
                one.function
                for one in replaced
                if one.question in before and one.cell not in passed
            ]
            passed[question.cell] = [True, helpers.words(names)]
    return passed, second.seconds


def cause(notebook: NotebookNode, graded: str, ran: Ran) -> str:
    """Why a function isn't there: what the answer's own cell ended with; empty where unknown."""
    if graded not in ran.missing:
        return ""
    answer = None
    for cell in notebook.cells:
        marks = cell.metadata.get("nbgrader", {})
        if marks.get("grade_id") == graded:
            break
        answer = cell if marks.get("solution") else answer
    if answer is None:
        return ""
    if answer.id in ran.stopped:
        return f" The answer's cell {ran.stopped[answer.id]}."
    for output in shown(ran.outputs.get(answer.id, [])):
        if output["output_type"] == "error":
            return f" The answer's cell ended with {output['ename']}: {output['evalue'][:300]}"
    return ""
