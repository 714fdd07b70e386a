"""What all tests share."""

import json
import os
import signal
from pathlib import Path

import pytest

# Two test processes run side by side: each keeps to one core. Set before NumPy is imported.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("MPLBACKEND", "agg")
os.environ["COURSE_PROGRESS"] = ""  # what tests pass is nobody's progress


@pytest.fixture
def ctrl_c():
    """Ctrl-C interrupts, here and in what is begun from here.

    A shell has what it runs in the background ignore it, and that is inherited.
    """
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def pytest_terminal_summary(terminalreporter):
    """Note what was left out for want of something, where `make test` asks for it."""
    from tests import needs

    if hasattr(terminalreporter.config, "workerinput"):
        return  # one of several processes: the one that gathers their reports comes by here too
    skipped = terminalreporter.stats.get("skipped", [])
    found = needs.tally((report.nodeid, str(report.longrepr[2])) for report in skipped)
    if found and os.environ.get("COURSE_LEFT_OUT"):
        with Path(os.environ["COURSE_LEFT_OUT"]).open("a", encoding="utf-8") as notes:
            notes.write(json.dumps(found) + "\n")
