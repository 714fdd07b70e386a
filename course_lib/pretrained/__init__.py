"""Small trained networks that come with the course, to look into at once.

    net = pretrained.load("reber", "lstm")

`make pretrained` (python -m course_lib.pretrained) trains them all anew; the recipe is in
``__main__.py``, and what each one reached stands in ``README.md`` beside them.
"""

from __future__ import annotations

from pathlib import Path

from course_lib.learning.network import Network

FOLDER = Path(__file__).parent
TASKS = ("reber", "chorales")
CELLS = ("lstm", "peephole", "coupled", "gru")


def load(task: str, cell: str = "lstm") -> Network:
    """The network trained on "reber" or "chorales" with one of the four main cells.

    Raises ValueError for another task or cell.
    """
    if task not in TASKS:
        raise ValueError(f"task: came {task!r}, expected one of {', '.join(TASKS)}")
    if cell not in CELLS:
        raise ValueError(f"cell: came {cell!r}, expected one of {', '.join(CELLS)}")
    return Network.load(path(task, cell))


def path(task: str, cell: str) -> Path:
    """Where a network lies: reber_lstm.npz …"""
    return FOLDER / f"{task}_{cell}.npz"
