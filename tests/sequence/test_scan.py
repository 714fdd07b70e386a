"""All steps at once: the engine's numbers, forwards and backwards, with a first state too."""

import numpy as np
import pytest

from course_lib import sequence
from course_lib.cells import CELLS, QRNN, TRNN, Cell
from course_lib.cells.activations import sigmoid
from course_lib.sequence import scan
from tests.cells.test_gradients import cell_of

PARALLEL = ("trnn", "mingru", "minlstm", "qrnn", "rglru")
B, D, H = 2, 3, 4


def drawn(name, T):
    rng = np.random.default_rng(T)
    cell = cell_of(name)
    state = tuple(rng.normal(size=(B, H)) for _ in cell.state_names)
    dstate = tuple(rng.normal(size=(B, H)) for _ in cell.state_names)
    return cell, rng.normal(size=(T, B, D)), state, rng.normal(size=(T, B, H)), dstate


def test_which_cells_can():
    assert tuple(name for name, cell in CELLS.items() if scan.possible(cell)) == PARALLEL


@pytest.mark.parametrize("T", [1, 2, 3, 24, 25, 300])
@pytest.mark.parametrize("name", PARALLEL)
def test_all_steps_at_once_are_the_steps_one_by_one(name, T):
    cell, x, state, _, _ = drawn(name, T)
    for start in (None, state):
        found, wanted = scan.forward(cell, x, start), sequence.forward(cell, x, start)
        for key in wanted:
            np.testing.assert_allclose(found[key], wanted[key], rtol=0, atol=1e-12)
        for came, expected in zip(found.state, wanted.state, strict=True):
            np.testing.assert_allclose(came, expected, rtol=0, atol=1e-12)


@pytest.mark.parametrize("T", [1, 2, 3, 24, 25, 300])
@pytest.mark.parametrize("name", PARALLEL)
def test_the_way_back_at_once_is_the_way_back_step_by_step(name, T):
    cell, x, state, dh, dstate = drawn(name, T)
    wanted = sequence.backward(cell, sequence.forward(cell, x, state), dh, dstate)
    for forward in (scan.forward, sequence.forward):
        found = scan.backward(cell, forward(cell, x, state), dh, dstate)
        for key, gradient in wanted.params.items():
            scale = max(1.0, np.abs(gradient).max())
            np.testing.assert_allclose(found.params[key], gradient, rtol=0, atol=1e-12 * scale)
        for key in ("x", "memory"):
            came, expected = getattr(found, key), getattr(wanted, key)
            np.testing.assert_allclose(came, expected, rtol=0, atol=1e-12)
        for came, expected in zip(found.state, wanted.state, strict=True):
            np.testing.assert_allclose(came, expected, rtol=0, atol=1e-12)


class Further(QRNN):
    """Two further states: an equation that the memory takes, and a block."""

    state_names = ("h", "c", "q", "o")

    def q(self, f, g):
        return f * g

    def q_slopes(self, f, g):
        return g, f

    def c(self, c_, f, q):
        return f * c_ + q

    def c_slopes(self, c_, f, q):
        return f, c_, 1.0


def test_further_states_are_what_they_are_step_by_step():
    rng, cell = np.random.default_rng(0), Further(D, H, dtype=np.float64)
    x, dh = rng.normal(size=(9, B, D)), rng.normal(size=(9, B, H))
    dstate = tuple(rng.normal(size=(B, H)) for _ in cell.state_names)
    found, wanted = scan.forward(cell, x), sequence.forward(cell, x)
    for key in wanted:
        np.testing.assert_allclose(found[key], wanted[key], rtol=0, atol=1e-12)
    for came, expected in zip(found.state, wanted.state, strict=True):
        np.testing.assert_allclose(came, expected, rtol=0, atol=1e-12)
    back = scan.backward(cell, found, dh, dstate)
    for key, gradient in sequence.backward(cell, wanted, dh, dstate).params.items():
        np.testing.assert_allclose(back.params[key], gradient, rtol=0, atol=1e-12)


def test_the_engines_way_back_takes_the_scans_trace():
    cell, x, state, dh, _ = drawn("qrnn", 9)
    found = sequence.backward(cell, scan.forward(cell, x, state), dh)
    wanted = sequence.backward(cell, sequence.forward(cell, x, state), dh)
    np.testing.assert_allclose(found.params["W"], wanted.params["W"], rtol=0, atol=1e-12)


def test_a_trace_of_the_compiled_engine_is_refused():
    cell, x, _, dh, _ = drawn("mingru", 5)
    trace = scan.forward(cell, x)
    trace.engine = "compiled"
    with pytest.raises(ValueError, match="trace: came one of engine 'compiled'"):
        scan.backward(cell, trace, dh)


@pytest.mark.parametrize("backward", [scan.backward, sequence.backward])
def test_what_is_no_trace_of_the_cell_is_refused(backward):
    cell, x, _, dh, _ = drawn("mingru", 5)
    with pytest.raises(ValueError, match="trace: came one of TRNN"):
        backward(cell, sequence.forward(drawn("trnn", 5)[0], x), dh)
    with pytest.raises(TypeError, match="trace: came int, expected one that forward gave"):
        backward(cell, 5, dh)


def test_whole_numbers_leave_fractions():
    found = scan.scan([0.5, 0.5, 0.5], [1, 1, 1], 4)  # type: ignore[arg-type]
    np.testing.assert_array_equal(found, [3, 2.5, 2.25])


def test_a_real_gated_unit_whose_valve_is_closed_has_a_gradient():
    cell = cell_of("rglru", np.float32)
    grads = sequence.backward(
        cell, sequence.forward(cell, np.full((3, B, D), -30.0)), np.ones((3, B, H))
    )
    assert all(np.isfinite(array).all() for array in (grads.x, *grads.params.values()))


def test_float32_stays_float32():
    cell = cell_of("qrnn", np.float32)
    trace = scan.forward(cell, np.ones((5, B, D)))
    assert trace.h.dtype == np.float32
    assert scan.backward(cell, trace, np.ones((5, B, H))).x.dtype == np.float32


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("lstm", "came LSTM, whose blocks see more than x"),
        ("sru", "came SRU, whose blocks see more than x"),
        ("indrnn", "came IndRNN, whose blocks see more than x"),
        ("cfn", "came CFN, whose blocks see more than x"),
    ],
)
def test_a_cell_that_has_to_wait_says_why(name, said):
    with pytest.raises(ValueError, match=said):
        scan.forward(CELLS[name](D, H), np.ones((5, B, D)))


def test_a_memory_that_is_not_linear_says_so():
    class Round(TRNN):
        def h(self, h_, z, n):
            return z * np.tanh(h_) + n

        def h_slopes(self, h_, z, n):
            m_ = np.tanh(h_)
            return z * (1 - m_ * m_), m_, 1.0

    with pytest.raises(ValueError, match="Round, whose h is not linear in h_"):
        scan.forward(Round(D, H), np.ones((5, B, D)))


def test_a_cell_without_a_memory_says_so():
    class Bare(Cell):
        blocks = {"g": sigmoid}  # noqa: RUF012
        reads = {"g": ("x",)}  # noqa: RUF012

        def h(self, g):
            return g

        def h_slopes(self, g):
            return (1.0,)

    assert not scan.possible(Bare)
    with pytest.raises(ValueError, match="whose h takes no h_"):
        scan.forward(Bare(D, H), np.ones((5, B, D)))
