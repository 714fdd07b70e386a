"""The LSTM unrolled over three steps, drawn in stages, with the gradient's ways back at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyBboxPatch, Polygon, Rectangle

from course_lib.plots.show import AMBER, BLOCK_COLOURS, INK, PINK, SKY, new_figure, styled

STAGES = ("steps", "inside", "loss", "back")
STEP = 5.0  # the width of one step
MEMORY, HIDDEN, BUS, LAYER = 4.8, 0.5, 1.35, 2.2  # heights
PLACES = {"f": 0.8, "i": 1.7, "g": 2.6, "o": 3.45}  # of the layers, within a step
OUT = 4.3  # where h leaves the memory, within a step
BACK = "#A3174D"
WAY, ARROW = 2.2, {"arrowstyle": "-|>", "shrinkA": 0, "shrinkB": 0, "mutation_scale": 13}


@styled
def unrolled(stage: str = "loss") -> Figure:
    """Three steps of one LSTM side by side, with the same weights in each.

    stage: "steps" the two pipelines through three closed boxes; "inside" each box opened: x and h₋
    into four layers, three valves; "loss" the read-out and the loss of each step as well; "back"
    the same with the ways of the gradient from step 3 to step 2 and on.
    Raises ValueError for another stage.
    """
    if stage not in STAGES:
        raise ValueError(f"stage: came {stage!r}, expected one of {list(STAGES)}")
    low = -1.9 if stage in ("loss", "back") else -0.75
    fig, ax = new_figure(size=(10, 4.9 if low < -1 else 4.3))
    ax.set(xlim=(-0.75, 3 * STEP + 0.75), ylim=(low, 5.9), aspect="equal")
    ax.axis("off")
    for k in range(3):
        left = k * STEP
        ax.add_patch(
            Rectangle((left + 0.2, 0.05), STEP - 0.4, 5.35, fc="#F4F5F7", ec="#B8BDC4", zorder=0)
        )
        _say(ax, left + STEP / 2, 5.62, f"step {k + 1}", size=10.5)
        _line(ax, [(left - 0.2, MEMORY), (left + STEP + 0.2, MEMORY)], AMBER, 7)
        if stage == "steps":
            _closed(ax, left, k)
        else:
            _inside(ax, left, k)
        if stage in ("loss", "back"):
            _read_out(ax, left, k)
    for k in range(4):
        _say(ax, k * STEP, MEMORY + 0.33, f"$c_{k}$", size=12)
        _say(ax, k * STEP, HIDDEN - 0.36, f"$h_{k}$", size=12)
    if stage == "back":
        _back(ax)
    return fig


def _closed(ax: Any, left: float, k: int) -> None:
    for start, end in ((-0.2, 1.38), (3.62, STEP + 0.2)):
        _line(ax, [(left + start, HIDDEN), (left + end, HIDDEN)], SKY, 7)
    box = FancyBboxPatch(
        (left + 0.8, 1.2), 3.4, 2.9, boxstyle="round,pad=0.1", fc="white", ec=INK, lw=1.4, zorder=5
    )
    ax.add_patch(box)
    _say(ax, left + STEP / 2, 2.95, "one LSTM step", size=12)
    _say(ax, left + STEP / 2, 2.25, "the same W, R, b", size=10.5)
    for x, y0, y1 in (
        (1.3, HIDDEN, 1.1),
        (1.3, 4.2, MEMORY),
        (3.7, MEMORY, 4.2),
        (3.7, 1.1, HIDDEN),
    ):
        _arrow(ax, (left + x, y0), (left + x, y1), INK)
    _input(ax, left, k, 1.1)


def _input(ax: Any, left: float, k: int, top: float) -> None:
    _arrow(ax, (left + 2.1, -0.35), (left + 2.1, top), INK, lw=WAY)
    _say(ax, left + 2.1, -0.58, f"$x_{k + 1}$", size=12)


def _inside(ax: Any, left: float, k: int) -> None:
    # x and h₋ on one bus into the four layers.
    _line(ax, [(left - 0.2, HIDDEN), (left + 0.5, HIDDEN), (left + 0.5, BUS)], SKY, 5)
    _line(ax, [(left + 0.5, BUS), (left + PLACES["o"], BUS)], INK, WAY)
    _input(ax, left, k, BUS)
    for name, at in PLACES.items():
        x = left + at
        _arrow(ax, (x, BUS), (x, LAYER - 0.3), INK)
        _box(ax, x, LAYER, "tanh" if name == "g" else "σ", BLOCK_COLOURS[name])
    f, i, g, o = (left + PLACES[name] for name in "figo")
    _line(ax, [(f, LAYER + 0.27), (f, MEMORY - 0.3)], BLOCK_COLOURS["f"], WAY)
    _valve(ax, f, MEMORY, BLOCK_COLOURS["f"], upright=False)
    _line(ax, [(i, LAYER + 0.27), (i, 3.5), (g - 0.3, 3.5)], BLOCK_COLOURS["i"], WAY)
    _line(ax, [(g, LAYER + 0.27), (g, MEMORY)], PINK, 5)
    _valve(ax, g, 3.5, BLOCK_COLOURS["i"], upright=True)
    ax.add_patch(Circle((g, MEMORY), 0.22, fc="white", ec=INK, lw=1.4, zorder=7))
    _say(ax, g, MEMORY - 0.01, "+", size=13)
    # What shows of the memory: tanh, the output valve, the hidden pipeline.
    x = left + OUT
    _line(ax, [(x, MEMORY), (x, 3.0)], AMBER, 5)
    _line(ax, [(x, 3.0), (x, HIDDEN), (left + STEP + 0.2, HIDDEN)], SKY, 5)
    _box(ax, x, 3.9, "tanh", INK)
    _line(ax, [(o, LAYER + 0.27), (o, 3.0), (x - 0.3, 3.0)], BLOCK_COLOURS["o"], WAY)
    _valve(ax, x, 3.0, BLOCK_COLOURS["o"], upright=True)
    for name, (dx, y) in {"f": (-0.25, 3.2), "i": (-0.25, 3.2), "g": (0.28, 2.85)}.items():
        _say(ax, left + PLACES[name] + dx, y, name, size=11, style="italic")
    _say(ax, o - 0.24, 2.75, "o", size=11, style="italic")


def _read_out(ax: Any, left: float, k: int) -> None:
    x = left + OUT
    _arrow(ax, (x, HIDDEN), (x, -0.42), INK)
    _box(ax, x, -0.65, "$W_y$", INK)
    _arrow(ax, (x, -0.9), (x, -1.28), INK)
    _box(ax, x, -1.52, f"$L_{k + 1}$", INK)


def _back(ax: Any) -> None:
    """The gradient's ways: from each loss, along the memory, and round through h and the layers."""
    for k in range(3):
        left = k * STEP
        _arrow(ax, (left + OUT - 0.45, -1.5), (left + OUT - 0.45, 0.4), BACK, lw=2.6)
        _arrow(ax, (left + OUT + 0.38, 1.0), (left + OUT + 0.38, 4.5), BACK, lw=2.6)
        _arrow(ax, (left + 2.2, 4.45), (left - 0.3, 4.45), BACK, lw=2.6)
        _arrow(ax, (left + 3.3, 0.95), (left - 0.3, 0.95), BACK, lw=2.6)
        _say(ax, left + 1.35, 4.1, "∘ f", colour=BACK, size=11)
        _say(ax, left + 3.1, 0.65, "Σ δa Rᵀ", colour=BACK, size=11)
    _say(ax, 2 * STEP + OUT - 0.8, -0.9, "δh", colour=BACK, size=12)


