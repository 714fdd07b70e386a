"""The time loop: any cell over a sequence, forwards and backwards.

Forwards, one product a step of the row [x | 1 | h₋] with [W; b; R] gives every pre-activation;
one tanh squashes all blocks; then come the cell's two equations. Backwards, the slopes depend
on the forward pass alone, so they are worked out for all steps in one call of the cell's
partials; what is left is linear in (δh, δc), with one product a step:

    δa_o = δh ∘ S_o,   δc += δh ∘ S_c,   δa_k = δc ∘ S_k,   δc₋ = δc ∘ S_carry,   δh₋ = Σ δa_k R_kᵀ

Inside, arrays lie as [T, features, B], so that the part of one gate at one step is contiguous;
what is taken and returned is [T, B, features]. A single-pipeline cell (RNN, GRU) is the case
h = c. NumPy only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from course_lib.cells.cell import Cell, State
from course_lib.sequence.inputs import Clamp, clamped, real, states
from course_lib.sequence.squashing import Run, plan_of
from course_lib.sequence.trace import Gradients, Trace, batch_first

NONE = np.empty((0, 1, 1))
STRETCH = 2**20  # bytes of slopes that are worked on at a time


def forward(cell: Cell, x: Any, state: State | None = None, clamp: Clamp | None = None) -> Trace:
    """Run a cell over a sequence: x [T, B, D] → the trace.

    state: arrays [B, H] in the order of ``cell.state_names``; None equals zeros.
    clamp: {"f": 0.0}, or an array that broadcasts to [T, B, H]: the block is held there, and no
    gradient passes into what would have set it.
    Raises TypeError for integers, complex numbers and objects; ValueError for a wrong shape, for
    NaN or infinity in x or state, and for a clamp on anything but one of ``cell.blocks``.
    """
    x = real("x", x, cell, (None, None, cell.input_size))
    T, B, D = x.shape
    H, blocks = cell.hidden_size, cell.blocks
    start = dict(zip(cell.state_names, states("state", state, cell, B), strict=True))
    held = clamped(cell, clamp, (T, B, H))

    # The row of step t is [x_t | 1 | h_{t-1} | what is fed back]; step t writes into row t + 1.
    joined = cell.joined()
    rows = np.empty((T + 1, len(joined), B), cell.dtype)
    rows[:T, :D] = x.transpose(0, 2, 1)
    rows[T, :D] = 0
    rows[:, D] = 1
    top, fed = D + 1, [blocks.index(gate) for gate in cell.feedback]
    rows[0, top:] = np.concatenate([start[name].T for name in ("h", *cell.feedback)])
    a = np.empty((T, joined.shape[1], B), cell.dtype)
    values = a.reshape(T, -1, H, B)
    memory = np.empty((T + 1, H, B), cell.dtype)
    memory[0] = start.get("c", start["h"]).T
    squashed = np.empty((T, H, B), cell.dtype) if cell.squash.squashes else memory[1:]

    # The transpose of a row-major array is what BLAS multiplies fastest by a few columns.
    plan = plan_of(cell, B)
    weights = (joined * plan.inside).T
    p_memory = _peepholes(cell, cell.memory_blocks, B, half=True)
    p_output = _peepholes(cell, cell.output_blocks, B, half=True)
    n_all, n_memory, n_peek = len(blocks), len(cell.memory_blocks), len(p_memory)
    R_n = cell.gate("R", "n").T if cell.reset == "h" else None

    def squash(parts: list[Run], at: np.ndarray, now: np.ndarray, t: int) -> None:
        for part, scale, shift in parts:
            v = at[part]
            np.tanh(v, out=v)
            v *= scale
            v += shift
        for j, value in held:
            now[j] = value[t]

    arrays = rows, rows[1:, top : top + H], a, values, memory, memory[1:], squashed
    for t, (row, h, at, now, c_, c, m) in enumerate(zip(*arrays, strict=False)):
        np.dot(weights, row, out=at)
        gates = list(now)
        if n_peek:
            now[:n_peek] += p_memory * c_
        squash(plan.early, at, now, t)
        if cell.reset:
            r, _, n = gates[:3]
            n += r * gates[3] if cell.reset == "u" else R_n @ (r * c_)
            squash(plan.late, at, now, t)
        c[:] = cell.memory(c_, *gates[:n_memory])
        if cell.squash.squashes:
            np.tanh(c, out=m)
        if len(p_output):
            now[n_memory : n_memory + len(p_output)] += p_output * c
            squash(plan.late, at, now, t)
        h[:] = cell.output(m, *gates[n_memory:n_all])
        for k, gate in enumerate(fed, start=1):
            rows[t + 1, top + k * H : top + (k + 1) * H] = gates[gate]
    return Trace(cell, x, rows, values, memory, squashed, held)


def step(cell: Cell, x: Any, state: State | None = None) -> tuple[State, dict[str, np.ndarray]]:
    """One step: x [B, D] and a state → the new state and every value, each [B, H].

    Raises the errors of ``forward``.
    """
    trace = forward(cell, np.asarray(x)[None], state)
    return trace.state, {name: trace[name][0] for name in trace.names}


def backward(cell: Cell, trace: Trace, dh: Any, dstate: State | None = None) -> Gradients:
    """Back-propagate through time: dh [T, B, H] = ∂loss/∂h → gradients of everything.

    dstate: the gradient that arrives at the last state from elsewhere, in the order of
    ``cell.state_names``; it adds to the last step's. Values come from the trace, weights from
    the cell: call it before the weights change.
    Raises TypeError and ValueError as ``forward`` does.
    """
    T, B, _ = trace.x.shape
    H, top, blocks = cell.hidden_size, cell.input_size + 1, cell.blocks
    dh = np.ascontiguousarray(real("dh", dh, cell, (T, B, H)).transpose(0, 2, 1))
    arriving = dict(zip(cell.state_names, states("dstate", dstate, cell, B), strict=True))

    n_memory, n_out = len(cell.memory_blocks), len(blocks)
    weights = cell.joined()
    R_back = weights[top:]
    R_n = cell.gate("R", "n") if cell.reset == "h" else None
    p_memory = _peepholes(cell, cell.memory_blocks, B)
    p_output = _peepholes(cell, cell.output_blocks, B)
    fed = [blocks.index(gate) for gate in cell.feedback]
    dh_ = arriving["h"].T
    dc = arriving["c"].T if "c" in arriving else np.zeros_like(dh_)
    dfed = np.stack([arriving[gate].T for gate in cell.feedback]) if fed else dh_[:0]

    da, through_memory = np.empty_like(trace._values), np.empty_like(trace._squashed)
    through = da.reshape(T, -1, B)
    gradient = np.zeros_like(weights)
    for part in _stretches(T, da[0].nbytes):
        S_c, S_carry, own = _slopes(trace, part, da)  # da holds S until its step comes
        arrays = (array[part][::-1] for array in (da, dh, through_memory))
        steps = reversed(range(part.start, part.stop))
        for t, now, dh_t, dc_t, S_ct, S_carry_t in zip(
            steps, *arrays, S_c[::-1], S_carry[::-1], strict=True
        ):
            dh_ = dh_ + dh_t
            dc = np.add(dc, dh_ * S_ct, out=dc_t)
            if fed:  # the gates are read at the next step, so gradient reaches them directly
                dgates = dfed * own[t - part.start, fed]
                dc += p_output[0] * dgates[-1]
            if n_out > n_memory:
                now[n_memory:n_out] *= dh_
                now[:n_memory] *= dc
            else:
                now *= dc
            dc = dc * S_carry_t
            if fed:
                now[fed] += dgates
                dc += (p_memory * dgates[:-1]).sum(axis=0)
            if cell.reset == "h":
                q = R_n @ now[2]
                now[0] = q * trace._memory[t] * own[t - part.start, 0]
                dc += q * trace._values[t, 0]
            dh_ = np.dot(R_back, now.reshape(-1, B))
            if fed:
                dh_, dfed = dh_[:H], dh_[H:].reshape(-1, H, B)
        gradient += _flat(trace._rows[part]) @ _flat(through[part]).T

    params = cell.split(gradient)
    if cell.reset == "h":
        read = _flat(trace._values[:, 0] * trace._memory[:-1])
        params["R"][:, 2 * H :] = read @ _flat(da[:, 2]).T
    for block in cell.peeking():
        seen = trace._memory[:-1] if block in cell.memory_blocks else trace._memory[1:]
        params[f"p_{block}"] = np.einsum("thb,thb->h", da[:, blocks.index(block)], seen)
    ends = {"h": dh_, "c": dc, **dict(zip(cell.feedback, dfed, strict=True))}
    if "c" not in cell.state_names:
        ends["h"] = dh_ + dc
    params = {name: np.ascontiguousarray(params[name]) for name in cell.params}
    start = tuple(ends[name].T.copy() for name in cell.state_names)
    return Gradients(cell, params, start, through, batch_first(through_memory))


def carry_slopes(trace: Trace) -> np.ndarray:
    """S_carry [T, B, H]: how much of δc each step hands back along the memory pipeline.

    Without peepholes it is the forget valve itself. Its product over time is ∂c_T/∂c_t along
    the pipeline alone; ``backward`` adds the way round through h and R.
    """
    everything = slice(0, len(trace.x))
    return batch_first(_slopes(trace, everything, np.empty_like(trace._values))[1]).copy()


def _slopes(trace: Trace, part: slice, into: np.ndarray):
    """For some steps: S of every block into [T, k, H, B]; S_c, S_carry and the activations' own."""
    cell, blocks, n_memory = trace.cell, trace.cell.blocks, len(trace.cell.memory_blocks)
    gates = trace._values[part].transpose(1, 0, 2, 3)
    c_, m = trace._memory[part], trace._squashed[part]
    held = {j for j, _ in trace._clamp}
    own = [
        0.0 if j in held else cell.activations[block].slope(gates[j])
        for j, block in enumerate(blocks)
    ]
    carry, *into_c = cell.memory_slopes(c_, *gates[:n_memory])
    through_m, *into_h = cell.output_slopes(m, *gates[n_memory : len(blocks)])
    S = into[part].transpose(1, 0, 2, 3)
    for S_k, partial, slope in zip(S, (*into_c, *into_h), own, strict=False):
        np.multiply(partial, slope, out=S_k)
    S_c = through_m * cell.squash.slope(m)
    for block in cell.peeking():
        p, S_k = cell.params[f"p_{block}"][:, None], S[blocks.index(block)]
        if block in cell.memory_blocks:
            carry = carry + p * S_k
        else:
            S_c = S_c + p * S_k
    if cell.reset == "u":  # r acts on c through n, and so does u = h₋ R_n + b_hn
        S[0] = S[2] * gates[3] * own[0]
        S[3] = S[2] * gates[0]

    def whole(slope) -> np.ndarray:  # a plain number, for all steps and units
        return np.broadcast_to(np.asarray(slope, cell.dtype), m.shape)

    needed = bool(cell.feedback) or cell.reset == "h"
    gate_slopes = np.stack([whole(slope) for slope in own], axis=1) if needed else None
    return whole(S_c), whole(carry), gate_slopes


def _stretches(T: int, step_bytes: int) -> list[slice]:
    """The steps from last to first, in stretches whose slopes fit into a processor's cache."""
    length = max(1, STRETCH // step_bytes)
    return [slice(max(0, end - length), end) for end in range(T, 0, -length)]


# --- the inner layout -------------------------------------------------------------------------


def _flat(array: np.ndarray) -> np.ndarray:
    """[T, n, B] → [n, T·B]"""
    return array.transpose(1, 0, 2).reshape(array.shape[1], -1)


def _peepholes(cell: Cell, part: Mapping, B: int, half: bool = False) -> np.ndarray:
    """The peepholes of the memory or the output blocks, [n, H, B]; half: as sigmoids need."""
    peeking = [block for block in cell.peeking() if block in part]
    if not peeking:
        return NONE
    if peeking != list(part)[: len(peeking)]:
        raise ValueError(f"{type(cell).__name__}: blocks with a peephole come first in their part")
    p = np.empty((len(peeking), cell.hidden_size, B), cell.dtype)
    for p_k, block in zip(p, peeking, strict=True):
        inside = cell.activations[block].inside if half else 1
        p_k[:] = (cell.params[f"p_{block}"] * inside)[:, None]
    return p
