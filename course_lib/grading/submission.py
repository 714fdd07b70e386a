"""What a student handed in, reduced to what is graded: the text of each cell.

Nothing else of a submitted notebook is believed. `rebuild` takes the released exercise and puts
the student's answers into it, so marks, points, locked text and test cells are the exercise's own
whatever was edited, moved, split, copied or deleted; and it says what was amiss.
"""

from __future__ import annotations

import copy
import re
from collections import Counter

from nbformat import NotebookNode, v4

from course_lib.grading.reading import Cell, Unreadable

LONGEST = 100_000  # characters of a cell
ABSENT = "# This cell wasn't in the notebook that was handed in."
TAG = re.compile(r"<(?=[A-Za-z/!?])")
LINK = re.compile(r"\](?=[(:\[])")  # [text](address), [text][name], [name]: address
COMMAND = re.compile(r"\\(?=(?:href|require|class|style|cssId)\b)")  # of MathJax, for HTML
DEFINED = re.compile(r"^(?:def|class)\s+(\w+)", re.M)
FURTHER = re.compile(
    r"(?<=\]\()(?:\.\./)+"
)  # a link out of a folder: mine/ lies deeper than the course
SHORT = 10  # characters: a text of fewer says nothing about which cell it is


def harmless(text: str) -> str:
    """A student's Markdown without HTML and links, which could act as the grader who looks at it.

    nbconvert lets links run scripts, and the formgrader's page may do whatever its user may.
    """
    return COMMAND.sub(r"\\backslash ", LINK.sub("] ", TAG.sub("&lt;", text)))


def marks_of(cell: NotebookNode) -> dict:
    """What nbgrader has noted on a cell; empty where it is none of nbgrader's."""
    return cell.metadata.get("nbgrader", {})


def name_of(cell: NotebookNode) -> str:
    """The name that an exercise's cell is graded by."""
    return marks_of(cell).get("grade_id") or cell.id


def is_answer(cell: NotebookNode) -> bool:
    return bool(marks_of(cell).get("solution"))


def _text(source: str) -> str:
    """A text to compare: spaces, and how far up a link leads, are no change of a student's."""
    return FURTHER.sub("", " ".join(source.split()))


def named(exercise: NotebookNode, cells: list[Cell]) -> list[str]:
    """Which of the exercise's cells each submitted one is; empty for one of the student's own.

    By its grade_id, else its cell id; where an editor dropped both, by its text; and an answer,
    whose text is the student's, by the function it defines, or by standing where it stood.
    """
    ours = {name_of(cell): cell for cell in exercise.cells}
    by_id = {cell.id: name for name, cell in ours.items()}
    names = [c.grade_id if c.grade_id in ours else by_id.get(c.ident, "") for c in cells]
    by_text: dict[str, list[str]] = {}
    for name, cell in ours.items():
        if name not in names and len(_text(cell.source)) >= SHORT:
            by_text.setdefault(_text(cell.source), []).append(name)
    for at, cell in enumerate(cells):
        if not names[at] and (free := by_text.get(_text(cell.source))):
            names[at] = free.pop(0)
    order = list(ours)
    for name in (name for name, cell in ours.items() if is_answer(cell) and name not in names):
        wanted = set(DEFINED.findall(ours[name].source))
        defines = [
            at for at, cell in enumerate(cells)
            if not names[at] and cell.kind == "code" and wanted & set(DEFINED.findall(cell.source))
        ]  # fmt: skip
        before, after = order[: order.index(name)], order[order.index(name) + 1 :]
        first = max((at for at, other in enumerate(names) if other in before), default=-1)
        last = min((at for at, other in enumerate(names) if other in after), default=len(cells))
        there = [
            at for at in range(first + 1, last)
            if not names[at] and cells[at].kind == ours[name].cell_type and cells[at].source.strip()
        ]  # fmt: skip
        for at in defines or (there if len(there) == 1 and any(names) else []):
            names[at] = name
    return names


