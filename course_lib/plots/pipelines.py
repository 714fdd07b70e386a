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
def pipelines(values: Mapping[str, float], *, kind: str = "lstm", title: str = "") -> Figure:
    """One step of a cell, drawn with its numbers.

    kind: a cell's name in CELLS. values, with a memory pipeline: c_ and c (before and after), i, f,
    o (the valves, 0 to 1), g (the new memory), m = tanh(c) and h; and those of p_i, p_f and p_o
    that are to be drawn, as lines from the memory to the valves. "gru": h_ and h, z, n, and r and
    u where the reset is shown. A flow's width is its size, its colour its sign; a valve's gap is
    its value. Raises ValueError for another kind, or where a value is missing.
    """
    if kind not in (*_TWO_PIPELINES, *_ONE_PIPELINE):
        kinds = [*_TWO_PIPELINES, *_ONE_PIPELINE]
        raise ValueError(f"kind: came {kind!r}, expected one of {kinds}")
    needed: tuple[str, ...] = _ONE if kind in _ONE_PIPELINE else _TWO
    if missing := [name for name in needed if name not in values]:
        raise ValueError(f"values: came without {missing}, expected {list(needed)}")
    v = {name: float(value) for name, value in values.items()}
    fig, ax = new_figure(size=(9, 4.5))
    ax.set(xlim=(0, 12), ylim=(-0.35, 5.9), aspect="equal")
    ax.axis("off")
    if title:
        ax.set_title(title)
    if kind in _ONE_PIPELINE:
        _one_pipeline(ax, v)
        return fig
    _two_pipelines(ax, v, kind)
    if kind in ("coupled", "cifg"):
        _lever(ax)
    _peepholes(ax, v)
    return fig


_TWO = ("c_", "i", "f", "g", "o", "c", "m", "h")
_ONE = ("h_", "z", "n", "h")
_ONE_PIPELINE = ("gru", "gru_before")
_STANDARD = ("lstm", "peephole", "coupled", "cifg")
_TWO_PIPELINES = (*_STANDARD, "nig", "nfg", "nog", "niaf", "noaf", "fgr")
MEMORY, HIDDEN = 4.7, 0.75  # the heights of the two pipelines


def _two_pipelines(ax: Any, v: Mapping[str, float], kind: str) -> None:
    no = {gate: "no " if kind == f"n{gate}g" else "" for gate in "ifo"}
    f_words = "f = 1 − i" if kind in ("coupled", "cifg") else "f"
    m_words = "no tanh: c" if kind == "noaf" else "tanh(c)"
    kept, put_in = v["f"] * v["c_"], v["i"] * v["g"]
    _horizontal(ax, 0.3, 2.4, MEMORY, v["c_"], AMBER)
    _horizontal(ax, 2.4, 5.0, MEMORY, kept, AMBER)
    _horizontal(ax, 5.0, 11.7, MEMORY, v["c"], AMBER)
    _vertical(ax, 5.0, 1.75, 2.9, v["g"], PINK)
    _vertical(ax, 5.0, 2.9, MEMORY - PIPE / 2, put_in, PINK)
    _vertical(ax, 8.2, 3.35, MEMORY - PIPE / 2, v["c"], AMBER)
    _vertical(ax, 8.2, 2.05, 3.35, v["m"], AMBER)
    _vertical(ax, 8.2, HIDDEN + PIPE / 2, 2.05, v["h"], SKY)
    _horizontal(ax, 8.2 - PIPE / 2, 11.7, HIDDEN, v["h"], SKY)

    _shutter(ax, 2.4, MEMORY, v["f"], "f", upright=True)
    _shutter(ax, 5.0, 2.9, v["i"], "i", upright=False)
    _shutter(ax, 8.2, 2.05, v["o"], "o", upright=False)
    _join(ax, 5.0, MEMORY, "+")
    _layer(ax, 5.0, 1.45, "a_g" if kind == "niaf" else "tanh")
    if kind != "noaf":
        _layer(ax, 8.2, 3.5, "tanh")

    _say(
        ax,
        2.0,
        MEMORY + 0.8,
        f"{no['f']}forget valve  {f_words} = {v['f']:.2f}",
        DARK["f"],
        align="left",
    )
    _say(ax, 4.25, 2.75, f"{no['i']}memory valve  i = {v['i']:.2f}", DARK["i"], align="right")
    _say(ax, 8.95, 2.05, f"{no['o']}output valve  o = {v['o']:.2f}", DARK["o"], align="left")
    _say(ax, 5.0, 0.85, f"new memory  g = {v['g']:+.2f}", INK)
    _say(ax, 0.3, MEMORY - 0.68, f"c₋ = {v['c_']:+.2f}", INK, align="left")
    _say(ax, 3.7, MEMORY - 0.68, f"f c₋ = {kept:+.2f}", INK)
    _say(ax, 5.6, 3.65, f"i g = {put_in:+.2f}", INK, align="left")
    _say(ax, 11.7, MEMORY - 0.68, f"c = {v['c']:+.2f}", INK, align="right")
    _say(ax, 8.95, 3.5, f"{m_words} = {v['m']:+.2f}", INK, align="left")
    _say(ax, 11.7, HIDDEN - 0.68, f"h = {v['h']:+.2f}", INK, align="right")
    _say(ax, 11.7, MEMORY + 0.65, "memory pipeline", SOFT, align="right")
    _say(ax, 11.7, HIDDEN + 0.65, "hidden pipeline", SOFT, align="right")


