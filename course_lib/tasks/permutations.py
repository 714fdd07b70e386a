"""Permutations, one after the other: which one do they make together, up to here?

    of = 2    keep  swap  swap  swap  keep …      target at each frame: keep swap keep swap swap …
    of = 4    one of 24 permutations a frame      target: the product of all so far, one of 24

With two things it is parity: is the number of swaps odd? A network that is right at every length
has to let each input move its memory from one state to another, in a way that depends on the state
it is in. With four the order matters, and there are 24 states. (What the paper below proves about
networks that work out all steps at once needs five things: S₄ is solvable, S₅ is not.)

After Merrill, Petty and Sabharwal (2024), 'The Illusion of State in State-Space Models'.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from itertools import permutations

import numpy as np

from course_lib.arguments import generator, whole
from course_lib.learning.losses import Array, Categorical
from course_lib.learning.network import Batch
from course_lib.tasks.task import Example, Task, counts_of


@cache
def table(of: int) -> Array:
    """The group's table, [N, N] with N = of!: table[p, q] is the number of "p, then q".

    Permutations are counted in the order of itertools.permutations; 0 leaves all as it is.

    >>> table(2).tolist()
    [[0, 1], [1, 0]]
    """
    every = list(permutations(range(whole("of", of))))
    number = {p: n for n, p in enumerate(every)}
    return np.array([[number[tuple(p[k] for k in q)] for q in every] for p in every])


def products(sequence: Array, of: int) -> Array:
    """The number of the product up to each frame, for the numbers [T] of permutations.

    >>> products(np.array([1, 1, 0, 1]), of=2).tolist()
    [1, 0, 0, 1]
    """
    then, at, found = table(of), 0, []
    for permutation in sequence:
        at = then[at, permutation]
        found.append(at)
    return np.array(found)


class Permutations(Task):
    """The product of all permutations so far; D = K = of!, and every frame is asked for.

    Permutations are drawn with equal chances. The test's sequences have `far` frames, the others T.
    Success is the share of sequences whose last product scores highest; guessing gives 1 / of!.
    Raises ValueError for `of` below 2 or above 5, or sizes below 1; TypeError if they are not whole
    numbers.
    """

    name = "permutations"
    loss = Categorical()
    measure = "share of last products said right"
    better = "higher"

    def __init__(
        self,
        of: int = 2,
        T: int = 24,
        far: int = 200,
        sizes: Sequence[int] = (1600, 128, 256),
        seed: int = 0,
    ) -> None:
        self.of, self.T, self.far = whole("of", of), whole("T", T), whole("far", far)
        if not 2 <= of <= 5:
            raise ValueError(f"of: came {of}, expected 2 to 5 (6 would make 720 classes)")
        rng = np.random.default_rng(seed)
        lengths = {"train": self.T, "validation": self.T, "test": self.far}
        super().__init__(
            {
                split: [example(lengths[split], self.of, rng) for _ in range(count)]
                for split, count in counts_of(sizes).items()
            }
        )

    def solved(self, a: Array, batch: Batch) -> Array:
        return a[-1].argmax(axis=-1) == batch.target[-1].argmax(axis=-1)


def example(T: int, of: int, rng: np.random.Generator) -> Example:
    """T random permutations, one-hot, and their products, one-hot."""
    every = np.eye(len(table(of)), dtype=np.float32)
    drawn = generator(rng).integers(0, len(every), T)
    return Example(every[drawn], every[products(drawn, of)])
