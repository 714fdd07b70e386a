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
from course_lib.inputs import Clamp, clamped, real, states
from course_lib.trace import Gradients, Trace, batch_first


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

    # σ(a) = ½ + ½ tanh(½ a): its inner ½ is folded into weights and peepholes.
    inside = np.repeat([cell.activations[block].inside for block in blocks], H)
    weights = np.ascontiguousarray(joined.T)
    weights[: len(inside)] *= inside.astype(cell.dtype)[:, None]
    p_memory = _peepholes(cell, cell.memory_blocks, half=True)
    p_output = _peepholes(cell, cell.output_blocks, half=True)
    n_all, n_memory, n_peek = len(blocks), len(cell.memory_blocks), len(p_memory)
    # All blocks are squashed in one call, but for those that wait: the output valve that peeks
    # at the new c, and the GRU's n, which waits for r.
    n_early = n_memory if len(p_output) else n_all - bool(cell.reset)
    squash_early = _squasher(cell, range(n_early))
    squash_late = _squasher(cell, range(n_early, n_all))
    R_n = np.ascontiguousarray(cell.gate("R", "n").T) if cell.reset == "h" else None

    def hold(now: np.ndarray, t: int) -> None:
        for j, value in held:
            now[j] = value[t]

    for t in range(T):
        now, c_, c, m = values[t], memory[t], memory[t + 1], squashed[t]
        np.dot(weights, rows[t], out=a[t])
        if n_peek:
            now[:n_peek] += p_memory * c_
        squash_early(a[t])
        hold(now, t)
        if cell.reset:
            r, _, n = now[:3]
            n += r * now[3] if cell.reset == "u" else R_n @ (r * c_)
            squash_late(a[t])
            hold(now, t)
        c[:] = cell.memory(c_, *now[:n_memory])
        if cell.squash.squashes:
            np.tanh(c, out=m)
        if n_early == n_memory and cell.output_blocks:
            now[n_memory : n_memory + len(p_output)] += p_output * c
            squash_late(a[t])
            hold(now, t)
        rows[t + 1, top : top + H] = cell.output(m, *now[n_memory:n_all])
        for k, gate in enumerate(fed, start=1):
            rows[t + 1, top + k * H : top + (k + 1) * H] = now[gate]
    return Trace(cell, x, rows, values, memory, squashed, held)


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

    da, S_c, S_carry, own = _slopes(cell, trace)  # da holds the slopes until its step comes
    n_memory, n_out = len(cell.memory_blocks), len(blocks)
    R_back = cell.joined()[top:]
    p_memory = _peepholes(cell, cell.memory_blocks)
    p_output = _peepholes(cell, cell.output_blocks)
    fed = [blocks.index(gate) for gate in cell.feedback]
    dh_ = arriving["h"].T
    dc = arriving["c"].T if "c" in arriving else np.zeros_like(dh_)
    dfed = np.stack([arriving[gate].T for gate in cell.feedback]) if fed else dh_[:0]

    through_memory = np.empty_like(trace._squashed)
    for t in reversed(range(T)):
        now = da[t]
        dh_ = dh_ + dh[t]
        now[n_memory:n_out] *= dh_
        dc = np.add(dc, dh_ * S_c[t], out=through_memory[t])
        if fed:  # the gates are read at the next step, so gradient reaches them directly
            dgates = dfed * own[t, fed]
            dc += p_output[0] * dgates[-1]
        now[:n_memory] *= dc
        now[n_out:] *= dc
        dc = dc * S_carry[t]
        if fed:
            now[fed] += dgates
            dc += (p_memory * dgates[:-1]).sum(axis=0)
        if cell.reset == "h":
            q = cell.gate("R", "n") @ now[2]
            now[0] = q * trace._memory[t] * own[t, 0]
            dc += q * trace._values[t, 0]
        back = R_back @ now.reshape(-1, B)
        dh_, dfed = back[:H], back[H:].reshape(-1, H, B)

    rows = _flat(trace._rows[:-1])
    through = da.reshape(T, -1, B)
    params = cell.split(rows @ _flat(through).T)
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
    return batch_first(_slopes(trace.cell, trace)[2]).copy()


