"""In nbgrader's own pipeline, in the place of its Execute: the marks that were found outside.

nbgrader_config.py names it. A graded cell is not run: it shows the verdict, and an error with the
reason where the answer did not pass, which is what nbgrader, its gradebook, the formgrader and the
feedback pages go by.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import Any

import nbformat
from nbformat import NotebookNode, v4
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Dict, Unicode

from course_lib.grading.course import Course
from course_lib.grading.marking import NOTES
from course_lib.grading.sandbox import Limits
from course_lib.grading.selftest import trusted
from course_lib.grading.submission import harmless


class MarkFromOutside(NbGraderPreprocessor):
    """Runs a submission in the sandbox, unless its result is known, and writes the verdicts."""

    root = Unicode(help="the course's folder").tag(config=True)
    unsafe = Bool(False, help="run students' code without a sandbox").tag(config=True)

    limits = Dict(help="what a submission may use, by the names of Limits").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        about = resources["nbgrader"]
        course = trusted(Course(Path(self.root), Limits(**self.limits), self.unsafe))
        result = course.assignment(about["assignment"]).result(about["student"], nb)
        with Gradebook(about["db_url"]) as book:
            late = book.find_submission(about["assignment"], about["student"]).total_seconds_late
        for number, cell in enumerate(c for c in nb.cells if c.cell_type == "code"):
            cell.execution_count = number + 1
            cell.outputs = outputs(cell, result)
        remarks = list(nb.metadata.get(NOTES, {}).get("remarks", []))
        if late > 0:
            remarks.insert(0, f"Handed in {lateness(late)} late.")
        if remarks:
            lines = "\n".join(f"- {harmless(remark)}" for remark in remarks)
            text = f"**What was noticed when this was graded**\n\n{lines}"
            nb.cells.insert(0, v4.new_markdown_cell(text, id="grading-remarks"))
        return nb, resources


def outputs(cell: NotebookNode, result: dict[str, Any]) -> list[NotebookNode]:
    """What a cell shows after grading: its verdict, or what running it gave."""
    name = cell.metadata.get("nbgrader", {}).get("grade_id", cell.id)
    if name in result["verdicts"]:
        passed, reason = result["verdicts"][name]
        if passed:
            return [
                v4.new_output("stream", name="stdout", text="passed, on inputs not seen before\n")
            ]
        lines = ["not yet"]
        for line in reason.splitlines():
            lines += textwrap.wrap(line, 100, subsequent_indent="    ") or [""]
        return [v4.new_output("error", ename="Not yet", evalue=reason, traceback=lines)]
    made = [nbformat.from_dict(output) for output in result["outputs"].get(cell.id, [])]
    for output in made:
        if output.output_type == "execute_result":
            output.execution_count = cell.execution_count
    if why := result["stopped"].get(cell.id):
        text = f"This cell {why}. The others were run without it."
        made.append(v4.new_output("error", ename="Left out", evalue=text, traceback=[text]))
    return made


def lateness(seconds: float) -> str:
    """1.5 hours and the like."""
    for size, name in ((86400, "days"), (3600, "hours"), (60, "minutes")):
        if seconds >= size:
            return f"{seconds / size:.1f} {name}"
    return f"{seconds:.0f} seconds"
