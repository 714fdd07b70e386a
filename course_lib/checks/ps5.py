"""Problem set 5: reading a study as the Odyssey's. Its questions, and the usual mistakes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.checks import ps5_tests
from course_lib.checks.ps5_rows import VARIANTS, study
from course_lib.checks.ps5_tests import LIBRARY, pooled, welch
from course_lib.checks.question import Mistake, Question


def for_choosing(rng: np.random.Generator) -> tuple:
    variants = tuple(str(name) for name in rng.choice(VARIANTS, 3, replace=False))
    return study(rng, variants), variants[0]


def for_comparing(rng: np.random.Generator) -> tuple:
    other, third = (str(name) for name in rng.choice(VARIANTS[1:], 2, replace=False))
    return study(rng, ("V", other, third)), other


# --- ps5.1: the best tenth ----------------------------------------------------------------------


def best_tenth(
    rows, variant, *, by="val_nll", of_all=True, size=lambda n: -(-n // 10), lost=np.inf
):
    """Trial number and test loss of a variant's best tenth by validation, best first."""
    mine = np.isin(rows["variant"], [variant])
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
        "the worst tenth: the smaller a loss, the better.",
        lambda rows, variant: best_tenth({**rows, "val_nll": -rows["val_nll"]}, variant),
    ),
    Mistake(
        "all variants together: choose among the given variant's trials.",
        lambda rows, variant: best_tenth(
            {**rows, "variant": np.full_like(rows["variant"], variant)}, variant
        ),
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
    Mistake(
        "that is the place among the variant's rows: return what the column trial says.",
        lambda rows, variant: best_tenth(
            {**rows, "trial": np.cumsum(rows["variant"] == variant) - 1}, variant
        ),
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


def as_given(n):
    """How many a tenth is in the analysis that is handed out, which rounds down."""
    return max(2, n // 10)


LEFT = [  # what is still wrong, and how
    (
        "all three flaws are still there. What makes the choice? Of how many is it a tenth? Does "
        "every variant spread alike?",
        partial(compare, by="test_nll", of_all=False, test=pooled),
    ),
    ("still chosen by the test loss.", partial(compare, by="test_nll")),
    (
        "still chosen by the test loss, and the tenth is one of those that ended well.",
        partial(compare, by="test_nll", of_all=False),
    ),
    (
        "still chosen by the test loss, and one spread for both.",
        partial(compare, by="test_nll", test=pooled),
    ),
    ("the tenth is still one of the trials that ended well.", partial(compare, of_all=False)),
    ("still one spread for both: use your Welch's t.", partial(compare, test=pooled)),
    (
        "the tenth is one of those that ended well, and one spread serves both.",
        partial(compare, of_all=False, test=pooled),
    ),
]
FLAWS = [
    *(Mistake(hint, flawed) for hint, flawed in LEFT),
    *(Mistake(hint, partial(flawed, size=as_given)) for hint, flawed in LEFT),
    Mistake("the tenth is still rounded down.", partial(compare, size=as_given)),
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

# --- ps5.5: trials drawn anew -------------------------------------------------------------------


def redrawn(
    rows,
    variant,
    places,
    *,
    by="val_nll",
    value="test_nll",
    size=lambda n, ok: -(-n // 10),
    lost=np.inf,
    among_all=False,
    once=False,
    typical=np.mean,
):
    """The mean test loss of the best tenth by validation in each study drawn anew, [draws]."""
    mine = np.flatnonzero(np.isin(rows["variant"], [variant]))
    means = []
    for draw in np.arange(len(rows["trial"]))[places] if among_all else mine[places]:
        drawn = np.unique(draw) if once else draw
        loss = np.where(np.isnan(rows[by][drawn]), lost, rows[by][drawn])
        k = size(len(drawn), int((rows["status"][drawn] == "ok").sum()))
        best = drawn[np.argsort(loss, kind="stable")[:k]]
        means.append(typical(rows[value][best]))
    return np.array(means)


TYPICAL = {np.mean, np.median, np.max}  # what may be asked of a best tenth


def redrawing(typical: Callable = np.mean, named: str = "mean") -> Question:
    """Trials drawn anew, where of each draw's best tenth the mean counts, or something else."""
    right = partial(redrawn, typical=typical)
    mistakes = [
        Mistake(
            f"all trials that were drawn {'are averaged' if typical is np.mean else 'count'}: in "
            "each draw, choose the best tenth first.",
            lambda rows, variant, places: right(
                rows, variant, places, size=lambda n, ok: ok, value="test_nll"
            ),
        ),
        Mistake(
            "the same tenth in every draw: choose again among the trials of each draw.",
            lambda rows, variant, places: np.full(
                len(places), typical(best_tenth(rows, variant)[1])
            ),
        ),
        Mistake(
            "chosen by the test loss: validation chooses, in a study drawn anew as well.",
            partial(right, by="test_nll"),
        ),
        Mistake(
            "here a trial drawn twice counts once; drawn with replacement, it should count twice.",
            partial(right, once=True),
        ),
        Mistake(
            "a tenth of the drawn trials that ended well: a tenth is of all that were drawn.",
            partial(right, size=lambda n, ok: -(-ok // 10)),
        ),
        Mistake(
            "rounded down: a tenth is rounded up here.", partial(right, size=lambda n, ok: n // 10)
        ),
        Mistake(
            "the places are read among all rows: they are places among the variant's own trials.",
            partial(right, among_all=True),
        ),
        Mistake(
            f"the {named} of the validation loss: it made the choice, so it flatters. Take "
            "test_nll.",
            partial(right, value="val_nll"),
        ),
    ]

    def inputs(rng: np.random.Generator) -> tuple:
        """Draws in which enough trials ended, and no flaw hides."""
        variants = tuple(str(name) for name in rng.choice(VARIANTS, 2, replace=False))
        rows, variant = study(rng, variants), variants[0]
        n = int((rows["variant"] == variant).sum())
        draws: list[np.ndarray] = []
        while len(draws) < 5:
            places = rng.integers(n, size=(1, n))
            ended = (rows["status"][rows["variant"] == variant][places] == "ok").sum()
            flaws = [flaw.answer(rows, variant, places) for flaw in mistakes]
            flaws += [
                redrawn(rows, variant, places, typical=other) for other in TYPICAL - {typical}
            ]
            told = right(rows, variant, places)
            if ended > n // 5 and not any(np.allclose(f, told, equal_nan=True) for f in flaws):
                draws.append(places[0])
        return rows, variant, np.array(draws)

    return Question(right, ("means",), inputs, mistakes, LIBRARY)


QUESTIONS = {
    "ps5.1": Question(best_tenth, ("trials", "test"), for_choosing, CHOICE, LIBRARY),
    **ps5_tests.QUESTIONS,
    "ps5.4": Question(compare, ("t", "df", "lost", "lost_of_V"), for_comparing, FLAWS, LIBRARY),
    "ps5.5": redrawing(),
}
