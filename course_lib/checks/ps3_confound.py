"""Problem set 3, at the end: two things that changed at once, told apart."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib.checks.question import Mistake, Question

# --- ps3.5: spot the confound -------------------------------------------------------------------


def attributed(
    coupled, b_f, b_i, epochs, bias, *, typical=np.mean, own=None, loose=None, matched=None
):
    """Epochs saved by coupling and its closed start together, by the start, by the coupling."""
    tied = coupled & (b_i == -bias) if own is None else own(coupled, b_f, b_i, bias)
    as_it_comes = ~coupled & (b_f == bias) & (b_i == 0)
    as_it_comes = as_it_comes if loose is None else loose(coupled, b_f, b_i, bias)
    closed = ~coupled & (b_f == bias) & (b_i == -bias)
    closed = closed if matched is None else matched(coupled, b_f, b_i, bias)
    a, b, c = (typical(epochs[group]) for group in (as_it_comes, closed, tied))
    return a - c, a - b, b - c


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


def swapped(*given):
    together, start, coupling = attributed(*given)
    return together, coupling, start


CONFOUND = [
    Mistake(
        "the coupling gets all of it. Which standard cells start with both valves where the "
        "coupled ones have them?",
        lambda *given: (attributed(*given)[0], 0.0, attributed(*given)[0]),
    ),
    Mistake("start and coupling are swapped.", swapped),
    Mistake(
        "the sign: epochs *saved* are those of the slower group minus those of the faster.",
        lambda *given: tuple(-value for value in attributed(*given)),
    ),
    Mistake(
        "the mean is asked for, and that is the median.", partial(attributed, typical=np.median)
    ),
    Mistake(
        "the coupled cells of both forget biases are in it. Theirs stands in b_i, as −bias.",
        partial(attributed, own=lambda coupled, b_f, b_i, bias: coupled),
    ),
    Mistake(
        "the standard cells of both forget biases are in it: b_f must be the bias.",
        partial(
            attributed,
            loose=lambda coupled, b_f, b_i, bias: ~coupled & (b_i == 0),
            matched=lambda coupled, b_f, b_i, bias: ~coupled & (b_i != 0),
        ),
    ),
    Mistake(
        "the standard cells as they come are those with b_i = 0; the ones that start closed are "
        "another group.",
        partial(attributed, loose=lambda coupled, b_f, b_i, bias: ~coupled & (b_f == bias)),
    ),
]

QUESTIONS = {
    "ps3.5": Question(attributed, ("together", "start", "coupling"), for_runs, CONFOUND),
}
