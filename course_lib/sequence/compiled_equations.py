"""A cell's equations and slopes as compiled code, written from the declaration.

For each equation a short loop over units; for each partial derivative another, since a loop with
one result is what a compiler makes vector instructions of. About a second a cell and number type.
"""

from __future__ import annotations

import ast
from collections.abc import Callable
from functools import cache
from typing import Any

import numpy as np
from numba import cfunc, from_dtype, types

from course_lib.cells.expressions import Writer, statements
from course_lib.cells.plan import plan_of
from course_lib.sequence.blas import HOW
from course_lib.sequence.compiled_math import sigmoid, tanh


class Compiled(Writer):
    """Numbers become names of constants in the engine's own number type: 1 would be a double."""

    def __init__(self, dtype: np.dtype) -> None:
        self.dtype = dtype
        self.constants: dict[str, Any] = {}

    def visit_Constant(self, node: ast.Constant) -> str:
        name = f"k{len(self.constants)}"
        self.constants[name] = self.dtype.type(node.value)
        return name

    def visit_Call(self, node: ast.Call) -> str:
        assert isinstance(node.func, ast.Name)
        inner = ", ".join(map(self.visit, node.args))
        known = node.func.id if node.func.id in ("tanh", "sigmoid") else f"np.{node.func.id}"
        return f"({inner})" if node.func.id == "identity" else f"{known}({inner})"

    def power(self, base: str, exponent: str) -> str:
        return f"({base}) ** ({exponent})"


@cache
def equations(kind: Any, dtype: np.dtype) -> tuple[Callable, Callable]:
    """What one step of B sequences works out, and the way back through it:

        step(which, before, lines, given, after)
        back(which, before, lines, given, after, d_before, d_lines, d_given, d_after)

    before, after [B, n, H]: the states; lines [B, k, H]; given [B, m, H]: other equations' values.
    ``which`` is the equation's number; back adds to what is there already.
    Raises ValueError for an equation that is not plain arithmetic, or whose source is not there.
    """
    plan, writer = plan_of(kind), Compiled(dtype)
    step = ["def step(which, before, lines, given, after):"]
    back = ["def back(which, before, lines, given, after, d_before, d_lines, d_given, d_after):"]
    for which, (name, taken) in enumerate(plan.arguments.items()):
        step += _branch(which, [(spot(kind, name), " = ", 0, None)], kind, name, taken, writer)
        targets = [
            (f"d_{spot(kind, argument)}", " += ", place, f"d_{spot(kind, name)}")
            for place, argument in enumerate(taken)
            if argument not in plan.numbers
        ]
        back += _branch(which, targets, kind, f"{name}_slopes", taken, writer)
    names: dict[str, Any] = {"np": np, "tanh": tanh, "sigmoid": sigmoid, **writer.constants}
    exec("\n".join([*step, *back]), names)
    number = from_dtype(dtype)
    stack = number[:, :, ::1]
    forwards = types.void(types.int64, *[stack] * 4)
    backwards = types.void(types.int64, *[stack] * 8)
    return cfunc(forwards, **HOW)(names["step"]), cfunc(backwards, **HOW)(names["back"])


def spot(kind: Any, name: str) -> str:
    """Where a value lies: "before[_row, 1, _unit]", "lines[_row, 0, _unit]" …"""
    array, place = where(kind, name)
    return f"{array}[_row, {place}, _unit]"


def where(kind: Any, name: str) -> tuple[str, int]:
    """The array that holds a value of a step, and its place there."""
    plan = plan_of(kind)
    order = states_of(kind)
    if name in plan.lines:
        return "lines", plan.lines.index(name)
    if name in order:
        return "after", order.index(name)
    if name.endswith("_"):
        return "before", order.index(name[:-1])
    return "given", given_of(kind).index(name)


def states_of(kind: Any) -> list[str]:
    """The states, those that matrices multiply first and in the order of a row [h₋ …]."""
    multiplied = [source[:-1] for source in plan_of(kind).sources]
    return [*multiplied, *(name for name in kind.state_names if name not in multiplied)]


def given_of(kind: Any) -> list[str]:
    """The equations whose values are no states."""
    return [name for name in plan_of(kind).arguments if name not in kind.state_names]


def _branch(which: int, targets: list, kind: Any, method: str, taken, writer: Compiled):
    """Lines of the step: for each target, a loop over sequences and units."""
    named, returned = statements(kind, method)
    plan, lines = plan_of(kind), [f"    if which == {which}:"]
    for target, how, place, by in targets:
        lines += ["        for _row in range(lines.shape[0]):"]
        lines += ["            for _unit in range(lines.shape[2]):"]
        for name in taken:
            number = writer.visit(ast.Constant(plan.numbers[name])) if name in plan.numbers else ""
            lines += [f"                {name} = {number or spot(kind, name)}"]
        for name, value in named:
            lines += [f"                {name} = {writer.visit(value)}"]
        value = writer.visit(returned[place])
        lines += [f"                {target}{how}" + (f"{by} * ({value})" if by else value)]
    return lines