def _slopes(cell: Cell, trace: Trace):
    """S of every block [T, k, H, B], S_c and S_carry [T, H, B], and the activations' slopes."""
    values, blocks, n_memory = trace._values, cell.blocks, len(cell.memory_blocks)
    gates = values.transpose(1, 0, 2, 3)
    held = {j for j, _ in trace._clamp}
    own = [
        0.0 if j in held else cell.activations[block].slope(gates[j])
        for j, block in enumerate(blocks)
    ]
    carry, *into_c = cell.memory_slopes(trace._memory[:-1], *gates[:n_memory])
    through_m, *into_h = cell.output_slopes(trace._squashed, *gates[n_memory : len(blocks)])
    S = np.empty_like(values)
    for j, partial in enumerate((*into_c, *into_h)):
        np.multiply(partial, own[j], out=S[:, j])
    S_c = through_m * cell.squash.slope(trace._squashed)
    for block in cell.peeking():
        p, S_k = cell.params[f"p_{block}"][:, None], S[:, blocks.index(block)]
        if block in cell.memory_blocks:
            carry = carry + p * S_k
        else:
            S_c = S_c + p * S_k
    if cell.reset == "u":  # r acts on c through n, and so does u = h₋ R_n + b_hn
        S[:, 0] = S[:, 2] * gates[3] * own[0]
        S[:, 3] = S[:, 2] * gates[0]

    def whole(slope) -> np.ndarray:  # a plain number, for all steps and units
        return np.broadcast_to(np.asarray(slope, cell.dtype), trace._squashed.shape)

    needed = bool(cell.feedback) or cell.reset == "h"
    gate_slopes = np.stack([whole(slope) for slope in own], axis=1) if needed else None
    return S, whole(S_c), whole(carry), gate_slopes


# --- the inner layout -------------------------------------------------------------------------


def _flat(array: np.ndarray) -> np.ndarray:
    """[T, n, B] → [n, T·B]"""
    return array.transpose(1, 0, 2).reshape(array.shape[1], -1)


def _peepholes(cell: Cell, part: Mapping, half: bool = False) -> np.ndarray:
    """The peepholes of the memory or the output blocks, [n, H, 1]; half: as sigmoids need."""
    peeking = [block for block in cell.peeking() if block in part]
    if peeking != list(part)[: len(peeking)]:
        raise ValueError(f"{type(cell).__name__}: blocks with a peephole come first in their part")
    p = [
        cell.params[f"p_{block}"] * (cell.activations[block].inside if half else 1)
        for block in peeking
    ]
    return np.array(p, cell.dtype).reshape(-1, cell.hidden_size, 1)


def _squasher(cell: Cell, which: range):
    """A function that squashes these blocks of one step's a [kH, B] in place."""
    H = cell.hidden_size
    runs: list[tuple[slice, list]] = []
    for j in which:
        kind = cell.activations[cell.blocks[j]]
        if not kind.squashes:
            continue
        if runs and runs[-1][0].stop == j * H:
            part, kinds = runs.pop()
            runs.append((slice(part.start, (j + 1) * H), [*kinds, kind]))
        else:
            runs.append((slice(j * H, (j + 1) * H), [kind]))
    columns = [
        (
            part,
            np.repeat([kind.scale for kind in kinds], H).astype(cell.dtype)[:, None],
            np.repeat([kind.shift for kind in kinds], H).astype(cell.dtype)[:, None],
        )
        for part, kinds in runs
    ]

    def squash(a: np.ndarray) -> None:
        for part, scale, shift in columns:
            v = a[part]
            np.tanh(v, out=v)
            v *= scale
            v += shift

    return squash
