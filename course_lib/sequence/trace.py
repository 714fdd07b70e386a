"""The record of everything a sequence computed, and the gradients that come back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import numpy as np

from course_lib.cells.cell import Cell, State
from course_lib.cells.plan import plan_of


class Values:
    """Every value of some steps by its name, in an engine's own layout of time, units and batch.

    lines [k, T, ·, ·] holds the blocks and what stands apart; states, by name, [T + 1, ·, ·]: "c_"
    is states["c"] without its last step, "c" without its first. What an equation gives besides is
    worked out from these, once, and only when it is asked for. The last two axes are units and
    sequences, or, with units_last, sequences and units, as everywhere outside the engines.
    """

    def __init__(
        self,
        cell: Cell,
        lines: np.ndarray,
        states: Mapping[str, np.ndarray],
        units_last: bool = False,
    ) -> None:
        self.cell, self.lines, self.states, self.units_last = cell, lines, states, units_last
        self._made: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        plan = plan_of(type(self.cell))
        if name in plan.lines:
            return self.lines[plan.lines.index(name)]
        if name in self.states:
            return self.states[name][1:]
        if name.endswith("_"):
            return self.states[name[:-1]][:-1]
        if name in plan.numbers:
            return plan.numbers[name]
        if name not in self._made:
            given = getattr(self.cell, name)
            self._made[name] = given(*(self[taken] for taken in plan.arguments[name]))
        return self._made[name]

    def part(self, part: slice) -> Values:
        """The same for some of the steps."""
        until = slice(part.start, part.stop + 1)
        states = {name: array[until] for name, array in self.states.items()}
        return Values(self.cell, self.lines[:, part], states, self.units_last)

    def public(self, array: np.ndarray) -> np.ndarray:
        """[T, ·, ·] in this layout → [T, B, H]."""
        return array if self.units_last else array.transpose(0, 2, 1)

    def a_unit(self, p: np.ndarray) -> np.ndarray:
        """One number a unit, [H], in a shape that multiplies an array of this layout."""
        return p if self.units_last else p[:, None]


class Trace(Mapping):
    """The record of everything a sequence computed: trace["f"] is [T, B, H].

    ``names`` lists the keys: every block, what an equation gives, every valve that stands at a
    number, "c" where there is a memory pipeline, and "h"; "a_" + block gives pre-activations,
    worked out when asked for from the weights the cell then has.
    ``trace.x`` [T, B, D], ``trace.h`` [T, B, H], ``trace.state`` the last state.
    ``trace.engine`` says which engine ran; record, held and tape are its own, for the way back.
    Arrays are views of the record: change a copy.
    """

    def __init__(
        self,
        cell: Cell,
        x: np.ndarray,
        record: Values,
        held: list[tuple[int, np.ndarray]],
        tape: Any,
        engine: str,
    ) -> None:
        self.cell, self.x, self.record, self.engine = cell, x, record, engine
        self.held, self.tape = held, tape

    def __getitem__(self, name: str) -> np.ndarray:
        if name in self.names:
            value = self.record[name]
            if not isinstance(value, np.ndarray):
                value = np.full_like(self.record.states["h"][1:], value)
            return self.record.public(value)
        if name.startswith("a_") and name[2:] in self.cell.blocks:
            return self._preactivation(name[2:])
        keys = [*self.names, *(f"a_{block}" for block in self.cell.blocks)]
        raise ValueError(f"name: came {name!r}, expected one of {keys}")

    def __contains__(self, name: object) -> bool:
        return name in self.names or name in {f"a_{block}" for block in self.cell.blocks}

    def get(self, name: str, default: Any = None) -> Any:
        try:
            return self[name]
        except ValueError:
            return default

    def __iter__(self):
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of the trace, pre-activations apart."""
        plan = plan_of(type(self.cell))
        given = (*plan.lines, *plan.arguments, *plan.numbers)
        pipelines = ("c", "h") if "c" in self.cell.state_names else ("h",)
        return (*(name for name in given if name not in pipelines), *pipelines)

    @property
    def h(self) -> np.ndarray:
        """The hidden pipeline after every step, [T, B, H]."""
        return self["h"]

    @cached_property
    def state(self) -> State:
        """The state after the last step: copies, [B, H] each, in the order of state_names."""
        states = self.record.states
        return tuple(self.record.public(states[n][-1:])[0].copy() for n in self.cell.state_names)

    def before(self, name: str) -> np.ndarray:
        """A pipeline as each step found it: before("c") is c₋, [T, B, H]."""
        expected = [pipeline for pipeline in ("h", "c") if pipeline in self.cell.state_names]
        if name not in expected:
            raise ValueError(f"name: came {name!r}, expected one of {expected}")
        return self._public(f"{name}_")

    def _preactivation(self, block: str) -> np.ndarray:
        """Σ source · matrix + bias, and what the block peeks at and adds; [T, B, H]."""
        cell, plan = self.cell, plan_of(type(self.cell))
        line, a, joined = plan.lines.index(block), np.zeros_like(self.h), cell.joined()
        own = slice(line * cell.hidden_size, (line + 1) * cell.hidden_size)
        for piece in plan.pieces:
            if not piece.line <= line < piece.line + piece.count:
                continue
            if piece.source in plan.late:
                start = (piece.first + line - piece.line) * cell.hidden_size
                columns = slice(start, start + cell.hidden_size)
                a = a + self._public(piece.source) @ cell.params[piece.param][:, columns]
            elif piece.source == "1":
                a = a + joined[cell.rows("1"), own]
            else:
                source = self.x if piece.source == "x" else self._public(piece.source)
                a = a + source @ joined[cell.rows(piece.source), own]
        if block in cell.peeks:
            a = a + cell.params[f"p_{block}"] * self._public(cell.peeks[block])
        return a + self._public(cell.adds[block]) if block in cell.adds else a

    def _public(self, name: str) -> np.ndarray:
        return self.record.public(self.record[name])


class Gradients:
    """What ``backward`` returns: params by name, x [T, B, D] and the initial state.

    ``memory`` [T, B, H] is δc, the gradient of the memory pipeline after every step, by every
    way (of h, where there is a single pipeline).
    """

    def __init__(
        self,
        params: dict[str, np.ndarray],
        state: State,
        memory: np.ndarray,
        of_x: Callable[[], np.ndarray],
    ) -> None:
        self.params, self.state, self.memory, self._of_x = params, state, memory, of_x

    @cached_property
    def x(self) -> np.ndarray:
        """The gradient of x, [T, B, D]; worked out when first asked for."""
        return self._of_x()
