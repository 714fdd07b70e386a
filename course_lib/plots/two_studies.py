"""Pictures of two studies of the same trials: what another protocol changes.

A trial is anything with the fields of ``course_lib.odyssey.Row``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from course_lib.plots.show import BLUE, GREY, INK, VERMILION, new_figure, styled


@styled
def forests(
    studies: Mapping[str, Sequence[Any]],
    *,
    small: float | None = None,
    within: tuple[float, float] = (-1.0, 2.5),
    title: str = "",
) -> Figure:
    """Each variant's difference to V in two studies, one below the other, with its interval.

    studies    name → what ``selection.compare`` gives; filled where the difference is shown
    small      half the width of a band round 0: differences that matter little
    within     what the picture shows; an arrow where an interval goes on beyond it
    """
    names = list(dict.fromkeys(one.variant for found in studies.values() for one in found))
    fig, ax = new_figure(size=(9, 1.6 + 0.5 * len(names)))
    if small is not None:
        ax.axvspan(-small, small, color=GREY, alpha=0.15, lw=0, label=f"within ± {small:g}")
    ax.axvline(0, color=INK, lw=1)
    for (study, found), colour, shift, marker in zip(
        studies.items(), (BLUE, VERMILION), (-0.17, 0.17), "os", strict=False
    ):
        for one in found:
            place = names.index(one.variant) + shift
            low, high = np.clip((one.low, one.high), *within)
            ax.plot([low, high], [place, place], color=colour, lw=2.5)
            for end, edge, arrow in ((one.low, low, "<"), (one.high, high, ">")):
                if end != edge:
                    ax.plot(edge, place, arrow, color=colour, ms=8, clip_on=False)
            face = colour if one.differs() else "white"
            if within[0] <= one.difference <= within[1]:
                ax.plot(one.difference, place, marker, color=colour, mfc=face, ms=8, mew=2)
        ax.plot([], [], marker + "-", color=colour, mfc="white", lw=2.5, mew=2, label=study)
    ax.set_yticks(range(len(names)), names)
    ax.invert_yaxis()
    ax.grid(axis="y", visible=False)
    fig.legend(loc="outside lower center", ncols=3)
    ax.set(xlabel="worse than V by, nats a frame", xlim=within, title=title)
    return fig


@styled
def paired(
    pairs: Sequence[tuple[Any, Any]],
    *,
    labels: tuple[str, str],
    worst: float = 14.0,
    title: str = "",
) -> Figure:
    """The same trials in two studies: a dot a trial; and how far each variant's moved.

    Left: the loss in the second over that in the first, coloured by the learning rate; on the line
    both are the same. Right: second minus first, a dot a trial, the median as a bar. Only trials
    that ended in both; a figure above `worst` is drawn at the edge.
    """
    fig, (left, right) = new_figure(1, 2, size=(10.5, 4.4))
    ended = [(a, b) for a, b in pairs if a.status == b.status == "ok"]
    losses = np.array([(a.test_nll, b.test_nll) for a, b in ended]).reshape(-1, 2)
    edge = np.minimum(losses, worst)
    dots = left.scatter(
        *edge.T, c=[a.lr for a, _ in ended], norm=LogNorm(1e-6, 1e-2), cmap="viridis", s=22
    )
    ends = (edge.min() - 0.2, edge.max() + 0.2) if ended else (8.0, worst)
    left.plot(ends, ends, color=INK, lw=1)
    left.set(xlim=ends, ylim=ends, xlabel=labels[0], ylabel=labels[1], title="test, nats a frame")
    left.set_aspect("equal")
    fig.colorbar(dots, ax=left, label="learning rate")
    names = list(dict.fromkeys(a.variant for a, _ in pairs))
    for place, name in enumerate(names):
        moved = [b.test_nll - a.test_nll for a, b in ended if a.variant == name]
        if moved:
            offsets = np.random.default_rng(place).uniform(-0.2, 0.2, len(moved))
            at = np.clip(moved, -4, 4)
            right.plot(place + offsets, at, ".", color=BLUE, ms=6, alpha=0.6)
            middle = float(np.clip(np.median(moved), -4, 4))
            right.plot([place - 0.35, place + 0.35], [middle] * 2, color=VERMILION, lw=2.5)
    right.axhline(0, color=INK, lw=1)
    right.set_xticks(range(len(names)), names, rotation=45)
    right.set(ylabel="nats a frame", title=f"{labels[1]} minus {labels[0]}")
    right.grid(axis="x", visible=False)
    if title:
        fig.suptitle(title, x=0.01, ha="left")
    return fig
