"""What may catch a mistake in a cell, and how one is planted."""

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import pytest

from course_lib.cells import CELLS, Cell
from course_lib.readings import interop
from course_lib.sequence.gradcheck import gradcheck
from tests.cells import test_forward
from tests.references.make_oracles import ORACLES
from tests.test_oracles import differences, limit, reference, worst

# --- what may catch a mistake -----------------------------------------------------------------


def exceeds(oracle: str, part: str) -> bool:
    arrays = reference(oracle)
    found = differences(oracle, arrays)
    gradients = part == "gradients"
    of_part = {key: v for key, v in found.items() if key.startswith("grad ") == gradients}
    return not worst(of_part) <= limit(oracle, arrays)  # NaN is caught too


def libraries_disagree(name: str) -> bool:
    theirs = [o for o, it in ORACLES.items() if it.cell == name and not o.startswith("equations")]
    return any(exceeds(oracle, part) for oracle in theirs for part in ("values", "gradients"))


def fails(test: Callable[..., None], *arguments) -> bool:
    try:
        test(*arguments)
    except AssertionError:
        return True
    return False


JUDGES: dict[str, Callable[[str], bool]] = {
    "values": lambda name: exceeds(f"equations_{name}", "values"),
    "gradients": lambda name: exceeds(f"equations_{name}", "gradients"),
    "libraries": libraries_disagree,
    "gradient check": lambda name: (
        not worst(gradcheck(CELLS[name](3, 4), rng=np.random.default_rng(0))) <= 1e-7
    ),
    "no state is its start": lambda name: fails(
        test_forward.test_no_state_is_where_the_cell_starts, name
    ),
    "forget bias": lambda name: fails(test_forward.test_forget_bias),
}


def caught_by(name: str) -> set[str]:
    return {judge for judge, disagrees in JUDGES.items() if disagrees(name)}


# --- mistakes in how weights are read: forwards and backwards alike ---------------------------


def misread(parent: Any, change: Callable[[Cell, np.ndarray], None]) -> type[Cell]:
    """A cell that reads [W; b; R] through `change`; its gradient goes back by the same way.

    Right for the exchanges and erasures below, each of which is its own adjoint.
    """

    class Misread(parent):
        def joined(self):
            joined = super().joined().copy()
            change(self, joined)
            return joined

        def split(self, joined):
            joined = joined.copy()
            change(self, joined)
            return super().split(joined)

    return Misread


# --- planting ---------------------------------------------------------------------------------


def plant(kind: type[Cell]):
    """In place of the catalogue's cell of that name, and where weights are loaded into it."""
    right = CELLS[kind.name]
    kind.__name__ = right.__name__  # errors name the class

    def into(monkeypatch) -> str:
        monkeypatch.setitem(CELLS, kind.name, kind)
        if hasattr(interop, right.__name__):
            monkeypatch.setattr(interop, right.__name__, kind)
        return kind.name

    return into


ORACLE = {"values", "gradients"}


class Mistake(NamedTuple):
    plant: Callable[[pytest.MonkeyPatch], str]  # returns the name of the cell that has it
    caught_by: set[str]
