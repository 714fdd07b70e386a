"""The parts of one cell beside those of another: what became of each."""

from __future__ import annotations

from typing import Any

from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from course_lib.plots.show import BLOCK_COLOURS, GREY, INK, new_figure, styled

# LSTM part, its colour; GRU part, its colour; what happened, in which step of notebook 04.
LSTM_TO_GRU = (
    ("forget gate f: how much is kept", "f", "update gate z: how much is kept", "z", "renamed"),
    ("input gate i: how much comes in", "i", "1 − z: the rest comes in", "z", "1 · coupled"),
    ("new memory g", "g", "new memory n", "n", "renamed"),
    ("memory pipeline c", "c", "hidden pipeline h", "h", "2 · merged"),
    ("hidden pipeline h", "h", "hidden pipeline h", "h", "stays"),
    ("output gate o: what is shown", "o", "", "", "2 · dropped"),
    ("tanh on the way out", "", "", "", "2 · dropped"),
    ("", "", "reset gate r: what n sees of h₋", "r", "3 · added"),
)
_LEFT, _RIGHT, _WIDE, _HIGH = 0.0, 7.2, 4.6, 0.56


@styled
def lstm_to_gru() -> Figure:
    """What became of each part of the LSTM in the GRU: a row a part, the step on its arrow."""
    fig, ax = new_figure(size=(9, 5.2))
    rows = len(LSTM_TO_GRU)
    ax.set(xlim=(-0.2, 12.0), ylim=(-0.7, rows + 0.1))
    ax.axis("off")
    for x, title in ((_LEFT, "LSTM"), (_RIGHT, "GRU")):
        ax.text(x, rows - 0.25, title, fontsize=14, fontweight="bold", color=INK)
    ends: dict[str, float] = {}
    for row, (left, left_block, right, right_block, step) in enumerate(LSTM_TO_GRU):
        y = rows - 1.0 - row
        _part(ax, _LEFT, y, left, left_block)
        if right not in ends:  # c and h end in the same pipeline
            _part(ax, _RIGHT, y, right, right_block)
            ends[right] = y
        if left and right:
            tail, head = (_LEFT + _WIDE, y), (_RIGHT, ends[right])
            arrow = {"arrowstyle": "-|>", "color": INK, "lw": 1.6}
            ax.annotate("", head, tail, arrowprops=arrow)
        at = (_LEFT + _WIDE + _RIGHT) / 2
        above = 0.2 if left and right else 0.0
        ax.text(at, y + above, step, ha="center", va="center", fontsize=11, color=INK)
        if not right:
            ax.text(_LEFT + _WIDE + 0.2, y, "×", va="center", fontsize=15, color=GREY)
    return fig


def _part(ax: Any, x: float, y: float, words: str, block: str) -> None:
    if not words:
        return
    colour = BLOCK_COLOURS.get(block, GREY)
    box = FancyBboxPatch(
        (x, y - _HIGH / 2), _WIDE, _HIGH, boxstyle="round,pad=0.04", fc="white", ec=colour, lw=2.4
    )
    ax.add_patch(box)
    ax.text(x + 0.18, y, words, va="center", fontsize=11, color=INK)
