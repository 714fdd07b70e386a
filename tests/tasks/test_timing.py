"""The timing task: a wave from a single cell without input."""

from functools import partial

import numpy as np
import pytest

from course_lib.cells import LSTM
from course_lib.learning.losses import SquaredError
from course_lib.learning.network import Network
from course_lib.tasks import timing
from course_lib.tasks.timing import Timing, learned


class Says(Network):
    """A network that says what it is told."""

    def __init__(self, said):
        super().__init__(LSTM(1, 1), 1, SquaredError())
        self.said = said

    def outputs(self, x, state=None, clamp=None):
        return self.said[: len(x), None, None], None


def test_the_wave_and_no_input():
    task = Timing(period=8)
    assert [len(task.split(split)) for split in ("train", "validation", "test")] == [20, 1, 1]
    assert (task.input_size, task.output_size) == (1, 1)
    for split, periods in (("train", 3), ("validation", 3), ("test", 12)):
        x, target, mask = task.split(split)[0]
        assert x.shape == target.shape == (8 * periods, 1)
        assert mask is None
        assert not x.any()
        assert target[1, 0] == 0  # the trough
        assert target[5, 0] == pytest.approx(1)  # half a period later
        assert target[3, 0] == pytest.approx(0.5)
        np.testing.assert_allclose(target[8:], target[:-8], atol=1e-5)


def test_always_a_half_is_half_a_wave_off():
    task = Timing(period=8)
    net = Network(LSTM(1, 1), 1, task.loss)
    net.params["W_y"][:], net.params["b_y"][:] = 0, 0.5
    loss, worst = task.evaluate(net, "test")
    assert loss == pytest.approx(1 / 8)  # the mean of (½ cos)²
    assert worst == pytest.approx(0.5)
    said, trace = task.produced(net)
    assert said.tolist() == [0.5] * 96
    assert trace["f"].shape == (96, 1, 1)


def test_the_first_two_periods_do_not_count_for_success_and_every_later_frame_does():
    task = Timing(period=8)
    said = task.split("test")[0].target[:, 0].copy()
    said[:16] += 9
    assert task.evaluate(Says(said), "test") == (pytest.approx(81 * 16 / 96), 0)
    said[70] -= 0.25
    assert task.evaluate(Says(said), "test")[1] == pytest.approx(0.25)
    assert task.evaluate(Says(said), "validation")[1] == 0


def test_with_peepholes_it_is_learned_where_without_the_line_stays_flat():
    swings, history = learned(0, cell="peephole", epochs=40)
    flat, _ = learned(0, cell="lstm", epochs=40)
    task = Timing()
    assert history.best is not None
    assert history.best["success"] < 0.2
    assert task.evaluate(swings, "validation")[1] < 0.2
    assert task.evaluate(flat, "validation")[1] > 0.45


def test_how_it_starts_and_that_a_seed_says_all():
    short = partial(learned, cell="peephole", period=4, epochs=1)
    one, again, other = (short(seed)[0] for seed in (1, 1, 2))
    for name, array in one.params.items():
        np.testing.assert_array_equal(array, again.params[name])
    assert not np.array_equal(one.params["R"], other.params["R"])
    # 20 steps of Adam at 0.03 move no number much further than 0.6.
    assert 2.3 < one.cell.gate("b", "f")[0] < 3.7
    assert abs(one.params["R"]).max() < 0.8
    far = short(1, read_out=5.0, weights=0.0)[0]
    assert 4.3 < far.params["W_y"][0, 0] < 5.7
    assert not far.params["W"].any()  # no input, so no gradient either


@pytest.mark.parametrize(
    ("make", "error", "words"),
    [
        (lambda: Timing(1), ValueError, "period: came 1"),
        (lambda: Timing(2.5), TypeError, "period: came float"),  # type: ignore[arg-type]
        (lambda: learned(0, cell="gpu"), ValueError, "cell: came 'gpu'"),
        (lambda: learned(0, cell="lstm", weights=-1.0), ValueError, "weights: came -1"),
        (lambda: learned(0, cell="lstm", read_out="1"), TypeError, "read_out: came str"),  # type: ignore[arg-type]
    ],
)
def test_errors_say_what_came(make, error, words):
    with pytest.raises(error, match=words):
        make()


@pytest.mark.parametrize(("period", "size"), [(25.0, 1.0), (7.3, 0.4)])
def test_a_swing_is_measured_in_size_and_steps(period, size):
    t = np.arange(400)
    wave = 0.2 + size / 2 * np.sin(2 * np.pi * t / period + 1)
    wave[:200] = 5.0  # the first half does not count
    found, steps = timing.swing(wave)
    assert found == pytest.approx(size, rel=0.05)
    assert steps == pytest.approx(period, rel=2e-3)


def test_what_dies_down_or_stands_still_has_no_period():
    t = np.arange(400)
    for wave in (np.sin(t) * 0.97**t, np.full(400, 0.3)):
        size, steps = timing.swing(wave)
        assert size < timing.STILL and np.isnan(steps)


@pytest.mark.parametrize("wave", [[1.0, 2.0, 3.0], np.zeros((8, 1))])
def test_a_swing_wants_one_wave(wave):
    with pytest.raises(ValueError, match="wave: came shape"):
        timing.swing(wave)
