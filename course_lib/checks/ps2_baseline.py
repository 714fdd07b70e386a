"""Problem set 2, at the end: what a clock has to beat."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib.checks.question import Mistake, Question

# --- ps2.5: choose a baseline -------------------------------------------------------------------


def baselines(target, *, constant=lambda t: (t.min() + t.max()) / 2, worst=np.max, back=1):
    """The constant with the smallest largest error, that error, and the one of the step before."""
    best = constant(target)
    return best, worst(np.abs(target - best)), worst(np.abs(target[back:] - target[:-back]))


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

QUESTIONS = {
    "ps2.5": Question(baselines, ("constant", "error", "seen"), for_baselines, BASELINES),
}
