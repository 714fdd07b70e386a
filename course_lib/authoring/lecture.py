"""The lecture in a notebook: where each cell stands on the slides, what is said, and how long.

    python -m course_lib.authoring.lecture 01                    print the plan of 01's lecture
    python -m course_lib.authoring.lecture 01 --from plan.toml   write an edited plan into it

Either says what is amiss, too.

A cell's metadata hold `slideshow.slide_type`, as JupyterLab's property inspector sets it, and

    "lecture": {"minutes": 3, "notes": ["Ask: …"], "show": ["##", "$$"]}

`minutes` and `notes` belong to the cell that a slide or subslide begins with. `show` says what of
a cell the slide takes: of a text the blocks that begin so, of code "code", "output" or the still
"picture" of a widget. Without it the slide takes all. So slides hold the notebook's own words.
"""

from __future__ import annotations

import argparse
import copy
import json
import re
import sys
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

from course_lib import files
from course_lib.authoring.notebooks import ROOT, chosen

if TYPE_CHECKING:
    from nbformat import NotebookNode

BEGINS = ("slide", "subslide")
TYPES = (*BEGINS, "fragment", "-", "skip")  # "-" goes on where the cell above is
LEADS = ("Say", "Ask", "Goes wrong", "Turn")  # what a line of notes is about
PARTS = ("code", "output", "picture")
SHORTEST, LONGEST = 20, 45  # minutes of a lecture
WIDGET = "application/vnd.jupyter.widget-view+json"
_FENCE = re.compile(r"^```", re.MULTILINE)


def lectures(only: str = "", root: Path | None = None) -> list[Path]:
    """The notebooks that give a lecture each, or those that `only` chooses (notebooks.py).

    Raises ValueError where it chooses none.
    """
    return chosen(only, sorted((root or ROOT).glob("notebooks/*.ipynb")))


def slide_type(cell: NotebookNode) -> str:
    """One of TYPES; empty where the cell has none yet."""
    return cell.metadata.get("slideshow", {}).get("slide_type", "")


def of(cell: NotebookNode, name: str, default: Any) -> Any:
    """What a cell's lecture says under a name: minutes, notes or show."""
    return cell.metadata.get("lecture", {}).get(name, default)


def blocks(text: str) -> list[str]:
    """A text's blocks, as blank lines part them; what stands between ``` is one."""
    found: list[str] = []
    for part in re.split(r"\n\s*\n", text.strip()):
        if found and len(_FENCE.findall(found[-1])) % 2:
            found[-1] += "\n\n" + part
        else:
            found.append(part)
    return found


def text_shown(cell: NotebookNode) -> str:
    """What a slide takes of a text. Raises ValueError where `show` finds no such block."""
    there, show = blocks(cell.source), of(cell, "show", None)
    if show is None:
        return cell.source
    for start in show:
        if not any(block.startswith(start) for block in there):
            raise ValueError(f"show: came {start!r}, and no block of cell {cell.id} begins so")
    return "\n\n".join(block for block in there if block.startswith(tuple(show)))


def minutes(notebook: NotebookNode) -> float:
    """How long the lecture is planned to take."""
    return sum(of(cell, "minutes", 0) for cell in notebook.cells)


def faults(notebook: NotebookNode) -> list[str]:
    """What is amiss in a notebook as a lecture, each in a line; empty where all is well."""
    if not any(map(slide_type, notebook.cells)):
        return ["no cell has a slide type: it is no lecture yet"]
    found = [f"cell {cell.id}: {fault}" for cell in notebook.cells for fault in _faults(cell)]
    if notebook.cells and slide_type(notebook.cells[0]) != "slide":
        found.append("the first cell is not a slide")
    said: list[str] = []
    for cell in notebook.cells:
        said = of(cell, "notes", []) if slide_type(cell) in BEGINS else said
        shown = slide_type(cell) != "skip" and of(cell, "show", []) != ["code"]
        if shown and has_drawing(cell) and not any(line.startswith("Turn:") for line in said):
            found.append(f"cell {cell.id}: shows a widget, and no note says what to turn")
    total = minutes(notebook)
    if not SHORTEST <= total <= LONGEST:
        found.append(f"{total:g} minutes; {SHORTEST} to {LONGEST} make a lecture")
    return found