def rebuild(exercise: NotebookNode, cells: list[Cell]) -> tuple[NotebookNode, list[str]]:
    """The exercise with a student's answers and added cells, and what was amiss, each in a line.

    Cells that the student added stay behind the cell that they stood behind. Of an answer that
    comes in several cells, split or copied, all are run in their order before the answer is asked
    for, so that the last definition counts; a copy of the untouched stub isn't.
    """
    ours = {name_of(cell): cell for cell in exercise.cells}
    names = named(exercise, cells)
    if not any(names):
        raise Unreadable("None of this problem set's cells is in the notebook that was handed in.")
    remarks: list[str] = []
    found, added = _sorted_out(ours, cells, names, remarks)
    made = NotebookNode(copy.deepcopy(exercise))
    made.cells = [_added(cell, f"added-0-{k}") for k, cell in enumerate(added.get("", []))]
    for place, (name, cell) in enumerate(ours.items()):
        kept = copy.deepcopy(cell)
        mine = found.get(name)
        if mine is None:
            what = "it was put back"
            if is_answer(cell) and cell.cell_type == "code":  # the function may be elsewhere
                kept.source, what = ABSENT, "what it was to define counts if another cell has it"
            remarks.append(f"Cell {name} was deleted, or had another name: {what}.")
        elif is_answer(cell):
            kept.source = mine.source[:LONGEST]
            if cell.cell_type != "code":
                kept.source = harmless(kept.source)
            elif mine.kind in ("markdown", "raw"):
                remarks.append(f"Cell {name} had been turned into text: it was run as code.")
        made.cells.append(kept)
        extra = added.get(name, [])
        made.cells += [_added(cell, f"added-{place + 1}-{k}") for k, cell in enumerate(extra)]
    order = list(dict.fromkeys(name for name in names if name))
    if order != [name for name in ours if name in found]:
        remarks.append("Cells had been moved: they were run in the exercise's own order.")
    return made, remarks


def _sorted_out(
    ours: dict[str, NotebookNode], cells: list[Cell], names: list[str], remarks: list[str]
) -> tuple[dict[str, Cell], dict[str, list[Cell]]]:
    """The cell that takes each place of the exercise, and those added behind each."""
    counts = Counter(name for name in names if name)
    untouched = {name: _text(cell.source) for name, cell in ours.items()}
    written = {
        name for at, name in enumerate(names) if name and _text(cells[at].source) != untouched[name]
    }
    found: dict[str, Cell] = {}
    added: dict[str, list[Cell]] = {}
    texts: dict[str, set[str]] = {}
    after = ""
    for cell, name in zip(cells, names, strict=True):
        if not name:
            added.setdefault(after, []).append(cell)
            continue
        text, seen = _text(cell.source), texts.setdefault(name, set())
        again = text in seen or (name in written and text == untouched[name] and counts[name] > 1)
        seen.add(text)
        if not is_answer(ours[name]):
            previous = after
            if name not in found:
                found[name], after = cell, name
            if text != untouched[name] and not again:
                _edited(ours[name], name, cell, added.setdefault(previous, []), remarks)
        elif name not in found and not again:
            found[name], after = cell, name
        elif not again and ours[name].cell_type != "code":
            joined = f"{found[name].source}\n\n{cell.source}"
            found[name] = found[name]._replace(source=joined)
        elif not again:
            added.setdefault(name, []).append(cell)
    for name, count in counts.items():
        if count > 1 and is_answer(ours[name]):
            what = "all were run, in their order, and the last definition counts"
            remarks.append(f"Cell {name} came {count} times, split or copied: {what}.")
    return found, added


def _edited(
    cell: NotebookNode, name: str, mine: Cell, before: list[Cell], remarks: list[str]
) -> None:
    """A locked cell that was changed: the original stands, behind what a student made of code."""
    runs = cell.cell_type == mine.kind == "code" and not marks_of(cell).get("grade")
    if runs:
        before.append(mine)
    what = "the original was run after it" if runs else "the original took its place"
    remarks.append(f"Cell {name} is not to be edited: {what}.")


def _added(cell: Cell, ident: str) -> NotebookNode:
    """A cell of the student's own: run, if it is code, and shown, without HTML or metadata."""
    source = cell.source[:LONGEST]
    if cell.kind == "code":
        return v4.new_code_cell(source, id=ident)
    return v4.new_markdown_cell(harmless(source), id=ident)
