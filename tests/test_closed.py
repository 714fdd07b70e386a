"""The closed questions: their data, how they are shown, and that answers count."""

import json
from collections import Counter
from pathlib import Path

import pytest

from course_lib.checks import closed as package
from course_lib.checks import keeping, progress, quiz
from course_lib.checks.closed import FOLDER, Choice, Closed, html, questions
from course_lib.checks.closed import widget as widget_module
from course_lib.checks.closed.widget import widget

ROOT = Path(__file__).resolve().parents[1]
QUESTIONS = questions()


def uses(notebook: str) -> list[str]:
    """The ids of the closed questions that a notebook shows, in its order."""
    import re

    (file,) = (ROOT / "notebooks").glob(f"{notebook}_*.ipynb")
    cells = json.loads(file.read_text(encoding="utf-8"))["cells"]
    code = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "code")
    return re.findall(r'^quiz\("(.+?)"\)', code, flags=re.MULTILINE)


@pytest.mark.parametrize("name", QUESTIONS)
def test_a_question_is_sound(name):
    question = QUESTIONS[name]
    assert question.ask.strip() and 2 <= len(question.choices) <= 6
    assert 1 <= len(question.right) < len(question.choices)
    texts = [choice.text for choice in question.choices]
    assert len(set(texts)) == len(texts)
    for choice in question.choices:
        assert choice.text.strip() and len(choice.why.split()) >= 4, choice
    written = "\n".join([question.ask, *texts, *(choice.why for choice in question.choices)])
    assert "$" not in written, "formulas in plain signs: nothing typesets TeX here"
    assert written.count("`") % 2 == 0


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.toml")), ids=lambda file: file.stem)
def test_a_notebook_shows_each_of_its_questions_once_and_in_order(file):
    mine = [name for name in QUESTIONS if name.startswith(f"{file.stem}.")]
    assert mine == [f"{file.stem}.{k}" for k in range(1, len(mine) + 1)] and len(mine) >= 8
    assert uses(file.stem) == mine  # in the order of their numbers
    places = Counter(min(QUESTIONS[name].right) for name in mine)
    assert max(places.values()) <= 0.7 * len(mine), "the right choice stands at the same place"


def test_text_becomes_html():
    assert (
        html("a < b\n\n`c_ & d`, *so*")
        == "<p>a &lt; b</p><p><code>c_ &amp; d</code>, <em>so</em></p>"
    )
    assert html("f * c_ + i * g", inline=True) == "f * c_ + i * g"
    assert html("Look:\n\n```\nx = 1 * 2\n```") == "<p>Look:</p><pre>x = 1 * 2</pre>"


def test_a_name_that_does_not_exist_is_told():
    with pytest.raises(ValueError, match=r"name: came '9\.9', expected one of \['00\.1'"):
        quiz("9.9")


def test_an_id_may_not_come_twice(tmp_path, monkeypatch):
    text = '[[question]]\nid = "1"\nask = "?"\nchoice = []\n'
    (tmp_path / "01.toml").write_text(text * 2)
    monkeypatch.setattr(package, "FOLDER", tmp_path)
    with pytest.raises(ValueError, match="came '1' twice"):
        questions.__wrapped__()


def test_it_counts_once_every_right_choice_was_chosen(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path))
    choices = (Choice("no", "not so"), Choice("yes", "so", True), Choice("too", "so", True))
    question = Closed("00.1", "Which?", choices)
    shown = widget(question)
    for chosen, counted in (([0], False), ([0, 1], False), ([0, 1, 2], True)):
        shown.chosen = chosen
        assert ("00.1" in keeping.passed()) is counted
    assert {row.name: row.passed for row in progress().rows}["00"] == 1


def test_without_a_widget_each_choice_unfolds_to_its_reason():
    question = QUESTIONS["00.2"]
    page = question.html()
    assert page.count("<details><summary>") == len(question.choices)
    assert page.count("<b>Right.</b>") == len(question.right)
    assert "(a) " in question.text() and "Right" not in question.text()


def test_it_is_shown_with_the_folded_text_beside_and_again_as_it_stands(monkeypatch):
    came = []
    monkeypatch.setattr(widget_module, "display", lambda data, **options: came.append(data))
    quiz("00.2")
    quiz("00.2")
    quiz("00.3")
    first, again, other = came
    assert set(first) == {"text/html", "text/plain", widget_module.WIDGET}
    assert first["text/html"] == QUESTIONS["00.2"].html()
    assert first == again and first[widget_module.WIDGET] != other[widget_module.WIDGET]
