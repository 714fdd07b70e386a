"""The field guide, dynamics: the network as a differential equation that is followed in steps."""

from __future__ import annotations

import numpy as np

from course_lib.cells.activations import tanh
from course_lib.cells.cell import Cell
from course_lib.cells.rnn import RNN


class AntisymmetricRNN(RNN):
    """The antisymmetric RNN (Chang et al. 2019): a small step that neither grows nor fades.

        h = h₋ + ε tanh(x W_g + h₋ (R − Rᵀ − γ I) + b_g)      ε = 0.1, γ = 0.01

    Checked against torchrecurrent 0.2.5, AntisymmetricRNNCell.
    """

    name = "antisymmetric"
    epsilon, gamma = 0.1, 0.01
    written = {"R_g": "(R_g − R_gᵀ − 0.01 I)"}

    def h(self, h_, g):
        return h_ + self.epsilon * g

    def h_slopes(self, h_, g):
        return 1.0, self.epsilon

    def joined(self) -> np.ndarray:
        joined, R = super().joined(), self.params["R"]
        joined[self.rows("h_")] = R - R.T - self.gamma * np.eye(len(R), dtype=R.dtype)
        return joined

    def split(self, joined: np.ndarray) -> dict[str, np.ndarray]:
        found = super().split(joined)
        return {**found, "R": found["R"] - found["R"].T}


class CoRNN(Cell):
    """The coupled oscillatory RNN (Rusch & Mishra 2021): each unit is a pendulum that is pushed.

        g = tanh(x W_g + h₋ R_g + c₋ R_cg + b_g)
        c = c₋ + Δ (g − γ h₋ − ε c₋)      h = h₋ + Δ c      Δ = 0.1, γ = 2, ε = 0.5

    h is where the pendulum is, c how fast it goes. Checked against torchrecurrent 0.2.5, coRNNCell.
    """

    name = "cornn"
    state_names = ("h", "c")
    blocks = {"g": tanh}
    reads = {"g": ("x", "h_", "c_")}
    delta, gamma, epsilon = 0.1, 2.0, 0.5

    def c(self, c_, h_, g):
        return c_ + self.delta * (g - self.gamma * h_ - self.epsilon * c_)

    def c_slopes(self, c_, h_, g):
        return 1 - self.delta * self.epsilon, -self.delta * self.gamma, self.delta

    def h(self, h_, c):
        return h_ + self.delta * c

    def h_slopes(self, h_, c):
        return 1.0, self.delta
