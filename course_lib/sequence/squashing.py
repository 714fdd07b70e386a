"""How the engine squashes the blocks of a step: all at once where it can."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np

from course_lib.cells.activations import Activation
from course_lib.cells.cell import Cell

Run = tuple[slice, np.ndarray, np.ndarray]


class Plan(NamedTuple):
    """How the blocks of a step are squashed: σ(a) = ½ + ½ tanh(½ a), in as few calls as can be.

    inside [k'H] holds the inner ½, to be folded into the weights. early and late are runs of
    blocks, with the outer scale and shift in arrays of the run's size.
    """

    inside: np.ndarray
    early: list[Run]
    late: list[Run]


def plan_of(cell: Cell, B: int) -> Plan:
    """The plan for a cell and B sequences side by side; made once and kept."""
    kind: Any = type(cell)
    return _plan(kind, cell.hidden_size, B, cell.dtype.str)


@lru_cache(maxsize=64)
def _plan(kind: Any, H: int, B: int, dtype: str) -> Plan:
    """All blocks are squashed at once, but for those that wait: the output valve that peeks at the
    new c, and the GRU's n, which waits for r.
    """
    blocks = {**kind.memory_blocks, **kind.output_blocks}
    waits = bool(kind.reset) or any(block in kind.output_blocks for block in kind.peeking())
    first = len(blocks) - waits * (len(kind.output_blocks) or 1)
    u = [1.0] if kind.reset == "u" else []
    inside = np.repeat(np.array([*(k.inside for k in blocks.values()), *u], dtype), H)
    early, late = (
        _runs(list(blocks.values()), part, H, B, dtype)
        for part in (range(first), range(first, len(blocks)))
    )
    return Plan(inside, early, late)


def _runs(kinds: list[Activation], which: range, H: int, B: int, dtype: str) -> list[Run]:
    """Neighbours that are squashed in one call: their rows of a [kH, B], scale and shift."""
    runs: list[list[int]] = []
    for j in which:
        if not kinds[j].squashes:
            continue
        if runs and runs[-1][-1] == j - 1:
            runs[-1].append(j)
        else:
            runs.append([j])

    def wide(numbers: list[float]) -> np.ndarray:  # as large as what it meets: no broadcasting
        return np.repeat(np.array(numbers, dtype), H * B).reshape(-1, B)

    return [
        (
            slice(run[0] * H, (run[-1] + 1) * H),
            wide([kinds[j].scale for j in run]),
            wide([kinds[j].shift for j in run]),
        )
        for run in runs
    ]
