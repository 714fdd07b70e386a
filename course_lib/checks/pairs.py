"""Two mistakes at once: the hints for an answer that makes two of the usual ones.

An answer with z turned round *and* b_hn outside the reset comes out like neither mistake alone. A
question whose reference is put together from parts can try every two wrong parts with each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from course_lib.checks.comparing import arguments
from course_lib.checks.parts import altered
from course_lib.checks.question import Mistake

Wrong = tuple[str, Any]  # a hint, and the wrong part that it leads away from


def pairs(made: Callable[..., Callable], families: Mapping[str, Sequence[Wrong]]) -> list[Mistake]:
    """A mistake for every two wrong parts of different families, with both hints.

        pairs(gru, {"reset": [("b_hn is missing …", no_b_hn)], "blend": [("z …", turned)]})

    made puts an answer together from parts by name, as ``gru(reset=…, blend=…)``. A family named
    like an argument of that answer, as "b", holds functions that change the argument instead.
    """
    names = arguments(made())
    found = []
    for (one, first), (other, second) in combinations(families.items(), 2):
        for hint, part in first:
            for hint_too, part_too in second:
                parts = {one: part, other: part_too}
                answer = made(**{k: v for k, v in parts.items() if k not in names})
                changes = {k: v for k, v in parts.items() if k in names}
                both = f"two things at once. First: {hint} Second: {hint_too}"
                found.append(Mistake(both, altered(answer, **changes) if changes else answer))
    return found


def alone(made: Callable[..., Callable], families: Mapping[str, Sequence[Wrong]]) -> list[Mistake]:
    """A mistake for every wrong part by itself; the families as in ``pairs``."""
    names = arguments(made())
    return [
        Mistake(hint, altered(made(), **{name: part}) if name in names else made(**{name: part}))
        for name, row in families.items()
        for hint, part in row
    ]