def _faults(cell: NotebookNode) -> list[str]:
    kind, notes, show = slide_type(cell), of(cell, "notes", []), of(cell, "show", None)
    if kind not in TYPES:
        return [f"slide type: {kind!r}, expected one of {TYPES}"]
    found = []
    if kind in BEGINS and not (0 < of(cell, "minutes", 0) <= 6 and notes):
        found.append("begins a slide without notes, or without up to 6 minutes")
    if kind not in BEGINS and (of(cell, "minutes", 0) or notes):
        found.append("has minutes or notes, and begins no slide")
    found += [f"notes: {line!r} begins with none of {LEADS}" for line in notes if not _leads(line)]
    if kind == "skip":
        return found
    if cell.cell_type == "code":
        found += [f"show: {part!r} is none of {PARTS}" for part in show or [] if part not in PARTS]
    else:
        try:
            text_shown(cell)
        except ValueError as fault:
            found.append(str(fault))
    return found


def _leads(line: str) -> bool:
    return line.split(":")[0] in LEADS


def has_drawing(cell: NotebookNode) -> bool:
    """Whether a cell shows a widget with a still picture of it: not a bar of progress."""
    return any(WIDGET in o.get("data", {}) and "image/png" in o.data for o in with_stills(cell))


def with_stills(cell: NotebookNode) -> list[NotebookNode]:
    """A cell's outputs; a widget's still, an output of its own that follows, is put into it."""
    found: list[NotebookNode] = []
    for output in cell.get("outputs", []):
        data = output.get("data", {})
        before = found[-1].get("data", {}) if found else {}
        if WIDGET in before and "image/png" in data and "image/png" not in before:
            found[-1] = copy.deepcopy(found[-1])
            found[-1].data.update(data)
            found[-1].metadata.update(output.metadata)
        else:
            found.append(output)
    return found


def plan(notebook: NotebookNode) -> str:
    """The lecture as text, in TOML: a table for each cell, a comment for each that is skipped."""
    lines = [f"# {minutes(notebook):g} minutes. What has no table of its own is skipped.", ""]
    for cell in notebook.cells:
        if slide_type(cell) in ("", "skip"):
            lines += [f"# [{cell.id}]  {cell.source.splitlines()[0] if cell.source else ''}", ""]
        else:
            lines += [f"[{cell.id}]", f"type = {_quoted(slide_type(cell))}"]
            lines += [*_values(cell.metadata.get("lecture", {})), ""]
    return "\n".join(lines)


def _values(values: dict[str, Any]) -> list[str]:
    lines = []
    for name, value in values.items():
        if name == "notes":
            lines += ["notes = [", *(f"  {_quoted(line)}," for line in value), "]"]
        elif isinstance(value, list):
            lines.append(f"{name} = [{', '.join(map(_quoted, value))}]")
        else:
            lines.append(f"{name} = {value:g}")
    return lines


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)  # JSON's strings are TOML's too


def put(notebook: NotebookNode, text: str) -> None:
    """Set a notebook's lecture from a plan: what has no table is skipped.

    Raises ValueError for a text that is no TOML, for a cell that is not there, and for a table
    without a type.
    """
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise ValueError(f"plan: {fault}") from fault
    if untyped := [name for name, own in told.items() if "type" not in own]:
        raise ValueError(f"plan: came {untyped} without a type, expected one of {TYPES}")
    if lost := sorted(set(told) - {cell.id for cell in notebook.cells}):
        raise ValueError(f"plan: came cells {lost}, which the notebook does not have")
    for cell in notebook.cells:
        own = dict(told.get(cell.id, {"type": "skip"}))
        cell.metadata["slideshow"] = {"slide_type": own.pop("type")}
        cell.metadata.pop("lecture", None)
        if own:
            cell.metadata["lecture"] = own


def main() -> int:
    import nbformat

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument(
        "only", nargs="?", default="", help="a notebook's number, or part of its name"
    )
    parser.add_argument("--from", dest="file", type=Path, help="a plan to write into it")
    options = parser.parse_args()
    amiss = 0
    try:
        for path in lectures(options.only):
            notebook = nbformat.read(path, as_version=4)
            if options.file:
                put(notebook, options.file.read_text(encoding="utf-8"))
                files.write(path, nbformat.writes(notebook) + "\n")
            else:
                print(plan(notebook), end="")
            for line in faults(notebook):
                amiss += 1
                print(f"{path.name}: {line}", file=sys.stderr)
    except (OSError, ValueError) as fault:
        print(fault, file=sys.stderr)
        return 1
    return 1 if amiss else 0


if __name__ == "__main__":
    sys.exit(main())
