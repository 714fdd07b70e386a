"""What is left after many steps: the figure of a notebook, and the pipes that sliders narrow."""

import re
import sys

import numpy as np
import pytest

from course_lib import plots, valves
from course_lib.valves import still

fading = sys.modules["course_lib.valves.fading"]  # `valves.fading` is the function


def test_a_decay_shows_the_median_and_the_spread_from_the_end_backwards():
    lines = [np.array([0.1, 0.5, 1.0]), np.array([0.2, 0.6, 1.0]), np.array([0.9, 0.7, 1.0])]
    (ax,) = plots.decay_over_seeds({"three seeds": lines}, predicted=[lines[0]]).axes
    median, predicted = (np.asarray(line.get_ydata()) for line in ax.get_lines())
    assert median.tolist() == [1.0, 0.6, 0.2]
    assert predicted.tolist() == [1.0, 0.5, 0.1]
    (band,) = ax.collections
    reached = np.asarray(band.get_paths()[0].vertices)[:, 1]
    assert (reached.min(), reached.max()) == (0.1, 1.0)
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["three seeds", "predicted"]


def test_both_pipes_narrow_to_the_valve_s_power():
    drawn = still.svg({"cell": "", "scene": "fading", "values_of": ["f", "steps"], **HALVED})
    memory, gradient = (
        widths(path) for path in re.findall(r'<path class="flow"[^>]* d="M([^Z]*)Z"', drawn)
    )
    for wide in (memory, gradient):  # at its beginning and at its end, three steps on
        assert wide[max(wide) if wide is gradient else min(wide)] == pytest.approx(76)
    assert memory[max(memory)] == pytest.approx(76 / 8) == gradient[min(gradient)]
    assert "0.13 is left at step 3" in drawn and "0.13 arrives at step 0" in drawn


HALVED = {"f": 0.5, "steps": 3}


def widths(path: str) -> dict[float, float]:
    """How wide a flow is, by where."""
    points = [tuple(map(float, pair.split())) for pair in path.split("L")]
    return {x: np.ptp([y for other, y in points if other == x]) for x, _ in points}


def test_the_sliders_stand_where_they_were_told(monkeypatch):
    shown: dict = {}
    monkeypatch.setattr(fading, "show", lambda root, png, alt: shown.update(root=root, alt=alt))
    valves.fading(f=0.5, steps=2)
    drawing, controls = shown["root"].children
    assert (
        [control.value for control in controls.children] == [drawing.f, drawing.steps] == [0.5, 2]
    )
    assert len(shown["root"].links) == 2
    assert "2 steps: 0.25 of the memory is left" in shown["alt"]
    valves.fading(f=0.5, steps=1)
    assert "1 step: 0.5 of the memory is left" in shown["alt"]


@pytest.mark.parametrize(
    ("wrong", "error"),
    [
        ({"f": -0.1}, ValueError),
        ({"f": 1.1}, ValueError),
        ({"f": float("nan")}, ValueError),
        ({"steps": 0}, ValueError),
        ({"steps": 101}, ValueError),
        ({"steps": 2.0}, TypeError),
    ],
)
def test_where_a_slider_cannot_stand_is_said(wrong, error):
    with pytest.raises(error, match=next(iter(wrong))):
        valves.fading(**wrong)
