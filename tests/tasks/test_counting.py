"""The counting task."""

import numpy as np
import pytest

from course_lib.cells import LSTM
from course_lib.learning.network import Batch, Network
from course_lib.tasks import counting
from course_lib.tasks.counting import Counting


def counter(task, a_f=40.0):
    """A network that counts with one unit set by hand; a small a_f lets its memory leak."""
    net = Network(LSTM(2, 1, dtype=np.float64), 1, task.loss)
    for array in net.params.values():
        array[:] = 0
    for block in "io":
        net.cell.gate("b", block)[:] = 40  # open, but for rounding
    net.cell.gate("W", "g")[:] = [[0.5], [-0.5]]  # up for a, down for b
    net.params["W_y"][:] = 1
    net.cell.gate("b", "f")[:] = a_f
    return net


def test_every_string_once_and_longer_ones_for_the_test():
    task = Counting(longest=3, far=5)
    said = {}
    for split in ("train", "test"):
        for x, target, mask in task.split(split):
            assert x.sum(axis=-1).tolist() == [1] * len(x)
            letters = "".join("ab"[k] for k in x.argmax(axis=-1))
            assert letters == "".join(sorted(letters))
            assert mask is not None
            assert mask.tolist() == [0] * (len(x) - 1) + [1]
            said[letters] = (split, int(target[-1, 0]))
    assert said == {
        "a": ("train", 1),
        "abb": ("train", 0),
        "aab": ("train", 1),
        "aabbb": ("train", 0),
        "aaabb": ("train", 1),
        "aaabbbb": ("train", 0),
        "aaaabbb": ("test", 1),
        "aaaabbbbb": ("test", 0),
        "aaaaabbbb": ("test", 1),
        "aaaaabbbbbb": ("test", 0),
    }


def test_one_lstm_unit_set_by_hand_counts_as_far_as_it_is_asked():
    task = Counting(longest=5, far=60)
    net = counter(task)
    assert task.evaluate(net, "test")[1] == 1
    assert task.reach(net) == 60


def test_reach_is_the_last_n_before_the_first_mistake():
    task = Counting(longest=5, far=60)
    leaking = counter(task, a_f=3.0)  # f = 0.95: for many a's, the b's outweigh them
    reach = task.reach(leaking)
    assert 1 <= reach < 60

    def right(n):
        batches = [counting.example(n, n + d) for d in (-1, 1)]
        return all(
            (leaking.outputs(x[:, None])[0][-1, 0, 0] > 0) == (target[-1, 0] == 1)
            for x, target, _ in batches
        )

    assert all(right(n) for n in range(1, reach + 1))
    assert not right(reach + 1)
    always_more = counter(task)
    always_more.params["b_y"][:] = 99
    assert task.reach(always_more) == 0


def test_a_batch_of_one_letter_strings():
    task = Counting(longest=1, far=2)
    x, target, _ = counting.example(1, 0)
    batch = Batch(x[:, None], target[:, None])
    assert task.solved(np.array([[[0.1]]]), batch).tolist() == [True]
    assert task.solved(np.array([[[-0.1]]]), batch).tolist() == [False]


def test_sizes_that_make_no_sense_are_refused():
    with pytest.raises(ValueError, match="far: came 20, expected more than longest, 20"):
        Counting(20, 20)
    with pytest.raises(TypeError, match="longest: came float"):
        Counting(2.0)  # type: ignore[arg-type]
