"""Work on many hand-ins, side by side, in processes of their own.

Each begins as a copy of this process, so that what is the same for all is read once, before; and it
ends with this one, however that ends. A job that ends its process costs itself and no other.
"""

from __future__ import annotations

import ctypes
import os
import signal
from collections.abc import Callable, Generator
from concurrent.futures import Future, ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context
from typing import Any

TOGETHER = 100  # jobs that one set of processes does; what these have grown by is then given back
ENDED = "the process that worked on it ended"
_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG of prctl(2)


Done = tuple[Any, Any, str]


def each(work: Callable, jobs: list, workers: int) -> Generator[Done, None, None]:
    """Do work(job) for each → the job, what came of it, and why nothing did, as they are done.

    Jobs and what comes of them are handed over as pickles; work itself is copied with the process.
    Where a process dies, the jobs of its set that are not done are done in smaller sets, and at
    last alone, so that it is known which one it was.
    """
    sets = [jobs[at : at + TOGETHER] for at in range(0, len(jobs), TOGETHER)]
    while sets:
        group = sets.pop(0)
        left = yield from _together(work, group, workers)
        if len(group) == 1:
            yield from ((job, None, ENDED) for job in left)
            continue
        size = workers if len(group) > workers else 1
        sets[:0] = [left[at : at + size] for at in range(0, len(left), size)]


def _together(work: Callable, jobs: list, workers: int) -> Generator[Done, None, list]:
    """The same in one set of processes; returns the jobs that are left, since one has died."""
    pool = ProcessPoolExecutor(
        min(workers, len(jobs)), get_context("fork"), _begin, (os.getpid(), work)
    )
    left, under_way = [], {}
    try:
        for job in jobs:
            try:
                under_way[pool.submit(_do, job)] = job
            except BrokenProcessPool:
                left.append(job)
        for future in as_completed(under_way):
            job = under_way.pop(future)
            if _died(future):
                left.append(job)
            else:
                yield (job, *future.result())
    finally:
        pool.shutdown(cancel_futures=True)
    return left


def _died(future: Future) -> bool:
    return isinstance(future.exception(), BrokenProcessPool)


_work: Callable


def _begin(parent: int, work: Callable) -> None:
    """In a new process: end with the one that began it, and know what there is to do."""
    global _work
    signal.signal(signal.SIGINT, signal.SIG_DFL)  # Ctrl-C reaches all, and one says so
    ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)
    if os.getppid() != parent:  # it had ended before
        os._exit(1)
    _work = work


def _do(job: Any) -> tuple[Any, str]:
    """An error goes back in words: not every one can be handed over."""
    try:
        return _work(job), ""
    except Exception as error:
        return None, f"{type(error).__name__}: {error}"
