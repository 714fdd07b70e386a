"""The browser edition with every other host out of reach: lessons, exercises, progress, valves."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.authoring.web.lite import build, faults
from tests.answers import ANSWERS
from tests.browser.lite_page import said
from tests.browser.valves_page import press

pytestmark = [pytest.mark.browser, pytest.mark.slow]
FIRST = "notebooks/00_start_here.ipynb"
EXERCISE = "exercises/ps1_standard_lstm/ps1_standard_lstm.ipynb"
TRAINS = {"experiment-train", "experiment-figure"}  # minutes; the benchmark runs them


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
