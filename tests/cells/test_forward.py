"""What forward, step and the trace give: by hand, in both dtypes, and for bad input."""

import numpy as np
import pytest

from course_lib.cells import CELLS, LSTM, CoupledLSTM
from course_lib.sequence import backward, forward, step
from tests.cells.test_gradients import cell_of

T, B, D, H = 5, 2, 3, 4


def sigma(a):
    return 1 / (1 + np.exp(-a))


def by_hand(cell, x, h, c):
    """FACTS: the equations, written out once more with none of the library's machinery."""
    p = {name: cell.params.get(f"p_{name}", 0) for name in "ifo"}
    for x_t in x:
        a = {k: x_t @ cell.gate("W", k) + h @ cell.gate("R", k) + cell.gate("b", k) for k in "ifgo"}
        i, f = sigma(a["i"] + p["i"] * c), sigma(a["f"] + p["f"] * c)
        c = f * c + i * np.tanh(a["g"])
        h = sigma(a["o"] + p["o"] * c) * np.tanh(c)
    return h, c


@pytest.mark.parametrize("name", ["lstm", "peephole"])
def test_the_equations_by_hand(name):
    rng = np.random.default_rng(0)
    cell, x = cell_of(name), rng.normal(size=(T, B, D))
    start = rng.normal(size=(B, H)), rng.normal(size=(B, H))
    trace = forward(cell, x, start)
    for came, expected in zip(trace.state, by_hand(cell, x, *start), strict=True):
        np.testing.assert_allclose(came, expected, rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", CELLS)
def test_one_step_at_a_time_is_the_whole_sequence(name):
    rng = np.random.default_rng(1)
    cell, x = cell_of(name), rng.normal(size=(T, B, D))
    state = tuple(rng.normal(size=(B, H)) for _ in cell.state_names)
    trace = forward(cell, x, state)
    for t in range(T):
        state, values = step(cell, x[t], state)
        for key in trace:
            np.testing.assert_allclose(values[key], trace[key][t], rtol=0, atol=1e-14)
    for stepped, last in zip(state, trace.state, strict=True):
        np.testing.assert_allclose(stepped, last, rtol=0, atol=1e-14)


@pytest.mark.parametrize("name", CELLS)
def test_no_state_is_where_the_cell_starts(name):
    """Zeros, but for the logarithm of the sLSTM's normaliser."""
    cell, x = cell_of(name), np.random.default_rng(2).normal(size=(T, B, D))
    starts = (-1e4 if (name, part) == ("slstm", "n") else 0.0 for part in cell.state_names)
    start = tuple(np.full((B, H), value) for value in starts)
    np.testing.assert_array_equal(forward(cell, x).h, forward(cell, x, start).h)


@pytest.mark.parametrize("name", CELLS)
def test_float32_follows_float64_and_stays_float32(name):
    x = np.random.default_rng(3).normal(size=(T, B, D))
    narrow, wide = cell_of(name, np.float32), cell_of(name)
    trace = forward(narrow, x)
    grads = backward(narrow, trace, np.ones((T, B, H)))
    arrays = [*(trace[key] for key in trace), *grads.params.values(), grads.x, *grads.state]
    assert {array.dtype for array in arrays} == {np.dtype(np.float32)}
    exact = forward(wide, x)
    np.testing.assert_allclose(trace.h, exact.h, rtol=0, atol=1e-5)
    right = backward(wide, exact, np.ones((T, B, H)))
    for key, wanted in {**right.params, "x": right.x}.items():
        came = grads.x if key == "x" else grads.params[key]
        assert np.abs(came - wanted).max() <= 3e-6 * max(1.0, np.abs(wanted).max()), key


@pytest.mark.parametrize("name", CELLS)
def test_nothing_returned_is_overwritten_by_a_later_call(name):
    rng = np.random.default_rng(4)
    cell, x = cell_of(name), rng.normal(size=(T, B, D))
    trace = forward(cell, x)
    grads = backward(cell, trace, np.ones((T, B, H)))
    kept = [array.copy() for array in (trace.h, *trace.state, grads.params["W"], grads.x)]
    again = forward(cell, -x)
    backward(cell, again, -np.ones((T, B, H)))
    for before, after in zip(
        kept, (trace.h, *trace.state, grads.params["W"], grads.x), strict=True
    ):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("name", CELLS)
def test_pre_activations_are_those_the_blocks_came_from(name):
    rng = np.random.default_rng(5)
    cell = cell_of(name)
    trace = forward(cell, rng.normal(size=(T, B, D)))
    for block, activation in cell.blocks.items():
        a = trace[f"a_{block}"]
        np.testing.assert_allclose(activation(a), trace[block], rtol=0, atol=1e-14)


def test_a_derived_valve_is_in_the_trace():
    trace = forward(cell_of("coupled"), np.random.default_rng(6).normal(size=(T, B, D)))
    np.testing.assert_array_equal(trace["f"], 1 - trace["i"])
    assert (forward(cell_of("nfg"), np.ones((T, B, D)))["f"] == 1).all()


def test_a_trace_can_be_asked_what_it_holds():
    trace = forward(cell_of("lstm"), x_of(T, B, D))
    assert "f" in trace and "a_f" in trace and "r" not in trace and "a_h" not in trace
    assert trace.get("r") is None and trace.get("a_f", 0).shape == (T, B, H)


def test_closing_the_forget_valve_empties_the_memory():
    rng = np.random.default_rng(7)
    cell, x = cell_of("lstm"), rng.normal(size=(T, B, D))
    trace = forward(cell, x, clamp={"f": 0.0, "i": 0.0})
    assert not trace["c"].any() and not trace.h.any()
    held = forward(cell, x, (np.zeros((B, H)), np.full((B, H), 0.7)), clamp={"f": 1, "i": 0})
    np.testing.assert_array_equal(held["c"], np.full((T, B, H), 0.7))


def test_forget_bias():
    assert (LSTM(D, H).gate("b", "f") == 1).all() and not LSTM(D, H).gate("b", "i").any()
    assert (LSTM(D, H, forget_bias=4).gate("b", "f") == 4).all()
    assert (CoupledLSTM(D, H, forget_bias=4).gate("b", "i") == -4).all()
    with pytest.raises(ValueError, match="forget_bias: came nan, expected a finite number"):
        LSTM(D, H, forget_bias=np.nan)
    with pytest.raises(TypeError, match="forget_bias: came str, expected a number"):
        LSTM(D, H, forget_bias="1")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="GRU has no forget gate"):
        CELLS["gru"](D, H, forget_bias=1.0)


