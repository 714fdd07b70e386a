"""A submission with what came of it: each cell's outputs, and each question's verdict."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any

import nbformat
from nbformat import NotebookNode, v4

from course_lib.grading.marking import NOTES
from course_lib.grading.submission import harmless, name_of

PASSED = "passed, on inputs not seen before"
KEPT = "As it was handed in; this was not run here:\n"


def fill_in(notebook: NotebookNode, result: dict[str, Any], late: float = 0) -> NotebookNode:
    """Put outputs, verdicts and remarks into a collected notebook, in place.

    A graded cell is not run: it shows its question and the verdict, and an error with the reason
    where the answer did not pass, which is what nbgrader and its gradebook go by.
    """
    own = notebook.metadata.get(NOTES, {}).get("outputs", {})
    last = max(
        (k for k, c in enumerate(notebook.cells) if name_of(c) in result["verdicts"]), default=0
    )
    code = [(k, cell) for k, cell in enumerate(notebook.cells) if cell.cell_type == "code"]
    for number, (place, cell) in enumerate(code, 1):
        by_hand = place > last  # behind all that is judged here: a person reads the outputs
        cell.execution_count = number
        cell.outputs = outputs(cell, result)
        failed = [one for one in cell.outputs if one.output_type == "error"]
        kept = [nbformat.from_dict(one) for one in own.get(cell.id, [])]
        if kept and (failed or by_hand) and name_of(cell) not in result["verdicts"]:
            cell.outputs += [v4.new_output("stream", name="stdout", text=KEPT), *kept]
        if name_of(cell) in result["verdicts"]:
            cell.source = cell.source.partition("\n")[0]  # no hidden test, which would not be run
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = number
    if said := remarks(notebook, late):
        lines = "\n".join(f"- {harmless(remark)}" for remark in said)
        text = f"**What was noticed when this was graded**\n\n{lines}"
        notebook.cells.insert(0, v4.new_markdown_cell(text, id="grading-remarks"))
    return notebook


def remarks(notebook: NotebookNode, late: float, done: Sequence[str] = ()) -> list[str]:
    """What is told about a submission as a whole; done: what a policy did with its points."""
    told = [f"Handed in {lateness(late)} late."] if late > 0 else []
    return [*told, *done, *notebook.metadata.get(NOTES, {}).get("remarks", [])]


def outputs(cell: NotebookNode, result: dict[str, Any]) -> list[NotebookNode]:
    """What a cell shows after grading: its verdict, or what running it gave."""
    name = name_of(cell)
    if name in result["verdicts"]:
        passed, reason = result["verdicts"][name]
        if passed:
            more = f", {reason}" if reason else ""
            return [v4.new_output("stream", name="stdout", text=f"{PASSED}{more}\n")]
        lines = ["not yet"]
        for line in reason.splitlines():
            lines += textwrap.wrap(line, 100, subsequent_indent="    ") or [""]
        return [v4.new_output("error", ename="Not yet", evalue=reason, traceback=lines)]
    made = [nbformat.from_dict(output) for output in result["outputs"].get(cell.id, [])]
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
