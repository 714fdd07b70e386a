"""The checks accept right answers however they are written, and name what is wrong in others."""

import subprocess
import sys

import numpy as np
import pytest

from course_lib.cells import GRU, LSTM, CoupledLSTM, GRUBefore, PeepholeLSTM
from course_lib.checks import (
    QUESTIONS,
    check,
    parts,
    ps1,
    ps1_reading,
    ps2,
    ps2_back,
    ps3,
    ps3_tied,
    ps4,
    ps4_weights,
    ps5,
    ps5_tests,
    require,
    verdict,
)
from course_lib.checks.comparing import near
from course_lib.sequence import forward
from tests.answers import ANSWERS, HINTS
from tests.masters import answered

FRESH = (100, 101, 102)  # seeds that the visible check does not use
RIGHT = [(name, how) for name in QUESTIONS for how in ANSWERS[name]["right"]]
WRONG = [(name, how) for name in QUESTIONS for how in ANSWERS[name]["wrong"]]


def test_every_question_has_answers():
    assert set(ANSWERS) == set(HINTS) == set(QUESTIONS)
    for name, answers in ANSWERS.items():
        assert len(answers["right"]) >= 2 and len(answers["wrong"]) >= 3, name
        assert set(HINTS[name]) == set(answers["wrong"]), name


@pytest.mark.parametrize(("name", "how"), RIGHT)
def test_right_answers_pass_however_they_are_written(name, how, capsys):
    answer = answered(name, ANSWERS[name]["right"][how])
    check(name, answer)
    assert capsys.readouterr().out == f"{name}: passed\n"
    require(name, answer, FRESH)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a wrong answer may well overflow
@pytest.mark.parametrize(("name", "how"), WRONG)
def test_wrong_answers_are_rejected_and_named(name, how, capsys):
    answer = answered(name, ANSWERS[name]["wrong"][how])
    check(name, answer)
    said = capsys.readouterr().out
    assert said.startswith(f"{name}: not yet\n")
    assert HINTS[name][how] in said
    for seed in FRESH:
        with pytest.raises(AssertionError, match=f"{name}: not yet"):
            require(name, answer, [seed])


def well_shaped(name: str, how: str) -> bool:
    """Whether a wrong answer returns values of the right number, shape and kind."""
    question = QUESTIONS[name]
    given = question.inputs(np.random.default_rng(0))
    try:
        came = answered(name, ANSWERS[name]["wrong"][how])(*given)
    except (NotImplementedError, TypeError, ValueError):
        return False
    return not question._misshapen(came, question.reference(*given))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", QUESTIONS)
def test_some_wrong_answers_are_right_in_shape_and_scale(name):
    assert sum(well_shaped(name, how) for how in ANSWERS[name]["wrong"]) >= 2


TOLD_IN_TWO_WAYS = {
    "the two valves are swapped: the forget valve f scales the old memory, i the new.",
    ps1.order_hint((1, 0, 2, 3)),
}


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("seed", [0, 1, 100])
def test_every_listed_mistake_is_rejected_with_its_own_hint(name, seed):
    question = QUESTIONS[name]
    given = question.inputs(np.random.default_rng(seed))
    values = [question._values(mistake.answer(*given)) for mistake in question.mistakes]
    for mistake, made in zip(question.mistakes, values, strict=True):
        equals = {
            other.hint
            for other, theirs in zip(question.mistakes, values, strict=True)
            if all(map(near, theirs, made))
        }
        found = verdict(name, mistake.answer, (seed,))
        assert not found.passed, mistake.hint
        assert found.text.split("hint: ")[1] in equals
        assert len(equals) == 1 or equals == TOLD_IN_TWO_WAYS


# --- the comparison needs no answer -------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_values_alone_decide(name):
    question = QUESTIONS[name]
    given = question.inputs(np.random.default_rng(5))
    came = question.reference(*given)
    assert question.judge_values(given, came).passed
    assert question.judge_values(given, came, given).passed
    for junk in (None, [], "text", object(), [None] * len(question.returns), np.nan):
        assert not question.judge_values(given, junk).passed
    assert all(module.startswith("course_lib.") for module in question.answered_by)
    assert "course_lib.checks" in question.answered_by


def test_changed_arguments_are_told_where_they_are_known():
    question = QUESTIONS["ps1.2"]
    given = question.inputs(np.random.default_rng(5))
    after = (*given[:2], given[2] + 1, *given[3:])
    found = question.judge_values(given, question.reference(*given), after)
    assert not found.passed and "changes its argument c_" in found.text


# --- the references are the library's -----------------------------------------------------------


def filled(cell_class, **params):
    """A cell of the library with these parameters, in float64."""
    W, R = params["W"], params["R"]
    cell = cell_class(W.shape[0], R.shape[0], dtype=np.float64)
    for name, values in params.items():
        cell.params[name][:] = values
    return cell


def agree(mine, theirs):
    for a, b in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=1e-12)


