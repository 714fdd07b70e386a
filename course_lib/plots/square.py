"""The square of two valves: every position that forget and memory valve can take together."""

from __future__ import annotations

from collections.abc import Mapping

from matplotlib.figure import Figure

from course_lib.plots.show import BLUE, INK, LINE_COLOURS, new_figure, styled

_CORNERS = (
    (1.0, 0.0, "keep", "right"),
    (0.0, 1.0, "replace", "left"),
    (1.0, 1.0, "keep and add", "right"),
    (0.0, 0.0, "empty", "left"),
)
_MARKERS = ("o", "s", "^", "D", "v")


@styled
def valve_square(
    points: Mapping[str, tuple[float, float]] | None = None, *, title: str = ""
) -> Figure:
    """Forget valve f across, memory valve i up; the coupled cell lives on the line f = 1 − i.

    points: name → (f, i), to be marked. The corners say what becomes of the memory there.
    """
    points = points or {}
    fig, ax = new_figure(size=(7.4 if points else 5.2, 4.6))
    ax.plot([1, 0], [0, 1], color=BLUE, lw=4, zorder=2, label="coupled: f = 1 − i")
    for f, i, words, side in _CORNERS:
        ax.plot(f, i, "o", mfc="white", mec=INK, ms=8, zorder=3, clip_on=False)
        x = f + (0.06 if side == "left" else -0.06)
        ax.text(x, i, words, ha=side, va="center", color=INK, fontsize=12)
    for number, (name, (f, i)) in enumerate(points.items()):
        colour = LINE_COLOURS[(number + 1) % len(LINE_COLOURS)]
        marker = _MARKERS[number % len(_MARKERS)]
        ax.plot(f, i, marker, color=colour, ms=11, zorder=4, label=name, clip_on=False)
    ax.set(
        xlim=(-0.04, 1.04),
        ylim=(-0.06, 1.06),
        aspect="equal",
        xlabel="forget valve f: how much is kept",
        ylabel="memory valve i: how much comes in",
        title=title,
    )
    if points:
        ax.legend(loc="center left", bbox_to_anchor=(1.02, 0.5))
    else:
        ax.text(0.54, 0.54, "coupled: f = 1 − i", rotation=-45, ha="center", va="center")
    return fig
