"""What answers are compared with is the library's, on inputs where no mistake can hide."""

import numpy as np
import pytest

from course_lib import pretrained
from course_lib.cells import GRU, LSTM, CoupledLSTM, GRUBefore, PeepholeLSTM
from course_lib.checks import (
    QUESTIONS,
    parts,
    ps1,
    ps1_back,
    ps1_reading,
    ps1_through_time,
    ps2,
    ps2_back,
    ps3,
    ps3_tied,
    ps4,
    ps4_reading,
    ps4_weights,
    ps5,
    ps5_tests,
)
from course_lib.checks.comparing import near
from course_lib.sequence import backward, forward
from course_lib.tasks import reber
from tests import masters

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

    dhs, xs, h, c, W, R, b = ps1_through_time.for_sequence_back(rng)
    cell = filled(LSTM, W=W, R=R, b=b)
    params = backward(cell, forward(cell, xs, (h, c)), dhs).params
    agree(ps1_through_time.sequence_back(dhs, xs, h, c, W, R, b), (params[k] for k in "WRb"))
    dh, dc, x, h, c, W, R, b = ps1_back.for_back(rng)
    cell = filled(LSTM, W=W, R=R, b=b)
    through = backward(cell, forward(cell, x[None], (h, c)), 0 * dh[None], (dh, dc))
    da, *before = ps1_back.step_back(dh, dc, x, h, c, W, R, b)
    agree([*before, da.sum(axis=0), da @ W.T], [*through.state, through.params["b"], through.x[0]])

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


def test_a_gru_of_the_same_size_counts_as_the_library_does():
    for D, H in ((12, 50), (88, 64)):
        gru, units = QUESTIONS["ps4.7"].reference(D, H)
        assert gru == GRU(D, H).parameter_count
        budget = LSTM(D, H).parameter_count
        assert GRU(D, units).parameter_count <= budget < GRU(D, units + 1).parameter_count


def test_what_a_unit_carries_is_what_the_library_s_gru_hands_on():
    rng = np.random.default_rng(0)
    cell = GRU(3, 4, rng=rng, dtype=np.float64)
    cell.params["R"][:] = 0  # no way from n to a later z: the pipeline alone
    trace = forward(cell, rng.normal(size=(6, 1, 3)))
    share, _ = ps4_reading.carried(trace["z"][:, 0], 2)
    n, later = trace["n"][:, 0], [ps4_reading.carried(trace["z"][:, 0], t)[0] for t in range(6)]
    assert np.allclose(sum(s * n[t] for t, s in enumerate(later)), trace["h"][-1, 0])
    assert np.allclose(share, later[2])


def test_the_gates_in_problem_set_4_are_those_of_the_trained_gru():
    net = pretrained.load("reber", "gru")
    z = net.outputs(reber.encode("BTBPTTVPXVVETE")[:, None])[1]["z"][3:11, 0]
    given = masters.cell("ps4_gru", "given-6")
    scope: dict = {"np": np}
    exec(given, scope)
    np.testing.assert_allclose(scope["z_trained"], z[:, [8, 7, 0]], atol=0.0051)


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


@pytest.mark.parametrize("name", QUESTIONS)
def test_no_mistake_hides_on_any_of_many_inputs(name):
    """A grader draws inputs that nobody has seen: whichever they are, they must tell."""
    question = QUESTIONS[name]
    for seed in range(1000, 1025):
        given = question.inputs(np.random.default_rng(seed))
        right = question.reference(*given)
        for mistake in question.mistakes:
            came = mistake.answer(*given)
            agrees = map(near, question._values(came), question._values(right))
            assert question._misshapen(came, right) or not all(agrees), (seed, mistake.hint)
