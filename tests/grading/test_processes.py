"""Many jobs in processes: one that dies costs itself, and all end with the process that leads."""

import os
import signal
import subprocess
import sys
import time

import pytest

from course_lib.authoring.notebooks import ROOT
from course_lib.grading import processes
from course_lib.grading.processes import ENDED, each

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="grading is for Linux")


class Unwilling(Exception):
    """One that cannot be made again from its words, as a pickle is."""

    def __init__(self, one, two):
        super().__init__(f"{one} and {two}")


def work(number: int) -> int:
    if number % 10 == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    if number % 10 == 7:
        raise Unwilling("a", "b")
    return number**2


@pytest.mark.parametrize("workers", [1, 3])
def test_a_job_that_ends_its_process_or_raises_costs_itself_alone(monkeypatch, workers):
    monkeypatch.setattr(processes, "TOGETHER", 15)
    done = {job: (came, why) for job, came, why in each(work, list(range(40)), workers)}
    assert {job for job, (_, why) in done.items() if why == ENDED} == {3, 13, 23, 33}
    assert {why for job, (_, why) in done.items() if job % 10 == 7} == {"Unwilling: a and b"}
    right = {job: (job**2, "") for job in range(40) if job % 10 not in (3, 7)}
    assert {job: pair for job, pair in done.items() if job in right} == right
    assert len(done) == 40


def test_nothing_to_do_begins_no_process():
    assert list(each(work, [], 2)) == []


def test_they_run_at_once():
    """Each waits until the other has come: with one at a time, the first would wait in vain."""
    reading, writing = os.pipe()
    back, forth = os.pipe()

    def meet(first: bool) -> bytes:
        os.write(writing if first else forth, b"x")
        return os.read(back if first else reading, 1)

    assert [came for _, came, _ in each(meet, [True, False], 2)] == [b"x", b"x"]


LEAD = """
import os, time
from course_lib.grading.processes import each
def sleep(_):
    print(os.getpid(), flush=True)
    time.sleep(600)
list(each(sleep, [1, 2], 2))
"""


def test_they_end_with_the_process_that_leads_even_if_it_is_killed():
    with subprocess.Popen([sys.executable, "-c", LEAD], stdout=subprocess.PIPE, cwd=ROOT) as leader:
        assert leader.stdout
        pids = [int(leader.stdout.readline()) for _ in range(2)]
        leader.kill()
        leader.wait()
    end = time.monotonic() + 120
    while any(map(alive, pids)) and time.monotonic() < end:
        time.sleep(0.05)
    assert not any(map(alive, pids))


def alive(pid: int) -> bool:
    """Whether it is there and no zombie, which only waits for someone to ask how it ended."""
    try:
        with open(f"/proc/{pid}/stat") as file:
            return file.read().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
