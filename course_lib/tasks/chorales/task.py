"""The chorales as a task: an 88-key piano roll, one frame a quarter note, the next frame asked for.

The measure is that of the literature: the negative log-likelihood of a frame in nats, summed over
the 88 keys, averaged over all predicted frames of a split pooled (frames 2 … end of each piece).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from course_lib.arguments import whole
from course_lib.learning.losses import Array, Bernoulli
from course_lib.tasks.task import SPLITS, Example, Task

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
    up       split → by how many semitones each lies above what Bach wrote, 0 where that is unknown
    pieces   the same music in its compact form

    A frame holds what sounds as its quarter note begins. What moves within the quarter, eighths
    and most ornaments, is left out, and so is whether a key was held or struck again.
    Success is the loss itself, in nats per frame: lower is better.
    """

    name = "JSB Chorales"
    loss = Bernoulli()
    measure = "nats per frame"
    better = "lower"

    def __init__(
        self,
        pieces: Pieces,
        names: Sequence[str] | None = None,
        up: Sequence[int] | None = None,
    ) -> None:
        self.pieces = pieces
        rolls = pieces.rolls()
        if names is None:
            names = [f"piece {k}" for k in range(len(rolls))]
        up = [0] * len(rolls) if up is None else up
        places = {
            split: np.flatnonzero(pieces.split == k).tolist() for k, split in enumerate(SPLITS)
        }
        self.rolls = {split: [rolls[k] for k in at] for split, at in places.items()}
        self.names = {split: [names[k] for k in at] for split, at in places.items()}
        self.up = {split: [up[k] for k in at] for split, at in places.items()}
        super().__init__(
            {s: [Example(roll[:-1], roll[1:]) for roll in row] for s, row in self.rolls.items()}
        )


def as_written(roll: Array, up: int) -> Array:
    """A roll [T, 88] moved down by `up` semitones: where Bach wrote it, to be shown and played.

    The pieces are transposed to C major or C minor, upwards by 6 to 17 semitones, so that a network
    meets them all on one keynote; `Chorales.up` says by how much. What a network composes lies as
    high as they do: an octave lower (12) it comes back to where people sing.

        chorales.play(chorales.as_written(task.rolls["test"][0], task.up["test"][0]))

    Raises ValueError where a key that sounds would leave the piano, TypeError where `up` is no
    whole number.
    """
    up = whole("up", up, least=-KEYS)
    moved = np.roll(roll, -up, axis=-1)
    if up:
        beyond = slice(-up, None) if up > 0 else slice(None, -up)
        if np.any(moved[..., beyond]):
            raise ValueError(f"up: came {up}, and a key that sounds would leave the piano")
    return moved
