"""A stored notebook as the book shows it: nothing is run, text and outputs are its own."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from course_lib.authoring.deck import PROGRESS, is_hidden
from course_lib.authoring.lecture import WIDGET
from course_lib.authoring.notebooks import WIDGETS
from course_lib.authoring.web.book.links import Places, relink

if TYPE_CHECKING:
    from nbformat import NotebookNode

WORDS, LINES = 200, 15  # of text and of code that are read in a minute
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL)
# A link to a notebook in an output: the book's page of it, or no link where all is in one file.
_NOTEBOOK = re.compile(r"""<a href=(["'])([^"']+)\.ipynb\1>(.*?)</a>""")
_LINKED = r'<a href="\2.html">\3</a>'
_BAR = re.compile(r"\d+%\|")  # of tqdm's own, which is stored as it began
_BREAK = re.compile(r"<(br|hr)\s*>")


def page(notebook: NotebookNode, here: str, places: Places, *, alive: bool) -> NotebookNode:
    """The notebook with links that lead somewhere, and outputs as they are read.

    alive   widgets, and their stills beside them; else the stills alone, and questions as text
    """
    made = copy.deepcopy(notebook)
    state = made.metadata.get("widgets", {}).get(WIDGETS, {}).get("state", {})
    if not alive:
        made.metadata.pop("widgets", None)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = relink(cell.source, here, places)
        elif cell.cell_type == "code":
            read(cell, state, alive)
    return made


def read(cell: NotebookNode, state: dict, alive: bool) -> None:
    """Leave of a cell's outputs what a page shows, and say a picture's description.

    A widget without a state would leave a gap: what is stored beside it is shown in its place.
    """
    kept = []
    for output in cell.outputs:
        data = output.get("data", {})
        if is_hidden(output) or PROGRESS in data.get("text/html", ""):
            continue
        if _BAR.search(data.get("text/plain", "")):
            continue
        if not alive or data.get(WIDGET, {}).get("model_id") not in state:
            data.pop(WIDGET, None)
        if data and not "".join(map(str, data.values())).strip():
            continue
        if "text/html" in data:
            html = _BREAK.sub(r"<\1/>", _STYLE.sub("", data["text/html"]))
            data["text/html"] = _NOTEBOOK.sub(_LINKED if alive else r"\3", html)
        alt = output.get("metadata", {}).get("image/png", {}).get("alt")
        if alt:
            cell.metadata["mystnb"] = {"image": {"alt": alt}}
        kept.append(output)
    cell.outputs = kept


def minutes(notebook: NotebookNode) -> int:
    """How long a page takes to read, and nothing but to read: text at WORDS, code at LINES."""
    text = sum(len(cell.source.split()) for cell in notebook.cells if cell.cell_type == "markdown")
    code = [cell.source.splitlines() for cell in notebook.cells if cell.cell_type == "code"]
    return max(1, round(text / WORDS + sum(map(len, code)) / LINES))


def title(text: str) -> str:
    """The first heading of a text in Markdown. Raises ValueError where there is none."""
    found = re.search(r"^# +(.+)$", text, re.MULTILINE)
    if found is None:
        raise ValueError(f"a page needs a heading; came {text[:60]!r}")
    return found[1].strip()
