"""Further hints come after several different answers, lead on, and give nothing away."""

from __future__ import annotations

import json
import re
from typing import Any

import numpy as np
import pytest

from course_lib.checks import QUESTIONS, check, keeping, ps1, require
from course_lib.checks.further import FURTHER, PATIENCE, mark
from course_lib.checks.parts import layers
from tests.answers import ANSWERS
from tests.masters import answered, asked, cell, in_one_line

sigmoid = ps1.sigmoid


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path))
    return tmp_path


def answer(text: str):
    space: dict = {}
    exec(f"def forget_bias(steps, share):\n    return {text}", space)
    return space["forget_bias"]


def said(capsys, text: str) -> str:
    check("ps1.5", answer(text))
    return capsys.readouterr().out


def test_it_comes_with_the_third_different_answer_and_stays(folder, capsys):
    for text in ("0.0", "share", "share", "share"):
        assert "further" not in said(capsys, text)
    third = said(capsys, "share * steps")
    assert in_one_line(third).endswith(f"further hint: {FURTHER['ps1.5']}")
    assert "further hint" in said(capsys, "0.0")  # an old one again
    kept = json.loads((folder / "progress.json").read_text())
    assert len(kept["missed"]["ps1.5"]) == PATIENCE


def test_what_is_not_written_yet_is_no_try(folder, capsys):
    def forget_bias(steps, share):
        raise NotImplementedError

    check("ps1.5", forget_bias)
    assert "nothing is written" in capsys.readouterr().out
    assert not (folder / "progress.json").exists()


def test_where_it_has_passed_nothing_more_counts(folder, capsys):
    for text in ("0.0", "share"):
        said(capsys, text)
    check("ps1.5", answered("ps1.5", ANSWERS["ps1.5"]["right"]["by logarithms"]))
    assert keeping.miss("ps1.5", "later") == []
    for text in ("1.0", "2.0", "3.0", "4.0"):
        assert "further" not in said(capsys, text)


def test_marks_know_nothing_of_it(folder):
    for text in ("0.0", "share", "steps", "share * steps"):
        with pytest.raises(AssertionError) as error:
            require("ps1.5", answer(text), [5])
        assert "further" not in str(error.value)
    assert not (folder / "progress.json").exists()


def test_where_no_progress_is_kept_there_is_none(monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PROGRESS", "")
    for text in ("0.0", "share", "steps", "share * steps"):
        assert "further" not in said(capsys, text)


def test_an_answer_is_told_from_another_and_not_from_itself():
    assert mark(answer("share")) == mark(answer("share"))
    different = {mark(answer(text)) for text in ("0.0", "1.0", "share", "steps", "share + steps")}
    assert len(different) == 5
    assert mark(np.tanh) == ""  # without code of its own
    inner = "(lambda: share)()"
    assert mark(answer(inner)) == mark(answer(inner))


def test_the_problem_sets_one_to_three_have_one_each():
    sets = {name for name in QUESTIONS if name[:3] in ("ps1", "ps2", "ps3")}
    assert set(FURTHER) == sets
    for name, text in FURTHER.items():
        written = cell(asked()[name].master, asked()[name].answer).split("### BEGIN SOLUTION")[1]
        lines = [re.sub(r"\s", "", line) for line in written.splitlines()]
        assert len(lines) > 3
        assert not [line for line in lines if len(line) > 6 and line in re.sub(r"\s", "", text)]


# --- the numbers in them are those of the examples ----------------------------------------------

x, h_, c_ = np.array([[1.0, -1.0]]), np.array([[0.5]]), np.array([[2.0]])
W = np.array([[0.2, 0.4, 0.6, 0.8], [0.1, 0.3, 0.5, 0.7]])
R, b = np.array([[1.0, 2.0, -1.0, -2.0]]), np.array([0.0, 1.0, 0.5, -0.5])


def has(name: str, *numbers: Any, digits: int = 3) -> None:
    for number in numbers:
        told = f"{float(np.squeeze(number)):.{digits}f}".replace("-", "−")
        assert told in FURTHER[name], (name, told)


def test_the_numbers_in_the_further_hints_are_those_of_the_examples():
    a = np.ravel(layers(x, h_, W, R, b))
    i, f, g, o = ps1.valves(x, h_, W, R, b)
    c = f * c_ + i * g
    has("ps1.1", *a, digits=1)
    has("ps1.2", f * c_, i * g, np.tanh(c))
    has("ps1.5", 0.5 ** (1 / 100), digits=4)
    has("ps1.7", o * (1 - np.tanh(c) ** 2))
    has("ps2.1", a[0] - 1.0 * 2, a[1] + 0.5 * 2, digits=1)
    has("ps2.4", 0.9, digits=1)
    has("ps2.4", -1.0 * 0.1 * 0.2 * 0.8)
    has("ps2.4", 0.5 * 2.0 * 0.9 * 0.1, digits=2)
    three = [0, 2, 3]
    tied = np.array([[0.2, 0.6, 0.8], [0.1, 0.5, 0.7]])
    assert np.array_equal(tied, W[:, three])
    a_i, a_g, _ = layers(x, h_, tied, R[:, three], np.array([-1.0, 0.5, -0.5]), blocks=3)
    lever = sigmoid(a_i)
    has("ps3.1", lever, (1 - lever) * c_, lever * np.tanh(a_g))
    has("ps3.3", 0.5 - 2.0, digits=1)
    for mean in ((15 + 19) / 2, (5 + 7) / 2, (4 + 6) / 2):
        has("ps3.5", mean, digits=0)
