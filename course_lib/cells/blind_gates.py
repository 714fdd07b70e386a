"""The field guide, gates see no past: x alone sets every valve, so all are known beforehand.

What is left of the recurrence is h = carry ∘ h₋ + rest, and ``course_lib.sequence.scan`` works out
all steps at once. SRU's valves still peek at c₋, and have to wait for it.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from course_lib.arguments import generator
from course_lib.cells.activations import identity, sigmoid
from course_lib.cells.cell import Cell
from course_lib.cells.fewer import UGRNN
from course_lib.cells.lstm import LSTM


class TRNN(UGRNN):
    """The strongly typed RNN (Balduzzi & Ghifary 2016): the past comes by the pipeline alone.

        z = σ(x W_z + b_z)      n = x W_n + b_n      h = (1 − z) ∘ n + z ∘ h₋

    Checked against torchrecurrent 0.2.5, TRNNCell.
    """

    name = "trnn"
    blocks = {"z": sigmoid, "n": identity}
    reads = dict.fromkeys("zn", ("x",))


class MinGRU(TRNN):
    """The minimal GRU (Feng et al. 2024): the strongly typed RNN with z the other way round.

        h = z ∘ n + (1 − z) ∘ h₋

    σ(−a) = 1 − σ(a), so W_z and b_z with their signs turned give the same cell, eight years later.
    Checked against lucidrains/minGRU-pytorch, which follows the paper's log-space version: without
    biases, and with n squashed to above 0.
    """

    name = "mingru"

    def h(self, h_, z, n):
        return z * n + (1 - z) * h_

    def h_slopes(self, h_, z, n):
        return 1 - z, n - h_, z


class MinLSTM(Cell):
    """The minimal LSTM (Feng et al. 2024): two valves that share one flow.

        h = (f ∘ h₋ + i ∘ n) / (f + i)

    Where both valves are 0 to the last digit (sums below about −17 in float32) this is 0 / 0, NaN;
    the paper's form in logarithms is not. Checked against lucidrains/minGRU-pytorch, minLSTM, which
    squashes n as its minGRU does.
    """

    name = "minlstm"
    blocks = {"f": sigmoid, "i": sigmoid, "n": identity}
    reads = dict.fromkeys("fin", ("x",))
    forget_gate = ("f", +1)

    def h(self, h_, f, i, n):
        return (f * h_ + i * n) / (f + i)

    def h_slopes(self, h_, f, i, n):
        s = f + i
        across = (h_ - n) / (s * s)
        return f / s, i * across, -f * across, i / s


class QRNN(LSTM):
    """The quasi-recurrent network (Bradbury et al. 2017), fo-pooling, with a window of 1.

        i = 1 − f      h = o ∘ c      f, g and o see x alone

    Checked against the authors' code, salesforce/pytorch-qrnn: QRNNLayer hands h on for c, and its
    ForgetMult mirrors f.
    """

    name = "qrnn"
    reads = dict.fromkeys("fgo", ("x",))

    def i(self, f):
        return 1 - f

    def i_slopes(self, f):
        return (-1.0,)

    def h(self, c, o):
        return o * c

    def h_slopes(self, c, o):
        return o, c


class SRU(QRNN):
    """The simple recurrent unit (Lei et al. 2018): valves peek at c₋, and x goes round the memory.

        f = σ(x W_f + p_f ∘ c₋ + b_f)      r = σ(x W_r + p_r ∘ c₋ + b_r)
        c = f ∘ c₋ + (1 − f) ∘ g           h = r ∘ c + (1 − r) ∘ s

    s = x W_s + b_s takes x round; the paper has x itself where it is as wide as h.
    Checked against the authors' code, ops.py of asappresearch/sru, which has neither b_g nor b_s.
    """

    name = "sru"
    blocks = {"f": sigmoid, "g": identity, "r": sigmoid, "s": identity}
    reads = dict.fromkeys("fgrs", ("x",))
    peeks = {"f": "c_", "r": "c_"}

    def h(self, c, r, s):
        return r * c + (1 - r) * s

    def h_slopes(self, c, r, s):
        return r, c - s, 1 - r


class RGLRU(Cell):
    """The real-gated linear recurrent unit (De et al. 2024): what comes in makes up for what fades.

        a = exp(−8 softplus(l) ∘ r)      h = a ∘ h₋ + √(1 − a²) ∘ i ∘ n

    n = x W_n + b_n, where the paper has x itself. l, its Λ, is a vector that is learned, here the
    bias of a block that reads nothing. It starts where a unit with r = 1 keeps between 0.9 and
    0.999 a step. Checked against google-deepmind/recurrentgemma, RGLRU, which sets the root to 1 at
    a text's first step.
    """

    name = "rglru"
    blocks = {"r": sigmoid, "i": sigmoid, "n": identity, "l": identity}
    reads = {**dict.fromkeys("rin", ("x",)), "l": ()}

    def __init__(self, input_size: int, hidden_size: int, *, rng=None, **options: Any) -> None:
        rng = generator(rng)
        super().__init__(input_size, hidden_size, rng=rng, **options)
        kept = rng.uniform(0.9, 0.999, hidden_size)
        self.gate("b", "l")[:] = np.log(np.expm1(-np.log(kept) / 8))

    def a(self, r, l):  # noqa: E741
        return np.exp(-8 * np.logaddexp(0, l) * r)

    def a_slopes(self, r, l):  # noqa: E741
        softplus = np.logaddexp(0, l)
        a = np.exp(-8 * softplus * r)
        return -8 * softplus * a, -8 * r * sigmoid(l) * a

    def h(self, h_, a, i, n):
        return a * h_ + np.sqrt(1 - a * a) * i * n

    def h_slopes(self, h_, a, i, n):
        root = np.sqrt(1 - a * a)
        steep = np.sqrt(np.maximum(1 - a * a, 2.5e-7))  # the slope has no bound where a is 1
        return a, h_ - a / steep * i * n, root * n, root * i
