"""What every task shares: sequences in three splits, batches of them, and a fair average.

Sequences differ in length, so a batch is filled up with zeros at the end, and a mask says which
frames count. Loss and success are added up over what counts and divided once at the end: a mean of
batches' means would weigh short batches too much, and a mean that counts padding would flatter.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from course_lib.arguments import generator, one_of, whole
from course_lib.learning.losses import Array, Loss
from course_lib.learning.network import Batch, Network

SPLITS = ("train", "validation", "test")


class Example(NamedTuple):
    """One sequence: x [T, D], target [T, K], and mask [T] of 0 and 1 (None: every frame counts)."""

    x: Array
    target: Array
    mask: Array | None = None


class Task:
    """Examples for "train", "validation" and "test", and what is asked of a network.

    A task says its `name`, its `loss`, in words what it measures as success, and whether "higher"
    or "lower" is better; `input_size` D and `output_size` K follow from the examples.
    Raises ValueError where a split is missing or empty, or examples disagree in shape.
    """

    name: str = ""
    loss: Loss
    measure: str = ""
    better: str = "higher"

    def __init__(self, examples: Mapping[str, Sequence[Example]]) -> None:
        for split in SPLITS:
            if not examples.get(split):
                raise ValueError(f"examples: came none for {split!r}, expected some for each split")
        self.examples = {split: list(examples[split]) for split in SPLITS}
        self._padded: dict[str, tuple[list[Example], list[Batch]]] = {}
        first = self.examples["train"][0]
        if np.ndim(first.x) != 2 or np.ndim(first.target) != 2:
            raise ValueError(
                f"examples: train 0 has shapes {np.shape(first.x)} and {np.shape(first.target)}, "
                "expected [T, D] and [T, K]"
            )
        self.input_size, self.output_size = first.x.shape[1], first.target.shape[1]
        for split, row in self.examples.items():
            for k, (x, target, mask) in enumerate(row):
                shapes = (x.shape, target.shape, np.shape(mask) if mask is not None else (len(x),))
                wanted = ((len(x), self.input_size), (len(x), self.output_size), (len(x),))
                if shapes != wanted:
                    raise ValueError(
                        f"examples: {split} {k} has shapes {shapes}, expected {wanted}"
                    )

    def batches(
        self, split: str, size: int, rng: np.random.Generator | None = None
    ) -> Iterator[Batch]:
        """The split's sequences, `size` at a time, padded at the end to the longest of the batch.

        x [T, B, D], target [T, B, K], mask [T, B], all float32; the mask is None where every frame
        of the batch counts. With `rng` the order is shuffled, without it is always the same.
        Raises ValueError for an unknown split or a size below 1, TypeError for a bare seed as rng.
        """
        examples, size = self.split(split), whole("size", size)
        order = np.arange(len(examples))
        if rng is not None:
            generator(rng).shuffle(order)
        return (
            pad([examples[k] for k in order[start : start + size]])
            for start in range(0, len(order), size)
        )

    def split(self, split: str) -> list[Example]:
        """The examples of one split; ValueError where there is no such split."""
        return self.examples[one_of("split", split, SPLITS)]

    def evaluate(self, net: Network, split: str) -> tuple[float, float]:
        """The loss per counted frame, pooled over the whole split, and the measure of success.

        Success is the share of sequences that `solved` says are right, or, for a task that has no
        right and wrong, the loss itself. `net` is measured by its own loss, and is not changed.
        """
        total = frames = 0.0
        right: list[bool] = []
        for batch in self._side_by_side(split):
            a, _ = net.outputs(batch.x)
            counts = np.ones(a.shape[:2], bool) if batch.mask is None else batch.mask == 1
            total += float(net.loss.per_frame(a, batch.target)[counts].sum(dtype=np.float64))
            frames += float(counts.sum())
            right.extend(self.solved(a, batch))
        loss = total / frames
        return loss, float(np.mean(right)) if right else loss

    def _side_by_side(self, split: str) -> list[Batch]:
        """The split's batches for evaluation: padded once, and anew where its examples change."""
        made_of, batches = self._padded.get(split, ([], []))
        examples = self.split(split)
        if [id(example) for example in made_of] != [id(example) for example in examples]:
            batches = list(self.batches(split, 64))
            self._padded[split] = (list(examples), batches)
        return batches

    def solved(self, a: Array, batch: Batch) -> Sequence[bool] | Array:
        """For each sequence of the batch, whether the outputs a [T, B, K] get it right.

        Nothing at all, (), where a task knows no right and wrong.
        """
        return ()

    def __repr__(self) -> str:
        sizes = " / ".join(str(len(self.examples[split])) for split in SPLITS)
        return f"{type(self).__name__}({sizes} sequences, {self.input_size} → {self.output_size})"


def counts_of(sizes: Sequence[int]) -> dict[str, int]:
    """How many examples each split is to have; TypeError or ValueError for other `sizes`."""
    counts = [whole("sizes", size) for size in sizes]
    if len(counts) != len(SPLITS):
        raise ValueError(f"sizes: came {len(counts)}, expected one for each of {SPLITS}")
    return dict(zip(SPLITS, counts, strict=True))


def one_hot(string: str, symbols: str) -> Array:
    """One-hot rows [T, K] of a string, in the order of symbols; ValueError for another symbol."""
    if wrong := sorted(set(string) - set(symbols)):
        raise ValueError(f"string: came {string!r} with {wrong}, expected symbols of {symbols}")
    return np.eye(len(symbols), dtype=np.float32)[[symbols.index(s) for s in string]]


def asked_last(x: Array, answer: ArrayLike) -> Example:
    """x [T, D] with an answer [K] to give at the last frame, which alone counts."""
    target, mask = np.zeros((len(x), np.size(answer)), np.float32), np.zeros(len(x), np.float32)
    target[-1], mask[-1] = answer, 1
    return Example(x, target, mask)


def pad(examples: Sequence[Example]) -> Batch:
    """Put sequences side by side, zeros after the end of the shorter ones, time first."""
    T, B = max(len(e.x) for e in examples), len(examples)
    x = np.zeros((T, B, examples[0].x.shape[1]), np.float32)
    target = np.zeros((T, B, examples[0].target.shape[1]), np.float32)
    mask = np.zeros((T, B), np.float32)
    for k, e in enumerate(examples):
        x[: len(e.x), k] = e.x
        target[: len(e.x), k] = e.target
        mask[: len(e.x), k] = 1 if e.mask is None else e.mask
    return Batch(x, target, None if mask.all() else mask)
