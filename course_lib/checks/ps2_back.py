"""Problem set 2, second half: parameters counted, and the way back through the peepholes."""

from __future__ import annotations

from functools import partial

import numpy as np

from course_lib.checks.parts import altered, opened, sizes, zero
from course_lib.checks.question import Mistake, Question

# --- ps2.3: how many numbers a cell learns ------------------------------------------------------


def counted(biases: int = 1, looks: int = 3) -> Question:
    """The LSTM's numbers counted, with so many biases a block, and so many valves that look."""

    def parameter_counts(D, H, *, blocks=4, biases=biases, peepholes=lambda H: looks * H):
        standard = blocks * (D * H + H * H + biases * H)
        return standard, standard + peepholes(H)

    word = {2: "two", 3: "three"}[looks]
    mistakes = [
        Mistake(
            "the biases are missing: each of the four blocks has H of them.",
            partial(parameter_counts, biases=0),
        ),
        Mistake(
            "two biases a block, as PyTorch keeps them: here it is one, since only their sum "
            "counts."
            if biases == 1
            else "one bias a block: here it is two, as PyTorch keeps them.",
            partial(parameter_counts, biases=3 - biases),
        ),
        Mistake(
            "three blocks are the valves; the new memory has weights too.",
            partial(parameter_counts, blocks=3),
        ),
        Mistake(
            "a peephole is one number a unit: each unit's valve looks at its own memory alone.",
            partial(parameter_counts, peepholes=lambda H: looks * H * H),
        ),
        Mistake(
            f"only {word} blocks look at the memory: the new memory g is no valve.",
            partial(parameter_counts, peepholes=lambda H: 4 * H),
        ),
        Mistake(
            "the output valve looks as well: three peepholes."
            if looks == 3
            else "the output valve does not look here: two peepholes.",
            partial(parameter_counts, peepholes=lambda H: (5 - looks) * H),
        ),
        Mistake(
            "H numbers for each peephole, one a unit, not one for all.",
            partial(parameter_counts, peepholes=lambda H: looks),
        ),
        Mistake(
            "the recurrent weights are missing: R is [H, 4H].",
            lambda D, H: tuple(n - 4 * H * H for n in parameter_counts(D, H)),
        ),
        Mistake(
            "returned in the wrong order: first without peepholes, then with them.",
            lambda D, H: parameter_counts(D, H)[::-1],
        ),
    ]
    return Question(parameter_counts, ("standard", "peephole"), for_counts, mistakes)


def for_counts(rng: np.random.Generator) -> tuple[int, ...]:
    return tuple(int(n) for n in rng.choice(np.arange(4, 40), 2, replace=False))


# --- ps2.4: the way back ------------------------------------------------------------------------


def carry_slope(c_, i, f, g, p_i, p_f):
    """∂c/∂c₋ along the memory pipeline: the forget valve, and what the peepholes add."""
    return f + p_i * g * i * (1 - i) + p_f * c_ * f * (1 - f)


def for_carry(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    B, H = sizes(rng, 2)
    i, f = opened(rng, B, H), opened(rng, B, H)
    g = rng.choice([-1, 1], (B, H)) * opened(rng, B, H)
    return 2 * rng.normal(size=(B, H)), i, f, g, *(1.5 * rng.normal(size=(2, H)))


CARRY = [
    Mistake(
        "that is the way back without peepholes. A change of c₋ also turns the valves that look "
        "at it.",
        altered(carry_slope, p_i=zero, p_f=zero),
    ),
    Mistake(
        "the way through the memory valve is missing: i looks at c₋ too.",
        altered(carry_slope, p_i=zero),
    ),
    Mistake(
        "the way through the forget valve's peephole is missing: f looks at c₋ too.",
        altered(carry_slope, p_f=zero),
    ),
    Mistake(
        "the direct way is missing: f lets the gradient through, with peepholes or without.",
        lambda c_, i, f, g, p_i, p_f: carry_slope(c_, i, f, g, p_i, p_f) - f,
    ),
    Mistake(
        "the sigmoid's slope is missing: σ' = v (1 − v), from the valve v itself.",
        lambda c_, i, f, g, p_i, p_f: f + p_i * g + p_f * c_,
    ),
    Mistake(
        "that is tanh's slope, 1 − v²; a valve is a sigmoid: v (1 − v).",
        lambda c_, i, f, g, p_i, p_f: f + p_i * g * (1 - i * i) + p_f * c_ * (1 - f * f),
    ),
    Mistake(
        "the partners are swapped: in c = f ∘ c₋ + i ∘ g, f stands beside c₋ and i beside g.",
        lambda c_, i, f, g, p_i, p_f: f + p_i * c_ * i * (1 - i) + p_f * g * f * (1 - f),
    ),
    Mistake(
        "the partners are missing: the slope of i ∘ g in i is g, that of f ∘ c₋ in f is c₋.",
        lambda c_, i, f, g, p_i, p_f: f + p_i * i * (1 - i) + p_f * f * (1 - f),
    ),
    Mistake(
        "the peepholes are swapped: p_i belongs to i, p_f to f.",
        lambda c_, i, f, g, p_i, p_f: carry_slope(c_, i, f, g, p_f, p_i),
    ),
]

QUESTIONS = {
    "ps2.3": counted(),
    "ps2.4": Question(carry_slope, ("slope",), for_carry, CARRY),
}
