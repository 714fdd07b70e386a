"""Every figure of the course. The only package that draws with matplotlib.

A figure is made by one of these functions and shown by ``show``, which gives it its alt text.
Colours are Okabe and Ito's, which stay apart without colour vision; a valve has the same colour
everywhere.
"""

from course_lib.plots.curves import LiveLoss, curves, gradient_decay, losses, phase, seeds
from course_lib.plots.fading import decay_over_seeds
from course_lib.plots.grammar import grammar
from course_lib.plots.guide import cells_map
from course_lib.plots.parts import lstm_to_gru
from course_lib.plots.sequences import VALVES, WORDS, activity, piano_roll, valves_over_time
from course_lib.plots.show import BLOCK_COLOURS, picture, png, show
from course_lib.plots.square import valve_square
from course_lib.plots.study import LiveStudy, boxes, by_variant, forest, last_frames, over, shares
from course_lib.plots.two_studies import forests, paired
from course_lib.plots.unrolled import unrolled

__all__ = [
    "BLOCK_COLOURS",
    "VALVES",
    "WORDS",
    "LiveLoss",
    "LiveStudy",
    "activity",
    "boxes",
    "by_variant",
    "cells_map",
    "curves",
    "decay_over_seeds",
    "forest",
    "forests",
    "gradient_decay",
    "grammar",
    "last_frames",
    "losses",
    "lstm_to_gru",
    "over",
    "paired",
    "phase",
    "piano_roll",
    "picture",
    "png",
    "seeds",
    "shares",
    "show",
    "unrolled",
    "valve_square",
    "valves_over_time",
]
