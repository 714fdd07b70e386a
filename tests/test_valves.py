"""The scenes: their sliders set what the cell computes, and their words and pictures follow."""

from __future__ import annotations

import re

import numpy as np
import pytest

from course_lib import valves
from course_lib.cells import CELLS, LSTM
from course_lib.network import Categorical, Network
from course_lib.valves import scenes


@pytest.fixture
def shown(monkeypatch):
    """What a scene shows: its widgets, in the order in which they stand, and the output."""
    found: dict = {}
    keep = scenes.widgets.VBox

    def box(children):
        found["image"], found["words"], *found["controls"] = children
        return keep(children)

    monkeypatch.setattr(scenes.widgets, "VBox", box)
    monkeypatch.setattr(scenes, "display", lambda bundle, **options: found.update(bundle=bundle))
    return found


def numbers(words: str) -> list[float]:
    return [float(n) for n in re.findall(r"[+-]?\d+\.\d+", words)]


def sigma(a):
    return 1 / (1 + np.exp(-a))


def near(words: str, *expected: float) -> None:
    np.testing.assert_allclose(numbers(words), expected, rtol=0, atol=0.00501)


def test_by_hand(shown):
    valves.by_hand(c_=0.5, i=0.25, f=0.9, g=-0.4, o=0.6)
    c = 0.9 * 0.5 + 0.25 * -0.4
    near(shown["words"].value, 0.5, 0.9, 0.45, 0.25, -0.1, c, 0.6, 0.6 * np.tanh(c))

    before = shown["image"].value
    forget = next(slider for slider in shown["controls"] if slider.description.startswith("f "))
    forget.value = 0.0
    near(shown["words"].value, 0.5, 0, 0, 0.25, -0.1, -0.1, 0.6, 0.6 * np.tanh(-0.1))
    assert shown["image"].value != before


def test_one_lever_moves_both_valves(shown):
    valves.by_hand("coupled", i=0.2)
    assert [slider.description[0] for slider in shown["controls"]] == ["c", "i", "g", "o"]
    assert "Forget valve 0.80" in shown["words"].value


def test_the_gru_has_one_pipeline(shown):
    valves.by_hand("gru", h_=0.5, z=0.9, n=-1.0)
    near(shown["words"].value, 0.5, 0.9, 0.45, -0.1, 0.35)

    valves.one_step("gru", h_=0.5, a_z=1.0, a_r=-2.0, a_n=0.3, u=0.8)
    z, n = sigma(1.0), np.tanh(0.3 + sigma(-2.0) * 0.8)
    near(shown["words"].value, 0.5, z, z * 0.5, (1 - z) * n, z * 0.5 + (1 - z) * n)


def test_the_peepholes_look_at_the_old_memory_and_the_output_valve_at_the_new(shown):
    peepholes = {"p_i": -1.0, "p_f": 2.0, "p_o": 1.5}
    valves.one_step("peephole", c_=0.5, a_i=0.4, a_f=-1.0, a_g=0.7, a_o=0.1, **peepholes)
    f, i, g = sigma(-1.0 + 2 * 0.5), sigma(0.4 - 0.5), np.tanh(0.7)
    c = f * 0.5 + i * g
    o = sigma(0.1 + 1.5 * c)
    near(shown["words"].value, 0.5, f, f * 0.5, i, i * g, c, o, o * np.tanh(c))


def test_a_still_picture_stays_where_no_widget_can_live(shown):
    valves.one_step()
    assert set(shown["bundle"]) == {scenes.WIDGET, "image/png", "text/plain"}
    assert 'aria-live="polite"' in shown["words"].value


def test_inside_a_network_a_held_valve_changes_what_is_carried(shown):
    net = Network(LSTM(3, 4, rng=np.random.default_rng(0)), 3, Categorical())
    valves.inside(net, np.random.default_rng(1).normal(size=(5, 1, 3)), labels="abcde")
    step, unit, hold, at = shown["controls"]
    before = shown["words"].value
    assert "Step 2, 'c' read, unit 0" in before
    hold.value, at.value = "f", 0.25
    assert "f = 0.25" in shown["words"].value and shown["words"].value != before
    step.value, unit.value = 4, 3
    assert "Step 4, 'e' read, unit 3" in shown["words"].value


@pytest.mark.parametrize("name", CELLS)
def test_every_cell_can_be_looked_into(shown, name):
    net = Network(CELLS[name](3, 4), 3, Categorical())
    valves.inside(net, np.zeros((3, 1, 3)))
    assert "Step 1" in shown["words"].value


def test_unknown_names():
    with pytest.raises(ValueError, match=r"kind: came 'elman', expected one of"):
        valves.by_hand("elman")
    with pytest.raises(ValueError, match=r"start: came \['q'\], expected names among"):
        valves.one_step(q=1.0)
