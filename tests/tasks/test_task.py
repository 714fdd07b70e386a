"""What every task shares: padding, masks, batches and pooled averages."""

import subprocess
import sys

import numpy as np
import pytest

from course_lib.cells import LSTM
from course_lib.learning.losses import Bernoulli
from course_lib.learning.network import Network
from course_lib.tasks import Adding, Counting, FirstSign, Reber, TemporalOrder, timing
from course_lib.tasks.task import Example, Task, pad


@pytest.mark.parametrize(
    ("make", "error", "said"),
    [
        (lambda: Reber((1, 2.0, 3)), TypeError, "sizes: came float"),
        (lambda: FirstSign(5.0), TypeError, "T: came float"),
        (lambda: FirstSign(5, (1, 0, 1)), ValueError, "sizes: came 0"),
        (lambda: Counting(0, 3), ValueError, "longest: came 0"),
        (lambda: Adding(8, (1, 0, 1)), ValueError, "sizes: came 0"),
        (lambda: TemporalOrder(10, (1, 0, 1)), ValueError, "sizes: came 0"),
        (lambda: timing.learned(0, cell="gru", epochs=1), ValueError, "GRU has no forget gate"),
    ],
)
def test_each_task_refuses_what_it_says(make, error, said):
    with pytest.raises(error, match=said):
        make()


class Coins(Task):
    """Sequences of many lengths; one is solved where its first outputs add up to more than 0."""

    name, loss, measure = "coins", Bernoulli(), "share above 0"

    def solved(self, a, batch):
        mask = np.ones(a.shape[:2]) if batch.mask is None else batch.mask
        return (a[..., 0] * mask).sum(axis=0) > 0


class Tally(Coins):
    def solved(self, a, batch):
        return ()


def examples(rng, lengths):
    return [
        Example(rng.normal(size=(T, 3)).astype("f4"), rng.integers(0, 2, (T, 2)).astype("f4"))
        for T in lengths
    ]


@pytest.fixture
def parts(rng):
    return {
        "train": examples(rng, [4, 7, 2, 9, 5]),
        "validation": examples(rng, [1, 6]),
        "test": examples(rng, range(1, 80)),
    }


@pytest.fixture
def rng():
    return np.random.default_rng(5)


@pytest.fixture
def net(rng):
    net = Network(LSTM(3, 4, rng=rng, dtype=np.float64), 2, Bernoulli(), rng=rng)
    net.params["b_y"][:] = 0.05, -0.2
    return net


def test_padding_changes_no_figure(parts, net):
    task = Coins(parts)
    alone = [(net.outputs(e.x[:, None])[0], e) for e in parts["test"]]
    losses = [net.loss.per_frame(a, e.target[:, None]).sum() for a, e in alone]
    frames = sum(len(e.x) for e in parts["test"])
    right = np.mean([a[..., 0].sum() > 0 for a, _ in alone])
    assert 0 < right < 1
    loss, success = task.evaluate(net, "test")
    assert loss == pytest.approx(sum(losses) / frames, rel=1e-12)
    assert success == pytest.approx(right)

    one_batch = next(task.batches("test", 100))
    assert one_batch.x.shape == (79, 79, 3)
    total, counted = net.totals(one_batch)
    assert (total, counted) == (pytest.approx(sum(losses), rel=1e-12), frames)

    # Nor a gradient: of the whole batch, and summed over its pieces one by one.
    net.reduction = "sum"
    _, together = net.gradients(one_batch)
    one_by_one = [net.gradients(batch)[1] for batch in task.batches("test", 1)]
    for name, whole in together.items():
        assert np.allclose(whole, sum(grads[name] for grads in one_by_one), rtol=1e-6, atol=1e-8)


def test_other_examples_are_padded_anew(parts, net):
    task, others = Tally(parts), Tally({**parts, "test": parts["validation"]})
    task.evaluate(net, "test")
    task.examples["test"] = list(parts["validation"])
    assert task.evaluate(net, "test") == others.evaluate(net, "test")


def test_a_task_without_right_and_wrong_is_measured_by_its_loss(parts, net):
    loss, success = Tally(parts).evaluate(net, "validation")
    assert success == loss > 0


def test_batches_hold_every_sequence_once_and_shuffle_only_with_an_rng(parts):
    task = Coins(parts)
    lengths = [
        [int(n) for n in b.mask.sum(axis=0)] if b.mask is not None else [len(b.x)] * b.x.shape[1]
        for b in task.batches("train", 2)
    ]
    assert lengths == [[4, 7], [2, 9], [5]]
    shuffled = {
        tuple(
            len(b.x) if b.mask is None else int(b.mask.sum())
            for b in task.batches("train", 1, np.random.default_rng(seed))
        )
        for seed in range(5)
    }
    assert len(shuffled) > 1
    assert all(sorted(order) == [2, 4, 5, 7, 9] for order in shuffled)


def test_the_mask_says_what_counts():
    short = Example(np.ones((2, 1)), np.ones((2, 1)))
    last = Example(np.ones((3, 1)), np.ones((3, 1)), np.array([0, 0, 1]))
    batch = pad([short, last])
    assert batch.mask is not None
    assert batch.mask.tolist() == [[1, 0], [1, 0], [0, 1]]
    assert batch.x[2, 0] == 0
    assert pad([short, short]).mask is None


def test_wrong_arguments_are_named(parts):
    task = Coins(parts)
    with pytest.raises(ValueError, match="split: came 'dev'"):
        task.batches("dev", 4)
    with pytest.raises(ValueError, match="size: came 0"):
        task.batches("train", 0)
    with pytest.raises(TypeError, match="rng: came 3"):
        task.batches("train", 4, 3)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="none for 'test'"):
        Coins({**parts, "test": []})
    odd = Example(np.ones((4, 3)), np.ones((3, 2)))
    flat = Example(np.ones(3), np.ones(3))
    with pytest.raises(ValueError, match=r"train 0 has shapes .*, expected \[T, D\] and \[T, K\]"):
        Task({split: [flat] for split in parts})
    with pytest.raises(ValueError, match="validation 0 has shapes"):
        Coins({**parts, "validation": [odd]})


def test_importing_the_tasks_loads_nothing_heavy():
    code = (
        "import sys, course_lib.tasks as tasks;"
        "assert 'numpy' not in sys.modules;"
        "tasks.Chorales, tasks.Reber, tasks.Adding, tasks.Task;"
        "heavy = {'music21', 'matplotlib', 'IPython', 'tqdm', 'torch'} & set(sys.modules);"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
