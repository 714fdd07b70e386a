"""What comes of a submission's steps, and what a limit ends."""

import os
import shutil
import struct
import time
from dataclasses import replace

import pytest

from course_lib.grading import filtered, running
from course_lib.grading.sandbox import CannotGradeError, Limits
from tests.grading.outlives import OURS, outlives
from tests.grading.test_sandbox import SMALL
from tests.grading.test_sandbox import copy as copy  # a fixture


def cells(**sources):
    return [{"id": name, "source": source} for name, source in sources.items()]


def printed(ran, name) -> str:
    return "".join(str(out.get("text", out.get("evalue", ""))) for out in ran.outputs[name])


def test_cells_run_in_one_namespace_and_an_error_stops_only_its_own(sandboxed, copy):
    ran = running.run(
        cells(a="x = 2", b="1 / 0", c="print(x)\nx + 1", d="from course_lib.cells import LSTM",
              e="import course_lib.learning.losses; print('there')",
              f="import asyncio\nawait asyncio.sleep(0)"),
        copy, SMALL,
    )  # fmt: skip
    assert [out["output_type"] for out in ran.outputs["c"]] == ["stream", "execute_result"]
    assert ran.outputs["c"][1]["data"]["text/plain"] == "3"
    assert printed(ran, "b") == "division by zero"
    assert "an answer may not import it" in printed(ran, "d")
    assert printed(ran, "e") == "there\n"
    assert ran.outputs["f"] == []
    assert ran.stopped == {}


def test_a_picture_is_kept(sandboxed, copy):
    source = "import matplotlib.pyplot as plt\nplt.plot([1, 2]);"
    ran = running.run(cells(a=source), copy, replace(SMALL, cell_seconds=60))
    assert "image/png" in ran.outputs["a"][0]["data"]


def test_a_sandbox_that_cannot_be_started_leaves_nothing_open(monkeypatch, tmp_path):
    def refused(*_):
        raise CannotGradeError("no bubblewrap")

    monkeypatch.setattr("course_lib.grading.sandbox.command", refused)
    before = os.listdir("/proc/self/fd")
    with pytest.raises(CannotGradeError, match="no bubblewrap"):
        running.run(cells(a="x = 1"), tmp_path, SMALL)
    assert os.listdir("/proc/self/fd") == before


def test_what_ends_the_process_is_left_out_and_the_rest_is_run(sandboxed, copy):
    ran = running.run(cells(a="x = 1", b="import os\nos._exit(7)", c="print(x)"), copy, SMALL)
    assert ran.stopped == {"b": "ended the Python process (exit code 7)"}
    assert printed(ran, "c") == "1\n"


def test_what_takes_too_long_is_interrupted_or_left_out(sandboxed, copy):
    stubborn = "import signal\nsignal.signal(signal.SIGPROF, signal.SIG_IGN)\nwhile True: pass"
    ran = running.run(cells(a="while True: pass", b=stubborn, c="print(1)"), copy, SMALL)
    assert printed(ran, "a") == "took longer than 2 seconds"
    assert ran.stopped == {"b": "took longer than 2 seconds, and could not be interrupted"}
    assert printed(ran, "c") == "1\n"


def test_a_wait_has_an_end(sandboxed, copy):
    limits = Limits(cell_seconds=1, patience=3)
    ran = running.run(cells(a="import time\ntime.sleep(10**6)", b="print(1)"), copy, limits)
    assert ran.stopped == {"a": "waited for more than 3 seconds"}
    assert printed(ran, "b") == "1\n"


def test_who_did_not_use_the_machines_memory_up_is_not_ended_for_it(sandboxed, copy, monkeypatch):
    monkeypatch.setattr(running, "free_memory", lambda: 0)
    with pytest.raises(CannotGradeError, match="not because of this submission"):
        running.run(cells(a="print(1)"), copy, SMALL)


def test_what_is_ended_too_often_leaves_the_rest_unreached(sandboxed, copy, monkeypatch):
    monkeypatch.setattr(running, "RUNS", 2)
    ends = "import os\nos._exit(7)"
    ran = running.run(cells(a=ends, b=ends, c="print(1)"), copy, SMALL)
    assert ran.stopped["c"].endswith("took all the time, or had to be ended too often")


@pytest.mark.parametrize("seconds", ["nan", "inf", "-inf"])
def test_a_time_that_is_none_is_not_kept(sandboxed, copy, seconds):
    source = f"import time\ndef f():\n    clock.append(float('{seconds}'))\n" \
             "clock = [0.0]\ntime.process_time = lambda: clock[-1]"  # fmt: skip
    ran = running.run([*cells(a=source), {"id": "q", "function": "f", "draws": [[]]}], copy, SMALL)
    assert ran.answers["q"] and ran.took == {}


