"""A question asked in several ways, so that a neighbour's answer is no answer.

A class's edition says which variant of a question it asks. Variant 0 is what everybody's copy asks;
the others change a convention or a figure. In a class each variant knows the right answers to the
others: whoever hands one of those in is told that their edition asks differently.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import wraps
from typing import Any, NamedTuple

from course_lib.checks.question import Mistake, Question

ANOTHER = "that answers another edition of this question"


class Variant(NamedTuple):
    """One way of asking: what it asks, in words for a hint, and the question."""

    asks: str
    question: Question


Choices = Mapping[str, tuple[Question, ...]]


def told_apart(*variants: Variant) -> tuple[Question, ...]:
    """The questions of these variants, each with the others' right answers as usual mistakes.

    The first is what everybody's copy asks. All take the same arguments and return the same names.
    """
    made = []
    for asks, question in variants:
        hint = f"{ANOTHER}. In yours {asks}"
        others = [Mistake(hint, v.question.reference) for v in variants if v.question != question]
        made.append(replace(question, mistakes=(*others, *question.mistakes)))
    return tuple(made)


def moved(
    question: Question,
    into: Callable[..., tuple],
    back: Callable[[Any], Any] = lambda came: came,
) -> Question:
    """The same question in another convention: what is given is led into the one that it knows,
    and what comes is led back. The usual mistakes stay what they are.
    """

    def led(answer: Callable) -> Callable:
        @wraps(question.reference)  # whose arguments are named where an answer raises an error
        def made(*given):
            return back(answer(*into(*given)))

        return made

    mistakes = [Mistake(hint, led(answer)) for hint, answer in question.mistakes]
    return replace(question, reference=led(question.reference), mistakes=mistakes)


def asked(
    plain: Mapping[str, Question], choices: Choices, variants: Mapping[str, int]
) -> dict[str, Question]:
    """Every question by name, those that an edition varies as it asks them.

    Raises ValueError for a question that does not vary, or a variant that it does not have.
    """
    found = dict(plain)
    for name, number in variants.items():
        if name not in choices:
            raise ValueError(f"variants: came {name!r}, expected some of {sorted(choices)}")
        if number not in range(len(choices[name])):
            most = len(choices[name]) - 1
            raise ValueError(f"variants: came {name} {number!r}, expected 0 to {most}")
        found[name] = choices[name][number]
    return found
