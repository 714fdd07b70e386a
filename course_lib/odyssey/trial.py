"""One trial of the study: a pure function of the variant, the trial's number and the study's seed.

    number → hyperparameters → a network, trained and tested → a row

Nothing else goes in, so trials may be run in any order and anywhere, and a trial that is run again
gives the same row, `seconds` apart, as long as the arithmetic is the same to the bit (making.py).
"""

from __future__ import annotations

import math
import time
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from course_lib.arguments import one_of, whole
from course_lib.cells import CELLS
from course_lib.learning.history import History
from course_lib.learning.network import Batch, Diverged, Network
from course_lib.learning.optim import Nesterov
from course_lib.learning.training import train
from course_lib.odyssey import making
from course_lib.odyssey.protocols import Protocol
from course_lib.tasks.task import Task, pad

# The paper's names, in the order of its figures, and the cells that they name here.
VARIANTS = {
    "V": "peephole",
    "CIFG": "cifg",
    "FGR": "fgr",
    "NP": "lstm",
    "NOG": "nog",
    "NIAF": "niaf",
    "NIG": "nig",
    "NFG": "nfg",
    "NOAF": "noaf",
}
# Above this loss a trial counts as diverged: twice what a network pays that gives every key ½.
HUGE = 2 * 88 * math.log(2)


class Hyperparameters(NamedTuple):
    """What random search draws: H, the learning rate, the momentum, σ of the noise on the input."""

    hidden: int
    lr: float
    momentum: float
    noise: float


class Row(NamedTuple):
    """What a trial leaves behind: a line of the results.

    status    "ok", or "diverged": a loss that became NaN, infinite or larger than `HUGE`
    epochs    how many were completed
    val_nll, test_nll    nats per frame of the best epoch by validation; NaN where diverged
    engine, versions     what worked it out, as `made_by` says it
    """

    variant: str
    trial: int
    hidden: int
    lr: float
    momentum: float
    noise: float
    status: str
    epochs: int
    val_nll: float
    test_nll: float
    seconds: float
    engine: str
    versions: str


def made_by(engine: str = "auto") -> tuple[str, str]:
    """The engine that trains a study here, and what its last digits depend on (making.py).

    Raises ValueError for an engine that cannot be had.
    """
    return making.made_by(engine, tuple(VARIANTS.values()))


def draw(rng: np.random.Generator) -> Hyperparameters:
    """Hyperparameters over the paper's ranges, as readers' notes on Greff et al. 2015 have them.

    H            log-uniform from 20 to 200
    lr           log-uniform from 1e-6 to 1e-2
    momentum     1 minus log-uniform from 0.01 to 1
    noise        σ uniform from 0 to 1
    """
    return Hyperparameters(
        hidden=round(math.exp(rng.uniform(math.log(20), math.log(200)))),
        lr=10 ** rng.uniform(-6, -2),
        momentum=1 - 10 ** rng.uniform(-2, 0),
        noise=rng.uniform(0, 1),
    )


def generator_of(variant: str, trial: int, seed: int) -> np.random.Generator:
    """The generator from which a trial draws everything, its hyperparameters first."""
    number = list(VARIANTS).index(one_of("variant", variant, VARIANTS))
    trial, seed = whole("trial", trial), whole("seed", seed, least=0)
    return np.random.default_rng([seed, number, trial])


