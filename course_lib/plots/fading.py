"""A picture of forgetting: what is left of a gradient after many steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.figure import Figure

from course_lib.plots.show import BLUE, GREEN, INK, VERMILION, new_figure, styled

_COLOURS = (VERMILION, BLUE, GREEN)
_MARKERS = ("o", "s", "^")


@styled
def decay_over_seeds(
    groups: Mapping[str, Sequence[np.ndarray]],
    *,
    predicted: Sequence[np.ndarray] = (),
    title: str = "",
) -> Figure:
    """How much gradient is left after so many steps back, on a log scale, over several seeds.

    groups: for each name one array [T] a seed, the last step last; the line is their median, the
    band reaches from the smallest to the largest. predicted: what was expected, arrays [T] in the
    same order of steps, dotted.
    """
    fig, ax = new_figure(size=(9, 3.8))
    for row, (name, arrays) in enumerate(groups.items()):
        back = np.stack(arrays)[:, ::-1]
        steps, colour = np.arange(back.shape[1]), _COLOURS[row % len(_COLOURS)]
        ax.fill_between(steps, back.min(axis=0), back.max(axis=0), color=colour, alpha=0.2, lw=0)
        middle, marker = np.median(back, axis=0), _MARKERS[row % len(_MARKERS)]
        ax.plot(steps, middle, color=colour, marker=marker, markevery=5, label=name)
    for number, line in enumerate(predicted):
        label = "predicted" if number == 0 else None
        ax.plot(np.arange(len(line)), line[::-1], color=INK, ls=":", lw=1.8, label=label)
    ax.set(xlabel="steps back from the end", ylabel="gradient (end = 1)", title=title)
    ax.set_yscale("log")
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return fig
