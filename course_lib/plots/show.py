"""How a figure looks, and how it reaches the notebook."""

from __future__ import annotations

import base64
import html
import io
import re
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, ParamSpec

import matplotlib
from matplotlib.figure import Figure

P = ParamSpec("P")
VERMILION, GREEN, BLUE, PINK = "#D55E00", "#009E73", "#0072B2", "#CC79A7"
AMBER, SKY, GREY, INK = "#E69F00", "#56B4E9", "#7A7A7A", "#222222"
LINE_COLOURS = (BLUE, VERMILION, GREEN, PINK, GREY, INK)

BLOCK_COLOURS = {
    "i": GREEN,
    "f": VERMILION,
    "o": BLUE,
    "g": PINK,
    "c": AMBER,
    "h": SKY,
    "r": GREEN,
    "z": VERMILION,
    "n": PINK,
}

# A cell, or a variant of the paper, in every figure; static/trials.css has the same.
CELL_COLOURS = {
    **dict.fromkeys(("lstm", "np"), BLUE),
    **dict.fromkeys(("peephole", "peepholes", "v"), VERMILION),
    **dict.fromkeys(("coupled", "cifg"), GREEN),
    **dict.fromkeys(("gru", "fgr"), "#C0508F"),
    "rnn": GREY,
    "nig": "#8A6D00",
    "nfg": "#2B9FD9",
    "nog": "#6A3D9A",
    "niaf": "#C98A00",
    "noaf": "#6B6B6B",
}


def colours_of(names: Iterable[str]) -> list[str]:
    """A colour for each name: its cell's, where each names another, or one after the other.

    >>> colours_of(["GRU, 20 units", "LSTM, 20 units"]), colours_of(["training", "validation"])
    (['#C0508F', '#0072B2'], ['#0072B2', '#D55E00'])
    """
    names = list(names)
    words = [re.findall("[a-z]+", name.lower()) for name in names]
    found = [next((CELL_COLOURS[w] for w in row if w in CELL_COLOURS), None) for row in words]
    kept = [colour for colour in found if colour is not None]
    if len(kept) == len(names) == len(set(kept)):
        return kept
    return [LINE_COLOURS[row % len(LINE_COLOURS)] for row in range(len(names))]


_STYLE: Any = {
    "font.size": 12,
    "axes.titlesize": 13,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "grid.color": "#E6E6E6",
    "axes.axisbelow": True,
    "lines.linewidth": 2.2,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
    "legend.frameon": False,
}


def styled(make: Callable[P, Figure]) -> Callable[P, Figure]:
    """Make a figure in the course's style, whatever the learner's own settings are."""

    @wraps(make)
    def in_style(*args: P.args, **options: P.kwargs) -> Figure:
        with matplotlib.rc_context(_STYLE):
            return make(*args, **options)

    return in_style


def new_figure(
    rows: int = 1, columns: int = 1, *, size: tuple[float, float] = (8, 3.6), **options: Any
) -> tuple[Figure, Any]:
    """A figure that no window lists, and its axes."""
    fig = Figure(figsize=size, layout="constrained")
    return fig, fig.subplots(rows, columns, **options)


def png(fig: Figure, dpi: int = 110) -> bytes:
    """The figure as the bytes of a PNG picture."""
    buffer = io.BytesIO()
    with matplotlib.rc_context(_STYLE):
        fig.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None})
    return buffer.getvalue()


def picture(data: bytes, alt: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """What a notebook stores of a PNG picture: its data and metadata, the description in both."""
    bundle = {"image/png": base64.b64encode(data).decode(), "text/plain": f"Figure: {alt}"}
    return bundle, {"image/png": {"alt": alt}}


# A figure is drawn in dark ink on white. In a dark theme it is turned round as the slides' figures
# are; the colours keep their hue. The rule goes with each figure, since JupyterLab takes cells that
# are out of sight off the page, and speaks of none but the figure before it.
DARK = (
    "<style>[data-jp-theme-light=false] .jp-OutputArea-child:has(+ * .figure-words) img"
    "{filter:invert(1) hue-rotate(180deg);mix-blend-mode:screen}</style>"
)
_HIDDEN = "position:absolute;left:-9999px;width:1px;height:1px;overflow:hidden"


def words(alt: str) -> Any:
    """What stands beside a figure: its description for screen readers, and its dark look."""
    from IPython.display import HTML

    text = html.escape(alt)
    return HTML(f'{DARK}<p class="figure-words" style="{_HIDDEN}">Figure: {text}</p>')


def show(fig: Figure, *, alt: str) -> None:
    """Show a figure in the notebook, with a description for whoever cannot see it.

    The description stands in the picture's metadata, where nbconvert finds it, and as text that
    only screen readers meet, since JupyterLab gives pictures no alt text.
    Raises ValueError for an empty alt.
    """
    from IPython.display import display

    if not isinstance(alt, str) or not alt.strip():
        raise ValueError(f"alt: came {alt!r}, expected a description of the figure")
    bundle, notes = picture(png(fig), alt)
    display(bundle, raw=True, metadata=notes)
    display(words(alt))


class Live:
    """A figure that is shown once, and redrawn in its place each time after."""

    def __init__(self) -> None:
        self._handles: list[Any] = []

    def show(self, fig: Figure, alt: str) -> None:
        """Show the figure, or put it in the place of the one before."""
        from IPython.display import display

        bundle, notes = picture(png(fig), alt)
        if self._handles:
            self._handles[0].update(bundle, raw=True, metadata=notes)
            self._handles[1].update(words(alt))
        else:
            self._handles = [
                display(bundle, raw=True, metadata=notes, display_id=True),
                display(words(alt), display_id=True),
            ]
