"""Problem set 4: the Gated Recurrent Unit. Its questions, and the usual mistakes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_lib.checks import ps4_weights
from course_lib.checks.gru import after, before, gru, gru_after, gru_before, gru_of, keep
from course_lib.checks.parts import altered, layer_mistakes, parameters, sigmoid, sizes, zero
from course_lib.checks.question import Mistake, Question


def with_valves_swapped(reference: Callable) -> Callable:
    """r and z change places."""

    def wrong(x, h_, W, R, b, *rest):
        H = h_.shape[1]
        order = np.r_[H : 2 * H, :H, 2 * H : 3 * H]
        return reference(x, h_, W[:, order], R[:, order], b[order], *rest)

    return wrong


def around(made: Callable, reset: Callable, reference: Callable) -> list[Mistake]:
    """What goes wrong whatever is reset: in the blend, in the activations, in the order."""
    return [
        Mistake(
            "z is the other way round: here z keeps, so h = (1 − z) ∘ n + z ∘ h₋.",
            made(reset, lambda h_, z, n: z * n + (1 - z) * h_),
        ),
        Mistake(
            "what is kept is missing: z of h₋ stays.", made(reset, lambda h_, z, n: (1 - z) * n)
        ),
        Mistake(
            "1 − z is missing: the more is kept, the less is put in.",
            made(reset, lambda h_, z, n: n + z * h_),
        ),
        Mistake("r and z change places: the columns hold r, z, n.", with_valves_swapped(reference)),
        Mistake("tanh is missing: the new memory n is squashed.", made(reset, new=lambda a: a)),
        Mistake("n is no valve: it goes through tanh.", made(reset, new=sigmoid)),
        Mistake(
            "an additional tanh: the pipeline itself is not squashed; n already is.",
            made(reset, lambda h_, z, n: np.tanh(keep(h_, z, n))),
        ),
        *layer_mistakes(reference),
    ]


AFTER = [
    Mistake(
        "b_hn is missing: it stands beside h₋ R_n, where r scales it.",
        altered(gru_after, b_hn=zero),
    ),
    Mistake(
        "b_hn is outside the reset: r scales h₋ R_n and b_hn alike.",
        gru(lambda r, h_, R_n, b_hn: r * (h_ @ R_n) + b_hn),
    ),
    Mistake(
        "that is reset before: r scales h₋, then comes the product. Here the product comes first.",
        gru(lambda r, h_, R_n, b_hn: (r * h_) @ R_n + b_hn),
    ),
    Mistake(
        "that is reset before, for h₋ at least: here the product comes first, then r.",
        gru(lambda r, h_, R_n, b_hn: (r * h_) @ R_n + r * b_hn),
    ),
    Mistake("the reset valve is missing.", gru(lambda r, h_, R_n, b_hn: h_ @ R_n + b_hn)),
    Mistake(
        "1 − r: an open reset valve lets the hidden part through.",
        gru(lambda r, h_, R_n, b_hn: (1 - r) * (h_ @ R_n + b_hn)),
    ),
    *around(gru, after, gru_after),
]

BEFORE = [
    Mistake(
        "that is reset after: r scales the product h₋ R_n. Here r scales h₋, and then comes the "
        "product.",
        gru_of(lambda r, h_, R_n: r * (h_ @ R_n)),
    ),
    Mistake("the reset valve is missing.", gru_of(lambda r, h_, R_n: h_ @ R_n)),
    Mistake(
        "1 − r: an open reset valve lets h₋ through.",
        gru_of(lambda r, h_, R_n: ((1 - r) * h_) @ R_n),
    ),
    Mistake("R_n is missing: r ∘ h₋ passes the weights R_n.", gru_of(lambda r, h_, R_n: r * h_)),
    *around(gru_of, before, gru_before),
]


def for_gru(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    B, D, H = sizes(rng, 3)
    x, h_ = rng.normal(size=(B, D)), 1.5 * rng.normal(size=(B, H))
    return x, h_, *parameters(rng, D, H, 3), 2 * rng.normal(size=H)


QUESTIONS = {
    "ps4.1": Question(gru_after, ("h",), for_gru, AFTER),
    "ps4.2": Question(gru_before, ("h",), lambda rng: for_gru(rng)[:-1], BEFORE),
    **ps4_weights.QUESTIONS,
}
