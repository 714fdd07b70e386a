"""Files are whole or not there: what a failure leaves, and the bytes that are written."""

from __future__ import annotations

import os

import pytest

from course_lib import files


def test_a_text_is_written_as_it_is(tmp_path):
    files.write(tmp_path / "a.txt", "Größe\r\n…\n")
    assert (tmp_path / "a.txt").read_bytes() == "Größe\r\n…\n".encode()
    files.write(tmp_path / "a.txt", b"\0\xff")
    assert (tmp_path / "a.txt").read_bytes() == b"\0\xff"
    assert os.listdir(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("before", [None, "as it was"])
def test_a_failure_leaves_what_was_there_and_nothing_beside_it(tmp_path, before):
    path = tmp_path / "a.txt"
    if before is not None:
        path.write_text(before)
    with pytest.raises(KeyboardInterrupt), files.beside(path) as part:
        part.write_text("half")
        assert part.parent == tmp_path  # on the same disk, so that moving is at once
        raise KeyboardInterrupt
    assert os.listdir(tmp_path) == ([] if before is None else ["a.txt"])
    assert before is None or path.read_text() == before


def test_a_place_that_cannot_be_written_is_named(tmp_path):
    with pytest.raises(OSError, match="missing"):
        files.write(tmp_path / "missing" / "a.txt", "")
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        files.write(tmp_path / "folder", "")
    assert os.listdir(tmp_path) == ["folder"]
