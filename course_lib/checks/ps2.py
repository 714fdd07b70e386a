"""Problem set 2: peephole connections. Its questions, and the usual mistakes."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib.checks import ps2_back, ps2_baseline
from course_lib.checks.pairs import pairs
from course_lib.checks.parts import (
    altered,
    for_step,
    layer_mistakes,
    layers,
    opened,
    sigmoid,
    zero,
)
from course_lib.checks.question import Mistake, Question

# --- ps2.1: two valves look at the memory -------------------------------------------------------


def peeking_memory(
    x, h_, c_, W, R, b, p_i, p_f, *, seen=lambda c_, h_: c_, new=np.tanh, p_g=0.0, blend=None
):
    """i, f and the new c, of an LSTM whose memory and forget valve look at c₋."""
    a_i, a_f, a_g, _ = layers(x, h_, W, R, b)
    look = seen(c_, h_)
    i, f, g = sigmoid(a_i + p_i * look), sigmoid(a_f + p_f * look), new(a_g + p_g * look)
    return i, f, blend(c_, i, f, g) if blend else f * c_ + i * g


def for_memory(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    x, h_, c_, *rest = for_step(rng)
    H = h_.shape[1]
    return x, h_, 1.5 * c_, *rest, *(rng.choice([-1, 1], H) * opened(rng, H) * 2 for _ in range(2))


def swapped_peepholes(x, h_, c_, W, R, b, p_i, p_f):
    return peeking_memory(x, h_, c_, W, R, b, p_f, p_i)


def outside(x, h_, c_, W, R, b, p_i, p_f):
    i, f, _ = peeking_memory(x, h_, c_, W, R, b, zero(p_i), zero(p_f))
    g = np.tanh(layers(x, h_, W, R, b)[2])
    i, f = i + p_i * c_, f + p_f * c_
    return i, f, f * c_ + i * g


def looks_at_the_new(x, h_, c_, W, R, b, p_i, p_f):
    c = peeking_memory(x, h_, c_, W, R, b, zero(p_i), zero(p_f))[2]
    return peeking_memory(x, h_, c_, W, R, b, p_i, p_f, seen=lambda c_, h_: c)


def no_look(c_, h_):
    return zero(c_)


def swapped_valves(c_, i, f, g):
    return i * c_ + f * g


PEEKING = [
    Mistake(
        "the peepholes are missing: p ∘ c₋ is added to the pre-activations of i and f.",
        altered(peeking_memory, p_i=zero, p_f=zero),
    ),
    Mistake(
        "one peephole is missing: the memory valve looks at c₋ as well.",
        altered(peeking_memory, p_i=zero),
    ),
    Mistake(
        "one peephole is missing: the forget valve looks at c₋ as well.",
        altered(peeking_memory, p_f=zero),
    ),
    Mistake("the peepholes are swapped: p_i belongs to i, p_f to f.", swapped_peepholes),
    Mistake(
        "the wrong pipeline: a peephole looks at the memory c₋, not at h₋.",
        partial(peeking_memory, seen=lambda c_, h_: h_),
    ),
    Mistake(
        "an additional tanh: a peephole looks at c₋ itself, not squashed.",
        partial(peeking_memory, seen=lambda c_, h_: np.tanh(c_)),
    ),
    Mistake(
        "the wrong c: when i and f are set there is no new c yet; they look at c₋.",
        looks_at_the_new,
    ),
    Mistake(
        "outside the sigmoid: add p ∘ c₋ first, then squash, or the valve leaves 0 … 1.", outside
    ),
    Mistake(
        "one peephole too many: the new memory g is no valve and does not look.",
        lambda *given: peeking_memory(*given, p_g=given[6]),
    ),
    Mistake(
        "the sign: p ∘ c₋ is added.", altered(peeking_memory, p_i=np.negative, p_f=np.negative)
    ),
    Mistake(
        "tanh is missing: the new memory g is squashed to between −1 and 1.",
        partial(peeking_memory, new=lambda a: a),
    ),
    Mistake(
        "the two valves are swapped: f scales the old memory, i the new.",
        partial(peeking_memory, blend=swapped_valves),
    ),
    *layer_mistakes(peeking_memory),
    *pairs(
        partial(partial, peeking_memory),
        {
            "seen": [
                ("the peepholes are missing: p ∘ c₋ is added to the sums of i and f.", no_look),
                ("a peephole looks at the memory c₋, not at h₋.", lambda c_, h_: h_),
                ("a peephole looks at c₋ itself, not squashed.", lambda c_, h_: np.tanh(c_)),
                ("p ∘ c₋ is added, not taken away.", lambda c_, h_: -c_),
            ],
            "new": [("tanh is missing: g is squashed to between −1 and 1.", lambda a: a)],
            "blend": [("f scales the old memory, i the new.", swapped_valves)],
            "b": [("the bias is missing: each layer adds its part of b.", zero)],
        },
    ),
]

# --- ps2.2: find the bug; the output valve looks at c₋ (LuxRecurrentLayers.jl PR #29) ----------


def peephole_step(x, h_, c_, W, R, b, p_i, p_f, p_o, *, look="c", squash=np.tanh):
    """h and c of the LSTM with all three peepholes."""
    _, _, c = peeking_memory(x, h_, c_, W, R, b, p_i, p_f)
    a_o = layers(x, h_, W, R, b)[3]
    seen = {"c": c, "c_": c_, "tanh": np.tanh(c), "h_": h_}[look]
    return sigmoid(a_o + p_o * seen) * squash(c), c


def for_output(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    given = for_memory(rng)
    H = len(given[-1])
    return *given, rng.choice([-1, 1], H) * (0.5 + 2 * opened(rng, H))


def moved(x, h_, c_, W, R, b, p_i, p_f, p_o):
    c = looks_at_the_new(x, h_, c_, W, R, b, p_i, p_f)[2]
    o = sigmoid(layers(x, h_, W, R, b)[3] + p_o * c)
    return o * np.tanh(c), c


def old_shown(x, h_, c_, W, R, b, p_i, p_f, p_o):
    _, _, c = peeking_memory(x, h_, c_, W, R, b, p_i, p_f)
    return sigmoid(layers(x, h_, W, R, b)[3] + p_o * c) * np.tanh(c_), c


OUTPUT = [
    Mistake(
        "the bug is still there: the output valve is set after the memory has moved on. Which c "
        "can it see by then?",
        partial(peephole_step, look="c_"),
    ),
    Mistake(
        "the bug has moved: i and f are set before there is a new c; they look at c₋.",
        moved,
    ),
    Mistake(
        "the output valve's peephole is gone: it looked, but at the wrong c.",
        altered(peephole_step, p_o=zero),
    ),
    Mistake(
        "an additional tanh: the output valve looks at c itself, not at what leaves the memory.",
        partial(peephole_step, look="tanh"),
    ),
    Mistake(
        "the wrong pipeline: the output valve looks at the memory, not at h₋.",
        partial(peephole_step, look="h_"),
    ),
    Mistake(
        "the wrong c leaves: h is o ∘ tanh(c) with the new c.",
        old_shown,
    ),
    Mistake(
        "tanh is missing: the memory is squashed before the output valve lets it out.",
        partial(peephole_step, squash=lambda c: c),
    ),
    Mistake(
        "returned in the wrong order: first h, then c.",
        lambda *given: peephole_step(*given)[::-1],
    ),
    *pairs(
        partial(partial, peephole_step),
        {
            "look": [
                ("the bug is still there: which c can the output valve see?", "c_"),
                ("the output valve looks at c itself, not squashed.", "tanh"),
                ("the output valve looks at the memory, not at h₋.", "h_"),
            ],
            "squash": [("tanh is missing: h is o ∘ tanh(c).", lambda c: c)],
            "b": [("the bias is missing: each layer adds its part of b.", zero)],
        },
    ),
]


QUESTIONS = {
    "ps2.1": Question(peeking_memory, ("i", "f", "c"), for_memory, PEEKING),
    "ps2.2": Question(peephole_step, ("h", "c"), for_output, OUTPUT),
    **ps2_back.QUESTIONS,
    **ps2_baseline.QUESTIONS,
}
