"""The field guide, machine-made: a cell that nobody thought of."""

from __future__ import annotations

import numpy as np

from course_lib.cells.activations import identity, sigmoid, tanh
from course_lib.cells.lstm import LSTM


class NAS(LSTM):
    """The NAS cell (Zoph & Le 2017): eight blocks, put together by a machine's search.

        c = tanh(tanh(a ∘ max(b, 0)) + c₋) ∘ tanh(d + max(e, 0))
        h = tanh(c ∘ tanh(tanh(p ∘ q) + σ(s + o)))

    Checked against torchrecurrent 0.2.5, NASCell. TensorFlow's contrib and addons multiply in e,
    max((x W_e) ∘ (h₋ R_e), 0), where torchrecurrent, and this cell, add.
    """

    name = "nas"
    forget_gate = None
    blocks = {
        "a": sigmoid, "b": identity, "d": sigmoid, "e": identity,
        "p": tanh, "q": sigmoid, "s": tanh, "o": sigmoid,
    }  # fmt: skip

    def c(self, c_, a, b, d, e):
        return tanh(tanh(a * np.maximum(b, 0)) + c_) * tanh(d + np.maximum(e, 0))

    def c_slopes(self, c_, a, b, d, e):
        u, v = tanh(a * np.maximum(b, 0)), tanh(d + np.maximum(e, 0))
        k = tanh(u + c_)
        dc_, dv = (1 - k * k) * v, k * (1 - v * v)
        du = dc_ * (1 - u * u)
        db, de = np.sign(np.maximum(b, 0)), np.sign(np.maximum(e, 0))  # 1 above 0, else 0
        return dc_, du * np.maximum(b, 0), du * a * db, dv, dv * de

    def h(self, c, p, q, s, o):
        return tanh(c * tanh(tanh(p * q) + sigmoid(s + o)))

    def h_slopes(self, c, p, q, s, o):
        u, v = tanh(p * q), sigmoid(s + o)
        k = tanh(u + v)
        dh = 1 - tanh(c * k) ** 2
        dk = dh * c * (1 - k * k)
        du, dv = dk * (1 - u * u), dk * v * (1 - v)
        return dh * k, du * q, du * p, dv, dv
