"""Problem set 3: coupled valves. Its questions, and the usual mistakes."""

from __future__ import annotations

import numpy as np

from course_lib.checks import ps3_confound, ps3_tied
from course_lib.checks.pairs import Wrong, alone, pairs
from course_lib.checks.parts import (
    for_sequence,
    for_step,
    layer_mistakes,
    layers,
    sequence,
    sigmoid,
)
from course_lib.checks.question import Mistake, Question

# --- ps3.1: one decision in place of two --------------------------------------------------------


def blend(c_, i, g):
    return (1 - i) * c_ + i * g


def coupled(
    blend=blend, output=lambda o, c, c_: o * np.tanh(c), gate=sigmoid, new=np.tanh, order=(0, 1, 2)
):
    """A step of the coupled cell from its parts: (x, h₋, c₋, W, R, b) → h, c; blocks i g o."""

    def coupled_step(x, h_, c_, W, R, b):
        a = layers(x, h_, W, R, b, 3)
        a_i, a_g, a_o = (a[k] for k in order)
        c = blend(c_, gate(a_i), new(a_g))
        return output(gate(a_o), c, c_), c

    return coupled_step


coupled_step = coupled()

PARTS: dict[str, list[Wrong]] = {
    "blend": [
        (
            "the lever is the other way round: here the layer sets the memory valve i, and the "
            "forget valve is 1 − i.",
            lambda c_, i, g: i * c_ + (1 - i) * g,
        ),
        ("the forget valve is missing: it is open at 1 − i.", lambda c_, i, g: c_ + i * g),
        (
            "both valves stand at i: what the forget valve keeps is 1 − i.",
            lambda c_, i, g: i * c_ + i * g,
        ),
        (
            "the memory valve is missing: i scales what is put in.",
            lambda c_, i, g: (1 - i) * c_ + g,
        ),
        ("the old memory is missing: 1 − i of it stays.", lambda c_, i, g: i * g),
        (
            "the sign: the forget valve is 1 − i, so a part of c₋ is added.",
            lambda c_, i, g: (i - 1) * c_ + i * g,
        ),
    ],
    "output": [
        (
            "tanh is missing: the memory is squashed before the output valve lets it out.",
            lambda o, c, c_: o * c,
        ),
        (
            "the wrong c: the hidden pipeline shows the memory after the step, c, not c₋.",
            lambda o, c, c_: o * np.tanh(c_),
        ),
        (
            "the output valve is missing: it is not coupled, and scales what leaves the memory.",
            lambda o, c, c_: np.tanh(c),
        ),
    ],
    "new": [
        (
            "tanh is missing: the new memory g is squashed to between −1 and 1.",
            lambda a: a,
        ),
        ("g is no valve: the new memory goes through tanh, not through the sigmoid.", sigmoid),
    ],
}
STEP = [
    *alone(coupled, PARTS),
    Mistake("the two valves go through the sigmoid, not through tanh.", coupled(gate=np.tanh)),
    *(
        Mistake("blocks in the wrong order: the columns hold i, g, o.", coupled(order=order))
        for order in ((0, 2, 1), (1, 0, 2), (2, 1, 0), (1, 2, 0), (2, 0, 1))
    ),
    Mistake(
        "returned in the wrong order: first h, then c.", lambda *given: coupled_step(*given)[::-1]
    ),
    *layer_mistakes(coupled_step),
    *pairs(coupled, PARTS),
]

# --- ps3.4: find the bug; no tanh on the output (nicodjimenez/lstm does so by choice) ----------

coupled_sequence = sequence(coupled_step)

BUG = [
    Mistake(
        "the bug is still there: look at what leaves the memory. How large may h become in the "
        "equations, and how large in this function?",
        sequence(coupled(output=lambda o, c, c_: o * c)),
    ),
    Mistake(
        "tanh in the wrong place: squash c first, then let o scale it.",
        sequence(coupled(output=lambda o, c, c_: np.tanh(o * c))),
    ),
    Mistake(
        "tanh in the wrong place: the memory pipeline itself is not squashed, only what leaves it.",
        sequence(
            coupled(blend=lambda c_, i, g: np.tanh(blend(c_, i, g)), output=lambda o, c, c_: o * c)
        ),
    ),
    Mistake(
        "squashed twice: the memory pipeline itself is not squashed, only what leaves it.",
        sequence(coupled(blend=lambda c_, i, g: np.tanh(blend(c_, i, g)))),
    ),
    Mistake(
        "the memory leaves through tanh, not through the sigmoid.",
        sequence(coupled(output=lambda o, c, c_: o * sigmoid(c))),
    ),
    Mistake(
        "the squashed memory is carried on: the next step starts from c itself.",
        sequence(coupled_step, carry=lambda h, c, h0, c0: (h, np.tanh(c))),
    ),
    Mistake(
        "the output valve is gone: it was right; what it scales was not.",
        sequence(coupled(output=lambda o, c, c_: np.tanh(c))),
    ),
]

QUESTIONS = {
    "ps3.1": Question(coupled_step, ("h", "c"), lambda rng: for_step(rng, 3), STEP),
    **ps3_tied.QUESTIONS,
    "ps3.4": Question(coupled_sequence, ("hs", "cs"), lambda rng: for_sequence(rng, 3), BUG),
    **ps3_confound.QUESTIONS,
}
