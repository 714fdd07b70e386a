"""Problem set 4, at the end: a GRU counted, and the gates of a trained one read."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib.checks.parts import opened, sizes
from course_lib.checks.question import Mistake, Question

# --- ps4.6: which unit carries it? --------------------------------------------------------------


def carried(z, t, *, lets_in=lambda z: 1 - z, keeps=lambda z: z, first=1, last=None, axis=0):
    """Of what came in at step t, the share of each unit that is left at the end; the largest."""
    share = lets_in(z[t]) * np.prod(keeps(z[t + first : last]), axis=axis)
    return share, int(np.argmax(share))


def for_carried(rng: np.random.Generator) -> tuple[np.ndarray, int]:
    T, H = sizes(rng, 2, least=5)
    return opened(rng, T, H) ** 0.3, int(rng.integers(1, 3))


def averaged(z, t):
    share = (1 - z[t]) * z[t + 1 :].mean(axis=0)
    return share, int(np.argmax(share))


CARRIED = [
    Mistake(
        "what came in at step t is missing: 1 − z lets it in.",
        partial(carried, lets_in=np.ones_like),
    ),
    Mistake(
        "z keeps: what comes in at step t is (1 − z) n, not z n.",
        partial(carried, lets_in=lambda z: z),
    ),
    Mistake(
        "z is the other way round: at each later step the share z is kept.",
        partial(carried, keeps=lambda z: 1 - z),
    ),
    Mistake(
        "step t counts twice: what comes in at t is not scaled by z at t, only by those after it.",
        partial(carried, first=0),
    ),
    Mistake("the last step is missing: it scales the pipeline as well.", partial(carried, last=-1)),
    Mistake(
        "the first step after t is missing: it is t + 1, and scales what came in.",
        partial(carried, first=2),
    ),
    Mistake(
        "that is the mean of the gates. Each step keeps a share of what the one before kept, so "
        "the shares multiply.",
        averaged,
    ),
    Mistake(
        "that is the unit that keeps least.",
        lambda z, t: (carried(z, t)[0], int(np.argmin(carried(z, t)[0]))),
    ),
]

# --- ps4.7: a GRU of the same size --------------------------------------------------------------


def same_size(D, H, *, blocks=3, second=1, of=4, rounded=lambda fits: fits):
    """A GRU's parameters (reset after), and the most units it may have for an LSTM's of H."""

    def gru(units):
        return blocks * (D * units + units * units + units) + second * units

    budget, units = of * (D * H + H * H + H), H
    while gru(units + 1) <= budget:
        units += 1
    return gru(H), rounded(units)


COUNTS = [
    Mistake(
        "b_hn is missing: with reset after, n has a second bias [H].", partial(same_size, second=0)
    ),
    Mistake(
        "two biases for each block, as PyTorch keeps them: here only n needs a second one.",
        partial(same_size, second=3),
    ),
    Mistake(
        "two gates are two blocks, and the new memory n has weights too: three.",
        partial(same_size, blocks=2),
    ),
    Mistake(
        "four blocks are an LSTM's: the GRU has r, z and n.", partial(same_size, blocks=4, second=0)
    ),
    Mistake(
        "one unit too many: the GRU is to stay *within* the LSTM's number of parameters.",
        partial(same_size, rounded=lambda fits: fits + 1),
    ),
    Mistake(
        "4/3 of the units is 4/3 of the parameters only where R were no square: R grows with H².",
        lambda D, H: (same_size(D, H)[0], 4 * H // 3),
    ),
    Mistake(
        "the LSTM has four blocks, i, f, g and o: three gates and the new memory.",
        partial(same_size, of=3),
    ),
]

QUESTIONS = {
    "ps4.6": Question(carried, ("share", "unit"), for_carried, CARRIED),
    "ps4.7": Question(
        same_size,
        ("gru", "units"),
        lambda rng: (int(rng.integers(10, 40)), int(rng.integers(41, 90))),
        COUNTS,
    ),
}
