"""Problem set 6: the field guide. Its questions, and the usual mistakes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.checks import ps6_valves
from course_lib.checks.parts import altered, opened, parameters, sigmoid
from course_lib.checks.question import Mistake, Question

# --- ps6.2 and ps6.3: the sLSTM -----------------------------------------------------------------


def slstm_step(x, h_, c_, n_, W, R, b, order="ekgo", shown: Callable = lambda c, c_: c):
    """One step of the sLSTM, carried as c = C / N and n = log N: h, c, n."""
    parts = np.split(x @ W + h_ @ R + b, 4, axis=1)
    a = dict(zip(order, parts, strict=True))
    kept = n_ - np.logaddexp(0, -a["k"])
    i = sigmoid(a["e"] - kept)
    c = (1 - i) * c_ + i * np.tanh(a["g"])
    return sigmoid(a["o"]) * shown(c, c_), c, np.logaddexp(kept, a["e"])


def for_slstm(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    B, D, H = rng.permutation([2, 3, 5])
    states = (rng.normal(size=(B, H)) for _ in range(3))
    return rng.normal(size=(B, D)), *states, *parameters(rng, D, H, 4)


def exponential_forget(x, h_, c_, n_, W, R, b):
    """log f = k, as if the forget gate had no sigmoid."""
    e, k, g, o = np.split(x @ W + h_ @ R + b, 4, axis=1)
    i = sigmoid(e - k - n_)
    c = (1 - i) * c_ + i * np.tanh(g)
    return sigmoid(o) * c, c, np.logaddexp(n_ + k, e)


SWAPPED = [
    Mistake(
        "the bug is still there: which two of the four sums are taken for each other?",
        partial(slstm_step, order="kego"),
    ),
    Mistake(
        "g was right: it is the third of the four, and o the last.",
        partial(slstm_step, order="ekog"),
    ),
    Mistake(
        "h shows the new memory, c, and not the one before.",
        partial(slstm_step, shown=lambda c, c_: c_),
    ),
    Mistake(
        "the memory isn't squashed again on its way out: h = o ∘ c.",
        partial(slstm_step, shown=lambda c, c_: np.tanh(c)),
    ),
    Mistake(
        "the forget gate keeps its sigmoid: log σ(k) belongs to n₋, and not k.", exponential_forget
    ),
]


def first_step(x, W, R, b, n_=-np.inf, c_=0.0):
    """The first step of a sequence, from where an sLSTM starts: h, c, n."""
    zeros = np.zeros((len(x), len(R)))
    return slstm_step(x, zeros, zeros + c_, zeros + n_, W, R, b)


def for_first(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    x, _, _, _, *weights = for_slstm(rng)
    return x, *weights


FIRST = [
    Mistake(
        "n starts at 0, so N at 1: as if something of value 0 had been let in. Nothing was: N = 0. "
        "What is its logarithm?",
        partial(first_step, n_=0.0),
    ),
    Mistake("n starts at 1: that is N = e. Nothing was let in yet.", partial(first_step, n_=1.0)),
    Mistake(
        "n starts far above 0: then nothing that comes later can get in. log 0 is on the other "
        "side.",
        partial(first_step, n_=1e4),
    ),
    Mistake(
        "n starts too near to 0: what is let in later must outweigh it entirely, to the last "
        "digit.",
        partial(first_step, n_=-1.0),
    ),
]

# --- ps6.4: all steps at once -------------------------------------------------------------------


def parallel(z, n, h_, start: Callable = lambda h_, product: h_ * product):
    """h [T, B, H] of h = z ∘ h₋ + (1 − z) ∘ n: what the first state leaves, and what came since."""
    product = np.cumprod(z, axis=0)
    return start(h_, product) + product * np.cumsum((1 - z) * n / product, axis=0)


def for_parallel(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    T, B, H = rng.permutation([4, 2, 3])
    return opened(rng, T, B, H), rng.normal(size=(T, B, H)), 1.5 * rng.normal(size=(B, H))


def at_first_only(h_, product):
    """The first state is added to the first step alone."""
    left = np.zeros_like(product)
    left[0] = h_ * product[0]
    return left


def a_step_late(h_, product):
    return h_ * np.concatenate([np.ones_like(product[:1]), product[:-1]])


PARALLEL = [
    Mistake(
        "the first state is still missing: what is left of it after each step?",
        partial(parallel, start=lambda h_, product: 0 * product),
    ),
    Mistake(
        "the first state isn't scaled: what is left of h₋ is what all valves so far let through.",
        partial(parallel, start=lambda h_, product: h_ + 0 * product),
    ),
    Mistake(
        "the first state shows after the first step alone; what is left of it is carried on.",
        partial(parallel, start=at_first_only),
    ),
    Mistake(
        "the first state passes one valve too few: z of the first step scales it already.",
        partial(parallel, start=a_step_late),
    ),
    Mistake("z and 1 − z change places: z keeps.", altered(parallel, z=lambda z: 1 - z)),
]

QUESTIONS = {
    "ps6.1": ps6_valves.QUESTIONS["ps6.1"],
    "ps6.2": Question(slstm_step, ("h", "c", "n"), for_slstm, SWAPPED),
    "ps6.3": Question(first_step, ("h", "c", "n"), for_first, FIRST),
    "ps6.4": Question(parallel, ("h",), for_parallel, PARALLEL),
    "ps6.5": ps6_valves.QUESTIONS["ps6.5"],
}
