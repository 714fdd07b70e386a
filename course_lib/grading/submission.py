"""What a student handed in, reduced to what is graded: the text of each cell.

Nothing else of a submitted notebook is believed. `rebuild` takes the released exercise and puts
the student's answers into it, so marks, points, locked text and test cells are the exercise's own
whatever was edited, moved, copied or deleted; and it says what was amiss.
"""

from __future__ import annotations

import copy
import json
import re
from typing import NamedTuple

from nbformat import NotebookNode, v4

LARGEST = 16 * 2**20  # bytes of a notebook; one with pictures has one or two
MOST_CELLS = 1000
LONGEST = 100_000  # characters of a cell
ABSENT = "# This cell wasn't in the notebook that was handed in."
TAG = re.compile(r"<(?=[A-Za-z/!?])")
LINK = re.compile(r"\](?=[(:\[])")  # [text](address), [text][name], [name]: address
COMMAND = re.compile(r"\\(?=(?:href|require|class|style|cssId)\b)")  # of MathJax, for HTML


class Unreadable(Exception):
    """A submission that cannot be graded; the message is what its student is told."""


def harmless(text: str) -> str:
    """A student's Markdown without HTML and links, which could act as the grader who looks at it.

    nbconvert lets links run scripts, and the formgrader's page may do whatever its user may.
    """
    return COMMAND.sub(r"\\backslash ", LINK.sub("] ", TAG.sub("&lt;", text)))


class Cell(NamedTuple):
    """A submitted cell: what it was called, once, and its text."""

    kind: str
    ident: str
    grade_id: str
    source: str


def read(data: bytes) -> list[Cell]:
    """The cells of a notebook file, whatever else is in it.

    Raises Unreadable where it is too large, or no notebook.
    """
    if not data.strip():
        raise Unreadable("The file that was handed in is empty.")
    if len(data) > LARGEST:
        most = f"{LARGEST / 2**20:.0f} MiB"
        raise Unreadable(f"The notebook is larger than {most}. Clear its outputs, then save it.")
    try:
        notebook = json.loads(data.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        raise Unreadable("The file that was handed in is no notebook: it isn't JSON.") from None
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if not isinstance(cells, list):
        raise Unreadable("The file that was handed in is no notebook: it has no cells.")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"The notebook has {len(cells)} cells; {MOST_CELLS} are read at most.")
    return [_cell(cell) for cell in cells if isinstance(cell, dict)]


def _cell(cell: dict) -> Cell:
    source = cell.get("source", "")
    if isinstance(source, list):
        source = "".join(line for line in source if isinstance(line, str))
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    texts = [cell.get("cell_type"), cell.get("id"), grade_id, source]
    return Cell(*(_printable(text) if isinstance(text, str) else "" for text in texts))


def _printable(text: str) -> str:
    """Without lone surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode()


def _marks(cell: NotebookNode) -> dict:
    return cell.metadata.get("nbgrader", {})


def _is_answer(cell: NotebookNode) -> bool:
    return bool(_marks(cell).get("solution"))


def rebuild(exercise: NotebookNode, cells: list[Cell]) -> tuple[NotebookNode, list[str]]:
    """The exercise with a student's answers and added cells, and what was amiss, each in a line.

    An answer is found by its grade_id, else by its cell id. Cells that the student added stay
    behind the cell that they stood behind.
    """
    ours = {_marks(cell).get("grade_id") or cell.id: cell for cell in exercise.cells}
    by_id = {cell.id: name for name, cell in ours.items()}
    found: dict[str, Cell] = {}
    added: dict[str, list[Cell]] = {}
    remarks, order, after = [], [], ""
    for cell in cells:
        name = cell.grade_id if cell.grade_id in ours else by_id.get(cell.ident, "")
        if not name:
            added.setdefault(after, []).append(cell)
        elif name in found:
            remarks.append(f"There are two cells {name}; the first one counts.")
        else:
            found[name], after = cell, name
            order.append(name)
    if not found:
        raise Unreadable("None of this problem set's cells is in the notebook that was handed in.")

    made = NotebookNode(copy.deepcopy(exercise))
    made.cells = [_added(cell, f"added-0-{k}") for k, cell in enumerate(added.get("", []))]
    for place, (name, cell) in enumerate(ours.items()):
        kept = copy.deepcopy(cell)
        made.cells.append(kept)
        mine = found.get(name)
        if mine is None:
            what = "it was put back"
            if _is_answer(cell) and cell.cell_type == "code":  # the function may be elsewhere
                kept.source, what = ABSENT, "what it was to define counts if another cell does"
            remarks.append(f"Cell {name} was deleted, or had another name: {what}.")
        elif _is_answer(cell):
            kept.source = mine.source[:LONGEST]
            if cell.cell_type != "code":
                kept.source = harmless(kept.source)
        elif mine.source.rstrip() != cell.source.rstrip():
            remarks.append(f"Cell {name} is not to be edited: the original took its place.")
        extra = added.get(name, [])
        made.cells += [_added(cell, f"added-{place + 1}-{k}") for k, cell in enumerate(extra)]
    if order != [name for name in ours if name in found]:
        remarks.append("Cells had been moved: they were run in the exercise's own order.")
    return made, remarks


def _added(cell: Cell, ident: str) -> NotebookNode:
    """A cell of the student's own: run, if it is code, and shown, without HTML or metadata."""
    source = cell.source[:LONGEST]
    if cell.kind == "code":
        return v4.new_code_cell(source, id=ident)
    return v4.new_markdown_cell(harmless(source), id=ident)
