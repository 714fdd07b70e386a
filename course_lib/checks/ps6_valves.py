"""Problem set 6, its first and last question: a valve said in two ways, and one cell as another."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.checks.parts import layer_mistakes, parameters, sigmoid
from course_lib.checks.question import Mistake, Question

# --- ps6.1: the MGU from the GRU ----------------------------------------------------------------


def mgu(
    reset: Callable = lambda f: f,
    blend: Callable = lambda f, h_, n: (1 - f) * h_ + f * n,
    squash: Callable = np.tanh,
    after: bool = False,
) -> Callable:
    """A step of the MGU, of which a mistake may replace a part: (x, h₋, W, R, b) → h."""

    def step(x, h_, W, R, b):
        H = h_.shape[1]
        f = sigmoid(x @ W[:, :H] + h_ @ R[:, :H] + b[:H])
        R_n, seen = R[:, H:], reset(f)
        hidden = seen * (h_ @ R_n) if after else (seen * h_) @ R_n
        return blend(f, h_, squash(x @ W[:, H:] + hidden + b[H:]))

    return step


def minimal(keeps: bool = False, order: str = "vn") -> Question:
    """The MGU with its valve v said as f, which lets in, or as k, which keeps; blocks in an order.

    keeps: the blocks are k n, r = 1 − k and z = k; else f n, r = f and z = 1 − f.
    """

    def let_in(v):
        return 1 - v if keeps else v

    def blend(v, h_, n):
        return (1 - let_in(v)) * h_ + let_in(v) * n

    def swapped(answer: Callable) -> Callable:
        def moved(x, h_, W, R, b):
            H = h_.shape[1]
            return answer(x, h_, *(np.roll(array, H, axis=-1) for array in (W, R, b)))

        return moved

    def asked(**parts) -> Callable:
        made = mgu(**{"reset": let_in, "blend": blend, **parts})
        return swapped(made) if order == "nv" else made

    name = "k" if keeps else "f"
    step = asked()
    mistakes = [
        Mistake(
            "k is the other way round: where it is open, the past stays, h = k ∘ h₋ + (1 − k) ∘ n."
            if keeps
            else "f is the other way round: where it is open, the past is written over, "
            "h = (1 − f) ∘ h₋ + f ∘ n.",
            asked(blend=lambda v, h_, n: let_in(v) * h_ + (1 - let_in(v)) * n),
        ),
        Mistake(
            "k resets the other way round: r = 1 − k, so an open k keeps h₋ out of n."
            if keeps
            else "f resets the other way round: r = f, so an open f lets h₋ through.",
            asked(reset=lambda v: 1 - let_in(v)),
        ),
        Mistake(f"the reset is missing: {name} stands for r as well.", asked(reset=lambda v: 1)),
        Mistake(
            "that is reset after: r scales h₋, and then comes the product with R_n.",
            asked(after=True),
        ),
        Mistake("tanh is missing: the new memory n is squashed.", asked(squash=lambda a: a)),
        Mistake(
            f"{name} and n change places: the columns hold {order[0]}, {order[1]}.".replace(
                "v", name
            ),
            swapped(step),
        ),
        *layer_mistakes(step),
    ]
    return Question(step, ("h",), for_mgu, mistakes)


# --- ps6.5: one cell is another -----------------------------------------------------------------


def to_trnn(
    W, b, blocks="z", turn: Callable = np.negative, turn_bias: Callable = np.negative, order="znzn"
):
    """The minGRU's weights [z n] as the strongly typed RNN's, which is the same with z mirrored.

    order: of the blocks that are given, then of those that are returned.
    """

    def turned(array, turn):
        parts = dict(zip(order[:2], np.split(array, 2, axis=-1), strict=True))
        made = {k: turn(v) if k in blocks else v for k, v in parts.items()}
        return np.concatenate([made[k] for k in order[2:]], axis=-1)

    return turned(W, turn), turned(b, turn_bias)


def typed(order: str = "znzn") -> Question:
    """One cell as another, with blocks that are given and returned in these orders."""

    def asked(W, b, **how):
        return to_trnn(W, b, order=order, **how)

    mistakes = [Mistake(hint, partial(asked, **how)) for hint, how in TYPED]
    nothing = Mistake(
        "nothing is changed: with the same weights z would keep where it let in.",
        lambda W, b: (W, b),
    )
    return Question(asked, ("W", "b"), for_typed, [nothing, *mistakes])


TYPED: list[tuple[str, dict]] = [
    ("the bias keeps its sign: all of a_z must change.", {"turn_bias": lambda b: b}),
    ("only the bias changes: all of a_z must, W_z too.", {"turn": lambda W: W}),
    (
        "1 − is taken of the weights: it is the valve that becomes 1 − z, after the sigmoid.",
        {"turn": lambda a: 1 - a, "turn_bias": lambda a: 1 - a},
    ),
    ("n changes as well: it is the same in both cells.", {"blocks": "zn"}),
    ("the wrong block: z changes, and n stays.", {"blocks": "n"}),
]


def for_mgu(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    B, D, H = rng.permutation([2, 3, 5])
    return rng.normal(size=(B, D)), 1.5 * rng.normal(size=(B, H)), *parameters(rng, D, H, 2)


def for_typed(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    D, H = rng.permutation([2, 3, 4, 5])[:2]
    return rng.normal(0, 0.8, (D, 2 * H)), rng.normal(0, 0.8, 2 * H)


QUESTIONS = {"ps6.1": minimal(), "ps6.5": typed()}
