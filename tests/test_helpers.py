"""Checks ask an answer with right helpers as well, and give the learner's own ones back."""

import numpy as np
import pytest

from course_lib.checks import QUESTIONS, check, helpers, verdict
from tests.answers import ANSWERS
from tests.masters import answered, asked


def space(**functions: str) -> dict:
    """What a notebook's cells define, as answers to problem set 1."""
    made: dict = {"np": np}
    for name in ("ps1.1", "ps1.2", "ps1.3"):
        text = functions.get(helpers.CALLED[name]) or next(iter(ANSWERS[name]["right"].values()))
        exec(text, made)
    return made


WRONG = "def valves(x, h_, W, R, b):\n    return [np.full(h_.shape, 0.5)] * 4"


def test_the_functions_are_called_as_the_masters_call_them():
    assert {name: one.function for name, one in asked().items()} == helpers.CALLED
    assert set(QUESTIONS) == set(helpers.CALLED)


def test_a_right_step_passes_with_a_wrong_helper(capsys):
    made = space(valves=WRONG)
    own = made["valves"]
    check("ps1.2", made["lstm_step"])
    assert capsys.readouterr().out == "ps1.2: passed, with the right valves in place of yours\n"
    assert made["valves"] is own
    assert not verdict("ps1.1", own).passed


def test_a_wrong_step_does_not(capsys):
    step = "def lstm_step(x, h_, c_, W, R, b):\n    i, f, g, o = valves(x, h_, W, R, b)\n" \
           "    c = i * c_ + f * g\n    return o * np.tanh(c), c"  # fmt: skip
    made = space(valves=WRONG, lstm_step=step)
    check("ps1.2", made["lstm_step"])
    assert capsys.readouterr().out.startswith("ps1.2: not yet")
    assert verdict("ps1.3", made["lstm_sequence"]).text == (
        "with the right valves and lstm_step in place of yours"
    )


def test_a_helper_that_is_not_written_is_no_mistake():
    made = space(lstm_step="def lstm_step(*given):\n    raise NotImplementedError()")
    found = verdict("ps1.3", made["lstm_sequence"])
    assert not found.passed
    assert found.text == (
        "hint: it calls a function that is not written yet: lstm_step. Write that first."
    )
    assert verdict("ps1.2", made["lstm_step"]).text == "hint: nothing is written here yet."


@pytest.mark.parametrize("name", QUESTIONS)
def test_sizes_differ_from_draw_to_draw(name):
    """An answer that is right for some sizes alone does not pass."""
    shapes = set()
    for seed in range(12):
        given = QUESTIONS[name].inputs(np.random.default_rng(seed))
        arrays = [part for part in given if isinstance(part, np.ndarray)]
        columns = [c for part in given if isinstance(part, dict) for c in part.values()]
        plain = [part for part in given if isinstance(part, int)]
        shapes.add((*(array.shape for array in [*arrays, *columns]), *plain))
    assert len(shapes) >= 3


def test_an_answer_for_two_three_and_five_alone_does_not_pass():
    def only_these(x, h_, W, R, b):
        if {*x.shape, *h_.shape} - {2, 3, 5}:
            return (np.zeros(h_.shape),) * 4
        return QUESTIONS["ps1.1"].reference(x, h_, W, R, b)

    assert sum(verdict("ps1.1", only_these, [seed]).passed for seed in range(30)) <= 3


@pytest.mark.parametrize("name", ["capstone.1", "capstone.2", "capstone.3"])
def test_an_own_cell_passes_whatever_is_drawn(name):
    """Few numbers could make one cell look like another: with a kink that none of them reaches."""
    for text in ANSWERS[name]["right"].values():
        answer = answered(name, text)
        for seed in range(2000, 2150):
            found = verdict(name, answer, [seed])
            assert found.passed, (seed, found.text)
