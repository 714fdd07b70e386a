"""Closed questions: choices that answer at once, each with the reason why it is right or wrong.

    from course_lib.checks import quiz
    quiz("01.3")

The questions of notebook NN lie in NN.toml beside this file, one table each:

    [[question]]
    id = "01.3"
    ask = "The forget valve stands at 1. What happens to the memory?"
    [[question.choice]]
    text = "It is forgotten."
    why = "The valve says how much is *kept*: at 1 all of it passes."
    [[question.choice]]
    text = "It is kept."
    right = true
    why = "f ∘ c₋ is c₋ at f = 1."

A text may hold `code`, *emphasis*, code on lines of its own between ```, and blank lines between
paragraphs. Formulas are written in plain signs (c₋, σ, ∘, Rᵀ): nothing that typesets TeX is loaded.
More than one choice may be right. A question counts as answered once every right one was chosen.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from html import escape
from pathlib import Path

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Choice:
    text: str
    why: str
    right: bool = False


@dataclass(frozen=True)
class Closed:
    """A question and its choices."""

    id: str
    ask: str
    choices: tuple[Choice, ...]

    @property
    def right(self) -> set[int]:
        """Which choices are right, by their places."""
        return {place for place, choice in enumerate(self.choices) if choice.right}

    def text(self) -> str:
        """The question as plain text, without what is right."""
        lines = (f"  ({'abcdefgh'[k]}) {choice.text}" for k, choice in enumerate(self.choices))
        return "\n".join([f"{self.id}  {self.ask}", *lines])

    def html(self) -> str:
        """The question where no widget can live: each choice unfolds to its reason."""
        folded = "".join(
            f"<details><summary>{html(choice.text, inline=True)}</summary>"
            f"<p><b>{verdict(choice)}</b> {html(choice.why, inline=True)}</p></details>"
            for choice in self.choices
        )
        return f"{html(self.ask)}{folded}"


def verdict(choice: Choice) -> str:
    return "Right." if choice.right else "Not this one."


def html(text: str, *, inline: bool = False) -> str:
    """A text's `code`, *emphasis*, paragraphs and blocks of code as HTML; all else is escaped."""
    parts = re.split(r"```\n?(.*?)```", text.strip(), flags=re.DOTALL)
    made = []
    for place, part in enumerate(parts):
        if place % 2:
            made.append(f"<pre>{escape(part.rstrip())}</pre>")
        elif part.strip():
            spans = [_spans(one.strip()) for one in re.split(r"\n\s*\n", part.strip())]
            made += spans if inline else [f"<p>{span}</p>" for span in spans]
    return "".join(made)


def _spans(text: str) -> str:
    parts = escape(text).split("`")
    for place, part in enumerate(parts):
        starred = re.sub(r"\*(\S[^*]*)\*", r"<em>\1</em>", part)
        parts[place] = f"<code>{part}</code>" if place % 2 else starred
    return "".join(parts)


@cache
def questions() -> dict[str, Closed]:
    """All closed questions of the course, by their ids, in the notebooks' order."""
    found: dict[str, Closed] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        for table in tomllib.loads(file.read_text(encoding="utf-8"))["question"]:
            choices = tuple(Choice(**choice) for choice in table["choice"])
            question = Closed(table["id"], table["ask"], choices)
            if question.id in found:
                raise ValueError(f"{file.name}: came {question.id!r} twice, expected each id once")
            found[question.id] = question
    return found


def quiz(name: str) -> None:
    """Show a closed question. Choose with the mouse, or with Tab and Enter; the answer is at once.

    What was answered right is remembered, on this machine alone; see ``progress``.
    Raises ValueError for the name of a question that does not exist.
    """
    every = questions()
    if name not in every:
        raise ValueError(f"name: came {name!r}, expected one of {list(every)}")
    from course_lib.checks.closed.widget import show  # loads ipywidgets

    show(every[name])
