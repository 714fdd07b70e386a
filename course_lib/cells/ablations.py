"""The Odyssey's other six: one part of the vanilla LSTM removed, or one added.

'LSTM: A Search Space Odyssey' (Greff et al. 2015). The vanilla LSTM (V) has peepholes; a gate
that is removed stands at 1 and loses its peephole.
"""

from __future__ import annotations

from course_lib.cells.activations import identity
from course_lib.cells.peephole import PeepholeLSTM


class NIG(PeepholeLSTM):
    """No input gate: i = 1, so c = f ∘ c₋ + g."""

    name = "nig"
    i = 1


class NFG(PeepholeLSTM):
    """No forget gate: f = 1, so c = c₋ + i ∘ g, as in 1997."""

    name = "nfg"
    forget_gate = None
    f = 1


class NOG(PeepholeLSTM):
    """No output gate: o = 1, so h = tanh(c)."""

    name = "nog"
    o = 1


class NIAF(PeepholeLSTM):
    """No input activation function: g = a_g, without its tanh."""

    name = "niaf"
    blocks = {**PeepholeLSTM.blocks, "g": identity}


class NOAF(PeepholeLSTM):
    """No output activation function: h = o ∘ c, without the tanh."""

    name = "noaf"

    def h(self, c, o):
        return o * c

    def h_slopes(self, c, o):
        return o, c


class FGR(PeepholeLSTM):
    """Full gate recurrence: every gate also sees i₋, f₋ and o₋, through nine H × H matrices.

        a_k += i₋ R_ik + f₋ R_fk + o₋ R_ok        for k = i, f, o (the candidate g does not)

    R_i = [R_ii R_if R_io] is [H, 3H], and R_f and R_o likewise. The state is (h, c, i, f, o).
    """

    name = "fgr"
    state_names = ("h", "c", "i", "f", "o")
    reads = dict.fromkeys(("i", "f", "o"), ("x", "h_", "i_", "f_", "o_"))
