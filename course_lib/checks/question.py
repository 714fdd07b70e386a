"""What a question is, and how an answer to it is judged.

A question is a reference, random inputs from a seeded generator, and the usual mistakes. Each
mistake is worked out on the same inputs, so an answer that comes out like one gets its hint.

Judging has two halves, so that a grader can keep them apart:

- running the answer, which is the student's code: ``judge`` does it here, in the notebook;
- comparing what came, which needs none of that code: ``judge_values(given, came)``.

A grader draws ``given = question.inputs(np.random.default_rng(secret))``, has the answer called
with copies of these in a place it does not trust, and hands what was returned to
``judge_values``. That decides from the given and the returned values alone; ``judge`` uses the
same comparison. What passes between the two is plain: arrays (of numbers, texts or truth
values), Python numbers, texts, truth values, tuples or lists of these, and, among the
arguments, dicts from a text to an array. A question that has no one right answer decides in a
``fault`` of its own, by the same rule (capstone.py). ``answered_by`` names the modules of the
library that hold the answer; this package holds every reference, so it is always one of them.

A check's name is its key in ``course_lib.checks.QUESTIONS``, "psN.k" or "capstone.k", and the
first statement of its cell in the master is ``check("psN.k", name_of_the_function)``.
"""

from __future__ import annotations

import copy
import traceback
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np

from course_lib.checks.comparing import arguments, kind, near, raised, same, shape_hint

NOT_WRITTEN = "hint: nothing is written here yet."
CALLS_UNWRITTEN = "hint: it calls a function that is not written yet: "


def is_unwritten(text: str) -> bool:
    """Whether a verdict says that something is left to be written, here or in what is called."""
    return text.startswith((NOT_WRITTEN, CALLS_UNWRITTEN))


class Mistake(NamedTuple):
    """A usual wrong answer: the hint that leads away from it, and a function that makes it."""

    hint: str
    answer: Callable


class Verdict(NamedTuple):
    """Whether an answer passed, and where not, what differs and why it may."""

    passed: bool
    text: str = ""


