"""Reber's grammar as a graph to walk through, and how it is embedded between two equal letters."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch

from course_lib.plots.show import AMBER, BLUE, INK, new_figure, styled
from course_lib.tasks.reber import REBER

# Where each state of REBER stands, and its end.
_PLACES = ((0, 1), (1.1, 1), (2.2, 2), (2.2, 0), (3.9, 2), (3.9, 0), (5.0, 1), (6.1, 1))
# Of the whole string: where it begins, forks, joins and ends, and the boxes between.
_WHOLE = ((7.5, 1), (8.5, 1), (12.3, 1), (13.3, 1))
_LEFT, _WIDE = 9.5, 1.8
_ARROW: Any = {"arrowstyle": "-|>", "color": INK, "lw": 1.6, "shrinkA": 9, "shrinkB": 9}


@styled
def grammar() -> Figure:
    """The graph of a Reber string, a letter on each arrow; beside it a whole embedded string, in
    which the graph stands twice: between ``T`` and ``T``, and between ``P`` and ``P``.
    """
    fig, ax = new_figure(size=(11, 3.3))
    ax.set(xlim=(-0.3, 13.6), ylim=(-1.05, 3.2), aspect="equal")
    ax.axis("off")
    for state, row in enumerate(REBER):
        for letter, to in row.items():
            _step(ax, letter, _PLACES[state], _PLACES[to])
    begin, fork, join, end = _WHOLE
    _step(ax, "B", begin, fork)
    _step(ax, "E", join, end)
    for letter, y in (("T", 1.85), ("P", 0.15)):
        box = FancyBboxPatch(
            (_LEFT, y - 0.35), _WIDE, 0.7, boxstyle="round,pad=0.04", fc="white", ec=AMBER, lw=2.4
        )
        ax.add_patch(box)
        ax.text(_LEFT + _WIDE / 2, y, "the graph", ha="center", va="center", fontsize=11)
        _step(ax, letter, fork, (_LEFT + 0.1, y), BLUE)
        _step(ax, letter, (_LEFT + _WIDE - 0.1, y), join, BLUE)
    for place in (*_PLACES, *_WHOLE):
        ax.add_patch(Circle(place, 0.15, fc="white", ec=INK, lw=1.8, zorder=3))
    for x, title in ((3.05, "the graph"), (10.4, "a whole string")):
        ax.text(x, 3.0, title, ha="center", va="center", fontsize=12, fontweight="bold")
    return fig


def _step(
    ax: Any, letter: str, tail: tuple[float, float], head: tuple[float, float], colour: str = INK
) -> None:
    """An arrow with its letter; back to where it came from, a loop outwards."""
    if tail == head:
        out = 1 if tail[1] > 1 else -1
        x, y = tail
        bent = {**_ARROW, "connectionstyle": f"arc3,rad={-3.2 * out}", "shrinkA": 4, "shrinkB": 4}
        ax.annotate("", (x + 0.13, y + 0.1 * out), (x - 0.13, y + 0.1 * out), arrowprops=bent)
        ax.text(x, y + 0.7 * out, letter, ha="center", va="center", fontsize=13)
        return
    ax.annotate("", head, tail, arrowprops=_ARROW)
    box = {"boxstyle": "round,pad=0.12", "fc": "white", "ec": "none"}
    middle = (tail[0] + head[0]) / 2, (tail[1] + head[1]) / 2
    ax.text(
        *middle, letter, ha="center", va="center", fontsize=13, color=colour, bbox=box,
        fontweight="bold" if colour != INK else "normal",
    )  # fmt: skip
