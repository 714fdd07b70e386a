"""What the rows of a study say: the best tenth, tests, trials that diverged.

Trials are chosen by validation and judged on test. A diverged trial has no figure: it is counted,
and never enters a mean, a test or a forest. Needs the extra `odyssey`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from course_lib.arguments import whole
from course_lib.odyssey import fanova
from course_lib.odyssey.trial import VARIANTS, Row

if TYPE_CHECKING:
    from pandas import DataFrame

# Hyperparameters on the scale on which they were drawn, and the ranges of the draw.
BOUNDS = {
    "lr": (-6.0, -2.0),
    "hidden": (float(np.log10(19.5)), float(np.log10(200.5))),
    "momentum": (-2.0, 0.0),
    "noise": (0.0, 1.0),
}
FOR_A_FOREST = 15  # trials that ended


class Comparison(NamedTuple):
    """Welch's t-test of a variant's best tenth against V's, on test.

    low, high      the interval at a level of 5 % / number of tests
    p_corrected    Bonferroni's: min(1, p · number of tests)

    According to readers' notes, the paper makes this test. It treats the trials of a tenth as a
    sample, as if nobody had selected them; `selection.compare` does not.
    """

    variant: str
    mean: float
    difference: float
    low: float
    high: float
    t: float
    p: float
    p_corrected: float


def best_tenth(rows: Sequence[Row], variant: str) -> list[Row]:
    """The tenth of a variant's trials with the lowest validation loss, best first.

    The tenth counts all trials, diverged ones too: a variant gains nothing by diverging.
    Raises ValueError where fewer trials than that have a figure.
    """
    ended, count = ranked(rows, variant)
    if len(ended) < count:
        raise ValueError(
            f"{variant}: {len(ended)} trials did not diverge, expected {count} or more"
        )
    return ended[:count]


def ranked(rows: Sequence[Row], variant: str) -> tuple[list[Row], int]:
    """A variant's trials that ended, best by validation first, and how many its best tenth is."""
    mine = [row for row in rows if row.variant == variant]
    ended = sorted((row for row in mine if row.status == "ok"), key=lambda row: row.val_nll)
    return ended, tenth_of(len(mine))


def with_tenth(rows: Sequence[Row]) -> list[str]:
    """The variants of which enough trials ended for a best tenth, in the paper's order."""
    counts = {name: ranked(rows, name) for name in variants_in(rows)}
    return [name for name, (ended, count) in counts.items() if len(ended) >= count]


