"""What the engine takes: each check names the argument, what came and what was expected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course_lib.cells.cell import Cell, State
from course_lib.cells.plan import plan_of
from course_lib.sequence.trace import Trace

Clamp = Mapping[str, Any]


def real(name: str, value: Any, cell: Cell, shape: tuple[int | None, ...]) -> np.ndarray:
    """A finite real array of this shape, in the cell's dtype."""
    array = np.asarray(value)
    if array.dtype.kind != "f":
        raise TypeError(f"{name}: came dtype {array.dtype}, expected real floating numbers")
    fits = array.ndim == len(shape) and all(
        want in (None, size) for want, size in zip(shape, array.shape, strict=False)
    )
    if not fits or 0 in array.shape:
        names = {3: ("T", "B", "D"), 2: ("B", "D" if name == "x" else "H")}[len(shape)]
        want = ", ".join(n if s is None else str(s) for n, s in zip(names, shape, strict=True))
        none = " with no size 0" if 0 in array.shape else ""
        raise ValueError(f"{name}: came shape {array.shape}, expected [{want}]{none}")
    array = array.astype(cell.dtype, copy=False)
    if not np.isfinite(array.sum()) and not np.isfinite(array).all():
        where = tuple(int(i) for i in np.argwhere(~np.isfinite(array))[0])
        raise ValueError(f"{name}: came {array[where]} at {list(where)}, expected finite numbers")
    return array


def states(name: str, state: State | None, cell: Cell, B: int) -> State:
    names, H = cell.state_names, cell.hidden_size
    if state is None:
        starts = cell.starts if name == "state" else {}  # a gradient starts at 0
        return tuple(np.full((B, H), starts.get(part, 0.0), cell.dtype) for part in names)
    if not isinstance(state, (tuple, list)):
        raise TypeError(f"{name}: came {type(state).__name__}, expected a tuple {names}")
    if len(state) != len(names):
        raise ValueError(f"{name}: came {len(state)} arrays, expected {len(names)}: {names}")
    return tuple(
        real(f"{name}[{part!r}]", array, cell, (B, H))
        for part, array in zip(names, state, strict=True)
    )


def own(cell: Cell, trace: Trace) -> Trace:
    """`trace` itself, where it is one of such a cell."""
    if not isinstance(trace, Trace):
        raise TypeError(f"trace: came {type(trace).__name__}, expected one that forward gave")
    if type(cell) is not type(trace.cell) or cell.shapes() != trace.cell.shapes():
        raise ValueError(f"trace: came one of {trace.cell!r}, expected one of {cell!r}")
    return trace


def clamped(cell: Cell, clamp: Clamp | None, shape: tuple) -> list[tuple[int, np.ndarray]]:
    """(block number, its value [T, H, B]) for every clamped block."""
    if clamp is not None and not isinstance(clamp, Mapping):
        raise TypeError(f"clamp: came {type(clamp).__name__}, expected a mapping to values")
    held = []
    for block, value in (clamp or {}).items():
        if block not in cell.blocks:
            raise ValueError(f"clamp: came {block!r}, {_cure(cell, block)}")
        array = np.asarray(value)
        if array.dtype.kind not in "fiu":
            raise TypeError(f"clamp[{block!r}]: came dtype {array.dtype}, expected real numbers")
        if not np.isfinite(array).all():
            raise ValueError(f"clamp[{block!r}]: came NaN or infinity, expected finite numbers")
        try:
            wide = np.broadcast_to(array.astype(cell.dtype), shape)
        except ValueError:
            raise ValueError(
                f"clamp[{block!r}]: came shape {array.shape}, expected one that broadcasts to "
                f"[T, B, H] = {list(shape)}"
            ) from None
        held.append((list(cell.blocks).index(block), wide.transpose(0, 2, 1)))
    return held


def _cure(cell: Cell, block: str) -> str:
    plan, kind = plan_of(type(cell)), type(cell).__name__
    if block in plan.arguments:
        blocks = [taken for taken in plan.arguments[block] if taken in cell.blocks]
        if blocks:
            said = [repr(name) for name in blocks]
            return f"which {kind} works out from {', '.join(said)}: clamp {' or '.join(said)}"
    if block in plan.numbers:
        return f"which always stands at {plan.numbers[block]:g} in {kind}"
    return f"expected one of {list(cell.blocks)}"
