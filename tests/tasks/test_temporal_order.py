"""The temporal order problem."""

import re

import numpy as np
import pytest

from course_lib.cells import CoupledLSTM
from course_lib.learning.network import Network
from course_lib.learning.optim import Adam
from course_lib.learning.training import train
from course_lib.tasks import temporal_order
from course_lib.tasks.temporal_order import SYMBOLS, TemporalOrder


def test_strings_are_those_of_the_paper():
    rng = np.random.default_rng(0)
    strings = [temporal_order.generate(100, rng) for _ in range(2000)]
    places = np.array([[k for k, s in enumerate(string) if s in "XY"] for string in strings])
    assert all(re.fullmatch("E[abcdXY]+B", string) for string in strings)
    assert {len(string) for string in strings} == set(range(100, 111))
    assert set(places[:, 0]) == set(range(10, 21))
    assert set(places[:, 1]) == set(range(50, 61))
    orders = [temporal_order.order(string) for string in strings]
    for one in ("XX", "XY", "YX", "YY"):
        assert orders.count(one) / len(orders) == pytest.approx(0.25, abs=0.04)
    everything = "".join(string[1:-1] for string in strings)
    for symbol in "abcd":
        assert everything.count(symbol) / len(everything) == pytest.approx(0.245, abs=0.01)


def test_the_answer_is_asked_for_at_the_last_frame_alone():
    task = TemporalOrder(T=20, sizes=(30, 2, 2))
    for string, (x, target, mask) in zip(task.strings["train"], task.split("train"), strict=True):
        assert "".join(SYMBOLS[k] for k in x.argmax(axis=-1)) == string
        assert x.sum(axis=-1).tolist() == [1] * len(string)
        assert mask is not None
        assert mask.tolist() == [0] * (len(string) - 1) + [1]
        assert target[:-1].sum() == 0
        said = ("XX", "XY", "YX", "YY")[target[-1].argmax()]
        assert target[-1].sum() == 1
        assert said == re.sub("[EabcdB]", "", string)


def test_right_is_the_highest_score_at_each_strings_own_end():
    task = TemporalOrder(T=20, sizes=(64, 2, 2))
    batch = next(task.batches("train", 64))
    assert batch.mask is not None
    ends = batch.mask.argmax(axis=0)
    assert len(set(ends)) == 3  # 20, 21 and 22 symbols
    a = -batch.target.copy()  # wrong at the ends, and a tie elsewhere
    assert not task.solved(a, batch).any()
    a[ends[:40], np.arange(40)] *= -2
    assert task.solved(a, batch).tolist() == [True] * 40 + [False] * 24
    a[np.arange(len(a))[:, None] != ends] = 9 * np.eye(4)[0]  # what is said elsewhere is no matter
    assert task.solved(a, batch).tolist() == [True] * 40 + [False] * 24


def test_who_knows_one_of_the_two_is_right_half_of_the_time():
    task = TemporalOrder(T=10, sizes=(8000, 1, 1))
    batch = next(task.batches("train", 8000))
    first_is_y = batch.target[..., 2:].sum(axis=(0, 2))
    a = np.zeros_like(batch.target)
    a[..., 0], a[..., 2] = 1 - first_is_y, first_is_y  # always says that X came second
    assert task.solved(a, batch).mean() == pytest.approx(0.5, abs=0.02)


def test_seeded_and_sized():
    a, b, c = (TemporalOrder(10, (3, 2, 1), seed=seed) for seed in (1, 1, 2))
    assert [len(a.split(s)) for s in ("train", "validation", "test")] == [3, 2, 1]
    assert a.strings == b.strings
    assert a.strings != c.strings
    with pytest.raises(ValueError, match="T: came 9"):
        TemporalOrder(9)
    with pytest.raises(TypeError, match="T: came float"):
        TemporalOrder(10.0)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="sizes: came 2"):
        TemporalOrder(10, (3, 2))


def test_other_symbols_and_orders_are_refused():
    with pytest.raises(ValueError, match=r"came 'EQB' with \['Q'\]"):
        temporal_order.encode("EQB")
    with pytest.raises(ValueError, match="came 3 of X and Y in 'EXaYXB', expected two"):
        temporal_order.order("EXaYXB")


def test_a_coupled_cell_learns_it():
    task, rng = TemporalOrder(T=20, sizes=(256, 64, 128)), np.random.default_rng(0)
    net = Network(CoupledLSTM(8, 8, rng=rng, forget_bias=3.0), 4, task.loss, rng=rng)
    train(net, task, epochs=30, optimizer=Adam(0.01), rng=rng, target=0.99, progress=False)
    assert task.evaluate(net, "test")[1] > 0.95
