"""All steps at once, for a cell whose gates see no past.

Its memory is linear in the memory before, and the coefficients are known beforehand:

    m = carry ∘ m₋ + rest        carry = ∂m/∂m₋        rest = m where m₋ is 0

so every sum of every step comes from one product, and what is left is a scan. Backwards it is the
same scan from the other end: δm = what arrives + carry₊ ∘ δm₊. ``forward`` and ``backward`` take
and give what ``course_lib.sequence``'s do, and may be mixed with them.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from course_lib.cells.cell import Cell, State
from course_lib.cells.plan import memory_of, plan_of
from course_lib.sequence.inputs import own, real, states
from course_lib.sequence.numpy_engine import flat
from course_lib.sequence.slopes import flows
from course_lib.sequence.trace import Gradients, Trace, Values


def scan(carry: np.ndarray, rest: np.ndarray, start: np.ndarray) -> np.ndarray:
    """m[t] = carry[t] ∘ m[t − 1] + rest[t], with m[−1] = start; in about 2 √T steps of NumPy.

    The T steps are cut into √T pieces. All pieces are run side by side, each from 0; then each is
    given what the piece before it handed over, times the product of the carries since.

    >>> scan(np.array([0.5, 0.5, 0.5]), np.array([1.0, 1.0, 1.0]), np.array(4.0))
    array([3.  , 2.5 , 2.25])
    """
    carry, rest = np.asarray(carry), np.asarray(rest)
    dtype = np.result_type(carry, rest, start, np.float32)  # whole numbers, too, leave fractions
    T = len(rest)
    length = max(1, int(np.sqrt(T)))
    pieces = -(-T // length)
    shape = (pieces * length, *rest.shape[1:])
    m, product = np.zeros(shape, dtype), np.ones(shape, dtype)
    m[:T], product[:T] = rest, carry
    m, product = (array.reshape(pieces, length, *rest.shape[1:]) for array in (m, product))
    for t in range(1, length):
        m[:, t] += product[:, t] * m[:, t - 1]
        product[:, t] *= product[:, t - 1]
    for k in range(pieces):
        m[k] += product[k] * start
        start = m[k, -1]
    return m.reshape(shape)[:T]


def forward(cell: Cell, x: Any, state: State | None = None) -> Trace:
    """As ``sequence.forward``: x [T, B, D] → the trace.

    Raises its errors, and ValueError for a cell that has to wait for the step before.

    >>> from course_lib.cells import MinGRU
    >>> forward(MinGRU(3, 4), np.zeros((5, 2, 3))).h.shape
    (5, 2, 4)
    """
    memory = _memory(type(cell))
    x = real("x", x, cell, (None, None, cell.input_size))
    T, B, D = x.shape
    H, plan = cell.hidden_size, plan_of(type(cell))
    rows = np.empty((T + 1, D + 1, B), cell.dtype)
    rows[:T, :D] = x.transpose(0, 2, 1)
    rows[T, :D] = 0
    rows[:, D] = 1
    sums = np.matmul(cell.joined().T, rows[:T]).reshape(T, -1, H, B)
    for line, block in zip(sums.swapaxes(0, 1), plan.lines, strict=True):
        if cell.blocks[block].squashes:
            line[:] = cell.blocks[block](line)
    held = {name: np.empty((T + 1, H, B), cell.dtype) for name in cell.state_names}
    for name, start in zip(cell.state_names, states("state", state, cell, B), strict=True):
        held[name][0] = start.T
    values = Values(cell, sums.swapaxes(0, 1), held)
    for name in plan.order:
        if name == memory:
            taken = plan.arguments[memory]
            known = [np.zeros((), cell.dtype) if n == f"{memory}_" else values[n] for n in taken]
            carry = getattr(cell, f"{memory}_slopes")(*known)[taken.index(f"{memory}_")]
            held[memory][1:] = scan(carry, getattr(cell, memory)(*known), held[memory][0])
        elif name in cell.blocks and name in cell.state_names:
            held[name][1:] = values[name]
        elif name in cell.state_names:
            held[name][1:] = getattr(cell, name)(*(values[n] for n in plan.arguments[name]))
    return Trace(cell, x, values, [], rows, "numpy")


def backward(cell: Cell, trace: Trace, dh: Any, dstate: State | None = None) -> Gradients:
    """As ``sequence.backward``, for a trace of this or of the NumPy engine's ``forward``.

    Raises the errors of both, and ValueError for a trace of the compiled engine.
    """
    memory, trace = _memory(type(cell)), own(cell, trace)
    if trace.engine != "numpy":
        raise ValueError(f"trace: came one of engine {trace.engine!r}, expected 'numpy'")
    T, B, D = trace.x.shape
    plan, values = plan_of(type(cell)), trace.record
    arriving = np.array(real("dh", dh, cell, (T, B, cell.hidden_size)).transpose(0, 2, 1))
    last = dict(zip(cell.state_names, states("dstate", dstate, cell, B), strict=True))
    da = np.empty((T, len(plan.lines), *arriving.shape[1:]), cell.dtype)
    found = flows(cell, values, {line for line, _ in trace.held}, da.swapaxes(0, 1))
    deltas = {name: np.zeros_like(arriving) for name in cell.state_names} | {"h": arriving}
    for name, gradient in last.items():
        deltas[name][-1] += gradient.T
    before = {name: np.zeros_like(arriving[0]) for name in cell.state_names}
    for flow in found:
        delta = deltas[flow.value]
        if flow.value == memory:
            slope = np.zeros_like(delta) + dict(flow.before)[memory]
            carry = np.concatenate([slope[1:], slope[:1]])[::-1]  # of the step after; last: unused
            delta = deltas[memory] = scan(carry, delta[::-1], np.zeros_like(delta[0]))[::-1]
            before[memory] = delta[0] * slope[0]
        for name in flow.home:
            da[:, plan.lines.index(name)] *= delta
        for line, slope in flow.more:
            da[:, line] += delta * slope
        for name, slope in flow.within:
            deltas[name] += delta * slope
    through = da.reshape(T, -1, B)
    params = cell.split(flat(trace.tape[:T]) @ flat(through).T)
    joined = cell.joined()

    def of_x() -> np.ndarray:
        return values.public(np.matmul(joined[:D], through))

    first = tuple(before[name].T.copy() for name in cell.state_names)
    return Gradients(params, first, values.public(deltas[memory]), of_x)


def possible(kind: type[Cell]) -> bool:
    """Can all steps of this kind of cell be worked out at once?

    >>> from course_lib.cells import GRU, MinGRU
    >>> possible(GRU), possible(MinGRU)
    (False, True)
    """
    return not _hindrance(kind)


def _memory(kind: type[Cell]) -> str:
    if said := _hindrance(kind):
        raise ValueError(f"cell: came {kind.__name__}, {said}; expected gates that see no past")
    return memory_of(kind)


def _find_hindrance(kind: Any) -> str:
    """What of a cell has to wait for the step before, in words; nothing if it need not."""
    plan, memory = plan_of(kind), memory_of(kind)
    seen = {kind.peeks.get(block) or kind.adds.get(block) for block in kind.blocks} - {None}
    if plan.sources or plan.late or seen or plan.lines != tuple(kind.blocks):
        return "whose blocks see more than x"
    taken = plan.arguments.get(memory, ())
    loose = [
        f"{name} takes {argument}"
        for name in plan.arguments
        for argument in plan.arguments[name]
        if argument.endswith("_") and (name, argument) != (memory, f"{memory}_")
    ]
    if loose or f"{memory}_" not in taken:
        return loose[0] if loose else f"whose {memory} takes no {memory}_"
    cell, rng = object.__new__(kind), np.random.default_rng(0)
    value, slopes = getattr(kind, memory), getattr(kind, f"{memory}_slopes")
    at = dict(zip(taken, rng.uniform(0.1, 0.9, (len(taken), 8)), strict=True))
    zero = at | {f"{memory}_": np.zeros(8)}
    carry = slopes(cell, **zero)[taken.index(f"{memory}_")]
    line = value(cell, **zero) + carry * at[f"{memory}_"]
    if not np.allclose(value(cell, **at), line, rtol=0, atol=1e-12):
        return f"whose {memory} is not linear in {memory}_"
    return ""


_hindrance: Callable[[Any], str] = lru_cache(maxsize=256)(_find_hindrance)
