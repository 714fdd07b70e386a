"""Checks of single arguments: each error names the argument, what came and what was expected."""

from __future__ import annotations

import math
from collections.abc import Collection

import numpy as np


def whole(name: str, value: int, least: int = 1) -> int:
    """`value` as an int of at least `least`, or an error that names it."""
    if isinstance(value, bool) or not isinstance(value, (int, np.integer)):
        raise TypeError(f"{name}: came {type(value).__name__}, expected a whole number")
    if value < least:
        raise ValueError(f"{name}: came {value}, expected {least} or more")
    return int(value)


def number(
    name: str,
    value: float,
    *,
    above: float = -math.inf,
    least: float = -math.inf,
    below: float = math.inf,
) -> float:
    """`value` as a float, or an error that names it: finite, > above, ≥ least and < below."""
    if isinstance(value, bool) or not isinstance(value, (int, float, np.integer, np.floating)):
        raise TypeError(f"{name}: came {type(value).__name__}, expected a number")
    if not (math.isfinite(value) and above < value < below and value >= least):
        bounds = [
            f"{sign} {bound:g}"
            for sign, bound in ((">", above), ("≥", least), ("<", below))
            if math.isfinite(bound)
        ]
        raise ValueError(
            f"{name}: came {value}, expected {', '.join(['a finite number', *bounds])}"
        )
    return float(value)


def one_of(name: str, value: str, allowed: Collection[str]) -> str:
    """`value`, or an error that names it and lists what is allowed."""
    if value not in allowed:
        raise ValueError(f"{name}: came {value!r}, expected one of {', '.join(allowed)}")
    return value


def generator(rng: np.random.Generator | None) -> np.random.Generator:
    """`rng` itself, or a fresh generator for None; TypeError for anything else, a bare seed too."""
    if rng is None:
        return np.random.default_rng()
    if not isinstance(rng, np.random.Generator):
        raise TypeError(f"rng: came {rng!r}, expected np.random.default_rng(seed) or None")
    return rng
