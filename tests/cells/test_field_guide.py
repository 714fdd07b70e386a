"""The field guide's cells against each other, and the sLSTM against its authors' rule."""

import numpy as np
import pytest

from course_lib.cells import CELLS, FAMILIES, RGLRU
from course_lib.sequence import forward
from tests.cells.test_gradients import cell_of

T, B, D, H = 7, 2, 3, 4
GUIDE = [cell.name for family in list(FAMILIES)[2:] for cell in FAMILIES[family]]


def sigma(a):
    return 1 / (1 + np.exp(-a))


def stated(shape):
    return np.random.default_rng(5).normal(size=shape)


def test_every_cell_is_of_one_family():
    assert len(GUIDE) == 20 and len(CELLS) == sum(map(len, FAMILIES.values())) == 33


def test_the_slstm_is_its_authors_rule():
    """NX-AI/xlstm carries C, N and a running maximum m, and begins with N = 0."""
    cell, x = cell_of("slstm"), 20 * stated((T, B, D))
    h = C = N = np.zeros((B, H))
    m = np.full((B, H), -np.inf)
    rows = []
    for x_t in x:
        a = {k: x_t @ cell.gate("W", k) + h @ cell.gate("R", k) + cell.gate("b", k) for k in "ekgo"}
        kept = m - np.logaddexp(0, -a["k"])
        m = a["e"] if not N.any() else np.maximum(a["e"], kept)
        new, old = np.exp(a["e"] - m), np.exp(kept - m)
        C, N = old * C + new * np.tanh(a["g"]), old * N + new
        h = sigma(a["o"]) * C / N
        rows.append(h)
    np.testing.assert_allclose(forward(cell, x).h, rows, rtol=0, atol=1e-13)


def test_the_slstm_started_at_zero_is_another():
    cell, x = cell_of("slstm"), stated((T, B, D))
    zeros = tuple(np.zeros((B, H)) for _ in range(3))
    assert np.abs(forward(cell, x, zeros).h - forward(cell, x).h).max() > 0.1


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_the_slstm_does_not_overflow_where_its_first_form_does(dtype):
    cell = cell_of("slstm", dtype)
    cell.gate("W", "e")[:] *= 1000
    x = stated((200, B, D)).astype(dtype)
    trace = forward(cell, x)
    assert all(np.isfinite(trace[name]).all() for name in trace)
    assert trace["n"].max() > 1000  # so N is beyond the largest number there is


def test_mingru_is_the_strongly_typed_rnn_with_z_mirrored():
    trnn, mingru = cell_of("trnn"), cell_of("mingru")
    mingru.params |= {name: array.copy() for name, array in trnn.params.items()}
    for name in "Wb":
        mingru.gate(name, "z")[:] *= -1
    x, h = stated((T, B, D)), stated((B, H))
    ours, theirs = forward(mingru, x, (h,)), forward(trnn, x, (h,))
    np.testing.assert_allclose(ours.h, theirs.h, rtol=0, atol=1e-14)


def test_mgu_is_the_gru_before_with_its_valves_tied():
    mgu, gru = cell_of("mgu"), cell_of("gru_before")
    for name in "WRb":
        gru.gate(name, "r")[:] = mgu.gate(name, "f")
        gru.gate(name, "z")[:] = -mgu.gate(name, "f")
        gru.gate(name, "n")[:] = mgu.gate(name, "n")
    x, h = stated((T, B, D)), stated((B, H))
    found, wanted = forward(mgu, x, (h,)).h, forward(gru, x, (h,)).h
    np.testing.assert_allclose(found, wanted, rtol=0, atol=1e-14)


def test_rglru_starts_where_a_unit_keeps_between_09_and_0999():
    cell = RGLRU(3, 200, rng=np.random.default_rng(0), dtype=np.float64)
    kept = cell.a(1.0, cell.gate("b", "l"))
    assert 0.9 < kept.min() < 0.91 and 0.99 < kept.max() < 0.999


def test_units_that_see_no_other_are_alone():
    """BRC and IndRNN: what one unit holds moves no other's h."""
    for name in ("brc", "indrnn"):
        cell, x, h = cell_of(name), stated((T, B, D)), stated((B, H))
        moved = h.copy()
        moved[:, 0] += 1
        apart = forward(cell, x, (h,)).h != forward(cell, x, (moved,)).h
        assert apart[..., 0].all() and not apart[..., 1:].any()
