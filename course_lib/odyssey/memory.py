"""Does a trial use its memory? The same trial again with the memory taken away.

    reset      trained and tested with all states set back to 0 before every frame: the network
               sees the frame before, and remembers nothing
    last k     trained as it was; at the test it hears the last k frames alone, from states of 0

python -m course_lib.odyssey memory jsb_quick.csv --variant V --data FILE

The hyperparameters are those with which the trial was among the best *with* a memory, so without
one it is at a small disadvantage: the difference is, if anything, too large.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from course_lib import files
from course_lib.learning.experiments import over_seeds
from course_lib.learning.network import Batch, Network
from course_lib.odyssey.protocols import PROTOCOLS, Protocol
from course_lib.odyssey.rows import named
from course_lib.odyssey.trial import NoisySequences, draw, generator_of, made_by, trained
from course_lib.tasks.task import Task

LAST = (1, 2, 4, 8, 16)


class Kept(NamedTuple):
    """What a trial loses without its memory: test losses in nats a frame.

    test     as it was; reset    without a memory; last    from the last 1, 2, 4, 8, 16 frames
    """

    variant: str
    trial: int
    test: float
    reset: float
    last: tuple[float, ...]


class SingleFrames(NoisySequences):
    """The same minibatches, but each frame is a sequence of its own: every state starts at 0."""

    def batches(
        self, split: str, size: int, rng: np.random.Generator | None = None
    ) -> Iterator[Batch]:
        """x [1, N, D] and target [1, N, K] of the N frames that count in each minibatch."""
        for x, target, mask in super().batches(split, size, rng):
            counts = np.ones(x.shape[:2], bool) if mask is None else mask == 1
            yield Batch(x[counts][None], target[counts][None])


def without(trial: int, *, variant: str, seed: int, task: Task, protocol: Protocol) -> Kept:
    """One trial with its memory, without it, and from its last frames (see the module)."""
    nets: list[Network] = []
    tests: list[float] = []
    for sequences in (NoisySequences, SingleFrames):
        rng = generator_of(variant, trial, seed)
        net, row = trained(variant, trial, draw(rng), rng, task, protocol, sequences)
        nets.append(net)
        tests.append(row.test_nll)
    last = tuple(from_last(nets[0], task, frames) for frames in LAST)
    return Kept(variant, trial, tests[0], tests[1], last)


def from_last(net: Network, task: Task, frames: int) -> float:
    """The test loss where a network hears the last `frames` frames alone, from states of 0."""
    total = count = 0.0
    for x, target, _ in task.split("test"):
        for length in range(1, min(frames, len(x)) + 1):
            # where fewer frames have sounded the network hears these
            ends = range(length - 1, length if length < frames else len(x))
            heard = np.stack([x[end + 1 - length : end + 1] for end in ends], axis=1)
            a, _ = net.outputs(heard)
            loss = net.loss.per_frame(a[-1:], target[None, list(ends)])
            total += float(loss.sum(dtype=np.float64))
            count += loss.size
    return total / count


def study(
    trials: Sequence[int], *, variant: str, seed: int, task: Task, protocol: str, workers: int = 2
) -> list[Kept]:
    """`without` for some trials of a variant, in processes side by side."""
    once = partial(without, variant=variant, seed=seed, task=task, protocol=PROTOCOLS[protocol])
    return over_seeds(once, trials, workers=workers, name="trials")


def beside(path: str | os.PathLike[str], variant: str = "V") -> Path:
    """Where the figures for a variant of a study lie: study_memory_V.json beside study.csv."""
    path = named(path)
    return path.with_name(f"{path.stem}_memory_{variant}.json")


def write(path: str | os.PathLike[str], kept: Sequence[Kept]) -> None:
    """Figures to six decimals, as JSON, whole or not at all."""
    lines = [
        {
            "variant": one.variant,
            "trial": one.trial,
            "test": round(one.test, 6),
            "reset": round(one.reset, 6),
            "last": [round(loss, 6) for loss in one.last],
        }
        for one in kept
    ]
    engine, versions = made_by()
    opening = json.dumps({"last": LAST, "engine": engine, "versions": versions})[:-1]
    text = ",\n ".join(json.dumps(line) for line in lines)
    files.write(path, f'{opening}, "trials": [\n {text}\n]}}\n')


def made(path: str | os.PathLike[str]) -> str:
    """The engine and the versions that a file's figures were made by. Raises what `read` does."""
    read(path)
    found = json.loads(Path(path).read_text(encoding="utf-8"))
    return f"{found.get('engine', '?')} {found.get('versions', '?')}"


def read(path: str | os.PathLike[str]) -> list[Kept]:
    """What `write` wrote. Raises FileNotFoundError, and ValueError for a file of another kind."""
    path = Path(path)
    try:
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return [Kept(**{**one, "last": tuple(one["last"])}) for one in found["trials"]]
    except (ValueError, TypeError, KeyError) as wrong:
        raise ValueError(f"{path} holds no trials without their memory: {wrong!r}") from wrong
