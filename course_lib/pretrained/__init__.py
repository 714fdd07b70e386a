"""Small trained networks that come with the course, to look into at once.

    net = pretrained.load("reber", "lstm")

`make pretrained` (python -m course_lib.pretrained) trains them all anew; the recipe is in
``__main__.py``, and what each one reached stands in ``README.md`` beside them.
"""

from __future__ import annotations

from pathlib import Path

from course_lib.arguments import one_of
from course_lib.learning.network import Network

FOLDER = Path(__file__).parent
TASKS = ("reber", "chorales")
CELLS = ("lstm", "peephole", "coupled", "gru")


def load(task: str, cell: str = "lstm") -> Network:
    """The network trained on "reber" or "chorales" with one of the four main cells.

    Raises ValueError for another task or cell.
    """
    return Network.load(path(one_of("task", task, TASKS), one_of("cell", cell, CELLS)))


def path(task: str, cell: str) -> Path:
    """Where a network lies: reber_lstm.npz …"""
    return FOLDER / f"{task}_{cell}.npz"
