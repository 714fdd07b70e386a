"""The scenes: what they show, what they send to the browser, and what they leave behind."""

from __future__ import annotations

import re
from typing import Any

import ipywidgets as widgets
import numpy as np
import pytest

from course_lib import valves
from course_lib.cells import CELLS, LSTM
from course_lib.learning.losses import Categorical, SquaredError
from course_lib.learning.network import Network
from course_lib.sequence import forward
from course_lib.valves import scenes, shown, still, trained


@pytest.fixture
def output(monkeypatch):
    """The last output of a scene, and the widget it shows."""
    found: dict[str, Any] = {}

    def show(root, fig, alt):
        found.update(root=root, alt=alt)
        keep(root, fig, alt)

    keep = shown.show
    for module in (scenes, trained):
        monkeypatch.setattr(module, "show", show)
    found["bundles"] = []
    monkeypatch.setattr(shown, "display", lambda bundle, **options: found["bundles"].append(bundle))
    return found


def controls(output) -> dict[str, Any]:
    return {control.description: control for control in output["root"].children[1].children}


def sigma(a):
    return 1 / (1 + np.exp(-a))


def near(words: str, *expected: float) -> None:
    numbers = [float(n) for n in re.findall(r"[+-]?\d+\.\d+", words)]
    np.testing.assert_allclose(numbers, expected, rtol=0, atol=0.00501)


def test_by_hand(output):
    valves.by_hand(c_=0.5, i=0.25, f=0.9, g=-0.4, o=0.6)
    c = 0.9 * 0.5 + 0.25 * -0.4
    near(output["alt"], 0.5, 0.9, 0.45, 0.25, -0.1, c, 0.6, 0.6 * np.tanh(c))
    drawing = output["root"].children[0]
    assert 'name: "lstm"' in drawing.cell and drawing.scene == "by hand"
    assert [drawing.c_, drawing.i, drawing.f, drawing.g, drawing.o] == [0.5, 0.25, 0.9, -0.4, 0.6]


def test_each_slider_is_linked_to_its_own_number(output):
    valves.one_step("peephole")
    drawing = output["root"].children[0]
    sliders = output["root"].children[1].children
    linked = {link.source[0].model_id: link.target for link in output["root"].links}
    assert len(linked) == len(sliders) == len(drawing.values_of)
    for slider, name in zip(sliders, drawing.values_of, strict=True):
        assert linked[slider.model_id] == (drawing, name)
        assert slider.value == getattr(drawing, name)


@pytest.mark.parametrize(
    ("kind", "sliders"),
    [
        ("lstm", "c f i g o"),
        ("coupled", "c i g o"),
        ("gru", "h z n"),
        ("nig", "c f g o"),
        ("nfg", "c i g o"),
        ("nog", "c f i g"),
    ],
)
def test_a_valve_that_is_missing_has_no_slider(output, kind, sliders):
    valves.by_hand(kind)
    assert [name[0] for name in controls(output)] == sliders.split()


def test_a_start_beyond_the_end_of_a_slider_stops_there(output):
    valves.by_hand(f=1.5)
    assert output["root"].children[0].f == 1.0


def test_the_gru_has_one_pipeline(output):
    valves.by_hand("gru", h_=0.5, z=0.9, n=-1.0)
    near(output["alt"], 0.5, 0.9, 0.45, -0.1, 0.35)
    valves.one_step("gru", h_=0.5, a_z=1.0, a_r=-2.0, a_n=0.3, u=0.8)
    z, n = sigma(1.0), np.tanh(0.3 + sigma(-2.0) * 0.8)
    near(output["alt"], 0.5, z, z * 0.5, (1 - z) * n, z * 0.5 + (1 - z) * n)


def test_the_peepholes_look_at_the_old_memory_and_the_output_valve_at_the_new(output):
    peepholes = {"p_i": -1.0, "p_f": 2.0, "p_o": 1.5}
    valves.one_step("peephole", c_=0.5, a_i=0.4, a_f=-1.0, a_g=0.7, a_o=0.1, **peepholes)
    f, i, g = sigma(-1.0 + 2 * 0.5), sigma(0.4 - 0.5), np.tanh(0.7)
    c = f * 0.5 + i * g
    o = sigma(0.1 + 1.5 * c)
    near(output["alt"], 0.5, f, f * 0.5, i, i * g, c, o, o * np.tanh(c))


def test_the_gradient_comes_back_by_the_forget_valve():
    v = {"c_": 0.5, "a_i": 0.4, "a_f": -1.0, "a_g": 0.7, "a_o": 0.1, "dh": 0.3, "dc": 0.8}
    s = scenes.values("lstm", "gradient", v)
    dc = 0.8 + 0.3 * s["o"] * (1 - s["m"] ** 2)
    assert s["carry"] == pytest.approx(sigma(-1.0))
    assert s["dc"] == pytest.approx(dc) and s["dc_"] == pytest.approx(dc * sigma(-1.0))


@pytest.mark.parametrize("kind", scenes.KINDS)
@pytest.mark.parametrize("scene", [valves.by_hand, valves.one_step, valves.gradient])
def test_a_still_picture_stays_where_no_widget_can_live(output, kind, scene):
    scene(kind)
    widget, picture = output["bundles"]
    assert {*widget, *picture} == {shown.WIDGET, "image/png", "text/plain"}
    assert picture["text/plain"] == f"Figure: {output['alt']}"
    assert CELLS[kind].__name__ in output["alt"]


