"""How far a learner has come: a pipe for each notebook and problem set, as full as it is done."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import NamedTuple

from course_lib.checks.keeping import SETS

COURSE = (
    Path(__file__).resolve().parents[2]
)  # as checked out; an installed library has no notebooks
PIPE = "width:180px;height:14px;background:#8883;border:solid #8d949e;border-width:2px 0"
FLOW = "width:{share:.0%};height:100%;background:#E69F00"


class Row(NamedTuple):
    """A notebook's closed questions, or a problem set's questions."""

    name: str
    about: str
    passed: int
    total: int
    link: str  # from notebooks/, empty where there is no such file


@dataclass(frozen=True)
class Progress:
    """How many questions are answered; shows itself as pipes that fill, or as text."""

    rows: tuple[Row, ...]

    def __repr__(self) -> str:
        wide = max(len(f"{row.name}: {row.about}") for row in self.rows)
        return "\n".join(
            f"{f'{row.name}: {row.about}':{wide}}  {row.passed} of {row.total}" for row in self.rows
        )

    def _repr_html_(self) -> str:
        left = "style='text-align:left'"
        body = "".join(
            f"<tr><th scope='row' {left}>{_linked(row)}</th><td {left}>{escape(row.about)}</td>"
            f"<td><div aria-hidden='true' style='{PIPE}'>"
            f"<div style='{FLOW.format(share=row.passed / row.total)}'></div></div></td>"
            f"<td>{row.passed} of {row.total}</td></tr>"
            for row in self.rows
        )
        words = ("", "about", "", "answered")
        head = "".join(f"<th scope='col' {left}>{word}</th>" for word in words)
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def _linked(row: Row) -> str:
    return f"<a href='{escape(row.link)}'>{escape(row.name)}</a>" if row.link else escape(row.name)


def _link(name: str) -> str:
    """Where a set's notebook lies, seen from the folder of the notebooks."""
    for pattern, to in (("notebooks/{}_*.ipynb", "{}"), ("exercises/{}*/*.ipynb", "../{}")):
        for file in sorted(COURSE.glob(pattern.format(name))):
            below = file.relative_to(COURSE).as_posix().removeprefix("notebooks/")
            return to.format(below)
    return ""


def table(questions: Iterable[str], done: Collection[str]) -> Progress:
    """A row for each set that has questions, from the names of all and of those answered."""
    names = list(questions)
    rows = []
    for name, about in SETS.items():
        mine = [question for question in names if question.startswith(f"{name}.")]
        if mine:
            passed = sum(question in done for question in mine)
            rows.append(Row(name, about, passed, len(mine), _link(name)))
    return Progress(tuple(rows))
