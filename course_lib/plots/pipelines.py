"""The picture of one step: pipelines as pipes, valves that open and close."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Rectangle

from course_lib.plots.show import AMBER, BLOCK_COLOURS, INK, PINK, SKY, new_figure, styled

PIPE = 0.8  # a pipe's width; a flow of 1 or more fills it
SOFT = "#5F6670"
WALL, INSIDE = "#B8BDC4", "#F4F5F7"
NEGATIVE = "#5E3C99"
DARK = {"f": "#9C4500", "i": "#006B4E", "o": "#005A8F"}  # as text, at least 4.5:1 on white


@styled
def pipelines(values: Mapping[str, float], *, title: str = "") -> Figure:
    """One step of a cell with two pipelines, drawn with its numbers.

    values: c_ and c (the memory pipeline before and after), i, f, o (the valves, 0 to 1),
    g (the new memory), m = tanh(c) and h. A flow's width is its size, its colour its sign; a
    valve's gap is its value. Raises ValueError where one of them is missing.
    """
    needed = ("c_", "i", "f", "g", "o", "c", "m", "h")
    if missing := [name for name in needed if name not in values]:
        raise ValueError(f"values: came without {missing}, expected {list(needed)}")
    v = {name: float(values[name]) for name in needed}
    fig, ax = new_figure(size=(9, 4.5))
    ax.set(xlim=(0, 12), ylim=(-0.35, 5.9), aspect="equal")
    ax.axis("off")
    if title:
        ax.set_title(title)

    memory, hidden = 4.7, 0.75  # the heights of the two pipelines
    kept, put_in = v["f"] * v["c_"], v["i"] * v["g"]
    _horizontal(ax, 0.3, 2.4, memory, v["c_"], AMBER)
    _horizontal(ax, 2.4, 5.0, memory, kept, AMBER)
    _horizontal(ax, 5.0, 11.7, memory, v["c"], AMBER)
    _vertical(ax, 5.0, 1.75, 2.9, v["g"], PINK)
    _vertical(ax, 5.0, 2.9, memory - PIPE / 2, put_in, PINK)
    _vertical(ax, 8.2, 3.35, memory - PIPE / 2, v["c"], AMBER)
    _vertical(ax, 8.2, 2.05, 3.35, v["m"], AMBER)
    _vertical(ax, 8.2, hidden + PIPE / 2, 2.05, v["h"], SKY)
    _horizontal(ax, 8.2 - PIPE / 2, 11.7, hidden, v["h"], SKY)

    _shutter(ax, 2.4, memory, v["f"], "f", upright=True)
    _shutter(ax, 5.0, 2.9, v["i"], "i", upright=False)
    _shutter(ax, 8.2, 2.05, v["o"], "o", upright=False)
    _join(ax, 5.0, memory, "+")
    _layer(ax, 5.0, 1.45, "tanh")
    _layer(ax, 8.2, 3.5, "tanh")

    _say(ax, 2.4, memory + 0.8, f"forget valve  f = {v['f']:.2f}", DARK["f"])
    _say(ax, 4.25, 2.9, f"memory valve  i = {v['i']:.2f}", DARK["i"], align="right")
    _say(ax, 8.95, 2.05, f"output valve  o = {v['o']:.2f}", DARK["o"], align="left")
    _say(ax, 5.0, 0.85, f"new memory  g = {v['g']:+.2f}", INK)
    _say(ax, 0.3, memory - 0.68, f"c₋ = {v['c_']:+.2f}", INK, align="left")
    _say(ax, 3.7, memory - 0.68, f"f c₋ = {kept:+.2f}", INK)
    _say(ax, 5.6, 3.65, f"i g = {put_in:+.2f}", INK, align="left")
    _say(ax, 11.7, memory - 0.68, f"c = {v['c']:+.2f}", INK, align="right")
    _say(ax, 8.95, 3.5, f"tanh(c) = {v['m']:+.2f}", INK, align="left")
    _say(ax, 11.7, hidden - 0.68, f"h = {v['h']:+.2f}", INK, align="right")
    _say(ax, 11.7, memory + 0.65, "memory pipeline", SOFT, align="right")
    _say(ax, 11.7, hidden + 0.65, "hidden pipeline", SOFT, align="right")
    return fig


def _horizontal(ax: Any, x0: float, x1: float, y: float, flow: float, colour: str) -> None:
    ax.add_patch(Rectangle((x0, y - PIPE / 2), x1 - x0, PIPE, fc=INSIDE, ec="none", zorder=1))
    for edge in (-PIPE / 2, PIPE / 2):
        ax.plot([x0, x1], [y + edge] * 2, color=WALL, lw=1.6, zorder=2, solid_capstyle="butt")
    wide = _width(flow)
    face = colour if flow >= 0 else NEGATIVE
    ax.add_patch(Rectangle((x0, y - wide / 2), x1 - x0, wide, fc=face, ec="none", zorder=3))


def _vertical(ax: Any, x: float, y0: float, y1: float, flow: float, colour: str) -> None:
    ax.add_patch(Rectangle((x - PIPE / 2, y0), PIPE, y1 - y0, fc=INSIDE, ec="none", zorder=1))
    for edge in (-PIPE / 2, PIPE / 2):
        ax.plot([x + edge] * 2, [y0, y1], color=WALL, lw=1.6, zorder=2, solid_capstyle="butt")
    wide = _width(flow)
    face = colour if flow >= 0 else NEGATIVE
    ax.add_patch(Rectangle((x - wide / 2, y0), wide, y1 - y0, fc=face, ec="none", zorder=3))


def _width(flow: float) -> float:
    return min(abs(flow), 1.0) * (PIPE - 0.08)


def _shutter(ax: Any, x: float, y: float, open_: float, block: str, *, upright: bool) -> None:
    """Two leaves that leave a gap of the valve's value."""
    colour, leaf = BLOCK_COLOURS[block], (1 - min(max(open_, 0.0), 1.0)) * PIPE / 2
    for side in (-1, 1):
        edge = side * PIPE / 2
        start = edge if side < 0 else edge - leaf
        boxes = [(-0.14, start, 0.28, leaf), (-0.24, edge - 0.07, 0.48, 0.14)]
        for along, across, length, width in boxes:
            corner, sides = (x + along, y + across), (length, width)
            if not upright:
                corner, sides = (x + across, y + along), (width, length)
            ax.add_patch(Rectangle(corner, *sides, fc=colour, ec="none", zorder=5))


def _join(ax: Any, x: float, y: float, sign: str) -> None:
    ax.add_patch(Circle((x, y), 0.24, fc="white", ec=INK, lw=1.6, zorder=6))
    ax.text(x, y - 0.02, sign, ha="center", va="center", fontsize=15, color=INK, zorder=7)


def _layer(ax: Any, x: float, y: float, name: str) -> None:
    box = FancyBboxPatch(
        (x - 0.5, y - 0.2),
        1.0,
        0.4,
        boxstyle="round,pad=0.05",
        fc="white",
        ec=INK,
        lw=1.4,
        zorder=6,
    )
    ax.add_patch(box)
    ax.text(x, y - 0.02, name, ha="center", va="center", fontsize=11, color=INK, zorder=7)


def _say(ax: Any, x: float, y: float, text: str, colour: str, align: str = "center") -> None:
    ax.text(x, y, text, ha=align, va="center", fontsize=11, color=colour, zorder=8)
