"""Mistakes that others have published, planted one at a time: what catches each?

A mistake in an equation that the slopes follow is invisible to the gradient check: only a second
opinion sees it. A mistake in the slopes is what the gradient check is for.
"""

from collections.abc import Callable

import numpy as np
import pytest

from course_lib.cells import CELLS, FGR, GRU, LSTM, CoupledLSTM, GRUBefore, PeepholeLSTM
from course_lib.cells.activations import sigmoid, tanh
from course_lib.readings import interop
from course_lib.sequence import engine, forward, slopes
from tests.planting import ORACLE, Mistake, caught_by, misread, plant

# --- mistakes in how weights are read: forwards and backwards alike


def swap_biases_of_i_and_f(cell, joined):
    D, H = cell.input_size, cell.hidden_size
    joined[D, : 2 * H] = np.roll(joined[D, : 2 * H], H)


def lose_b_f(cell, joined):
    joined[cell.input_size, cell.hidden_size : 2 * cell.hidden_size] = 0


def lose_b_hn(cell, joined):
    joined[cell.input_size, 3 * cell.hidden_size :] = 0


def transpose_R(cell, joined):
    R = joined[cell.input_size + 1 :].reshape(cell.hidden_size, -1, cell.hidden_size)
    R[:] = R.transpose(2, 1, 0).copy()


def read_R_ik_as_R_ki(cell, joined):
    H = cell.hidden_size
    nine = joined[-3 * H :].reshape(3, H, 4, H)
    gates = [0, 1, 3]  # i f o of i f g o
    nine[:, :, gates] = nine[:, :, gates].transpose(2, 1, 0, 3)


# --- mistakes in the equations ----------------------------------------------------------------


class GatesInAnotherOrder(LSTM):
    blocks = {"f": sigmoid, "i": sigmoid, "g": tanh, "o": sigmoid}  # noqa: RUF012


class NoTanhOnTheOutput(LSTM):
    def h(self, c, o):
        return o * c

    def h_slopes(self, c, o):
        return o, c


class OutputPeeksAtTheOldC(PeepholeLSTM):
    peeks = {"i": "c_", "f": "c_", "o": "c_"}  # noqa: RUF012


class OutputPeepholeIgnored(PeepholeLSTM):
    peeks = {"i": "c_", "f": "c_"}  # noqa: RUF012

    def shapes(self):
        return {**super().shapes(), "p_o": (self.hidden_size,)}

    def split(self, joined):
        return {**super().split(joined), "p_o": np.zeros(self.hidden_size)}


class CoupledTheOtherWay(CoupledLSTM):
    def c(self, c_, i, f, g):
        return i * c_ + f * g

    def c_slopes(self, c_, i, f, g):
        return i, c_, g, f


class MirroredZ(GRU):
    def h(self, h_, z, n):
        return z * n + (1 - z) * h_

    def h_slopes(self, h_, z, n):
        return 1 - z, n - h_, z


class ResetBefore(GRUBefore):
    name = "gru"

    def shapes(self):
        return GRU.shapes(GRU(self.input_size, self.hidden_size))

    def joined(self):
        joined = super().joined()
        joined[self.input_size, 2 * self.hidden_size :] += self.params["b_hn"]
        return joined

    def split(self, joined):
        return {**super().split(joined), "b_hn": joined[self.input_size, 2 * self.hidden_size :]}


# --- mistakes in the slopes -------------------------------------------------------------------


class SlopesMixedUp(LSTM):
    def c_slopes(self, c_, i, f, g):
        return f, c_, g, i


# --- mistakes in the engine and in what is read


def plant_no_peephole_in_the_carry(monkeypatch) -> str:
    """S_carry is the forget valve alone, as it is without peepholes."""
    right = slopes._add

    def wrong(row, name, slope):
        if name != "c_":
            right(row, name, slope)

    monkeypatch.setattr(slopes, "_add", wrong)
    return "peephole"


def plant_states(argument: str, given: Callable):
    """The engine takes `given(state)` for one of its arguments, "state" or "dstate"."""
    right = engine.states

    def wrong(name, state, cell, B):
        states = right(name, state, cell, B)
        return tuple(given(state, part) for part in states) if name == argument else states

    def into(monkeypatch) -> str:
        monkeypatch.setattr(engine, "states", wrong)
        return "lstm"

    return into


