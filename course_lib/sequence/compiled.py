"""The compiled engine: the same plan as the NumPy engine's, run by loops that numba compiles.

Asked for with engine="compiled"; ``train`` takes it by itself where it is there and worth it. The
loops are compiled once per installation and number type (some 15 seconds) and kept on disk, a
cell's equations once per process (about a second). Twice as fast as NumPy, or more; values differ
only in their last digits. It holds no valves: a clamp is for the NumPy engine.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numba import from_dtype

from course_lib.cells.cell import Cell
from course_lib.cells.plan import memory_of, plan_of
from course_lib.sequence import compiled_loops as loops
from course_lib.sequence.compiled_equations import equations, given_of, states_of, where
from course_lib.sequence.trace import Gradients, Trace, Values

ARRAYS = ("before", "lines", "given", "after")
SMALL, CACHED, NARROW = 1_000_000, 2**16, 32  # multiplications; numbers of a matrix; columns


class Layout(NamedTuple):
    """What the loops have to know of a kind of cell, as numbers.

    table      the actions of a step (compiled_loops.py)
    read, from_x    lines whose sums have a product with h₋ …, and with x: (first, end) columns
    kinds      how each line is squashed
    peeks      the blocks with a peephole, in the table's order
    """

    table: np.ndarray
    read: list[tuple[int, int]]
    from_x: list[tuple[int, int]]
    kinds: np.ndarray
    peeks: list[str]


@cache
def layout_of(kind: Any, H: int, dtype: np.dtype) -> Layout:
    plan, rows = plan_of(kind), []
    peeks: list[str] = []
    order, late = states_of(kind), [piece for piece in plan.pieces if piece.source in plan.late]

    def at(name: str) -> tuple[int, int]:  # the number of the array that holds a value, its place
        array, place = where(kind, name)
        return ARRAYS.index(array), place

    for name in plan.order:
        _, place = at(name)
        if name not in kind.blocks:
            rows.append((loops.EQUATION, 0, 0, 0, 0, list(plan.arguments).index(name)))
            continue
        if name in kind.peeks:
            rows.append((loops.PEEK, place, 0, *at(kind.peeks[name]), len(peeks)))
            peeks.append(name)
        if name in kind.adds:
            rows.append((loops.ADD, place, 0, *at(kind.adds[name]), 0))
        for piece in [piece for piece in late if place in _lines(piece)]:
            late.remove(piece)  # one product for all of its lines, when the first is due
            first, end, number = piece.line, piece.line + piece.count, plan.late.index(piece.source)
            rows.append((loops.PRODUCT, first, end, *at(piece.source), number))
        rows.append((loops.SQUASH, place, place + 1, 0, 0, 0))
        if name in order:
            rows.append((loops.KEEP, place, 0, 0, order.index(name), 0))
    squashing = [(0, 1, 1, 0, 1)] * len(plan.lines)
    for j, k in enumerate(kind.blocks.values()):
        squashing[j] = (k.squashes, k.inside, k.scale, k.shift, 1)
    read = {plan.lines[j] for p in plan.early if p.source in plan.sources for j in _lines(p)}
    from_x = {plan.lines[j] for piece in plan.pieces if piece.source == "x" for j in _lines(piece)}
    spans = [[(a * H, z * H) for a, z in plan.runs(lines)] for lines in (read, from_x)]
    return Layout(np.array(rows, np.int64), spans[0], spans[1], np.array(squashing, dtype), peeks)


@cache
def products_of(kind: Any, H: int, dtype: np.dtype, B: int) -> tuple[np.ndarray, np.ndarray]:
    """The products of a step with h₋ …: columns (first, end) of R; and of the way back: rows and
    columns of R transposed.
    """
    read, states = layout_of(kind, H, dtype).read, len(plan_of(kind).sources) * H
    forwards = [part for a, z in read for part in _in_parts(B, states, a, z)]
    back = [(a, z, *part) for a, z in read for part in _in_parts(B, z - a, 0, states)]
    return (
        np.array(forwards, np.int64).reshape(-1, 2),  # of no products too: a type of its own would
        np.array(back, np.int64).reshape(-1, 4),  # be compiled, and taken for another number type
    )


def _in_parts(B: int, inner: int, first: int, end: int) -> list[tuple[int, int]]:
    """Columns of a product [B, inner] · [inner, columns], some at a time where that is faster.

    OpenBLAS has faster kernels for products of up to 10⁶ multiplications (AVX-512); it pays as long
    as the whole matrix stays in the processor's cache. `python -m benchmarks.products` shows it.
    """
    width, fitting = end - first, SMALL // (B * inner)
    if fitting < width and fitting >= NARROW and inner * width <= CACHED:
        width = 1 << fitting.bit_length() - 1
    return [(start, min(start + width, end)) for start in range(first, end, width)]


def _lines(piece: Any) -> range:
    return range(piece.line, piece.line + piece.count)


class Tape(NamedTuple):
    """What the way back takes from the way forward."""

    ones: np.ndarray  # [x | 1], [T·B, D + 1]
    values: np.ndarray
    states: np.ndarray
    given: np.ndarray


def forward(cell: Cell, x: np.ndarray, start: dict[str, np.ndarray], held: list) -> Trace:
    """x [T, B, D] and the first states [B, H] → the trace. Raises ValueError for held blocks."""
    if held:
        raise ValueError("clamp: the compiled engine holds no block, expected engine='numpy'")
    T, B, D = x.shape
    kind: Any = type(cell)
    H, plan = cell.hidden_size, plan_of(kind)
    layout, joined, order = layout_of(kind, H, cell.dtype), cell.joined(), states_of(kind)
    ones = np.empty((T * B, D + 1), cell.dtype)
    ones[:, :D], ones[:, D] = x.reshape(T * B, D), 1
    values = np.empty((T, B, len(plan.lines), H), cell.dtype)
    wide = values.reshape(T, B, -1)
    flat_wide = values.reshape(T * B, -1)
    if len(layout.from_x) == 1 and layout.from_x[0][1] == flat_wide.shape[1]:
        np.dot(ones, joined[: D + 1], out=flat_wide)
    else:
        flat_wide[:] = joined[D]
        for a, z in layout.from_x:
            flat_wide[:, a:z] = ones @ joined[: D + 1, a:z]
    states = np.empty((T + 1, B, len(order), H), cell.dtype)
    for j, name in enumerate(order):
        states[0, :, j] = start[name]
    given = np.empty((T, B, len(given_of(kind)), H), cell.dtype)
    step, _ = equations(kind, cell.dtype)
    spans, _ = products_of(kind, H, cell.dtype, B)
    _run(
        loops.forward, cell.dtype, step, layout.table, spans, layout.kinds,
        _peepholes(cell, layout), joined[D + 1 :], _late(cell), values, wide, states,
        states.reshape(T + 1, B, -1), given,
    )  # fmt: skip
    by_name = {name: states[:, :, j] for j, name in enumerate(order)}
    record = Values(cell, values.transpose(2, 0, 1, 3), by_name, units_last=True)
    return Trace(cell, x, record, held, Tape(ones, values, states, given), "compiled")


def backward(cell: Cell, trace: Trace, dh: np.ndarray, last: dict[str, np.ndarray]) -> Gradients:
    """dh [T, B, H] arrives at every h, and last, by name [B, H], at the states after the end."""
    ones, values, states, given = trace.tape
    T, B, k, H = values.shape
    kind: Any = type(cell)
    plan, D = plan_of(kind), cell.input_size
    layout, joined, order = layout_of(kind, H, cell.dtype), cell.joined(), states_of(kind)
    d_after = np.stack([last[name] for name in order], axis=1)
    d_before = np.empty_like(d_after)
    da, of_memory = np.empty_like(values), np.empty((T, B, H), cell.dtype)
    dp = np.zeros((len(layout.peeks), H), cell.dtype)
    _, back = equations(kind, cell.dtype)
    _, spans = products_of(kind, H, cell.dtype, B)
    turned = np.ascontiguousarray(joined[D + 1 :].T)
    _run(
        loops.backward, cell.dtype, back, layout.table, spans, layout.kinds,
        _peepholes(cell, layout), turned, np.ascontiguousarray(_late(cell).T),
        values, states, given,
        np.ascontiguousarray(dh), order.index("h"), order.index(memory_of(kind)),
        d_after, d_after.reshape(B, -1), d_before, d_before.reshape(B, -1),
        np.empty(given.shape[1:], cell.dtype), da, da.reshape(T, B, -1), of_memory, dp,
    )  # fmt: skip
    first = d_before if T % 2 else d_after
    through = da.reshape(T * B, k * H)
    gradient = np.empty_like(joined)
    np.dot(ones.T, through, out=gradient[: D + 1])
    hidden = states[:-1].reshape(T * B, -1)[:, : len(joined) - D - 1]
    for a, z in layout.read:
        gradient[D + 1 :, a:z] = hidden.T @ through[:, a:z]
    params = cell.split(gradient)
    for piece in plan.pieces:
        if piece.source in plan.late:
            columns, lines = cell.place(piece)
            source = np.reshape(trace.record[piece.source], (T * B, H))
            params[piece.param][:, columns] = source.T @ through[:, lines]
    params |= {f"p_{block}": dp[j] for j, block in enumerate(layout.peeks)}
    state = tuple(first[:, order.index(name)].copy() for name in cell.state_names)

    def of_x() -> np.ndarray:
        return (through @ joined[:D].T).reshape(T, B, D)

    params = {name: params[name] for name in cell.params}
    return Gradients(params, state, of_memory, of_x)


def _peepholes(cell: Cell, layout: Layout) -> np.ndarray:
    p = np.empty((len(layout.peeks), cell.hidden_size), cell.dtype)
    for row, block in zip(p, layout.peeks, strict=True):
        row[:] = cell.params[f"p_{block}"]
    return p


def _late(cell: Cell) -> np.ndarray:
    """The weights of the late products, one above the other, each in its lines' columns."""
    plan, H = plan_of(type(cell)), cell.hidden_size
    late = np.zeros((len(plan.late) * H, len(plan.lines) * H), cell.dtype)
    for piece in plan.pieces:
        if piece.source in plan.late:
            columns, lines = cell.place(piece)
            top = plan.late.index(piece.source) * H
            late[top : top + H, lines] = cell.params[piece.param][:, columns]
    return late


def _run(loop: Any, dtype: np.dtype, *arguments: Any) -> None:
    """Call a loop, past numba's look at the types of what it is given: they are what we make."""
    entry = _entry(loop, dtype) if loop.overloads else None
    if entry is None:
        loop(*arguments)
        _entry.cache_clear()
    else:
        entry(*arguments)


@cache
def _entry(loop: Any, dtype: np.dtype) -> Callable | None:
    for takes, made in loop.overloads.items():
        if any(getattr(taken, "dtype", None) == from_dtype(dtype) for taken in takes):
            return made.entry_point
    return None
