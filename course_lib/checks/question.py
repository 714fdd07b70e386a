"""What a question is, and how an answer to it is judged.

A question is a reference, random inputs from a seeded generator, and the usual mistakes. Each
mistake is worked out on the same inputs, so an answer that comes out like one gets its hint.
"""

from __future__ import annotations

import inspect
import traceback
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

NEAR = 1e-5  # inputs are float64: an answer in float32 still agrees, no mistake comes so close


class Mistake(NamedTuple):
    """A usual wrong answer: the hint that leads away from it, and a function that makes it."""

    hint: str
    answer: Callable


class Verdict(NamedTuple):
    """Whether an answer passed, and where not, what differs and why it may."""

    passed: bool
    text: str = ""


class Question(NamedTuple):
    """The reference, what it returns by name, its inputs, and the usual mistakes.

    inputs draws the reference's arguments, all arrays, from a generator: every size is to
    differ and no bias to be zero, or a swapped axis and a forgotten bias could hide.
    A mistake takes and returns what the reference does; list the likelier ones first.
    """

    reference: Callable
    returns: tuple[str, ...]
    inputs: Callable[[np.random.Generator], tuple[np.ndarray, ...]]
    mistakes: Sequence[Mistake]

    def judge(self, answer: Callable, seeds: tuple[int, ...]) -> Verdict:
        """Compare an answer with the reference on the inputs of each seed, to the first fault."""
        if not callable(answer):
            came = type(answer).__name__
            return Verdict(False, f"hint: hand over the function itself, not called; came {came}.")
        for seed in seeds:
            fault = self._fault(answer, self.inputs(np.random.default_rng(seed)))
            if fault:
                return Verdict(False, fault)
        return Verdict(True)

    def _fault(self, answer: Callable, given: tuple[np.ndarray, ...]) -> str:
        """What is wrong with an answer on these inputs; empty where nothing is."""
        arguments = list(inspect.signature(self.reference).parameters)
        handed = [array.copy() for array in given]
        try:
            came = answer(*handed)
        except NotImplementedError:
            return "hint: nothing is written here yet."
        except Exception as error:
            return _raised(answer, dict(zip(arguments, given, strict=True)), error)
        for argument, before, after in zip(arguments, given, handed, strict=True):
            if not np.array_equal(before, after):
                return (
                    f"what differs: your function changes its argument {argument}.\n"
                    "hint: whoever called it may still need the old values. Make a new array "
                    "(no +=, no [:] =)."
                )
        right = self.reference(*given)
        return self._misshapen(came, right) or self._unlike(given, came, right)

    def _misshapen(self, came: Any, right: tuple[np.ndarray, ...]) -> str:
        """What is wrong with the number, kind or shape of what was returned."""
        ending = f"hint: end the function with  return {', '.join(self.returns)}"
        if came is None:
            return f"what differs: it returns nothing.\n{ending}"
        if not isinstance(came, (tuple, list, np.ndarray)) or len(came) != len(right):
            what = type(came).__name__
            if isinstance(came, np.ndarray):
                what = f"one array {list(came.shape)}"
            elif isinstance(came, (tuple, list)):
                what = f"{len(came)} values"
            return f"what differs: it returns {what}, and {len(right)} are expected.\n{ending}"
        for name, mine, expected in zip(self.returns, came, right, strict=True):
            try:
                array = np.asarray(mine)
            except ValueError:  # rows of unequal length
                return f"what differs: {name} is no array.\nhint: np.stack joins equal rows."
            if array.shape != expected.shape:
                hint = _shape_hint(array.shape, expected.shape)
                came_expected = f"{list(array.shape)}, expected {list(expected.shape)}"
                return f"what differs: {name} has the shape {came_expected}.\nhint: {hint}"
            if array.dtype.kind not in "fiu":
                return (
                    f"what differs: {name} holds {array.dtype}.\nhint: real numbers are expected."
                )
        return ""

    def _unlike(self, given: tuple, came: Sequence, right: tuple[np.ndarray, ...]) -> str:
        """Which values are off, and the hint of the mistake that gives the same ones."""
        agrees = [_near(mine, expected) for mine, expected in zip(came, right, strict=True)]
        if all(agrees):
            return ""
        named = list(zip(self.returns, agrees, strict=True))
        wrong = [name for name, good in named if not good]
        fine = [name for name, good in named if good]
        first = agrees.index(False)
        off = np.abs(np.asarray(came[first]) - right[first])
        place = [int(i) for i in np.unravel_index(np.argmax(off), off.shape)]
        others = f" (right: {', '.join(fine)})" if fine else ""
        text = (
            f"what differs: {', '.join(wrong)}{others}; "
            f"{wrong[0]} is off by {off.max():.2g} at {place}."
        )

        def likeness(mistake: Mistake) -> int:
            """How many arrays the mistake shares with the answer; 0 if none is a wrong one."""
            shared = [_near(m, t) for m, t in zip(came, mistake.answer(*given), strict=True)]
            explains = any(s and not good for s, good in zip(shared, agrees, strict=True))
            return sum(shared) if explains else 0

        likest = max(self.mistakes, key=likeness)
        if likeness(likest):
            return f"{text}\nhint: {likest.hint}"
        return (
            f"{text}\nhint: none of the usual mistakes. Work one unit out on paper, with "
            "B = D = H = 1, and compare each line with what your function makes of it."
        )


def _near(a: Any, b: np.ndarray) -> bool:
    return np.shape(a) == np.shape(b) and bool((np.abs(np.subtract(a, b)) <= NEAR).all())


def _raised(answer: Callable, given: dict[str, np.ndarray], error: Exception) -> str:
    """What an answer raised, at which of its lines, and what it was called with."""
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    frames = [at for at in traceback.extract_tb(error.__traceback__) if at.filename == file]
    where = f"\nat the line:  {frames[-1].line}" if frames and frames[-1].line else ""
    shapes = ", ".join(f"{name} {list(array.shape)}" for name, array in given.items())
    return (
        f"what differs: it raised {type(error).__name__}: {error}{where}\n"
        f"hint: it was called with the arguments {shapes}. Write the shapes beside each product."
    )


def _shape_hint(came: tuple[int, ...], expected: tuple[int, ...]) -> str:
    if came == expected[1:]:
        return "that is a single step; keep every step's row, and stack them."
    if len(came) == len(expected) and sorted(came) == sorted(expected):
        return "transposed; steps come first (where there are any), then the batch, then the units."
    if came[1:] == expected[1:] and came[0] == expected[0] + 1:
        return "one row too many; the state you start from is no step's result."
    if came and came[-1] == 4 * expected[-1]:
        return "the four blocks still lie side by side; cut the columns into four parts of H."
    return "write the shapes beside each product, as in [B, D] @ [D, 4H] → [B, 4H]."
