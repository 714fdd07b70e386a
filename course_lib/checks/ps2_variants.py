"""Problem set 2 in a class's editions: what a cell's numbers are, and which error counts."""

from __future__ import annotations

from course_lib.checks.editions import Variant, told_apart
from course_lib.checks.ps2_back import counted
from course_lib.checks.ps2_baseline import ABSOLUTE, QUESTIONS, SQUARED

WORDS = {1: "one bias", 2: "two biases"}, {2: "two peepholes", 3: "three peepholes"}

CHOICES = {
    "ps2.3": told_apart(
        *(
            Variant(
                f"a block has {WORDS[0][biases]}, and a unit {WORDS[1][looks]}.",
                counted(biases, looks),
            )
            for biases, looks in ((1, 3), (2, 3), (1, 2), (2, 2))
        )
    ),
    "ps2.5": told_apart(
        Variant("the largest error counts.", QUESTIONS["ps2.5"]),
        Variant("the mean absolute error counts.", ABSOLUTE),
        Variant("the mean squared error counts.", SQUARED),
    ),
}
