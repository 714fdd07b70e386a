"""tanh and σ for compiled code, fast where the numbers are single precision.

tanh(a) = a · P(a²) / Q(a²) with polynomials of degree 4 and 4 that minimise the largest relative
error on |a| ≤ 9; `python -m benchmarks.fit_tanh` finds the coefficients. Worst 5.3 units in the
last place, against 1.2 of NumPy's, and four to five times as fast, since eight numbers are worked
out at a time.
"""

from __future__ import annotations

import numpy as np
from numba import types
from numba.extending import overload

from course_lib.sequence.blas import HOW


def tanh(a):
    raise NotImplementedError("for compiled code")


@overload(tanh, jit_options=HOW)
def _tanh(a):
    return fast_tanh if a == types.float32 else lambda a: np.tanh(a)


def sigmoid(a):
    raise NotImplementedError("for compiled code")


@overload(sigmoid, jit_options=HOW)
def _sigmoid(a):
    half = np.float32(0.5) if a == types.float32 else 0.5
    return lambda a: half + half * tanh(half * a)


def fast_tanh(a):
    F = np.float32
    a = F(9) if a > F(9) else (F(-9) if a < F(-9) else a)  # tanh is 1 there; NaN stays NaN
    s = a * a
    p = F(2.0595816783174375e-05) + s * F(1.333611090937173e-08)
    p = F(0.13380351871298457) + s * (F(0.0034947863618409367) + s * p)
    q = F(0.0003284320693026476) + s * F(7.769003762933537e-07)
    q = F(0.46713667364602207) + s * (F(0.02587393604216252) + s * q)
    v = a * (F(0.9999999794821457) + s * p) / (F(1) + s * q)
    return F(1) if v > F(1) else (F(-1) if v < F(-1) else v)
