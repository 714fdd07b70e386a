"""What has been passed so far, kept in a small file of the user's own.

The file is progress.json in the user's data folder, {"passed": {question: day}, "missed":
{question: [a mark for each different answer that did not pass]}}. The environment variable
COURSE_PROGRESS names another folder; where it is set to nothing, and under pytest, no progress is
kept. No trouble with the file ever stops a check.
"""

from __future__ import annotations

import copy
import json
import os
import warnings
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from course_lib import files, lite

Kept = dict[str, Any]
MOST = 20  # marks of one question

SETS = {  # in the order of the course: what it is about
    "00": "why a network needs a memory",
    "01": "the standard LSTM",
    "01b": "the LSTM at work",
    "ps1": "the standard LSTM by yourself",
    "02": "peephole connections",
    "ps2": "peepholes by yourself",
    "03": "coupled valves",
    "ps3": "coupled valves by yourself",
    "04": "the Gated Recurrent Unit",
    "ps4": "the GRU by yourself",
    "05": "the search-space odyssey",
    "ps5": "an odyssey read and tested",
    "06": "a field guide",
    "ps6": "cells from the field guide",
    "capstone": "a variation of your own",
}


def place() -> Path | None:
    """The file that keeps the progress, on the browser edition's own drive; None for none."""
    under_pytest = "PYTEST_CURRENT_TEST" in os.environ  # a kernel that nbval started inherits it
    folder = os.environ.get("COURSE_PROGRESS", "" if under_pytest else None)
    if folder == "":
        return None
    if folder is None and lite.in_browser():
        folder = str(lite.DRIVE / "progress")
    if folder is None:
        from platformdirs import user_data_dir

        folder = user_data_dir(files.COURSE, False)
    return Path(folder) / "progress.json"


def passed() -> dict[str, str]:
    """The questions passed so far, each with the day; none, with a warning, if unreadable."""
    file = place()
    try:
        return {} if file is None else read(file)["passed"]
    except ValueError:
        _warn(f"The file of your progress is damaged: {file}.")
    except OSError as error:
        _warn(f"Your progress cannot be read: {error}.")
    return {}


def record(name: str) -> dict[str, str]:
    """Note that a question was passed, once, and forget what was tried before.

    Returns what has been passed so far, each with the day; nothing where nothing can be kept.
    """

    def note(kept: Kept) -> None:
        kept["passed"].setdefault(name, date.today().isoformat())
        kept["missed"].pop(name, None)

    return _changed(note)["passed"]


def miss(name: str, mark: str) -> list[str]:
    """Note that an answer did not pass, by a mark of its own; → the marks of all such so far.

    An answer that is tried again counts once; of a question that has been passed, none counts.
    """

    def note(kept: Kept) -> None:
        tried = kept["missed"].get(name, [])
        if name not in kept["passed"] and mark not in tried and len(tried) < MOST:
            kept["missed"][name] = [*tried, mark]

    return _changed(note)["missed"].get(name, [])


def _changed(note: Callable[[Kept], None]) -> Kept:
    """The file after a change, empty where nothing can be kept; it is whole at every moment.

    A damaged file is kept beside it as progress.json.damaged, and a new one begun.
    """
    file = place()
    if file is None:
        return _nothing()
    try:
        try:
            kept = read(file)
        except ValueError:
            aside = file.with_name(f"{file.name}.damaged")
            os.replace(file, aside)
            _warn(f"Your progress file was damaged. A new one was begun; the old one is {aside}.")
            kept = _nothing()
        before = copy.deepcopy(kept)
        note(kept)
        if kept != before:
            file.parent.mkdir(parents=True, exist_ok=True)
            files.write(file, text(kept))
    except OSError as error:
        _warn(f"Your progress cannot be kept: {error}.")
        return _nothing()
    return kept


def _nothing() -> Kept:
    return {"passed": {}, "missed": {}}


def read(file: Path) -> Kept:
    """All that the file holds, nothing where there is none; ValueError where it is damaged."""
    try:
        held = json.loads(file.read_text(encoding="utf-8-sig"))  # as Notepad saves it
        days, missed = list(held["passed"].values()), held.get("missed", {})
        tried = list(missed.values())
    except FileNotFoundError:
        return _nothing()
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"{file} holds no progress: {error!r}") from error
    if not all(isinstance(day, str) for day in days):
        raise ValueError(f"{file} holds no progress: came {days}, expected the days as text")
    if not all(isinstance(row, list) for row in tried):
        raise ValueError(
            f"{file} holds no progress: came {tried}, expected lists of what was tried"
        )
    return {**held, "missed": missed}


def text(held: Kept) -> str:
    """What a file of progress is to hold, as it is written there."""
    return json.dumps(held, indent=1) + "\n"


def _warn(told: str) -> None:
    """Python shows the same warning once a session."""
    warnings.warn(f"{told} Checks work all the same.", stacklevel=3)
