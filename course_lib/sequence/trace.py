"""The record of everything a sequence computed, and the gradients that come back."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np

from course_lib.cells.cell import Cell, State


class Trace(Mapping):
    """The record of everything a sequence computed: trace["f"] is [T, B, H].

    ``names`` lists the keys: every block, every derived valve, "c" where there is a memory
    pipeline, and "h"; "a_" + block gives pre-activations, worked out when asked for from the
    weights the cell then has.
    ``trace.x`` [T, B, D], ``trace.h`` [T, B, H], ``trace.state`` the last state.
    """

    def __init__(self, cell: Cell, x: np.ndarray, rows, values, memory, squashed, clamp) -> None:
        self.cell, self.x = cell, x
        self._rows, self._values, self._memory, self._squashed = rows, values, memory, squashed
        self._clamp = clamp
        self._top = cell.input_size + 1  # where h starts in a row [x | 1 | h₋ | fed back]

    def __getitem__(self, name: str) -> np.ndarray:
        return batch_first(self._get(name))

    def __iter__(self):
        return iter(self.names)

    def __len__(self) -> int:
        return len(self.names)

    @property
    def names(self) -> tuple[str, ...]:
        """The keys of the trace, pre-activations apart."""
        pipelines = ("c", "h") if "c" in self.cell.state_names else ("h",)
        return (*self.cell.blocks, *self.cell.derived, *pipelines)

    @property
    def h(self) -> np.ndarray:
        """The hidden pipeline after every step, [T, B, H]."""
        return self["h"]

    @cached_property
    def state(self) -> State:
        """The state after the last step: copies, [B, H] each, in the order of state_names."""
        return tuple(self._get(name)[-1].T.copy() for name in self.cell.state_names)

    def before(self, name: str) -> np.ndarray:
        """A pipeline as each step found it: before("c") is c₋, [T, B, H]."""
        if name not in ("h", "c") or name not in self.names:
            expected = [pipeline for pipeline in ("h", "c") if pipeline in self.names]
            raise ValueError(f"name: came {name!r}, expected one of {expected}")
        return batch_first((self._hidden if name == "h" else self._memory)[:-1])

    @property
    def _hidden(self) -> np.ndarray:
        return self._rows[:, self._top : self._top + self.cell.hidden_size]

    def _get(self, name: str) -> np.ndarray:
        """[T, H, B]"""
        if name in self.cell.blocks:
            return self._values[:, self.cell.blocks.index(name)]
        if name in self.cell.derived:
            rule = self.cell.derived[name]
            if isinstance(rule, tuple):
                return rule[1](self._get(rule[0]))
            return np.full_like(self._memory[1:], rule)
        if name == "h":
            return self._hidden[1:]
        if name == "c" and "c" in self.cell.state_names:
            return self._memory[1:]
        if name.startswith("a_") and name[2:] in self.cell.blocks:
            return self._preactivation(name[2:])
        keys = [*self.names, *(f"a_{block}" for block in self.cell.blocks)]
        raise ValueError(f"name: came {name!r}, expected one of {keys}")

    def _preactivation(self, block: str) -> np.ndarray:
        cell, H = self.cell, self.cell.hidden_size
        j = cell.blocks.index(block)
        a = np.matmul(cell.joined()[:, j * H : (j + 1) * H].T, self._rows[:-1])
        if block in cell.peeking():
            seen = self._memory[:-1] if block in cell.memory_blocks else self._memory[1:]
            a += cell.params[f"p_{block}"][:, None] * seen
        if block == "n" and cell.reset == "u":
            a += self._get("r") * self._values[:, -1]
        if block == "n" and cell.reset == "h":
            a += np.matmul(cell.gate("R", "n").T, self._get("r") * self._hidden[:-1])
        return a


class Gradients:
    """What ``backward`` returns: params by name, x [T, B, D] and the initial state.

    ``memory`` [T, B, H] is δc, the gradient of the memory pipeline after every step, by every
    way (of h, where there is a single pipeline).
    """

    def __init__(
        self, cell: Cell, params: dict, state: State, through: np.ndarray, memory: np.ndarray
    ) -> None:
        self.params, self.state, self.memory = params, state, memory
        self._W, self._through = cell.params["W"].copy(), through

    @cached_property
    def x(self) -> np.ndarray:
        """The gradient of x, [T, B, D]; worked out when first asked for."""
        T, _, B = self._through.shape
        through = self._through[:, : self._W.shape[1]].transpose(1, 0, 2).reshape(-1, T * B)
        return (self._W @ through).reshape(-1, T, B).transpose(1, 2, 0)


def batch_first(array: np.ndarray) -> np.ndarray:
    return array.transpose(0, 2, 1)
