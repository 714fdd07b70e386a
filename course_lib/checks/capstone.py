"""The capstone: a variation of one's own. There is no reference; its own values must agree.

A variation is elementwise in c₋, i, f, g, o. So the rows that an answer is called with can hold
some numbers, and below them the same ones moved up and down a little, one argument at a time.
Finite differences then follow from the returned values alone, and the slopes must agree.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from course_lib.checks.parts import opened, sizes
from course_lib.checks.question import Question

ARGUMENTS = ("c_", "i", "f", "g", "o")
STEP = 1e-5  # how far a number is moved
FAR = 4e-3  # and so far, to ask whether slopes were worked out or measured
SLACK = 1e-4  # a step of 1e-3 to both sides still comes this near; one to one side does not
ALIKE = 1e-2  # a cell that comes so near to another one everywhere is that one
KINK = 1e-2  # where the slopes to both sides differ more than this, there is none


def moved(rng: np.random.Generator, ways: tuple[float, ...] = (STEP,)) -> tuple[np.ndarray, ...]:
    """c₋, i, f, g, o, each [11 B, H]: B rows, then each argument in turn moved up, moved down.

    With several ways, each moves them anew: [(1 + 10 n) B, H] for n of them.
    """
    B, H = sizes(rng, 2, least=4)  # so many that two cells cannot agree by chance
    c_, g = 1.5 * rng.normal(size=(B, H)), rng.choice([-1, 1], (B, H)) * opened(rng, B, H)
    rows = np.stack([c_, *(opened(rng, B, H) for _ in "if"), g, opened(rng, B, H)])
    steps = [far * one for far in ways for one in np.eye(len(rows))[:, :, None, None]]
    blocks = [rows, *(rows + way * step for step in steps for way in (1, -1))]
    return tuple(np.concatenate(blocks, axis=1))


def blocks(values: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The values at the rows [B, H], and with each argument moved up, and down, [5, B, H]."""
    parts = np.stack(np.split(values, 11))
    return parts[0], parts[1::2], parts[2::2]


