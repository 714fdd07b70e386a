"""Problem set 4, second half: the weights of a GRU, mirrored and translated."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.checks.gru import gru, gru_after
from course_lib.checks.parts import parameters, sizes, zero
from course_lib.checks.question import Mistake, Question

# --- ps4.3: z against 1 − z ---------------------------------------------------------------------


def mirrored(W, R, b, *, blocks="z", turn=np.negative, turn_bias=np.negative):
    """Weights of the GRU where z lets in, for one where z keeps: z's block changes its sign."""

    def turned(array, turn):
        parts = dict(zip("rzn", np.split(array, 3, axis=-1), strict=True))
        return np.concatenate([turn(v) if k in blocks else v for k, v in parts.items()], axis=-1)

    return turned(W, turn), turned(R, turn), turned(b, turn_bias)


def for_mirror(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    D, H = sizes(rng, 2)
    return parameters(rng, D, H, 3)


MIRROR = [
    Mistake(
        "nothing is changed: with the same weights z would open where it closed.", lambda *g: g
    ),
    Mistake(
        "the bias keeps its sign: all of a_z must change, its bias too.",
        partial(mirrored, turn_bias=lambda a: a),
    ),
    Mistake(
        "only the bias changes its sign: all of a_z must, W_z and R_z too.",
        partial(mirrored, turn=lambda a: a),
    ),
    Mistake(
        "1 − is taken of the weights: it is the gate that becomes 1 − z, after the sigmoid.",
        partial(mirrored, turn=lambda a: 1 - a, turn_bias=lambda a: 1 - a),
    ),
    Mistake("the wrong block: r stays as it is, z changes.", partial(mirrored, blocks="r")),
    Mistake("the wrong block: n stays as it is, z changes.", partial(mirrored, blocks="n")),
    Mistake("every block is changed: only z's should be.", partial(mirrored, blocks="rzn")),
    Mistake("both gates are changed: r stays as it is.", partial(mirrored, blocks="rz")),
]

# --- ps4.4: weights from PyTorch ----------------------------------------------------------------


def translated(weight_ih, weight_hh, bias_ih, bias_hh, *, inside=True, outside=False):
    """PyTorch's GRU weights → W, R, b, b_hn."""
    H = weight_hh.shape[1]
    b = bias_ih.copy()
    b[: 2 * H] += bias_hh[: 2 * H]
    if outside:
        b[2 * H :] += bias_hh[2 * H :]
    return weight_ih.T, weight_hh.T, b, bias_hh[2 * H :] if inside else zero(bias_hh[2 * H :])


def for_torch(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    D, H = sizes(rng, 2)
    shapes = (3 * H, D), (3 * H, H), (3 * H,), (3 * H,)
    return tuple(rng.normal(0, 0.8, shape) for shape in shapes)


def biases(weight_ih, weight_hh, made: Callable) -> tuple:
    b, b_hn = made(weight_hh.shape[1])
    return weight_ih.T, weight_hh.T, b, b_hn


TRANSLATED = [
    Mistake(
        "n's second bias is in b and in b_hn: it counts once, inside the reset.",
        partial(translated, outside=True),
    ),
    Mistake(
        "n's second bias is added to the first: outside the reset r cannot scale it. It is b_hn.",
        partial(translated, inside=False, outside=True),
    ),
    Mistake("b_hn is empty: it is n's part of the second bias.", partial(translated, inside=False)),
    Mistake(
        "the second bias of r and z is missing: both are only ever added, so b holds their sum.",
        lambda w, u, b1, b2: biases(w, u, lambda H: (b1, b2[2 * H :])),
    ),
    Mistake(
        "the two biases are swapped: n's first one belongs to x W_n, its second one to h₋ R_n.",
        lambda w, u, b1, b2: translated(w, u, b2, b1),
    ),
    Mistake(
        "the wrong part of the second bias: blocks are stacked r, z, n, and n comes last.",
        lambda w, u, b1, b2: (*translated(w, u, b1, b2)[:3], b2[: len(b2) // 3]),
    ),
    Mistake(
        "the blocks change places: PyTorch stacks r, z, n, as here.",
        lambda w, u, b1, b2: translated(*(reordered(a) for a in (w, u, b1, b2))),
    ),
    Mistake(
        "read in the wrong order: a transpose turns rows into columns, a reshape only cuts anew.",
        lambda w, u, b1, b2: (
            w.reshape(w.shape[::-1]),
            u.reshape(u.shape[::-1]),
            *translated(w, u, b1, b2)[2:],
        ),
    ),
]


def reordered(array: np.ndarray) -> np.ndarray:
    """r z n → z r n, along the first axis."""
    r, z, n = np.split(array, 3)
    return np.concatenate([z, r, n])


# --- ps4.5: find the bug; b_hn outside the reset (google/flax #5594 has none at all) -----------


def torch_step(x, h_, weight_ih, weight_hh, bias_ih, bias_hh):
    """A step of the GRU straight from PyTorch's weights."""
    return gru_after(x, h_, *translated(weight_ih, weight_hh, bias_ih, bias_hh))


def for_torch_step(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    B, D, H = sizes(rng, 3)
    shapes = (B, D), (B, H), (3 * H, D), (3 * H, H), (3 * H,), (3 * H,)
    scales = 1, 1, 0.5, 0.5, 0.7, 0.7  # large ones leave every gate open or shut, and hide the bug
    return tuple(rng.normal(0, *pair) for pair in zip(scales, shapes, strict=True))


def stepped(step: Callable = gru_after, **how) -> Callable:
    return lambda x, h_, *weights: step(x, h_, *translated(*weights, **how))


BUG = [
    Mistake(
        "the bug is still there: which of the numbers that the hidden row brings along does r not "
        "scale?",
        stepped(inside=False, outside=True),
    ),
    Mistake(
        "the second bias of n counts twice, inside the reset and outside.", stepped(outside=True)
    ),
    Mistake("the second bias of n is gone: it belongs beside h₋ R_n.", stepped(inside=False)),
    Mistake(
        "both biases of n are inside: the first belongs to the row x, which r does not scale.",
        lambda x, h_, *weights: both_inside(x, h_, *translated(*weights)),
    ),
    Mistake(
        "that resets before: PyTorch multiplies by the weights first, then by r.",
        stepped(gru(lambda r, h_, R_n, b_hn: (r * h_) @ R_n + r * b_hn)),
    ),
    Mistake(
        "z was right: it keeps, here as in PyTorch.",
        stepped(gru(blend=lambda h_, z, n: z * n + (1 - z) * h_)),
    ),
]


def both_inside(x, h_, W, R, b, b_hn):
    H = len(b_hn)
    left = np.concatenate([b[: 2 * H], zero(b_hn)])
    return gru_after(x, h_, W, R, left, b_hn + b[2 * H :])


LIBRARY = (
    "course_lib.cells",
    "course_lib.sequence",
    "course_lib.readings",
    "course_lib.checks",
)
QUESTIONS = {
    "ps4.3": Question(mirrored, ("W", "R", "b"), for_mirror, MIRROR),
    "ps4.4": Question(translated, ("W", "R", "b", "b_hn"), for_torch, TRANSLATED, LIBRARY),
    "ps4.5": Question(torch_step, ("h",), for_torch_step, BUG, LIBRARY),
}
