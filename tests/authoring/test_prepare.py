"""Which environments are kept, which completed, and which made anew. No package is installed."""

import errno
import json
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.authoring import prepare

THIS = f"{sys.version_info[0]}.{sys.version_info[1]}"


@pytest.fixture
def venv(tmp_path):
    """A bare environment without pip, and without a stamp."""
    folder = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    return folder


@pytest.fixture
def ready(venv):
    """An environment whose stamp says that all is well."""
    stamp = {**prepare.fingerprint(venv, THIS), "extras": ["dev"]}
    (venv / prepare.STAMP).write_text(json.dumps(stamp))
    return venv


@pytest.fixture
def commands(monkeypatch):
    """Record what would be run in place of running it, except the making of environments."""
    seen = []

    def run(command):
        seen.append(command)
        if "venv" in command:
            subprocess.run([*command, "--without-pip"], check=True)
        return True

    monkeypatch.setattr(prepare, "run", run)
    monkeypatch.setattr(prepare, "mend_pip", lambda python: None)
    return seen


def test_a_ready_environment_is_left_alone(ready, commands):
    assert prepare.prepare(ready, {"dev"}) is False
    assert prepare.prepare(ready, set()) is False
    assert commands == []


def test_a_new_extra_is_added_to_those_there(ready, commands):
    assert prepare.prepare(ready, {"grading"}) is True
    assert [command[-1] for command in commands] == [".[dev,grading]"]
    assert prepare.prepare(ready, {"dev", "grading"}) is False


def test_other_requirements_are_installed_into_it(ready, commands, monkeypatch, tmp_path):
    for name in prepare.INPUTS:
        (tmp_path / name).write_text("changed")
    stamp = json.loads((ready / prepare.STAMP).read_text())
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    (ready / prepare.STAMP).write_text(json.dumps({**stamp, "course": str(tmp_path)}))
    assert prepare.prepare(ready, {"dev"}) is True
    assert [command[-1] for command in commands] == [".[dev]"]


def test_an_interrupted_set_up_begins_again(ready, commands):
    (ready / prepare.MARKER).touch()
    (ready / "half-installed").touch()
    assert prepare.prepare(ready, set()) is True
    assert [command[1:3] for command in commands] == [["-m", "venv"], ["-m", "pip"]]
    assert commands[-1][-1] == ".[dev]", "what was there before is there again"
    assert not (ready / "half-installed").exists()
    assert not (ready / prepare.MARKER).exists()


def test_a_failing_pip_leaves_the_marker_and_no_stamp(venv, monkeypatch):
    monkeypatch.setattr(prepare, "interpreter", lambda _: sys.executable)
    monkeypatch.setattr(prepare, "version_inside", lambda _: THIS)
    monkeypatch.setattr(prepare, "check_room", lambda *_: None)
    with pytest.raises(prepare.CannotPrepareError, match="pip"):
        prepare.prepare(venv, {"no such extra!"})
    assert (venv / prepare.MARKER).exists()
    assert not (venv / prepare.STAMP).exists()


def test_why_an_environment_is_made_anew(ready):
    assert prepare.fault(ready, None) is None
    assert prepare.fault(ready, THIS) is None
    assert "3.99 is asked for" in (prepare.fault(ready, "3.99") or "")
    moved = ready.with_name("moved")
    ready.rename(moved)
    assert "made for venv" in (prepare.fault(moved, None) or "")
    prepare.interpreter(moved).unlink()
    assert prepare.fault(moved, None) == "its Python does not start"
    assert prepare.fault(ready, None) == "there is none yet"


def test_a_spoilt_stamp_is_no_stamp(ready, commands):
    (ready / prepare.STAMP).write_text('{"inputs": ')
    assert prepare.prepare(ready, {"dev"}) is True
    assert [command[-1] for command in commands] == [".[dev]"]


def test_a_folder_that_is_no_environment_is_not_removed(tmp_path, commands):
    keep = tmp_path / "thesis.tex"
    keep.touch()
    with pytest.raises(prepare.CannotPrepareError, match="will not be touched"):
        prepare.prepare(tmp_path, set())
    assert keep.exists()
    assert commands == []


def test_an_environment_that_cannot_be_made_is_said_with_a_cure(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(prepare.CannotPrepareError, match=r"cannot be made.*\n?.*VENV="):
        prepare.prepare(tmp_path / "file" / "venv", set())


def test_one_within_a_course_that_cannot_be_written_is_the_launchers_to_say(tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "ROOT", tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(prepare.CannotPrepareError, match="cannot be made: Not a directory"):
        prepare.make(tmp_path / "file" / "venv", set(), "a test")

    def refuse(*given, **how):
        raise PermissionError(errno.EACCES, "Permission denied", str(tmp_path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    with pytest.raises(PermissionError):
        prepare.make(tmp_path / "venv", set(), "a test")


def test_where_venv_fails_the_package_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(prepare, "run", lambda command: False)
    with pytest.raises(prepare.CannotPrepareError, match=f"apt install python{THIS}-venv"):
        prepare.prepare(tmp_path / "venv", set())
    assert (tmp_path / "venv" / prepare.MARKER).exists(), "the next run begins again"


@pytest.mark.slow
def test_a_folder_with_spaces_and_umlauts(tmp_path):
    """Made by Python's own venv, with a pip of its own, and found ready again."""
    folder = tmp_path / "Zoë's schöne Übungen" / ".venv"
    prepare.make(folder, set(), "a test")
    assert prepare.version_inside(folder) == THIS
    python = prepare.interpreter(folder)
    prepare.mend_pip(python)
    for packages in (*folder.glob("lib/python*/site-packages"), *folder.glob("Lib/site-packages")):
        (packages / "course.pth").write_text(f"{tmp_path / 'Zoë'}\n", encoding="utf-8")
    prepare.spell_out_paths(folder)
    (tmp_path / "Zoë").mkdir()
    (tmp_path / "Zoë" / "found.py").touch()
    for locale in ("C", "C.UTF-8"):
        subprocess.run([python, "-c", "import found"], check=True, env={"LC_ALL": locale})
    stamp = {**prepare.fingerprint(folder, THIS), "extras": []}
    (folder / prepare.STAMP).write_text(json.dumps(stamp))
    (folder / prepare.MARKER).unlink()
    assert prepare.prepare(folder, set()) is False
