"""Finite differences against backward, for every entry of CELLS and every valve clamped.

A new variation joins by being in the catalogue.
"""

import numpy as np
import pytest

from course_lib.cells import CELLS, LSTM, RGLRU
from course_lib.cells.plan import plan_of
from course_lib.sequence import backward, carry_slopes, forward, step
from course_lib.sequence.gradcheck import error, gradcheck, numeric_gradient

WITH_EACH_BLOCK = [(name, block) for name, cell in CELLS.items() for block in cell(1, 1).blocks]


def cell_of(name, dtype=np.float64, D=3, H=4, seed=0):
    """A cell whose every parameter, biases and peepholes too, is a random number."""
    rng = np.random.default_rng(seed)
    cell = CELLS[name](D, H, rng=rng, dtype=dtype)
    for array in cell.params.values():
        array[:] = rng.normal(0, 0.5, array.shape)
    return cell


@pytest.mark.parametrize("name", CELLS)
def test_every_gradient_agrees_with_finite_differences(name):
    errors = gradcheck(CELLS[name](3, 4), T=5, B=2, rng=np.random.default_rng(0))
    states = {f"state {part}" for part in CELLS[name].state_names}
    assert set(errors) == {*CELLS[name](3, 4).params, "x", *states}
    assert np.max(list(errors.values())) <= 1e-7, errors


@pytest.mark.parametrize(("name", "block"), WITH_EACH_BLOCK)
def test_a_clamped_block_passes_no_gradient_into_what_would_have_set_it(name, block):
    rng = np.random.default_rng(1)
    clamp = {block: rng.uniform(0, 1, (5, 1, 4))}
    errors = gradcheck(CELLS[name](3, 4), T=5, B=2, rng=rng, clamp=clamp)
    assert np.max(list(errors.values())) <= 1e-7, errors

    cell = cell_of(name)
    trace = forward(cell, rng.normal(size=(5, 2, 3)), clamp=clamp)
    np.testing.assert_array_equal(trace[block], np.broadcast_to(clamp[block], (5, 2, 4)))
    grads = backward(cell, trace, rng.normal(size=(5, 2, 4)))
    for param, array in grads.params.items():
        if param[0] in "WRb" and block in cell.columns(param):
            start = cell.columns(param).index(block) * 4
            assert not array[..., start : start + 4].any()


@pytest.mark.parametrize("name", CELLS)
def test_no_dstate_equals_zeros(name):
    rng = np.random.default_rng(2)
    cell = cell_of(name)
    trace = forward(cell, rng.normal(size=(5, 2, 3)))
    dh = rng.normal(size=(5, 2, 4))
    zeros = tuple(np.zeros((2, 4)) for _ in cell.state_names)
    without, with_zeros = backward(cell, trace, dh), backward(cell, trace, dh, zeros)
    for key in cell.params:
        np.testing.assert_array_equal(without.params[key], with_zeros.params[key])


@pytest.mark.parametrize("name", CELLS)
def test_backward_leaves_the_trace_and_a_second_call_agrees(name):
    rng = np.random.default_rng(3)
    cell = cell_of(name)
    trace = forward(cell, rng.normal(size=(5, 2, 3)))
    before = {key: trace[key].copy() for key in trace}
    dh = rng.normal(size=(5, 2, 4))
    first, second = backward(cell, trace, dh), backward(cell, trace, dh)
    for key in trace:
        np.testing.assert_array_equal(trace[key], before[key])
    np.testing.assert_array_equal(first.params["W"], second.params["W"])


def test_the_carry_is_the_forget_valve_without_peepholes_and_more_with_them():
    x = np.random.default_rng(4).normal(size=(5, 2, 3))
    trace = forward(cell_of("lstm"), x)
    np.testing.assert_array_equal(carry_slopes(trace), trace["f"])

    peephole = cell_of("peephole")
    trace = forward(peephole, x)
    i, f, g = trace["i"], trace["f"], trace["g"]
    p_i, p_f = peephole.params["p_i"], peephole.params["p_f"]
    by_hand = f + p_i * g * i * (1 - i) + p_f * trace.before("c") * f * (1 - f)
    np.testing.assert_allclose(carry_slopes(trace), by_hand, rtol=0, atol=1e-15)


