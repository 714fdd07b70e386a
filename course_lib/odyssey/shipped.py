"""README.md beside the rows that come with the course: what each study shows."""

from __future__ import annotations

from pathlib import Path

from course_lib.odyssey import SHIPPED, SHIPPED_BUILT, SHIPPED_PAPER, rows
from course_lib.odyssey.report import report
from course_lib.odyssey.side_by_side import side_by_side

OPENING = """# The studies that come with the course

Written by `python -m course_lib.odyssey report`. The rows were made by

    {commands}

where FILE holds the literature's chorales (Boulanger-Lewandowski et al. 2012). Without it a study
uses those that are built from music21's corpus. With more trials the same command goes on from
these rows.

A row comes out again to the last digit only by the same arithmetic, which its `bits` name: the
engine, NumPy, and the kernel that BLAS chooses for a processor. With another kernel the test loss
of V's best twenty trials moved by 0.03 nats on average and by 0.19 at most.

Why a finding may differ from the paper's is in notebooks/05_search_space_odyssey.ipynb, section 10.
"""


def page() -> str:
    """The whole page: every study that is there, then the protocols side by side."""
    made = [
        (SHIPPED, "run jsb_quick.csv --data FILE"),
        (SHIPPED_BUILT, "run jsb_quick_built.csv"),
        (SHIPPED_PAPER, "run jsb_paper.csv --data FILE --protocol paper"),
    ]
    there = [(path, command) for path, command in made if path.exists()]
    commands = "\n    ".join(
        f"python -m course_lib.odyssey {command} --trials {_trials(path)}"
        for path, command in there
    )
    parts = [report(path) for path, _ in there]
    if SHIPPED_PAPER.exists():
        parts.append(side_by_side(SHIPPED, SHIPPED_PAPER))
    opening = OPENING.format(commands=commands)
    return "\n".join([opening, *("#" + part.replace("\n## ", "\n### ") + "\n" for part in parts)])


def _trials(path: Path) -> int:
    return max(row.trial for row in rows.read(path))
