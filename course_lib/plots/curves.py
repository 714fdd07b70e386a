"""Curves: losses while training, comparisons over seeds, a gradient over time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from course_lib.plots.show import (
    BLUE,
    INK,
    VERMILION,
    Live,
    colours_of,
    new_figure,
    styled,
)

if TYPE_CHECKING:
    from course_lib.learning.history import History

_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (1, 0.6)))


@styled
def curves(
    lines: Mapping[str, Sequence[float] | np.ndarray],
    *,
    x: Sequence[float] | np.ndarray | None = None,
    xlabel: str = "",
    ylabel: str = "",
    title: str = "",
    log: bool = False,
) -> Figure:
    """Named lines over x (or over their index), each with a colour and a dash of its own."""
    fig, ax = new_figure()
    colours = colours_of(lines)
    for number, (name, line) in enumerate(lines.items()):
        xs = np.arange(1, len(line) + 1) if x is None else x[: len(line)]
        ax.plot(
            xs,
            line,
            color=colours[number],
            linestyle=_DASHES[number % len(_DASHES)],
            label=name,
        )
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if log:
        ax.set_yscale("log")
    if len(lines) > 1:
        ax.legend()
    return fig


@styled
def losses(history: History, *, ylabel: str = "loss a frame", title: str = "") -> Figure:
    """Training and validation loss over the epochs, the best epoch marked."""
    fig, ax = new_figure(size=(8, 3.2))
    epochs = history.series("epoch")
    ax.plot(epochs, history.series("train_loss"), color=BLUE, label="training")
    ax.plot(epochs, history.series("validation_loss"), color=VERMILION, ls="--", label="validation")
    if history.best is not None:
        best = history.best
        ax.plot(best["epoch"], best["validation_loss"], "o", color=INK, label="best, kept")
    ax.set(xlabel="epoch", ylabel=ylabel, title=title)
    ax.xaxis.get_major_locator().set_params(integer=True)
    ax.legend()
    return fig


class LiveLoss:
    """A listener for ``train(on_epoch=…)``: the losses so far, redrawn after each epoch."""

    def __init__(self, *, ylabel: str = "loss a frame", alt: str = "") -> None:
        self.ylabel = ylabel
        self.alt = alt or "Training and validation loss over the epochs, the best epoch marked."
        self._live = Live()

    def __call__(self, history: History) -> None:
        self._live.show(losses(history, ylabel=self.ylabel), self.alt)


@styled
def gradient_decay(lines: Mapping[str, np.ndarray], *, title: str = "") -> Figure:
    """How much gradient is left after so many steps back, on a log scale; [T], last step last."""
    longest = max(len(line) for line in lines.values())
    flipped = {name: np.asarray(line)[::-1] for name, line in lines.items()}
    fig = curves(
        flipped,
        x=np.arange(longest),
        xlabel="steps back from the end",
        ylabel="gradient that arrives",
        title=title,
        log=True,
    )
    return fig


@styled
def phase(
    ways: Mapping[str, tuple[np.ndarray, np.ndarray]],
    *,
    every: int = 5,
    xlabel: str = "memory pipeline c",
    ylabel: str = "hidden pipeline h",
    title: str = "",
) -> Figure:
    """Two values of one unit against each other, name → (across [T], up [T]): time as a path.

    A wave is a ring, one that dies down a spiral. A dot every `every` steps, a square at the start.
    """
    fig, ax = new_figure(size=(7, 4.2))
    colours = colours_of(ways)
    for number, (name, (across, up)) in enumerate(ways.items()):
        colour, dash = colours[number], _DASHES[number % len(_DASHES)]
        ax.plot(across, up, color=colour, ls=dash, lw=1.4, marker="o", markevery=every, ms=5)
        ax.plot([], [], color=colour, ls=dash, marker="o", ms=5, label=name)
        ax.plot(across[0], up[0], "s", color=colour, ms=9)
        for at in range(every, len(across) - 1, 2 * every):  # which way time runs
            ax.annotate(
                "",
                (across[at + 1], up[at + 1]),
                (across[at], up[at]),
                arrowprops={"arrowstyle": "-|>", "color": colour, "lw": 1.4},
            )
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
    return fig


@styled
def seeds(groups: Mapping[str, Sequence[float]], *, xlabel: str = "", title: str = "") -> Figure:
    """One dot a seed for each named group, its median as a bar: the spread in the open."""
    fig, ax = new_figure(size=(8, 0.9 + 0.62 * len(groups)))
    colours = colours_of(groups)
    for row, figures in enumerate(groups.values()):
        offsets = np.linspace(-0.14, 0.14, len(figures)) if len(figures) > 1 else [0.0]
        ax.plot(figures, row + np.asarray(offsets), "o", color=colours[row], ms=8, alpha=0.8)
        ax.plot([np.median(figures)] * 2, [row - 0.32, row + 0.32], color=INK, lw=2.5)
    ax.set_yticks(range(len(groups)), list(groups))
    ax.set(xlabel=xlabel, title=title, ylim=(len(groups) - 0.45, -0.55))
    ax.grid(axis="y", visible=False)
    return fig
