"""Counting: n letters a, then n − 1 or n + 1 letters b; at the end, say which were more.

    a a a a b b b        target at the last frame: 1, more a
    a a a a b b b b b    target at the last frame: 0, more b

To be right for every n, the memory has to go up by the same step for each a and down by it for each
b. A network trains on the strings up to `longest`; the longer ones tell whether it counts.

After the counting languages of Gers and Schmidhuber (2001) and of Weiss, Goldberg and Yahav (2018),
who show why an LSTM can count, and a GRU, whose pipeline is a weighted mean, cannot.
"""

from __future__ import annotations

import numpy as np

from course_lib.arguments import whole
from course_lib.learning.losses import Array, Bernoulli
from course_lib.learning.network import Batch, Network
from course_lib.tasks.task import Example, Task, asked_last, pad


class Counting(Task):
    """More a or more b? D = 2, K = 1, and the mask is 1 at the last frame alone.

    "train" and "validation" are the same: all 2 · longest strings with n ≤ longest, since there are
    no others of these lengths. "test" holds those with longest < n ≤ far.
    Success is the share of strings said right; guessing gives 50 %.
    Raises ValueError for sizes below 1 or far ≤ longest, TypeError if they are not whole numbers.
    """

    name = "counting"
    loss = Bernoulli()
    measure = "share of strings said right"
    better = "higher"

    def __init__(self, longest: int = 20, far: int = 100) -> None:
        self.longest, self.far = whole("longest", longest), whole("far", far)
        if far <= longest:
            raise ValueError(f"far: came {far}, expected more than longest, {longest}")
        near = [example(n, n + d) for n in range(1, longest + 1) for d in (-1, 1)]
        beyond = [example(n, n + d) for n in range(longest + 1, far + 1) for d in (-1, 1)]
        super().__init__({"train": near, "validation": near, "test": beyond})

    def solved(self, a: Array, batch: Batch) -> Array:
        last = _ends(batch), np.arange(a.shape[1])
        return (a[last] > 0)[:, 0] == (batch.target[last] == 1)[:, 0]

    def reach(self, net: Network) -> int:
        """How far a network counts: the largest n with every string up to it right; far at most."""
        batch = pad([*self.split("validation"), *self.split("test")])
        right = self.solved(net.outputs(batch.x)[0], batch)
        return int(np.append(right, False).argmin()) // 2


def example(a: int, b: int) -> Example:
    """The string of `a` letters a and `b` letters b, one-hot, and what is to be said of it."""
    return asked_last(np.repeat(np.eye(2, dtype=np.float32), (a, b), axis=0), a > b)


def _ends(batch: Batch) -> Array:
    """The last frame of each string; a batch of strings of one frame has no mask."""
    return np.zeros(batch.x.shape[1], int) if batch.mask is None else batch.mask.argmax(axis=0)
