"""The checks accept right answers however they are written, and name what is wrong in others."""

import subprocess
import sys

import numpy as np
import pytest

from course_lib.cells import LSTM
from course_lib.checks import QUESTIONS, check, ps1, require, verdict
from course_lib.sequence import forward


def logistic(a):
    return 1 / (1 + np.exp(-a))


# --- right answers, written in two ways ---------------------------------------------------------


def valves_cut_by_hand(x, h_, W, R, b):
    H = h_.shape[1]
    a = x @ W + h_ @ R + b
    a_i, a_f, a_g, a_o = (a[:, k * H : (k + 1) * H] for k in range(4))
    return logistic(a_i), logistic(a_f), np.tanh(a_g), logistic(a_o)


def valves_gate_by_gate(x, h_, W, R, b):
    row, weights = np.hstack([x, h_, np.ones((len(x), 1))]), np.vstack([W, R, b])
    a = np.einsum("bn,nkh->kbh", row, weights.reshape(len(weights), 4, -1))
    a[[0, 1, 3]] = 0.5 + 0.5 * np.tanh(0.5 * a[[0, 1, 3]])
    a[2] = np.tanh(a[2])
    return a


def step_from_valves(x, h_, c_, W, R, b):
    i, f, g, o = valves_cut_by_hand(x, h_, W, R, b)
    c = f * c_ + i * g
    return o * np.tanh(c), c


def step_unit_by_unit(x, h_, c_, W, R, b):
    B, H = h_.shape
    h, c = np.zeros((B, H), np.float32), np.zeros((B, H), np.float32)
    for row in range(B):
        for unit in range(H):
            at = [k * H + unit for k in range(4)]
            a = [sum(x[row] * W[:, j]) + sum(h_[row] * R[:, j]) + b[j] for j in at]
            kept, added = logistic(a[1]) * c_[row, unit], logistic(a[0]) * np.tanh(a[2])
            c[row, unit] = kept + added
            h[row, unit] = logistic(a[3]) * np.tanh(c[row, unit])
    return [h, c]


def sequence_into_lists(xs, h, c, W, R, b):
    hs, cs = [], []
    for x in xs:
        h, c = step_from_valves(x, h, c, W, R, b)
        hs.append(h)
        cs.append(c)
    return hs, cs


def sequence_into_arrays(xs, h, c, W, R, b):
    T = len(xs)
    hs, cs = np.empty((T, *h.shape)), np.empty((T, *c.shape))
    for t in range(T):
        hs[t], cs[t] = step_from_valves(
            xs[t], h if t == 0 else hs[t - 1], c if t == 0 else cs[t - 1], W, R, b
        )
    return hs, cs