@pytest.mark.parametrize("name", CELLS)
def test_parameter_counts_equal_the_formulas(name):
    D, H = 5, 7
    x, s, k = (
        D * H,
        D * H + H * H,
        H,
    )  # a layer that sees x alone, or h₋ as well; a bias or peephole
    expected = {
        "rnn": s + k,
        **dict.fromkeys(("lstm", "slstm"), 4 * (s + k)),
        **dict.fromkeys(("peephole", "niaf", "noaf"), 4 * (s + k) + 3 * k),
        **dict.fromkeys(("coupled", "gru_before", "lstm1997"), 3 * (s + k)),
        **dict.fromkeys(("cifg", "nig", "nfg", "nog"), 3 * (s + k) + 2 * k),
        "gru": 3 * (s + k) + k,
        "fgr": 4 * (s + k) + 3 * k + 9 * H * H,
        **dict.fromkeys(("ugrnn", "mgu", "janet"), 2 * (s + k)),
        **dict.fromkeys(("ran", "cfn"), 3 * (x + k) + 2 * H * H),
        "star": 2 * (x + k) + H * H,
        "indrnn": x + 2 * k,
        "brc": 3 * (x + k) + 2 * k,
        **dict.fromkeys(("trnn", "mingru"), 2 * (x + k)),
        **dict.fromkeys(("minlstm", "qrnn"), 3 * (x + k)),
        "sru": 4 * (x + k) + 2 * k,
        "rglru": 3 * (x + k) + k,
        "mlstm": 5 * x + 5 * H * H + 6 * k,
        "antisymmetric": s + k,
        "cornn": s + H * H + k,
        "nas": 8 * (s + k),
    }
    assert CELLS[name](D, H).parameter_count == expected[name]


