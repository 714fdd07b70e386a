"""The chorales' baseline that sees the last frames alone, and where Bach wrote a piece."""

import numpy as np
import pytest

from course_lib.cells import LSTM
from course_lib.learning.network import Network
from course_lib.tasks import chorales
from course_lib.tasks.chorales import build, data
from course_lib.tasks.chorales.task import Chorales
from tests.tasks.test_chorales import FEW, SMALL


def test_last_frames_are_windows_of_which_the_last_prediction_counts():
    task = Chorales(data.pack(SMALL.values()))
    x, target, _ = task.split("train")[0]
    cut = chorales.last_frames(task, 2)
    assert len(cut.split("train")) == sum(len(e.x) for e in task.split("train"))
    first, second = cut.split("train")[:2]
    assert first.mask is not None and second.mask is not None
    assert np.array_equal(first.x, x[:1]) and np.array_equal(first.mask, [1])
    assert np.array_equal(second.x, x[:2]) and np.array_equal(second.target, target[:2])
    assert np.array_equal(second.mask, [0, 1])


@pytest.mark.parametrize(("k", "same"), [(1, False), (2, False), (100, True)])
def test_with_all_frames_seen_it_is_the_task_itself_and_with_one_nothing_is_remembered(k, same):
    task = Chorales(data.pack(SMALL.values()))
    net = Network(LSTM(88, 5, rng=np.random.default_rng(0)), 88, task.loss)
    net.params["W_y"] *= 5
    cut = chorales.last_frames(task, k).evaluate(net, "train")[0]
    assert (cut == pytest.approx(task.evaluate(net, "train")[0], rel=1e-6)) is same


@pytest.mark.parametrize("k", [0, -1])
def test_last_frames_wants_a_frame_at_least(k):
    with pytest.raises(ValueError, match="k: came"):
        chorales.last_frames(Chorales(data.pack(SMALL.values())), k)


def test_as_written_is_the_score_itself(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    monkeypatch.setattr(data, "index", lambda: FEW)
    monkeypatch.setattr(data, "build", lambda pieces, progress: [build.frames(*p) for p in pieces])
    task = chorales.load()
    assert task.up == {split: [up for _, up in row] for split, row in FEW.items()}
    file, up = FEW["train"][0]
    moved = chorales.as_written(task.rolls["train"][0], up)
    found = [(np.flatnonzero(frame) + 21).tolist() for frame in moved]
    assert found == build.frames(file, 0)
    assert chorales.notes(moved)[0][0] == chorales.notes(task.rolls["train"][0])[0][0] - up


@pytest.mark.parametrize(("up", "keys"), [(1, [0]), (-1, [87]), (88, [3])])
def test_no_key_leaves_the_piano(up, keys):
    roll = np.zeros((2, 88), np.float32)
    roll[1, keys] = 1
    with pytest.raises(ValueError, match=f"up: came {up}"):
        chorales.as_written(roll, up)
