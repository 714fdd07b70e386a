"""One sign through noise."""

import numpy as np
import pytest

from course_lib.learning.experiments import trained
from course_lib.tasks import FirstSign
from course_lib.tasks.first_sign import example


def test_an_example():
    x, target, mask = example(50, np.random.default_rng(0))
    assert x.shape == (50, 2) and abs(x[0, 1]) == 1 and x[0, 0] == 0
    assert not x[1:, 1].any() and x[1:, 0].all()
    assert mask is not None and mask.tolist() == [0] * 49 + [1]
    assert target[-1, 0] == (x[0, 1] > 0) and not target[:-1].any()


def test_solved_asks_for_the_sign_at_the_last_frame():
    task = FirstSign(5, sizes=(2, 2, 8))
    batch = next(task.batches("test", 8))
    signs = batch.x[0, :, 1]
    assert set(signs.tolist()) == {-1.0, 1.0}
    a = np.zeros((5, 8, 1), np.float32)
    a[-1, :, 0] = signs
    assert task.solved(a, batch).all() and not task.solved(-a, batch).any()


@pytest.mark.parametrize(
    ("given", "said"), [({"T": 1}, "T: came 1, expected 2"), ({"sizes": (1,)}, "sizes: came 1")]
)
def test_bad_input(given, said):
    with pytest.raises(ValueError, match=said):
        FirstSign(**given)


def test_chrono_biases_keep_for_up_to_so_many_steps():
    task = FirstSign(5, sizes=(2, 2, 2))
    options = {"hidden_size": 400, "task": task, "epochs": 1, "lr": 1e-12, "engine": "numpy"}
    for cell, sign in (("lstm", 1), ("janet", 1), ("coupled", -1)):
        net, _ = trained(0, cell=cell, chrono=300, **options)
        assert net.cell.forget_gate is not None
        block, _ = net.cell.forget_gate
        biases = sign * net.cell.gate("b", block)
        assert 0 <= biases.min() < 1 and np.log(290) < biases.max() < np.log(299)
        if cell == "lstm":
            np.testing.assert_allclose(net.cell.gate("b", "i"), -biases, rtol=0, atol=1e-6)
    with pytest.raises(ValueError, match="chrono: came 1, expected"):
        trained(0, cell="lstm", chrono=1, **options)
    with pytest.raises(ValueError, match="chrono: came 300, but gru has no forget gate"):
        trained(0, cell="gru", chrono=300, **options)
