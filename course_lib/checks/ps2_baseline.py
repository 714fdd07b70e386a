"""Problem set 2, at the end: what a clock has to beat."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.checks.question import Mistake, Question

# --- ps2.5: choose a baseline -------------------------------------------------------------------


def baselines(target, *, constant=None, worst=np.max, back=1, rolled=False):
    """The constant with the smallest largest error, that error, and the one of the step before."""
    best = (constant or middle)(target)
    seen = target - np.roll(target, back) if rolled else target[back:] - target[:-back]
    return best, worst(np.abs(target - best)), worst(np.abs(seen))


def middle(target):
    return (target.min() + target.max()) / 2


def for_baselines(rng: np.random.Generator) -> tuple[np.ndarray]:
    """A wave whose mean, median and middle all differ, and which falls faster than it rises."""
    theta = 2 * np.pi * (np.arange(int(rng.integers(60, 90))) + 3) / rng.uniform(17, 25)
    wave = (1 - np.cos(theta + 0.4 * np.cos(theta))) / 2
    return (0.1 + rng.uniform(0.5, 1.5) * wave**3,)


BASELINES = [
    Mistake(
        "that is the mean. It is the best constant for the *squared* error; for the largest error "
        "look at the two values that are furthest apart.",
        partial(baselines, constant=np.mean),
    ),
    Mistake(
        "that is the median, the best constant for the mean absolute error. Here the largest "
        "error counts.",
        partial(baselines, constant=np.median),
    ),
    Mistake(
        "½ is the middle of a wave between 0 and 1. This one lies elsewhere: look at the target.",
        partial(baselines, constant=lambda t: 0.5),
    ),
    Mistake(
        "that is the mean error; the task counts the largest.", partial(baselines, worst=np.mean)
    ),
    Mistake(
        "the error has a sign: take its absolute value before you look for the largest.",
        lambda target: (
            middle := (target.min() + target.max()) / 2,
            (target - middle).max(),
            np.diff(target).max(),
        ),
    ),
    Mistake(
        "the last value answers for the *next* step: compare target[1:] with target[:-1].",
        partial(baselines, back=2),
    ),
]


def measured(best: Callable, error: Callable, named: str, slips: list[Mistake]) -> Question:
    """The same where another error counts, `named`, for which another constant is the best."""
    right = partial(baselines, constant=best, worst=error)

    def asked(target):
        return right(target)

    constants = [(middle, "the middle, the best constant for the largest error"),
                 (np.median, "the median, the best constant for the mean absolute error"),
                 (np.mean, "the mean, the best constant for the mean squared error")]  # fmt: skip
    mistakes = [
        Mistake(f"that is {which}. Here the {named} error counts.", partial(right, constant=other))
        for other, which in constants
        if other is not best
    ]
    mistakes += [
        Mistake(
            f"that is the largest error; the task counts the {named} one.",
            partial(right, worst=np.max),
        ),
        Mistake(
            "the last value answers for the *next* step: compare target[1:] with target[:-1].",
            partial(right, back=2),
        ),
        Mistake(
            "the first step has none before it: np.roll brings the last value there.",
            partial(right, rolled=True),
        ),
    ]
    return Question(asked, ("constant", "error", "seen"), for_baselines, [*mistakes, *slips])


def mean_square(errors):
    return np.mean(errors**2)


ABSOLUTE = measured(np.median, np.mean, "mean absolute", [])
SQUARED = measured(
    np.mean,
    mean_square,
    "mean squared",
    [
        Mistake(
            "that is the root of it: the mean of the squares is asked for.",
            partial(baselines, constant=np.mean, worst=lambda errors: mean_square(errors) ** 0.5),
        ),
        Mistake(
            "that is the mean absolute error; the task counts the mean squared one.",
            partial(baselines, constant=np.mean, worst=np.mean),
        ),
    ],
)

QUESTIONS = {
    "ps2.5": Question(baselines, ("constant", "error", "seen"), for_baselines, BASELINES),
}
