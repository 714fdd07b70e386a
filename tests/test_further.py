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


def test_every_question_of_the_problem_sets_has_one():
    """Not the capstone's: its equations are the learner's own, and have no numbers to show."""
    assert set(FURTHER) == {name for name in QUESTIONS if not name.startswith("capstone")}
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


def given(problem_set: str, *cells: str) -> dict:
    """What the cells of a master hold that a learner is given, and the answers in some others."""
    master = asked()[f"{problem_set}.1"].master
    space: dict = {}
    for name in cells:
        exec(cell(master, name).replace("from course_lib.checks import check\n", ""), space)
    return space


def test_the_numbers_of_set_4_are_those_of_its_examples():
    space = given("ps4", "tiny", "answer-4", "answer-7")
    x, h_, W, R, b, b_hn = (space[name] for name in ("x", "h_", "W", "R", "b", "b_hn"))
    a_r = (x @ W + b)[:, :2]
    from_r, _, from_n = np.split(h_ @ R, 3, axis=1)
    r = sigmoid(a_r + from_r)
    has("ps4.1", *r[0], *(r * (from_n + b_hn))[0])
    has("ps4.2", *(r * h_)[0], *((r * h_) @ R[:, 4:])[0])
    _, _, added, kept = space["from_pytorch"](W.T, R.T, b, np.arange(1.0, 7.0))
    assert np.allclose(added - b, [1, 2, 3, 4, 0, 0])
    assert np.allclose(kept, [5, 6])
    has("ps4.5", *(r * (from_n + b_hn))[0], *(r * from_n + b_hn)[0])
    z = given("ps4", "tiny", "given-6")["z_trained"]
    has("ps4.6", 1 - z[0, 0], digits=1)
    has("ps4.6", np.prod(z[1:, 0]))
    lstm = 4 * (88 * 64 + 64 * 64 + 64)
    gru = [space["same_size"](88, units)[0] for units in (78, 79)]
    assert gru[0] < lstm < gru[1]
    has("ps4.7", lstm, *gru, digits=0)


def test_the_numbers_of_set_5_are_those_of_its_examples():
    space = given("ps5", "tiny", "answer-1", "given-3", "answer-2", "given-5")
    rows, wide, narrow = space["rows"], space["wide"], space["narrow"]
    trials, test = space["best_tenth"](rows, "NP")
    chosen = [(rows["variant"] == "NP") & (rows["trial"] == trial) for trial in trials]
    has("ps5.1", *(rows["val_nll"][one] for one in chosen), digits=1)
    u, v = np.var(wide, ddof=1) / 3, np.var(narrow, ddof=1) / 4
    has("ps5.2", u, v, digits=4)
    has("ps5.2", wide.mean() - narrow.mean(), np.sqrt(u + v))
    has("ps5.3", space["two_sided_p"](space["four_t"], space["four_df"])[2], 0.05 / 4, digits=4)
    has("ps5.4", *test, space["best_tenth"](rows, "V")[1][0], digits=1)
    has("ps5.4", space["best_tenth"](rows, "V")[1][1], digits=2)
    lost = [sum((rows["variant"] == v) & (rows["status"] == "diverged")) for v in ("NP", "V")]
    assert f"{lost[0]} trials of NP diverged and {lost[1]} of V" in FURTHER["ps5.4"]
    mine, (first, second) = np.flatnonzero(rows["variant"] == "NP"), space["two_draws"]
    again = [{k: v[mine[draw]] for k, v in rows.items()} for draw in (first, second)]
    (twice, one), (others, two) = (space["best_tenth"](draw, "NP") for draw in again)
    assert twice.tolist() == [5, 5]
    assert others.tolist() == [0, 2]
    has("ps5.5", *one, *two, digits=1)


def test_the_numbers_of_set_6_are_those_of_its_examples():
    space = given("ps6", "tiny", "given-2", "given-4", "answer-2", "answer-3", "answer-4")
    x, h_, W, R, b = (space[name] for name in ("x", "h_", "W", "R", "b"))
    f = sigmoid(x @ W[:, :2] + h_ @ R[:, :2] + b[:2])
    has("ps6.1", *f[0], *np.tanh(x @ W[:, 2:] + (f * h_) @ R[:, 2:] + b[2:])[0])
    W, R, b = space["four"]
    e, k, _, _ = np.split(x @ W + h_ @ R + b, 4, axis=1)
    has("ps6.2", *e[0], *k[0], digits=1)
    has("ps6.2", *np.exp(space["slstm_step"](x, h_, space["c_"], space["n_"], W, R, b)[2])[0])
    e, n = (x @ W + b)[:, :2], space["first_step"](x, W, R, b)[2]
    assert np.allclose(n, e)
    has("ps6.3", *e[0], digits=1)
    z, n = space["z"], space["n"]
    left = space["parallel"](z, n, np.full((1, 1), 2.0)) - space["buggy_parallel"](z, n)
    has("ps6.4", *np.cumprod(z), *left.ravel(), digits=2)
