"""Problem set 4: the Gated Recurrent Unit. Its questions, and the usual mistakes."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from course_lib.checks import ps4_reading, ps4_weights
from course_lib.checks.gru import gru, gru_after, gru_before, gru_of, keep
from course_lib.checks.pairs import Wrong, alone, pairs
from course_lib.checks.parts import layer_mistakes, parameters, sigmoid, sizes
from course_lib.checks.question import Mistake, Question


def with_gates_swapped(reference: Callable) -> Callable:
    """r and z change places."""

    def wrong(x, h_, W, R, b, *rest):
        H = h_.shape[1]
        order = np.r_[H : 2 * H, :H, 2 * H : 3 * H]
        return reference(x, h_, W[:, order], R[:, order], b[order], *rest)

    return wrong


BLEND: list[Wrong] = [
    (
        "z is the other way round: here z keeps, so h = (1 − z) ∘ n + z ∘ h₋.",
        lambda h_, z, n: z * n + (1 - z) * h_,
    ),
    ("what is kept is missing: z of h₋ stays.", lambda h_, z, n: (1 - z) * n),
    ("1 − z is missing: the more is kept, the less is put in.", lambda h_, z, n: n + z * h_),
    (
        "an additional tanh: the pipeline itself is not squashed; n already is.",
        lambda h_, z, n: np.tanh(keep(h_, z, n)),
    ),
]
NEW: list[Wrong] = [
    ("tanh is missing: the new memory n is squashed.", lambda a: a),
    ("n is no gate: it goes through tanh.", sigmoid),
]
AFTER: dict[str, list[Wrong]] = {
    "reset": [
        (
            "b_hn is missing: it stands beside h₋ R_n, where r scales it.",
            lambda r, h_, R_n, b_hn: r * (h_ @ R_n),
        ),
        (
            "b_hn is outside the reset: r scales h₋ R_n and b_hn alike.",
            lambda r, h_, R_n, b_hn: r * (h_ @ R_n) + b_hn,
        ),
        (
            "that is reset before: r scales h₋, then comes the product. Here the product comes "
            "first.",
            lambda r, h_, R_n, b_hn: (r * h_) @ R_n + b_hn,
        ),
        (
            "that is reset before, for h₋ at least: here the product comes first, then r.",
            lambda r, h_, R_n, b_hn: (r * h_) @ R_n + r * b_hn,
        ),
        ("the reset gate is missing.", lambda r, h_, R_n, b_hn: h_ @ R_n + b_hn),
        (
            "1 − r: an open reset gate lets the hidden part through.",
            lambda r, h_, R_n, b_hn: (1 - r) * (h_ @ R_n + b_hn),
        ),
    ],
    "blend": BLEND,
    "new": NEW,
}
BEFORE: dict[str, list[Wrong]] = {
    "reset": [
        (
            "that is reset after: r scales the product h₋ R_n. Here r scales h₋, and then comes "
            "the product.",
            lambda r, h_, R_n: r * (h_ @ R_n),
        ),
        ("the reset gate is missing.", lambda r, h_, R_n: h_ @ R_n),
        (
            "1 − r: an open reset gate lets h₋ through.",
            lambda r, h_, R_n: ((1 - r) * h_) @ R_n,
        ),
        (
            "R_n is missing: r ∘ h₋ is multiplied by the weights R_n.",
            lambda r, h_, R_n: r * h_,
        ),
    ],
    "blend": BLEND,
    "new": NEW,
}


def mistakes(made: Callable[..., Callable], families: dict[str, list[Wrong]]) -> list[Mistake]:
    """Each wrong part alone, r and z swapped, what a layer may lack, two wrong parts at once."""
    return [
        *alone(made, families),
        Mistake("r and z change places: the columns hold r, z, n.", with_gates_swapped(made())),
        *layer_mistakes(made()),
        *pairs(made, families),
    ]


def for_gru(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    B, D, H = sizes(rng, 3)
    x, h_ = rng.normal(size=(B, D)), 1.5 * rng.normal(size=(B, H))
    return x, h_, *parameters(rng, D, H, 3), 2 * rng.normal(size=H)


QUESTIONS = {
    "ps4.1": Question(gru_after, ("h",), for_gru, mistakes(gru, AFTER)),
    "ps4.2": Question(gru_before, ("h",), lambda rng: for_gru(rng)[:-1], mistakes(gru_of, BEFORE)),
    **ps4_weights.QUESTIONS,
    **ps4_reading.QUESTIONS,
}
