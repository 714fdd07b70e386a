"""Problem set 1, the way back: a whole sequence, back-propagation through time."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import numpy as np

from course_lib.checks.parts import for_sequence, lstm_step
from course_lib.checks.ps1_back import PARTS, step_back
from course_lib.checks.question import Mistake, Question


def sequence_back(
    dhs,
    xs,
    h,
    c,
    W,
    R,
    b,
    *,
    back: Callable = step_back,
    meet: Callable = lambda now, dh: now + dh,
    onward: Callable = lambda dh, dc: (dh, dc),
    after: bool = False,
    forwards: bool = False,
    last_alone: bool = False,
):
    """∂L/∂W, ∂L/∂R and ∂L/∂b from δh of every step, [T, B, H]: back-propagation through time."""
    hs, cs = [h], [c]
    for x in xs:
        h, c = lstm_step(x, hs[-1], cs[-1], W, R, b)
        hs.append(h)
        cs.append(c)
    dh, dc, dW, dR, db = 0 * h, 0 * c, 0 * W, 0 * R, 0 * b
    steps = range(len(xs)) if forwards else range(len(xs))[::-1]
    for t in steps:
        da, dh, dc = back(meet(dhs[t], dh), dc, xs[t], hs[t], cs[t], W, R, b)
        dh, dc = onward(dh, dc)
        if last_alone:
            dW, dR, db = 0 * dW, 0 * dR, 0 * db
        dW, dR, db = dW + xs[t].T @ da, dR + hs[t + after].T @ da, db + da.sum(axis=0)
    return dW, dR, db


def for_sequence_back(rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """δh of every step, xs, h, c, W, R, b."""
    xs, h, *rest = for_sequence(rng)
    return rng.normal(size=(len(xs), *h.shape)), xs, h, *rest


def shared(by: Callable) -> Callable:
    """The gradients divided by a count: a mean where a sum is asked for."""
    return lambda dhs, *given: tuple(part / by(dhs) for part in sequence_back(dhs, *given))


MISTAKES = [
    Mistake(
        "the second way round is missing: at step t two gradients meet in h, the loss's own δh and "
        "the δh₋ that step t + 1 handed back; add them.",
        partial(sequence_back, meet=lambda now, dh: now),
    ),
    Mistake(
        "only the last step's δh is used: every step has a loss of its own, which is added to what "
        "comes from the step after.",
        lambda dhs, *given: sequence_back(np.append(0 * dhs[:-1], dhs[-1:], axis=0), *given),
    ),
    Mistake(
        "the memory pipeline is cut: step t starts from the δc₋ that step t + 1 handed back.",
        partial(sequence_back, onward=lambda dh, dc: (dh, 0 * dc)),
    ),
    Mistake(
        "δh and δc are swapped between one step and the next.",
        partial(sequence_back, onward=lambda dh, dc: (dc, dh)),
    ),
    Mistake(
        "the steps are walked in the wrong direction: the way back begins at the last step.",
        partial(sequence_back, forwards=True),
    ),
    Mistake(
        "the wrong h in the gradient of R: R multiplied h₋, the row from the step before.",
        partial(sequence_back, after=True),
    ),
    Mistake(
        "only one step's share is left: W, R and b served at every step, so the shares are added "
        "up (+=, not =).",
        partial(sequence_back, last_alone=True),
    ),
    Mistake("a mean over the steps where a sum is asked for.", shared(len)),
    Mistake("a mean over the batch where a sum is asked for.", shared(lambda dhs: dhs.shape[1])),
    Mistake(
        "returned in the wrong order: the gradients of W, then R, then b.",
        lambda *given: tuple(sequence_back(*given)[k] for k in (1, 0, 2)),
    ),
    *(
        Mistake(hint, partial(sequence_back, back=partial(step_back, **parts)))
        for hint, parts in PARTS
    ),
]

QUESTIONS = {"ps1.8": Question(sequence_back, ("dW", "dR", "db"), for_sequence_back, MISTAKES)}
