"""From the bytes of a file to a notebook's cells, whichever editor wrote them."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

LARGEST = 16 * 2**20  # bytes of a notebook; one with pictures has one or two
MOST_CELLS = 1000
OLD_OUTPUTS = {"pyout": "execute_result", "pyerr": "error"}  # nbformat 3's names, and nbformat 4's
OLD_DATA = {"text": "text/plain", "png": "image/png"}


class Unreadable(Exception):
    """A submission that cannot be graded; the message is what its student is told."""


class Cell(NamedTuple):
    """A submitted cell: what it was called, once, its text, and what it showed."""

    kind: str
    ident: str
    grade_id: str
    source: str
    outputs: tuple = ()


def read(data: bytes) -> list[Cell]:
    """The cells of a notebook file, whatever else is in it.

    Raises Unreadable where it is too large, or no notebook.
    """
    if not data.strip(b"\0 \t\r\n"):
        raise Unreadable("The file that was handed in is empty.")
    if len(data) > LARGEST:
        most = f"{LARGEST / 2**20:.0f} MiB"
        raise Unreadable(f"The notebook is larger than {most}. Clear its outputs, then save it.")
    notebook = _parsed(data)
    cells = notebook.get("cells") if isinstance(notebook, dict) else None
    if cells is None and isinstance(notebook, dict) and notebook.get("worksheets"):
        cells = _old(notebook["worksheets"])
    if not isinstance(cells, list):
        raise Unreadable("The file that was handed in is no notebook: it has no cells.")
    if len(cells) > MOST_CELLS:
        raise Unreadable(f"The notebook has {len(cells)} cells; {MOST_CELLS} are read at most.")
    return [_cell(cell) for cell in cells if isinstance(cell, dict)]


def _parsed(data: bytes) -> Any:
    """JSON in UTF-8, 16 or 32, or in the one byte a letter that an old editor writes."""
    for encoding in (json.detect_encoding(data), "cp1252"):
        try:
            return json.loads(data.decode(encoding).lstrip("\ufeff"))
        except (ValueError, RecursionError):
            continue
    raise Unreadable("The file that was handed in is no notebook: it isn't JSON.")


def _old(worksheets: Any) -> list | None:
    """The cells of nbformat 3, which knew several sheets."""
    sheets = worksheets if isinstance(worksheets, list) else []
    lists = [sheet.get("cells") for sheet in sheets if isinstance(sheet, dict)]
    return [c for cells in lists if isinstance(cells, list) for c in cells] if lists else None


def _cell(cell: dict) -> Cell:
    metadata = cell.get("metadata")
    marks = metadata.get("nbgrader") if isinstance(metadata, dict) else None
    grade_id = marks.get("grade_id") if isinstance(marks, dict) else None
    source = lines(cell.get("source", cell.get("input", "")))
    texts = [cell.get("cell_type"), cell.get("id"), grade_id, source]
    outputs = cell.get("outputs")
    shown = [_output(one) for one in outputs if isinstance(one, dict)] if isinstance(
        outputs, list
    ) else []  # fmt: skip
    kept = [printable(text) if isinstance(text, str) else "" for text in texts]
    return Cell(kept[0], kept[1], kept[2], kept[3], tuple(shown))


def _output(output: dict) -> dict:
    """An output as nbformat 4 has it; still as nobody has looked at it."""
    made = dict(output)
    kind = made.get("output_type")
    made["output_type"] = OLD_OUTPUTS.get(kind, kind) if isinstance(kind, str) else None
    data = made.get("data", {new: made[old] for old, new in OLD_DATA.items() if old in made})
    if isinstance(data, dict):
        made["data"] = {name: lines(value) for name, value in data.items()}
    made["name"] = made.get("name", made.get("stream"))
    made["text"] = lines(made.get("text", ""))
    return made


def lines(text: Any) -> str:
    """A text that may come as a list of lines, with one kind of line's end."""
    if isinstance(text, list):
        text = "".join(line for line in text if isinstance(line, str))
    return text.replace("\r\n", "\n").replace("\r", "\n") if isinstance(text, str) else ""


def printable(text: str) -> str:
    """Without lone surrogates, which no file can hold."""
    return text.encode("utf-8", "replace").decode()
