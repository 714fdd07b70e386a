"""Which engine runs a cell: NumPy's, or the compiled one where it is there and to be trusted."""

from __future__ import annotations

import math
import warnings
from functools import cache
from importlib.util import find_spec
from typing import Any

import numpy as np

from course_lib.arguments import one_of
from course_lib.cells.cell import Cell
from course_lib.sequence import numpy_engine

ENGINES = ("numpy", "compiled")
NOT_THERE = 'numba is not installed; cure: pip install "numba>=0.61", the extra `fast`'


def engine_of(cell: Cell, engine: str) -> Any:
    """The module that runs a cell with an engine asked for by name.

    Raises ValueError for another name, and where the compiled engine cannot run this cell: the
    message says why.
    """
    if one_of("engine", engine, ENGINES) == "numpy":
        return numpy_engine
    if why := why_not(type(cell), cell.dtype):
        raise ValueError(f"engine: came 'compiled', but {why}")
    return _compiled()


def choose(cell: Cell) -> str:
    """The faster engine that can run this cell; where one that is installed can't, it is said."""
    why = why_not(type(cell), cell.dtype)
    if why and why != NOT_THERE:
        warnings.warn(f"The NumPy engine is used: {why}", stacklevel=3)
    return "numpy" if why else "compiled"


def why_not(kind: type[Cell], dtype: Any) -> str:
    """Why the compiled engine can't run a kind of cell here; nothing where it can."""
    key: Any = kind
    return _why_not(key, np.dtype(dtype))


@cache
def _why_not(kind: Any, dtype: np.dtype) -> str:
    if find_spec("numba") is None:
        return NOT_THERE
    try:
        _compiled()
    except Exception as error:  # no BLAS to borrow, or nowhere to keep what is compiled
        return f"the compiled engine does not start here: {error}"
    try:
        return _difference(kind, dtype)
    except Exception as error:  # numba has many kinds of refusal
        return f"{kind.__name__} can't be compiled: {str(error).strip().splitlines()[0]}"


def _compiled() -> Any:
    from course_lib.sequence import compiled

    return compiled


def _difference(kind: Any, dtype: np.dtype) -> str:
    """Both engines on the same random numbers, before one is trusted in place of the other."""
    rng = np.random.default_rng(0)
    cell = kind(3, 5, rng=rng, dtype=dtype)
    for array in cell.params.values():
        array[:] = rng.normal(0, 0.5, array.shape)
    x, dh = (rng.normal(size=(3, 2, n)).astype(dtype) for n in (3, 5))
    start, last = (
        {name: rng.normal(size=(2, 5)).astype(dtype) for name in cell.state_names} for _ in range(2)
    )
    by_numpy = numpy_engine.forward(cell, x, start, [])
    by_compiled = _compiled().forward(cell, x, start, [])
    theirs = numpy_engine.backward(cell, by_numpy, dh, last)
    ours = _compiled().backward(cell, by_compiled, dh, last)
    pairs = [(by_compiled.h, by_numpy.h), (ours.x, theirs.x)]
    pairs += [(ours.params[name], theirs.params[name]) for name in cell.params]
    pairs += list(zip(ours.state, theirs.state, strict=True))
    worst = max(error(b, a) for a, b in pairs)
    if worst <= (1e-4 if dtype == np.float32 else 1e-10):
        return ""
    return f"its figures for {kind.__name__} differ from NumPy's by {worst:.1g}"


def error(numeric: np.ndarray, analytic: np.ndarray) -> float:
    """max |numeric − analytic| ÷ max(1, max |numeric|); ∞ where either is not a number."""
    worst = np.abs(numeric - analytic).max() / max(1.0, np.abs(numeric).max())
    return math.inf if np.isnan(worst) else float(worst)
