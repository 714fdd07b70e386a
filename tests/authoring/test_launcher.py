"""The commands as they are called: by make, without make, with settings, and with a mistake."""

from __future__ import annotations

import errno
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from course_lib.authoring import commands, jobs, launcher, obstacles, opened, prepare
from course_lib.authoring.launcher import ROOT, SETTINGS, Command, Course


def main(given: list[str]) -> int:
    return launcher.main(given, commands.COMMANDS)


@pytest.fixture
def ran(monkeypatch, tmp_path):
    """What would be run, in place of running it: the words, and the extras asked for."""
    seen: dict[str, list] = {"words": [], "extras": [], "wanted": []}

    def prepared(venv, extras, wanted=None):
        seen["extras"].append(extras)
        seen["wanted"].append(wanted)

    def run(words, environment=None):
        seen["words"].append(words)
        return 0

    monkeypatch.setattr(prepare, "prepare", prepared)
    monkeypatch.setattr(jobs, "run", run)
    monkeypatch.setattr(jobs, "become", run)
    monkeypatch.setattr(jobs, "end_by_signal", lambda: None)
    for name in ("PATH", "HOME", "PYTHONUTF8", "JUPYTER_PREFER_ENV_PATH"):
        monkeypatch.setenv(name, os.environ.get(name, ""))  # what a call sets is taken back
    for name in SETTINGS:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return seen


def test_make_and_the_launcher_know_the_same_commands():
    text = (ROOT / "Makefile").read_text().replace("\\\n", " ")
    listed = re.search(r"^COMMANDS := (.*)$", text, re.MULTILINE)
    assert listed is not None
    assert listed[1].split() == ["help", *commands.COMMANDS]


def test_help_names_every_command(capsys):
    assert main([]) == 0 and main(["help"]) == 0
    told = capsys.readouterr().out
    assert all(told.count(f"{name} ") >= 2 for name in commands.COMMANDS)


def test_contributing_has_every_command_that_is_no_part_of_another():
    text = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    missing = [name for name in commands.COMMANDS if f"`make {name}`" not in text]
    assert missing == []


def test_extras_are_those_of_the_project():
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    known = project["optional-dependencies"]
    asked = {extra for command in commands.COMMANDS.values() for extra in command.extras or ()}
    assert asked == set(known) == set(obstacles.MEGABYTES) - {""}


def test_settings_come_as_words_or_from_the_environment(ran, monkeypatch):
    monkeypatch.setenv("ONLY", "02")
    assert main(["notebooks"]) == 0
    assert main(["notebooks", "ONLY=a b"]) == 0
    assert [words[1:] for words in ran["words"]] == [
        ["-m", "course_lib.authoring.notebooks", "--only=02"],
        ["-m", "course_lib.authoring.notebooks", "--only=a b"],
    ]
    assert ran["extras"] == [{"dev", "odyssey", "fast"}] * 2


def test_paths_are_the_callers_and_a_tilde_is_the_home_folder(ran, monkeypatch, tmp_path):
    monkeypatch.setenv("HOME", str(tmp_path / "at home"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "at home"))
    (tmp_path / "at home").mkdir()
    assert main(["grade", "FROM=~/a class", "VENV=~/envs/it"]) == 0
    (words,) = ran["words"]
    home = tmp_path / "at home"
    assert words[0] == str(prepare.interpreter(home / "envs/it"))
    assert words[-2:] == ["ps1_standard_lstm", str(home / "a class")]
    monkeypatch.chdir(tmp_path)
    assert main(["grade", "FROM=class", 'GRADE_ARGS=--due "2026-12-01 12:00 UTC"']) == 0
    assert ran["words"][1][-3:] == [str(tmp_path / "class"), "--due", "2026-12-01 12:00 UTC"]


def test_grading_asks_which_folder(ran, capsys):
    assert main(["grade"]) == 1
    assert ran["words"] == [] and "FROM=folder" in capsys.readouterr().err


def test_a_roster_is_handed_on_with_its_spaces(ran, monkeypatch, tmp_path):
    assert main(["release"]) == 0
    monkeypatch.chdir(tmp_path)
    assert main(["release", "ROSTER=my class.csv"]) == 0
    assert [words[1:] for words in ran["words"]] == [
        ["-m", "course_lib.grading.bundle"],
        ["-m", "course_lib.grading.bundle", "--roster", str(tmp_path / "my class.csv")],
    ]


@pytest.mark.parametrize("word", ["lba", "LAB_ARG=--no-browser"])
def test_a_mistyped_word_is_named_and_nothing_is_done(ran, capsys, word):
    assert main(["lab", word]) == 2
    told = capsys.readouterr().err
    assert told.startswith(f"The course has no command or setting {word.split('=')[0]!r}. It has:")
    assert "lab" in told and "LAB_ARGS=" in told
    assert ran == {"words": [], "extras": [], "wanted": []}


def test_a_python_named_by_hand_runs_it_all_and_is_insisted_on(ran, monkeypatch):
    assert main(["lab", f"PYTHON={sys.executable}"]) == 0
    ((program, *words),) = ran["words"]
    assert program == sys.executable and words[0] == str(ROOT / "course_lib")
    monkeypatch.setenv("COURSE_PYTHON_FOUND", "1")
    assert main(["setup", f"PYTHON={sys.executable}"]) == 0
    assert main(["setup"]) == 0
    assert ran["wanted"] == [prepare.this_python(), None]


