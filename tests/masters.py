"""The masters of the exercises, read as the tests and the grader read them."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import nbformat

from course_lib.authoring.notebooks import ROOT

MASTERS = sorted(ROOT.glob("solutions/*/*.ipynb"))
CHECK = re.compile(r'check\("(\w+\.\d+)", (\w+)\)\n')


class Asked(NamedTuple):
    """A question as it stands in its master."""

    master: str  # the folder's and the notebook's name
    function: str
    points: int
    check: str  # the id of the cell that is graded
    answer: str  # the id of the cell that is replaced
    before: tuple[str, ...]  # the code cells above the answer, checks left out


def in_one_line(text: str) -> str:
    """A text whatever its lines are: a hint is broken into some."""
    return " ".join(text.split())


def read(folder: str, name: str):
    return nbformat.read(ROOT / folder / name / f"{name}.ipynb", as_version=4)


def marks(cell) -> dict[str, Any]:
    """What nbgrader goes by, without what it adds when it generates."""
    added = ("checksum", "cell_type")
    return {key: v for key, v in cell.metadata.get("nbgrader", {}).items() if key not in added}


@cache
def asked() -> dict[str, Asked]:
    """Every question that is graded by itself, by name."""
    found = {}
    for path in MASTERS:
        before: list[str] = []
        answer = ""
        for cell in read("solutions", path.stem).cells:
            if cell.cell_type != "code":
                continue
            opening = CHECK.match(cell.source)
            if opening:
                name, function = opening.groups()
                points = marks(cell)["points"]
                above = tuple(before[:-1])
                found[name] = Asked(path.stem, function, points, cell.id, answer, above)
            else:
                answer = cell.id
                before.append(cell.source)
    return found


def answered(name: str, text: str) -> Callable:
    """The function that an answer's cell defines, below what stands above it in the master."""
    question = asked()[name]
    space: dict[str, Any] = {}
    for source in (*question.before, text):
        exec(source, space)
    return space[question.function]


def cell(master: str, id: str) -> str:
    """The source of one cell of a master."""
    (source,) = [c.source for c in read("solutions", master).cells if c.id == id]
    return source
