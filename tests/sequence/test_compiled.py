"""The compiled engine beside NumPy's: the same values, states and gradients, for every cell."""

import numpy as np
import pytest

from course_lib.cells import CELLS, LSTM
from course_lib.sequence import backward, carry_slopes, forward
from course_lib.sequence.engines import why_not
from tests.cells.test_gradients import cell_of
from tests.cells.test_plan import Hidden
from tests.needs import needs_numba

SHAPES = [(7, 3, 5, 6), (8, 1, 4, 17), (1, 2, 3, 4)]  # T odd, even, and a single step; B one
LIMITS = {np.float32: 2e-5, np.float64: 1e-12}
pytestmark = needs_numba


def everything(cell, x, state, dh, dstate, engine):
    """Every value, pre-activation, state and gradient, by name."""
    trace = forward(cell, x, state, engine=engine)
    assert trace.engine == engine
    grads = backward(cell, trace, dh, dstate)
    found = {name: trace[name] for name in trace}
    found |= {f"grad {name}": array for name, array in grads.params.items()}
    found |= {f"a_{block}": trace[f"a_{block}"] for block in cell.blocks}
    found |= {"grad x": grads.x, "memory": grads.memory, "carry": carry_slopes(trace)}
    for name, part, gradient in zip(cell.state_names, trace.state, grads.state, strict=True):
        found |= {f"last {name}": part, f"grad state {name}": gradient}
    return found


def drawn(cell, shape, rng):
    """x, a first state, dh and dstate."""
    T, B, _, H = shape
    states = ([rng.normal(size=(B, H)) for _ in cell.state_names] for _ in range(2))
    state, dstate = (tuple(part.astype(cell.dtype) for part in each) for each in states)
    x, dh = rng.normal(size=shape[:3]), rng.normal(size=(T, B, H))
    return x.astype(cell.dtype), state, dh.astype(cell.dtype), dstate


def same(cell, shape, rng):
    x, state, dh, dstate = drawn(cell, shape, rng)
    by_numpy, by_compiled = (
        everything(cell, x, state, dh, dstate, engine) for engine in ("numpy", "compiled")
    )
    for name, expected in by_numpy.items():
        came, size = by_compiled[name], max(1.0, np.abs(expected).max())
        assert came.dtype == expected.dtype and came.shape == expected.shape, name
        assert np.abs(came - expected).max() <= LIMITS[cell.dtype.type] * size, (name, shape)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("name", CELLS)
def test_every_cell_gives_what_numpy_gives(name, dtype):
    for shape in SHAPES:
        same(cell_of(name, dtype, *shape[2:]), shape, np.random.default_rng(shape[0]))


def test_a_cell_that_uses_every_part_of_the_form():
    cell = Hidden(3, 4, dtype=np.float64)
    rng = np.random.default_rng(0)
    for array in cell.params.values():
        array[:] = rng.normal(0, 0.5, array.shape)
    same(cell, (6, 2, 3, 4), rng)


def test_a_long_sequence():
    same(cell_of("peephole", np.float64), (5000, 1, 3, 4), np.random.default_rng(1))


@pytest.mark.parametrize("shape", [(3, 40, 5, 128), (2, 9000, 2, 100)])
def test_many_sequences_side_by_side(shape):
    """The products of a step are asked for in parts, or, of very many sequences, whole."""
    same(cell_of("lstm", np.float32, *shape[2:]), shape, np.random.default_rng(4))


def test_nothing_returned_is_overwritten_by_a_later_call():
    rng = np.random.default_rng(2)
    cell = cell_of("fgr", np.float32)
    x, _, dh, _ = drawn(cell, (5, 2, 3, 4), rng)
    trace = forward(cell, x, engine="compiled")
    grads = backward(cell, trace, dh)
    arrays = [trace.h, *trace.state, *grads.params.values(), grads.x, grads.memory]
    kept = [array.copy() for array in arrays]
    backward(cell, forward(cell, -x, engine="compiled"), -dh)
    for before, after in zip(kept, arrays, strict=True):
        np.testing.assert_array_equal(before, after)


def test_nan_and_infinity_do_not_pass_for_numbers():
    cell, x = cell_of("niaf", np.float32), np.ones((3, 1, 3), np.float32)
    cell.params["b"][:] = np.inf
    with np.errstate(invalid="ignore"):
        by_numpy, by_compiled = (forward(cell, x, engine=e) for e in ("numpy", "compiled"))
    for name in by_numpy:
        np.testing.assert_allclose(by_compiled[name], by_numpy[name], rtol=1e-6)
    cell.params["b"][:4] = np.nan  # the input gate's
    assert np.isnan(forward(cell, x, engine="compiled").h).all()


def test_a_clamp_is_for_numpy():
    with pytest.raises(ValueError, match="the compiled engine holds no block"):
        forward(LSTM(3, 4), np.zeros((2, 1, 3)), clamp={"f": 1.0}, engine="compiled")


def test_tanh_is_right_to_six_units_in_the_last_place():
    from course_lib.sequence.compiled_loops import squash

    a = np.concatenate([np.linspace(-12, 12, 40_001), np.geomspace(1e-30, 1, 4_001), [np.nan]])
    came = a.astype(np.float32)
    exact = np.tanh(came[:-1].astype(np.float64))
    squash(came, np.array([1, 1, 1, 0, 1], np.float32))  # v = 1 · tanh(1 · a) + 0
    assert np.isnan(came[-1])
    came = came[:-1]
    assert (np.abs(came - exact) / np.spacing(np.abs(exact).astype(np.float32))).max() <= 6
    assert np.abs(came).max() == 1


def test_a_cell_of_ones_own():
    class Mine(LSTM):
        scale = 0.5

        def h(self, c, o):
            m = np.tanh(c)
            return self.scale * o * m

        def h_slopes(self, c, o):
            m = np.tanh(c)
            return self.scale * o * (1 - m * m), self.scale * m

    assert why_not(Mine, np.float32) == "" == why_not(Mine, np.float64)
    same(Mine(3, 4), (5, 2, 3, 4), np.random.default_rng(3))