def _line(ax: Any, points: Sequence[tuple[float, float]], colour: str, width: float) -> None:
    xs, ys = zip(*points, strict=True)
    ax.plot(
        xs, ys, color=colour, lw=width, solid_capstyle="butt", solid_joinstyle="round", zorder=3
    )


def _arrow(
    ax: Any, start: tuple[float, float], end: tuple[float, float], colour: str, lw: float = 1.6
) -> None:
    ax.annotate("", end, start, arrowprops={**ARROW, "color": colour, "lw": lw}, zorder=6)


def _box(ax: Any, x: float, y: float, name: str, colour: str) -> None:
    box = FancyBboxPatch(
        (x - 0.27, y - 0.17), 0.54, 0.34, boxstyle="round,pad=0.06",
        fc="white", ec=colour, lw=2, zorder=6,
    )  # fmt: skip
    ax.add_patch(box)
    _say(ax, x, y - 0.01, name, size=9.5)


def _valve(ax: Any, x: float, y: float, colour: str, *, upright: bool) -> None:
    """A valve's sign: two triangles, point to point along the pipe."""
    for side in (-1, 1):
        corners = [(0.0, 0.0), (0.3 * side, -0.24), (0.3 * side, 0.24)]
        turned = [(b, a) if upright else (a, b) for a, b in corners]
        ax.add_patch(
            Polygon([(x + a, y + b) for a, b in turned], fc="white", ec=colour, lw=2, zorder=7)
        )


def _say(
    ax: Any, x: float, y: float, text: str, *, colour: str = INK, size: float = 11, style: str = ""
) -> None:
    ax.text(
        x, y, text, ha="center", va="center", fontsize=size, color=colour, zorder=9,
        style=style or "normal",
    )  # fmt: skip
