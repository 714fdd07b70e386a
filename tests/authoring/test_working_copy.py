"""A learner's copy: brought up to date, and never written over."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from course_lib.authoring import working_copy
from course_lib.authoring.working_copy import ROOT, update


def notebook(*sources: str, outputs: tuple = ()) -> str:
    cells = [
        {"cell_type": "code", "source": [text], "outputs": list(outputs), "id": f"c{k}"}
        for k, text in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


@pytest.fixture
def course(tmp_path):
    """A course of one notebook and one exercise, and the places of their copies."""
    for folder, name in (("notebooks", "01.ipynb"), ("exercises/ps1", "ps1.ipynb")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / name).write_text(notebook("first edition"))
    return tmp_path


def test_what_is_not_there_is_copied_and_what_was_left_behind_is_not(course):
    (course / "notebooks/composed.mid").touch()
    (course / "notebooks/.ipynb_checkpoints").mkdir()
    (course / "notebooks/.ipynb_checkpoints/01-checkpoint.ipynb").touch()
    assert update(course) == []
    mine = course / "mine"
    files = {path.relative_to(mine).as_posix() for path in mine.rglob("*") if path.is_file()}
    assert files == {"notebooks/01.ipynb", "exercises/ps1/ps1.ipynb", working_copy.RECORD}
    for name in files - {working_copy.RECORD}:
        assert (mine / name).read_bytes() == (course / name).read_bytes()


def test_a_notebook_that_was_only_run_takes_the_new_edition(course):
    update(course)
    mine = course / "mine/notebooks/01.ipynb"
    mine.write_text(notebook("first edition", outputs=({"output_type": "stream"},)))
    run = mine.read_text()
    assert update(course) == []
    assert mine.read_text() == run, "without a new edition its outputs stay"
    (course / "notebooks/01.ipynb").write_text(notebook("second edition"))
    assert update(course) == []
    assert mine.read_text() == notebook("second edition")


def test_what_was_written_stays_and_the_new_edition_stands_beside_it_once(course):
    update(course)
    mine = course / "mine/exercises/ps1/ps1.ipynb"
    mine.write_text(notebook("my answer"))
    assert update(course) == []
    (course / "exercises/ps1/ps1.ipynb").write_text(notebook("second edition"))
    (said,) = update(course)
    assert "mine/exercises/ps1/ps1.ipynb stays as you wrote it" in said and "ps1.new.ipynb" in said
    assert mine.read_text() == notebook("my answer")
    new = mine.with_name("ps1.new.ipynb")
    assert new.read_text() == notebook("second edition")
    assert update(course) == []
    new.unlink()
    assert update(course) == [] and not new.exists(), "it is not pressed on anybody"


def test_nor_is_anything_written_over_in_the_file_beside(course):
    update(course)
    mine, original = course / "mine/notebooks/01.ipynb", course / "notebooks/01.ipynb"
    new = mine.with_name("01.new.ipynb")
    mine.write_text(notebook("my own"))
    original.write_text(notebook("second edition"))
    update(course)
    original.write_text(notebook("third edition"))
    update(course)
    assert new.read_text() == notebook("third edition"), "nobody had written in it"
    new.write_text(notebook("third edition, and mine"))
    original.write_text(notebook("fourth edition"))
    update(course)
    assert mine.read_text() == notebook("my own")
    assert new.read_text() == notebook("third edition, and mine")
    assert mine.with_name("01.new2.ipynb").read_text() == notebook("fourth edition")


def test_deleted_or_renamed_it_comes_anew(course):
    update(course)
    mine = course / "mine/notebooks/01.ipynb"
    mine.write_text(notebook("my own"))
    mine.rename(mine.with_name("01_mine.ipynb"))
    update(course)
    assert mine.read_text() == notebook("first edition")
    assert mine.with_name("01_mine.ipynb").read_text() == notebook("my own")


@pytest.mark.parametrize("record", [None, "", "[1]", '{"notebooks/01.ipynb": {}}'])
def test_without_a_record_nothing_of_ones_own_is_lost(course, record):
    update(course)
    mine = course / "mine/notebooks/01.ipynb"
    mine.write_text(notebook("my own"))
    file = course / "mine" / working_copy.RECORD
    file.unlink() if record is None else file.write_text(record)
    (said,) = update(course)
    assert "01.new.ipynb" in said
    assert mine.read_text() == notebook("my own")


def test_a_spoilt_notebook_is_still_somebodys(course):
    update(course)
    mine = course / "mine/notebooks/01.ipynb"
    mine.write_text('{"cells": [')
    (course / "notebooks/01.ipynb").write_text(notebook("second edition"))
    (said,) = update(course)
    assert "01.new.ipynb" in said and mine.read_text() == '{"cells": ['


def test_a_read_only_course_gives_files_to_write_in(course):
    (course / "notebooks/01.ipynb").chmod(0o444)
    update(course)
    assert (course / "mine/notebooks/01.ipynb").stat().st_mode & 0o200


def test_links_lead_to_what_is_there(tmp_path):
    """Those of the course itself, from where the copies lie."""
    for folder in working_copy.FOLDERS:
        shutil.copytree(ROOT / folder, tmp_path / folder)
    for name in ("course_lib", "TEACHING.md", "README.md"):
        (tmp_path / name).symlink_to(ROOT / name)
    update(tmp_path)
    out = 0
    for path in (tmp_path / "mine").rglob("*.ipynb"):
        for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
            if cell["cell_type"] == "markdown":
                for link in re.findall(r"\]\(([\w./]+\.\w+|\.\./[^)#]*)", "".join(cell["source"])):
                    place = Path(os.path.normpath(path.parent / link))
                    assert place.exists(), (path.name, link)
                    out += "mine" not in place.relative_to(tmp_path).parts
    assert out > 3, "some lead out of mine/"


def test_git_sees_nothing_of_a_learners_work(tmp_path):
    """Pulled into a clone in which a learner has worked, a new edition meets nothing of theirs."""

    def git(folder, *words: str) -> str:
        name = ("-c", "user.name=A", "-c", "user.email=a@example.org")
        command = ["git", "-C", str(folder), *name, *words]
        own = {key: value for key, value in os.environ.items() if not key.startswith("GIT_")}
        own |= {"GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_NOSYSTEM": "1"}
        done = subprocess.run(command, check=True, capture_output=True, text=True, env=own)
        return done.stdout

    origin, clone = tmp_path / "origin", tmp_path / "clone"
    (origin / "notebooks").mkdir(parents=True)
    (origin / "notebooks/01.ipynb").write_text(notebook("first edition"))
    shutil.copy(ROOT / ".gitignore", origin)
    git(tmp_path, "init", "-q", str(origin))
    git(origin, "add", ".")
    git(origin, "commit", "-qm", "first")
    git(tmp_path, "clone", "-q", str(origin), str(clone))
    update(clone)
    mine = clone / "mine/notebooks/01.ipynb"
    mine.write_text(notebook("my own"))
    (clone / "mine/notebooks/composed.mid").touch()
    assert git(clone, "status", "--porcelain") == ""
    (origin / "notebooks/01.ipynb").write_text(notebook("second edition"))
    git(origin, "commit", "-qam", "second")
    git(clone, "pull", "-q")
    update(clone)
    assert git(clone, "status", "--porcelain") == ""
    assert mine.read_text() == notebook("my own")