def test_the_product_of_the_carry_is_the_gradient_along_the_pipeline_alone():
    """With R = 0 there is no way round through h, so the whole gradient is the product."""
    cell = cell_of("lstm")
    cell.params["R"][:] = 0
    x = np.random.default_rng(5).normal(size=(6, 2, 3))
    c0 = np.random.default_rng(6).normal(size=(2, 4))
    trace = forward(cell, x, (np.zeros((2, 4)), c0))
    grads = backward(cell, trace, np.zeros((6, 2, 4)), (np.zeros((2, 4)), np.ones((2, 4))))
    np.testing.assert_allclose(grads.state[1], carry_slopes(trace).prod(axis=0), rtol=1e-12)


@pytest.mark.parametrize("name", CELLS)
def test_the_gradient_of_the_memory_after_each_step(name):
    """δc after step t is the first state's gradient of the sequence that starts after t."""
    rng = np.random.default_rng(7)
    cell, x = cell_of(name), rng.normal(size=(5, 2, 3))
    trace, dh = forward(cell, x), rng.normal(size=(5, 2, 4))
    memory = backward(cell, trace, dh).memory
    state = step(cell, x[1], step(cell, x[0])[0])[0]
    rest = backward(cell, forward(cell, x[2:], state), dh[2:])
    if "c" not in cell.state_names:  # h after step t is also what dh[t] arrives at
        np.testing.assert_allclose(memory[1], rest.state[0] + dh[1], rtol=0, atol=1e-12)
        return
    taken = plan_of(CELLS[name]).arguments["h"]
    values = (trace.before("h")[1] if n == "h_" else trace[n][1] for n in taken)
    into = dict(zip(taken, cell.h_slopes(*values), strict=True))  # ∂h/∂c, ∂h/∂o …
    dh_1, dc_1, *fed = dh[1] + rest.state[0], rest.state[1], *rest.state[2:]
    expected = dc_1 + dh_1 * into["c"]
    if "o" in cell.peeking():
        o, into_o = trace["o"][1], dh_1 * into["o"] + (fed[2] if fed else 0)
        expected = expected + into_o * o * (1 - o) * cell.params["p_o"]
    np.testing.assert_allclose(memory[1], expected, rtol=0, atol=1e-12)


def test_the_check_notices_a_wrong_gradient():
    """A gradient check that cannot fail is none."""

    class Wrong(LSTM):
        def c_slopes(self, c_, i, f, g):
            return f, g, c_, f  # i and f mixed up in ∂c/∂g

    errors = gradcheck(Wrong(3, 4), rng=np.random.default_rng(0))
    assert max(errors.values()) > 1e-3


def test_the_check_notices_a_gradient_that_is_no_number():
    class Nowhere(RGLRU):
        def a_slopes(self, r, l):  # noqa: E741
            return super().a_slopes(r, l)[0], np.nan * l

    errors = gradcheck(Nowhere(3, 4), rng=np.random.default_rng(0))
    assert max(errors.values()) == np.inf and errors["W"] < 1e-7  # which comes first


def test_numeric_gradient_puts_every_number_back():
    a = np.array([[1.0, -2.0], [0.5, 3.0]])
    kept = a.copy()
    numeric = numeric_gradient(lambda: float((a**3).sum()), a)
    np.testing.assert_array_equal(a, kept)
    assert error(numeric, 3 * kept**2) < 1e-9
    with pytest.raises(ZeroDivisionError):
        numeric_gradient(lambda: 1 / 0, a)
    np.testing.assert_array_equal(a, kept)


def test_differences_are_taken_in_float64_alone():
    with pytest.raises(TypeError, match="array: came dtype float32, expected float64"):
        numeric_gradient(lambda: 0.0, np.zeros(3, np.float32))