def test_gate_is_a_view():
    cell = cell_of("lstm")
    cell.gate("W", "g")[:] = 7
    assert (cell.params["W"][:, 2 * H : 3 * H] == 7).all()


def x_of(*shape, dtype=float):
    return np.zeros(shape, dtype)


BAD = {
    "x of two dimensions": ({"x": x_of(T, D)}, ValueError, r"x: came shape \(5, 3\).*\[T, B, 3\]"),
    "x of another width": ({"x": x_of(T, B, 9)}, ValueError, r"x: came shape \(5, 2, 9\)"),
    "no time step": ({"x": x_of(0, B, D)}, ValueError, r"expected \[T, B, 3\] with no size 0"),
    "integers": ({"x": x_of(T, B, D, dtype=int)}, TypeError, "x: came dtype int64"),
    "complex": ({"x": x_of(T, B, D, dtype=complex)}, TypeError, "x: came dtype complex128"),
    "objects": ({"x": x_of(T, B, D, dtype=object)}, TypeError, "x: came dtype object"),
    "NaN in x": ({"x": x_of(T, B, D) + np.nan}, ValueError, r"x: came nan at \[0, 0, 0\]"),
    "one state of two": ({"state": (x_of(B, H),)}, ValueError, "state: came 1 arrays, expected 2"),
    "state no tuple": ({"state": x_of(B, H)}, TypeError, "state: came ndarray"),
    "state's shape": (
        {"state": (x_of(B, H), x_of(B, 9))},
        ValueError,
        r"state\['c'\]: came shape",
    ),
    "state infinite": (
        {"state": (x_of(B, H), x_of(B, H) + np.inf)},
        ValueError,
        r"state\['c'\]: came inf",
    ),
    "clamp unknown": ({"clamp": {"q": 0.0}}, ValueError, r"clamp: came 'q', expected one of"),
    "clamp's shape": ({"clamp": {"f": x_of(9)}}, ValueError, r"clamp\['f'\]: came shape \(9,\)"),
    "clamp a list": ({"clamp": [1]}, TypeError, "clamp: came list, expected a mapping"),
    "clamp NaN": ({"clamp": {"f": np.nan}}, ValueError, r"clamp\['f'\]: came NaN"),
}


@pytest.mark.parametrize("case", BAD)
def test_bad_input_says_what_came_and_what_was_expected(case):
    given, kind, message = BAD[case]
    with pytest.raises(kind, match=message):
        forward(cell_of("lstm"), **{"x": x_of(T, B, D), **given})


def test_bad_names_and_sizes():
    cell = cell_of("lstm")
    with pytest.raises(
        ValueError, match=r"block: came 'z', expected one of \['i', 'f', 'g', 'o'\]"
    ):
        cell.gate("W", "z")
    with pytest.raises(ValueError, match="name: came 'V'"):
        cell.gate("V", "i")
    with pytest.raises(ValueError, match="name: came 'q'"):
        forward(cell, x_of(T, B, D))["q"]
    with pytest.raises(ValueError, match=r"x: came shape \(3,\), expected \[B, 3\]"):
        step(cell, x_of(D))
    with pytest.raises(ValueError, match="trace: came one of CIFG"):
        backward(cell, forward(cell_of("cifg"), x_of(T, B, D)), x_of(T, B, H))
    with pytest.raises(ValueError, match="hidden_size: came 0"):
        LSTM(3, 0)
    with pytest.raises(TypeError, match="input_size: came float"):
        LSTM(3.0, 4)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="dtype: came int64"):
        LSTM(3, 4, dtype=int)
    with pytest.raises(TypeError, match="rng: came 3"):
        LSTM(3, 4, rng=3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="works out from 'i': clamp 'i'"):
        forward(cell_of("coupled"), x_of(T, B, D), clamp={"f": 0.0})
    with pytest.raises(ValueError, match="always stands at 1 in NFG"):
        forward(cell_of("nfg"), x_of(T, B, D), clamp={"f": 0.0})
    with pytest.raises(ValueError, match=r"dh: came shape \(5, 2, 3\)"):
        backward(cell, forward(cell, x_of(T, B, D)), x_of(T, B, D))
