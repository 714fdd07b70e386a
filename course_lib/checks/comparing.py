"""What answers are compared by: near enough, the same, and how a difference is told."""

from __future__ import annotations

import inspect
import math
import traceback
from collections.abc import Callable
from typing import Any

import numpy as np

NEAR = 1e-5  # inputs are float64: an answer in float32 still agrees, no mistake comes so close


def arguments(function: Callable) -> list[str]:
    """The names of what a function must be called with; what has a default is not among them."""
    plain = inspect.Parameter.POSITIONAL_OR_KEYWORD
    signature = inspect.signature(function).parameters.values()
    return [one.name for one in signature if one.kind == plain and one.default is one.empty]


def near(came: Any, expected: Any) -> bool:
    """Equal for texts and truth values; for numbers within NEAR, beyond 1 as a share of them."""
    a, b = np.asarray(came), np.asarray(expected)
    if a.shape != b.shape:
        return False
    if b.dtype.kind not in "fiu" or a.dtype.kind not in "fiu":
        return bool((a == b).all())
    off = np.abs(np.subtract(a, b, dtype=float))
    return bool(((off <= NEAR * np.maximum(1, np.abs(b))) | (np.isnan(a) & np.isnan(b))).all())


def same(before: Any, after: Any) -> bool:
    """Whether an argument is still what it was: arrays, plain values, dicts of them."""
    if isinstance(before, dict):
        same_keys = isinstance(after, dict) and list(before) == list(after)
        return same_keys and all(same(before[key], after[key]) for key in before)
    if isinstance(before, np.ndarray) and before.dtype.kind == "f":
        return bool(np.array_equal(before, after, equal_nan=True))
    return bool(np.array_equal(before, after))


def shown(value: Any) -> str:
    """An argument in a word: the shape of an array, the keys of a dict, a plain value itself."""
    if isinstance(value, np.ndarray):
        return str(list(value.shape))
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} {shown(part)}" for key, part in value.items()) + "}"
    return repr(value)


def kind(array: np.ndarray) -> str:
    """Numbers, texts or truth values: what may be compared with one another."""
    return {"f": "numbers", "i": "numbers", "u": "numbers", "U": "texts", "b": "truth values"}.get(
        array.dtype.kind, str(array.dtype)
    )


def raised(answer: Callable, given: dict[str, Any], error: Exception) -> str:
    """What an answer raised, at which of its lines, and what it was called with."""
    file = getattr(getattr(answer, "__code__", None), "co_filename", None)
    frames = [at for at in traceback.extract_tb(error.__traceback__) if at.filename == file]
    where = f"\nat the line:  {frames[-1].line}" if frames and frames[-1].line else ""
    arguments = ", ".join(f"{name} {shown(value)}" for name, value in given.items())
    return (
        f"what differs: it raised {type(error).__name__}: {error}{where}\n"
        f"hint: it was called with the arguments {arguments}. "
        "Write the shapes beside each product."
    )


def shape_hint(came: tuple[int, ...], expected: tuple[int, ...]) -> str:
    """What most likely leads from the expected shape to the one that came."""
    if expected == ():
        return "a single value is expected, not an array."
    if came == expected[1:]:
        return "that is a single step; keep the array of every step, and stack them."
    if len(came) == len(expected) and sorted(came) == sorted(expected):
        return "transposed: the axes come in another order than the question gives."
    if len(expected) > 1 and came[1:] == expected[1:] and came[0] == expected[0] + 1:
        return "one row too many: the state you start from is not the result of a step."
    blocks = came[-1] // expected[-1] if came and came[-1] % expected[-1] == 0 else 0
    if blocks in (3, 4):
        word = {3: "three", 4: "four"}[blocks]
        return f"the {word} blocks still lie side by side; cut the columns into {word} parts of H."
    if len(expected) == 1:
        if math.prod(came) == expected[0]:
            return (
                f"the right number of values, with an axis too many: {list(expected)} is expected."
            )
        return "another number of values than asked for: count how many there are in the example."
    return "write the shapes beside each product, as in [B, D] @ [D, 4H] → [B, 4H]."
