"""Pictures of whole sequences: valves over time, units over time, a piano roll."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure

from course_lib.plots.show import BLOCK_COLOURS, INK, new_figure, styled
from course_lib.tasks.chorales.task import LOWEST

if TYPE_CHECKING:
    from course_lib.sequence.trace import Trace

WORDS = {
    "i": "memory valve i",
    "f": "forget valve f",
    "o": "output valve o",
    "g": "new memory g",
    "c": "memory pipeline c",
    "h": "hidden pipeline h",
    "r": "reset valve r",
    "z": "update valve z",
    "n": "new memory n",
}
VALVES = ("i", "f", "o", "r", "z")
_DASHES = {"f": "--", "o": "-.", "z": "--", "h": "--"}


@styled
def valves_over_time(
    trace: Trace,
    *,
    unit: int | None = None,
    piece: int = 0,
    labels: Sequence[str] | None = None,
    mark: int | None = None,
    arrives: np.ndarray | None = None,
    title: str = "",
) -> Figure:
    """The valves above, the pipelines below, over one sequence of the batch.

    unit: one hidden unit, or None for the mean over all (of valves) and mean size (of pipelines).
    labels: what was read at each step. mark: a step to point at. arrives [T]: how much gradient
    of the end reaches each step, as a third row.
    """

    def line(name: str) -> np.ndarray:
        whole = trace[name][:, piece]
        if unit is not None:
            return whole[:, unit]
        return whole.mean(axis=1) if name in VALVES else np.abs(whole).mean(axis=1)

    rows = 2 if arrives is None else 3
    fig, axes = new_figure(rows, 1, size=(9, 1 + 1.9 * rows), sharex=True)
    above, below = axes[:2]
    steps = np.arange(len(trace.x))
    for name in trace.names:
        ax = above if name in VALVES else below
        if name in ("g", "n") or name not in BLOCK_COLOURS:
            continue
        style = {"ls": _DASHES.get(name, "-"), "color": BLOCK_COLOURS[name]}
        words = WORDS[name] if unit is not None or name in VALVES else f"mean size of {name}"
        ax.plot(steps, line(name), label=words, marker="o", ms=3.5, **style)
    above.set(ylim=(-0.04, 1.04), ylabel="open", title=title)
    below.axhline(0, color=INK, lw=0.8)
    below.set(ylabel="carried")
    if arrives is not None:
        axes[2].plot(steps, np.maximum(arrives, 1e-12), color=INK, marker="o", ms=3.5)
        carried = "c" if "c" in trace.names else "h"
        axes[2].plot([], [], color=INK, label=f"|∂Σh at the end / ∂{carried}|")
        axes[2].set(yscale="log", ylabel="gradient")
    axes[-1].set_xlabel("" if labels else "step")
    for ax in axes:
        if ax.get_legend_handles_labels()[1]:  # a cell without valves has none above
            ax.legend(loc="center left", bbox_to_anchor=(1.0, 0.5))
        if mark is not None:
            ax.axvline(mark, color=INK, lw=1, ls=":")
    if labels:
        axes[-1].set_xticks(steps, list(labels))
    return fig


@styled
def activity(array: np.ndarray, *, title: str = "", xlabel: str = "step") -> Figure:
    """A block of every unit over time, [T, H], as a picture; valves from 0 to 1."""
    fig, ax = new_figure(size=(9, 3.2))
    valve = array.min() >= 0
    limits = {"vmin": 0, "vmax": 1} if valve else {"vmin": -1, "vmax": 1}
    image = ax.imshow(
        array.T,
        aspect="auto",
        interpolation="nearest",
        cmap="cividis" if valve else "PuOr",
        **limits,
    )
    ax.set(xlabel=xlabel, ylabel="unit", title=title)
    ax.grid(visible=False)
    fig.colorbar(image, ax=ax, pad=0.01)
    return fig


@styled
def piano_roll(
    roll: np.ndarray,
    *,
    probabilities: np.ndarray | None = None,
    up: int = 0,
    title: str = "",
    start: int | None = None,
) -> Figure:
    """The keys that sound over time, [T, 88], as bars; behind them what was expected.

    up: by how many semitones the roll lies above its piece as written; pitches are named as
    written. start: a frame to mark, where one part ends.
    """
    lowest = LOWEST - up
    fig, ax = new_figure(size=(9, 3.6))
    if probabilities is not None:
        ax.imshow(
            probabilities.T,
            aspect="auto",
            origin="lower",
            cmap="YlOrBr",
            vmin=0,
            vmax=1,
            interpolation="nearest",
            extent=(-0.5, len(roll) - 0.5, lowest - 0.5, lowest + roll.shape[1] - 0.5),
        )
    for frame, key in np.argwhere(roll > 0):
        ax.plot([frame - 0.45, frame + 0.45], [key + lowest] * 2, color=INK, lw=3.2)
    sounding = np.flatnonzero(roll.any(axis=0)) + lowest
    if sounding.size:
        ax.set_ylim(sounding.min() - 2.5, sounding.max() + 2.5)
    octaves = [note for note in range(24, 108, 12) if ax.get_ylim()[0] < note < ax.get_ylim()[1]]
    ax.set_yticks(octaves, [f"C{note // 12 - 1}" for note in octaves])
    ax.set(xlabel="quarter note", ylabel="pitch", title=title, xlim=(-0.5, len(roll) - 0.5))
    if start is not None:
        ax.axvline(start - 0.5, color="#9C4500", lw=2, ls="--")
    return fig
