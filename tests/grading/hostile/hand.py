"""What a submission in this set is: how it is made, the marks it must get, what its page says."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from nbformat import NotebookNode, v4

NOTHING = (0.0, 0.0, 0.0)
EVERYTHING = (3.0, 4.0, 3.0)
ANSWERS = ("answer-1", "answer-2", "answer-3")


class Hand:
    """What an attacker has: the exercise, a place to put files, and paths worth reading."""

    def __init__(self, exercise: NotebookNode, right: dict[str, str], folder: Path, root: Path):
        self.exercise, self.right, self.folder, self.root = exercise, right, folder, root
        self.port = int(os.environ.get("HOSTILE_PORT", "9"))

    def notebook(self, *first: str, **answers: str) -> NotebookNode:
        """Cells of one's own at the top, then the exercise; answers as one="…", two=, three=."""
        made = NotebookNode(copy.deepcopy(self.exercise))
        names = dict(zip(("one", "two", "three"), ANSWERS, strict=True))
        written = {names[name]: text for name, text in answers.items()}
        for cell in made.cells:
            cell.source = written.get(cell.id, cell.source)
        cells = [v4.new_code_cell(source, id=f"own-{k}") for k, source in enumerate(first)]
        made.cells = cells + made.cells
        return made

    def solved(self, *first: str, **answers: str) -> NotebookNode:
        """With the right answers, but for those given."""
        right = {n: self.right[c] for n, c in zip(("one", "two", "three"), ANSWERS, strict=True)}
        return self.notebook(*first, **{**right, **answers})

    def wrong(self, *first: str, **answers: str) -> NotebookNode:
        """With answers of the right shape and wrong values, but for those given."""
        return self.notebook(*first, **{**WRONG, **answers})


WRONG = {
    "one": "def valves(x, h_, W, R, b):\n    return tuple(np.full(h_.shape, 0.5) for _ in 'ifgo')",
    "two": "def lstm_step(x, h_, c_, W, R, b):\n    return h_ + 0, c_ + 0",
    "three": "def lstm_sequence(xs, h, c, W, R, b):\n"
    "    return np.stack([h] * len(xs)), np.stack([c] * len(xs))",
}


class Attack(NamedTuple):
    """A submission: what it tries, how it is made, the marks it must get, what its page says."""

    tries: str
    make: Callable[[Hand], NotebookNode | bytes | None]
    marks: tuple[float, float, float]
    says: str
    leaks: bool  # whether, let loose, it prints LEAK


ATTACKS: dict[str, Attack] = {}


def attack(tries: str, marks: tuple = NOTHING, says: str = "", leaks: bool = False) -> Callable:
    def add(make: Callable) -> Callable:
        ATTACKS[make.__name__] = Attack(tries, make, marks, says, leaks)
        return make

    return add


def reading(*paths: Path | str) -> str:
    """Code that looks whether any of these can be read."""
    return f"""
import glob, os
for path in {[str(path) for path in paths]!r}:
    for found in glob.glob(path):
        try:
            print("LEAK", found, len(open(found, "rb").read(50)))
        except IsADirectoryError:
            print("LEAK", found, os.listdir(found)[:3])
        except OSError:
            pass
"""