def test_output_has_an_end(sandboxed, copy):
    ran = running.run(
        cells(a="print('x' * 10**6)", b="import os\nos.write(1, b'y' * 10**6)"), copy, SMALL
    )
    assert len(printed(ran, "a")) < 1100
    assert "999001 more characters were not kept" in printed(ran, "a")
    assert "y" not in printed(ran, "b")


def test_memory_has_an_end_for_all_processes_together(sandboxed, copy):
    source = "import os, time\nx = [1] * 10**7\nfor _ in range(8):\n    if os.fork() == 0:\n" \
             "        y = [2] * 10**7\n        time.sleep(100)\ntime.sleep(100)"  # fmt: skip
    ran = running.run(cells(a=source, b="print(1)"), copy, replace(SMALL, memory=800 * 2**20))
    assert ran.stopped == {"a": "used more than 800 MiB of memory"}
    assert printed(ran, "b") == "1\n"


def test_forged_lines_reset_no_clock(sandboxed, copy):
    """A cell that says again and again that it begins has its time and no more."""
    forged = """
import json, os, signal
signal.signal(signal.SIGPROF, signal.SIG_IGN)
channel = next(n for n in range(3, 64) if os.path.exists(f"/proc/self/fd/{n}")
               and "pipe" in os.readlink(f"/proc/self/fd/{n}"))
lines = [{"begin": "a"}, {"begin": "b"}, {"begin": "a"}, {"answer": "a", "draw": 0}, {"done": "a"}]
while True:
    for line in lines:
        os.write(channel, json.dumps(line).encode() + b"\\n")
    for _ in range(10**6):
        pass
"""
    begun = time.monotonic()
    ran = running.run(cells(a=forged, b="print(1)", c="print(2)"), copy, SMALL)
    assert "could not be interrupted" in str(ran.stopped)
    assert set(ran.stopped) <= {"a", "b"}
    assert printed(ran, "c") == "2\n"
    assert ran.seconds < 100 and time.monotonic() - begun < 100


def test_memory_in_anonymous_files_is_refused(sandboxed, copy):
    source = "import os\nfor _ in range(9):\n    os.write(os.memfd_create('x'), bytes(2**27))"
    ran = running.run(cells(a=source, b="print(1)"), copy, SMALL)
    assert [out["ename"] for out in ran.outputs["a"]] == ["PermissionError"]
    assert printed(ran, "b") == "1\n"


@pytest.mark.parametrize("machine", filtered.MACHINES)
def test_the_filter_refuses_what_it_should_and_no_more(machine):
    kind, numbers = filtered.MACHINES[machine]
    code = filtered.program(machine)
    steps = [struct.unpack("HBBI", code[at : at + 8]) for at in range(0, len(code), 8)]

    def verdict(arch, number):
        at, value = 0, 0
        while True:
            what, yes, no, k = steps[at]
            if what == filtered.RETURN:
                return k
            if what == filtered.LOAD:
                value = {filtered.NUMBER: number, filtered.MACHINE: arch}[k]
                at += 1
                continue
            holds = value == k if what == filtered.IF_EQUAL else value >= k
            at += 1 + (yes if holds else no)

    for number in (0, 1, 2, 59, 100, 318, 320, 446, 448):
        assert verdict(kind, number) == filtered.ALLOW
        assert verdict(0x40000003, number) == filtered.REFUSE  # the calls of a 32-bit program
    for number in (*numbers, filtered.OTHER_TABLE + 1):
        assert verdict(kind, number) == filtered.REFUSE


def test_half_a_letter_is_handed_over_as_one_that_a_file_can_hold(sandboxed, copy):
    """In what a cell prints, in an error's words, and in what a question's function raises."""
    source = "print('\\ud800 \U0001f600')\ndef f():\n    raise ValueError('\\udfff')\nf()"
    steps = [*cells(a=source), {"id": "q", "function": "f", "draws": [[]]}]
    ran = running.run(steps, copy, SMALL)
    assert printed(ran, "a") == "? \U0001f600\n?"
    assert ran.answers["q"][0]["words"] == "?"
    str(ran).encode()


def test_nothing_is_left_running(sandboxed, copy):
    source = f"import subprocess\nsubprocess.Popen(['sleep', '{OURS}'], start_new_session=True)"
    running.run(cells(a=source), copy, SMALL)
    assert not outlives()


def test_unsafe_runs_without_a_sandbox(copy, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    ran = running.run(cells(a="print(1)"), copy, SMALL, unsafe=True)
    assert printed(ran, "a") == "1\n"
