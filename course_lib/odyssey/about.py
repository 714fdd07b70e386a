"""What a study is made of, in the .json beside its rows: so that no two studies share a file."""

from __future__ import annotations

import json
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

import course_lib
from course_lib import files
from course_lib.odyssey.protocols import PROTOCOLS
from course_lib.odyssey.rows import named
from course_lib.odyssey.trial import Row
from course_lib.tasks.chorales import Chorales
from course_lib.tasks.chorales.packed import digest

ALIKE = "install alike (for another blas, start with OPENBLAS_CORETYPE set to its name)"


def description(path: str | os.PathLike[str]) -> dict[str, Any]:
    """What a study is made of: protocol, seed, music, versions (the .json beside its rows).

    Raises FileNotFoundError where it is missing, and ValueError where it says something else.
    """
    beside = named(path).with_suffix(".json")
    try:
        found = json.loads(beside.read_text(encoding="utf-8"))
        {**found["protocol"], **found["music"], **found["versions"], "seed": found["seed"]}
    except (ValueError, TypeError, KeyError) as wrong:
        raise ValueError(
            f"{beside} does not say what the study beside it is made of ({wrong!r}). Cure: the "
            "file as the study wrote it, or another file name for a new study"
        ) from wrong
    return found


def made_alike(path: Path, rows: Sequence[Row], mine: tuple[str, str]) -> None:
    """See that this machine works out rows as those that are there were worked out."""
    there = {(row.engine, row.versions) for row in rows}
    if other := sorted(there - {mine}):
        came = "; ".join(" ".join(pair) for pair in other)
        raise ValueError(
            f"{path} holds rows by {came}; here they would be by {' '.join(mine)}, and come out "
            f"a little different. Cure: another file; {ALIKE}; or mixed=True (--mixed)"
        )


def describe(path: Path, protocol: str, seed: int, task: Chorales, fresh: bool) -> None:
    """Write down what the study is made of, or see that it is the one that `path` holds."""
    mine = {
        "protocol": {"name": protocol, **PROTOCOLS[protocol]._asdict()},
        "seed": seed,
        "music": _music(task),
    }
    beside = path.with_suffix(".json")
    if not fresh:
        if not beside.exists():
            raise ValueError(f"{path} has rows, but {beside} is missing: whose rows are they?")
        there = description(path)
        for key, value in mine.items():
            if there[key] != value:
                raise ValueError(
                    f"{path} holds another study: {key} {there[key]}, came {value}. "
                    "Cure: another file, or the same settings"
                )
        return
    machine = {
        "python": platform.python_version(),
        "numpy": np.__version__,
        "course_lib": course_lib.__version__,
        "machine": platform.machine(),
    }
    files.write(beside, json.dumps({**mine, "versions": machine}, indent=1) + "\n")


def same_music(path: str | os.PathLike[str], task: Chorales) -> None:
    """ValueError unless `task` is the music of the study at `path`."""
    there, came = description(path)["music"], _music(task)
    if there != came:
        raise ValueError(f"{path} is a study of other music: {there}, came {came}")


def _music(task: Chorales) -> dict[str, Any]:
    return {"sha256": digest(task.pieces), "pieces": len(task.pieces.split)}


def made_here(row: Row, mine: tuple[str, str]) -> None:
    """RuntimeError unless a row that came was worked out as this machine would."""
    came = (row.engine, row.versions)
    if came != mine:
        raise RuntimeError(
            f"{row.variant} {row.trial} came from a worker that has {' '.join(came)}, this "
            f"machine {' '.join(mine)}: {ALIKE}, or allow mixed=True (--mixed)"
        )
