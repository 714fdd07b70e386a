"""The front of the engines: arguments are checked here, once, and results have the same form.

``forward`` and ``backward`` run any cell over a sequence, ``step`` over one frame.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.cells.cell import Cell, State
from course_lib.cells.plan import memory_of
from course_lib.sequence.engines import engine_of
from course_lib.sequence.inputs import Clamp, clamped, own, real, states
from course_lib.sequence.slopes import flows
from course_lib.sequence.trace import Gradients, Trace


def forward(
    cell: Cell,
    x: Any,
    state: State | None = None,
    clamp: Clamp | None = None,
    engine: str = "numpy",
) -> Trace:
    """Run a cell over a sequence: x [T, B, D] → the trace.

    state: arrays [B, H] in the order of ``cell.state_names``; None is where the cell starts,
    at zeros unless it says otherwise.
    clamp: {"f": 0.0}, or an array that broadcasts to [T, B, H]: the block is held there, and no
    gradient passes into what would have set it.
    engine: "numpy", or "compiled" where the extra `fast` is installed; it takes no clamp.
    Raises TypeError for integers, complex numbers and objects, and for a clamp that is not a
    mapping; ValueError for a wrong shape, for NaN or infinity in x or state, for a clamp on
    anything but one of ``cell.blocks``, and for an engine that cannot run this cell.

    >>> from course_lib.cells import LSTM
    >>> trace = forward(LSTM(3, 4), np.zeros((5, 2, 3)))
    >>> trace.h.shape, trace["f"].shape
    ((5, 2, 4), (5, 2, 4))
    """
    x = real("x", x, cell, (None, None, cell.input_size))
    T, B, _ = x.shape
    start = dict(zip(cell.state_names, states("state", state, cell, B), strict=True))
    held = clamped(cell, clamp, (T, B, cell.hidden_size))
    return engine_of(cell, engine).forward(cell, x, start, held)


def backward(cell: Cell, trace: Trace, dh: Any, dstate: State | None = None) -> Gradients:
    """Back-propagate through time: dh [T, B, H] = ∂loss/∂h → gradients of everything.

    dstate: the gradient that arrives at the last state from elsewhere, in the order of
    ``cell.state_names``; it adds to the last step's. Values come from the trace, weights from
    the cell: call it before the weights change.
    Raises TypeError and ValueError as ``forward`` does, and for what is not a trace of this cell.

    >>> from course_lib.cells import LSTM
    >>> cell = LSTM(3, 4)
    >>> grads = backward(cell, forward(cell, np.ones((5, 2, 3))), np.ones((5, 2, 4)))
    >>> grads.params["W"].shape, grads.x.shape
    ((3, 16), (5, 2, 3))
    """
    T, B, _ = own(cell, trace).x.shape
    dh = real("dh", dh, cell, (T, B, cell.hidden_size))
    last = dict(zip(cell.state_names, states("dstate", dstate, cell, B), strict=True))
    return engine_of(cell, trace.engine).backward(cell, trace, dh, last)


def carry_slopes(trace: Trace) -> np.ndarray:
    """S_carry [T, B, H]: how much of δc each step hands back along the memory pipeline.

    Without peepholes it is the forget valve itself. Its product over time is ∂c_T/∂c_t along
    the pipeline alone; ``backward`` adds the way round through h and R.

    >>> from course_lib.cells import LSTM
    >>> trace = forward(LSTM(3, 4), np.zeros((5, 2, 3)))
    >>> bool((carry_slopes(trace) == trace["f"]).all())
    True
    """
    cell, memory = trace.cell, memory_of(trace.cell)
    held = {line for line, _ in trace.held}
    found = flows(cell, trace.record, held, np.empty_like(trace.record.lines))
    flow = next(flow for flow in found if flow.value == memory)
    carry = np.zeros_like(trace.record.states[memory][1:])
    carry += dict(flow.before).get(memory, 0.0)
    return trace.record.public(carry)


def step(cell: Cell, x: Any, state: State | None = None) -> tuple[State, dict[str, np.ndarray]]:
    """One step: x [B, D] and a state → the new state and every value, each [B, H].

    Raises the errors of ``forward``.

    >>> from course_lib.cells import LSTM
    >>> (h, c), values = step(LSTM(3, 4), np.zeros((2, 3)))
    >>> sorted(values)
    ['c', 'f', 'g', 'h', 'i', 'o']
    """
    x = real("x", x, cell, (None, cell.input_size))
    trace = forward(cell, x[None], state)
    return trace.state, {name: trace[name][0] for name in trace.names}
