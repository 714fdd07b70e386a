"""A notebook as its slides show it: the cells that are taken, the notes, the size of the code."""

from __future__ import annotations

import copy
import re
import textwrap
from typing import TYPE_CHECKING, Any

from course_lib.authoring import lecture
from course_lib.authoring.notebooks import WIDGETS

if TYPE_CHECKING:
    from nbformat import NotebookNode

HEADING = re.compile(r"^#+ +(.+)", re.MULTILINE)
PROGRESS = "<div data-progress"  # how a bar begins that a training showed
REFERENCE = re.compile(r"IPY_MODEL_(\w+)")

# Sizes of code in px, and the room for it on a slide; a block loses some to its frame.
SIZES = (30, 26, 23, 21, 19, 18)
ACROSS, DOWN, FRAME = 1140, 600, 46
CHARACTER, LINE = 0.61, 1.3  # of the size
TURNS = 88  # characters, beyond which a printed line is left to turn over


def deck(notebook: NotebookNode) -> NotebookNode:
    """The notebook as the slides show it: what is skipped is gone, notes stand in cells of theirs.

    Raises ValueError, all faults named, where the notebook is no lecture.
    """
    if found := lecture.faults(notebook):
        raise ValueError("not a lecture yet:\n" + "\n".join(found))
    made, heading, clock = copy.deepcopy(notebook), "", 0.0
    made.cells = []
    for cell in copy.deepcopy(notebook.cells):
        kind = lecture.slide_type(cell)
        above = heading
        if cell.cell_type == "markdown" and (named := HEADING.findall(cell.source)):
            heading = named[-1]
        if kind == "skip":
            continue
        take(cell)
        begins = kind in lecture.BEGINS
        if begins and not cell.source.startswith("#"):
            made.cells.append(text(f"###### {above}", kind, f"{cell.id}-above"))
            cell.metadata["slideshow"]["slide_type"] = "-"
        made.cells.append(cell)
        if begins:
            clock += lecture.of(cell, "minutes", 0)
            made.cells.append(text(notes(cell, clock), "notes", f"{cell.id}-notes"))
    for slide in slides(made):
        size(slide)
    keep_widgets(made)
    return made


def text(source: str, kind: str, ident: str) -> NotebookNode:
    from nbformat import v4

    cell = v4.new_markdown_cell(source, id=ident)
    cell.metadata["slideshow"] = {"slide_type": kind}
    return cell


def take(cell: NotebookNode) -> None:
    """Leave of a cell what the slide takes of it."""
    if cell.cell_type == "markdown":
        cell.source = lecture.text_shown(cell)
        return
    show = lecture.of(cell, "show", lecture.PARTS[:2])
    outputs = lecture.with_stills(cell)
    cell.outputs = [kept for kept in outputs if not is_progress(kept) and not is_hidden(kept)]
    if "picture" in show:
        for output in cell.outputs:
            output.get("data", {}).pop(lecture.WIDGET, None)
    elif "output" not in show:
        cell.outputs = []
    cell.metadata["transient"] = {"remove_source": "code" not in show}


def is_progress(output: NotebookNode) -> bool:
    data = output.get("data", {})
    bar = lecture.WIDGET in data and "image/png" not in data
    return bar or PROGRESS in data.get("text/html", "")


def is_hidden(output: NotebookNode) -> bool:
    """A picture's description for JupyterLab; nbconvert writes it beside the picture itself."""
    return "left:-9999px" in output.get("data", {}).get("text/html", "")


def notes(cell: NotebookNode, clock: float) -> str:
    """The speaker's notes: minutes first, and where the clock stands after them."""
    lines = [f"**{lecture.of(cell, 'minutes', 0):g} min**, until minute {clock:g}"]
    for line in lecture.of(cell, "notes", []):
        lead, rest = line.split(":", 1)
        lines.append(f"**{lead}:**{rest}")
    return "\n\n".join(lines)


def slides(made: NotebookNode) -> list[list[NotebookNode]]:
    """A deck's cells, slide by slide, without the notes."""
    found: list[list[NotebookNode]] = []
    for cell in made.cells:
        kind = lecture.slide_type(cell)
        if kind in lecture.BEGINS:
            found.append([])
        if kind != "notes":
            found[-1].append(cell)
    return found


def size(slide: list[NotebookNode]) -> None:
    """Tag a slide's code with the largest size in which its code and printed lines fit."""
    code = [cell for cell in slide if cell.cell_type == "code"]
    blocks = [block.splitlines() for cell in code for block in printed(cell)]
    across = max((len(line) for block in blocks for line in block), default=1)
    down = sum(map(len, blocks))
    room = DOWN - FRAME * len(blocks)
    fits = [px for px in SIZES if px * CHARACTER * across <= ACROSS and px * LINE * down <= room]
    for cell in code:
        cell.metadata["tags"] = [f"size-{fits[0] if fits else SIZES[-1]}"]


def printed(cell: NotebookNode) -> list[str]:
    """A cell's code and its printed lines, as far as they are shown."""
    blocks = [] if cell.metadata["transient"]["remove_source"] else [cell.source]
    outputs = [output.text for output in cell.outputs if output.output_type == "stream"]
    return blocks + ["\n".join(textwrap.wrap(t, TURNS, replace_whitespace=False)) for t in outputs]


def keep_widgets(made: NotebookNode) -> None:
    """Drop the state of the widgets that no slide shows; one without state leaves its picture.

    Without the course's settings JupyterLab saves no state.
    """
    state: dict[str, Any] = made.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    wanted = []
    for output in [output for cell in made.cells for output in cell.get("outputs", [])]:
        name = output.get("data", {}).get(lecture.WIDGET, {}).get("model_id")
        if name in state:
            wanted.append(name)
        elif name:
            del output.data[lecture.WIDGET]
    kept: set[str] = set()
    while wanted:
        name = wanted.pop()
        if name not in kept:
            kept.add(name)
            wanted += REFERENCE.findall(str(state[name]))
    for name, model in state.items():  # nothing names a link: it stays where both its ends do
        ends = [REFERENCE.findall(str(model["state"].get(end))) for end in ("source", "target")]
        if all(ends) and all(end[0] in kept for end in ends):
            kept.add(name)
    for name in set(state) - kept:
        del state[name]
