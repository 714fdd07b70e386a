"""The scenes: what they show, what they send to the browser, and what they leave behind."""

from __future__ import annotations

import re
from typing import Any

import ipywidgets as widgets
import numpy as np
import pytest

from course_lib import valves
from course_lib.cells import CELLS, LSTM
from course_lib.learning.network import Categorical, Network, SquaredError
from course_lib.sequence import backward, carry_slopes, forward
from course_lib.valves import scenes, shown, trained


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
    monkeypatch.setattr(shown, "display", lambda bundle, **options: found.update(bundle=bundle))
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
    assert (drawing.kind, drawing.scene) == ("lstm", "by hand")
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
        ("lstm", "c i f g o"),
        ("coupled", "c i g o"),
        ("gru", "h z n"),
        ("nig", "c f g o"),
        ("nfg", "c i g o"),
        ("nog", "c i f g"),
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
    assert set(output["bundle"]) == {shown.WIDGET, "image/png", "text/plain"}
    assert output["bundle"]["text/plain"] == f"Figure: {output['alt']}"
    assert CELLS[kind].__name__ in output["alt"]


# --- inside a trained network ---------------------------------------------------------------


def trained_one(name="lstm", **options):
    rng = np.random.default_rng(0)
    return Network(CELLS[name](3, 4, rng=rng), 3, Categorical(), rng=rng, **options)


def unpacked(drawing, data: bytes) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """What the browser reads: {name: [T, H]}, and the loss of each step."""
    T, H, names = (drawing.shape[key] for key in ("T", "H", "names"))
    numbers = np.frombuffer(data, "<f4")
    arrays = numbers[: len(names) * T * H].reshape(len(names), T, H)
    return dict(zip(names, arrays, strict=True)), numbers[len(names) * T * H :]


@pytest.mark.parametrize("name", CELLS)
def test_every_cell_can_be_looked_into(output, name):
    net, x = trained_one(name), np.random.default_rng(1).normal(size=(5, 1, 3))
    valves.inside(net, x, labels="abcde")
    drawing = output["root"].children[0]
    arrays, loss = unpacked(drawing, drawing.free)
    trace = forward(net.cell, x)
    for block in trace.names:
        np.testing.assert_array_equal(arrays[block], trace[block][:, 0])
    end = np.zeros_like(trace.h)
    end[-1] = 1
    whole = backward(net.cell, trace, end).memory[:, 0]
    np.testing.assert_array_equal(arrays["gradient"], whole)
    carry = carry_slopes(trace)[:, 0]
    for t in range(5):
        along = whole[-1] * np.prod(carry[t + 1 :], axis=0)
        np.testing.assert_allclose(arrays["along"][t], along, rtol=1e-5)
    a, _ = net.outputs(x)
    expected = net.loss.per_frame(a[:-1], x[1:].astype(a.dtype))[:, 0]
    np.testing.assert_allclose(loss, [*expected, np.nan], rtol=1e-5)


def test_a_held_valve_is_held_for_the_whole_sequence_and_let_go(output):
    net, x = trained_one(), np.random.default_rng(1).normal(size=(5, 1, 3))
    valves.inside(net, x)
    drawing, turn = output["root"].children[0], controls(output)
    assert drawing.held == b""
    turn["held at"].value = 0.25
    assert drawing.held == b""  # not before it is asked for
    turn["hold a valve"].value = True
    arrays, _ = unpacked(drawing, drawing.held)
    np.testing.assert_array_equal(arrays["f"], 0.25)
    np.testing.assert_array_equal(arrays["h"], forward(net.cell, x, clamp={"f": 0.25}).h[:, 0])
    assert drawing.holding == "forget valve f held at 0.25"
    turn["which one"].value = "o"
    np.testing.assert_array_equal(unpacked(drawing, drawing.held)[0]["o"], 0.25)
    turn["hold a valve"].value = False
    assert drawing.held == b"" and drawing.holding == ""


def test_the_loss_is_of_the_target_or_the_next_step_or_not_shown(output):
    net, x = trained_one(), np.random.default_rng(1).normal(size=(5, 1, 3))
    target = np.eye(3)[[0, 1, 2, 0, 1]][:, None]
    valves.inside(net, x, target=target)
    drawing = output["root"].children[0]
    a, _ = net.outputs(x)
    expected = net.loss.per_frame(a, target.astype(a.dtype))[:, 0]
    np.testing.assert_allclose(unpacked(drawing, drawing.free)[1], expected, rtol=1e-5)
    assert drawing.shape["loss"] == "categorical"

    for other in (Network(LSTM(3, 4), 7, Categorical()), Network(LSTM(3, 4), 3, SquaredError())):
        valves.inside(other, x)
        drawing = output["root"].children[0]
        assert drawing.shape["loss"] == "" and np.isnan(unpacked(drawing, drawing.free)[1]).all()


def test_the_held_valve_can_be_chosen(output):
    valves.inside(trained_one(), np.zeros((3, 1, 3)), valve="o")
    assert controls(output)["which one"].value == "o"
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
    before = alive()
    show()
    once = alive() - before
    assert once > 0
    for kernel.run in range(1, 201):
        show()
    assert alive() - before == 2 * once  # the last run's, and those of the run before it


def test_two_in_one_run_and_those_of_another_cell_stay(kernel):
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
