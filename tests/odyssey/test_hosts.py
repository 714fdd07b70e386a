"""A study on machines of its own: two hosts, each a network namespace with its own address.

The scheduler runs on the first side of two cables, a worker at the other end of each. Needs root
and iproute2, as on a grader's machine or in CI; elsewhere these tests are left out.
"""

import json
import os
import shutil
import signal
import subprocess
import sys
import threading
from typing import Any

import pytest

from tests.needs import HOSTS, leave_out, need_odyssey

need_odyssey()

from course_lib.odyssey import rows
from tests.odyssey.test_study import run, wait_for, without_times

pytestmark = pytest.mark.slow
TRIALS = 12
QUIET: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def ip(*words, check=True):
    return subprocess.run(["ip", *words], check=check, **QUIET).returncode


class Host:
    """A namespace at the end of a cable: 10.x.y.2, where this side is 10.x.y.1."""

    def __init__(self, number):
        mark = os.getpid() % 250
        self.name, self.near = f"course{mark}h{number}", f"c{mark}n{number}"
        far = f"c{mark}f{number}"
        self.here, self.there = (f"10.{200 + number}.{mark}.{end}" for end in (1, 2))
        if ip("netns", "add", self.name, check=False):
            leave_out(HOSTS, "root lacks the right to make them")
        ip("link", "add", self.near, "type", "veth", "peer", "name", far)
        ip("link", "set", far, "netns", self.name)
        ip("addr", "add", f"{self.here}/24", "dev", self.near)
        ip("link", "set", self.near, "up")
        for words in (
            ("addr", "add", f"{self.there}/24", "dev", far),
            ("link", "set", far, "up"),
            ("link", "set", "lo", "up"),
        ):
            ip("-n", self.name, *words)

    def unplug(self):
        ip("link", "set", self.near, "down")

    def remove(self):
        ip("link", "del", self.near, check=False)
        ip("netns", "del", self.name, check=False)


class Park:
    """A scheduler and workers on hosts; what is still running in the end is stopped."""

    def __init__(self, folder):
        self.folder, self.running, self.hosts, self.port = folder, [], [], 0

    def host(self):
        self.hosts.append(Host(len(self.hosts)))
        return self.hosts[-1]

    def start(self, *words):
        process = subprocess.Popen(
            words,
            cwd=self.folder,
            start_new_session=True,
            env={**os.environ, "DASK_DISTRIBUTED__SCHEDULER__WORKER_TTL": "5s"},
            **QUIET,
        )
        self.running.append(process)
        return process

    def scheduler(self):
        file = self.folder / "scheduler.json"
        file.unlink(missing_ok=True)
        words = ["--host=0.0.0.0", f"--port={self.port}", f"--scheduler-file={file}"]
        found = self.start(sys.executable, "-m", "dask", "scheduler", "--no-dashboard", *words)
        wait_for(lambda: file.exists() and file.read_text().endswith("}"))
        self.port = int(json.loads(file.read_text())["address"].rsplit(":", 1)[1])
        return found

    @property
    def address(self):
        return f"tcp://127.0.0.1:{self.port}"

    def worker(self, host):
        return self.start(
            "ip", "netns", "exec", host.name, sys.executable, "-m", "dask", "worker",
            f"tcp://{host.here}:{self.port}", f"--host={host.there}", "--nthreads=1",
            "--no-dashboard", "--no-nanny", f"--name={host.name}",
        )  # fmt: skip

    def wait_for_workers(self, number):
        from distributed import Client

        with Client(self.address, timeout="20s") as client:
            client.wait_for_workers(number, timeout=60)
            return sorted(worker.split("//")[1].split(":")[0] for worker in client.nthreads())

    def close(self):
        for process in self.running:
            stop(process)
        for host in self.hosts:
            host.remove()


def stop(process):
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=30)


@pytest.fixture(scope="module")
def machine():
    if not (sys.platform == "linux" and os.geteuid() == 0 and shutil.which("ip")):
        leave_out(HOSTS)


@pytest.fixture
def park(tmp_path, machine):
    made = Park(tmp_path)
    try:
        yield made
    finally:
        made.close()


@pytest.fixture(scope="module")
def alone(tmp_path_factory, machine):
    """The same study on this machine."""
    return run(tmp_path_factory.mktemp("alone") / "r.csv", workers=1, trials=TRIALS)


class Begun:
    """A study in a thread, and where it stands."""

    def __init__(self, path, address):
        self.rows, self.error = 0, None
        self.thread = threading.Thread(target=self._run, args=(path, address))
        self.thread.start()

    def _run(self, path, address):
        try:
            run(path, trials=TRIALS, scheduler=address, on_row=self._count)
        except Exception as error:
            self.error = error

    def _count(self, so_far):
        self.rows = len(so_far)

    def after(self, number):
        wait_for(lambda: self.rows >= number or not self.thread.is_alive())
        assert self.rows < 2 * TRIALS and self.error is None

    def end(self):
        self.thread.join(timeout=120)
        assert not self.thread.is_alive()


def test_two_workers_on_two_hosts_give_the_same_rows(park, alone, tmp_path):
    park.scheduler()
    hosts = [park.host(), park.host()]
    for host in hosts:
        park.worker(host)
    assert park.wait_for_workers(2) == sorted(host.there for host in hosts)
    assert without_times(run(tmp_path / "r.csv", trials=TRIALS, scheduler=park.address)) == (
        without_times(alone)
    )


@pytest.mark.parametrize("how", ["killed", "unplugged"])
def test_a_host_that_is_lost_and_one_that_joins_cost_nothing(park, alone, tmp_path, how):
    park.scheduler()
    first, second = park.host(), park.host()
    lost = park.worker(first)
    assert park.wait_for_workers(1) == [first.there]
    begun = Begun(tmp_path / "r.csv", park.address)
    begun.after(2)
    park.worker(second)
    park.wait_for_workers(2)
    begun.after(4)
    if how == "killed":
        stop(lost)
    else:
        first.unplug()  # nobody says goodbye: the scheduler misses its heartbeat
    begun.end()
    assert begun.error is None
    assert without_times(rows.read(tmp_path / "r.csv")) == without_times(alone)


def test_a_scheduler_that_is_restarted_costs_no_finished_trial(park, alone, tmp_path):
    path = tmp_path / "r.csv"
    scheduler = park.scheduler()
    hosts = [park.host(), park.host()]
    workers = [park.worker(host) for host in hosts]
    park.wait_for_workers(2)
    begun = Begun(path, park.address)
    begun.after(4)
    stop(scheduler)
    begun.end()
    assert isinstance(begun.error, RuntimeError) and "the same command goes on" in str(begun.error)
    kept = rows.read(path)
    assert 4 <= len(kept) < 2 * TRIALS
    for worker in workers:
        stop(worker)
    park.scheduler()  # at the same address
    for host in hosts:
        park.worker(host)
    park.wait_for_workers(2)
    found = run(path, trials=TRIALS, scheduler=park.address)
    assert without_times(found) == without_times(alone)
    assert set(without_times(kept)) <= set(without_times(found))
