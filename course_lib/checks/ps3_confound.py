"""Problem set 3, at the end: two things that changed at once, told apart."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.checks.comparing import near
from course_lib.checks.question import Mistake, Question

# --- ps3.5: spot the confound -------------------------------------------------------------------


def attributed(
    coupled,
    b_f,
    b_i,
    epochs,
    bias,
    *,
    typical=np.mean,
    saved=np.subtract,
    own=None,
    loose=None,
    matched=None,
):
    """Epochs saved by coupling and its closed start together, by the start, by the coupling."""
    tied = coupled & (b_i == -bias) if own is None else own(coupled, b_f, b_i, bias)
    as_it_comes = ~coupled & (b_f == bias) & (b_i == 0)
    as_it_comes = as_it_comes if loose is None else loose(coupled, b_f, b_i, bias)
    closed = ~coupled & (b_f == bias) & (b_i == -bias)
    closed = closed if matched is None else matched(coupled, b_f, b_i, bias)
    a, b, c = (typical(epochs[group]) for group in (as_it_comes, closed, tied))
    return saved(a, c), saved(a, b), saved(b, c)


def for_runs(rng: np.random.Generator) -> tuple:
    """Runs of three groups at two forget biases, shuffled; where a cell has no f, b_f is 0."""
    bias, other = (float(b) for b in rng.permutation([3, 4]))
    rows = []
    for b in (bias, other):
        at = rng.permutation([8, 14, 25]) + rng.integers(0, 4, 3) + 3 * (b == other)
        for k, (tied, b_f, b_i) in enumerate([(1, 0, -b), (0, b, 0), (0, b, -b)]):
            n = int(rng.integers(4, 8))
            rows += [(tied, b_f, b_i, at[k] + step) for step in rng.geometric(0.25, n)]
    columns = np.array(rows, float)[rng.permutation(len(rows))].T
    return columns[0] == 1, columns[1], columns[2], columns[3], bias


def confounded(typical: Callable = np.mean, saved: Callable = np.subtract) -> Question:
    """What is asked of the runs: which middle of a group, and how two groups are compared."""
    right = partial(attributed, typical=typical, saved=saved)
    asked, other = ("mean", "median") if typical is np.mean else ("median", "mean")
    nothing = float(saved(1, 1))

    def swapped(*given):
        together, start, coupling = right(*given)
        return together, coupling, start

    mistakes = [
        Mistake(
            "the coupling gets all of it. Which standard cells start with both valves where the "
            "coupled ones have them?",
            lambda *given: (right(*given)[0], nothing, right(*given)[0]),
        ),
        Mistake("start and coupling are swapped.", swapped),
        Mistake(
            "the sign: epochs *saved* are those of the slower group minus those of the faster."
            if saved is np.subtract
            else "upside down: divide the epochs without the change by those with it.",
            partial(right, saved=lambda one, other: saved(other, one)),
        ),
        Mistake(
            f"the {asked} is asked for, and that is the {other}.",
            partial(right, typical=np.median if typical is np.mean else np.mean),
        ),
        Mistake(
            "the coupled cells of both forget biases are in it. Their own forget bias stands in "
            "b_i, as −bias.",
            partial(right, own=lambda coupled, b_f, b_i, bias: coupled),
        ),
        Mistake(
            "the standard cells of both forget biases are in it: b_f must be the bias.",
            partial(
                right,
                loose=lambda coupled, b_f, b_i, bias: ~coupled & (b_i == 0),
                matched=lambda coupled, b_f, b_i, bias: ~coupled & (b_i != 0),
            ),
        ),
        Mistake(
            "the standard cells as they come are those with b_i = 0; the ones that start closed "
            "are another group.",
            partial(right, loose=lambda coupled, b_f, b_i, bias: ~coupled & (b_f == bias)),
        ),
    ]

    def inputs(rng: np.random.Generator) -> tuple:
        """Runs on which every mistake shows: of a few whole numbers, two medians may be one."""
        while True:
            given = for_runs(rng)
            told = right(*given)
            if not any(all(map(near, m.answer(*given), told)) for m in mistakes):
                return given

    return Question(right, ("together", "start", "coupling"), inputs, mistakes)


QUESTIONS = {"ps3.5": confounded()}
