"""Problem set 5: reading a study as the Odyssey's. Its questions, and the usual mistakes."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib.checks import ps5_tests
from course_lib.checks.ps5_tests import LIBRARY, pooled, welch
from course_lib.checks.question import Mistake, Question

VARIANTS = ("V", "CIFG", "FGR", "NP", "NOG", "NIAF", "NIG", "NFG", "NOAF")

# --- made-up rows: every flaw shows in each draw ------------------------------------------------


def study(rng: np.random.Generator, variants: tuple[str, ...]) -> dict[str, np.ndarray]:
    """The rows of a made-up study, in no order; a diverged trial has NaN as both its losses.

    Three variants at most. A tenth of all trials, rounded up, is never a tenth of those that ended
    well, nor one rounded down; the best by test is never among the best tenth by validation.
    """
    columns: dict[str, list] = {name: [] for name in ("variant", "trial", "val_nll", "test_nll")}
    tens, losses = rng.permutation([3, 4, 5]), rng.permutation([14, 15, 16, 17, 18])
    for variant, ten, loss in zip(variants, tens, losses, strict=False):
        n = 10 * int(ten) + int(rng.integers(1, 4))
        ok = n - int(loss)
        val = np.sort(8.5 + rng.uniform(0, 0.4) + rng.gamma(2, 0.4, ok))
        test = val + rng.uniform(0.02, 0.2) + rng.normal(0, 0.15, ok)
        test[-(-n // 10)] = test.min() - 0.1
        lost = np.full(n - ok, np.nan)
        columns["variant"] += [variant] * n
        columns["trial"] += range(n)
        columns["val_nll"] += [*val, *lost]
        columns["test_nll"] += [*test, *lost]
    order = rng.permutation(len(columns["trial"]))
    rows = {name: np.array(values)[order] for name, values in columns.items()}
    for variant in variants:  # trial numbers say nothing of how good a trial is
        mine = rows["variant"] == variant
        rows["trial"][mine] = rng.permutation(rows["trial"][mine])
    return with_settings(rng, rows)


def with_settings(rng: np.random.Generator, rows: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The columns that no question reads, drawn as the paper's search draws them."""
    n = len(order := rows["trial"])
    return {
        "variant": rows["variant"],
        "trial": order,
        "hidden": np.exp(rng.uniform(np.log(20), np.log(200), n)).astype(int),
        "lr": 10 ** rng.uniform(-6, -2, n),
        "momentum": 1 - 10 ** rng.uniform(-2, 0, n),
        "noise": rng.uniform(0, 1, n),
        "status": np.where(np.isnan(rows["val_nll"]), "diverged", "ok"),
        "epochs": rng.integers(5, 60, n),
        "val_nll": rows["val_nll"],
        "test_nll": rows["test_nll"],
        "seconds": rng.uniform(5, 60, n),
    }


def for_choosing(rng: np.random.Generator) -> tuple:
    variants = tuple(str(name) for name in rng.choice(VARIANTS, 3, replace=False))
    return study(rng, variants), variants[0]


def for_comparing(rng: np.random.Generator) -> tuple:
    other, third = (str(name) for name in rng.choice(VARIANTS[1:], 2, replace=False))
    return study(rng, ("V", other, third)), other


# --- ps5.1: the best tenth ----------------------------------------------------------------------


