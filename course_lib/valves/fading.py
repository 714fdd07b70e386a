"""One valve over many steps: what is left of a memory, and of a gradient."""

from __future__ import annotations

import ipywidgets as widgets

from course_lib.arguments import whole
from course_lib.valves import still
from course_lib.valves.drawing import Drawing, scene
from course_lib.valves.shown import show


def fading(f: float = 0.95, steps: int = 20) -> None:
    """A slider for the forget valve, one for the number of steps, and what is left: f^steps.

    f, steps: where the sliders stand at first. Raises ValueError for f outside 0 … 1 or steps
    outside 1 … 100, TypeError for steps that are no whole number.
    """
    if not 0 <= f <= 1:
        raise ValueError(f"f: came {f}, expected a valve from 0 to 1")
    if whole("steps", steps) > 100:
        raise ValueError(f"steps: came {steps}, expected 1 to 100")
    wide = {"style": {"description_width": "130px"}, "layout": widgets.Layout(width="auto")}
    controls = [
        widgets.FloatSlider(f, min=0.0, max=1.0, step=0.01, description="f forget valve", **wide),
        widgets.IntSlider(steps, min=1, max=100, description="number of steps", **wide),
    ]
    stretch = f"{steps} step{'s' * (steps > 1)}"
    alt = (
        f"Forget valve {f:.2f}, {stretch}: {f**steps:.2g} of the memory is left at the end, "
        f"and {f**steps:.2g} of the gradient arrives at the beginning."
    )
    drawing = Drawing(
        None, "fading", "What is left after many steps", {"f": f, "steps": steps},
        {"f": (0.0, 1.0, 0.01)},
    )  # fmt: skip
    show(scene(drawing, controls, ["f", "steps"]), still.picture(drawing), alt)
