"""The pictures of a study show what the figures say."""

import numpy as np
import pytest

pytest.importorskip("scipy", reason="the extra odyssey is not installed")

from course_lib import plots
from course_lib.odyssey import analysis, selection
from course_lib.odyssey.selection import Difference
from tests.odyssey.small import study


def at(line, which: str) -> list[float]:
    """Where a line's points lie."""
    return np.asarray(getattr(line, f"get_{which}data")(), float).tolist()


def test_a_forest_plot_has_a_line_a_variant_and_fills_what_leaves_out_0():
    shown = [Difference("CIFG", 8.9, -0.1, -0.3, 0.1, 0.9, 200),
             Difference("NFG", 9.4, 0.5, 0.3, 0.7, 1e-4, 200)]  # fmt: skip
    (ax,) = plots.forest(shown, small=0.15).axes
    assert [text.get_text() for text in ax.get_yticklabels()] == ["CIFG", "NFG"]
    lines = [at(line, "x") for line in ax.get_lines()]
    points = [line for line in ax.get_lines() if line.get_marker() == "o"]
    assert [-0.3, 0.1] in lines and [0.3, 0.7] in lines
    assert [at(point, "x") for point in points] == [[-0.1], [0.5]]
    assert points[0].get_markerfacecolor() == "white" != points[1].get_markerfacecolor()
    assert [text.get_text().strip() for text in ax.texts] == ["−0.10", "+0.50"]


def test_a_second_reckoning_is_drawn_below_the_first():
    rows = study(("V", "NP", "NOG"), trials=100)
    (ax,) = plots.forest(
        selection.compare(rows), analysis.welch(rows), labels=("drawn anew", "Welch")
    ).axes
    welch = {(test.low, test.high) for test in analysis.welch(rows)}
    drawn = {tuple(at(line, "x")) for line in ax.get_lines()}
    assert welch <= drawn
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["drawn anew", "Welch"]


def test_what_the_last_frames_give_lies_between_two_lines():
    (ax,) = plots.last_frames([1, 2, 4], [10.0, 9.2, 9.0], whole=8.9, reset=9.1).axes
    curve = next(line for line in ax.get_lines() if line.get_marker() == "o")
    assert at(curve, "y") == [10.0, 9.2, 9.0]
    levels = {at(line, "y")[0] for line in ax.get_lines() if line is not curve}
    assert levels == {8.9, 9.1}