RIGHT = [
    ("ps1.1", valves_cut_by_hand),
    ("ps1.1", valves_gate_by_gate),
    ("ps1.2", step_from_valves),
    ("ps1.2", step_unit_by_unit),
    ("ps1.3", sequence_into_lists),
    ("ps1.3", sequence_into_arrays),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers_pass_however_they_are_written(name, answer, capsys):
    check(name, answer)
    assert capsys.readouterr().out == f"{name}: passed\n"
    for seed in range(100, 110):
        require(name, answer, seed)


# --- wrong answers, as they are handed in -------------------------------------------------------


def without_bias(x, h_, W, R, b):
    i, f, g, o = np.split(x @ W + h_ @ R, 4, axis=1)
    return logistic(i), logistic(f), np.tanh(g), logistic(o)


def in_another_order(x, h_, W, R, b):  # right in shape and scale
    i, f, o, g = np.split(x @ W + h_ @ R + b, 4, axis=1)
    return logistic(i), logistic(f), np.tanh(g), logistic(o)


def all_through_the_sigmoid(x, h_, W, R, b):
    return np.split(logistic(x @ W + h_ @ R + b), 4, axis=1)


def not_squashed(x, h_, W, R, b):
    i, f, g, o = np.split(x @ W + h_ @ R + b, 4, axis=1)
    return i, f, np.tanh(g), o


def sign_in_exp(x, h_, W, R, b):
    i, f, g, o = np.split(x @ W + h_ @ R + b, 4, axis=1)
    return 1 / (1 + np.exp(i)), 1 / (1 + np.exp(f)), np.tanh(g), 1 / (1 + np.exp(o))


def transposed(x, h_, W, R, b):
    return tuple(values.T for values in valves_cut_by_hand(x, h_, W, R, b))


def not_cut_up(x, h_, W, R, b):
    return logistic(x @ W + h_ @ R + b)


def each_not_cut_up(x, h_, W, R, b):
    a = x @ W + h_ @ R + b
    return logistic(a), logistic(a), np.tanh(a), logistic(a)


def weights_transposed(x, h_, W, R, b):
    return x @ W.T + h_ @ R.T + b


def two_mistakes(x, h_, W, R, b):  # the second one is seen in g alone
    i, f, g, o = np.split(x @ W + h_ @ R + b, 4, axis=1)
    return logistic(i), logistic(f), g, logistic(2 * o)


def complex_valves(*given):
    return tuple(values + 0j for values in valves_cut_by_hand(*given))


def swapped_valves(x, h_, c_, W, R, b):  # right in shape and scale
    i, f, g, o = valves_cut_by_hand(x, h_, W, R, b)
    c = i * c_ + f * g
    return o * np.tanh(c), c


def without_tanh(x, h_, c_, W, R, b):
    i, f, g, o = valves_cut_by_hand(x, h_, W, R, b)
    c = f * c_ + i * g
    return o * c, c


def old_memory_shown(x, h_, c_, W, R, b):  # right in shape and scale
    i, f, g, o = valves_cut_by_hand(x, h_, W, R, b)
    return o * np.tanh(c_), f * c_ + i * g


def c_first(*given):
    return step_from_valves(*given)[::-1]


def only_h(*given):
    return step_from_valves(*given)[0]


def changes_c(x, h_, c_, W, R, b):
    i, f, g, o = valves_cut_by_hand(x, h_, W, R, b)
    c_ *= f
    c_ += i * g
    return o * np.tanh(c_), c_


def step_without_bias(x, h_, c_, W, R, b):
    i, f, g, o = without_bias(x, h_, W, R, b)
    c = f * c_ + i * g
    return o * np.tanh(c), c


def always_from_the_start(xs, h, c, W, R, b):  # right in shape and scale
    pairs = [step_from_valves(x, h, c, W, R, b) for x in xs]
    return np.stack([h for h, _ in pairs]), np.stack([c for _, c in pairs])


def from_zeros(xs, h, c, W, R, b):
    return sequence_into_lists(xs, np.zeros_like(h), np.zeros_like(c), W, R, b)


def one_array_for_all(xs, h, c, W, R, b):
    hs, cs, h, c = [], [], h.copy(), c.copy()
    for x in xs:
        h[:], c[:] = step_from_valves(x, h, c, W, R, b)
        hs.append(h)
        cs.append(c)
    return hs, cs


def only_the_last(*given):
    hs, cs = sequence_into_lists(*given)
    return hs[-1], cs[-1]


def with_the_start(xs, h, c, *rest):
    hs, cs = sequence_into_lists(xs, h, c, *rest)
    return np.stack([h, *hs]), np.stack([c, *cs])


def batch_first(*given):
    return tuple(np.stack(values, axis=1) for values in sequence_into_lists(*given))


def not_a_number(*given):
    return tuple(np.stack(values) * np.nan for values in sequence_into_lists(*given))


def nearly(*given):
    return tuple(1.001 * np.stack(values) for values in sequence_into_lists(*given))


def unwritten(*given):
    raise NotImplementedError


def no_return(*given):
    step_from_valves(*given)


WRONG = [
    ("ps1.1", without_bias, "bias is missing"),
    ("ps1.1", in_another_order, "i f o g"),
    ("ps1.1", all_through_the_sigmoid, "g is no valve"),
    ("ps1.1", not_squashed, "sigmoid is missing"),
    ("ps1.1", sign_in_exp, "sign inside the sigmoid"),
    ("ps1.1", transposed, "transposed"),
    ("ps1.1", not_cut_up, "return i, f, g, o"),
    ("ps1.1", each_not_cut_up, "side by side"),
    ("ps1.1", weights_transposed, "at the line:  return x @ W.T + h_ @ R.T + b"),
    ("ps1.1", two_mistakes, "tanh is missing"),
    ("ps1.1", complex_valves, "complex"),
    ("ps1.1", unwritten, "nothing is written"),
    ("ps1.1", [1, 2], "the function itself"),
    ("ps1.2", swapped_valves, "two valves are swapped"),
    ("ps1.2", without_tanh, "tanh is missing"),
    ("ps1.2", old_memory_shown, "wrong c"),
    ("ps1.2", c_first, "first h, then c"),
    ("ps1.2", only_h, "return h, c"),
    ("ps1.2", changes_c, "changes its argument c_"),
    ("ps1.2", step_without_bias, "bias is missing"),
    ("ps1.2", no_return, "returns nothing"),
    ("ps1.3", always_from_the_start, "not carried on"),
    ("ps1.3", from_zeros, "not from zeros"),
    ("ps1.3", one_array_for_all, "array of its own"),
    ("ps1.3", only_the_last, "a single step"),
    ("ps1.3", with_the_start, "one row too many"),
    ("ps1.3", batch_first, "transposed"),
    ("ps1.3", not_a_number, "hs, cs; hs is off by nan"),
    ("ps1.3", nearly, "none of the usual mistakes"),
]


@pytest.mark.parametrize(("name", "answer", "hint"), WRONG)
def test_wrong_answers_are_rejected_and_named(name, answer, hint, capsys):
    check(name, answer)
    said = capsys.readouterr().out
    assert said.startswith(f"{name}: not yet\n")
    assert hint in said
    for seed in (100, 101, 102):
        with pytest.raises(AssertionError, match=f"{name}: not yet"):
            require(name, answer, seed)


def same(some, others):
    return all(np.abs(a - b).max() < 1e-9 for a, b in zip(some, others, strict=True))


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("seed", [0, 1, 100, 101, 102])
def test_every_listed_mistake_is_rejected_with_its_own_hint(name, seed):
    question = QUESTIONS[name]
    given = question.inputs(np.random.default_rng(seed))
    made = [(mistake.hint, mistake.answer(*given)) for mistake in question.mistakes]
    for mistake, (_, values) in zip(question.mistakes, made, strict=True):
        equals = [hint for hint, others in made if same(others, values)]
        found = verdict(name, mistake.answer, (seed,))
        assert not found.passed, mistake.hint
        assert found.text.split("hint: ")[1] in equals
        assert len(set(equals)) == 1 or set(equals) == {  # one mistake, told in two ways
            "the two valves are swapped: the forget valve f scales the old memory, i the new.",
            ps1.order_hint((1, 0, 2, 3)),
        }


# --- the references -----------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(5))
def test_the_references_are_the_library_s_lstm(seed):
    xs, h, c, W, R, b = ps1.for_sequence(np.random.default_rng(seed))
    cell = LSTM(W.shape[0], R.shape[0], dtype=np.float64)
    for name, values in (("W", W), ("R", R), ("b", b)):
        cell.params[name][:] = values
    trace = forward(cell, xs, (h, c))
    hs, cs = ps1.lstm_sequence(xs, h, c, W, R, b)
    np.testing.assert_allclose(hs, trace["h"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(cs, trace["c"], rtol=0, atol=1e-12)
    now, _ = ps1.lstm_step(xs[0], h, c, W, R, b)
    np.testing.assert_allclose(now, trace["h"][0], rtol=0, atol=1e-12)
    for block, values in zip("ifgo", ps1.valves(xs[0], h, W, R, b), strict=True):
        np.testing.assert_allclose(values, trace[block][0], rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(20))
def test_all_sizes_differ_and_no_bias_is_zero(seed):
    xs, h, c, W, R, b = ps1.for_sequence(np.random.default_rng(seed))
    (T, B, D), H = xs.shape, h.shape[1]
    assert len({T, B, D, H}) == 4
    assert (h.shape, c.shape, W.shape, R.shape) == ((B, H), (B, H), (D, 4 * H), (H, 4 * H))
    assert np.all(b)


def test_an_unknown_question_is_an_error():
    with pytest.raises(ValueError, match=r"came 'ps1.9', expected one of \['ps1.1', 'ps1.2'"):
        check("ps1.9", without_bias)


def test_checks_need_numpy_alone():
    code = (
        "import sys, course_lib.checks;"
        "print([n for n in ('nbgrader', 'matplotlib', 'IPython') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
