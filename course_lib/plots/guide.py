"""The map of the cells: when each was published, its family, and the cell it changes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from matplotlib.figure import Figure

from course_lib.cells import Cell
from course_lib.plots.show import GREY, INK, LINE_COLOURS, new_figure, styled
from course_lib.readings import listing


@styled
def cells_map(families: Mapping[str, Sequence[type[Cell]]], *, title: str = "") -> Figure:
    """A row of labels for each family, by year; a line leads to the cell that a cell changes.

    The year is read off the docstring, the cell that is changed off the class.
    """
    fig, ax = new_figure(size=(12, 1 + 0.72 * len(families)))
    at: dict[type[Cell], tuple[float, float]] = {}
    for row, cells in enumerate(families.values()):
        taken: list[int] = []
        for cell in sorted(cells, key=listing.year):
            near = sum(abs(listing.year(cell) - year) < 6 for year in taken)
            at[cell] = listing.year(cell), row + (0.24 * (near % 4) - 0.36 if len(cells) > 1 else 0)
            taken.append(listing.year(cell))
    for cell, (x, y) in at.items():
        parent = next((kind for kind in cell.__mro__[1:] if kind in at), None)
        if parent is not None:
            ax.plot([at[parent][0], x], [at[parent][1], y], color=GREY, lw=0.7, alpha=0.6, zorder=1)
    for row, cells in enumerate(families.values()):
        colour = LINE_COLOURS[row % len(LINE_COLOURS)]
        for cell in cells:
            x, y = at[cell]
            ax.plot([x], [y], "o", color=colour, ms=6, zorder=3)
            box = {"boxstyle": "round,pad=0.1", "fc": "white", "ec": "none", "alpha": 0.8}
            ax.annotate(
                cell.__name__, (x, y), (5, 0), textcoords="offset points", va="center",
                fontsize=10, color=INK, bbox=box, zorder=4,
            )  # fmt: skip
    ax.set_yticks(range(len(families)), list(families))
    ax.set(title=title, ylim=(len(families) - 0.4, -0.6), xlim=(1988, 2030))
    ax.set_xticks(range(1990, 2026, 5))
    ax.grid(axis="y", visible=False)
    return fig
