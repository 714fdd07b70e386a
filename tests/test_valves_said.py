"""What the drawings say in words, to the eye and to a screen reader: true of each cell."""

from __future__ import annotations

import json
import re

import numpy as np
import pytest

from course_lib import valves
from course_lib.cells import CELLS, LSTM
from course_lib.cells.cell import Cell
from course_lib.learning.losses import SquaredError
from course_lib.learning.network import Network
from course_lib.readings.javascript import declaration
from course_lib.valves import drawing, scenes, still
from course_lib.valves.said import said
from tests.in_javascript import runner

PARTS = """(told, scene) => {
    const svg = new Plain("svg"), found = {};
    const drawn = picture(svg, told, scene, "x");
    const look = (node) => {
        if (node.attributes.class === "part") found[node.dataset.name] = node.dataset.about;
        for (const child of node.children) if (child instanceof Plain) look(child);
    };
    look(svg);
    return JSON.stringify(found);
}"""
SENTENCE = """(told, scene, values) => {
    const drawn = picture(new Plain("svg"), told, scene, "x");
    return JSON.stringify(drawn.words(drawn.compute(values)));
}"""
WEIGHED = "a layer's sum as it is, not squashed; the equations say what it does"
PAST = "sees nothing of the step before"


class Peeking(LSTM):
    """Its layers read x alone, and look at the memory besides."""

    name = "peeking"
    reads = dict.fromkeys("ifgo", ("x",))
    peeks = {"f": "c_"}  # noqa: RUF012


class Biased(LSTM):
    """Its forget valve reads nothing but the memory before."""

    name = "biased"
    reads = {"f": ()}  # noqa: RUF012
    peeks = {"f": "c_"}  # noqa: RUF012


def run(function: str, *given) -> dict[str, str] | str:
    written = ", ".join(json.dumps(one) for one in given)
    found: dict[str, str] | str = json.loads(still._engine().eval(f"({function})({written})"))
    return found


def parts(kind: str | type[Cell], scene: str = "one step") -> dict[str, str]:
    found = run(PARTS, declaration(scenes.class_of(kind)), scene)
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize(
    ("kind", "blocks"), [("janet", "a"), ("slstm", "ek"), ("mlstm", "qu"), ("mingru", "n")]
)
def test_a_layer_that_is_not_squashed_is_no_more_than_its_sum(kind, blocks):
    found = parts(kind)
    assert {found[block] for block in blocks} == {f"{block}: {WEIGHED}" for block in blocks}


def test_a_valve_and_a_squashed_layer_say_between_what_they_lie():
    found = parts("mgu")
    assert found["f"] == "f: a valve, 0 closed to 1 open"
    assert found["n"] == "n: a layer's value, squashed by tanh, from −1 to 1"


@pytest.mark.parametrize(
    ("kind", "past", "nothing"),
    [
        ("janet", True, False),
        ("mingru", False, True),
        ("minlstm", False, True),
        ("qrnn", False, True),
        ("indrnn", False, False),  # each unit sees its own state
        ("sru", False, False),
        (Peeking, False, False),
    ],
)
def test_what_the_layers_read_is_said_as_it_is(kind, past, nothing):
    about = parts(kind)["bus"]
    assert about.startswith("x and h₋: " if past else "x: ")
    assert (PAST in about) == nothing


def test_where_nothing_is_drawn_the_keys_do_not_stop():
    assert "bus" not in parts("mingru", "by hand")


def test_the_lever_of_a_gru_says_what_each_end_does():
    about = parts("gru", "by hand")["lever"]
    assert "z keeps that share of the old" in about
    assert "1 − z lets in that share of the new" in about


