"""The field guide, fewer valves: how few will do?"""

from __future__ import annotations

from course_lib.cells.activations import identity, sigmoid, tanh
from course_lib.cells.cell import Cell
from course_lib.cells.gru import GRU, GRUBefore
from course_lib.cells.lstm import LSTM


class LSTM1997(LSTM):
    """The LSTM as it first was (Hochreiter & Schmidhuber 1997): what is in the memory stays.

        f = 1      so      c = c₋ + i ∘ g

    NFG without its peepholes. Checked against torchrecurrent 0.2.5, OriginalLSTMCell; the paper
    squashes by scaled sigmoids where everyone since takes tanh.
    """

    name = "lstm1997"
    forget_gate = None
    f = 1


class UGRNN(GRU):
    """The update gate RNN (Collins, Sohl-Dickstein, Sussillo 2017): the GRU without its reset.

        n = tanh(x W_n + h₋ R_n + b_n)      h = (1 − z) ∘ n + z ∘ h₋

    Checked against torchrecurrent 0.2.5, UGRNNCell; TensorFlow's contrib had the same.
    """

    name = "ugrnn"
    blocks = {"z": sigmoid, "n": tanh}
    apart = {}
    adds = {}


class MGU(GRUBefore):
    """The minimal gated unit (Zhou et al. 2016): one valve f in the places of r and z.

        r = f,  z = 1 − f      so      h = f ∘ n + (1 − f) ∘ h₋

    Where f is open, the past is let into n and written over: the GRU with reset before, tied.
    Checked against torchrecurrent 0.2.5, MGUCell; chainer's StatefulMGU has the same.
    """

    name = "mgu"
    blocks = {"f": sigmoid, "n": tanh}

    def r(self, f):
        return f

    def r_slopes(self, f):
        return (1.0,)

    def z(self, f):
        return 1 - f

    def z_slopes(self, f):
        return (-1.0,)


class JANET(Cell):
    """Just another network (van der Westhuizen & Lasenby 2018): the forget gate alone.

        f = σ(a)      i = 1 − σ(a − 1)      h = f ∘ h₋ + i ∘ g

    a is the forget gate's sum. The 1 is the paper's β and is meant: more comes in than goes.
    Checked against the authors' code, JosvanderWesthuizen/janet, rnn_cells.py, which writes
    σ(1 − a); and torchrecurrent 0.2.5, JANETCell, which learns β.
    """

    name = "janet"
    blocks = {"a": identity, "g": tanh}
    forget_gate = ("a", +1)

    def f(self, a):
        return sigmoid(a)

    def f_slopes(self, a):
        f = sigmoid(a)
        return (f * (1 - f),)

    def i(self, a):
        return 1 - sigmoid(a - 1)

    def i_slopes(self, a):
        s = sigmoid(a - 1)
        return (s * (s - 1),)

    def h(self, h_, f, i, g):
        return f * h_ + i * g

    def h_slopes(self, h_, f, i, g):
        return f, h_, g, i
