"""Mistakes published about the field guide's cells, planted: what catches each?

In brackets, where. Some are wrong equations, which the second opinion sees; some leave a parameter
without use or bring one too many; and some are right wherever one usually looks.
"""

import numpy as np
import pytest

from course_lib.cells import (
    CELLS,
    JANET,
    LSTM1997,
    MGU,
    RAN,
    SLSTM,
    SRU,
    CoRNN,
    CoupledLSTM,
    MinGRU,
)  # fmt: skip
from course_lib.cells.activations import identity, sigmoid, tanh
from course_lib.cells.plan import plan_of
from course_lib.sequence import forward, gradcheck, scan
from tests.cells.test_gradients import cell_of
from tests.planting import ORACLE, Mistake, caught_by, misread, plant
from tests.sequence import test_scan
from tests.test_oracles import loaded, reference


class PlusInPlaceOfTimes(LSTM1997):
    def c(self, c_, i, f, g):
        return f * c_ + (i + g)

    def c_slopes(self, c_, i, f, g):
        return f, 1.0, c_, 1.0


class MirroredMGU(MGU):
    def z(self, f):
        return f

    def z_slopes(self, f):
        return (1.0,)


class GatesSwapped(SLSTM):
    blocks = {"k": identity, "e": identity, "g": tanh, "o": sigmoid}  # noqa: RUF012


class OneMinusTheGate(JANET):
    """What one would mend who takes the 1 for a slip."""

    def i(self, a):
        return 1 - sigmoid(a)

    def i_slopes(self, a):
        s = sigmoid(a)
        return (s * (s - 1),)


class OutputReadsTheOldC(CoRNN):
    def h(self, h_, c_):
        return h_ + 0.1 * c_

    def h_slopes(self, h_, c_):
        return 1.0, 0.1


class HighwayReadsTheOldC(SRU):
    def h(self, c_, r, s):
        return r * c_ + (1 - r) * s

    def h_slopes(self, c_, r, s):
        return r, c_ - s, 1 - r


def lose_the_bias_of_g(cell, joined):
    H = cell.hidden_size
    joined[cell.input_size, 2 * H :] = 0


