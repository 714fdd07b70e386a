"""The chorales as a task: an 88-key piano roll, one frame a quarter note, the next frame asked for.

The measure is that of the literature: the negative log-likelihood of a frame in nats, summed over
the 88 keys, averaged over all predicted frames of a split pooled (frames 2 … end of each piece).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from course_lib.learning.network import Bernoulli
from course_lib.tasks.task import SPLITS, Example, Task

Array = npt.NDArray[Any]
LOWEST, KEYS = 21, 88  # a piano's lowest key in MIDI numbers, and how many it has
VOICES = 4


class Pieces(NamedTuple):
    """Chorales in a compact form; `split` counts along SPLITS.

    pitches [N, 4] uint8: the MIDI numbers that sound in each frame, ascending, then zeros;
    offsets [P + 1] int32: piece k is rows offsets[k] to offsets[k + 1];   split [P] uint8.
    """

    pitches: Array
    offsets: Array
    split: Array

    def rolls(self) -> list[Array]:
        """Each piece as a piano roll [T, 88] of 0 and 1, float32."""
        frame, voice = np.nonzero(self.pitches)
        roll = np.zeros((len(self.pitches), KEYS), np.float32)
        roll[frame, self.pitches[frame, voice].astype(int) - LOWEST] = 1
        return np.split(roll, self.offsets[1:-1])


class Chorales(Task):
    """Predict the next frame of a chorale: x is frames 1 … T−1, the target frames 2 … T.

    rolls    split → the whole pieces, each [T, 88]
    names    split → what each piece is called, in the same order
    pieces   the same music in its compact form
    Success is the loss itself, in nats per frame: lower is better.
    """

    name = "JSB Chorales"
    loss = Bernoulli()
    measure = "nats per frame"
    better = "lower"

    def __init__(self, pieces: Pieces, names: Sequence[str] | None = None) -> None:
        self.pieces = pieces
        rolls = pieces.rolls()
        if names is None:
            names = [f"piece {k}" for k in range(len(rolls))]
        places = {
            split: np.flatnonzero(pieces.split == k).tolist() for k, split in enumerate(SPLITS)
        }
        self.rolls = {split: [rolls[k] for k in at] for split, at in places.items()}
        self.names = {split: [names[k] for k in at] for split, at in places.items()}
        super().__init__(
            {s: [Example(roll[:-1], roll[1:]) for roll in row] for s, row in self.rolls.items()}
        )


def independent(task: Task, split: str = "test") -> float:
    """Nats per frame without any memory: each key sounds with its own share of the training frames.

        p_k = (frames with key k + ½) / (frames + 1),    −Σ_k (t_k log p_k + (1 − t_k) log(1 − p_k))

    The ½ keeps a key that training never heard from being impossible. A network that remembers
    anything of use does better than this.
    """
    seen = np.concatenate([example.target for example in task.split("train")])
    asked = np.concatenate([example.target for example in task.split(split)]).astype(np.float64)
    p = (seen.sum(axis=0, dtype=np.float64) + 0.5) / (len(seen) + 1)
    return float(-(asked @ np.log(p) + (1 - asked) @ np.log1p(-p)).mean())
