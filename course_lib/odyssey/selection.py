"""Is the difference of two best tenths more than chance, where the tenths were selected?

A best tenth is not a sample of twenty trials: it is the outcome of a selection among two hundred. A
test on the twenty, such as Welch's, takes them as given and misses most of what chance did. So
the unit here is the trial. Draw as many of a variant's trials as it has, with replacement; choose
the best tenth of these by validation; take its mean on test; again and again (the bootstrap, Efron
1979). How far such means scatter tells how sure the mean of the best tenth is.

Of the differences to V drawn so, the interval leaves out as many at either end as the level says,
and p is twice the share beyond 0. Both are for all tests of a study together (Bonferroni): with
eight tests at 5 %, each interval holds 1 − 0.05/8 = 99.4 % of the draws.

How often this finds something where nothing differs, and how often it finds what is there, is
measured: python -m course_lib.odyssey level. With fifty trials of each variant the level is nearly
kept; among twenty the best tenth is two trials, and no drawing anew says how far two more would
lie. To be careful, nothing is decided below ENOUGH.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from course_lib.arguments import whole
from course_lib.odyssey.analysis import best_tenth, ranked, tenth_of, variants_in
from course_lib.odyssey.trial import Row

LEVEL = 0.05  # of all tests of a study together; in the paper, according to readers, for each
DRAWS = 20_000
ENOUGH = 100  # trials of each variant


class Difference(NamedTuple):
    """A variant's best tenth minus V's, on test, in nats a frame.

    low, high      the interval, for all tests together; p is times the number of tests
    trials         the fewer of the variant's and V's; below ENOUGH nothing is decided
    """

    variant: str
    mean: float
    difference: float
    low: float
    high: float
    p: float
    trials: int

    def differs(self, sign: int = 0) -> bool:
        """Whether 0 lies outside the interval; sign +1: the variant is worse, −1: better."""
        shown = self.trials >= ENOUGH and not self.low <= 0 <= self.high
        return shown and (sign == 0 or self.difference * sign > 0)


def tenths(
    losses: Sequence[float] | np.ndarray, trials: int, draws: int, rng: np.random.Generator
) -> np.ndarray:
    """The mean test loss of the best tenth in each of `draws` studies drawn anew, [draws].

    losses     on test, of the trials that ended, the best by validation first
    trials     of how many trials a study is drawn, the diverged ones, which come last, included

    A draw of n trials is n whole numbers below n, and its tenth the k smallest. These come at once:
    of n numbers spread evenly over (0, 1) the k smallest are 1 − exp(−(E₁/n + E₂/(n−1) + …)), where
    each E is exponential (Rényi 1953). Where a draw holds fewer than k trials that ended, the worst
    loss stands for each that is missing.
    """
    test, n = np.asarray(losses, float), whole("trials", trials)
    k = tenth_of(n)
    steps = rng.standard_exponential((whole("draws", draws), k)) / np.arange(n, n - k, -1)
    places = (-np.expm1(-np.cumsum(steps, axis=1)) * n).astype(int)
    return test[np.minimum(places, len(test) - 1)].mean(axis=1)


def compare(
    rows: Sequence[Row], against: str = "V", draws: int = DRAWS, seed: int = 0
) -> list[Difference]:
    """Each variant's best tenth against V's, with an interval that allows for the selection.

    Raises ValueError where a variant has too few trials with a figure for a tenth.
    """
    rng = np.random.default_rng(seed)
    others = [name for name in variants_in(rows) if name != against]
    counts = {name: sum(row.variant == name for row in rows) for name in (against, *others)}

    def drawn(name: str) -> tuple[float, np.ndarray]:
        top = best_tenth(rows, name)
        losses = [row.test_nll for row in ranked(rows, name)[0]]
        again = tenths(losses, counts[name], draws, rng)
        return float(np.mean([row.test_nll for row in top])), again

    mean_of_v, again_of_v = drawn(against)
    found = []
    for name in others:
        mean, again = drawn(name)
        low, high, p = interval(again - again_of_v, len(others))
        fewer = min(counts[name], counts[against])
        found.append(Difference(name, mean, mean - mean_of_v, low, high, p, fewer))
    return found


def interval(differences: np.ndarray, tests: int) -> tuple[float, float, float]:
    """Where the draws lie but for a share LEVEL / tests, half at either end; and p × tests.

    The interval leaves out 0 exactly where p × tests is below LEVEL. Raises ValueError where the
    draws are too few to tell.
    """
    ordered, n = np.sort(differences), len(differences)
    out = math.ceil(LEVEL * (n + 1) / (2 * whole("tests", tests))) - 2  # draws left out at an end
    if out < 0:
        raise ValueError(f"differences: came {n} draws, expected more for {tests} tests")
    beyond = min((ordered <= 0).sum(), (ordered >= 0).sum())
    p = 2 * tests * (beyond + 1) / (n + 1)
    return float(ordered[out]), float(ordered[n - 1 - out]), min(1.0, float(p))
