"""Valves to turn: sliders beside a drawing of the cell.

ipywidgets are used here, and by the closed questions (`checks/closed`). Each function
shows itself and returns nothing. Beside the drawing stands a line of text that follows the values,
and a still picture stays where no widget can live.
"""

from course_lib.valves.fading import fading
from course_lib.valves.scenes import by_hand, gradient, one_step
from course_lib.valves.trained import inside
from course_lib.valves.trials import trials

__all__ = ["by_hand", "fading", "gradient", "inside", "one_step", "trials"]
