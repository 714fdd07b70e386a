"""What stands in the way of a set-up: each is gone round, or named with its cure."""

from __future__ import annotations

import collections
import errno
import os
import re
import subprocess
import sys
import tempfile
import venv as python_venv
from pathlib import Path

import pytest

from course_lib.authoring import obstacles
from course_lib.authoring.obstacles import CannotPrepareError
from course_lib.environment import MAKE, lab_with

Usage = collections.namedtuple("Usage", "total used free")


@pytest.fixture
def disk(monkeypatch):
    """Say how many MB are free on every disk."""

    def has(megabytes: int) -> None:
        usage = Usage(10**12, 0, megabytes * 2**20)
        monkeypatch.setattr(obstacles.shutil, "disk_usage", lambda place: usage)

    return has


def python(monkeypatch, *version: int) -> None:
    monkeypatch.setattr(sys, "version_info", version)


def test_an_old_python_is_told_what_to_do(monkeypatch):
    python(monkeypatch, 3, 9, 18)
    for there, cure in (("python3.12", f"{MAKE} lab PYTHON=python3.12"), (None, lab_with("3.13"))):
        found = {there: there}
        monkeypatch.setattr(obstacles.shutil, "which", found.get)
        with pytest.raises(CannotPrepareError, match=rf"3\.11 or newer.*{re.escape(cure)}$"):
            obstacles.check_this_python()


def test_a_python_newer_than_tested_is_tried_with_a_word(monkeypatch, capsys):
    python(monkeypatch, 3, 13, 9)
    obstacles.check_this_python()
    assert capsys.readouterr().out == ""
    python(monkeypatch, 3, 14, 0)
    obstacles.check_this_python()
    assert "3.14 is newer than the course was tested with" in capsys.readouterr().out


@pytest.mark.parametrize("lacking", ["ensurepip", "venv"])
def test_a_python_without_venv_is_told_what_to_do(monkeypatch, lacking):
    monkeypatch.setitem(sys.modules, lacking, None)
    python(monkeypatch, 3, 12, 1)
    with pytest.raises(CannotPrepareError, match=r"sudo apt install python3\.12-venv"):
        obstacles.check_this_python()


def test_a_disk_that_is_nearly_full_is_seen_before_anything_is_made(disk, tmp_path):
    place = tmp_path / "not" / "there" / ".venv"
    disk(300)
    with pytest.raises(CannotPrepareError, match=r"300 MB are free[^$]*VENV="):
        obstacles.check_room(place, {"", "odyssey"})
    disk(5000)
    obstacles.check_room(place, {"", "odyssey"})
    disk(0)
    obstacles.check_room(place, set())


@pytest.mark.skipif(os.name == "nt", reason="no statvfs on Windows")
def test_a_real_disk_is_asked(tmp_path):
    free = os.statvfs(tmp_path)
    found = obstacles.megabytes_free(tmp_path / "not" / "there")
    assert found == pytest.approx(free.f_bavail * free.f_frsize / 2**20, rel=0.05)


def test_a_drive_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr(Path, "exists", lambda path: False)  # as of Z:\x without a Z:
    with pytest.raises(
        CannotPrepareError, match=r"There is no / here, for /x/\.venv. Cure: .*VENV="
    ):
        obstacles.megabytes_free(Path("/x/.venv"))


def test_why_pip_failed_names_what_can_be_seen(disk, tmp_path, monkeypatch):
    python(monkeypatch, 3, 12, 1)
    disk(5000)
    plain = obstacles.why_pip_failed(tmp_path, {})
    assert "proxy" not in plain and "full" not in plain and "Without a network" in plain
    proxied = {"HTTPS_PROXY": "http://ann:secret@192.0.2.1:3128", "https_proxy": ""}
    told = obstacles.why_pip_failed(tmp_path, proxied)
    assert obstacles.without(["HTTPS_PROXY"]) in told and "secret" not in told
    disk(3)
    assert "is full (3 MB left)" in obstacles.why_pip_failed(tmp_path, {})
    python(monkeypatch, 3, 14, 0)
    assert lab_with("3.13") in obstacles.why_pip_failed(tmp_path, {})


def test_windows_which_has_no_make_gets_cures_of_its_own(disk, tmp_path, monkeypatch):
    monkeypatch.setattr(obstacles, "MAKE", "py course_lib")
    disk(300)
    with pytest.raises(CannotPrepareError, match=r"disk:  py course_lib lab VENV="):
        obstacles.check_room(tmp_path / ".venv", {"", "odyssey"})
    monkeypatch.setattr(os, "name", "nt")
    told = obstacles.without(["HTTPS_PROXY", "ALL_PROXY"])
    assert told == 'cmd /c "set HTTPS_PROXY=& set ALL_PROXY=& py course_lib lab"'


