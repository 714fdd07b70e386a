"""A cell's declaration as JavaScript, for the drawings: written from the Python, never by hand."""

from __future__ import annotations

import ast
import json
from typing import Any

import numpy as np

from course_lib.cells import Cell
from course_lib.cells.expressions import Writer, expressions
from course_lib.cells.plan import plan_of

# What the generated functions call besides Math: put once before them.
HELPERS = """
const sigmoid = (a) => 0.5 + 0.5 * Math.tanh(0.5 * a);
const logaddexp = (a, b) => Math.max(a, b) + Math.log1p(Math.exp(-Math.abs(a - b)));
"""


class JavaScript(Writer):
    """For one unit, in plain numbers."""

    column = 2

    def visit_Constant(self, node: ast.Constant) -> str:
        return repr(node.value)

    def power(self, base: str, exponent: str) -> str:
        return f"Math.pow({base}, {exponent})"


def declaration(cell: type[Cell]) -> str:
    """An object: the cell's names, what each block reads, and a function for each equation.

    { name, states, blocks: {i: "sigmoid" …}, reads: {i: ["x", "h_"] …}, peeks, adds, apart,
      fixed: {g: {h_: -0.01}}, numbers, starts, order: ["i", "f", "g", "o", "c", "h"],
      equations: { c: { takes: ["c_", "i", "f", "g"], value: (c_, i, f, g) => …,
                        slopes: (c_, i, f, g) => […] }, … } }

    For one unit, in plain numbers; ``order`` says in which order blocks and equations are worked
    out. Put HELPERS before it. Raises ValueError for an equation that is no plain arithmetic.
    """
    plan = plan_of(cell)
    facts: dict[str, Any] = {
        "name": getattr(cell, "name", cell.__name__),
        "states": list(cell.state_names),
        "blocks": {k: "sigmoid" if a.shift else a.name for k, a in cell.blocks.items()},
        "reads": {k: list(cell.reads.get(k, ("x", "h_"))) for k in cell.blocks},
        "peeks": {k: seen for k, seen in cell.peeks.items() if k in cell.blocks},
        "adds": dict(cell.adds),
        "apart": dict(cell.apart),
        "fixed": fixed(cell),
        "numbers": plan.numbers,
        "starts": dict(cell.starts),
        "order": list(plan.order),
    }
    equations = ",\n".join(_equation(cell, name, taken) for name, taken in plan.arguments.items())
    told = ",\n".join(f"  {name}: {json.dumps(value)}" for name, value in facts.items())
    return f"{{\n{told},\n  equations: {{\n{equations}\n  }}\n}}"


def fixed(cell: type[Cell]) -> dict[str, dict[str, float]]:
    """What one unit multiplies states before by if all weights are 0: block → source → number.

    Nothing, unless a cell has a ``joined`` of its own.
    """
    found: dict[str, dict[str, float]] = {}
    if cell.joined is Cell.joined:
        return found
    one, plan = cell(1, 1, dtype=np.float64), plan_of(cell)
    for array in one.params.values():
        array[:] = 0
    joined = one.joined()
    for source in plan.sources:
        for block in cell.blocks:
            if number := float(joined[one.rows(source), plan.lines.index(block)][0]):
                found.setdefault(block, {})[source] = number
    return found


def _equation(cell: type[Cell], name: str, taken: tuple[str, ...]) -> str:
    arguments, writer = ", ".join(taken), JavaScript()
    value = writer.visit(expressions(cell, name)[0])
    slopes = ", ".join(map(writer.visit, expressions(cell, f"{name}_slopes")))
    return (
        f"    {name}: {{ takes: {json.dumps(taken)},\n"
        f"      value: ({arguments}) => {value},\n"
        f"      slopes: ({arguments}) => [{slopes}] }}"
    )
