"""Cells of a learner's own in the drawings: their own numbers, or a refusal in words."""

from __future__ import annotations

import re

import numpy as np
import pytest

from course_lib import valves
from course_lib.cells import LSTM, RNN
from course_lib.cells.activations import sigmoid, tanh
from course_lib.cells.cell import Cell
from course_lib.cells.expressions import FUNCTIONS
from course_lib.learning.losses import SquaredError
from course_lib.learning.network import Network
from course_lib.readings.javascript import declaration
from course_lib.valves import scenes, trained
from tests.in_javascript import network_run, runner, same, same_network
from tests.leaky import Leaky


@pytest.fixture(scope="module")
def javascript(tmp_path_factory):
    return runner(tmp_path_factory.mktemp("javascript"))


class Squared(LSTM):
    """Another: its memory valve follows the forget valve, and the drawing stays the LSTM's."""

    name = "squared"

    def i(self, f):
        return 1 - f * f

    def i_slopes(self, f):
        return (-2 * f,)


class Looking(LSTM):
    """Its new memory peeks, for which the LSTM's drawing has no place."""

    name = "looking"
    peeks = {"g": "c_", "o": "h_"}  # noqa: RUF012


class Through(LSTM):
    """A second memory stands between: what goes through it is no way along c alone."""

    name = "through"
    state_names = ("h", "c", "d")
    starts = {"d": 0.5}  # noqa: RUF012

    def d(self, d_, c_, g):
        return 0.5 * d_ + 0.3 * c_ * g

    def d_slopes(self, d_, c_, g):
        return 0.5, 0.3 * g, 0.3 * c_

    def c(self, c_, d, i, f, g):
        return f * c_ + i * g + 0.2 * d

    def c_slopes(self, c_, d, i, f, g):
        return f, 0.2, g, c_, i


class Everything(Cell):
    """Each function that an equation may have."""

    name = "everything"
    blocks = {"z": sigmoid, "n": tanh}  # noqa: RUF012

    def h(self, h_, z, n):
        a = np.exp(-z) + np.log(1 + z) + np.sqrt(z) + abs(n) + np.abs(h_) + sigmoid(n)
        return tanh(a - np.maximum(n, h_) + np.minimum(n, z) - np.sign(n) * np.logaddexp(h_, 2 * n))

    def h_slopes(self, h_, z, n):
        a = np.exp(-z) + np.log(1 + z) + np.sqrt(z) + abs(n) + np.abs(h_) + sigmoid(n)
        h = tanh(a - np.maximum(n, h_) + np.minimum(n, z) - np.sign(n) * np.logaddexp(h_, 2 * n))
        s = 1 - h * h
        return s * np.sign(h_), s * np.exp(-z), s * sigmoid(n)  # no matter which: they are compared


class Doubled(RNN):
    """Its weights count twice: no slider of one unit says so."""

    name = "doubled"

    def h(self, h_, g):
        return 0.5 * h_ + g

    def h_slopes(self, h_, g):
        return 0.5, 1.0

    def joined(self):
        return 2 * super().joined()


class Filling(LSTM):
    """Its new memory reads x alone, but for what ``joined`` puts in."""

    name = "filling"
    reads = {"g": ("x",)}  # noqa: RUF012

    def joined(self):
        joined = super().joined()
        joined[self.rows("h_"), 2 * self.hidden_size : 3 * self.hidden_size] = 0.1
        return joined


OWN = {Leaky: "any", Squared: "two", Looking: "any", Through: "any", Everything: "any"}
DRAWN = {**OWN, Filling: "two"}


@pytest.mark.parametrize(("kind", "family"), DRAWN.items())
@pytest.mark.parametrize("scene", ["by hand", "one step", "gradient"])
def test_a_cell_of_one_s_own_is_drawn_with_its_own_numbers(javascript, kind, family, scene):
    v = {name: scenes.STARTS.get(name, 0.3) for name in scenes.limits(kind, scene)}
    lines = """const cell = valves.cellOf(given.cell);
    const found = [cell.family, valves.compute(cell, given.scene, given.v)];"""
    found = javascript(lines, {"cell": declaration(kind), "scene": scene, "v": v})
    assert found[0] == family
    expected = scenes.values(kind, scene, v)
    assert "h" in expected and ("dh_" in expected) == (scene == "gradient")
    same(found[1], expected, v)


@pytest.mark.parametrize("kind", [*OWN, Doubled])
def test_a_network_of_one_s_own_runs_in_the_browser(javascript, kind):
    rng = np.random.default_rng(4)
    net = Network(kind(3, 4, rng=rng, dtype=np.float32), 3, SquaredError(), rng=rng)
    x, target = rng.normal(size=(2, 6, 1, 3)).astype(np.float32)
    found = network_run(javascript, net, x, target, None)
    same_network(found, net, x, target, None)


@pytest.mark.parametrize("kind", [*scenes.KINDS, Leaky, Through])
def test_what_a_scene_says_adds_up(kind):
    ends = scenes.limits(kind, "by hand")
    v = {name: 0.8 * high + 0.2 * low for name, (low, high) in ends.items()} | {"n": -0.9}
    said = scenes._alt("", scenes.values(kind, "by hand", v))
    if parts := re.findall(r"(?:keeps|lets in|after) ([+-]\d+\.\d\d)", said):
        kept, put, after = map(float, parts)
        assert kept + put == pytest.approx(after, abs=0.0151)
    else:
        assert f"h = {scenes.values(kind, 'by hand', v)['h']:+.2f}" in said


def test_each_function_is_tried():
    used = set(Everything.h.__code__.co_names)
    assert used | {"identity"} >= set(FUNCTIONS)


def test_numbers_that_a_drawing_cannot_have_are_refused():
    for scene in (valves.one_step, valves.gradient):
        with pytest.raises(ValueError, match=r"kind: came Doubled, whose joined\(\)"):
            scene(Doubled)
    assert scenes.values(Doubled, "by hand", {"h_": 1.0, "g": 0.25})["h"] == 0.75


def test_a_network_whose_weights_lie_elsewhere_is_refused():
    net = Network(Filling(3, 4), 3, SquaredError())
    with pytest.raises(ValueError, match=r"net: came Filling, whose joined\(\) fills places"):
        trained.packed(net, np.zeros((5, 1, 3), np.float32), None)
