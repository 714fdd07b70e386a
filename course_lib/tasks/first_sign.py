"""One sign, then noise: at the end, say which sign it was.

    x[0] = (0, ±1)     x[t] = (noise, 0) for t = 1 … T − 1      target at the last frame: 1 for +

What the network has to do could not be less: carry one bit. What makes it hard is how long.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from course_lib.arguments import generator, whole
from course_lib.learning.losses import Array, Bernoulli
from course_lib.learning.network import Batch
from course_lib.tasks.task import Example, Task, asked_last, counts_of


class FirstSign(Task):
    """The sign of the first frame, asked for at the last; D = 2, K = 1.

    Noise is N(0, 1). Success is the share of sequences said right; guessing gives 50 %.
    Raises ValueError for T below 2 or sizes below 1, TypeError if they are not whole numbers.
    """

    name = "first sign"
    loss = Bernoulli()
    measure = "share of signs said right"
    better = "higher"

    def __init__(self, T: int = 300, sizes: Sequence[int] = (800, 128, 256), seed: int = 0) -> None:
        self.T = whole("T", T)
        if self.T < 2:
            raise ValueError(f"T: came {T}, expected 2 or more: the sign, and the frame that asks")
        rng = np.random.default_rng(seed)
        super().__init__(
            {
                split: [example(self.T, rng) for _ in range(count)]
                for split, count in counts_of(sizes).items()
            }
        )

    def solved(self, a: Array, batch: Batch) -> Array:
        return (a[-1, :, 0] > 0) == (batch.target[-1, :, 0] == 1)


def example(T: int, rng: np.random.Generator) -> Example:
    """A random sign and T − 1 frames of noise; the mask is 1 at the last frame alone."""
    sign = generator(rng).choice([-1.0, 1.0])
    x = np.stack([rng.normal(size=T), np.zeros(T)], axis=1).astype(np.float32)
    x[0] = 0, sign
    return asked_last(x, sign > 0)