@pytest.mark.slow
def test_an_old_pip_is_brought_to_what_python_comes_with(tmp_path):
    python_venv.create(tmp_path, with_pip=False)
    program = tmp_path / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    ask = [program, "-I", "-c", "import pip; print(pip.__version__)"]
    folder = subprocess.run(
        [program, "-I", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True, text=True, check=True,
    ).stdout.strip()  # fmt: skip
    old = Path(folder) / "pip"
    old.mkdir()
    (old / "__init__.py").write_text("__version__ = '9.0.1'")
    obstacles.mend_pip(program)
    new = subprocess.run(ask, capture_output=True, text=True, check=True).stdout
    assert tuple(map(int, new.split(".")[:2])) >= obstacles.PIP


@pytest.mark.skipif(os.name == "nt", reason="no such lock on Windows")
def test_two_at_once_wait_for_each_other(tmp_path):
    import fcntl

    file = tmp_path / "file"
    file.touch()
    with obstacles.alone(file), file.open() as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with file.open() as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.skipif(os.name == "nt", reason="no such lock on Windows")
def test_on_nfs_the_lock_is_asked_of_a_file_that_may_be_written(tmp_path, monkeypatch):
    """There flock is a lock of bytes, which the kernel refuses on a file opened for reading."""
    import fcntl

    asked = []

    def as_nfs(file, how):
        asked.append(how)
        if fcntl.fcntl(file, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY:
            raise OSError(errno.EBADF, "Bad file descriptor")

    monkeypatch.setattr(fcntl, "flock", as_nfs)
    file = tmp_path / "file"
    file.write_text("as it was")
    with obstacles.alone(file):
        pass
    assert asked == [fcntl.LOCK_EX] and file.read_text() == "as it was"


@pytest.mark.skipif(os.name == "nt", reason="no such lock on Windows")
@pytest.mark.parametrize("code", [errno.EBADF, errno.ENOLCK, errno.EOPNOTSUPP])
def test_without_locks_the_work_is_done_all_the_same(tmp_path, monkeypatch, code):
    import fcntl

    def refuse(*given):
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(fcntl, "flock", refuse)
    done = []
    (tmp_path / "file").touch()
    with obstacles.alone(tmp_path / "file"):
        done.append("with a file")
    with obstacles.alone(tmp_path / "missing"):
        done.append("without one")
    assert len(done) == 2


def test_an_error_of_the_work_itself_is_not_hidden(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(OSError, match="of its own"), obstacles.alone(tmp_path / "file"):
        raise OSError("of its own")


@pytest.mark.skipif(os.name == "nt", reason="HOME is not what Windows looks at")
class TestHome:
    def test_one_that_can_be_written_is_left_alone(self, tmp_path):
        assert obstacles.homeless({"HOME": str(tmp_path)}, tmp_path / ".venv") == {}
        assert list(tmp_path.iterdir()) == []

    def test_none_named_is_the_one_that_the_system_knows(self, tmp_path, monkeypatch):
        monkeypatch.setattr(os.path, "expanduser", lambda _: str(tmp_path))
        assert obstacles.homeless({}, tmp_path / ".venv") == {"HOME": str(tmp_path)}

    @pytest.mark.parametrize("home", ["/proc", "/no/such/folder"])
    def test_one_that_cannot_be_written_gets_a_stand_in(self, tmp_path, home):
        given = {"HOME": home, "XDG_CACHE_HOME": f"{home}/cache"}
        found = obstacles.homeless(given, tmp_path / ".venv")
        assert found == {"HOME": str(tmp_path / ".venv-home"), "XDG_CACHE_HOME": ""}
        with tempfile.TemporaryFile(dir=found["HOME"]):
            pass

    def test_the_courses_own_folders_go_there(self, tmp_path):
        """Asked of a Python that is started so: the course's cache, and Jupyter's folder."""
        found = obstacles.homeless({"HOME": "/proc"}, tmp_path / ".venv")
        ask = (
            "from course_lib.environment import cache_folder; import jupyter_core.paths as p;"
            "print(cache_folder()); print(p.jupyter_data_dir())"
        )
        environment = {k: v for k, v in os.environ.items() if not k.startswith(("XDG", "JUPYTER"))}
        environment.pop("COURSE_CACHE", None)
        done = subprocess.run(
            [sys.executable, "-c", ask],
            env={**environment, **found},
            capture_output=True,
            text=True,
        )
        lines = done.stdout.split()
        assert len(lines) == 2, done.stderr
        assert all(line.startswith(found["HOME"]) for line in lines)
