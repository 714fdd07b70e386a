"""Is ``backward`` right? Finite differences against it, for every parameter and input."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_lib.arguments import generator
from course_lib.cells.cell import Cell
from course_lib.sequence.engine import backward, forward
from course_lib.sequence.engines import error
from course_lib.sequence.inputs import Clamp


def numeric_gradient(value: Callable[[], float], array: np.ndarray, step: float = 1e-5):
    """∂value/∂array by central differences: (value(a + step) − value(a − step)) / (2 step).

    ``value`` reads ``array``, which is changed in place, one number at a time, and put back.
    Raises TypeError for another dtype than float64, in which a step of 1e-5 would not show.
    """
    if array.dtype != np.float64:
        raise TypeError(f"array: came dtype {array.dtype}, expected float64")
    gradient = np.empty(array.shape)
    for index in np.ndindex(array.shape):
        kept = array[index]
        try:
            array[index] = kept + step
            above = value()
            array[index] = kept - step
            gradient[index] = (above - value()) / (2 * step)
        finally:
            array[index] = kept
    return gradient


def gradcheck(
    cell: Cell,
    *,
    T: int = 5,
    B: int = 2,
    rng: np.random.Generator | None = None,
    clamp: Clamp | None = None,
) -> dict[str, float]:
    """The error of every gradient of a cell: name → error, as in ``engines.error``.

    Works on a float64 copy whose every parameter, biases and peepholes too, is drawn from
    N(0, 0.5²), with a random x, first state, and gradients arriving at every h and at the last
    state. Keys: the parameters, "x", and "state h", "state c" … Raises TypeError for a bare seed.

    >>> from course_lib.cells import LSTM
    >>> errors = gradcheck(LSTM(2, 3), rng=np.random.default_rng(0))
    >>> max(errors.values()) < 1e-7
    True
    """
    rng = generator(rng)
    twin = type(cell)(cell.input_size, cell.hidden_size, rng=rng, dtype=np.float64)
    for array in twin.params.values():
        array[:] = rng.normal(0, 0.5, array.shape)
    x = rng.normal(size=(T, B, twin.input_size))
    state = tuple(rng.normal(size=(B, twin.hidden_size)) for _ in twin.state_names)
    dh = rng.normal(size=(T, B, twin.hidden_size))
    dstate = tuple(rng.normal(size=part.shape) for part in state)

    def value() -> float:
        trace = forward(twin, x, state, clamp)
        last = zip(trace.state, dstate, strict=True)
        return float((trace.h * dh).sum() + sum((part * d).sum() for part, d in last))

    grads = backward(twin, forward(twin, x, state, clamp), dh, dstate)
    pairs = {name: (array, grads.params[name]) for name, array in twin.params.items()}
    pairs["x"] = (x, grads.x)
    for name, part, gradient in zip(twin.state_names, state, grads.state, strict=True):
        pairs[f"state {name}"] = (part, gradient)
    return {
        name: error(numeric_gradient(value, array), gradient)
        for name, (array, gradient) in pairs.items()
    }