def _lever(ax: Any) -> None:
    """The rod that ties the memory valve to the forget valve: as one opens, the other closes."""
    ax.plot([2.4, 2.4, 4.5], [MEMORY - 0.95, 3.25, 3.25], color=INK, lw=2.4, zorder=7)
    ax.plot([2.4, 2.4], [MEMORY - 0.95, MEMORY - 0.5], color=INK, lw=2.4, zorder=7)
    ax.plot([4.5, 4.5], [3.25, 3.0], color=INK, lw=2.4, zorder=7)
    ax.add_patch(Circle((2.4, 3.25), 0.13, fc="white", ec=INK, lw=2, zorder=8))
    _say(ax, 0.3, 3.25, "one lever for two", INK, align="left")


def _peepholes(ax: Any, v: Mapping[str, float]) -> None:
    """Lines from the memory to the valves; as thick as the peephole is strong."""
    ways = {
        "f": ([1.2, 1.2, 2.1], [MEMORY, MEMORY + 0.62, MEMORY + 0.5], 0.3, MEMORY + 0.85),
        "i": ([1.2, 1.2, 4.5], [MEMORY, 2.3, 2.6], 1.35, 2.05),
        "o": ([11.4, 11.4, 9.1, 8.75], [MEMORY, 2.65, 2.65, 2.3], 9.3, 2.92),
    }
    for gate, (xs, ys, x, y) in ways.items():
        if f"p_{gate}" not in v:
            continue
        strength = v[f"p_{gate}"]
        width, dash = 1.0 + 1.2 * min(abs(strength), 3.0), "-" if strength >= 0 else "--"
        ax.plot(xs, ys, color=DARK[gate], lw=width, ls=dash, zorder=4)
        ax.plot(xs[:1], ys[:1], "o", color=DARK[gate], ms=7, zorder=7)
        _say(ax, x, y, f"p_{gate} = {strength:+.1f}", DARK[gate], align="left")


def _one_pipeline(ax: Any, v: Mapping[str, float]) -> None:
    """The GRU: z keeps what is in the pipeline, 1 − z lets the new memory in."""
    kept, put_in = v["z"] * v["h_"], (1 - v["z"]) * v["n"]
    _horizontal(ax, 0.3, 2.4, MEMORY, v["h_"], SKY)
    _horizontal(ax, 2.4, 5.0, MEMORY, kept, SKY)
    _horizontal(ax, 5.0, 11.7, MEMORY, v["h"], SKY)
    _vertical(ax, 5.0, 1.75, 2.9, v["n"], PINK)
    _vertical(ax, 5.0, 2.9, MEMORY - PIPE / 2, put_in, PINK)
    _shutter(ax, 2.4, MEMORY, v["z"], "z", upright=True)
    _shutter(ax, 5.0, 2.9, 1 - v["z"], "z", upright=False)
    _lever(ax)
    _join(ax, 5.0, MEMORY, "+")
    _layer(ax, 5.0, 1.45, "tanh")
    _say(ax, 2.0, MEMORY + 0.8, f"update valve  z = {v['z']:.2f} keeps", DARK["f"], align="left")
    _say(ax, 5.65, 2.9, f"1 − z = {1 - v['z']:.2f} lets in", DARK["f"], align="left")
    _say(ax, 5.8, 1.45, f"new memory  n = {v['n']:+.2f}", INK, align="left")
    _say(ax, 0.3, MEMORY - 0.68, f"h₋ = {v['h_']:+.2f}", INK, align="left")
    _say(ax, 3.7, MEMORY - 0.68, f"z h₋ = {kept:+.2f}", INK)
    _say(ax, 5.65, 3.65, f"(1 − z) n = {put_in:+.2f}", INK, align="left")
    _say(ax, 11.7, MEMORY - 0.68, f"h = {v['h']:+.2f}", INK, align="right")
    _say(ax, 11.7, MEMORY + 0.65, "the one pipeline", SOFT, align="right")
    if "u" in v:
        _horizontal(ax, 0.3, 2.4, 1.45, v["u"], SKY)
        _horizontal(ax, 2.4, 4.4, 1.45, v["r"] * v["u"], SKY)
        _shutter(ax, 2.4, 1.45, v["r"], "r", upright=True)
        _say(ax, 2.4, 2.25, f"reset valve  r = {v['r']:.2f}", DARK["i"])
        _say(ax, 0.3, 1.45 - 0.68, f"u = h₋ R_n + b_hn = {v['u']:+.2f}", INK, align="left")


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
