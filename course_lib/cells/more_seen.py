"""The field guide, gates see more: the input decides how the past is read."""

from __future__ import annotations

from course_lib.cells.activations import identity
from course_lib.cells.lstm import LSTM


class MultiplicativeLSTM(LSTM):
    """The multiplicative LSTM (Krause et al. 2016): each input has its own way of reading h₋.

        q = x W_q + b_q      u = h₋ R_u + b_u      s = q ∘ u      i, f, g and o read s for h₋

    Checked against torchrecurrent 0.2.5, MultiplicativeLSTMCell; the paper has no b_q and b_u.
    """

    name = "mlstm"
    blocks = {"q": identity, "u": identity, **LSTM.blocks}
    reads = {"q": ("x",), "u": ("h_",), **dict.fromkeys("ifgo", ("x", "s"))}

    def s(self, q, u):
        return q * u

    def s_slopes(self, q, u):
        return u, q
