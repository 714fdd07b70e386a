"""The NumPy engine: any cell over a sequence, forwards and backwards; it knows no cell by name.

    forwards, a step        [x | 1 | h₋] · [W; b; R] → sums → squashed → equations → c, h
                                     ↑                                               │
                                     └───────────────── h₋ of the next step ─────────┘
    backwards, all steps    slopes of every equation and activation, multiplied along the chain
    backwards, a step       δh, δc → times slopes → δa → · Rᵀ → δh₋;  δc₋ = δc ∘ S_carry
    at the end              rows ᵀ · δa → the gradient of W, b and R in one product

Forwards, one product a step gives every sum; one tanh squashes neighbouring blocks; then come the
cell's equations in the order of its plan. Backwards, slopes depend on the forward pass alone, so
they are worked out for many steps in one call of the cell's partials (slopes.py); what is left is
linear, with one product a step:

    δa_o = δh ∘ S_o,   δc += δh ∘ S_c,   δa_k = δc ∘ S_k,   δc₋ = δc ∘ S_carry,   δh₋ = Σ δa_k R_kᵀ

Arrays lie as [T, features, B], so that the part of one gate at one step is contiguous.
"""

from __future__ import annotations

import numpy as np

from course_lib.cells.cell import Cell
from course_lib.cells.plan import plan_of
from course_lib.sequence.slopes import Walk, flows
from course_lib.sequence.steps import Steps, squashing
from course_lib.sequence.trace import Gradients, Trace, Values

STRETCH = 2**20  # bytes of slopes that are worked on at a time


def forward(cell: Cell, x: np.ndarray, start: dict[str, np.ndarray], held: list) -> Trace:
    """x [T, B, D], the first states [B, H], and (line, value [T, H, B]) of what is clamped."""
    T, B, D = x.shape
    H, plan = cell.hidden_size, plan_of(type(cell))
    # The row of step t is [x_t | 1 | h_{t-1} …]; step t writes its states into row t + 1.
    joined = cell.joined()
    rows = np.empty((T + 1, len(joined), B), cell.dtype)
    rows[:T, :D] = x.transpose(0, 2, 1)
    rows[:, D] = 1
    states = {}
    for name in cell.state_names:
        if f"{name}_" in plan.sources:
            states[name] = rows[:, cell.rows(f"{name}_")]
        else:
            states[name] = np.empty((T + 1, H, B), cell.dtype)
        states[name][0] = start[name].T
    a = np.empty((T, joined.shape[1], B), cell.dtype)
    lines = a.reshape(T, -1, H, B)
    values = Values(cell, lines.transpose(1, 0, 2, 3), states)

    # The transpose of a row-major array is what BLAS multiplies fastest by a few columns.
    inside, _ = squashing(type(cell), H, B, cell.dtype.str)
    weights = (joined * inside).T
    steps = Steps(cell, lines, values, held)
    if not plan.sources:  # no sum looks back: all of them at once
        np.matmul(weights, rows[:T], out=a)
    for at, row, *step in zip(a, rows, *steps.columns, strict=False):
        if plan.sources:
            np.dot(weights, row, out=at)
        for act in steps.actions:
            act(step)
    return Trace(cell, x, values, held, rows, "numpy")


def backward(cell: Cell, trace: Trace, dh: np.ndarray, last: dict[str, np.ndarray]) -> Gradients:
    """dh [T, B, H] arrives at every h, and last, by name [B, H], at the states after the end."""
    T, B, D = trace.x.shape
    H, plan, values, rows = cell.hidden_size, plan_of(type(cell)), trace.record, trace.tape
    dh = np.ascontiguousarray(dh.transpose(0, 2, 1))
    joined = cell.joined()
    back = joined[D + 1 :]
    da = np.empty((T, len(plan.lines), H, B), cell.dtype)
    through, of_memory = da.reshape(T, -1, B), np.empty((T, H, B), cell.dtype)
    carried = {name: array.T for name, array in last.items()}
    gradient = np.zeros_like(joined)
    held = {line for line, _ in trace.held}
    for part in _stretches(T, da[0].nbytes):
        # da holds slopes until their step comes
        found = flows(cell, values.part(part), held, da[part].transpose(1, 0, 2, 3))
        walk = Walk(cell, found, da[part])
        every = [array[part][::-1] for array in (dh, through, of_memory)]
        slopes = (c[::-1] if isinstance(c, np.ndarray) else c for c in walk.columns)
        for dh_t, at, memory, *step in zip(*every, *slopes, strict=False):
            carried["h"] = carried["h"] + dh_t
            carried = walk.step(carried, step, memory)
            if plan.sources:
                handed = np.dot(back, at)
                for name, part_of in walk.sources:
                    more = handed[part_of]
                    if name in carried:
                        more += carried[name]
                    carried[name] = more
        gradient += flat(rows[part]) @ flat(through[part]).T

    params = cell.split(gradient)
    for piece in plan.pieces:
        if piece.source in plan.late:
            columns, lines = cell.place(piece)
            source = flat(values[piece.source])
            params[piece.param][:, columns] = source @ flat(through[:, lines]).T
    for block in cell.peeking():
        seen, line = values[cell.peeks[block]], plan.lines.index(block)
        params[f"p_{block}"] = np.einsum("thb,thb->h", da[:, line], seen)

    def of_x() -> np.ndarray:
        return (joined[:D] @ flat(through)).reshape(D, T, B).transpose(1, 2, 0)

    state = tuple(carried[name].T.copy() for name in cell.state_names)
    params = {name: params[name] for name in cell.params}
    return Gradients(params, state, of_memory.transpose(0, 2, 1), of_x)


def _stretches(T: int, step_bytes: int) -> list[slice]:
    """The steps from last to first, in stretches whose slopes fit into a processor's cache."""
    length = max(1, STRETCH // step_bytes)
    return [slice(max(0, end - length), end) for end in range(T, 0, -length)]


def flat(array: np.ndarray) -> np.ndarray:
    """[T, n, B] → [n, T·B]"""
    return array.transpose(1, 0, 2).reshape(array.shape[1], -1)
