"""The chorales where Bach wrote them."""

import numpy as np
import pytest

from course_lib.tasks import chorales
from course_lib.tasks.chorales import build, data
from tests.tasks.test_chorales import FEW


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


def test_a_piece_goes_up_by_whole_semitones():
    with pytest.raises(TypeError, match="up: came float"):
        chorales.as_written(np.zeros((2, 88)), 1.5)  # type: ignore[arg-type]
