"""Permutations in a row: the group's table, the products, and what counts as solved."""

from itertools import permutations

import numpy as np
import pytest

from course_lib.learning.network import Batch
from course_lib.tasks import Permutations
from course_lib.tasks.permutations import example, products, table


def applied(row, order):
    return [row[k] for k in order]


@pytest.mark.parametrize("of", [2, 3, 4])
def test_a_product_is_doing_one_after_the_other(of):
    every = list(permutations(range(of)))
    rng = np.random.default_rng(of)
    drawn = rng.integers(0, len(every), 12)
    row = list("abcd"[:of])
    for number, product in zip(drawn, products(drawn, of), strict=True):
        row = applied(row, every[number])
        assert row == applied("abcd", every[product])


def test_of_two_it_is_parity():
    drawn = np.random.default_rng(0).integers(0, 2, 50)
    np.testing.assert_array_equal(products(drawn, 2), np.cumsum(drawn) % 2)


@pytest.mark.parametrize("of", [2, 3, 4, 5])
def test_the_table_is_a_groups(of):
    then = table(of)
    every = np.arange(len(then))
    np.testing.assert_array_equal(then[0], every)
    np.testing.assert_array_equal(then[:, 0], every)
    for rows in (then, then.T):  # each comes once in every row and column
        np.testing.assert_array_equal(np.sort(rows, axis=1), np.tile(every, (len(then), 1)))
    a, b, c = np.random.default_rng(0).integers(0, len(then), (3, 40))
    np.testing.assert_array_equal(then[then[a, b], c], then[a, then[b, c]])
    assert (then != then.T).any() == (of > 2)  # the order matters from three on


def test_examples_and_splits():
    task = Permutations(3, T=5, far=9, sizes=(4, 3, 2))
    assert (task.input_size, task.output_size) == (6, 6)
    assert [len(task.split(split)) for split in ("train", "validation", "test")] == [4, 3, 2]
    assert [len(task.split(s)[0].x) for s in ("train", "validation", "test")] == [5, 5, 9]
    x, target, mask = example(7, 3, np.random.default_rng(0))
    assert mask is None and (x.sum(axis=1) == 1).all()
    np.testing.assert_array_equal(target.argmax(axis=1), products(x.argmax(axis=1), 3))
    again = Permutations(3, T=5, far=9, sizes=(4, 3, 2))
    np.testing.assert_array_equal(task.split("test")[1].x, again.split("test")[1].x)


def test_solved_asks_for_the_last_product():
    task = Permutations(2, T=4, far=4, sizes=(2, 2, 2))
    batch = next(task.batches("test", 2))
    right = batch.target.copy()
    assert task.solved(right, batch).tolist() == [True, True]
    right[0] = right[0, :, ::-1]  # the first frame may be wrong
    right[-1, 1] = right[-1, 1, ::-1]
    assert task.solved(right, Batch(*batch)).tolist() == [True, False]


@pytest.mark.parametrize(
    ("given", "kind", "said"),
    [
        ({"of": 1}, ValueError, "of: came 1, expected 2 to 5"),
        ({"of": 6}, ValueError, "of: came 6"),
        ({"T": 0}, ValueError, "T: came 0"),
        ({"sizes": (1, 2)}, ValueError, "sizes: came 2, expected one for each"),
        ({"far": 2.5}, TypeError, "far: came float"),
    ],
)
def test_bad_input(given, kind, said):
    with pytest.raises(kind, match=said):
        Permutations(**given)
