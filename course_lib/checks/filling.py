"""How far a learner has come: a pipe for each set, as full as it is done, and what comes next."""

from __future__ import annotations

import json
import re
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
        words = ("set", "about", "so far", "answered")
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


@dataclass(frozen=True)
class Passed:
    """That a question is passed, how many of its set are, and which comes next."""

    name: str
    done: int
    total: int
    following: str = ""  # the next question of the set that is not passed yet
    heading: str = ""  # and how it is headed in the notebook

    def __repr__(self) -> str:
        after = f"next: {self.following}" if self.following else "all of this set"
        title = f" {self._title}" if self.heading else ""
        return f"{self.name}: passed · {self.done} of {self.total} · {after}{title}"

    @property
    def _title(self) -> str:
        """ "2. One step (4 points)" → "One step" """
        return re.sub(r"^\d+\. | \(.*\)$", "", self.heading)

    def _repr_html_(self) -> str:
        after = f"next: {self.following}" if self.following else "all of this set: well done"
        if self.heading:
            anchor = escape(self.heading.replace(" ", "-"), quote=True)
            after = f"next: <a href='#{anchor}'>{escape(self._title)}</a>"
        style = "display:inline-block;border-left:6px solid #009E73;padding:2px 10px"
        return (
            f"<div style='{style}'><b>{escape(self.name)}: passed</b> · "
            f"{self.done} of {self.total} · {after}</div>"
        )


def passed(name: str, questions: Iterable[str], done: Collection[str]) -> Passed:
    """What to say of a question that has just been passed."""
    own = name.split(".")[0]
    mine = [question for question in questions if question.split(".")[0] == own]
    left = [question for question in mine if question not in done and question != name]
    after = [question for question in left if mine.index(question) > mine.index(name)]
    following = (after or left or [""])[0]
    return Passed(name, len(mine) - len(left), len(mine), following, _heading(following))


def _texts(file: Path) -> list[str]:
    """The texts of a notebook's cells; none where Git's marks, say, have left it unreadable."""
    try:
        cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
        return ["".join(cell["source"]) for cell in cells]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _heading(question: str) -> str:
    """How a question is headed in its exercise; empty where there is no such file."""
    own, _, number = question.partition(".")
    for file in COURSE.glob(f"exercises/{own}*/*.ipynb") if number else ():
        for text in _texts(file):
            found = re.search(rf"^## ({number}\. .*)$", text, re.MULTILINE)
            if found:
                return found[1].strip()
    return ""
