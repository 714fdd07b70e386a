"""Timing: a single cell, given no input, has to produce a wave and keep it going.

    x_t = 0        target at frame t: ½ (1 − cos 2π (t − 1) / period)

Nothing comes in, so whatever happens next follows from what the cell itself carries. The memory
starts at 0 as the wave does, at its trough; the trough is at frame 1, so there is a frame to set
off in.

After the periodic functions of Gers, Schraudolph and Schmidhuber (2002), 'Learning Precise Timing
with LSTM Recurrent Networks', who use no inputs and no teacher forcing either.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from course_lib.arguments import number, one_of, whole
from course_lib.cells import CELLS
from course_lib.learning.history import History
from course_lib.learning.losses import Array, SquaredError
from course_lib.learning.network import Network
from course_lib.learning.optim import Adam
from course_lib.learning.training import train
from course_lib.tasks.task import SPLITS, Example, Task, pad

LENGTHS = dict(zip(SPLITS, (3, 3, 12), strict=True))  # periods in each split
SETTLED = 2  # periods that do not count for success
LOOKS = 20
STILL = 0.02  # a wave that swings by less stands still


class Timing(Task):
    """A cosine between 0 and 1 with `period` frames to each period; D = 1, always 0; K = 1.

    There is one wave, so "train" holds it 20 times over, three periods long, and "validation" is
    the same once. "test" goes on for twelve periods: does the wave hold?
    Success is the largest error in any frame from the third period on; always ½ gives 0.5.
    Raises ValueError for a period below 2, TypeError where it is no whole number.
    """

    name = "timing"
    loss = SquaredError()
    measure = "largest error from the third period on"
    better = "lower"

    def __init__(self, period: int = 25) -> None:
        self.period = whole("period", period)
        if self.period < 2:
            raise ValueError(f"period: came {period}, expected 2 or more, or nothing moves")
        waves = {split: self._wave(periods) for split, periods in LENGTHS.items()}
        super().__init__({s: [w] * (LOOKS if s == "train" else 1) for s, w in waves.items()})

    def _wave(self, periods: int) -> Example:
        t = np.arange(periods * self.period)
        target = (1 - np.cos(2 * np.pi * (t - 1) / self.period)) / 2
        x = np.zeros((len(t), 1), np.float32)
        return Example(x, target[:, None].astype(np.float32))

    def produced(self, net: Network, split: str = "test") -> tuple[Array, Any]:
        """What a network makes of no input, [T], and the trace of how."""
        a, trace = net.outputs(self.split(split)[0].x[:, None])
        return net.loss.predict(a)[:, 0, 0], trace

    def evaluate(self, net: Network, split: str) -> tuple[float, float]:
        batch = pad(self.split(split)[:1])
        a, _ = net.outputs(batch.x)
        errors = np.abs(net.loss.predict(a) - batch.target)[SETTLED * self.period :]
        return float(net.loss.per_frame(a, batch.target).mean()), float(errors.max())


def swing(wave: npt.ArrayLike) -> tuple[float, float]:
    """How far a wave [T] swings, peak to peak, and its period in steps, both in its second half.

    A period lies between two places where the wave rises through its own mean, found between steps
    by a straight line. It is NaN where there are no two such places, or where the wave swings by
    less than STILL: then it stands still, or is about to.

        size, period = swing(task.produced(net)[0])

    Raises ValueError for a wave of another shape or of fewer than 4 steps.
    """
    wave = np.asarray(wave, dtype=np.float64)
    if wave.ndim != 1 or len(wave) < 4:
        raise ValueError(f"wave: came shape {wave.shape}, expected [T] with T of 4 or more")
    late = wave[len(wave) // 2 :]
    size = float(np.ptp(late))
    above = late - late.mean()
    before = np.flatnonzero((above[:-1] < 0) & (above[1:] >= 0))
    if len(before) < 2 or size < STILL:
        return size, float("nan")
    crossed = before + above[before] / (above[before] - above[before + 1])
    return size, float(np.diff(crossed).mean())


def learned(
    seed: int,
    *,
    cell: str,
    period: int = 25,
    read_out: float = 1.0,
    weights: float = 0.1,
    epochs: int = 100,
) -> tuple[Network, History]:
    """One single cell that learned the wave from one seed: its network and the history.

    Weights and peepholes are drawn from ±weights; biases are 0, but for the forget valve's, 3; W_y
    is `read_out`: the cell starts almost still, and the read-out sees it. Adam, lr 0.03, 20 steps
    an epoch. Raises ValueError for a cell that CELLS does not name or that has no forget gate, and
    the errors of Timing and train.
    """
    one_of("cell", cell, CELLS)
    read_out, weights = number("read_out", read_out), number("weights", weights, least=0.0)
    task, rng = Timing(period), np.random.default_rng(seed)
    net = Network(CELLS[cell](1, 1, rng=rng, forget_bias=3.0), 1, task.loss, rng=rng)
    for name, array in net.cell.params.items():
        if not name.startswith("b"):
            array *= weights  # with one unit they are drawn from ±1
    net.params["W_y"][:] = read_out
    options: dict[str, Any] = {"epochs": epochs, "batch_size": 1, "rng": rng, "progress": False}
    return net, train(net, task, optimizer=Adam(0.03), **options)
