"""Whether what a submission began is still there when it has been graded."""

import os
import time

# Seconds that no other program on this machine sleeps, nor another run of these tests.
OURS = str(10_000_000 + os.getpid())


def outlives(patience: float = 120) -> bool:
    """Whether a `sleep OURS` stays; one that a sandbox held ends a moment after it."""
    end = time.monotonic() + patience
    while there := _sleeps():
        if time.monotonic() > end:
            break
        time.sleep(0.1)
    return there


def _sleeps() -> bool:
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/cmdline") as file:
                if file.read().startswith(f"sleep\0{OURS}"):
                    return True
        except OSError:
            continue
    return False
