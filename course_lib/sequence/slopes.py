"""The slopes of a step, for many steps at once: where gradient goes, and what it is multiplied by.

Within a step every equation and activation works unit by unit, so the slopes of a chain of them
are multiplied before time is walked back: from f = 1 − i and c = f ∘ c₋ + i ∘ g follows
∂c/∂a_i = (g − c₋) ∘ i (1 − i). What is left is linear: from the states after the step, and from
values that matrices multiply within it, to pre-activations and to the states before it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from itertools import repeat
from typing import Any, NamedTuple

import numpy as np

from course_lib.cells.cell import Cell
from course_lib.cells.plan import memory_of, plan_of
from course_lib.sequence.trace import Values

Slope = Any  # an array of every step, or a plain number


class Flow(NamedTuple):
    """Where the gradient of one value goes: δtarget += δvalue ∘ slope.

    home    lines that this value is the first to reach: their slopes stand in the array given
    more    (line, slope) of lines that a value before it has reached
    within  (name, slope) of values of the same step that are walked through later
    before  (state, slope): what the step hands back
    """

    value: str
    home: list[str]
    more: list[tuple[int, Slope]]
    within: list[tuple[str, Slope]]
    before: list[tuple[str, Slope]]


def flows(cell: Cell, values: Values, held: Collection[int], into: np.ndarray) -> list[Flow]:
    """The flows of some steps, in the order of the way back; home slopes go to into [k, T, ·, ·].

    held: the lines that are clamped, into which no gradient passes.
    """
    plan = plan_of(type(cell))
    own = {
        block: 0.0 if plan.lines.index(block) in held else activation.slope(values[block])
        for block, activation in cell.blocks.items()
    }
    partials = {
        name: dict(zip(taken, _slopes(cell, name, values, taken), strict=True))
        for name, taken in plan.arguments.items()
    }
    stops = {name for name in plan.arguments if name in cell.state_names or name in plan.late}
    reached: set[str] = set()
    found = []
    for value in reversed(plan.order):
        if value not in cell.state_names and value not in plan.late:
            continue
        row: dict[str, Slope] = {value: 1.0} if value in cell.blocks else dict(partials[value])
        flow = Flow(value, [], [], [], [])

        def line(name: str, slope: Slope, own: Slope = 1.0, flow: Flow = flow) -> Slope:
            j = plan.lines.index(name)
            if name in reached:
                flow.more.append((j, slope * own))
                return slope * own
            reached.add(name)
            flow.home.append(name)
            return np.multiply(slope, own, out=into[j])

        for name in reversed(plan.order):
            if name not in row:
                continue
            slope = row.pop(name)
            if name in stops:
                flow.within.append((name, slope))
            elif name in cell.blocks:
                slope = line(name, slope, own[name])
                if name in cell.peeks:
                    p = values.a_unit(cell.params[f"p_{name}"])
                    # a held block's slope is a plain number: the product has a place for each step
                    _add(row, cell.peeks[name], np.broadcast_to(p * slope, into[0].shape))
                if name in cell.adds:
                    _add(row, cell.adds[name], slope)
            else:
                for taken, partial in partials[name].items():
                    _add(row, taken, slope * partial)
        for name, slope in row.items():
            if name in plan.lines:
                line(name, slope)
            elif name not in plan.numbers:
                flow.before.append((name.removesuffix("_"), slope))
        found.append(flow)
    return found


def _slopes(cell: Cell, name: str, values: Values, taken: tuple[str, ...]) -> tuple:
    return getattr(cell, f"{name}_slopes")(*(values[argument] for argument in taken))


def _add(row: dict[str, Slope], name: str, slope: Slope) -> None:
    row[name] = row[name] + slope if name in row else slope


class Walk:
    """One step back at a time along some flows.

    A step's arrays come as a list in the order of ``columns``: the lines of each flow, which hold
    their home slopes and leave as δa, and the other slopes, arrays of all steps or plain numbers.
    """

    def __init__(self, cell: Cell, found: list[Flow], lines: np.ndarray) -> None:
        """lines [T, k, H, B] of these steps."""
        plan = plan_of(type(cell))
        self.columns: list[Iterable] = []
        self.program = []
        self.memory = memory_of(cell)
        H = cell.hidden_size
        places = (slice(j * H, (j + 1) * H) for j in range(len(plan.sources)))
        self.sources = [(s[:-1], place) for s, place in zip(plan.sources, places, strict=True)]
        handed = {name for name, _ in self.sources}
        for flow in found:
            products = []
            for piece in plan.pieces:
                if piece.source == flow.value and flow.value in plan.late:
                    part = lines[:, piece.line : piece.line + piece.count]
                    weights = np.ascontiguousarray(
                        cell.params[piece.param][:, cell.place(piece)[0]]
                    )
                    rows = self._column(part.reshape(len(part), -1, part.shape[-1]))
                    products.append((weights, rows))
            runs = [self._column(lines[:, first:end]) for first, end in plan.runs(flow.home)]
            more = [
                (self._column(lines[:, line]), self._column(slope)) for line, slope in flow.more
            ]
            within, before = (
                [(name, self._column(slope)) for name, slope in part]
                for part in (flow.within, flow.before)
            )
            handed |= {state for state, _ in flow.before}
            self.program.append((flow.value, products, runs, more, within, before))
        self.nothing = [name for name in cell.state_names if name not in handed]

    def _column(self, slope: Slope) -> int:
        self.columns.append(slope if isinstance(slope, np.ndarray) else repeat(slope))
        return len(self.columns) - 1

    def step(
        self, carried: dict[str, np.ndarray], step: list, memory: np.ndarray
    ) -> dict[str, np.ndarray]:
        """δ of the states after a step → of those before it, products with R apart.

        memory [H, B] takes δ of the memory pipeline.
        """
        before = {name: 0 * carried[name] for name in self.nothing} if self.nothing else {}
        for value, products, runs, more, within, back in self.program:
            for weights, j in products:
                came = np.dot(weights, step[j])
                if value in carried:
                    came += carried[value]
                carried[value] = came
            delta = carried[value]
            for j in runs:
                da = step[j]
                da *= delta
            for into, j in more:
                da = step[into]
                da += delta * step[j]
            for name, j in within:
                term = delta * step[j]
                if name in carried:
                    term += carried[name]
                carried[name] = term
            for name, j in back:
                term = delta * step[j]
                if name in before:
                    term += before[name]
                before[name] = term
        memory[:] = carried[self.memory]
        return before
