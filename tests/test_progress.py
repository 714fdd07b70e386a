"""Progress is kept whole, for this user alone, and no trouble with it stops a check."""

import json
import warnings
from pathlib import Path

import pytest

from course_lib.checks import (
    QUESTIONS,
    check,
    export_progress,
    filling,
    import_progress,
    keeping,
    progress,
    unanswered,
)
from course_lib.checks.closed import questions
from tests.answers import ANSWERS
from tests.masters import answered

ROOT = Path(__file__).resolve().parents[1]


def right():
    return answered("ps1.5", ANSWERS["ps1.5"]["right"]["by logarithms"])


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "kept"))
    return tmp_path / "kept"


def done(name: str) -> int:
    return {row[0]: row[2] for row in progress().rows}[name]


def test_what_passes_is_kept_and_what_does_not_is_not(folder):
    check("ps1.5", lambda steps, share: 0.0)
    tried = json.loads((folder / "progress.json").read_text())
    assert tried["passed"] == {} and len(tried["missed"]["ps1.5"]) == 1 and done("ps1") == 0
    check("ps1.5", right())
    first = (folder / "progress.json").read_text()
    assert json.loads(first)["missed"] == {}
    check("ps1.5", right())
    assert (folder / "progress.json").read_text() == first
    assert list(json.loads(first)["passed"]) == ["ps1.5"]
    assert [path.name for path in folder.iterdir()] == ["progress.json"]
    assert done("ps1") == 1 and done("ps2") == 0


def test_the_table_reads_as_text_and_as_html(folder):
    check("ps1.5", right())
    (line,) = (line for line in repr(progress()).splitlines() if line.startswith("ps1: "))
    total = sum(name.startswith("ps1.") for name in QUESTIONS)
    assert line.startswith("ps1: the standard LSTM") and line.endswith(f"  1 of {total}")
    html = progress()._repr_html_()
    assert "<th scope='row'" in html and f"<td>1 of {total}</td>" in html
    assert f"width:{1 / total:.0%}" in html
    assert sum(row.total for row in progress().rows) == len(QUESTIONS) + len(questions())


def test_each_row_leads_to_its_notebook(folder):
    for row in progress().rows:
        assert (ROOT / "notebooks" / row.link).is_file() and row.name in row.link


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"passed": 3}',
        '{"passed": {"ps1.5": 7}}',
        '{"passed": {}, "missed": {"ps1.5": 3}}',
        "\x00\x01",
    ],
)
def test_a_damaged_file_is_told_of_once_and_kept_aside(folder, text, capsys):
    folder.mkdir()
    (folder / "progress.json").write_text(text)
    with pytest.warns(UserWarning, match="damaged") as told:
        check("ps1.5", right())
    assert len(told) == 1
    assert capsys.readouterr().out.startswith("ps1.5: passed · 1 of")
    assert (folder / "progress.json.damaged").read_text() == text
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert done("ps1") == 1


def test_a_file_that_notepad_has_saved_is_read(folder):
    folder.mkdir()
    (folder / "progress.json").write_text('{"passed": {"ps1.5": "2026-01-01"}}', "utf-8-sig")
    assert keeping.passed() == {"ps1.5": "2026-01-01"}
    import_progress(folder / "progress.json")


def test_what_the_file_holds_besides_stays_in_it(folder):
    folder.mkdir()
    (folder / "progress.json").write_text('{"passed": {}, "more": [1]}')
    check("ps1.5", right())
    held = json.loads((folder / "progress.json").read_text())
    assert list(held["passed"]) == ["ps1.5"] and held["more"] == [1]


def test_an_export_leaves_what_its_file_holds_already(folder, tmp_path):
    file = tmp_path / "my_progress.json"
    file.write_text('{"passed": {"ps1.5": "2026-01-01", "ps2.1": "2026-01-02"}}')
    keeping.record("ps1.5")
    keeping.record("ps1.6")
    export_progress(file)
    days = json.loads(file.read_text())["passed"]
    assert sorted(days) == ["ps1.5", "ps1.6", "ps2.1"] and days["ps1.5"] == "2026-01-01"
    file.write_text("notes of mine")
    with pytest.raises(ValueError, match=r"my_progress.json holds no progress"):
        export_progress(file)


def test_a_notebook_that_cannot_be_read_costs_the_next_questions_title_alone(
    folder, tmp_path, monkeypatch, capsys
):
    monkeypatch.setattr(filling, "COURSE", tmp_path)
    for name, text in (("ps1_a", "<<<<<<< HEAD"), ("ps1_b", ""), ("ps1_c", '{"cells": [3]}')):
        (tmp_path / "exercises" / name).mkdir(parents=True)
        (tmp_path / "exercises" / name / "it.ipynb").write_text(text)
    check("ps1.5", right())
    assert capsys.readouterr().out.endswith("· next: ps1.6\n")


def test_a_damaged_file_does_not_stop_the_table(folder):
    folder.mkdir()
    (folder / "progress.json").write_bytes(b"\xff\xfe{")
    with pytest.warns(UserWarning, match="damaged"):
        assert done("ps1") == 0


def test_a_folder_that_cannot_be_written_is_told_of(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("no folder")
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "file" / "below"))
    with pytest.warns(UserWarning, match="cannot be kept") as told:
        check("ps1.5", right())
    assert len(told) == 1
    assert capsys.readouterr().out.startswith("ps1.5: passed")
    with pytest.warns(UserWarning, match="cannot be read"):
        assert done("ps1") == 0


def test_where_it_lies(monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", "")
    assert keeping.place() is None and keeping.passed() == {}
    monkeypatch.delenv("COURSE_PROGRESS")
    assert keeping.place() is None  # a test that forgets to say where keeps nothing
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    place = keeping.place()
    assert place is not None and place.parts[-2:] == ("lstm-variations-course", "progress.json")


def test_what_has_passed_leads_on(folder, capsys):
    check("ps1.5", right())
    total = sum(name.startswith("ps1.") for name in QUESTIONS)
    assert capsys.readouterr().out == f"ps1.5: passed · 1 of {total} · next: ps1.6 Find the bug\n"
    html = filling.passed("ps1.5", QUESTIONS, keeping.passed())._repr_html_()
    assert "<a href='#6.-Find-the-bug-(3-points)'>Find the bug</a>" in html
    for name in QUESTIONS:
        if name.startswith("ps1.") and name != "ps1.2":
            keeping.record(name)
    assert "next: ps1.2 One step" in repr(filling.passed("ps1.8", QUESTIONS, keeping.passed()))
    assert "all of this set" in repr(filling.passed("ps1.2", QUESTIONS, keeping.passed()))


def test_nbgrader_sees_the_error(capsys, monkeypatch):
    from IPython.core.interactiveshell import InteractiveShell

    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    shell = InteractiveShell()
    unanswered.install(shell)
    shell.run_cell('check("ps1.2", lstm_step)', store_history=True)
    assert "NameError" in capsys.readouterr().out


def test_a_check_before_its_answer_says_so(capsys):
    from IPython.core.interactiveshell import InteractiveShell

    shell = InteractiveShell()
    unanswered.install(shell)
    shell.run_cell("from course_lib.checks import check", store_history=True)
    capsys.readouterr()
    shell.run_cell('check("ps1.2", lstm_step)', store_history=True)
    said = capsys.readouterr()
    assert said.out.startswith("ps1.2: not yet\nhint: there is no lstm_step yet.")
    assert "NameError" not in said.out + said.err
    shell.run_cell('check("ps1.2", lambda: nothing)\nelsewhere', store_history=True)
    assert "NameError" in capsys.readouterr().out