# --- inside a trained network ---------------------------------------------------------------


def trained_one(name="lstm", **options):
    rng = np.random.default_rng(0)
    return Network(CELLS[name](3, 4, rng=rng), 3, Categorical(), rng=rng, **options)


@pytest.mark.parametrize("name", ("rnn", *scenes.KINDS))
def test_every_cell_can_be_looked_into(output, name):
    net, x = trained_one(name), np.random.default_rng(1).normal(size=(5, 1, 3))
    valves.inside(net, x, labels="abcde")
    drawing = output["root"].children[0]
    assert (drawing.t, drawing.unit, drawing.labels) == (2, 0, list("abcde"))
    sizes = {"u1": 1, "f2": 2, "f4": 4}
    arrays = {n: (shape, kind) for n, shape, kind in drawing.net["arrays"]}
    assert set(arrays) == {"x", *net.params}
    assert len(drawing.weights) == sum(int(np.prod(s)) * sizes[k] for s, k in arrays.values())
    assert output["bundles"][1]["image/png"]
    assert f"h = {forward(net.cell, x).h[2, 0, 0]:.2f}" in output["alt"]


def test_a_valve_is_held_without_the_kernel(output):
    valves.inside(trained_one(), np.zeros((5, 1, 3)))
    drawing, turn = output["root"].children[0], controls(output)
    traits = ("hold", "which", "at")
    names = ("hold a valve", "valve held", "held at value")
    linked = {link.target: link.source for link in output["root"].links}
    for trait, name in zip(traits, names, strict=True):
        source, what = linked[drawing, trait]
        assert source is turn[name] and what == ("index" if trait == "which" else "value")
    assert drawing.which == turn["valve held"].index == 1 and drawing.net["valves"][1] == "f"


def test_the_loss_is_of_the_target_or_the_next_step_or_not_shown(output):
    net, x = trained_one(), np.random.default_rng(1).normal(size=(5, 1, 3))

    def told(net, **options) -> tuple[str, bool, bool]:
        valves.inside(net, x, **options)
        spec = output["root"].children[0].net
        return spec["loss"], spec["next"], any(name == "target" for name, *_ in spec["arrays"])

    assert told(net) == ("categorical", True, False)
    assert told(net, target=np.eye(3)[[0, 1, 2, 0, 1]][:, None]) == ("categorical", False, True)
    for other in (Network(LSTM(3, 4), 7, Categorical()), Network(LSTM(3, 4), 3, SquaredError())):
        assert told(other) == ("", False, False)


def test_the_held_valve_can_be_chosen(output):
    valves.inside(trained_one(), np.zeros((3, 1, 3)), valve="o")
    assert controls(output)["valve held"].value == "o"
    with pytest.raises(ValueError, match=r"valve: came 'z', expected one of \['i', 'f', 'o'\]"):
        valves.inside(trained_one(), np.zeros((3, 1, 3)), valve="z")
    with pytest.raises(ValueError, match="labels: came 2, expected 3"):
        valves.inside(trained_one(), np.zeros((3, 1, 3)), labels="ab")


def test_unknown_names():
    with pytest.raises(ValueError, match=r"kind: came 'elman', expected one of"):
        valves.by_hand("elman")
    with pytest.raises(ValueError, match=r"start: came \['q'\], expected names among"):
        valves.one_step(q=1.0)


# --- nothing is left behind -----------------------------------------------------------------


class Shell:
    """The kernel, as far as it says which cell is running."""

    cell, run = "one", 0

    def get_parent(self):
        return {"metadata": {"cellId": self.cell}, "header": {"msg_id": str(self.run)}}


@pytest.fixture
def kernel(monkeypatch):
    shell = Shell()
    monkeypatch.setattr(shown, "get_ipython", lambda: shell)
    monkeypatch.setattr(shown, "display", lambda bundle, **options: None)
    monkeypatch.setattr(shown, "_shown", {})
    monkeypatch.setattr(still, "png", lambda drawn: b"")  # what it looks like is no matter here
    return shell


def alive() -> int:
    return len(widgets.widget._instances)


@pytest.mark.slow
@pytest.mark.parametrize("scene", ["by_hand", "inside", "fading"])
def test_200_runs_of_a_cell_leave_no_widget_behind(kernel, monkeypatch, scene):
    monkeypatch.setattr(shown.plots, "png", lambda fig: b"")
    net, x = trained_one(), np.zeros((3, 1, 3))
    show = {
        "by_hand": valves.by_hand,
        "inside": lambda: valves.inside(net, x),
        "fading": valves.fading,
    }[scene]
    show()  # the script of all drawings comes with the first, and stays
    kernel.cell = "another"
    before = alive()
    show()
    once = alive() - before
    assert once > 0
    for kernel.run in range(1, 201):
        show()
    assert alive() - before == 2 * once  # the last run's, and those of the run before it


def test_two_in_one_run_and_those_of_another_cell_stay(kernel):
    kernel.cell = "the script's"
    valves.by_hand()
    kernel.cell = "one"
    before = alive()
    valves.by_hand()
    one = alive() - before
    valves.by_hand()
    kernel.cell, kernel.run = "two", 1
    valves.by_hand()
    assert alive() - before == 3 * one
    kernel.cell = "one"
    for kernel.run in (2, 3):
        valves.by_hand()
    assert alive() - before == 3 * one  # one of "two", and the last two runs of "one"
