"""Variation 3: the Gated Recurrent Unit. One pipeline, two valves."""

from __future__ import annotations

from course_lib.cells.activations import sigmoid, tanh
from course_lib.cells.cell import Cell


class GRU(Cell):
    """The GRU, reset after (Cho et al. 2014, v1; as in cuDNN, PyTorch and Keras).

    r = σ(x W_r + h₋ R_r + b_r)                       reset valve
    z = σ(x W_z + h₋ R_z + b_z)                       update valve: here z keeps
    n = tanh(x W_n + b_n + r ∘ (h₋ R_n + b_hn))       new memory
    h = (1 − z) ∘ n + z ∘ h₋                          the single pipeline
    """

    name = "gru"
    blocks = {"r": sigmoid, "z": sigmoid, "n": tanh}
    apart = {"n": "u"}  # u = h₋ R_n + b_hn: the hidden part of n's sum, for the reset valve
    adds = {"n": "s"}

    def s(self, r, u):
        return r * u

    def s_slopes(self, r, u):
        return u, r

    def h(self, h_, z, n):
        return (1 - z) * n + z * h_

    def h_slopes(self, h_, z, n):
        return z, h_ - n, 1 - z  # ∂h/∂h₋  ∂h/∂z  ∂h/∂n


class GRUBefore(GRU):
    """The GRU, reset before (Cho et al. 2014, v3; Keras with reset_after=False).

        n = tanh(x W_n + (r ∘ h₋) R_n + b_n)

    r closes the hidden pipeline before R_n mixes it, so n needs a product of its own.
    """

    name = "gru_before"
    apart = {}
    adds = {}
    reads = {"n": ("x", "s")}

    def s(self, h_, r):
        return r * h_

    def s_slopes(self, h_, r):
        return r, h_
