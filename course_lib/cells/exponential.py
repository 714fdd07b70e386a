"""The field guide, exponential valves: what matters more can outweigh all that came before."""

from __future__ import annotations

import numpy as np

from course_lib.cells.activations import identity, sigmoid, tanh
from course_lib.cells.coupled import CoupledLSTM


class SLSTM(CoupledLSTM):
    """The sLSTM of xLSTM (Beck et al. 2024): an exponential valve, and what keeps it in bounds.

        C = σ(k) ∘ C₋ + exp(e) ∘ g      N = σ(k) ∘ N₋ + exp(e)      h = o ∘ C / N

    as the paper has it; e is the input gate's sum, k the forget gate's. exp(e), C and N overflow.
    What is carried here is c = C / N and n = log N, and from them follows a coupled LSTM whose
    valve weighs the new against all that was:

        i = exp(e) / N      f = 1 − i      c = f ∘ c₋ + i ∘ g      n = log(σ(k) ∘ exp(n₋) + exp(e))

    N starts at 0, so n starts at −∞; here at −10⁴, from where it is forgotten at the first step.
    Checked against the authors' code, NX-AI/xlstm, slstm_forward_pointwise, which carries C, N and
    a running maximum; h is the same.
    """

    name = "slstm"
    state_names = ("h", "c", "n")
    blocks = {"e": identity, "k": identity, "g": tanh, "o": sigmoid}
    starts = {"n": -1e4}
    forget_gate = ("k", +1)

    def l(self, k):  # noqa: E743
        return -np.logaddexp(0, -k)  # log σ(k)

    def l_slopes(self, k):
        return (sigmoid(-k),)

    def i(self, n_, e, l):  # noqa: E741
        return sigmoid(e - l - n_)

    def i_slopes(self, n_, e, l):  # noqa: E741
        i = sigmoid(e - l - n_)
        s = i * (1 - i)
        return -s, s, -s

    def n(self, n_, e, l):  # noqa: E741
        return np.logaddexp(n_ + l, e)

    def n_slopes(self, n_, e, l):  # noqa: E741
        i = sigmoid(e - l - n_)
        return 1 - i, i, 1 - i

    def h(self, c, o):
        return o * c

    def h_slopes(self, c, o):
        return o, c
