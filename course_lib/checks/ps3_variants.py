"""Problem set 3 in a class's editions: another order of gates, another valve that leads, and how
runs are compared."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib.checks.editions import Variant, told_apart
from course_lib.checks.ps3_confound import confounded
from course_lib.checks.ps3_tied import QUESTIONS, for_slopes, instead, tied
from course_lib.checks.question import Question

# --- ps3.3: the forget valve leads --------------------------------------------------------------


def slopes_of_f(c_, f, g):
    """S_f = ∂c/∂a_f, S_g = ∂c/∂a_g and S_carry = ∂c/∂c₋ of c = f ∘ c₋ + (1 − f) ∘ g."""
    return (c_ - g) * f * (1 - f), (1 - f) * (1 - g * g), f


wrong = partial(instead, slopes_of_f)
FORGETTING = Question(
    slopes_of_f,
    ("S_f", "S_g", "S_carry"),
    for_slopes,
    [
        wrong(
            0,
            "that is the standard LSTM's S_f. Here the lever moves both valves: opening f keeps "
            "more of c₋ and lets in less of g.",
            lambda c_, f, g: c_ * f * (1 - f),
        ),
        wrong(
            0,
            "the sign: opening f lets less of g in, it does not add to it.",
            lambda c_, f, g: (c_ + g) * f * (1 - f),
        ),
        wrong(
            0,
            "the sigmoid's slope is missing: S_f is ∂c/∂a_f, before the sigmoid.",
            lambda c_, f, g: c_ - g,
        ),
        wrong(
            0,
            "that is tanh's slope: the valve f is a sigmoid, f (1 − f).",
            lambda c_, f, g: (c_ - g) * (1 - f * f),
        ),
        wrong(
            1,
            "tanh's slope is missing: S_g is ∂c/∂a_g, before the tanh: 1 − g².",
            lambda c_, f, g: 1 - f,
        ),
        wrong(
            1,
            "that is the sigmoid's slope: the new memory is a tanh, 1 − g².",
            lambda c_, f, g: (1 - f) * g * (1 - g),
        ),
        wrong(
            1,
            "the memory valve is missing: 1 − f scales what is put in.",
            lambda c_, f, g: 1 - g * g,
        ),
        wrong(
            1,
            "f is the other valve: the new memory comes in through 1 − f.",
            lambda c_, f, g: f * (1 - g * g),
        ),
        wrong(2, "1 − f is the other valve: the old memory passes f.", lambda c_, f, g: 1 - f),
        wrong(
            2,
            "the memory passes a valve, and the gradient comes back by the same one.",
            lambda c_, f, g: np.ones_like(f),
        ),
    ],
)

CHOICES = {
    "ps3.2": told_apart(
        *(
            Variant(
                f"the standard LSTM holds its blocks in the order {' '.join(order)}.", tied(order)
            )
            for order in ("ifgo", "figo", "iofg", "igfo")
        )
    ),
    "ps3.3": told_apart(
        Variant("the layer sets the memory valve i, and f = 1 − i.", QUESTIONS["ps3.3"]),
        Variant("the layer sets the forget valve f, and i = 1 − f.", FORGETTING),
    ),
    "ps3.5": told_apart(
        Variant("the groups' means are compared, by their difference.", confounded()),
        Variant("the groups' medians are compared, by their difference.", confounded(np.median)),
        Variant("the groups' means are compared, by their ratio.", confounded(saved=np.divide)),
    ),
}
