"""Variation 3: the Gated Recurrent Unit. One pipeline, two valves."""

from __future__ import annotations

import numpy as np

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
    memory_blocks = {"r": sigmoid, "z": sigmoid, "n": tanh}
    reset = "u"

    def memory(self, h_, r, z, n):
        return (1 - z) * n + z * h_

    def memory_slopes(self, h_, r, z, n):
        return z, 0.0, h_ - n, 1 - z  # ∂h/∂h₋  ∂h/∂r (r acts through n)  ∂h/∂z  ∂h/∂n

    def shapes(self):
        return {**super().shapes(), "b_hn": (self.hidden_size,)}

    def joined(self):
        """Four blocks a step: r, z, n without its hidden part, and u = h₋ R_n + b_hn."""
        D, H = self.input_size, self.hidden_size
        joined = np.concatenate([super().joined(), np.zeros((D + 1 + H, H), self.dtype)], axis=1)
        joined[D + 1 :, 3 * H :] = joined[D + 1 :, 2 * H : 3 * H]
        joined[D + 1 :, 2 * H : 3 * H] = 0
        joined[D, 3 * H :] = self.params["b_hn"]
        return joined

    def split(self, joined):
        D, H = self.input_size, self.hidden_size
        R = np.concatenate([joined[D + 1 :, : 2 * H], joined[D + 1 :, 3 * H :]], axis=1)
        return {**super().split(joined[:, : 3 * H]), "R": R, "b_hn": joined[D, 3 * H :]}


class GRUBefore(GRU):
    """The GRU, reset before (Cho et al. 2014, v3; Keras with reset_after=False).

        n = tanh(x W_n + (r ∘ h₋) R_n + b_n)

    r closes the hidden pipeline before R_n mixes it, so n needs a product of its own.
    """

    name = "gru_before"
    reset = "h"

    def shapes(self):
        return Cell.shapes(self)

    def joined(self):
        joined = Cell.joined(self)
        joined[self.input_size + 1 :, 2 * self.hidden_size :] = 0
        return joined

    def split(self, joined):
        return Cell.split(self, joined)
