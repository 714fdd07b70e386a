"""Temporal order: two symbols among many, far apart; at the end, say which came first.

    E d b a X c … c b Y a a … d B        one of 8 symbols a frame, one-hot
                                         target at the last frame: XX, XY, YX or YY

The first of the two stands between a tenth and a fifth of T, the second between a half and three
fifths, and only the last frame is asked for: the network has to carry one thing over some forty
frames, and another, the order, over as many again.

Source: Hochreiter and Schmidhuber (1997), experiment 6a, with T = 100.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_lib.arguments import generator, whole
from course_lib.learning.losses import Array, Categorical
from course_lib.learning.network import Batch
from course_lib.tasks.task import Task, asked_last, counts_of, one_hot

SYMBOLS = "EabcdXYB"
ORDERS = ("XX", "XY", "YX", "YY")


def encode(string: str) -> Array:
    """One-hot rows [T, 8] of a string, in the order of SYMBOLS; ValueError for another symbol."""
    return one_hot(string, SYMBOLS)


def order(string: str) -> str:
    """The answer: what is left of a string without E, a, b, c, d and B; ValueError if no order."""
    left = "".join(s for s in string if s in "XY")
    if left not in ORDERS:
        raise ValueError(f"string: came {len(left)} of X and Y in {string!r}, expected two")
    return left


def generate(T: int = 100, rng: np.random.Generator | None = None) -> str:
    """A random string of T to T + T/10 symbols, all draws with equal chances.

    Raises ValueError for T below 10, where the places of the two would not stay apart.
    """
    if whole("T", T) < 10:
        raise ValueError(f"T: came {T}, expected 10 or more, so that each part has a place")
    rng = generator(rng)
    length = rng.integers(T, T + T // 10, endpoint=True)
    symbols = rng.choice(list("abcd"), length)
    symbols[0], symbols[-1] = "E", "B"
    for low, high in ((T // 10, T // 5), (T // 2, T * 3 // 5)):
        symbols[rng.integers(low, high, endpoint=True)] = rng.choice(["X", "Y"])
    return "".join(symbols)


class TemporalOrder(Task):
    """Which of X and Y came, and in which order; D = 8, K = 4, the mask is 1 at the last frame.

    Success is the share of strings whose order scores highest at the end (the paper asks more:
    each of its outputs within 0.3 of the target). Guessing gives 25 %; knowing only one of the
    two symbols gives 50 %, so that a network may stay there for a while.
    Raises ValueError for T below 10 or a size below 1, TypeError where they are no whole numbers.
    """

    name = "temporal order"
    loss = Categorical()
    measure = "share of orders said right"
    better = "higher"

    def __init__(self, T: int = 100, sizes: Sequence[int] = (512, 256, 512), seed: int = 0) -> None:
        self.T = whole("T", T)
        rng = np.random.default_rng(seed)
        self.strings = {
            split: [generate(self.T, rng) for _ in range(count)]
            for split, count in counts_of(sizes).items()
        }
        answers = dict(zip(ORDERS, np.eye(len(ORDERS)), strict=True))
        super().__init__(
            {
                split: [asked_last(encode(s), answers[order(s)]) for s in strings]
                for split, strings in self.strings.items()
            }
        )

    def solved(self, a: Array, batch: Batch) -> Array:
        assert batch.mask is not None  # it is 0 but for the last frame of each string
        last = batch.mask.argmax(axis=0), np.arange(a.shape[1])
        return a[last].argmax(axis=-1) == batch.target[last].argmax(axis=-1)
