"""Which edition of the course runs: the installed one, or the one within a web page.

In the page Python is compiled for browsers (Pyodide): one process without threads, products without
BLAS, and a drive that the browser keeps. Code that has to work differently there asks this module,
which alone knows the platform.

Runs of training that would take long in the page are made lighter, and say so. To have them whole:

    from course_lib import lite
    lite.SECONDS = lite.SEEDS = float("inf")
"""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

S = TypeVar("S")
DRIVE = Path("/drive")  # JupyterLite's own files; what is written there is there after a reload
SECONDS = 40.0  # what a training may take in a page, by an estimate: half of it on a quick machine
SEEDS: float = 2  # how many seeds of a comparison are run there; each is trained as far as asked
# What a time step costs there, and a multiplication with an addition: measured in Chromium.
STEP, PRODUCT = 200e-6, 1.5e-9

_said: set[str] = set()


def in_browser() -> bool:
    """Is this the edition within a web page?"""
    return sys.platform == "emscripten"


def seeds(asked: Sequence[S]) -> Sequence[S]:
    """The seeds to run of those that were asked for: in a page the first SEEDS of them.

    >>> seeds(range(3))
    range(0, 3)
    """
    if not in_browser() or len(asked) <= SEEDS:
        return asked
    say(f"{SEEDS:.0f} of {len(asked)} seeds, also where the text speaks of {len(asked)}")
    return asked[: int(SEEDS)]


def epochs(asked: int, steps: float, products: float) -> int:
    """How many epochs to train of those that were asked for: in a page what takes SECONDS.

    steps, products    of an epoch: time steps of its batches, multiplications with an addition

    The figure follows from sizes alone and not from a clock, so two runs are the same.
    """
    if not in_browser() or asked * (cost := steps * STEP + products * PRODUCT) <= SECONDS:
        return asked
    fewer = max(1, int(SECONDS / cost))
    say(f"{fewer} of {asked} epochs, of about {cost:.2g} s each")
    return fewer


def say(what: str) -> None:
    """Print, once a session, what differs in the page from what the text says."""
    if what not in _said:
        _said.add(what)
        print(f"In the browser: {what}.")


if in_browser():  # there the clock of the processor's time stands still at 0
    time.process_time = time.perf_counter
