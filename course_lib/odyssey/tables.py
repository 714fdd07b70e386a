"""Tables in Markdown, and the one that says what a study was made by."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_lib.odyssey.trial import Row

MADE_BY = ["engine", "versions", "trials", "diverged", "core hours", "trials a core hour"]


def made_by(studied: Sequence[Row]) -> list[list[str]]:
    """A line an engine and its versions: how many trials it made, and how fast; see `MADE_BY`."""
    lines = []
    for maker in sorted({(row.engine, row.versions) for row in studied}):
        mine = [row for row in studied if (row.engine, row.versions) == maker]
        hours = sum(row.seconds for row in mine) / 3600
        diverged = sum(row.status == "diverged" for row in mine)
        rate = f"{len(mine) / hours:.0f}" if hours else "–"
        lines.append([*maker, str(len(mine)), str(diverged), f"{hours:.1f}", rate])
    return lines


def figure(value: float, digits: int = 3) -> str:
    """A figure with so many digits, a whole number without, a dash where there is none."""
    return "–" if np.isnan(value) else f"{value:.{digits}f}" if value % 1 else f"{value:.0f}"


def table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    rule = ["---"] * len(header)
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, rule, *lines))
