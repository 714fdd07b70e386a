"""Problem set 3, in the middle: the coupled cell as a tied LSTM, and its slopes."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.checks.parts import opened, parameters, sizes, zero
from course_lib.checks.question import Mistake, Question

# --- ps3.2: an LSTM with tied weights -----------------------------------------------------------


def as_standard(W, R, b, *, tie=np.negative, tie_bias=np.negative, order="ifgo"):
    """Weights of the standard LSTM (i f g o) that does what the coupled cell (i g o) does."""

    def widened(array, tie):
        i, g, o = np.split(array, 3, axis=-1)
        parts = {"i": i, "f": tie(i), "g": g, "o": o}
        return np.concatenate([parts[block] for block in order], axis=-1)

    return widened(W, tie), widened(R, tie), widened(b, tie_bias)


def for_weights(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    D, H = sizes(rng, 2)
    return parameters(rng, D, H, 3)


def tied(order: str = "ifgo") -> Question:
    """The coupled cell as a standard LSTM that holds its blocks in this order."""
    right = partial(as_standard, order=order)
    named = ", ".join(order)
    others = [
        Mistake(
            f"blocks in the wrong order: the standard LSTM holds {named}.",
            partial(as_standard, order=other),
        )
        for other in ("figo", "igfo", "igof", "ifog")
        if other != order
    ]
    signs = [Mistake(hint, partial(right, **how)) for hint, how in TIED]
    return Question(right, ("W", "R", "b"), for_weights, [*signs, *others])


TIED: list[tuple[str, dict]] = [
    (
        "f gets a copy of i's weights, so both valves move together. Which weights make σ come out "
        "as 1 − σ?",
        {"tie": lambda a: a, "tie_bias": lambda a: a},
    ),
    (
        "the bias keeps its sign: all of the pre-activation must change, the bias too.",
        {"tie_bias": lambda a: a},
    ),
    (
        "only the bias changes its sign: all of the pre-activation must, W and R too.",
        {"tie": lambda a: a},
    ),
    (
        "1 − is taken of the weights: it is the valve that is 1 − i, after the sigmoid.",
        {"tie": lambda a: 1 - a, "tie_bias": lambda a: 1 - a},
    ),
    (
        "1 is added to the bias: it is the valve that is 1 − i, after the sigmoid.",
        {"tie_bias": lambda a: 1 - a},
    ),
    (
        "f's weights are zero, so its valve stands at ½ whatever i does.",
        {"tie": zero, "tie_bias": zero},
    ),
]

# --- ps3.3: the slopes --------------------------------------------------------------------------


def coupled_slopes(c_, i, g):
    """S_i = ∂c/∂a_i, S_g = ∂c/∂a_g and S_carry = ∂c/∂c₋."""
    return (g - c_) * i * (1 - i), i * (1 - g * g), 1 - i


def for_slopes(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    B, H = sizes(rng, 2)
    g = rng.choice([-1, 1], (B, H)) * opened(rng, B, H)
    return 2 * rng.normal(size=(B, H)), opened(rng, B, H), g


def instead(right: Callable, place: int, hint: str, slope: Callable) -> Mistake:
    """A mistake in one of the slopes that `right` gives."""

    def answer(*given):
        slopes = list(right(*given))
        slopes[place] = slope(*given)
        return tuple(slopes)

    return Mistake(hint, answer)


SLOPES = (
    [
        instead(coupled_slopes, 0, *slope)
        for slope in (
            (
                "that is the standard LSTM's S_i. Here the lever moves both valves: opening i "
                "lets in more of g and keeps less of c₋.",
                lambda c_, i, g: g * i * (1 - i),
            ),
            (
                "the sign: opening i adds g and takes away c₋.",
                lambda c_, i, g: (c_ - g) * i * (1 - i),
            ),
            (
                "the sign: opening i takes c₋ away, it does not add to it.",
                lambda c_, i, g: (g + c_) * i * (1 - i),
            ),
            (
                "the sigmoid's slope is missing: S_i is ∂c/∂a_i, before the sigmoid.",
                lambda c_, i, g: g - c_,
            ),
            (
                "that is tanh's slope: the valve i is a sigmoid, i (1 − i).",
                lambda c_, i, g: (g - c_) * (1 - i * i),
            ),
        )
    ]
    + [
        instead(coupled_slopes, 1, *slope)
        for slope in (
            (
                "tanh's slope is missing: S_g is ∂c/∂a_g, before the tanh: 1 − g².",
                lambda c_, i, g: i,
            ),
            (
                "that is the sigmoid's slope: the new memory is a tanh, 1 − g².",
                lambda c_, i, g: i * g * (1 - g),
            ),
            ("the memory valve is missing: i scales what is put in.", lambda c_, i, g: 1 - g * g),
            (
                "1 − i is the other valve: the new memory comes in through i.",
                lambda c_, i, g: (1 - i) * (1 - g * g),
            ),
        )
    ]
    + [
        instead(coupled_slopes, 2, *slope)
        for slope in (
            ("i is the other valve: the old memory passes the forget valve.", lambda c_, i, g: i),
            (
                "the memory passes a valve, and the gradient comes back by the same one.",
                lambda c_, i, g: np.ones_like(i),
            ),
            ("the sign: a part of c₋ is kept, not taken away.", lambda c_, i, g: i - 1),
        )
    ]
)

QUESTIONS = {
    "ps3.2": tied(),
    "ps3.3": Question(coupled_slopes, ("S_i", "S_g", "S_carry"), for_slopes, SLOPES),
}
