"""Pictures of a study of random search: box plots, shares of the variance, one trial after another.

A trial is anything with the fields of ``course_lib.odyssey.Row``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter, ScalarFormatter
from numpy.typing import ArrayLike

from course_lib.plots.show import (
    BLUE,
    GREY,
    INK,
    VERMILION,
    Live,
    colours_of,
    new_figure,
    styled,
)

_LABELS = {
    "lr": "learning rate",
    "hidden": "hidden units",
    "momentum": "momentum",
    "noise": "noise on the input, σ",
}


@styled
def boxes(
    groups: Mapping[str, Sequence[float]],
    tops: Mapping[str, Sequence[float]],
    *,
    worst: float | None = None,
    title: str = "",
) -> Figure:
    """All trials of each variant on the left; on the right, on its own scale, the best tenth.

    A box holds the middle half, the line in it is the median; each dot is a trial. Those on the
    left above `worst` stand at its edge.
    """
    fig, axes = new_figure(1, 2, size=(10, 4.2))
    left = "all trials" if worst is None else f"all trials (triangles: above {worst:g})"
    for ax, figures, said, edge in (
        (axes[0], groups, left, worst),
        (axes[1], tops, "best tenth", None),
    ):
        names = list(figures)
        ax.boxplot(
            [figures[name] for name in names],
            showfliers=False,
            widths=0.6,
            medianprops={"color": VERMILION, "linewidth": 2.5},
            boxprops={"color": INK},
        )
        ax.set_xticks(range(1, len(names) + 1), names)
        for place, name in enumerate(names, 1):
            offsets = np.random.default_rng(place).uniform(-0.2, 0.2, len(figures[name]))
            ax.plot(place + offsets, figures[name], ".", color=BLUE, ms=4, alpha=0.45)
            _at_the_edge(ax, place + offsets, figures[name], edge, size=4)
        ax.set_title(said)
        ax.tick_params(axis="x", rotation=45)
        ax.grid(axis="x", visible=False)
    axes[0].set_ylabel("test, nats a frame")
    if worst is not None:
        axes[0].set_ylim(min(map(min, groups.values())) - 0.3, worst)
    if title:
        fig.suptitle(title, x=0.01, ha="left")
    return fig


@styled
def forest(
    differences: Sequence[Any],
    others: Sequence[Any] = (),
    *,
    small: float | None = None,
    labels: tuple[str, str] = ("", ""),
    title: str = "",
) -> Figure:
    """A forest plot: each variant's difference to V as a point, its interval as a line.

    differences    what ``selection.compare`` gives; filled where the difference is shown
    others         a second reckoning of the same, drawn thin below each line
    small          half the width of a band round 0: differences that matter little
    labels         what the two are called
    """
    fig, ax = new_figure(size=(9, 1.4 + 0.42 * len(differences)))
    if small is not None:
        ax.axvspan(-small, small, color=GREY, alpha=0.15, lw=0, label=f"within ± {small:g}")
    ax.axvline(0, color=INK, lw=1)
    for place, one in enumerate(differences):
        colour = VERMILION if one.differs() else BLUE
        ax.plot([one.low, one.high], [place, place], color=colour, lw=3)
        face = colour if one.differs() else "white"
        ax.plot(one.difference, place, "o", color=colour, mfc=face, ms=9, mew=2)
        said = f"  {one.difference:+.2f}".replace("-", "−")
        ax.text(one.high, place, said, va="center")
    below = {one.variant: one for one in others}
    for place, one in enumerate(differences):
        if one.variant in below:
            thin, at = below[one.variant], place + 0.3
            ax.plot([thin.low, thin.high], [at, at], color=GREY, lw=1.5)
    if labels[0]:
        ax.plot([], [], color=INK, lw=3, label=labels[0])
        ax.plot([], [], color=GREY, lw=1.5, label=labels[1])
        ax.legend(loc="upper right")
    ax.set_yticks(range(len(differences)), [one.variant for one in differences])
    ax.invert_yaxis()
    ax.margins(x=0.12)
    ax.grid(axis="y", visible=False)
    ax.set(xlabel="worse than V by, nats a frame", title=title)
    return fig


@styled
def last_frames(
    frames: Sequence[int],
    losses: Sequence[float],
    *,
    whole: float,
    reset: float,
    title: str = "",
) -> Figure:
    """What a trained network makes of the last few frames alone, beside all of them and none.

    whole    its loss when it hears all; reset    that of one trained without a memory
    """
    fig, ax = new_figure(size=(8, 3.4))
    ax.plot(frames, losses, "o-", color=BLUE, ms=8, label="hears the last frames alone")
    ax.axhline(reset, color=VERMILION, ls="--", label="trained without a memory")
    ax.axhline(whole, color=INK, lw=1.2, label="hears all of them")
    ax.set_xscale("log", base=2)
    ax.set_xticks(list(frames), [str(k) for k in frames])
    ax.xaxis.set_minor_formatter(NullFormatter())
    ax.set(xlabel="frames it hears", ylabel="test, nats a frame", title=title)
    ax.legend(loc="upper right")
    return fig


@styled
def shares(explained: Mapping[tuple[str, ...], float], *, title: str = "") -> Figure:
    """How much of the variance each hyperparameter, and each pair, explains: a bar each."""
    keys = sorted(explained, key=lambda key: (len(key), -explained[key]))
    fig, ax = new_figure(size=(8, 0.8 + 0.36 * len(keys)))
    heights = [explained[key] for key in keys]
    colours = [BLUE if len(key) == 1 else GREY for key in keys]
    ax.barh([" × ".join(key) for key in keys], heights, color=colours)
    for row, height in enumerate(heights):
        ax.text(max(height, 0) + 0.008, row, f"{height:.1%}", va="center")
    ax.invert_yaxis()
    ax.set(xlabel="share of the variance", xlim=(0, max(heights) * 1.15), title=title)
    ax.grid(axis="y", visible=False)
    return fig


def _at_the_edge(
    ax: Axes, across: ArrayLike, loss: ArrayLike, worst: float | None, *, size: float
) -> None:
    """A triangle at the upper edge for each loss that lies above it, if there is an edge."""
    if worst is None or not (beyond := np.asarray(loss) > worst).any():
        return
    at, edge = np.asarray(across)[beyond], np.full(beyond.sum(), worst)
    (marks,) = ax.plot(at, edge, "^", color=BLUE, ms=size, alpha=0.6, clip_on=False)
    marks.set_label(f"above {worst:g}")


@styled
def over(
    name: str,
    values: Sequence[float],
    loss: Sequence[float],
    *,
    curve: tuple[np.ndarray, np.ndarray, np.ndarray] | None = None,
    worst: float | None = None,
    title: str = "",
) -> Figure:
    """A dot a trial, its loss over one hyperparameter; those above `worst` stand at its edge.

    curve: points, mean and spread of the loss, drawn as a line and a band
    """
    fig, ax = new_figure(size=(8, 3.8))
    ax.plot(values, loss, ".", color=BLUE, ms=7, alpha=0.5, label="a trial")
    _at_the_edge(ax, values, loss, worst, size=6)
    if curve is not None:
        at, mean, spread = curve
        ax.plot(at, mean, color=VERMILION, label="all else averaged out")
        ax.fill_between(at, mean - spread, mean + spread, color=VERMILION, alpha=0.2, lw=0)
        ax.legend()
    if name in ("lr", "hidden"):
        ax.set_xscale("log")
    if name == "hidden":
        ax.xaxis.set_major_formatter(ScalarFormatter())
        ax.set_xticks([20, 50, 100, 200])
        ax.xaxis.set_minor_formatter(NullFormatter())
    if worst is not None:
        ax.set_ylim(min(loss) - 0.3, worst)
    ax.set(xlabel=_LABELS[name], ylabel="test, nats a frame", title=title)
    return fig


@styled
def by_variant(rows: Sequence[Any], *, worst: float | None = None, title: str = "") -> Figure:
    """A mark a trial, its loss over the learning rate, in the colour and shape of its variant."""
    fig, ax = new_figure(size=(8, 3.6))
    markers, size = "os^DvPX<>", 9 if len(rows) < 100 else 5
    names = sorted({row.variant for row in rows})
    for place, (name, colour) in enumerate(zip(names, colours_of(names), strict=True)):
        ended = [row for row in rows if row.variant == name and row.status == "ok"]
        lost = sum(row.variant == name for row in rows) - len(ended)
        label = f"{name} ({lost} diverged)" if lost else name
        at = [row.lr for row in ended], [row.test_nll for row in ended]
        ax.plot(*at, markers[place], color=colour, ms=size, alpha=0.8, label=label)
    ax.set(
        xscale="log",
        xlim=(7e-7, 1.4e-2),
        xlabel=_LABELS["lr"],
        ylabel="test, nats a frame",
        title=title,
    )
    if worst is not None:
        ended = [row.test_nll for row in rows if row.status == "ok"]
        ax.set_ylim(min(ended) - 0.3, worst)
    ax.legend(loc="upper right")
    return fig


class LiveStudy:
    """A listener for ``study.run(on_row=…)``: the trials so far, redrawn after each."""

    def __init__(self, asked: int) -> None:
        self.asked = asked
        self._live = Live()

    def __call__(self, rows: Sequence[Any]) -> None:
        alt = f"{len(rows)} of {self.asked} trials: test loss over the learning rate, by variant."
        self._live.show(by_variant(rows, title=f"{len(rows)} of {self.asked} trials"), alt)
