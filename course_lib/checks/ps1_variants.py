"""Problem set 1 in a class's editions: what the forget bias keeps, and the layout with the bug."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from course_lib.checks.editions import Variant, moved, told_apart
from course_lib.checks.ps1_reading import QUESTIONS, biased, bugs
from course_lib.checks.question import Question


def of_row_turned(x, h_, c_, W_f, W_i, W_g, W_o, *biases):
    """Weights for the row [x | h₋] → for [h₋ | x]."""
    D = x.shape[1]
    weights = (np.vstack([W[D:], W[:D]]) for W in (W_f, W_i, W_g, W_o))
    return x, h_, c_, *weights, *biases


def of_emptying(x, h_, c_, W_f, W_i, W_g, W_o, b_f, *biases):
    """A layer that says how much is emptied → one that says how much is kept."""
    return x, h_, c_, -W_f, W_i, W_g, W_o, -b_f, *biases


def with_bug(bug: str) -> Question:
    return replace(QUESTIONS["ps1.6"], mistakes=[m for m in bugs(bug) if "the row" not in m.hint])


CHOICES = {
    "ps1.5": told_apart(
        Variant("`share` is what is left, and σ(b) is what each step keeps.", QUESTIONS["ps1.5"]),
        Variant(
            "`share` is what is lost, and σ(b) is what each step keeps.",
            biased(kept=lambda share: 1 - share),
        ),
        Variant(
            "`share` is what is left, and σ(b) is what each step empties.",
            biased(valve=lambda f: 1 - f),
        ),
        Variant(
            "`share` is what is lost, and σ(b) is what each step empties.",
            biased(kept=lambda share: 1 - share, valve=lambda f: 1 - f),
        ),
    ),
    "ps1.6": told_apart(
        Variant("the row is [h₋ | x], and f is how much is kept.", QUESTIONS["ps1.6"]),
        Variant(
            "the row is [x | h₋], and f is how much is kept.",
            moved(with_bug("io"), of_row_turned),
        ),
        Variant(
            "the row is [h₋ | x], and the layer of f says how much is emptied.",
            moved(with_bug("go"), of_emptying),
        ),
    ),
}
