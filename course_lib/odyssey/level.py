"""How often the test of two best tenths is wrong, and how often it sees what is there.

Studies are made up from the trials of a real one: nine variants, each of n trials drawn from the
same trials, so nothing differs and every finding is false. For the power one variant's losses are
raised by a known amount.

python -m course_lib.odyssey level        the table for the shipped study; five to ten minutes
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from course_lib.odyssey.analysis import tenth_of
from course_lib.odyssey.selection import LEVEL, interval, tenths
from course_lib.odyssey.trial import Row

# The trials that studies are made up from, by name: of one variant, or of several together.
POOLS = {
    "V": ("V",),
    "V, CIFG and NP": ("V", "CIFG", "NP"),
    "NIG": ("NIG",),
    "NOAF": ("NOAF",),
}
SIZES = (200, 100, 50, 20)
RAISED = (0.1, 0.2, 0.3, 0.4, 0.5)
OTHERS = 8  # variants against V


class Alarms(NamedTuple):
    """Shares of made-up studies: a test of one variant, and any of all, corrected.

    one, any        by trials drawn anew; one_welch, any_welch    by Welch's test of the tenths
    """

    one: float
    any: float
    one_welch: float
    any_welch: float


def alarms(
    rows: Sequence[Row],
    pool: Sequence[str],
    trials: int,
    *,
    raised: float = 0.0,
    studies: int = 1000,
    draws: int = 4000,
    seed: int = 0,
) -> Alarms:
    """How often the tests of made-up studies find a difference.

    pool      the variants whose trials all nine are drawn from
    trials    of each variant
    raised    nats that are added to the losses of one of the eight. Where it is 0 nothing
              differs. Else `one` is how often that one is found, after the correction for all
    """
    from scipy.stats import ttest_ind

    rng = np.random.default_rng(seed)
    mine = [row for row in rows if row.variant in pool]
    order = sorted(mine, key=lambda row: (row.status != "ok", row.val_nll))
    losses = np.array([row.test_nll for row in order])  # those that ended first, by validation
    k = tenth_of(trials)
    found: list[tuple[float, bool, float, bool]] = []
    for _ in range(studies):
        made = [_study(losses, trials, rng) for _ in range(OTHERS + 1)]
        made[1] = made[1] + raised
        again = np.stack([tenths(one, trials, draws, rng) for one in made])
        tops = np.stack([one[:k] for one in made])
        with warnings.catch_warnings():  # a tenth of two may hold the same trial twice: no p
            warnings.simplefilter("ignore", RuntimeWarning)
            welch = ttest_ind(tops[1:], tops[0], axis=1, equal_var=False).pvalue
        p_all = np.array([interval(one - again[0], OTHERS)[2] for one in again[1:]])
        p_one = np.array([interval(one - again[0], 1)[2] for one in again[1:]])
        single, single_welch = (p_all, welch * OTHERS) if raised else (p_one, welch)
        which = slice(0, 1) if raised else slice(None)
        found.append(
            (
                float((single[which] < LEVEL).mean()),
                bool((p_all < LEVEL).any()),
                float((single_welch[which] < LEVEL).mean()),
                bool((welch * OTHERS < LEVEL).any()),
            )
        )
    return Alarms(*np.mean(found, axis=0).tolist())


def _study(losses: np.ndarray, trials: int, rng: np.random.Generator) -> np.ndarray:
    """The test losses of trials drawn from `losses`, those that ended, best first.

    Drawn once more where too few ended for a best tenth: such a study cannot be compared.
    """
    while True:
        drawn = losses[np.sort(rng.integers(len(losses), size=trials))]
        ended = drawn[np.isfinite(drawn)]
        if len(ended) >= tenth_of(trials):
            return ended


def table(rows: Sequence[Row], studies: int = 1000) -> Iterator[str]:
    """The page, line by line as it is worked out: level by pool and size, then power."""
    yield "# How often the tests of the Odyssey are wrong\n"
    yield "Written by `python -m course_lib.odyssey level`.\n"
    yield (
        f"{studies} made-up studies a line. Nothing differs in them: nine variants, whose trials "
        "are all drawn from\nthe same trials of the shipped study. One: the share of single tests "
        f"at {LEVEL:.0%} that find a difference.\nAny: the share of studies in which any of eight "
        "does, corrected for eight tests (Bonferroni).\n"
    )
    yield "| trials drawn from | of each | one, redrawn | any | one, Welch | any |"
    yield "| --- | --- | --- | --- | --- | --- |"
    for name, pool in POOLS.items():
        for trials in SIZES:
            found = alarms(rows, pool, trials, studies=studies)
            figures = " | ".join(f"{share:.1%}" for share in found)
            yield f"| {name} | {trials} | {figures} |"
    yield "\n## What it sees\n"
    yield (
        "One of the eight is worse by so many nats, everything else the same (trials of V, CIFG "
        "and NP): the share\nof studies that find it, corrected for eight tests.\n"
    )
    sizes = (200, 100)
    yield f"| worse by | {' | '.join(f'{size} trials' for size in sizes)} |"
    yield f"| --- |{' --- |' * len(sizes)}"
    for raised in RAISED:
        seen = [
            alarms(rows, POOLS["V, CIFG and NP"], size, raised=raised, studies=studies).one
            for size in sizes
        ]
        yield f"| {raised} | {' | '.join(f'{share:.0%}' for share in seen)} |"