def test_a_python_that_is_not_there_is_named(ran, capsys):
    assert main(["lab", "PYTHON=python3.99"]) == 1
    assert "No python3.99 here. Cure:" in capsys.readouterr().err
    if shutil.which("make"):
        made = subprocess.run(["make", "lab", "PYTHON=python3.99"], cwd=ROOT, capture_output=True)
        assert made.returncode and b"No python3.99 here. Cure:" in made.stderr


def test_the_notebook_on_stage_is_the_one_that_is_asked_for(ran, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("JUPYTERLAB_SETTINGS_DIR", "")  # what a call sets is taken back
    for only, name in (("", "00_start_here"), ("01b", "01b_lstm_at_work")):
        assert opened.present(Course({**SETTINGS, "VENV": str(tmp_path), "ONLY": only})) == 0
        (words,) = ran["words"]
        address = f"--LabApp.default_url=/doc/workspaces/present/tree/mine/notebooks/{name}.ipynb"
        assert address in words
        ran["words"].clear()
    assert opened.present(Course({**SETTINGS, "VENV": str(tmp_path), "ONLY": "[0"})) == 1
    assert "only: came '[0'" in capsys.readouterr().err


def test_a_step_that_fails_ends_the_command_and_the_commands_after_it(ran, monkeypatch):
    steps = (lambda course: 0, lambda course: 3, "-m never")
    monkeypatch.setitem(commands.COMMANDS, "format", Command("", None, steps))
    assert main(["format", "notebooks"]) == 3
    assert ran["words"] == [] and ran["extras"] == []


def test_the_lab_opens_the_learners_copy_and_passes_options_on(ran, monkeypatch):
    monkeypatch.setattr(commands.working_copy, "main", lambda: 0)
    monkeypatch.setattr(commands, "trust", lambda course: 0)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    course = Course({**SETTINGS, "LAB_ARGS": '--port 8890 --x="a b"'})
    assert commands.lab(course) == 0
    (words,) = ran["words"]
    assert "--LabApp.default_url=/lab/tree/mine/notebooks/00_start_here.ipynb" in words
    assert words[-3:] == ["--port", "8890", "--x=a b"]
    assert ("--no-browser" in words) == (sys.platform not in ("darwin", "win32"))


@pytest.mark.skipif(os.name == "nt", reason="has no umask")
def test_an_environment_is_readable_whatever_the_umask(ran, monkeypatch, tmp_path):
    """Of its makers only: what a command itself writes is as private as ever."""
    modes = []

    def make(name: str) -> int:
        (tmp_path / name).touch()
        modes.append((tmp_path / name).stat().st_mode & 0o777)
        return 0

    monkeypatch.setattr(prepare, "prepare", lambda *given: make("environment"))
    monkeypatch.setitem(commands.COMMANDS, "setup", Command("", (), (lambda _: make("own"),)))
    before = os.umask(0o077)
    try:
        assert main(["setup"]) == 0
    finally:
        os.umask(before)
    assert modes == [0o644, 0o600]


def test_a_full_disk_is_said_in_a_line(ran, monkeypatch, capsys):
    def full(*given):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(prepare, "prepare", full)
    assert main(["setup"]) == 1
    assert "The disk is full" in capsys.readouterr().err


@pytest.mark.parametrize("code", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_course_that_cannot_be_written_is_said_in_a_line(ran, monkeypatch, capsys, code):
    def refuse(*given, **how):
        raise OSError(code, os.strerror(code), str(ROOT / "mine"))

    monkeypatch.setattr(Path, "mkdir", refuse)  # of the learner's copy
    assert main(["mine"]) == 1
    assert capsys.readouterr().err == (
        f"\n{ROOT / 'mine'} cannot be used: {os.strerror(code)}. "
        "Cure: put the course in a folder of your own, and run it there.\n"
    )


def test_a_place_elsewhere_that_cannot_be_written_has_another_cure():
    error = PermissionError(errno.EACCES, "Permission denied", "/other/venv")
    assert launcher.told(error).endswith("Cure: name a place that you may write to.")


def test_another_error_of_the_system_is_not_hidden(ran, monkeypatch):
    monkeypatch.setattr(prepare, "prepare", lambda *given: os.listdir("no such folder"))
    with pytest.raises(FileNotFoundError):
        main(["setup"])


def old_pythons() -> list[Path]:
    """Pythons that are too old for the course, where this machine has some."""
    found = list(Path.home().glob(".pyenv/versions/*/bin/python"))
    return [path for path in found if re.search(r"/(2\.\d|3\.[0-9]|3\.10)\.\d+/", str(path))]


@pytest.mark.parametrize(
    "python", [*old_pythons(), Path(sys.executable)], ids=lambda p: p.parts[-3]
)
def test_any_python_reads_the_way_in(python, tmp_path):
    """Too old, it says so in words; otherwise it lists the commands."""
    command = [python, ROOT / "course_lib", "help"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    said = done.stdout if done.returncode == 0 else done.stderr
    assert "lab  " in said or "needs Python 3.11 or newer" in said
    assert "Traceback" not in said