def plant_order(library: str, k: int, order: str):
    """A library's gates are stacked in another order."""

    def into(monkeypatch) -> str:
        monkeypatch.setitem(getattr(interop, library), k, order)
        return {3: "gru", 4: "lstm"}[k]

    return into


def plant_no_forget_bias(monkeypatch) -> str:
    monkeypatch.setattr(LSTM, "forget_gate", None)
    return "lstm"


MISTAKES = {
    # published elsewhere; in brackets, where
    "biases of two gates swapped (ddbourgin/numpy-ml #42)": Mistake(
        plant(misread(LSTM, swap_biases_of_i_and_f)), {*ORACLE, "libraries"}
    ),
    "a GRU without b_hn (google/flax #5594)": Mistake(
        plant(misread(GRU, lose_b_hn)), {*ORACLE, "libraries"}
    ),
    "no tanh on the output (nicodjimenez/lstm #7)": Mistake(
        plant(NoTanhOnTheOutput), {*ORACLE, "libraries"}
    ),
    "output gate peeks at the old c (LuxRecurrentLayers.jl PR #29)": Mistake(
        plant(OutputPeeksAtTheOldC), {*ORACLE, "libraries"}
    ),
    "no initial state is not zeros (ml-explore/mlx #3249)": Mistake(
        plant_states("state", lambda state, part: part + 0.1 if state is None else part),
        {"no state is its start"},
    ),
    # others that are as easily made
    "two gates in the wrong order": Mistake(plant(GatesInAnotherOrder), {*ORACLE, "libraries"}),
    "z mirrored": Mistake(plant(MirroredZ), {*ORACLE, "libraries"}),
    "reset before in place of after": Mistake(plant(ResetBefore), {*ORACLE, "libraries"}),
    "i where 1 - i belongs": Mistake(plant(CoupledTheOtherWay), {*ORACLE, "libraries"}),
    "output peephole ignored": Mistake(plant(OutputPeepholeIgnored), {*ORACLE, "libraries"}),
    "b_f not added": Mistake(plant(misread(LSTM, lose_b_f)), {*ORACLE, "libraries"}),
    "forget bias not set at the start": Mistake(plant_no_forget_bias, {"forget bias"}),
    "R transposed": Mistake(plant(misread(LSTM, transpose_R)), {*ORACLE, "libraries"}),
    "FGR's R_ik read as R_ki": Mistake(plant(misread(FGR, read_R_ik_as_R_ki)), ORACLE),
    "S_carry without its peepholes": Mistake(
        plant_no_peephole_in_the_carry, {"gradients", "gradient check"}
    ),
    "slopes of i and f mixed up": Mistake(
        plant(SlopesMixedUp), {"gradients", "gradient check", "libraries"}
    ),
    "gradient of the last state lost": Mistake(
        plant_states("dstate", lambda state, part: 0 * part),
        {"gradients", "gradient check", "libraries"},
    ),
    "PyTorch's gates read as ONNX's": Mistake(plant_order("TORCH", 4, "iofg"), {"libraries"}),
    "ONNX's gates read as PyTorch's": Mistake(plant_order("ONNX", 4, "ifgo"), {"libraries"}),
    "Keras' z and r exchanged": Mistake(plant_order("KERAS", 3, "rzn"), {"libraries"}),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_a_planted_mistake_is_caught(mistake, monkeypatch):
    name = MISTAKES[mistake].plant(monkeypatch)
    assert caught_by(name) == MISTAKES[mistake].caught_by


@pytest.mark.parametrize("name", CELLS)
def test_nothing_is_caught_where_nothing_is_planted(name):
    assert caught_by(name) == set()


@pytest.mark.parametrize(
    ("right", "change"), [(LSTM, swap_biases_of_i_and_f), (LSTM, lose_b_f), (GRU, lose_b_hn)]
)
def test_with_biases_of_zero_these_would_stay_unseen(right, change):
    x = np.random.default_rng(0).normal(size=(5, 2, 3))
    cell = right(3, 4, rng=np.random.default_rng(1), dtype=np.float64)
    wrong = misread(right, change)(3, 4, rng=np.random.default_rng(1), dtype=np.float64)
    for each in (cell, wrong):
        each.params["b"][:] = 0
    np.testing.assert_array_equal(forward(wrong, x).h, forward(cell, x).h)
