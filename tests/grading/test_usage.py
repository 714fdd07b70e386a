"""What a process and its descendants use is told, by either way of finding them."""

import os
import subprocess
import sys
import time

import pytest

from course_lib.grading import usage

BUSY = (
    "import os, time\nx = bytearray(64 * 2**20)\nif os.fork() == 0:\n"
    "    y = bytearray(64 * 2**20)\n    while time.process_time() < 0.3: pass\n"
    "    print('busy', flush=True)\n    time.sleep(60)\ntime.sleep(60)"
)


@pytest.mark.parametrize("tells", [True, False])
def test_descendants_are_counted(monkeypatch, tells):
    exists = os.path.exists
    monkeypatch.setattr(
        os.path, "exists", lambda path: exists(path) and (tells or "children" not in str(path))
    )
    command = [sys.executable, "-c", BUSY]
    with subprocess.Popen(command, stdout=subprocess.PIPE, start_new_session=True) as process:
        try:
            assert process.stdout and process.stdout.readline() == b"busy\n"
            used = usage.use_of(process.pid)
            assert len(usage.family(process.pid)) == 2
            assert used.memory > 128 * 2**20
            assert used.seconds >= 0.3
        finally:
            os.killpg(process.pid, 9)
    time.sleep(0.01)
    assert usage.use_of(process.pid) == usage.Use(0.0, 0)


def test_memory_that_is_free_is_told():
    assert 0 < usage.free_memory() < 2**50