@pytest.mark.parametrize("seed", range(5))
def test_the_references_are_the_librarys_cells(seed):
    rng = np.random.default_rng(seed)
    xs, h, c, W, R, b = parts.for_sequence(rng)
    trace = forward(filled(LSTM, W=W, R=R, b=b), xs, (h, c))
    agree(ps1.lstm_sequence(xs, h, c, W, R, b), (trace["h"], trace["c"]))
    agree(parts.lstm_step(xs[0], h, c, W, R, b), (trace["h"][0], trace["c"][0]))
    agree(parts.valves(xs[0], h, W, R, b), (trace[block][0] for block in "ifgo"))
    kept, left = ps1_reading.what_is_left(c, trace["i"], trace["f"], trace["g"])
    agree([kept + left.sum(axis=0)], [trace["c"][-1]])

    x, h, c, W, R, b, *p = ps2.for_output(rng)
    named = dict(zip(("p_i", "p_f", "p_o"), p, strict=True))
    trace = forward(filled(PeepholeLSTM, W=W, R=R, b=b, **named), x[None], (h, c))
    agree(ps2.peephole_step(x, h, c, W, R, b, *p), (trace["h"][0], trace["c"][0]))
    agree(
        ps2.peeking_memory(x, h, c, W, R, b, *p[:2]), (trace["i"][0], trace["f"][0], trace["c"][0])
    )

    xs, h, c, W, R, b = parts.for_sequence(rng, 3)
    trace = forward(filled(CoupledLSTM, W=W, R=R, b=b), xs, (h, c))
    agree(ps3.coupled_sequence(xs, h, c, W, R, b), (trace["h"], trace["c"]))
    tied = dict(zip("WRb", ps3_tied.as_standard(W, R, b), strict=True))
    agree([trace["h"]], [forward(filled(LSTM, **tied), xs, (h, c))["h"]])

    x, h, W, R, b, b_hn = ps4.for_gru(rng)
    after = forward(filled(GRU, W=W, R=R, b=b, b_hn=b_hn), x[None], (h,))
    before = forward(filled(GRUBefore, W=W, R=R, b=b), x[None], (h,))
    agree([ps4.gru_after(x, h, W, R, b, b_hn)], [after["h"][0]])
    agree([ps4.gru_before(x, h, W, R, b)], [before["h"][0]])
    turned = ps4_weights.mirrored(W, R, b)
    lets_in = ps4.gru(blend=lambda h_, z, n: z * n + (1 - z) * h_)
    agree([lets_in(x, h, *turned, b_hn)], [after["h"][0]])


def slope(function, at, step=1e-6):
    return (function(at + step) - function(at - step)) / (2 * step)


def test_the_slopes_are_those_of_finite_differences():
    rng = np.random.default_rng(3)
    x, h, c, W, R, b, p_i, p_f = ps2.for_memory(rng)
    i, f, _ = ps2.peeking_memory(x, h, c, W, R, b, p_i, p_f)
    g = np.tanh(parts.layers(x, h, W, R, b)[2])
    numeric = slope(lambda c: ps2.peeking_memory(x, h, c, W, R, b, p_i, p_f)[2], c)
    np.testing.assert_allclose(ps2_back.carry_slope(c, i, f, g, p_i, p_f), numeric, atol=1e-8)

    c, i, g = ps3_tied.for_slopes(rng)
    a_i, a_g = np.log(i / (1 - i)), np.arctanh(g)
    by_i, by_g, by_c = ps3_tied.coupled_slopes(c, i, g)
    np.testing.assert_allclose(
        by_i, slope(lambda a: ps3.blend(c, parts.sigmoid(a), g), a_i), atol=1e-8
    )
    np.testing.assert_allclose(by_g, slope(lambda a: ps3.blend(c, i, np.tanh(a)), a_g), atol=1e-8)
    np.testing.assert_allclose(by_c, slope(lambda c: ps3.blend(c, i, g), c), atol=1e-8)


def test_students_distribution_is_the_known_one():
    # 5 % and 1 % points, two-sided, as every table of Student's t has them
    t = np.array([12.706, 4.303, 2.571, 2.228, 2.042, 63.657, 4.032, 2.750])
    df = np.array([1, 2, 5, 10, 30, 1, 5, 30])
    p = ps5_tests.two_sided_p(t, df)
    np.testing.assert_allclose(p, [0.05] * 5 + [0.01] * 3, rtol=2e-3)


# --- inputs -------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", [name for name in QUESTIONS if name[:3] in ("ps1", "ps2", "ps4")])
@pytest.mark.parametrize("seed", range(20))
def test_all_sizes_differ_and_nothing_is_zero(name, seed):
    given = QUESTIONS[name].inputs(np.random.default_rng(seed))
    arrays = [array for array in given if isinstance(array, np.ndarray)]
    assert all(np.all(array) for array in arrays)
    assert all(len(set(array.shape)) == array.ndim for array in arrays)


@pytest.mark.parametrize("seed", range(20))
def test_a_made_up_study_shows_every_flaw(seed):
    rows, variant = ps5.for_comparing(np.random.default_rng(seed))
    assert list(rows) == [
        "variant",
        "trial",
        "hidden",
        "lr",
        "momentum",
        "noise",
        "status",
        "epochs",
        "val_nll",
        "test_nll",
        "seconds",
    ]
    assert len({len(column) for column in rows.values()}) == 1
    for name in (variant, "V"):
        mine = rows["variant"] == name
        n, ok = mine.sum(), (mine & (rows["status"] == "ok")).sum()
        assert len({-(-n // 10), n // 10, -(-ok // 10)}) == 3
        assert (np.isnan(rows["test_nll"][mine])).sum() == n - ok
        best = rows["trial"][mine][np.nanargmin(rows["test_nll"][mine])]
        assert best not in ps5.best_tenth(rows, name)[0]


def test_an_unknown_question_is_an_error():
    with pytest.raises(ValueError, match=r"came 'ps1.9', expected one of \['capstone.1', 'caps"):
        check("ps1.9", print)


def test_checks_need_numpy_alone():
    code = (
        "import sys, course_lib.checks;"
        "heavy = ('nbgrader', 'matplotlib', 'IPython', 'platformdirs');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
