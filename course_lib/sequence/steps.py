"""What the NumPy engine does at each step, once the step's first product is there.

A step is a list of arrays, one for each column of ``Steps.columns`` at that moment; an action is a
function of that list. The actions follow the plan's order: what a group of blocks peeks at and
adds, the late products, one tanh for neighbouring blocks, then the equations.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import groupby, repeat
from operator import itemgetter
from typing import Any

import numpy as np

from course_lib.cells.cell import Cell
from course_lib.cells.plan import plan_of
from course_lib.sequence.trace import Values

Action = Callable[[list], None]


class Steps:
    """The columns and the actions of a cell over some steps; lines [T, k, H, B]."""

    def __init__(self, cell: Cell, lines: np.ndarray, values: Values, held: list) -> None:
        self.cell, self.plan, self.lines, self.values = cell, plan_of(type(cell)), lines, values
        self.columns: list[Iterable] = []
        self.actions: list[Action] = []
        self._spots: dict[str, int] = {}
        self._held = dict(held)
        for are_blocks, names in groupby(self.plan.order, lambda name: name in cell.blocks):
            if are_blocks:
                self._blocks(list(names))
            else:
                for name in names:
                    self._equation(name)

    def column(self, array: Iterable) -> int:
        """Where in a step's list the parts of an array are found."""
        self.columns.append(array)
        return len(self.columns) - 1

    def spot(self, name: str) -> int:
        """Where in a step's list a value is found; what an equation gives is put there."""
        if name not in self._spots:
            stored = name in self.plan.lines or name.removesuffix("_") in self.cell.state_names
            given = self.plan.numbers.get(name)
            self._spots[name] = self.column(self.values[name] if stored else repeat(given))
        return self._spots[name]

    def _blocks(self, names: list[str]) -> None:
        """The sums of some blocks are completed, then squashed."""
        H, B = self.lines.shape[2:]
        inside, wide = squashing(type(self.cell), H, B, self.lines.dtype.str)
        peeking = [name for name in names if name in self.cell.peeks]
        for source, blocks in groupby(peeking, lambda name: self.cell.peeks[name]):
            for first, end in self.plan.runs(blocks):
                p = np.empty((end - first, H, B), self.lines.dtype)
                for p_k, block in zip(p, self.plan.lines[first:end], strict=True):
                    p_k[:] = self.cell.params[f"p_{block}"][:, None]
                p *= inside[first * H : end * H].reshape(-1, H, 1)
                self._peek(self.column(self.lines[:, first:end]), p, self.spot(source))
        for name in names:
            if name in self.cell.adds:
                self._add(name, inside[self.plan.lines.index(name) * H], self.cell.adds[name])
        for piece in self.plan.pieces:
            if piece.source in self.plan.late and self.plan.lines[piece.line] in names:
                self._product(piece, inside, self.spot(piece.source))
        for first, end in self.plan.runs(n for n in names if self.cell.blocks[n].squashes):
            run = self.lines[:, first:end].reshape(len(self.lines), -1, B)
            self._squash(self.column(run), *(w[first * H : end * H] for w in wide))
        for name in names:
            if self.plan.lines.index(name) in self._held:
                held = self.column(self._held[self.plan.lines.index(name)])
                self._copy(self.column(self.values[name]), held)
            if name in self.cell.state_names:
                line = self.column(self.values.lines[self.plan.lines.index(name)])
                self._copy(self.column(self.values.states[name][1:]), line)

    def _equation(self, name: str) -> None:
        gives: Callable = getattr(self.cell, name)
        takes = [self.spot(argument) for argument in self.plan.arguments[name]]
        pick = itemgetter(*takes) if len(takes) > 1 else lambda step: (step[takes[0]],)
        spot = self.spot(name)

        def keep(step: list) -> None:
            step[spot][:] = gives(*pick(step))

        def pass_on(step: list) -> None:
            step[spot] = gives(*pick(step))

        self.actions.append(keep if name in self.cell.state_names else pass_on)

    def _peek(self, into: int, p: np.ndarray, seen: int) -> None:
        def act(step: list) -> None:
            a = step[into]
            a += p * step[seen]

        self.actions.append(act)

    def _add(self, name: str, inside: float, what: str) -> None:
        into, value = self.spot(name), self.spot(what)

        def act(step: list) -> None:
            a = step[into]
            a += step[value] if inside == 1 else inside * step[value]

        self.actions.append(act)

    def _product(self, piece: Any, inside: np.ndarray, source: int) -> None:
        columns, lines = self.cell.place(piece)
        weights = (self.cell.params[piece.param][:, columns] * inside[lines]).T
        part = self.lines[:, piece.line : piece.line + piece.count]
        into = self.column(part.reshape(len(part), -1, part.shape[-1]))

        def act(step: list) -> None:
            a = step[into]
            a += np.dot(weights, step[source])

        self.actions.append(act)

    def _squash(self, into: int, scale: np.ndarray, shift: np.ndarray) -> None:
        def act(step: list) -> None:
            v = step[into]
            np.tanh(v, out=v)
            v *= scale
            v += shift

        self.actions.append(act)

    def _copy(self, into: int, source: int) -> None:
        def act(step: list) -> None:
            step[into][:] = step[source]

        self.actions.append(act)


def _squashing(kind: Any, H: int, B: int, dtype: str) -> tuple[np.ndarray, list[np.ndarray]]:
    """σ(a) = ½ + ½ tanh(½ a): the inner ½ [kH], to be folded into the weights; scale and shift.

    These two are as large as what they meet, [kH, B]: nothing is broadcast at each step.
    """
    activations = [kind.blocks.get(line) for line in plan_of(kind).lines]
    inside, scale, shift = (
        np.repeat(np.array([getattr(k, part, other) for k in activations], dtype), H)
        for part, other in (("inside", 1.0), ("scale", 1.0), ("shift", 0.0))
    )
    return inside, [np.repeat(each, B).reshape(-1, B) for each in (scale, shift)]


squashing: Callable[[Any, int, int, str], Any] = lru_cache(maxsize=64)(_squashing)
