"""Questions that are asked in several ways: each way has its right and its wrong answers."""

import doctest
import re
from collections import Counter

import numpy as np
import pytest

from course_lib.authoring.notebooks import ROOT
from course_lib.checks import CHOICES, QUESTIONS, check, edition, editions, require
from course_lib.checks.comparing import near
from course_lib.grading import editions as own
from tests.answers.own import OTHER, OWN, neighbours
from tests.masters import asked, in_one_line, read

FRESH = (100, 101, 102)  # seeds that the visible check does not use
WAYS = [(name, number) for name in CHOICES for number in range(len(CHOICES[name]))]
OTHERS = [(name, number) for name, number in WAYS if number]


def master(name: str, number: int):
    """The master of the edition in which one question alone is asked in another way."""
    set_ = asked()[name].master
    words = own.texts(ROOT / "solutions" / f"{set_}.variants.toml")
    return own.in_own_words(read("solutions", set_), words, {name: number})


def answer(name: str, number: int, text: str):
    """The function that an answer's cell defines, in the edition's own notebook."""
    space: dict = {}
    for cell in master(name, number).cells:
        if cell.id == asked()[name].answer:
            exec(text, space)
            return space[asked()[name].function]
        if cell.cell_type == "code" and not cell.source.startswith("check("):
            exec(cell.source, space)
    raise AssertionError(f"{name} has no answer's cell")


def test_one_question_in_four_of_each_set_varies_at_least():
    of = Counter(one.master for one in asked().values())
    varied = Counter(asked()[name].master for name in CHOICES)
    sets = [name for name in of if name.startswith("ps")]
    assert all(varied[name] >= of[name] / 4 for name in sets)


def test_the_teachers_table_is_of_the_questions_that_vary():
    text = (ROOT / "TEACHING.md").read_text(encoding="utf-8")
    told = re.findall(r"^\| (ps\d\.\d) \| (\d) \|", text, re.M)
    assert told == [(name, str(len(ways))) for name, ways in sorted(CHOICES.items())]


def test_every_way_has_its_words_and_its_answers():
    assert set(OWN) == set(WAYS)
    for name in CHOICES:
        words = own.texts(ROOT / "solutions" / f"{asked()[name].master}.variants.toml")
        assert sorted(words[name]) == list(range(1, len(CHOICES[name])))
        assert not set(words) - set(CHOICES)
    for answers in OWN.values():
        assert len(answers["right"]) >= 2 and len(answers["wrong"]) >= 3


TOLD_OTHER = {  # the wrong answers that are what another way asks for
    ("ps1.5", 0): "the sign",
    ("ps1.6", 0): "the row turned",
    ("ps2.3", 0): "two biases",
    ("ps3.2", 0): "f first",
    ("ps3.5", 0): "medians",
    ("ps4.6", 0): "z lets in",
    ("ps4.7", 0): "no b_hn",
    ("ps5.3", 0): "turned round",
    ("ps6.5", 0): "n turned",
    **{("ps6.5", way): "n instead" for way in (1, 2, 3)},
}


@pytest.mark.parametrize(("name", "number"), WAYS)
def test_right_answers_pass_and_wrong_ones_are_named(name, number, capsys):
    own_check = edition({name: number})
    for text in OWN[name, number]["right"].values():
        own_check(name, one := answer(name, number, text))
        assert capsys.readouterr().out == f"{name}: passed\n"
        require(name, one, FRESH, {name: number})
    for how, (text, hint) in OWN[name, number]["wrong"].items():
        own_check(name, one := answer(name, number, text))
        said = capsys.readouterr().out
        assert said.startswith(f"{name}: not yet\n"), how
        expected = OTHER if TOLD_OTHER.get((name, number)) == how else hint
        assert expected in in_one_line(said), how
        for seed in FRESH:
            with pytest.raises(AssertionError, match=f"{name}: not yet"):
                require(name, one, [seed], {name: number})


@pytest.mark.parametrize(("name", "number"), WAYS)
def test_a_neighbours_answer_is_no_answer_and_is_told_so(name, number, capsys):
    for how, text in neighbours(name, number).items():
        edition({name: number})(name, one := answer(name, number, text))
        said = capsys.readouterr().out
        assert said.startswith(f"{name}: not yet\n") and OTHER in in_one_line(said), how
        for seed in FRESH:
            with pytest.raises(AssertionError, match=OTHER):
                require(name, one, [seed], {name: number})


@pytest.mark.parametrize(("name", "number"), WAYS)
def test_no_mistake_hides_and_each_is_told(name, number):
    question = CHOICES[name][number]
    for seed in range(1000, 1015):
        given = question.inputs(np.random.default_rng(seed))
        right = question.reference(*given)
        assert question.judge_values(given, right).passed
        made = [question._values(mistake.answer(*given)) for mistake in question.mistakes]
        for mistake, came in zip(question.mistakes, made, strict=True):
            found = question.judge_values(given, mistake.answer(*given))
            assert not found.passed, (seed, mistake.hint)
            alike = zip(question.mistakes, made, strict=True)
            hints = {other.hint for other, theirs in alike if all(map(near, theirs, came))}
            assert found.text.split("hint: ")[1] in hints, (seed, mistake.hint)


@pytest.mark.parametrize(("name", "number"), OTHERS)
def test_the_examples_are_what_the_editions_solution_gives(name, number):
    space: dict = {}
    examples = []
    for cell in master(name, number).cells:
        if cell.cell_type == "code":
            assert max(map(len, cell.source.splitlines())) <= 100
            exec(cell.source.partition("### BEGIN HIDDEN")[0], space)
        else:
            blocks = re.findall(r"```python\n(>>>.*?)```", cell.source, re.S)
            examples += doctest.DocTestParser().get_examples("\n".join(blocks))
    for example in examples:
        if example.want:
            assert repr(eval(example.source, space)) == example.want.strip()
        else:
            exec(example.source, space)


def test_an_edition_that_there_is_not_is_an_error():
    with pytest.raises(ValueError, match=r"came 'ps1\.1', expected some of"):
        edition({"ps1.1": 1})
    with pytest.raises(ValueError, match=r"came ps1\.5 9, expected 0 to 3"):
        edition({"ps1.5": 9})


def test_without_an_edition_nothing_is_said_of_editions(capsys):
    check("ps1.5", answer("ps1.5", 1, OWN["ps1.5", 1]["right"]["by logarithms"]))
    said = capsys.readouterr().out
    assert said.startswith("ps1.5: not yet") and OTHER not in said
    assert editions.asked(QUESTIONS, CHOICES, {}) == QUESTIONS


def test_a_further_hint_is_of_the_plain_way_alone(capsys, monkeypatch, tmp_path):
    monkeypatch.setattr("course_lib.checks.keeping.place", lambda: tmp_path / "progress.json")
    wrong = [answer("ps1.5", 2, text) for text, _ in OWN["ps1.5", 2]["wrong"].values()]
    for variants in ({}, {"ps1.5": 0}, {"ps1.5": 2}):
        (tmp_path / "progress.json").unlink(missing_ok=True)
        for one in wrong:
            check("ps1.5", one, variants)
        said = capsys.readouterr().out
        assert said.count("ps1.5: not yet") == len(wrong) >= 3
        assert ("further hint" in said) == (not variants.get("ps1.5"))