class NoisySequences(Task):
    """A task's sequences, as the study feeds them: noise in training, similar lengths together.

    x + σ ε, ε ~ N(0, 1), drawn anew in every epoch. A minibatch holds sequences of similar length,
    since what fills up the shorter ones is work for nothing; which ones meet in it, and the order
    of the minibatches, are drawn anew in every epoch. Validation and test are read without noise.
    """

    def __init__(self, task: Task, noise: float) -> None:
        self.name, self.loss, self.measure, self.better = (
            task.name,
            task.loss,
            task.measure,
            task.better,
        )
        super().__init__(task.examples)
        self.noise = noise

    def batches(
        self, split: str, size: int, rng: np.random.Generator | None = None
    ) -> Iterator[Batch]:
        """As a task's, sorted by length; with `rng`, by length × U(0.8, 1.25), with noise."""
        examples, size = self.split(split), whole("size", size)
        lengths = np.array([len(example.x) for example in examples], float)
        if rng is not None:
            lengths *= rng.uniform(0.8, 1.25, len(lengths))
        order = np.argsort(lengths, kind="stable")
        groups = [order[start : start + size] for start in range(0, len(order), size)]
        if rng is None:
            return (pad([examples[k] for k in group]) for group in groups)
        rng.shuffle(groups)
        return (self._noisy(pad([examples[k] for k in group]), rng) for group in groups)

    def _noisy(self, batch: Batch, rng: np.random.Generator) -> Batch:
        ε = rng.standard_normal(batch.x.shape, dtype=np.float32)
        return batch._replace(x=batch.x + np.float32(self.noise) * ε)


def run_trial(
    variant: str,
    trial: int,
    *,
    seed: int,
    task: Task,
    protocol: Protocol,
    engine: str = "auto",
) -> Row:
    """Draw, train and test one trial → its row.

    engine    "numpy" or "compiled"; "auto": the compiled one where it can run all nine cells. A
              study has one, however long a trial takes

    All weights and biases start from N(0, 0.1), with no forget bias. The gradient is that of the
    loss summed over the frames of a minibatch's pieces; Nesterov momentum, no clipping. The epoch
    with the lowest validation loss is the one that is tested.
    Raises ValueError for a variant that is none of VARIANTS, a trial below 1 and a seed below 0.
    """
    rng = generator_of(variant, trial, seed)
    return trained(variant, trial, draw(rng), rng, task, protocol, engine=engine)[1]


def repeat(seed: int, row: Row, *, task: Task, protocol: Protocol, engine: str = "auto") -> Row:
    """A trial again with the hyperparameters of `row`, but another seed for all else → its row."""
    drawn = Hyperparameters(row.hidden, row.lr, row.momentum, row.noise)
    rng = np.random.default_rng(whole("seed", seed, least=0))
    return trained(row.variant, row.trial, drawn, rng, task, protocol, engine=engine)[1]


def trained(
    variant: str,
    trial: int,
    drawn: Hyperparameters,
    rng: np.random.Generator,
    task: Task,
    protocol: Protocol,
    sequences: type[NoisySequences] = NoisySequences,
    engine: str = "auto",
) -> tuple[Network, Row]:
    """The network of a trial, as its best epoch left it, and the row.

    sequences    how the task's pieces are fed: whole, with noise, or as another class has it
    """
    made = made_by(engine)
    start = time.perf_counter()
    cell = CELLS[VARIANTS[variant]](task.input_size, drawn.hidden, rng=rng)
    net = Network(cell, task.output_size, task.loss, rng=rng, reduction="sum")
    for array in net.params.values():
        array[...] = rng.normal(0, 0.1, array.shape)
    noisy = sequences(task, drawn.noise)
    history = train(
        net,
        noisy,
        epochs=protocol.epochs,
        batch_size=protocol.batch_size,
        patience=protocol.patience,
        optimizer=Nesterov(drawn.lr, drawn.momentum),
        clip=None,
        rng=rng,
        on_epoch=_huge,
        progress=False,
        engine=made[0],
    )
    if history.stopped == "interrupted":
        raise KeyboardInterrupt
    diverged = history.stopped == "diverged" or history.best is None
    return net, Row(
        variant,
        trial,
        *drawn,
        status="diverged" if diverged else "ok",
        epochs=len(history.rows),
        val_nll=math.nan if history.best is None or diverged else history.best["validation_loss"],
        test_nll=math.nan if diverged else noisy.evaluate(net, "test")[0],
        seconds=time.perf_counter() - start,
        engine=made[0],
        versions=made[1],
    )


def _huge(history: History) -> None:
    last = history.rows[-1]
    for name in ("train_loss", "validation_loss"):
        if last[name] > HUGE:
            raise Diverged(f"{name} became {last[name]:.4g}")
