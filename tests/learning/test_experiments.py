"""Runs side by side: results in order, one thread each, nothing left behind."""

import contextlib
import math
import multiprocessing
import os
import signal
import subprocess
import sys
import time
from functools import partial

import numpy as np
import pytest
from threadpoolctl import threadpool_info

from course_lib.learning.experiments import over_seeds, trained
from course_lib.tasks import TemporalOrder

SLEEPERS = """
import time
from course_lib.learning.experiments import over_seeds
if __name__ == "__main__":
    over_seeds(time.sleep, [600, 601, 602])
"""


def slower_first(seed):
    time.sleep(0.3 if seed == 0 else 0)
    return seed, os.getpid()


def threads(seed):
    return [pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"]


def test_results_come_in_the_order_of_the_seeds_and_from_other_processes():
    results = over_seeds(slower_first, range(4))
    assert [seed for seed, _ in results] == [0, 1, 2, 3]
    assert os.getpid() not in {pid for _, pid in results}
    assert multiprocessing.active_children() == []


def test_each_process_has_one_blas_thread():
    assert over_seeds(threads, [0], workers=1) == [[1]]


def test_an_error_in_one_seed_is_raised_here_and_ends_the_others():
    start = time.monotonic()
    with pytest.raises(ValueError, match="non-negative"):
        over_seeds(time.sleep, [-1, 600, 601])
    assert time.monotonic() - start < 60
    assert multiprocessing.active_children() == []


def test_what_cannot_travel_is_refused():
    with pytest.raises((AttributeError, TypeError), match=r"pickle|local object|<lambda>"):
        over_seeds(lambda seed: seed, [0])
    with pytest.raises(ValueError, match="workers: came 0"):
        over_seeds(math.sqrt, [1.0], workers=0)


@pytest.mark.skipif(not os.path.isdir("/proc/self/task"), reason="reads /proc")
@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_leaves_nothing_behind(tmp_path):
    script = tmp_path / "sleepers.py"
    script.write_text(SLEEPERS)
    with subprocess.Popen(
        [sys.executable, script], stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as run:
        try:
            deadline = time.monotonic() + 60
            while len(working(run.pid)) < 2 and time.monotonic() < deadline:
                time.sleep(0.1)
            processes = working(run.pid)
            assert len(processes) == 2
            os.killpg(run.pid, signal.SIGINT)  # as a terminal and Jupyter do: to all of them
            said = run.communicate(timeout=30)[1]
        finally:
            with contextlib.suppress(ProcessLookupError):  # what a failed test began ends with it
                os.killpg(run.pid, signal.SIGKILL)
    assert run.returncode != 0
    assert "KeyboardInterrupt" in said
    assert not any(os.path.isdir(f"/proc/{process}") for process in processes)


def working(pid):
    """The process's children that have reached a sleep of their own, deaf to Ctrl-C."""
    with open(f"/proc/{pid}/task/{pid}/children") as listed:
        children = listed.read().split()
    return [child for child in children if "spawn_main" in read(child, "cmdline") and deaf(child)]


def deaf(child):
    ignored = [line for line in read(child, "status").splitlines() if line.startswith("SigIgn")]
    return bool(ignored) and bool(int(ignored[0].split()[1], 16) >> (signal.SIGINT - 1) & 1)


def read(process, name):
    try:
        with open(f"/proc/{process}/{name}") as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def test_the_same_seed_gives_the_same_network_wherever_it_runs():
    task = TemporalOrder(T=10, sizes=(16, 8, 8))
    run = partial(
        trained, cell="coupled", hidden_size=3, task=task, lr=1e-2, epochs=2, biases={"o": 1.0}
    )
    here, history = run(5)
    ((there, far), (other, _)) = over_seeds(run, [5, 6])
    for name, array in here.params.items():
        np.testing.assert_allclose(array, there.params[name], rtol=1e-5, atol=1e-6)
    assert history.series("train_loss") == pytest.approx(far.series("train_loss"), rel=1e-5)
    assert not np.array_equal(here.params["W"], other.params["W"])


def test_biases_start_where_they_are_told():
    task = TemporalOrder(T=10, sizes=(8, 4, 4))
    run = partial(trained, hidden_size=3, task=task, lr=1e-9, epochs=1)
    net, _ = run(0, cell="lstm", forget_bias=4.0, biases={"i": -4.0})
    assert net.cell.gate("b", "f") == pytest.approx(4.0)
    assert net.cell.gate("b", "i") == pytest.approx(-4.0)
    net, _ = run(0, cell="coupled", forget_bias=4.0)
    assert net.cell.gate("b", "i") == pytest.approx(-4.0)
    with pytest.raises(ValueError, match="cell: came 'lstn', expected one of rnn, lstm"):
        run(0, cell="lstn")
