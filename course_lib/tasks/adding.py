"""The adding problem: remember two marked numbers among many, and give their sum at the end.

    x_t = (number in [−1, 1], mark of 0 or 1)        target at the last frame: ½ + (X₁ + X₂) / 4

X₁ and X₂ are the numbers with mark 1, one among the first ten, the other in the first half. Only
the last frame is asked for, so nothing is learned unless gradient reaches back over half the
sequence.

Source: Hochreiter and Schmidhuber (1997), experiment 4. There lengths vary by a tenth and both ends
carry a mark of −1; here every sequence has the length T.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_lib.arguments import whole
from course_lib.learning.losses import Array, SquaredError
from course_lib.learning.network import Batch
from course_lib.tasks.task import Example, Task, asked_last, counts_of

TOLERANCE = 0.04


class Adding(Task):
    """The adding problem of length T; D = 2, K = 1, and the mask is 1 at the last frame alone.

    Success is the share of sequences whose last output is within 0.04 of the target, as in the
    paper. A network that always says ½ gets 15 %.
    Raises ValueError for T below 4 or a size below 1, TypeError where they are no whole numbers.
    """

    name = "adding problem"
    loss = SquaredError()
    measure = f"share of sums within {TOLERANCE}"
    better = "higher"

    def __init__(self, T: int = 50, sizes: Sequence[int] = (4096, 512, 512), seed: int = 0) -> None:
        self.T = whole("T", T)
        if self.T < 4:
            raise ValueError(f"T: came {T}, expected 4 or more, so that half of it has two places")
        rng = np.random.default_rng(seed)
        super().__init__(
            {
                split: [self._draw(rng) for _ in range(count)]
                for split, count in counts_of(sizes).items()
            }
        )

    def _draw(self, rng: np.random.Generator) -> Example:
        half = self.T // 2
        first = rng.integers(min(10, half))
        second = rng.choice(np.delete(np.arange(half), first))
        x = np.zeros((self.T, 2), np.float32)
        x[:, 0] = rng.uniform(-1, 1, self.T)
        x[[first, second], 1] = 1
        return asked_last(x, 0.5 + (x[first, 0] + x[second, 0]) / 4)

    def solved(self, a: Array, batch: Batch) -> Array:
        return np.abs(a[-1] - batch.target[-1]).max(axis=-1) <= TOLERANCE