MISTAKES = {
    "+ in place of ∘ in the LSTM of 1997 (torchrecurrent #22)": Mistake(
        plant(PlusInPlaceOfTimes), {*ORACLE, "libraries"}
    ),
    "f mirrored in the MGU (google/flax #4608, PR #5467)": Mistake(
        plant(MirroredMGU), {*ORACLE, "libraries"}
    ),
    "e and k swapped in the sLSTM (NX-AI/xlstm #98)": Mistake(plant(GatesSwapped), ORACLE),
    "JANET's 1 taken for a slip (JosvanderWesthuizen/janet #1)": Mistake(
        plant(OneMinusTheGate), {*ORACLE, "libraries"}
    ),
    "h reads the old c (as torchrecurrent 0.2.5, LEMCell)": Mistake(
        plant(OutputReadsTheOldC), {*ORACLE, "libraries"}
    ),
    "the output reads the old c (as RecurrentLayers.jl #130, WMCLSTMCell)": Mistake(
        plant(HighwayReadsTheOldC), ORACLE
    ),
    "RAN's bias of g is printed and not added (torchrecurrent 0.2.5)": Mistake(
        plant(misread(RAN, lose_the_bias_of_g)), ORACLE
    ),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_published_mistake_is_caught(mistake, monkeypatch):
    name = MISTAKES[mistake].plant(monkeypatch)
    assert caught_by(name) == MISTAKES[mistake].caught_by


# --- parameters without use, or one too many --------------------------------------------------


def test_a_highway_that_reads_f_for_r_leaves_r_without_use():
    """asappresearch/sru #40: the paper's first version has f in the place of r."""

    class ForgetGateTwice(SRU):
        def h(self, c, f, s):
            return f * c + (1 - f) * s

        def h_slopes(self, c, f, s):
            return f, c - s, 1 - f

    with pytest.raises(ValueError, match="ForgetGateTwice: nothing takes 'r'"):
        ForgetGateTwice(3, 4)


def test_a_constant_that_is_learned_is_a_parameter_too_many(monkeypatch):
    """torchrecurrent 0.2.5 learns JANET's β, which is a constant in the paper."""

    class LearnsBeta(JANET):
        blocks = {**JANET.blocks, "b": identity}  # noqa: RUF012
        reads = {"b": ()}  # noqa: RUF012

        def i(self, a, b):
            return 1 - sigmoid(a - b)

        def i_slopes(self, a, b):
            s = sigmoid(a - b)
            return s * (s - 1), -s * (s - 1)

    assert max(gradcheck(LearnsBeta(3, 4), rng=np.random.default_rng(0)).values()) < 1e-7
    monkeypatch.setitem(CELLS, "janet", LearnsBeta)
    with pytest.raises(AssertionError):  # shapes
        loaded("equations_janet", reference("equations_janet"))


def test_an_sru_that_is_a_ran_has_other_parameters(monkeypatch):
    """RecurrentLayers.jl, sru_cell.jl: it computes the RAN."""
    monkeypatch.setitem(CELLS, "sru", RAN)
    with pytest.raises(AssertionError):
        loaded("equations_sru", reference("equations_sru"))


# --- right, but where it overflows ------------------------------------------------------------


class NoStabiliser(CoupledLSTM):
    """The sLSTM as it is first written: C, N and exp(e) as they are; h = o ∘ C / N."""

    name = "no stabiliser"
    state_names = ("h", "c", "n")
    blocks = {"e": identity, "k": sigmoid, "g": tanh, "o": sigmoid}  # noqa: RUF012
    forget_gate = ("k", +1)

    def i(self, e):
        return np.exp(e)

    def i_slopes(self, e):
        return (np.exp(e),)

    def n(self, n_, i, k):
        return k * n_ + i

    def n_slopes(self, n_, i, k):
        return k, 1.0, n_

    def c(self, c_, i, k, g):
        return k * c_ + i * g

    def c_slopes(self, c_, i, k, g):
        return k, g, c_, i

    def h(self, c, n, o):
        return o * c / n

    def h_slopes(self, c, n, o):
        return o / n, -o * c / (n * n), c / n


class NoNormaliser(NoStabiliser):
    """h = o ∘ C, as if N were 1."""

    name = "no normaliser"
    state_names = ("h", "c")

    def h(self, c, o):
        return o * c

    def h_slopes(self, c, o):
        return o, c


def same_weights(kind, loud):
    right = cell_of("slstm", np.float32)
    wrong = kind(3, 4)
    for cell in (right, wrong):
        cell.params |= {name: array.copy() for name, array in right.params.items()}
    for cell in (right, wrong):
        cell.gate("W", "e")[:] *= loud
    x = np.random.default_rng(0).normal(size=(50, 2, 3))
    with np.errstate(all="ignore"):
        return forward(right, x).h, forward(wrong, x).h


def test_without_a_stabiliser_all_is_right_until_it_overflows():
    """muditbhargava66/PyxLSTM #15."""
    right, wrong = same_weights(NoStabiliser, 1)
    np.testing.assert_allclose(wrong, right, rtol=0, atol=1e-5)
    right, wrong = same_weights(NoStabiliser, 300)
    assert np.isfinite(right).all() and np.isnan(wrong).any()


def test_without_a_normaliser_h_is_no_mean_and_leaves_its_bounds():
    """muditbhargava66/PyxLSTM #27."""
    right, wrong = same_weights(NoNormaliser, 30)
    assert np.abs(right).max() < 1 and not np.abs(wrong).max() < 1e6


# --- right, but where there is a first state --------------------------------------------------


def test_a_scan_that_forgets_the_first_state_is_right_without_one(monkeypatch):
    """lucidrains/minGRU-pytorch #9: parallel differs from sequential once there is a state."""
    right = scan.scan
    monkeypatch.setattr(scan, "scan", lambda carry, rest, start: right(carry, rest, 0 * start))
    cell, x, state, _, _ = test_scan.drawn("mingru", 24)
    np.testing.assert_allclose(scan.forward(cell, x).h, forward(cell, x).h, rtol=0, atol=1e-12)
    assert np.abs(scan.forward(cell, x, state).h - forward(cell, x, state).h).max() > 0.1
    with pytest.raises(AssertionError):
        test_scan.test_all_steps_at_once_are_the_steps_one_by_one("mingru", 24)


def test_the_strongly_typed_rnn_read_as_mingru_is_caught(monkeypatch):
    """Which way z points is all that is between them."""
    kind = type("TRNN", (MinGRU,), {"name": "trnn"})
    plant(kind)(monkeypatch)
    assert caught_by("trnn") == {*ORACLE, "libraries"}
    assert plan_of(kind).arguments == plan_of(MinGRU).arguments
