"""The same experiment over several seeds, side by side: one run proves little.

run = partial(trained, cell="coupled", hidden_size=16, task=task, lr=1e-2, epochs=20)
over_seeds(run, range(5))        a (network, history) a seed, in the seeds' order
"""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

import numpy as np

from course_lib import bars, lite
from course_lib.arguments import one_of, whole
from course_lib.cells import CELLS
from course_lib.learning import kept
from course_lib.learning.history import History
from course_lib.learning.network import Network
from course_lib.learning.optim import Adam
from course_lib.learning.training import Task, train

S = TypeVar("S")
R = TypeVar("R")


def trained(
    seed: int,
    *,
    cell: str,
    hidden_size: int,
    task: Task,
    lr: float = 1e-3,
    forget_bias: float | None = None,
    biases: Mapping[str, float] | None = None,
    chrono: int | None = None,
    **options: Any,
) -> tuple[Network, History]:
    """One network drawn and trained with one seed, by Adam: the network and its history.

    cell: a name of ``CELLS``; biases: where other blocks' biases start, as {"i": -4.0};
    chrono: the forget gate's biases start at log U(1, chrono − 1), one draw a unit, and an input
    gate's at their negatives, so that units keep for various times, up to that many steps (Tallec
    & Ollivier 2018); options: those of ``training.train``.
    Raises ValueError for another name or a chrono below 2, and the errors of Network and train.
    """
    kind, rng = CELLS[one_of("cell", cell, CELLS)], np.random.default_rng(seed)
    drawn = kind(task.input_size, hidden_size, rng=rng, forget_bias=forget_bias)
    for block, bias in (biases or {}).items():
        drawn.gate("b", block)[:] = bias
    if chrono is not None:
        if drawn.forget_gate is None:
            raise ValueError(f"chrono: came {chrono}, but {cell} has no forget gate")
        keeping = np.log(rng.uniform(1, whole("chrono", chrono, least=2) - 1, hidden_size))
        block, sign = drawn.forget_gate
        drawn.gate("b", block)[:] = sign * keeping
        if "i" in drawn.blocks and block != "i":
            drawn.gate("b", "i")[:] = -keeping
    net = Network(drawn, task.output_size, task.loss, rng=rng)
    return net, train(net, task, optimizer=Adam(lr), rng=rng, progress=False, **options)


def over_seeds(
    run: Callable[[S], R], seeds: Iterable[S], *, workers: int = 2, name: str = "seeds"
) -> list[R]:
    """run(seed) for every seed, in processes side by side → the results in the seeds' order.

    name stands beside the progress bar. Each process has one BLAS thread. `run` and what it
    returns travel between processes: `run` has to be a function of a module, or functools.partial
    of one; what a notebook defines cannot travel.
    An error in one seed, or Ctrl-C, ends the others and is raised here. No process is left over.
    In the browser edition there are no processes: the seeds that ``lite.seeds`` leaves are run
    one after the other.
    """
    seeds, workers = lite.seeds(list(seeds)), whole("workers", workers)
    if lite.in_browser():
        return [kept.result(run, seed) for seed in bars.bar(seeds, desc=name, unit="seed")]
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed

    spawn = multiprocessing.get_context("spawn")  # a fork would copy a notebook's threads half
    ours = set(multiprocessing.active_children())
    with ProcessPoolExecutor(workers, spawn, initializer=_quiet) as pool:
        futures = [pool.submit(kept.result, run, seed) for seed in seeds]
        try:
            with bars.bar(desc=name, total=len(seeds), unit="seed") as bar:
                for done in as_completed(futures):
                    done.result()  # raises at once what went wrong in it
                    bar.update()
        except BaseException:
            # Only ended here: the pool's own thread waits for them, and the pool for the thread.
            # Were two threads to wait for a process, one could go on before it counts as ended.
            for process in set(multiprocessing.active_children()) - ours:
                process.terminate()
            raise
    return [future.result() for future in futures]


def _quiet() -> None:
    """One BLAS thread, as two processes share the cores; Ctrl-C is the parent's to handle."""
    from threadpoolctl import threadpool_limits

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threadpool_limits(limits=1, user_api="blas")
