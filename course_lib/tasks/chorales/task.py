"""The chorales as a task: an 88-key piano roll, one frame a quarter note, the next frame asked for.

The measure is that of the literature: the negative log-likelihood of a frame in nats, summed over
the 88 keys, averaged over all predicted frames of a split pooled (frames 2 … end of each piece).
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from course_lib.arguments import whole
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

    The pieces are transposed to C major or A minor, upwards, so that a network meets all of them
    in one key; `Chorales.up` says by how much. What a network composes lies as high as they do: an
    octave lower (12) it comes back to where people sing.

        chorales.play(chorales.as_written(task.rolls["test"][0], task.up["test"][0]))

    Raises ValueError where a key that sounds would leave the piano, TypeError where `up` is no
    whole number.
    """
    up = int(operator.index(up))
    moved = np.roll(roll, -up, axis=-1)
    if up:
        beyond = slice(-up, None) if up > 0 else slice(None, -up)
        if np.any(moved[..., beyond]):
            raise ValueError(f"up: came {up}, and a key that sounds would leave the piano")
    return moved


def independent(task: Task, split: str = "test") -> float:
    """Nats per frame without any memory: each key sounds with its own share of the training frames.

        p_k = (frames with key k + ½) / (frames + 1),    −Σ_k (t_k log p_k + (1 − t_k) log(1 − p_k))

    The ½ keeps a key that training never heard from being impossible. This baseline is blind as
    well as without memory: a network that sees the frame before does far better and need not
    remember anything for it. What memory adds, `last_frames` tells.
    """
    seen = np.concatenate([example.target for example in task.split("train")])
    asked = np.concatenate([example.target for example in task.split(split)]).astype(np.float64)
    p = (seen.sum(axis=0, dtype=np.float64) + 0.5) / (len(seen) + 1)
    return float(-(asked @ np.log(p) + (1 - asked) @ np.log1p(-p)).mean())


def last_frames(task: Task, k: int = 1) -> Task:
    """The same frames to predict, each from the k frames before it and from nothing else.

    Each counted frame becomes a sequence of its own, the last k frames before it (fewer where the
    piece begins), and only the last prediction counts. A network starts each from an empty state,
    so with k = 1 it sees the frame before and remembers nothing: the baseline for what memory adds.

        baseline = last_frames(chorales.load())
        train(net, baseline, batch_size=8 * 60)     as many frames a batch as 8 pieces have

    Raises ValueError for a k below 1, TypeError where it is no whole number.
    """
    k = whole("k", k)
    cut = Task({split: _windows(task.split(split), k) for split in SPLITS})
    cut.name, cut.loss = f"{task.name}, last {k}", task.loss
    cut.measure, cut.better = task.measure, task.better
    return cut


def _windows(examples: Sequence[Example], k: int) -> list[Example]:
    last = np.zeros(k, np.float32)
    last[-1] = 1
    return [
        Example(x[t + 1 - size : t + 1], target[t + 1 - size : t + 1], last[k - size :])
        for x, target, mask in examples
        for t in range(len(x))
        if mask is None or mask[t]
        for size in [min(k, t + 1)]
    ]
