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


def carrying(lets_in: bool = False, old: bool = False) -> Question:
    """Which unit carries what came in at step t, or the old: what was there before. Where z lets
    in, 1 − z keeps."""

    def kept(z):
        return 1 - z if lets_in else z

    def let_in(z):
        return kept(z) if old else 1 - kept(z)

    keeps, lets = ("1 − z", "z") if lets_in else ("z", "1 − z")
    right = partial(carried, lets_in=let_in, keeps=kept)

    def averaged(z, t):
        share = let_in(z[t]) * kept(z[t + 1 :]).mean(axis=0)
        return share, int(np.argmax(share))

    mistakes = [
        Mistake(
            f"step t itself is missing: of what was there before, {keeps} is kept at t as well."
            if old
            else f"what came in at step t is missing: {lets} lets it in.",
            partial(right, lets_in=np.ones_like),
        ),
        Mistake(
            f"{keeps} keeps: what comes in at step t is ({lets}) n, not {keeps} n."
            if not old
            else f"{lets} of what is new comes in at step t; of what was there, {keeps} is kept.",
            partial(right, lets_in=lambda z: 1 - let_in(z)),
        ),
        Mistake(
            f"z is the other way round: at each later step the share {keeps} is kept.",
            partial(right, keeps=lambda z: 1 - kept(z)),
        ),
        Mistake("step t counts twice: the later steps are those after t.", partial(right, first=0)),
        Mistake(
            "the last step is missing: it scales the pipeline as well.", partial(right, last=-1)
        ),
        Mistake(
            "the first step after t is missing: it is t + 1, and scales what came in.",
            partial(right, first=2),
        ),
        Mistake(
            "that is the mean of the gates. Each step keeps a share of what the one before kept, "
            "so the shares multiply.",
            averaged,
        ),
        Mistake(
            "that is the unit that keeps least.",
            lambda z, t: (right(z, t)[0], int(np.argmin(right(z, t)[0]))),
        ),
        Mistake(
            "units are counted from 0, as steps are.",
            lambda z, t: (right(z, t)[0], right(z, t)[1] + 1),
        ),
    ]

    def inputs(rng: np.random.Generator) -> tuple[np.ndarray, int]:
        z, t = for_carried(rng)
        return kept(z), t

    return Question(right, ("share", "unit"), inputs, mistakes)


# --- ps4.7: a GRU of the same size --------------------------------------------------------------


def sized(each: int = 1, more: int = 1) -> Question:
    """A GRU and an LSTM counted, with so many biases a block, and so many more for the GRU's n."""

    def same_size(D, H, *, blocks=3, each_of_gru=each, more=more, of=4, rounded=lambda fits: fits):
        def gru(units):
            return blocks * (D * units + units * units + each_of_gru * units) + more * units

        budget, units = of * (D * H + H * H + each * H), H
        while gru(units + 1) <= budget:
            units += 1
        return gru(H), rounded(units)

    mistakes = [
        Mistake(
            "b_hn is missing: with reset after, n has a second bias [H]."
            if more
            else "n has no bias beyond those of its block here.",
            partial(same_size, more=1 - more),
        ),
        Mistake(
            "two biases for each block, as PyTorch keeps them: here only n needs a second one."
            if more
            else "each block has two biases here, as PyTorch keeps them."
            if each == 2
            else "two biases for each block, as PyTorch keeps them: here each has one.",
            partial(same_size, each_of_gru=3 - each, more=0),
        ),
        Mistake(
            "two gates are two blocks, and the new memory n has weights too: three.",
            partial(same_size, blocks=2),
        ),
        Mistake(
            "four blocks are an LSTM's: the GRU has r, z and n.",
            partial(same_size, blocks=4, more=0),
        ),
        Mistake(
            "one unit too many: the GRU is to stay *within* the LSTM's number of parameters.",
            partial(same_size, rounded=lambda fits: fits + 1),
        ),
        Mistake(
            "4/3 of the units would fit only if every block grew with H, but R grows with H².",
            lambda D, H: (same_size(D, H)[0], 4 * H // 3),
        ),
        Mistake(
            "the LSTM has four blocks, i, f, g and o: three gates and the new memory.",
            partial(same_size, of=3),
        ),
    ]
    return Question(same_size, ("gru", "units"), for_sizes, mistakes)


def for_sizes(rng: np.random.Generator) -> tuple[int, int]:
    return int(rng.integers(10, 40)), int(rng.integers(41, 90))


QUESTIONS = {"ps4.6": carrying(), "ps4.7": sized()}
