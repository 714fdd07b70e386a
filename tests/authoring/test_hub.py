"""What a hub is told, and what a student's server does before it begins; without a hub."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import nbformat
import pytest
from traitlets.config import Config

from course_lib.authoring import prepare, working_copy
from course_lib.authoring.hub import server

CLOSED = server.closed
SHIPPED = Path(server.__file__).with_name("jupyterhub_config.py")


@pytest.fixture
def course(tmp_path, monkeypatch):
    """A course of two notebooks, as students get it."""
    root = tmp_path / "course"
    for name in ("00_start_here", "01_standard_lstm"):
        (root / "notebooks").mkdir(parents=True, exist_ok=True)
        cells = [nbformat.v4.new_code_cell("1 + 1", id="sum")]
        nbformat.write(nbformat.v4.new_notebook(cells=cells), root / f"notebooks/{name}.ipynb")
    monkeypatch.setattr(prepare, "ROOT", root)
    monkeypatch.setattr(server, "closed", lambda _: [])  # as a course below /srv is
    return root


def told(monkeypatch, state: Path, password: str = "") -> Config:
    monkeypatch.setenv("COURSE_HUB", str(state))
    monkeypatch.setenv("COURSE_HUB_TRY", password)
    made = Config()
    runpy.run_path(str(SHIPPED), {"get_config": lambda: made})
    return made


def test_a_folder_with_solutions_or_grades_is_not_served(course, tmp_path, monkeypatch):
    assert "cache" in told(monkeypatch, tmp_path / "state").Spawner.environment["COURSE_CACHE"]
    (course / "solutions").mkdir()
    (course / "grading").mkdir()
    with pytest.raises(SystemExit, match=r"solutions and grading[^$]*make release"):
        told(monkeypatch, tmp_path / "state")
    assert told(monkeypatch, tmp_path / "state", "try").JupyterHub.spawner_class == "simple"


def test_what_students_cannot_reach_is_not_served(course, tmp_path, monkeypatch):
    shut = tmp_path / "shut"
    (shut / "open").mkdir(parents=True)
    (shut / "open").chmod(0o755)  # whatever the umask
    shut.chmod(0o700)
    assert set(CLOSED(shut / "open/python")) - set(CLOSED(tmp_path / "python")) == {shut}
    (shut / "open").chmod(0o750)
    assert CLOSED(shut / "open/python")[:2] == [shut / "open", shut]
    monkeypatch.setattr(server, "closed", lambda needed: [shut] if needed == course else [])
    with pytest.raises(SystemExit, match=r"course, and not everybody may enter .*shut[^$]*PYTHON="):
        told(monkeypatch, tmp_path / "state")
    assert told(monkeypatch, tmp_path / "state", "try").JupyterHub.spawner_class == "simple"


def test_without_a_password_to_try_it_who_may_log_in_is_the_machines_affair(
    course, tmp_path, monkeypatch
):
    made = told(monkeypatch, tmp_path / "state")
    assert (tmp_path / "state" / "hub").stat().st_mode & 0o077 == 0  # its secrets are its own
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o755  # students read the cache in it
    assert "authenticator_class" not in made.JupyterHub
    assert "allow_all" not in made.Authenticator


def test_links_of_a_students_copy_lead_to_the_library_which_stays_where_it_is(
    course, tmp_path, monkeypatch
):
    monkeypatch.setattr(server, "trust", lambda *_: [])
    (course / "course_lib/cells").mkdir(parents=True)
    (course / "course_lib/cells/lstm.py").write_text("c = 1")
    exercise = course / "exercises/ps1/ps1.ipynb"
    exercise.parent.mkdir(parents=True)
    text = "[the cell](../../course_lib/cells/lstm.py), [00](../../notebooks/00_start_here.ipynb)"
    cells = [nbformat.v4.new_markdown_cell(text, id="links")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), exercise)
    mine = tmp_path / "home" / "lstm-variations"
    for _ in range(2):  # each start of a server does it
        server.prepare(mine, course)
    copied = mine / "exercises/ps1/ps1.ipynb"
    assert copied.read_bytes() == exercise.read_bytes()
    assert (copied.parent / "../../course_lib/cells/lstm.py").read_text() == "c = 1"
    assert (mine / "course_lib").is_symlink() and mine.stat().st_mode & 0o777 == 0o700
    (mine / "course_lib").unlink()
    (mine / "course_lib").mkdir()  # a student's own folder of that name
    server.prepare(mine, course)
    assert not (mine / "course_lib").is_symlink()


def test_the_courses_own_notebooks_are_trusted_and_changed_ones_are_not(
    course, tmp_path, monkeypatch
):
    for what in ("DATA", "CONFIG"):
        monkeypatch.setenv(f"JUPYTER_{what}_DIR", str(tmp_path / what))
    mine = tmp_path / "home" / "lstm-variations"
    assert working_copy.update(course, mine) == []
    changed = mine / "notebooks/01_standard_lstm.ipynb"
    notebook = json.loads(changed.read_text(encoding="utf-8"))
    notebook["cells"][0]["source"] = "1 + 2"
    changed.write_text(json.dumps(notebook), encoding="utf-8")
    assert server.trust(mine, course) == ["notebooks/00_start_here.ipynb"]
    from nbformat.sign import NotebookNotary

    signed = {
        path.stem: NotebookNotary().check_signature(nbformat.read(path, nbformat.NO_CONVERT))
        for path in mine.glob("notebooks/*.ipynb")
    }
    assert signed == {"00_start_here": True, "01_standard_lstm": False}
    assert server.trust(mine, course) == []  # what was done once is not read again
