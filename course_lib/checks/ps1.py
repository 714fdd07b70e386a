"""Problem set 1: the standard LSTM by hand. Its questions, and the usual mistakes."""

from __future__ import annotations

from itertools import permutations

import numpy as np

from course_lib.checks import ps1_back, ps1_reading, ps1_through_time
from course_lib.checks.parts import (
    ORDER,
    for_sequence,
    for_step,
    for_valves,
    layer_mistakes,
    layers,
    lstm_step,
    memory,
    sequence,
    sigmoid,
    squash,
    step,
    valves,
)
from course_lib.checks.question import Mistake, Question

lstm_sequence = sequence()

OTHER_ORDERS = list(permutations(range(4)))[1:]


def order_hint(order: tuple[int, ...]) -> str:
    came = " ".join(ORDER[k] for k in order)
    return f"gates in the wrong order: they come as {came}, and i f g o is expected."


def read_in(order: tuple[int, ...]) -> Mistake:
    """The columns are cut up in another order, each squashed as it is called."""

    def wrong(x, h_, W, R, b):
        a = layers(x, h_, W, R, b)
        return squash([a[k] for k in order])

    return Mistake(order_hint(order), wrong)


def returned_in(order: tuple[int, ...]) -> Mistake:
    """All four are right, and returned in another order."""

    def wrong(x, h_, W, R, b):
        values = valves(x, h_, W, R, b)
        return tuple(values[k] for k in order)

    return Mistake(order_hint(order), wrong)


def interleaved(x, h_, W, R, b):
    a = x @ W + h_ @ R + b
    return squash([a[:, k::4] for k in range(4)])


LAYERS = [
    *layer_mistakes(valves),
    Mistake(
        "tanh is missing: the new memory g is squashed too, to between −1 and 1.",
        lambda *given: squash(layers(*given), new=lambda a: a),
    ),
    Mistake(
        "g is not a valve: the new memory goes through tanh, not through the sigmoid.",
        lambda *given: squash(layers(*given), new=sigmoid),
    ),
    Mistake(
        "the sigmoid is missing: a valve is a number between 0 (closed) and 1 (open).",
        lambda *given: squash(layers(*given), gate=lambda a: a),
    ),
    Mistake(
        "the three valves go through the sigmoid, not through tanh: a valve is never negative.",
        lambda *given: squash(layers(*given), gate=np.tanh),
    ),
    Mistake(
        "the sign inside the sigmoid: σ(a) = 1 / (1 + exp(−a)) is near 1 for a large a.",
        lambda *given: squash(layers(*given), gate=lambda a: sigmoid(-a)),
    ),
    Mistake(
        "the columns are stacked gate by gate: the first H are all i's, the next H all f's.",
        interleaved,
    ),
    *map(read_in, OTHER_ORDERS),
]

VALVES = [*LAYERS, *map(returned_in, OTHER_ORDERS)]

MEMORY = [
    Mistake(
        "the two valves are swapped: f scales the old memory c₋, and i the new memory g.",
        step(memory=lambda c_, i, f, g: i * c_ + f * g),
    ),
    Mistake(
        "the memory valve is missing: i scales what is put in.",
        step(memory=lambda c_, i, f, g: f * c_ + g),
    ),
    Mistake(
        "the forget valve is missing: f scales what is kept of the old memory.",
        step(memory=lambda c_, i, f, g: c_ + i * g),
    ),
    Mistake(
        "the new memory is missing: the memory valve i lets g in.",
        step(memory=lambda c_, i, f, g: f * c_ + i),
    ),
    Mistake(
        "the old memory is missing: f lets a part of c₋ through.",
        step(memory=lambda c_, i, f, g: i * g),
    ),
    Mistake(
        "that couples the valves, which is variation 2: here i and f are set independently.",
        step(memory=lambda c_, i, f, g: f * c_ + (1 - f) * g),
    ),
    Mistake(
        "the sign: what is kept and what is put in are added.",
        step(memory=lambda c_, i, f, g: f * c_ - i * g),
    ),
    Mistake(
        "one tanh too many: the memory pipeline itself is not squashed, only what leaves it.",
        step(memory=lambda c_, i, f, g: np.tanh(memory(c_, i, f, g))),
    ),
]

OUTPUT = [
    Mistake(
        "tanh is missing: the memory is squashed before the output valve lets it out.",
        step(output=lambda o, c, c_: o * c),
    ),
    Mistake(
        "the wrong c: the hidden pipeline shows the memory after the step, c, not c₋.",
        step(output=lambda o, c, c_: o * np.tanh(c_)),
    ),
    Mistake(
        "the output valve is missing: o scales what leaves the memory.",
        step(output=lambda o, c, c_: np.tanh(c)),
    ),
    Mistake(
        "tanh in the wrong place: squash c first, then let o scale it.",
        step(output=lambda o, c, c_: np.tanh(o * c)),
    ),
    Mistake(
        "the memory leaves through tanh, not through the sigmoid.",
        step(output=lambda o, c, c_: o * sigmoid(c)),
    ),
]

STEP = [
    *MEMORY,
    *OUTPUT,
    Mistake(
        "returned in the wrong order: first h, then c.", lambda *given: lstm_step(*given)[::-1]
    ),
    *(Mistake(hint, step(valves=wrong)) for hint, wrong in LAYERS),
]

SEQUENCE = [
    Mistake(
        "the state is not carried on: each step starts from the h and c of the step before.",
        sequence(carry=lambda h, c, h0, c0: (h0, c0)),
    ),
    Mistake(
        "h is carried on and c is not: the memory pipeline runs through all steps.",
        sequence(carry=lambda h, c, h0, c0: (h, c0)),
    ),
    Mistake(
        "c is carried on and h is not: the hidden pipeline runs through all steps.",
        sequence(carry=lambda h, c, h0, c0: (h0, c)),
    ),
    Mistake(
        "the first step starts from the h and c that are handed over, not from zeros.",
        lambda xs, h, c, *rest: lstm_sequence(xs, 0 * h, 0 * c, *rest),
    ),
    Mistake(
        "h and c are swapped between one step and the next.",
        sequence(carry=lambda h, c, h0, c0: (c, h)),
    ),
    Mistake(
        "the sequence is read from its end: start with xs[0].",
        lambda xs, *rest: lstm_sequence(xs[::-1], *rest),
    ),
    Mistake(
        "the steps come in the reverse order: the first step's row comes first.",
        lambda *given: tuple(values[::-1] for values in lstm_sequence(*given)),
    ),
    Mistake(
        "every row is the last step's: each step needs an array of its own.",
        lambda *given: tuple(0 * v + v[-1] for v in lstm_sequence(*given)),
    ),
    Mistake(
        "returned in the wrong order: first all h, then all c.",
        lambda *given: lstm_sequence(*given)[::-1],
    ),
    *(Mistake(hint, sequence(wrong)) for hint, wrong in STEP),
]

QUESTIONS = {
    "ps1.1": Question(valves, ("i", "f", "g", "o"), for_valves, VALVES),
    "ps1.2": Question(lstm_step, ("h", "c"), for_step, STEP),
    "ps1.3": Question(lstm_sequence, ("hs", "cs"), for_sequence, SEQUENCE),
    **ps1_reading.QUESTIONS,
    **ps1_back.QUESTIONS,
    **ps1_through_time.QUESTIONS,
}
