"""TEACHING.md says what is there: the lectures as they are, each question under an outcome."""

import re

import nbformat
import pytest

from course_lib.authoring import deck, lecture
from course_lib.authoring.notebooks import ROOT
from course_lib.checks import QUESTIONS

TEXT = (ROOT / "TEACHING.md").read_text(encoding="utf-8")


def rows(heading: str) -> list[list[str]]:
    """The rows of the first table below a heading, without its first two lines."""
    section = re.split(r"^## ", TEXT.split(f"\n## {heading}\n")[1], flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[part.strip() for part in line.strip("|").split("|")] for line in lines[2:]]


def test_every_outcome_is_asked_and_every_question_has_an_outcome():
    asked = [name for row in rows("Outcomes") for name in re.split(r", ", row[2])]
    assert len(asked) == len(set(asked))
    assert set(asked) == set(QUESTIONS)


def test_every_outcome_is_taught_in_a_notebook_that_is_there():
    for outcome, taught, _ in rows("Outcomes"):
        linked = re.findall(r"\((notebooks/\w+\.ipynb)\)", taught)
        assert linked, outcome
        assert all((ROOT / path).exists() for path in linked), outcome


@pytest.mark.parametrize("path", lecture.lectures(), ids=lambda path: path.stem)
def test_the_table_of_lectures_is_right(path):
    told = {re.findall(r"\((.+)\)", row[0])[0]: row[1:3] for row in rows("Lectures")}
    notebook = nbformat.read(path, as_version=4)
    slides = len(deck.slides(deck.deck(notebook)))
    said = [str(slides), f"{lecture.minutes(notebook):g}"]
    assert told[f"notebooks/{path.name}"] == said
