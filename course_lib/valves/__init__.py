"""Valves to turn: sliders beside a picture of the cell. The only package that imports ipywidgets.

Each function shows itself and returns nothing. Beside the picture stands a line of text that
follows the values, and a still picture stays where no widget can live.
"""

from course_lib.valves.fading import fading
from course_lib.valves.scenes import by_hand, inside, one_step

__all__ = ["by_hand", "fading", "inside", "one_step"]