@dataclass(frozen=True)
class Question:
    """The reference, what it returns by name, its inputs, and the usual mistakes.

    inputs draws the reference's arguments from a generator: every size is to differ and no bias
    to be zero, or a swapped axis and a forgotten bias could hide. What the reference returns
    follows from its arguments alone: one value where ``returns`` holds one name, else a tuple.
    A mistake takes and returns what the reference does; list the likelier ones first.
    """

    reference: Callable
    returns: tuple[str, ...]
    inputs: Callable[[np.random.Generator], tuple]
    mistakes: Sequence[Mistake] = ()
    answered_by: tuple[str, ...] = ("course_lib.cells", "course_lib.sequence", "course_lib.checks")

    @property
    def arguments(self) -> list[str]:
        """The names of what an answer is called with."""
        return arguments(self.reference)

    def judge(self, answer: Callable, seeds: Iterable[int]) -> Verdict:
        """Compare an answer with the reference on the inputs of each seed, to the first fault."""
        if not callable(answer):
            came = type(answer).__name__
            return Verdict(
                False, f"hint: pass the function itself, without calling it; came {came}."
            )
        for seed in seeds:
            given = self.inputs(np.random.default_rng(seed))
            handed = copy.deepcopy(given)
            try:
                came = answer(*handed)
            except NotImplementedError as error:
                inner = [at.name for at in traceback.extract_tb(error.__traceback__)[1:]]
                return Verdict(False, unwritten(getattr(answer, "__name__", ""), *inner[-1:]))
            except Exception as error:
                named = dict(zip(self.arguments, given, strict=True))
                return Verdict(False, raised(answer, named, error))
            found = self.judge_values(given, came, handed)
            if not found.passed:
                return found
        return Verdict(True)

    def judge_values(self, given: tuple, came: Any, after: tuple | None = None) -> Verdict:
        """Decide from the arguments and what an answer returned for them; runs no answer.

        after: the arguments as they stood when the answer had returned, where that is known.
        """
        if after is not None:
            for name, was, now in zip(self.arguments, given, after, strict=True):
                if not same(was, now):
                    return Verdict(False, _changed(name))
        fault = self.fault(given, came)
        return Verdict(not fault, fault)

    def fault(self, given: tuple, came: Any) -> str:
        """What is wrong with what an answer returned; empty where nothing is."""
        right = self.reference(*given)
        wrong = self._misshapen(came, right)
        if not wrong:
            return self._unlike(given, came, right)
        for mistake in self.mistakes:  # some come out in another shape
            if not self._misshapen(came, made := mistake.answer(*given)) and all(
                map(near, self._values(came), self._values(made))
            ):
                return f"{wrong.splitlines()[0]}\nhint: {mistake.hint}"
        return wrong

    def _values(self, came: Any) -> Sequence:
        """What was returned as a sequence, one value for each name in ``returns``."""
        return (came,) if len(self.returns) == 1 else came

    def _misshapen(self, came: Any, right: Any) -> str:
        """What is wrong with the number, kind or shape of what was returned."""
        ending = f"hint: end the function with  return {', '.join(self.returns)}"
        if came is None:
            return f"what differs: it returns nothing.\n{ending}"
        values, expected = self._values(came), self._values(right)
        single = isinstance(values, np.ndarray) and values.ndim == 0  # which has no length
        many = isinstance(values, (tuple, list, np.ndarray)) and not single
        if not many or len(values) != len(expected):
            what = type(came).__name__
            if isinstance(came, np.ndarray):
                what = "a single value" if single else f"one array {list(came.shape)}"
            elif isinstance(came, (tuple, list)):
                what = f"{len(came)} values"
            words = f"it returns {what}, and {len(expected)} values are expected"
            return f"what differs: {words}.\n{ending}"
        for name, mine, wanted in zip(self.returns, values, map(np.asarray, expected), strict=True):
            try:
                array = np.asarray(mine)
            except (ValueError, TypeError):  # rows of unequal length
                return f"what differs: {name} is no array.\nhint: np.stack joins equal rows."
            if array.shape != wanted.shape:
                came_expected = f"{list(array.shape)}, expected {list(wanted.shape)}"
                hint = shape_hint(array.shape, wanted.shape)
                return f"what differs: {name} has the shape {came_expected}.\nhint: {hint}"
            if kind(array) != kind(wanted):
                real = "real numbers" if kind(wanted) == "numbers" else kind(wanted)
                return f"what differs: {name} holds {kind(array)}.\nhint: {real} are expected."
        return ""

    def _unlike(self, given: tuple, came: Any, right: Any) -> str:
        """Which values are off, and the hint of the mistake that gives the same ones."""
        values, expected = self._values(came), self._values(right)
        agrees = [near(mine, wanted) for mine, wanted in zip(values, expected, strict=True)]
        if all(agrees):
            return ""
        named = list(zip(self.returns, agrees, strict=True))
        wrong = [name for name, good in named if not good]
        fine = [name for name, good in named if good]
        others = f" (right: {', '.join(fine)})" if fine else ""
        first = agrees.index(False)
        how = f"{wrong[0]} {_off(values[first], expected[first])}"
        text = f"what differs: {', '.join(wrong)}{others}; {how}."

        def likeness(mistake: Mistake) -> int:
            """How many values the mistake shares with the answer; 0 if none is a wrong one."""
            made = self._values(mistake.answer(*given))
            shared = [near(m, t) for m, t in zip(values, made, strict=True)]
            explains = any(s and not good for s, good in zip(shared, agrees, strict=True))
            return sum(shared) if explains else 0

        likest = max(self.mistakes, key=likeness, default=None)
        if likest and likeness(likest):
            return f"{text}\nhint: {likest.hint}"
        return (
            f"{text}\nhint: none of the usual mistakes. Work the smallest case out on paper, one "
            "number at a time, and compare each line with what your function makes of it."
        )


def unwritten(name: str, inner: Any = "") -> str:
    """What to say of a function of this name where `inner` raised NotImplementedError."""
    calls = isinstance(inner, str) and inner.isidentifier() and inner != name  # no <lambda>
    return f"{CALLS_UNWRITTEN}{inner}. Write that first." if calls else NOT_WRITTEN


def _changed(name: str) -> str:
    return (
        f"what differs: your function changes its argument {name}.\n"
        "hint: the caller may still need the old values. Make a new array "
        "(no +=, no [:] =)."
    )


def _off(came: Any, expected: Any) -> str:
    """How far a value is from the expected one, and where most."""
    a, b = np.asarray(came), np.asarray(expected)
    if kind(b) != "numbers":
        place = np.argwhere(a != b)[0].tolist()
        return f"came as {came!r}" if b.ndim == 0 else f"has another word at {place}"
    off = np.abs(np.subtract(a, b, dtype=float))
    place = [int(i) for i in np.unravel_index(np.argmax(off), off.shape)]
    return f"is off by {off.max():.2g}" + (f" at {place}" if place else "")