@pytest.mark.parametrize(
    ("kind", "name", "words"),
    [
        ("peephole", "a_f", "to a_f from x and h₋"),
        ("fgr", "a_i", "to a_i from x and h₋"),
        ("sru", "a_f", "to a_f from x"),
        ("brc", "a_v", "to a_v from x"),
        ("indrnn", "a_g", "to a_g from x"),
        (Biased, "a_f", "to a_f from b"),
        ("lstm", "a_f", "a_f forget valve"),
        ("fgr", "w", "w weighs i₋, f₋, o₋"),
        ("cornn", "w", "w weighs c₋"),
        ("gru_before", "R_n", "R_n mixes r h₋"),
        ("mgu", "R_n", "R_n weighs s"),
        ("slstm", "dn", "δn arrives"),
        ("slstm", "n_", "n₋"),
    ],
)
def test_a_slider_says_what_it_sets(kind, name, words):
    cell = scenes.class_of(kind)
    assert any(name in scenes.limits(kind, scene) for scene in ("one step", "gradient"))
    assert said(name, cell) == words


@pytest.mark.parametrize(
    ("scene", "start"), [("one step", "State h: before +0.80, "), ("gradient", "Gradient of state")]
)
def test_a_cell_drawn_from_its_equations_says_before_and_after(scene, start):
    v = {name: scenes.STARTS.get(name, 0.0) for name in scenes.limits("janet", scene)}
    values = scenes.values("janet", scene, v)
    found = run(SENTENCE, declaration(CELLS["janet"]), scene, v)
    before = f"before {values['dh_' if scene == 'gradient' else 'h_']:+.2f}".replace("-", "−")
    after = "+1.00" if scene == "gradient" else f"{values['h']:+.2f}".replace("-", "−")
    assert str(found).startswith(start) and str(found).endswith(f"{before}, after {after}.")


@pytest.mark.parametrize(("steps", "said"), [(1, "1 step:"), (2, "2 steps:")])
def test_one_step_is_one(steps, said):
    assert said in run(SENTENCE, "", "fading", {"f": 0.5, "steps": steps})


def test_a_part_s_slider_stands_at_a_number_with_a_name(tmp_path):
    lines = "const found = given.map((name) => valves.standsAt(name, 0.5));"
    found = runner(tmp_path)(lines, ["a_i", "dc", "dn", "c_", "d_", "f"])
    assert found == [f"{name} = 0.50" for name in ("a_i", "δc", "δn", "c₋", "d₋", "f")]


@pytest.fixture
def shown(monkeypatch):
    """What ``inside`` has shown."""
    found: list = []
    monkeypatch.setattr("course_lib.valves.trained.show", lambda root, *_: found.append(root))
    return found


def network() -> Network:
    return Network(LSTM(3, 4), 2, SquaredError())


@pytest.mark.parametrize(
    ("x", "target", "message"),
    [
        (np.zeros((4, 2, 3)), None, r"x: came shape \(4, 2, 3\), expected \[T, 1, D\]"),
        ([[0.0, 0.0, 0.0]], None, r"x: came shape \(1, 3\), expected \[T, 1, D\]"),
        (np.zeros((4, 1, 3)), np.zeros((4, 2, 2)), r"target: came shape \(4, 2, 2\), expected"),
        (np.zeros((4, 1, 3)), np.zeros((3, 1, 2)), r"target: came .*, expected \(4, 1, 2\)"),
    ],
)
def test_one_sequence_is_looked_into(x, target, message):
    with pytest.raises(ValueError, match=message):
        valves.inside(network(), x, target=target)


def test_a_piece_goes_up_by_whole_semitones():
    with pytest.raises(TypeError, match="up: came float"):
        valves.inside(network(), np.zeros((4, 1, 3)), up=1.5)  # type: ignore[arg-type]


def test_a_list_of_numbers_is_a_sequence(shown):
    valves.inside(network(), [[[0.0, 1.0, 0.0]]] * 4, target=[[[0.5, 0.5]]] * 4)  # type: ignore[arg-type]
    assert shown[0].children[0].net["T"] == 4


def test_the_slider_that_the_lines_over_time_speak_of_is_there(shown):
    lines = (drawing.STATIC / "overview.js").read_text(encoding="utf-8")
    (name,) = re.findall(r"use the slider '([^']*)'", lines)
    valves.inside(network(), np.zeros((4, 1, 3)))
    assert name in [control.description for control in shown[0].children[1].children]
