"""The training loop: epochs of gradient steps, a validation after each, the best network kept.

    history = train(net, task, epochs=20)
    history.series("validation_loss")

Whatever ends it (the last epoch, patience, a target, Ctrl-C, a loss that is no longer a number),
the network is left with the parameters of its best epoch.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import numpy as np

from course_lib import bars, lite
from course_lib.arguments import generator, number, whole
from course_lib.learning import optim
from course_lib.learning.history import FIELDS, History, end
from course_lib.learning.losses import Array, Loss
from course_lib.learning.network import Batch, Diverged, Network
from course_lib.sequence.engines import choose, engine_of

# What the compiled engine saves of NumPy's time, and the seconds it takes to start in a process.
SAVED, STARTING = 0.35, 4.0


class Task(Protocol):
    """What `train` asks of a task; course_lib.tasks has some."""

    name: str
    input_size: int
    output_size: int
    better: str

    @property
    def loss(self) -> Loss: ...

    def batches(
        self, split: str, size: int, rng: np.random.Generator | None = None
    ) -> Iterator[Batch]: ...

    def evaluate(self, net: Network, split: str) -> tuple[float, float]: ...


def train(
    net: Network,
    task: Task,
    *,
    epochs: int = 20,
    batch_size: int = 16,
    optimizer: optim.Optimiser | None = None,
    clip: float | None = 1.0,
    patience: int | None = None,
    target: float | None = None,
    rng: np.random.Generator | None = None,
    on_epoch: Callable[[History], object] | None = None,
    progress: bool = True,
    engine: str = "auto",
) -> History:
    """Train `net` on `task` in place and return the history; `net` ends with its best parameters.

    optimizer    Adam() where none is given; one that has trained this network goes on where it was,
                 one that has trained another is refused
    clip         the gradients' greatest global norm; None leaves them as they are
    patience     stop after this many epochs in a row without a lower validation loss
    target       stop when the success measure is at least (task.better "higher") or at most this
    rng          shuffles the training batches
    on_epoch     called with the history after each epoch; the parameters are then the latest
    progress     shows a bar with the epoch, both losses and the success measure
    engine       "numpy" or "compiled", as in `forward`; "auto" takes the compiled one
                 where it is installed, can run this cell, and saves more than starting it costs

    Best is the lowest validation loss, or the epoch that reached the target. Ctrl-C at any moment
    ends training as if it were planned: the best epoch's parameters are put back, and the history
    says "interrupted". A NaN or infinite loss or gradient does the same, with "diverged". Where no
    epoch was completed, the parameters go back to what they were before. With Nesterov momentum,
    what is validated and kept is the looked-ahead point (see `course_lib.learning.optim.Nesterov`).
    The browser edition may train fewer epochs, and says so (`course_lib.lite`).
    Raises TypeError and ValueError for a wrong argument, or a task that does not fit the network.

    >>> from course_lib.cells import LSTM
    >>> from course_lib.tasks import Adding
    >>> task = Adding(T=5, sizes=(32, 16, 16))
    >>> net = Network(LSTM(task.input_size, 4), task.output_size, task.loss)
    >>> train(net, task, epochs=2, progress=False).message.split(".")[0]
    'Trained all 2 epochs'
    """
    _check_fit(net, task)
    epochs, batch_size = whole("epochs", epochs), whole("batch_size", batch_size)
    optimizer = optim.Adam() if optimizer is None else optimizer
    if not isinstance(optimizer, optim.Optimiser):
        raise TypeError(f"optimizer: came {optimizer!r}, expected an optimiser such as Adam()")
    optimizer.check(net.params)
    max_norm = None if clip is None else number("clip", clip, above=0.0)
    patience = None if patience is None else whole("patience", patience)
    target = None if target is None else number("target", target)
    rng = generator(rng)
    epochs = lite.epochs(epochs, *_work(net, task, batch_size))
    if on_epoch is not None and not callable(on_epoch):
        raise TypeError(f"on_epoch: came {on_epoch!r}, expected a function of the history")

    import threadpoolctl  # noqa: F401  before the try: Ctrl-C within an import ends in anything
    import tqdm.std  # noqa: F401

    history, start = History(), time.perf_counter()
    kept, before = _copy(net), net.engine
    try:
        net.engine = history.engine = _engine(net, task, engine, epochs, batch_size)
        with _one_thread(), _bar(task, epochs, progress) as bar:
            for epoch in range(1, epochs + 1):
                train_loss, grad_norm = _epoch(net, task, optimizer, batch_size, max_norm, rng)
                validation_loss, success = _validate(net, task)
                seconds = time.perf_counter() - start
                figures = (epoch, train_loss, validation_loss, success, grad_norm, seconds)
                row = dict(zip(FIELDS, figures, strict=True))
                history.rows.append(row)
                best, reached = history.best, _reached(task, success, target)
                if best is None or validation_loss < best["validation_loss"] or reached:
                    copies = _copy(net)
                    history.best, kept = row, copies  # at once: Ctrl-C finds both or neither
                shown = {"loss": train_loss, "validation": validation_loss}
                if success != validation_loss:  # of music the loss is all there is
                    shown["success" if task.better == "higher" else "error"] = success
                bar.set_postfix(shown, refresh=False)
                bar.update()
                reason = "target" if reached else _reason(history, epochs, patience)
                if on_epoch is not None:
                    on_epoch(history)
                if reason is not None:
                    end(history, reason)
                    break
    except KeyboardInterrupt:
        end(history, "interrupted")
    except Diverged as what:
        cure = "A smaller learning rate (lr), or clip=1.0 or less, is the usual cure"
        end(history, "diverged", f"{what}. {cure}")
    finally:
        net.engine = before
        for name, array in net.params.items():
            array[...] = kept[name]
    return history


def _engine(net: Network, task: Task, engine: str, epochs: int, batch_size: int) -> str:
    """The engine asked for; for "auto" the compiled one, where it saves more than it costs."""
    if engine != "auto":
        engine_of(net.cell, engine)  # raises where it can't be had
        return engine
    steps, products = _work(net, task, batch_size)
    seconds = epochs * (steps * 25e-6 + products * 2 / 3e10)  # what they cost in NumPy
    return choose(net.cell) if seconds * SAVED > STARTING else "numpy"


def _work(net: Network, task: Task, batch_size: int) -> tuple[float, float]:
    """What an epoch consists of: time steps, and multiplications, three a weight and frame."""
    examples = getattr(task, "examples", {}).get("train", ())
    frames = sum(len(example.x) for example in examples)
    return frames / batch_size, 3.0 * frames * net.cell.parameter_count


def _epoch(
    net: Network,
    task: Task,
    optimizer: optim.Optimiser,
    batch_size: int,
    max_norm: float | None,
    rng: np.random.Generator,
) -> tuple[float, float]:
    """One pass over the training batches → mean loss of a frame, mean norm of the gradients."""
    total, frames, norms = 0.0, 0.0, []
    for batch in task.batches("train", batch_size, rng):
        with np.errstate(over="ignore", invalid="ignore"):  # said in words instead
            value, grads = net.gradients(batch)
            norm = optim.norm(grads) if max_norm is None else optim.clip(grads, max_norm)
        if not math.isfinite(norm):
            raise Diverged(f"the norm of the gradients became {norm}")
        optimizer.update(net.params, grads)
        counted = float(np.size(batch.x[..., 0]) if batch.mask is None else np.sum(batch.mask))
        total += value * counted if net.reduction == "mean" else value
        frames += counted
        norms.append(norm)
    if not frames:
        raise ValueError(f"task: came no training frame from {task.name}, expected some")
    return total / frames, sum(norms) / len(norms)


def _validate(net: Network, task: Task) -> tuple[float, float]:
    with np.errstate(over="ignore", invalid="ignore"):
        loss, success = task.evaluate(net, "validation")
    if not math.isfinite(loss):
        raise Diverged(f"the validation loss became {loss}")
    return float(loss), float(success)


def _reached(task: Task, success: float, target: float | None) -> bool:
    if target is None:
        return False
    return success >= target if task.better == "higher" else success <= target


def _reason(history: History, epochs: int, patience: int | None) -> str | None:
    """Why training ends after the last row, or None where it goes on."""
    assert history.best is not None
    last = history.rows[-1]["epoch"]
    if patience is not None and last - history.best["epoch"] >= patience:
        return "patience"
    return "epochs" if last == epochs else None


def _copy(net: Network) -> dict[str, Array]:
    return {name: array.copy() for name, array in net.params.items()}


def _one_thread() -> Any:
    """One BLAS thread: the products of a step are small, and a second thread mostly waits."""
    from threadpoolctl import threadpool_limits

    return threadpool_limits(limits=1, user_api="blas")


def _bar(task: Task, epochs: int, progress: bool) -> Any:
    return bars.bar(total=epochs, desc=task.name, unit="epoch", disable=not progress)


def _check_fit(net: Network, task: Task) -> None:
    """Raise TypeError or ValueError unless `task` is a task whose batches `net` can take."""
    if not isinstance(net, Network):
        raise TypeError(f"net: came {type(net).__name__}, expected a Network")
    needed = ("name", "input_size", "output_size", "loss", "better", "batches", "evaluate")
    if lacking := [name for name in needed if not hasattr(task, name)]:
        raise TypeError(f"task: came {task!r} without {', '.join(lacking)}, expected a task")
    if task.better not in ("higher", "lower"):
        raise ValueError(f"task.better: came {task.better!r}, expected 'higher' or 'lower'")
    mine = (net.cell.input_size, net.output_size, net.loss.name)
    asked = (task.input_size, task.output_size, task.loss.name)
    if mine != asked:
        raise ValueError(
            f"net: came (input_size, output_size, loss) = {mine}, expected {asked} for {task.name}"
        )
