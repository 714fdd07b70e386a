"""Problem set 1, the way back: one step of the LSTM backwards."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from types import SimpleNamespace

import numpy as np

from course_lib.checks.parts import for_step, valves
from course_lib.checks.question import Mistake, Question


def through_output(dh, o, m):
    """What δh sends into the memory: h = o ∘ tanh(c), m = tanh(c)."""
    return dh * o * (1 - m**2)


def at_layers(dh, dc, c_, i, f, g, o, m):
    """δa of i, f, g, o, each [B, H]."""
    da_i, da_f = dc * g * i * (1 - i), dc * c_ * f * (1 - f)
    return [da_i, da_f, dc * i * (1 - g**2), dh * m * o * (1 - o)]


def to_hidden(da, R):
    """δh₋ [B, H] from δa [B, 4H]."""
    return da @ R.T


def step_back(
    dh,
    dc,
    x,
    h_,
    c_,
    W,
    R,
    b,
    *,
    into: Callable = through_output,
    layers: Callable = at_layers,
    hidden: Callable = to_hidden,
    kept: Callable = lambda dc, arrived, i, f: dc * f,
    order: tuple[int, ...] = (0, 1, 2, 3),
):
    """δa [B, 4H] in the order i f g o, δh₋ and δc₋ [B, H], from what arrives at h and c."""
    i, f, g, o = valves(x, h_, W, R, b)
    m = np.tanh(f * c_ + i * g)
    whole = dc + into(dh, o, m)
    parts = layers(dh, whole, c_, i, f, g, o, m)
    da = np.hstack([parts[k] for k in order])
    return da, hidden(da, R), kept(whole, dc, i, f)


def for_back(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """δh, δc, x, h₋, c₋, W, R, b."""
    x, h_, c_, *rest = for_step(rng)
    return rng.normal(size=h_.shape), rng.normal(size=h_.shape), x, h_, c_, *rest


def instead(**own: Callable) -> dict:
    """The layers with some δa worked out otherwise, from everything that the step has."""

    def layers(*given):
        at = SimpleNamespace(
            **dict(zip(("dh", "dc", "c_", "i", "f", "g", "o", "m"), given, strict=True))
        )
        right = zip("ifgo", at_layers(*given), strict=True)
        return [own[name](at) if name in own else da for name, da in right]

    return {"layers": layers}


def hidden_by(k: int) -> dict:
    """δh₋ from one layer's δa alone."""

    def hidden(da, R):
        part = slice(k * len(R), (k + 1) * len(R))
        return da[:, part] @ R[:, part].T

    return {"hidden": hidden}


def by_block(da, R):
    return da.reshape(len(da), 4, -1), R.reshape(len(R), 4, -1)


def replacing(dh, dc, c_, i, f, g, o, m):
    return at_layers(dh, through_output(dh, o, m), c_, i, f, g, o, m)


# Each is a hint, and the parts of the step that come out wrong.
PARTS: list[tuple[str, dict]] = [
    (
        "the way through the output valve is missing: h = o ∘ tanh(c), so δh adds "
        "δh ∘ o ∘ (1 − tanh²(c)) to δc, before anything else is done with δc.",
        {"into": lambda dh, o, m: 0 * dh},
    ),
    (
        "the slope of tanh is missing where δh enters the memory: it is 1 − tanh²(c).",
        {"into": lambda dh, o, m: dh * o},
    ),
    (
        "the output valve is missing where δh enters the memory: only o ∘ δh gets in.",
        {"into": lambda dh, o, m: dh * (1 - m**2)},
    ),
    (
        "the slope of tanh at c is 1 − tanh²(c), not 1 − c².",
        {"into": lambda dh, o, m: dh * o * (1 - np.arctanh(m) ** 2)},
    ),
    (
        "the slope of σ is missing: a valve's sum gets a factor i (1 − i), f (1 − f), o (1 − o).",
        instead(i=lambda v: v.dc * v.g, f=lambda v: v.dc * v.c_, o=lambda v: v.dh * v.m),
    ),
    (
        "g goes through tanh, so its slope is 1 − g², not g (1 − g).",
        instead(g=lambda v: v.dc * v.i * v.g * (1 - v.g)),
    ),
    (
        "the slope of tanh is missing at the new memory: δa_g has a factor 1 − g².",
        instead(g=lambda v: v.dc * v.i),
    ),
    (
        "i and f are swapped: i scales g, so ∂c/∂i = g; f scales c₋, so ∂c/∂f = c₋.",
        instead(
            i=lambda v: v.dc * v.c_ * v.i * (1 - v.i), f=lambda v: v.dc * v.g * v.f * (1 - v.f)
        ),
    ),
    (
        "the wrong memory at the forget valve: it scales the memory before the step, so "
        "∂c/∂f = c₋, not c.",
        instead(f=lambda v: v.dc * np.arctanh(v.m) * v.f * (1 - v.f)),
    ),
    (
        "tanh is missing at the output valve: o scales tanh(c), so ∂h/∂o = tanh(c).",
        instead(o=lambda v: v.dh * np.arctanh(v.m) * v.o * (1 - v.o)),
    ),
    (
        "the output valve acts on h alone: its δa_o comes from δh, not from δc.",
        instead(o=lambda v: v.dc * v.m * v.o * (1 - v.o)),
    ),
    (
        "the forget valve is missing on the memory pipeline: δc₋ = δc ∘ f.",
        {"kept": lambda dc, arrived, i, f: dc},
    ),
    (
        "the memory valve lets in, the forget valve keeps: δc₋ = δc ∘ f, not δc ∘ i.",
        {"kept": lambda dc, arrived, i, f: dc * i},
    ),
    (
        "R has to be transposed on the way back, block by block: δa_k R_kᵀ, not δa_k R_k.",
        {"hidden": lambda da, R: np.einsum("bkh,hkj->bj", *by_block(da, R))},
    ),
    (
        "R is missing on the way to h₋: the four δa are not just added, each goes through its Rᵀ.",
        {"hidden": lambda da, R: by_block(da, R)[0].sum(axis=1)},
    ),
    *(
        (f"only one layer's gradient goes back to h₋, that of {name}: all four read it.", one)
        for name, one in zip("ifgo", map(hidden_by, range(4)), strict=True)
    ),
    ("δa comes in the wrong order: f i g o, and i f g o is expected.", {"order": (1, 0, 2, 3)}),
    ("δa comes in the wrong order: i f o g, and i f g o is expected.", {"order": (0, 1, 3, 2)}),
]

# Over a sequence these come out as a way that is cut, which has a hint of its own there.
CUTS: list[tuple[str, dict]] = [
    (
        "the way round through R is missing: all four layers read h₋, so δh₋ = Σ δa_k R_kᵀ.",
        {"hidden": lambda da, R: 0 * da[:, : len(R)]},
    ),
    (
        "what δh sends into the memory is added to the δc that arrives, and does not replace it.",
        {"layers": replacing, "kept": lambda dc, arrived, i, f: (dc - arrived) * f},
    ),
    (
        "δc₋ takes the whole δc, the part from δh included, times f.",
        {"kept": lambda dc, arrived, i, f: arrived * f},
    ),
]

MISTAKES = [
    *(Mistake(hint, partial(step_back, **parts)) for hint, parts in [*PARTS, *CUTS]),
    Mistake(
        "returned in the wrong order: δa, then δh₋, then δc₋.",
        lambda *given: tuple(step_back(*given)[k] for k in (0, 2, 1)),
    ),
]

QUESTIONS = {"ps1.7": Question(step_back, ("da", "dh_", "dc_"), for_back, MISTAKES)}
