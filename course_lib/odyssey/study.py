"""A study: many trials, run by Dask, their rows in one file that goes on where it was.

    run("results.csv", task=chorales.load())                            two workers on this machine
    run("results.csv", task=…, scheduler="tcp://192.0.2.1:8786")        any Dask cluster

Beside results.csv lies results.json: what the study is made of. Needs the extra `odyssey`.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from course_lib import bars, files, lite
from course_lib.arguments import one_of, whole
from course_lib.odyssey import about
from course_lib.odyssey import rows as results
from course_lib.odyssey.protocols import PROTOCOLS, TRIALS
from course_lib.odyssey.trial import VARIANTS, Row, made_by, run_trial
from course_lib.tasks.chorales import Chorales
from course_lib.tasks.chorales.task import Pieces

# Dask has its workers give memory back at every chance, and each trial then faults it in anew:
# a tenth of a trial's time. One BLAS thread, since workers share the cores.
WORKER_SETTINGS = {
    "distributed.nanny.pre-spawn-environ": {
        "MALLOC_MMAP_THRESHOLD_": str(2**27),
        "MALLOC_TRIM_THRESHOLD_": str(2**28),
        "OMP_NUM_THREADS": "1",
        "MKL_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    },
    "distributed.admin.tick.limit": "1h",  # a trial keeps a worker's thread busy, as it should
    # A hundred times a second Dask looks at what a worker is doing, and the trial waits for it.
    "distributed.worker.profile.enabled": False,
}
SEED = 2015
ANSWER = "10s"  # by then a scheduler has answered


def run(
    path: str | os.PathLike[str],
    *,
    task: Chorales,
    protocol: str = "quick",
    trials: int = TRIALS,
    variants: Iterable[str] = tuple(VARIANTS),
    seed: int = SEED,
    workers: int = 2,
    scheduler: str | None = None,
    engine: str = "auto",
    mixed: bool = False,
    progress: bool = True,
    on_row: Callable[[list[Row]], object] | None = None,
) -> list[Row]:
    """Run the trials 1 … `trials` of each variant that `path` does not hold yet → all its rows.

    protocol     a name of PROTOCOLS
    workers      processes on this machine; `scheduler`: the address of a Dask cluster in their
                 place, whose workers have this course installed
    engine       what runs the cells, as in ``run_trial``
    mixed        go on with rows that another engine or other versions made; each row says which
    on_row       called with all rows so far after each trial

    All variants go on abreast, so that a study that was stopped compares as many trials of each.
    Ctrl-C, a killed worker or a killed main process lose no trial that was finished; the same call
    goes on. Raises ValueError for a wrong name, and where `path` holds another study (protocol,
    seed or music) or rows that were made otherwise (`mixed`), TypeError for a task other than the
    chorales, BlockingIOError where another process writes `path`, OSError where the disk is full,
    RuntimeError where a trial cannot be run.
    """
    names = list(variants)
    for place, name in enumerate(names):
        if name not in VARIANTS:
            raise ValueError(f"variants: came {name!r}, expected some of {', '.join(VARIANTS)}")
        if name in names[:place]:
            raise ValueError(f"variants: came {name!r} twice, expected each once")
    if not names:
        raise ValueError(f"variants: came none, expected some of {', '.join(VARIANTS)}")
    one_of("protocol", protocol, PROTOCOLS)
    if not isinstance(task, Chorales):
        raise TypeError(f"task: came {type(task).__name__}, expected chorales.load()")
    trials, workers, path = whole("trials", trials), whole("workers", workers), results.named(path)
    seed, maker = whole("seed", seed, least=0), made_by(engine)
    path.parent.mkdir(parents=True, exist_ok=True)
    with results.open_to_append(path) as file:
        rows = results.read(path)
        about.describe(path, protocol, seed, task, fresh=not rows)
        if not mixed:
            about.made_alike(path, rows, maker)
        done = {row[:2] for row in rows}
        asked = [(name, number) for number in range(1, trials + 1) for name in names]
        todo = [pair for pair in asked if pair not in done]
        settings = {
            "seed": seed, "protocol": protocol, "pieces": task.pieces, "engine": maker[0],
        }  # fmt: skip
        with _bar(len(asked), len(asked) - len(todo), progress) as bar:
            for row in _in_parallel(todo, settings, workers, scheduler, path, mixed, bar):
                if not mixed:
                    about.made_here(row, maker)
                results.append(file, row)
                rows.append(row)
                bar.update()
                if on_row is not None:
                    on_row(rows)
        results.write_sorted(path, rows)
    return results.read(path)


def own(name: str) -> Path:
    """Where your own study is kept: NAME.csv in the course's cache folder.

    In the browser edition it goes when the page does: the drive there says only when a file is
    closed whether it was written, and a study needs to know that for each row.
    """
    folder = Path.home() if lite.in_browser() else files.cache_folder()
    return folder / f"{name}.csv"


def _in_parallel(
    todo: list[tuple[str, int]],
    settings: dict[str, Any],
    workers: int,
    scheduler: str | None,
    path: Path,
    mixed: bool,
    bar: Any,
) -> Iterator[Row]:
    """The rows of the trials as they finish; a few more wait at the scheduler than there are
    workers, so that none stands idle and none has much to hold.
    """
    if lite.in_browser():  # no processes there: one trial after the other
        yield from (_trial(*pair, **settings) for pair in todo)
        return
    if not todo:
        return
    from distributed import as_completed

    with _client(workers, scheduler, bar) as client:
        client.wait_for_workers(1, timeout=30)
        if scheduler is not None and not mixed:
            _same_versions(client, settings["engine"])
        room = 2 * sum(client.nthreads().values()) + 2
        waiting = iter(todo)
        running = as_completed()

        def submit(how_many: int) -> None:
            for _, (variant, number) in zip(range(how_many), waiting, strict=False):
                label = f"{variant}-{number}-{os.getpid()}"
                running.add(
                    client.submit(_trial, variant, number, **settings, key=label, pure=False)
                )

        submit(room)
        for future in running:
            try:
                row = future.result()
            except Exception as error:
                kept = "The trials that were finished are kept: the same command goes on from there"
                raise RuntimeError(f"trial {future.key}: {error!r}. {kept} ({path})") from error
            submit(1)
            yield row


def _trial(
    variant: str, number: int, *, seed: int, protocol: str, pieces: Pieces, engine: str
) -> Row:
    """What a worker runs. The music comes with each trial (90 kB), so any worker can take it."""
    task = _task(*(array.tobytes() for array in pieces))
    how = PROTOCOLS[protocol]
    return run_trial(variant, number, seed=seed, task=task, protocol=how, engine=engine)


@lru_cache(maxsize=2)
def _task(pitches: bytes, offsets: bytes, split: bytes) -> Chorales:
    return Chorales(
        Pieces(
            np.frombuffer(pitches, np.uint8).reshape(-1, 4),
            np.frombuffer(offsets, np.int32),
            np.frombuffer(split, np.uint8),
        )
    )


@contextmanager
def _client(workers: int, scheduler: str | None, bar: Any) -> Iterator[Any]:
    """A client of the named scheduler, or of a cluster on this machine that ends with it."""
    import dask
    from distributed import Client, LocalCluster

    with dask.config.set(WORKER_SETTINGS):
        if scheduler is not None:
            try:
                client = Client(scheduler, timeout=ANSWER)
            except (OSError, ValueError) as error:
                raise ValueError(
                    f"scheduler: came {scheduler!r}, which does not answer as a Dask scheduler "
                    f"({error}); expected an address such as tcp://127.0.0.1:8786"
                ) from error
            with client:
                yield client
            return
        cluster = LocalCluster(
            n_workers=workers,
            threads_per_worker=1,
            dashboard_address="127.0.0.1:0",
            host="127.0.0.1",
            silence_logs=50,
        )
        with cluster, Client(cluster) as client:
            bar.set_postfix_str(f"dashboard: {client.dashboard_link}")
            yield client


def _same_versions(client: Any, engine: str) -> None:
    """Say so where workers would work out other rows than this machine."""
    mine = made_by(engine)
    for worker, theirs in client.run(made_by, engine).items():
        if theirs != mine:
            raise RuntimeError(
                f"worker {worker} has {' '.join(theirs)}, this machine {' '.join(mine)}: "
                f"{about.ALIKE}, or allow mixed=True (--mixed)"
            )


def _bar(total: int, done: int, progress: bool) -> Any:
    return bars.bar(
        total=total, initial=done, desc="trials", unit="trial", disable=not progress,
        file=sys.stderr, smoothing=0.05,
    )  # fmt: skip
