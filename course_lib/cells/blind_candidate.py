"""The field guide, the candidate sees no past: what is put in is worked out from x alone."""

from __future__ import annotations

from course_lib.cells.activations import identity, sigmoid, tanh
from course_lib.cells.cell import Cell
from course_lib.cells.lstm import LSTM
from course_lib.cells.rnn import RNN


class RAN(LSTM):
    """The recurrent additive network (Lee, Levy, Zettlemoyer 2017): only the gates see h₋.

        g = x W_g + b_g      h = tanh(c)

    c is a weighted sum of inputs and nothing else. Checked against torchrecurrent 0.2.5, RANCell,
    which has no b_g; the paper, too, leaves it out.
    """

    name = "ran"
    blocks = {**LSTM.blocks, "g": identity}
    reads = {"g": ("x",)}
    o = 1


class CFN(Cell):
    """The chaos-free network (Laurent & von Brecht 2017): without input, h falls to 0.

        h = f ∘ tanh(h₋) + i ∘ tanh(x W_g + b_g)

    It falls whatever the weights, as long as b_g is 0, as it is in the paper. Checked against
    torchrecurrent 0.2.5, CFNCell.
    """

    name = "cfn"
    blocks = {"f": sigmoid, "i": sigmoid, "g": tanh}
    reads = {"g": ("x",)}
    forget_gate = ("f", +1)

    def h(self, h_, f, i, g):
        return f * tanh(h_) + i * g

    def h_slopes(self, h_, f, i, g):
        m_ = tanh(h_)
        return f * (1 - m_ * m_), m_, g, i


class STAR(Cell):
    """The stackable recurrent cell (Turkoglu et al. 2021): one valve k, and a tanh around it all.

        h = tanh((1 − k) ∘ h₋ + k ∘ n)      n = tanh(x W_n + b_n)

    Checked against torchrecurrent 0.2.5, STARCell. The authors' code (star.py of
    0zgur0/STAckable-Recurrent-network) keeps σ(a) and lets in 1 − σ(a − 1), as JANET does.
    """

    name = "star"
    blocks = {"k": sigmoid, "n": tanh}
    reads = {"n": ("x",)}

    def h(self, h_, k, n):
        return tanh((1 - k) * h_ + k * n)

    def h_slopes(self, h_, k, n):
        h = tanh((1 - k) * h_ + k * n)
        s = 1 - h * h
        return s * (1 - k), s * (n - h_), s * k


class IndRNN(RNN):
    """The independently recurrent network (Li et al. 2018): no unit sees another's past.

        g = tanh(x W_g + p_g ∘ h₋ + b_g)

    R has become a vector, which is a peephole at h₋. The paper prefers ReLU to tanh.
    Checked against torchrecurrent 0.2.5, IndRNNCell with tanh.
    """

    name = "indrnn"
    reads = {"g": ("x",)}
    peeks = {"g": "h_"}


class BRC(Cell):
    """The bistable recurrent cell (Vecoven, Ernst, Drion 2021): with m > 1, a unit holds by itself.

        m = 1 + v      s = m ∘ h₋      n = tanh(x W_n + b_n + s)      h = z ∘ h₋ + (1 − z) ∘ n

    m lies between 0 and 2; where it is above 1, h has two resting places to stay at.
    Every unit sees its own past alone. Checked against torchrecurrent 0.2.5, BRCell.
    """

    name = "brc"
    blocks = {"v": tanh, "z": sigmoid, "n": tanh}
    reads = dict.fromkeys("vzn", ("x",))
    peeks = {"v": "h_", "z": "h_"}
    adds = {"n": "s"}

    def s(self, h_, v):
        return (1 + v) * h_

    def s_slopes(self, h_, v):
        return 1 + v, h_

    def h(self, h_, z, n):
        return z * h_ + (1 - z) * n

    def h_slopes(self, h_, z, n):
        return z, h_ - n, 1 - z
