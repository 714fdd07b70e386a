"""What has been passed so far, kept in a small file of the user's own.

The file is progress.json in the user's data folder, {"passed": {question: day}}. The environment
variable COURSE_PROGRESS names another folder; where it is set to nothing, and under pytest, no
progress is kept. No trouble with the file ever stops a check.
"""

from __future__ import annotations

import json
import os
import warnings
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path

from course_lib import files

SETS = {
    "ps1": "the standard LSTM",
    "ps2": "peephole connections",
    "ps3": "coupled valves",
    "ps4": "the Gated Recurrent Unit",
    "ps5": "reading a search-space odyssey",
    "capstone": "a variation of your own",
}


def place() -> Path | None:
    """The file that keeps the progress; None where none is to be kept."""
    under_pytest = "PYTEST_CURRENT_TEST" in os.environ  # a kernel that nbval started inherits it
    folder = os.environ.get("COURSE_PROGRESS", "" if under_pytest else None)
    if folder == "":
        return None
    if folder is None:
        from platformdirs import user_data_dir

        folder = user_data_dir("lstm-variations-course", False)
    return Path(folder) / "progress.json"


def passed() -> dict[str, str]:
    """The questions passed so far, each with the day; none, with a warning, if unreadable."""
    file = place()
    try:
        return {} if file is None else _read(file)
    except ValueError:
        _warn(f"The file of your progress is damaged: {file}.")
    except OSError as error:
        _warn(f"Your progress cannot be read: {error}.")
    return {}


def record(name: str) -> None:
    """Note that a question was passed, once; the file is whole at every moment.

    A damaged file is kept beside it as progress.json.damaged, and a new one begun.
    """
    file = place()
    if file is None:
        return
    try:
        try:
            days = _read(file)
        except ValueError:
            aside = file.with_name(f"{file.name}.damaged")
            os.replace(file, aside)
            _warn(
                f"The file of your progress was damaged. It is begun anew; the old one is {aside}."
            )
            days = {}
        if name in days:
            return
        days[name] = date.today().isoformat()
        file.parent.mkdir(parents=True, exist_ok=True)
        files.write(file, json.dumps({"passed": days}, indent=1) + "\n")
    except OSError as error:
        _warn(f"Your progress cannot be kept: {error}.")


def _read(file: Path) -> dict[str, str]:
    """What the file holds, nothing where there is none; ValueError where it is damaged."""
    try:
        held = json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    days = held.get("passed") if isinstance(held, dict) else None
    if not isinstance(days, dict):
        raise ValueError(f"{file} holds no progress")
    return days


def _warn(text: str) -> None:
    """Python shows the same warning once a session."""
    warnings.warn(f"{text} Checks work all the same.", stacklevel=3)


@dataclass(frozen=True)
class Progress:
    """How many questions of each problem set are passed; shows itself as a table."""

    rows: tuple[tuple[str, str, int, int], ...]  # set, what it is about, passed, of how many

    def __repr__(self) -> str:
        wide = max(len(f"{name}: {about}") for name, about, _, _ in self.rows)
        return "\n".join(
            f"{f'{name}: {about}':{wide}}  {done} of {total} passed"
            for name, about, done, total in self.rows
        )

    def _repr_html_(self) -> str:
        left = "style='text-align:left'"
        body = "".join(
            f"<tr><th scope='row' {left}>{escape(name)}</th><td {left}>{escape(about)}</td>"
            f"<td>{done} of {total}</td></tr>"
            for name, about, done, total in self.rows
        )
        head = "".join(f"<th scope='col' {left}>{word}</th>" for word in ("set", "about", "passed"))
        return f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"


def table(questions: Iterable[str], done: Collection[str]) -> Progress:
    """The table of all problem sets, from the names of all questions and of those passed."""
    names = list(questions)
    rows = []
    for name, about in SETS.items():
        mine = [question for question in names if question.startswith(f"{name}.")]
        rows.append((name, about, sum(question in done for question in mine), len(mine)))
    return Progress(tuple(rows))
