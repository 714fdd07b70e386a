"""The adding problem."""

import numpy as np
import pytest

from course_lib.cells import LSTM
from course_lib.learning.network import Batch, Network
from course_lib.learning.optim import Adam
from course_lib.learning.training import train
from course_lib.tasks.adding import Adding


def test_two_marks_and_their_sum_at_the_end():
    task = Adding(T=30, sizes=(200, 5, 5))
    marks: set[int] = set()
    for x, target, mask in task.split("train"):
        places = np.flatnonzero(x[:, 1])
        assert len(places) == 2
        assert x[places, 1].tolist() == [1, 1]
        assert places.min() < 10
        assert places.max() < 15
        assert target[-1, 0] == pytest.approx(0.5 + x[places, 0].sum() / 4, abs=1e-6)
        assert mask is not None
        assert mask.tolist() == [0] * 29 + [1]
        marks.update(places)
    assert marks == set(range(15))
    numbers = np.concatenate([x[:, 0] for x, _, _ in task.split("train")])
    assert -1 <= numbers.min() < -0.99
    assert 0.99 < numbers.max() <= 1


def test_only_the_last_frame_counts():
    task = Adding(T=12, sizes=(6, 2, 2))
    batch = next(task.batches("train", 6))
    a = np.full(batch.target.shape, 99.0)
    a[-1] = batch.target[-1] + np.array([0, 0.039, -0.039, 0.041, -0.041, 1])[:, None]
    assert task.solved(a, batch).tolist() == [True, True, True, False, False, False]
    per_frame = task.loss.per_frame(a, batch.target)
    assert per_frame[batch.mask == 1].max() == pytest.approx(1, abs=1e-6)


def test_always_a_half_is_right_for_15_percent():
    task = Adding(T=20, sizes=(20_000, 1, 1))
    x, target, mask = next(task.batches("train", 20_000))
    right = task.solved(np.full_like(target, 0.5), Batch(x, target, mask))
    assert np.mean(right) == pytest.approx(0.154, abs=0.01)


def test_seeded_and_sized():
    a, b, c = (Adding(8, (3, 2, 1), seed=seed) for seed in (1, 1, 2))
    assert [len(a.split(s)) for s in ("train", "validation", "test")] == [3, 2, 1]
    assert np.array_equal(a.split("test")[0].x, b.split("test")[0].x)
    assert not np.array_equal(a.split("test")[0].x, c.split("test")[0].x)
    with pytest.raises(ValueError, match="T: came 3"):
        Adding(3)
    with pytest.raises(TypeError, match="T: came float"):
        Adding(8.0)  # type: ignore[arg-type]


def test_an_lstm_learns_it():
    task, rng = Adding(T=10, sizes=(2000, 200, 200)), np.random.default_rng(0)
    net = Network(LSTM(2, 16, rng=rng), 1, task.loss, rng=rng)
    train(net, task, epochs=15, optimizer=Adam(0.01), rng=rng, target=0.9, progress=False)
    assert task.evaluate(net, "test")[1] > 0.8
