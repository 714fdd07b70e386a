"""What is left after many steps: the figures that a slider and a notebook show."""

import ipywidgets
import numpy as np
import pytest

from course_lib import plots, valves


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
    above, below = plots.narrowing(0.5, 3).axes
    for ax, at_first, at_last in ((above, 1, 0.125), (below, 0.125, 1)):
        points = np.asarray(ax.collections[0].get_paths()[0].vertices)
        assert np.ptp(points[points[:, 0] == 0, 1]) == at_first
        assert np.ptp(points[points[:, 0] == 3, 1]) == at_last
    assert "0.12 arrives at step 3" in above.get_title(loc="left")


def test_the_sliders_move_the_words_and_the_picture():
    before = set(ipywidgets.widgets.widget._instances)
    valves.fading(f=0.5, steps=2)
    made = [w for name, w in ipywidgets.widgets.widget._instances.items() if name not in before]
    kinds = (ipywidgets.FloatSlider, ipywidgets.IntSlider, ipywidgets.HTML, ipywidgets.Image)
    f, steps, words, image = (next(w for w in made if isinstance(w, kind)) for kind in kinds)
    assert "2 steps: 0.25 of the memory is left" in words.value
    first = image.value
    f.value, steps.value = 1.0, 100
    assert "100 steps: 1 of the memory is left" in words.value
    assert image.value != first


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
