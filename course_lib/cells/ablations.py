"""The Odyssey's other six: one part of the vanilla LSTM removed, or one added.

'LSTM: A Search Space Odyssey' (Greff et al. 2015). The vanilla LSTM (V) has peepholes; a gate
that is removed stands at 1 and loses its peephole.
"""

from __future__ import annotations

import numpy as np

from course_lib.cells.activations import identity, sigmoid, tanh
from course_lib.cells.peephole import PeepholeLSTM


class NIG(PeepholeLSTM):
    """No input gate: i = 1, so c = f ∘ c₋ + g."""

    name = "nig"
    memory_blocks = {"f": sigmoid, "g": tanh}
    derived = {"i": 1.0}

    def memory(self, c_, f, g):
        return f * c_ + g

    def memory_slopes(self, c_, f, g):
        return f, c_, 1.0


class NFG(PeepholeLSTM):
    """No forget gate: f = 1, so c = c₋ + i ∘ g, as in 1997."""

    name = "nfg"
    forget_gate = None
    memory_blocks = {"i": sigmoid, "g": tanh}
    derived = {"f": 1.0}

    def memory(self, c_, i, g):
        return c_ + i * g

    def memory_slopes(self, c_, i, g):
        return 1.0, g, i


class NOG(PeepholeLSTM):
    """No output gate: o = 1, so h = tanh(c)."""

    name = "nog"
    output_blocks = {}
    derived = {"o": 1.0}

    def output(self, m):
        return m

    def output_slopes(self, m):
        return (1.0,)


class NIAF(PeepholeLSTM):
    """No input activation function: g = a_g, without its tanh."""

    name = "niaf"
    memory_blocks = {"i": sigmoid, "f": sigmoid, "g": identity}


class NOAF(PeepholeLSTM):
    """No output activation function: h = o ∘ c, without the tanh."""

    name = "noaf"
    squash = identity


class FGR(PeepholeLSTM):
    """Full gate recurrence: every gate also sees i₋, f₋ and o₋, through nine H × H matrices.

        a_k += i₋ R_ik + f₋ R_fk + o₋ R_ok        for k = i, f, o (the candidate g does not)

    R_i = [R_ii R_if R_io] is [H, 3H], and R_f and R_o likewise. The state is (h, c, i, f, o).
    """

    name = "fgr"
    feedback = ("i", "f", "o")
    state_names = ("h", "c", "i", "f", "o")

    def shapes(self):
        H = self.hidden_size
        return {**super().shapes(), **{f"R_{gate}": (H, 3 * H) for gate in self.feedback}}

    def columns(self, name):
        return self.feedback if name in ("R_i", "R_f", "R_o") else self.blocks

    def joined(self):
        """[W; b; R; R_i; R_f; R_o], with nothing in g's columns of the last three."""
        H = self.hidden_size
        nine = np.concatenate([self.params[f"R_{gate}"] for gate in self.feedback])
        no_g = np.zeros((3 * H, H), self.dtype)
        wide = np.concatenate([nine[:, : 2 * H], no_g, nine[:, 2 * H :]], axis=1)
        return np.concatenate([super().joined(), wide])

    def split(self, joined):
        H, top = self.hidden_size, self.input_size + 1 + self.hidden_size
        rows = np.delete(joined[top:], slice(2 * H, 3 * H), axis=1).reshape(3, H, 3 * H)
        fed = {f"R_{gate}": part for gate, part in zip(self.feedback, rows, strict=True)}
        return {**super().split(joined[:top]), **fed}
