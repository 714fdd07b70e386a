"""The browser edition with every other host out of reach: lessons, exercises, progress, valves."""

from __future__ import annotations

import json

import numpy as np
import pytest
from playwright.sync_api import expect

from course_lib.authoring.web.lite import build, faults
from course_lib.tasks import chorales
from course_lib.tasks.chorales.made_up import made_up
from tests.answers import ANSWERS
from tests.browser.lite_page import LitePage, alone, said
from tests.browser.valves_page import press

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIRST = "notebooks/00_start_here.ipynb"
FOLDER = "exercises/ps1_standard_lstm"
EXERCISE = f"{FOLDER}/ps1_standard_lstm.ipynb"
TRAINS = {"experiment-train", "experiment-figure"}  # minutes; the benchmark runs them

OWN = """
from course_lib.tasks import chorales
music = chorales.load()
print(music.name)
chorales.write_midi("piece.mid", music.rolls["test"][0])
"""


def test_the_folder_is_whole(edition):
    assert faults.faults(build.OUT) == []


def test_the_first_notebook_runs(visitor):
    visitor.open(FIRST)
    found = {}
    for cell in visitor.cells():
        if cell["cell_type"] == "code" and cell["id"] not in TRAINS:
            found[cell["id"]] = said(visitor.run(cell["id"]))
    assert not [f"{cell}: {text}" for cell, text in found.items() if "ERROR" in text]
    assert "All is ready." in found["environment-check"]
    assert "True" in found["rnn-by-hand"] and "the same: True" in found["thought-run"]
    assert visitor.errors == [] and visitor.elsewhere == []


def test_a_valve_is_turned_by_keys(visitor):
    if FIRST not in visitor.page.url:  # where it runs alone
        visitor.open(FIRST)
        visitor.run("rnn-by-hand")
    visitor.run("turn-valve")
    cell = visitor.cell("turn-valve")
    words = cell.locator("p.valves-words")
    words.wait_for()
    before = words.text_content()
    press(visitor, cell, 0, "ArrowLeft", 5)
    expect(words).not_to_have_text(before)
    assert visitor.errors == []


def test_an_answer_is_checked_and_progress_outlives_the_page(visitor):
    visitor.open(EXERCISE)
    visitor.run("tiny")
    answers = ANSWERS["ps1.1"]
    wrong = next(iter(answers["wrong"].values()))
    visitor.write("answer-1", wrong)
    visitor.run("answer-1")
    assert said(visitor.run("check-1")).startswith("ps1.1: not yet\n")
    visitor.write("answer-1", next(iter(answers["right"].values())))
    visitor.run("answer-1")
    assert "ps1.1: passed · 1 of" in said(visitor.run("check-1"))

    visitor.save()
    visitor.open(EXERCISE)  # the page anew, and another Python
    assert "return s(a_i)" in visitor.cells()[visitor.at("answer-1")]["source"]
    visitor.write(
        "tiny",
        "import json\nfrom course_lib.checks import export_progress, progress\n"
        "export_progress()\nprint(json.load(open('my_progress.json')))\nprint(progress())",
    )
    shown = said(visitor.run("tiny"))
    assert "questions passed: 1, written to my_progress.json" in shown and "'ps1.1'" in shown
    assert visitor.errors == [] and visitor.elsewhere == []
    assert json.loads(visitor.download(f"{FOLDER}/my_progress.json"))["passed"].keys() == {"ps1.1"}
    assert visitor.errors == [] and visitor.elsewhere == []


def test_files_come_from_elsewhere_and_go_there(chromium, edition, tmp_path):
    """Progress, music of the visitor's own in place of what was made up, and MIDI."""
    context = alone(chromium)
    visitor = LitePage(context, edition)
    visitor.open(EXERCISE)
    visitor.upload(f"{FOLDER}/my_progress.json", b'{"passed": {"ps2.1": "2026-01-31"}}')
    visitor.write("tiny", "from course_lib.checks import import_progress\nimport_progress()")
    assert "1 of them new here" in said(visitor.run("tiny"))
    visitor.write("tiny", "from course_lib.checks import keeping\nprint(keeping.passed())")
    assert "'ps2.1': '2026-01-31'" in said(visitor.run("tiny"))

    music = made_up()
    music = music._replace(pitches=music.pitches + (music.pitches > 0))  # a semitone higher
    np.savez_compressed(tmp_path / "chorales.npz", **music._asdict())
    visitor.upload("chorales.npz", (tmp_path / "chorales.npz").read_bytes())
    visitor.write("tiny", OWN)
    assert said(visitor.run("tiny")) == "JSB Chorales\n"
    chorales.write_midi(tmp_path / "piece.mid", chorales.Chorales(music).rolls["test"][0])
    assert visitor.download(f"{FOLDER}/piece.mid") == (tmp_path / "piece.mid").read_bytes()
    assert visitor.errors == [] and visitor.elsewhere == []
    context.close()
