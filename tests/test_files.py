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


def folders(below) -> dict[str, str]:
    """The files below a folder, and what each holds."""
    return {p.relative_to(below).as_posix(): p.read_text() for p in below.rglob("*.html")}


def test_a_folder_takes_the_place_of_another_and_what_is_to_stay_stays(tmp_path):
    for name in ("work/made/index.html", "web/index.html", "web/old.html", "web/lite/lab.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    files.put_folder(tmp_path / "work/made", tmp_path / "web", "lite")
    assert folders(tmp_path / "web") == {
        "index.html": "work/made/index.html", "lite/lab.html": "web/lite/lab.html"
    }  # fmt: skip
    (tmp_path / "work/made").mkdir()
    files.put_folder(tmp_path / "work/made", tmp_path / "slides", "lite")
    assert not folders(tmp_path / "slides")


def test_a_folder_that_cannot_be_moved_away_is_named_and_stays(tmp_path, monkeypatch):
    for name in ("made/index.html", "web/index.html", "web/lite/lab.html"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    before = folders(tmp_path)

    def refuse(source, target):
        raise PermissionError(f"{source} is in use")

    monkeypatch.setattr(files.os, "replace", refuse)
    with pytest.raises(OSError, match="web is in use"):
        files.put_folder(tmp_path / "made", tmp_path / "web", "lite")
    assert folders(tmp_path) == before