def tenth_of(trials: int) -> int:
    """A tenth, rounded up, and two at least: of one trial nothing can be said."""
    return max(2, -(-trials // 10))


def summary(rows: Sequence[Row]) -> DataFrame:
    """A line a variant: trials, diverged, best by validation, quartiles, mean of the best tenth.

    NaN where fewer trials ended than a tenth is.
    """
    from pandas import DataFrame

    lines, enough = {}, with_tenth(rows)
    for variant in variants_in(rows):
        mine = [row for row in rows if row.variant == variant]
        ended, count = ranked(rows, variant)
        nothing = [mine[0]._replace(val_nll=np.nan, test_nll=np.nan)]
        top = ended[:count] if variant in enough else nothing
        low, middle, high = np.percentile([row.test_nll for row in ended or nothing], [25, 50, 75])
        lines[variant] = {
            "trials": len(mine),
            "diverged": len(mine) - len(ended),
            "best val": top[0].val_nll,
            "best test": top[0].test_nll,
            "lower quartile": low,
            "median": middle,
            "upper quartile": high,
            "tenth val": float(np.mean([row.val_nll for row in top])),
            "tenth test": float(np.mean([row.test_nll for row in top])),
        }
    return DataFrame.from_dict(lines, orient="index")


def welch(rows: Sequence[Row], against: str = "V") -> list[Comparison]:
    """Welch's t-test of each variant's best tenth against V's, on test; see `Comparison`.

    Welch's, since variances differ. As many tests are made as there are other variants.
    """
    from scipy.stats import ttest_ind

    reference = [row.test_nll for row in best_tenth(rows, against)]
    others = [variant for variant in variants_in(rows) if variant != against]
    found = []
    for variant in others:
        mine = [row.test_nll for row in best_tenth(rows, variant)]
        test = ttest_ind(mine, reference, equal_var=False)
        mean, p = float(np.mean(mine)), float(test.pvalue)
        low, high = map(float, test.confidence_interval(1 - 0.05 / len(others)))
        difference, corrected = mean - float(np.mean(reference)), min(1.0, p * len(others))
        t = float(test.statistic)
        found.append(Comparison(variant, mean, difference, low, high, t, p, corrected))
    return found


def by_learning_rate(rows: Sequence[Row]) -> DataFrame:
    """The median test loss of each variant in each decade of the learning rate, [decade, variant].

    So one sees which cell is good where. NaN where no trial ended.
    """
    from pandas import DataFrame

    table: dict[str, dict[str, float]] = {}
    for variant in variants_in(rows):
        table[variant] = {}
        for power in range(-6, -2):
            losses = [
                row.test_nll
                for row in rows
                if row.variant == variant
                and row.status == "ok"
                and 10.0**power <= row.lr < 10.0 ** (power + 1)
            ]
            decade = f"1e{power} to 1e{power + 1}"
            table[variant][decade] = float(np.median(losses)) if losses else float("nan")
    return DataFrame(table)


def for_a_forest(rows: Iterable[Row], variant: str, lr_from: float = 1e-6) -> bool:
    """Whether enough trials of a variant ended, from a learning rate on, to grow a forest on."""
    ended = [row for row in rows if row.variant == variant and row.status == "ok"]
    return sum(row.lr >= lr_from for row in ended) >= FOR_A_FOREST


def scaled(rows: Iterable[Row]) -> tuple[dict[str, list[float]], list[float]]:
    """Hyperparameters on the scale of their draw, and the test loss, of the trials that ended."""
    ended = [row for row in rows if row.status == "ok"]
    values = {
        "lr": [float(np.log10(row.lr)) for row in ended],
        "hidden": [float(np.log10(row.hidden)) for row in ended],
        "momentum": [float(np.log10(1 - row.momentum)) for row in ended],
        "noise": [row.noise for row in ended],
    }
    for name, (low, high) in BOUNDS.items():  # rounding in the file may step over the edge
        values[name] = [min(max(value, low), high) for value in values[name]]
    return values, [row.test_nll for row in ended]


def importance(
    rows: Iterable[Row], variant: str, lr_from: float = 1e-6
) -> dict[tuple[str, ...], float]:
    """fANOVA of one variant's trials: the share of each hyperparameter and of each pair.

    lr_from: take only trials from this learning rate on, and the shares within that range. A share
    is a share of what a range does to the loss: over another range it comes out differently.
    """
    mine = [row for row in rows if row.variant == variant and row.lr >= lr_from]
    bounds = {**BOUNDS, "lr": (float(np.log10(lr_from)), BOUNDS["lr"][1])}
    return fanova.shares(*scaled(mine), bounds)


def resampled(
    rows: Iterable[Row], variant: str, times: int = 50, seed: int = 0
) -> dict[tuple[str, ...], np.ndarray]:
    """How sure a share is: those of `importance` [times], each from trials drawn anew.

    A draw takes as many of the variant's trials as ended, with replacement (the bootstrap, Efron
    1979): what other trials might have shown. Raises ValueError for times below 1.
    """
    times = whole("times", times)
    values, losses = scaled(row for row in rows if row.variant == variant)
    columns, loss = {name: np.array(column) for name, column in values.items()}, np.array(losses)
    rng, found = np.random.default_rng(seed), []
    for _ in range(times):
        taken = rng.integers(len(loss), size=len(loss))
        drawn = {name: column[taken] for name, column in columns.items()}
        found.append(fanova.shares(drawn, loss[taken], BOUNDS))
    return {key: np.array([shares[key] for shares in found]) for key in found[0]}


def variants_in(rows: Iterable[Row]) -> list[str]:
    """The variants that have trials, in the paper's order."""
    there = {row.variant for row in rows}
    return [variant for variant in VARIANTS if variant in there]