def best_tenth(
    rows, variant, *, by="val_nll", of_all=True, size=lambda n: -(-n // 10), lost=np.inf, skip=()
):
    """Trial number and test loss of a variant's best tenth by validation, best first."""
    mine = np.isin(rows["variant"], [variant]) | ("variant" in skip)
    loss = np.where(np.isnan(rows[by]), lost, rows[by])[mine]
    n = mine.sum() if of_all else (rows["status"][mine] == "ok").sum()
    best = np.argsort(loss, kind="stable")[: size(n)]
    return rows["trial"][mine][best], rows["test_nll"][mine][best]


CHOICE = [
    Mistake(
        "chosen by the test loss: the test set is to judge the choice, so it must not make it. "
        "Choose by val_nll.",
        partial(best_tenth, by="test_nll"),
    ),
    Mistake(
        "a tenth of the trials that ended well: a diverged trial was tried too. Count all, then "
        "choose among those that ended well.",
        partial(best_tenth, of_all=False),
    ),
    Mistake(
        "rounded down: a tenth is rounded up here.", partial(best_tenth, size=lambda n: n // 10)
    ),
    Mistake(
        "a diverged trial counts as a loss of 0, the best there is. NaN says that there is none.",
        partial(best_tenth, lost=0.0),
    ),
    Mistake(
        "the worst tenth: a loss is the better the smaller it is.",
        lambda rows, variant: best_tenth({**rows, "val_nll": -rows["val_nll"]}, variant),
    ),
    Mistake(
        "all variants together: choose among the given variant's trials.",
        partial(best_tenth, skip=("variant",)),
    ),
    Mistake(
        "the validation loss is returned: it made the choice, so it flatters. Return test_nll.",
        lambda rows, variant: best_tenth({**rows, "test_nll": rows["val_nll"]}, variant),
    ),
    Mistake(
        "the chosen ones are right, in another order: the best by validation comes first.",
        lambda rows, variant: tuple(values[::-1] for values in best_tenth(rows, variant)),
    ),
    Mistake(
        "that is the row's place in the table: return what the column trial says.",
        lambda rows, variant: best_tenth({**rows, "trial": np.arange(len(rows["trial"]))}, variant),
    ),
]

# --- ps5.4: the flaws in an analysis ------------------------------------------------------------


def compare(rows, variant, *, test=welch, counted=("diverged",), **choice):
    """t, its degrees of freedom, and the diverged trials of the variant and of V."""
    chosen = [best_tenth(rows, name, **choice)[1] for name in (variant, "V")]
    lost = [
        int(((rows["variant"] == name) & np.isin(rows["status"], counted)).sum())
        for name in (variant, "V")
    ]
    return *test(*chosen), *lost


FLAWS = [
    Mistake(
        "all three flaws are still there. What makes the choice? Of how many is it a tenth? Does "
        "every variant spread alike?",
        partial(compare, by="test_nll", of_all=False, test=pooled),
    ),
    Mistake("still chosen by the test loss.", partial(compare, by="test_nll")),
    Mistake(
        "still chosen by the test loss, and the tenth is one of those that ended well.",
        partial(compare, by="test_nll", of_all=False),
    ),
    Mistake(
        "still chosen by the test loss, and one spread for both.",
        partial(compare, by="test_nll", test=pooled),
    ),
    Mistake(
        "the tenth is still one of the trials that ended well.", partial(compare, of_all=False)
    ),
    Mistake("still one spread for both: use your Welch's t.", partial(compare, test=pooled)),
    Mistake(
        "the tenth is one of those that ended well, and one spread serves both.",
        partial(compare, of_all=False, test=pooled),
    ),
    Mistake(
        "the sign: the variant first, then V, so that t > 0 says that the variant is worse.",
        partial(compare, test=lambda a, b: welch(b, a)),
    ),
    Mistake(
        "those that ended well are counted, not the diverged ones.",
        partial(compare, counted=("ok",)),
    ),
    Mistake(
        "the two counts change places: first the variant's diverged trials, then V's.",
        lambda rows, variant: (*compare(rows, variant)[:2], *compare(rows, variant)[:1:-1]),
    ),
]

QUESTIONS = {
    "ps5.1": Question(best_tenth, ("trials", "test"), for_choosing, CHOICE, LIBRARY),
    **ps5_tests.QUESTIONS,
    "ps5.4": Question(compare, ("t", "df", "lost", "lost_of_V"), for_comparing, FLAWS, LIBRARY),
}
