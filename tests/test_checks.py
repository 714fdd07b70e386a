"""The checks accept right answers however they are written, and name what is wrong in others."""

import re
import subprocess
import sys

import numpy as np
import pytest

from course_lib.checks import (
    QUESTIONS,
    WIDTH,
    check,
    ps1,
    require,
    verdict,
)
from course_lib.checks.comparing import near, shape_hint
from tests.answers import ANSWERS, HINTS
from tests.masters import answered, in_one_line

FRESH = (100, 101, 102)  # seeds that the visible check does not use
RIGHT = [(name, how) for name in QUESTIONS for how in ANSWERS[name]["right"]]
WRONG = [(name, how) for name in QUESTIONS for how in ANSWERS[name]["wrong"]]


def test_every_question_has_answers():
    assert set(ANSWERS) == set(HINTS) == set(QUESTIONS)
    for name, answers in ANSWERS.items():
        assert len(answers["right"]) >= 2 and len(answers["wrong"]) >= 3, name
        assert set(HINTS[name]) == set(answers["wrong"]), name


@pytest.mark.parametrize(("name", "how"), RIGHT)
def test_right_answers_pass_however_they_are_written(name, how, capsys):
    answer = answered(name, ANSWERS[name]["right"][how])
    check(name, answer)
    assert capsys.readouterr().out == f"{name}: passed\n"
    require(name, answer, FRESH)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")  # a wrong answer may well overflow
@pytest.mark.parametrize(("name", "how"), WRONG)
def test_wrong_answers_are_rejected_and_named(name, how, capsys):
    answer = answered(name, ANSWERS[name]["wrong"][how])
    check(name, answer)
    said = capsys.readouterr().out
    assert said.startswith(f"{name}: not yet\n")
    assert max(map(len, said.splitlines())) <= WIDTH
    assert in_one_line(HINTS[name][how]) in in_one_line(said)
    for seed in FRESH:
        with pytest.raises(AssertionError, match=f"{name}: not yet"):
            require(name, answer, [seed])


def well_shaped(name: str, how: str) -> bool:
    """Whether a wrong answer returns values of the right number, shape and kind."""
    question = QUESTIONS[name]
    given = question.inputs(np.random.default_rng(0))
    try:
        came = answered(name, ANSWERS[name]["wrong"][how])(*given)
    except (NotImplementedError, TypeError, ValueError):
        return False
    return not question._misshapen(came, question.reference(*given))


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize("name", QUESTIONS)
def test_some_wrong_answers_are_right_in_shape_and_scale(name):
    assert sum(well_shaped(name, how) for how in ANSWERS[name]["wrong"]) >= 2


TOLD_IN_TWO_WAYS = {
    "the two valves are swapped: f scales the old memory c₋, and i the new memory g.",
    ps1.order_hint((1, 0, 2, 3)),
}


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("seed", [0, 1, 100])
def test_every_listed_mistake_is_rejected_with_its_own_hint(name, seed):
    question = QUESTIONS[name]
    given = question.inputs(np.random.default_rng(seed))
    values = [question._values(mistake.answer(*given)) for mistake in question.mistakes]
    for mistake, made in zip(question.mistakes, values, strict=True):
        equals = {
            other.hint
            for other, theirs in zip(question.mistakes, values, strict=True)
            if all(map(near, theirs, made))
        }
        found = verdict(name, mistake.answer, (seed,))
        assert not found.passed, mistake.hint
        assert found.text.split("hint: ")[1] in equals
        assert len(equals) == 1 or equals == TOLD_IN_TWO_WAYS


# --- the comparison needs no answer -------------------------------------------------------------


@pytest.mark.parametrize("name", QUESTIONS)
def test_values_alone_decide(name):
    question = QUESTIONS[name]
    given = question.inputs(np.random.default_rng(5))
    came = question.reference(*given)
    assert question.judge_values(given, came).passed
    assert question.judge_values(given, came, given).passed
    for junk in (None, [], "text", object(), [None] * len(question.returns), np.nan):
        assert not question.judge_values(given, junk).passed
    assert all(module.startswith("course_lib.") for module in question.answered_by)
    assert "course_lib.checks" in question.answered_by


def test_a_single_value_in_place_of_several_is_named():
    for value in (np.array(3.0), 3.0, np.float64(3)):
        found = verdict("ps1.1", lambda *_, value=value: value)
        assert "and 4 values are expected." in found.text
    assert "it returns a single value, and" in verdict("ps1.1", lambda *_: np.array(3.0)).text


def test_changed_arguments_are_told_where_they_are_known():
    question = QUESTIONS["ps1.2"]
    given = question.inputs(np.random.default_rng(5))
    after = (*given[:2], given[2] + 1, *given[3:])
    found = question.judge_values(given, question.reference(*given), after)
    assert not found.passed and "changes its argument c_" in found.text


def test_an_unknown_question_is_an_error():
    with pytest.raises(ValueError, match=r"came 'ps9.9', expected one of \['capstone.1', 'caps"):
        check("ps9.9", print)


def test_checks_need_numpy_alone():
    code = (
        "import sys, course_lib.checks;"
        "heavy = ('nbgrader', 'matplotlib', 'IPython', 'platformdirs');"
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("came", "expected", "words"),
    [
        ((1, 20), (20,), "the right number of values, with an axis too many: \\[20\\]"),
        ((9, 1), (9,), "with an axis too many"),
        ((15,), (5,), "the three blocks still lie side by side"),
        ((7,), (5,), "another number of values than asked for"),
        ((6,), (5,), "another number of values than asked for"),
        ((6, 2, 3), (5, 2, 3), "one row too many"),
        ((3, 2), (2, 3), "transposed: the axes come in another order"),
    ],
)
def test_what_most_likely_leads_to_a_shape(came, expected, words):
    assert re.search(words, shape_hint(came, expected))
