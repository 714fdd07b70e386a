"""What tests keep of a run is taken again only where nothing could make it come out otherwise."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from course_lib.learning import experiments, kept


def square(seed: int, *, log: Path, times: int = 1) -> int:
    """Notes that it was run."""
    with log.open("a") as file:
        file.write(f"{seed}\n")
    return times * seed**2


@pytest.fixture
def log(tmp_path):
    (tmp_path / "log").touch()
    return tmp_path / "log"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv(kept.FOLDER, str(tmp_path / "kept"))
    return tmp_path / "kept"


def runs(log: Path) -> list[str]:
    return sorted(log.read_text().split())


def test_by_default_every_run_is_run(log, monkeypatch):
    monkeypatch.delenv(kept.FOLDER, raising=False)
    for _ in range(2):
        assert kept.result(partial(square, log=log), 3) == 9
    assert runs(log) == ["3", "3"]


def test_a_run_is_run_once(log, folder):
    for _ in range(2):
        assert kept.result(partial(square, log=log), 3) == 9
    assert runs(log) == ["3"]
    assert [path.suffix for path in folder.iterdir()] == [".pickle"]


def test_another_seed_or_option_is_another_run(log, folder):
    assert kept.result(partial(square, log=log), 3) == 9
    assert kept.result(partial(square, log=log), 4) == 16
    assert kept.result(partial(square, log=log, times=2), 3) == 18
    assert runs(log) == ["3", "3", "4"]


def test_other_code_is_another_run(log, folder, monkeypatch):
    kept.result(partial(square, log=log), 3)
    monkeypatch.setattr(kept, "code", lambda: b"other")
    kept.result(partial(square, log=log), 3)
    assert runs(log) == ["3", "3"]


def test_the_code_is_all_of_the_library(monkeypatch):
    read: list[str] = []
    bytes_of = Path.read_bytes

    def note(path: Path) -> bytes:
        read.append(path.name)
        return bytes_of(path)

    monkeypatch.setattr(Path, "read_bytes", note)
    first = kept.code.__wrapped__()
    assert "kept.py" in read and len(read) > 50
    monkeypatch.setattr(Path, "read_bytes", lambda path: bytes_of(path) + b"# a change")
    assert kept.code.__wrapped__() != first


@pytest.mark.parametrize("damage", [b"", b"\x80\x05nonsense", b"hello"])
def test_a_damaged_file_is_run_again(log, folder, damage):
    kept.result(partial(square, log=log), 3)
    (file,) = folder.iterdir()
    file.write_bytes(damage)
    assert kept.result(partial(square, log=log), 3) == 9
    assert kept.result(partial(square, log=log), 3) == 9
    assert runs(log) == ["3", "3"]


def test_what_fails_is_not_kept(folder):
    with pytest.raises(FileNotFoundError):
        kept.result(partial(square, log=Path("no/such/folder/log")), 3)
    assert not folder.exists()


def test_seeds_side_by_side_are_kept_too(log, folder):
    for _ in range(2):
        assert experiments.over_seeds(partial(square, log=log), [2, 3]) == [4, 9]
    assert runs(log) == ["2", "3"]
