"""README.md beside the rows that come with the course: what each study shows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np

from course_lib.odyssey import (
    SHIPPED,
    SHIPPED_BUILT,
    SHIPPED_NUMPY,
    SHIPPED_PAPER,
    VARIANTS,
    rows,
)
from course_lib.odyssey.protocols import TRIALS
from course_lib.odyssey.report import report
from course_lib.odyssey.side_by_side import pairs, side_by_side
from course_lib.odyssey.tables import table

OPENING = """# The studies that come with the course

Written by `python -m course_lib.odyssey report`. The rows were made by

    {commands}

where FILE holds the literature's chorales (Boulanger-Lewandowski et al. 2012). Without it a study
uses those that are built from music21's corpus. The same command goes on from these rows.

A row comes out again to the last digit only by the same arithmetic, which its `bits` name: the
engine, NumPy, and the kernel that BLAS chooses for a processor. {moved}

Why a finding may differ from the paper's is in notebooks/05_search_space_odyssey.ipynb, section 11.

{made}

Hours by each trial's own clock: whatever else the machine was doing is in them. The whole: what
200 trials of nine variants would take at the same rate.
"""


def page() -> str:
    """The whole page: every study that is there, then the protocols side by side."""
    made = {
        SHIPPED: ("jsb_quick.csv --data FILE", TRIALS),
        SHIPPED_BUILT: ("jsb_quick_built.csv", 20),
        SHIPPED_NUMPY: ("jsb_quick_numpy.csv --data FILE --engine numpy --variants V", TRIALS),
        SHIPPED_PAPER: ("jsb_paper.csv --data FILE --protocol paper", TRIALS),
    }
    commands = "\n    ".join(
        f"python -m course_lib.odyssey run {what} --trials {trials}"
        for what, trials in made.values()
    )
    parts = [report(path) for path in made if path != SHIPPED_NUMPY]
    parts.append(side_by_side(SHIPPED, SHIPPED_PAPER))
    opening = OPENING.format(commands=commands, made=_made(made), moved=_moved())
    return "\n".join([opening, *("#" + part.replace("\n## ", "\n### ") + "\n" for part in parts)])


def _moved() -> str:
    """How far trials move by another arithmetic."""
    twice = pairs(rows.read(SHIPPED_NUMPY), rows.read(SHIPPED))
    moved = [abs(b.test_nll - a.test_nll) for a, b in twice if a.status == b.status == "ok"]
    return (
        f"V's {len(moved)} trials that\n"
        f"ended in both `{SHIPPED.name}` and `{SHIPPED_NUMPY.name}` differ on test by less than\n"
        f"{np.median(moved):.3f} nats in half of them, by more than "
        f"{np.percentile(moved, 90):.2f} in one of ten, and by {max(moved):.1f} at most."
    )


def _made(there: Iterable[Path]) -> str:
    """How far each study is, by what, and what it took."""
    lines = []
    for path in there:
        studied = rows.read(path)
        for engine in sorted({row.engine for row in studied}):
            seconds = [row.seconds for row in studied if row.engine == engine]
            hours = sum(seconds) / 3600
            lines.append([
                path.stem,
                f"{rows.abreast(studied)[-1].trial} of {TRIALS}",
                engine,
                str(len(seconds)),
                f"{hours:.1f}",
                f"{len(seconds) / hours:.0f}",
                f"{hours / len(seconds) * TRIALS * len(VARIANTS):.1f} core hours",
            ])  # fmt: skip
    header = ["study", "trials of each variant", "engine", "trials", "core hours"]
    return table([*header, "trials a core hour", "the whole"], lines)