def slopes(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The slope in each argument [5, B, H], and where there is one."""
    here, above, below = blocks(values)
    smooth = np.abs(above - 2 * here + below) < KINK * STEP
    return (above - below) / (2 * STEP), smooth


def measured(values: np.ndarray, rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Slopes to nearly all their digits [5, B, H], and where they are so sure.

    From differences over FAR, twice and three times as far, in which what bends cancels.
    """
    far = values[11 * rows :].reshape(3, 5, 2, rows, -1)
    one, two, three = (
        (d[:, 0] - d[:, 1]) / (2 * k * FAR) for k, d in enumerate(far, 1)
    )  # fmt: skip
    slope, check = (15 * one - 6 * two + three) / 10, (4 * one - two) / 3
    return slope, np.abs(slope - check) < 1e-9


# --- cells that the course has already ----------------------------------------------------------


def lstm(c, o, squash: Callable = np.tanh):
    return c, o * squash(c)


KNOWN: dict[str, Callable] = {
    "the standard LSTM": lambda c_, i, f, g, o: lstm(f * c_ + i * g, o),
    "the standard LSTM with i and f in each other's place": lambda c_, i, f, g, o: lstm(
        i * c_ + f * g, o
    ),
    "coupled valves, f = 1 − i": lambda c_, i, f, g, o: lstm((1 - i) * c_ + i * g, o),
    "coupled valves, i = 1 − f": lambda c_, i, f, g, o: lstm(f * c_ + (1 - f) * g, o),
    "the LSTM without a memory valve (NIG)": lambda c_, i, f, g, o: lstm(f * c_ + g, o),
    "the LSTM without a forget valve (NFG)": lambda c_, i, f, g, o: lstm(c_ + i * g, o),
    "the LSTM without an output valve (NOG)": lambda c_, i, f, g, o: lstm(f * c_ + i * g, 1),
    "the LSTM without its tanh on the output (NOAF)": lambda c_, i, f, g, o: lstm(
        f * c_ + i * g, o, lambda c: c
    ),
}


def not_a_cell(given: tuple, c: np.ndarray, h: np.ndarray) -> str:
    """What keeps two pipelines from being a variation of one's own; empty where nothing does."""
    for name, values in (("c", c), ("h", h)):
        if not np.isfinite(values).all():
            return f"what differs: {name} is not finite everywhere.\nhint: what is divided by 0?"
    of_c, of_h = (np.abs(slopes(values)[0]).max(axis=(1, 2)) > SLACK for values in (c, h))
    if not of_c[0]:
        return (
            "what differs: c does not depend on c₋.\nhint: a memory keeps a part of what it held."
        )
    if not of_c[3]:
        return "what differs: c does not depend on g.\nhint: nothing new is ever put in."
    if not of_h[0]:
        return "what differs: h does not depend on the memory.\nhint: h is to show a part of c."
    for name, cell in KNOWN.items():
        if all(
            np.allclose(a, b, rtol=ALIKE, atol=ALIKE)
            for a, b in zip(cell(*given), (c, h), strict=True)
        ):
            return f"what differs: this is {name}.\nhint: change an equation: make it your own."
    return ""


# --- the questions ------------------------------------------------------------------------------


@dataclass(frozen=True)
class OwnCell(Question):
    """An answer that returns c and h, and where it is asked to, their slopes."""

    by_hand: bool = False

    def fault(self, given: tuple, came: Any) -> str:
        wrong = self._misshapen(came, self.reference(*given))
        if wrong:
            return wrong
        whole = [np.asarray(values, float) for values in came]
        rows = len(given[0]) // (41 if self.by_hand else 11)
        given = tuple(argument[: 11 * rows] for argument in given)
        c, h, *stated = (v[: 11 * rows] if v.ndim == 2 else v for v in whole)
        wrong = not_a_cell(given, c, h)
        for name, values, told in zip("ch", (c, h), stated, strict=False):
            wrong = wrong or disagrees(name, values, told, given)
        return wrong or (self.by_hand and are_measured(whole, rows)) or ""


def disagrees(name: str, values: np.ndarray, told: np.ndarray, given: tuple) -> str:
    """Whether the slopes of c or h that came agree with the values that came."""
    found, smooth = slopes(values)
    if smooth.mean() < 0.5:
        return f"what differs: {name} has no slope at most places.\nhint: it is to be smooth."
    told = told[:, : found.shape[1]]
    off = np.where(smooth, np.abs(told - found) / np.maximum(1, np.abs(found)), 0)
    if off.max() <= SLACK:
        return ""
    worst = int(off.max(axis=(1, 2)).argmax())
    return (
        f"what differs: ∂{name}/∂{ARGUMENTS[worst]} is off by {off[worst].max():.2g} from what "
        f"finite differences of your own {name} give.\nhint: {reason(name, told, found, given)}"
    )


def are_measured(came: list[np.ndarray], rows: int) -> str:
    """Whether slopes were measured by finite differences, which lose half of their digits."""
    off = []
    for values, told in zip(came[:2], came[2:], strict=True):
        slope, sure = measured(values, rows)
        share = np.abs(told[:, :rows] - slope) / np.maximum(1, np.abs(slope))
        off += share[sure & (np.abs(slope) > 1e-6)].tolist()
    if not off or np.mean(np.array(off) > 2e-12) < 0.25:
        return ""
    return (
        "what differs: the slopes agree to a few digits, as finite differences do.\n"
        "hint: work them out on paper; an equation gives all the digits of a float64."
    )


def reason(name: str, told: np.ndarray, found: np.ndarray, given: tuple) -> str:
    """The usual mistake that these slopes look like."""
    c_, i, f, g, o = (blocks(argument)[0] for argument in given)
    inner = np.stack([np.ones_like(c_), i * (1 - i), f * (1 - f), 1 - g * g, o * (1 - o)])

    def like(other) -> bool:
        return bool(np.allclose(told, other, atol=SLACK))

    if like(-found):
        return "the sign of all of them."
    if like(found * inner):
        return "the slopes in the valves themselves are asked for, not in their pre-activations."
    if like(2 * found) or like(found / 2):
        return "a factor of 2: from one step below to one above is two steps."
    if like(found * STEP) or np.abs(told).max() < 1e-2 * np.abs(found).max():
        return "far too small: divide by how far the number was moved."
    if name == "h" and np.allclose(told[:4], 0):
        return "c₋, i, f and g act on h through c: ∂h/∂c times ∂c/∂ each of them."
    if sorted(map(float, told.sum(axis=(1, 2)).round(3))) == sorted(
        map(float, found.sum(axis=(1, 2)).round(3))
    ):
        return "in another order: the slopes come in the order c₋, i, f, g, o."
    return "move that one argument on paper, hold the others still, and follow each term."


def example(c_, i, f, g, o):
    """What may be put in is at most what was taken away: c = f ∘ c₋ + (1 − f) ∘ i ∘ g."""
    return lstm(f * c_ + (1 - f) * i * g, o)


def example_slopes(c_, i, f, g, o):
    c, h = example(c_, i, f, g, o)
    dc = np.stack([f, (1 - f) * g, c_ - i * g, (1 - f) * i, np.zeros_like(c)])
    dh = o * (1 - np.tanh(c) ** 2) * dc
    dh[4] = np.tanh(c)
    return c, h, dc, dh


HERE = ("course_lib.checks",)  # the library has no such cell: its other modules may be used
FOUR = ("c", "h", "dc", "dh")
QUESTIONS: dict[str, Question] = {
    "capstone.1": OwnCell(example, ("c", "h"), moved, answered_by=HERE),
    "capstone.2": OwnCell(example_slopes, FOUR, moved, answered_by=HERE),
    "capstone.3": OwnCell(
        example_slopes,
        FOUR,
        lambda rng: moved(rng, (STEP, FAR, 2 * FAR, 3 * FAR)),
        answered_by=HERE,
        by_hand=True,
    ),
}
