"""The same rows on one worker, two or a remote scheduler, by either engine, and after accidents."""

import json
import os
import signal
import subprocess
import sys
import textwrap

import psutil
import pytest

from tests.needs import need_odyssey

need_odyssey()

from course_lib.odyssey import rows, study, trial
from course_lib.odyssey.protocols import PROTOCOLS
from tests.needs import needs_numba
from tests.odyssey.small import music
from tests.odyssey.test_study import one_worker, run, wait_for, without_times

__all__ = ["one_worker"]  # a fixture

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind"),
]
ENGINES = ["numpy", pytest.param("compiled", marks=needs_numba)]


def test_two_workers_give_the_same_rows(one_worker, tmp_path):
    assert without_times(run(tmp_path / "r.csv", workers=2)) == without_times(one_worker[1])


@needs_numba
def test_compiled_rows_are_the_same_on_one_worker_two_and_after_a_restart(tmp_path):
    path, once = tmp_path / "r.csv", {"trials": 2, "engine": "compiled"}
    found = run(path, workers=1, **once)
    assert {row.engine for row in found} == {"compiled"}
    assert without_times(run(tmp_path / "two.csv", workers=2, **once)) == without_times(found)
    path.write_text("".join(path.read_text().splitlines(keepends=True)[:-2]))
    assert without_times(run(path, workers=1, **once)) == without_times(found)
    here = [
        trial.run_trial(
            *row[:2],
            seed=study.SEED,
            task=music(),
            protocol=PROTOCOLS["quick"],
            engine="compiled",
        )
        for row in found
    ]
    assert without_times(map(rows.as_stored, here)) == without_times(found)


def test_a_remote_scheduler_gives_the_same_rows(one_worker, tmp_path):
    """A scheduler and two workers, started by hand as on another machine."""
    started = []
    try:
        file = tmp_path / "scheduler.json"
        dask = [sys.executable, "-m", "dask"]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": tmp_path}
        where = ["--scheduler-file", str(file), "--no-dashboard"]
        started.append(
            subprocess.Popen([*dask, "scheduler", "--host=127.0.0.1", "--port=0", *where], **quiet)
        )
        wait_for(lambda: file.exists() and file.read_text().endswith("}"))  # written whole
        address = json.loads(file.read_text())["address"]
        workers = ["worker", address, "--nworkers=2", "--nthreads=1", "--no-dashboard"]
        started.append(subprocess.Popen([*dask, *workers, "--host=127.0.0.1"], **quiet))
        found = run(tmp_path / "r.csv", scheduler=address)
    finally:
        for process in reversed(started):
            process.terminate()
            process.wait(timeout=60)
    assert without_times(found) == without_times(one_worker[1])


SCRIPT = """
    import sys
    if __name__ == "__main__":
        from tests.odyssey.test_study import run
        run(sys.argv[1], workers=2, trials=8, engine=sys.argv[2])
"""


def begun(tmp_path, path, engine):
    """A study in a process of its own, and the ids of its workers, once some rows are there."""
    script = tmp_path / "study.py"
    script.write_text(textwrap.dedent(SCRIPT))
    with (tmp_path / "log").open("w") as log:
        main = subprocess.Popen(
            [sys.executable, str(script), str(path), engine],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            stderr=log,
            stdout=log,
            start_new_session=True,
        )
    wait_for(lambda: (path.exists() and path.read_text().count("\n") > 3) or main.poll(), 180)
    assert main.poll() is None, (tmp_path / "log").read_text()
    workers = [
        child.pid
        for child in psutil.Process(main.pid).children(recursive=True)
        if any("spawn_main" in word for word in child.cmdline())
    ]
    assert len(workers) == 2
    return main, workers


def gone(pid):
    """Whether a process has ended; one that nobody has asked for its end has ended too."""
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


@pytest.fixture(scope="module", params=ENGINES)
def undisturbed(request, tmp_path_factory):
    """An engine's name, and the rows of a study to which nothing happens."""
    path = tmp_path_factory.mktemp("whole") / "r.csv"
    return request.param, run(path, workers=2, trials=8, engine=request.param)


def test_a_killed_worker_costs_nothing(tmp_path, undisturbed):
    path, (engine, whole) = tmp_path / "r.csv", undisturbed
    main, workers = begun(tmp_path, path, engine)
    os.kill(workers[0], signal.SIGKILL)
    assert main.wait(timeout=240) == 0, (tmp_path / "log").read_text()
    assert without_times(rows.read(path)) == without_times(whole)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT])
@pytest.mark.usefixtures("ctrl_c")
def test_a_killed_or_interrupted_study_goes_on_where_it_was(tmp_path, undisturbed, how):
    path, (engine, whole) = tmp_path / "r.csv", undisturbed
    main, workers = begun(tmp_path, path, engine)
    os.kill(main.pid, how)
    main.wait(timeout=60)
    kept = rows.read(path)
    assert 3 <= len(kept) < 16
    wait_for(lambda: all(gone(pid) for pid in workers))
    found = run(path, workers=2, trials=8, engine=engine)
    assert without_times(found) == without_times(whole)
    assert set(without_times(kept)) <= set(without_times(found))
