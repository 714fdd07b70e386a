"""The drawing's arithmetic, which is in JavaScript, beside the cells': the same numbers."""

from __future__ import annotations

import re
import shutil

import numpy as np
import pytest

from course_lib.cells import CELLS
from course_lib.cells.plan import plan_of
from course_lib.learning.losses import Bernoulli, Categorical, SquaredError
from course_lib.learning.network import Network
from course_lib.readings.javascript import declaration
from course_lib.valves import drawing, scenes, still, trained
from tests.in_javascript import network_run, runner, same, same_network

DRAWS = 200


@pytest.fixture(scope="module")
def javascript(tmp_path_factory):
    return runner(tmp_path_factory.mktemp("javascript"))


def test_the_modules_are_modules(javascript, tmp_path):
    for file in drawing.STATIC.glob("*.js"):
        shutil.copy(file, tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    assert {file.stem for file in tmp_path.glob("*.js")} == {
        *drawing.MODULES,
        "trials",
        "loader",
        *still.STILL,
    }
    lines = f'const found = Object.keys((await import("{tmp_path}/widget.js")).default);'
    assert javascript(lines, None) == ["render"]


@pytest.mark.parametrize("scene", ["by hand", "one step", "gradient"])
@pytest.mark.parametrize("kind", scenes.KINDS)
def test_the_drawing_has_the_cells_numbers(javascript, kind, scene):
    rng = np.random.default_rng([scenes.KINDS.index(kind), len(scene)])
    limits = scenes.limits(kind, scene)
    settings = [
        {name: float(rng.uniform(*ends)) for name, ends in limits.items()} for _ in range(DRAWS)
    ]
    lines = """const cell = valves.cellOf(given.cell);
    const found = given.s.map((v) => valves.compute(cell, given.scene, v));"""
    told = declaration(scenes.class_of(kind))
    found = javascript(lines, {"s": settings, "cell": told, "scene": scene})
    for v, got in zip(settings, found, strict=True):
        expected = scenes.values(kind, scene, v)
        assert set(expected) >= {"h"}
        same(got, expected, v)


LOSSES = {"categorical": Categorical, "bernoulli": Bernoulli, "squared_error": SquaredError}


@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("kind", CELLS)
def test_a_network_runs_in_the_browser_as_in_python(javascript, kind, loss):
    rng = np.random.default_rng(3)
    net = Network(CELLS[kind](3, 4, rng=rng), 3, LOSSES[loss](), rng=rng)
    for array in net.params.values():
        array[:] = rng.normal(size=array.shape) * 0.7
    x = rng.normal(size=(6, 1, 3)).astype(np.float32)
    target = x[1:] if loss == "bernoulli" else rng.random((6, 1, 3)).astype(np.float32)
    valve = next((b for b, a in net.cell.blocks.items() if a.shift), None)
    for held in (None, {"block": valve, "at": 0.25}) if valve else (None,):
        found = network_run(javascript, net, x, target, held)
        trace = same_network(found, net, x, target, held)
        for (t, unit), got in zip([(0, 0), (3, 2), (4, None)], found["at"], strict=True):
            which = slice(None) if unit is None else slice(unit, unit + 1)
            same(got, at_step(net, trace, t, which), (t, unit))


def at_step(net, trace, t, which) -> dict[str, float]:
    """What the drawing shows of a trace at a step, in the mean over units."""
    expected = {name: trace[name][t, 0, which].mean() for name in trace.names}
    for state in net.cell.state_names:
        before = trace.record.public(trace.record[f"{state}_"])
        expected[f"{state}_"] = before[t, 0, which].mean()
    family = family_of(net.cell.name)
    if plan_of(type(net.cell)).arguments["h"] == ("c", "o"):
        expected["m"] = net.cell.h(trace["c"][t, 0], 1.0)[which].mean()
    if family == "two":
        kept, put = trace["f"] * trace.before("c"), trace["i"] * trace["g"]
    elif family == "one":
        kept, put = trace["z"] * trace.before("h"), (1 - trace["z"]) * trace["n"]
    else:
        return expected
    return expected | {"kept": kept[t, 0, which].mean(), "put": put[t, 0, which].mean()}


# As which kind of drawing a cell is known; each of the others is drawn from its equations alone.
FAMILIES = {
    "two": {"lstm", "peephole", "coupled", "cifg", "nig", "nfg", "nog", "niaf", "noaf", "fgr"}
    | {"lstm1997", "ran", "qrnn"},
    "one": {"gru", "gru_before", "ugrnn", "trnn"},
    "plain": {"rnn"},
}


def family_of(kind: str) -> str:
    return next((name for name, kinds in FAMILIES.items() if kind in kinds), "any")


def test_each_cell_is_drawn_as_what_it_is(javascript):
    told = [declaration(cell) for cell in CELLS.values()]
    found = javascript("const found = given.map((text) => valves.cellOf(text).family);", told)
    assert found == [family_of(kind) for kind in CELLS]


def test_numbers_travel_as_they_are(javascript):
    halves = np.array([0.0, -1.5, 6.1e-5, 6e-8, 65504.0], np.float16).astype(np.float32)
    arrays = {"f2": halves, "f4": np.array([0.1, -3e-8], np.float32), "u1": np.array([0.0, 7.0])}
    assert {name: trained._smallest(array) for name, array in arrays.items()} == dict(
        zip(arrays, arrays, strict=True)
    )
    data = b"".join(array.astype(f"<{name}").tobytes() for name, array in arrays.items())
    told = [[name, [len(array)], name] for name, array in arrays.items()]
    lines = """
    const view = new DataView(new Uint8Array(given.data).buffer);
    const found = Object.values(valves.unpack(view, given.told)).map(({ array }) => [...array]);
    """
    found = javascript(lines, {"data": list(data), "told": told})
    for got, array in zip(found, arrays.values(), strict=True):
        np.testing.assert_array_equal(np.float32(got), np.float32(array))


def test_a_pipe_is_wide_enough_and_a_flow_eases(javascript):
    lines = """
    const between = valves.between({ c: 0, read: "a" }, { c: 1, read: "b", h: 2 }, 0.25);
    const found = [given.map(valves.full), between];
    """
    widths, between = javascript(lines, [0.3, 1.0, 1.2, 5.6, 28.0])
    assert widths == [1, 1, 2, 10, 50]
    assert between == {"c": 0.25, "read": "b", "h": 2}


def test_no_name_is_given_twice_among_the_modules():
    """They are joined into one: a name that two of them give would be one thing or an error."""
    for modules in (drawing.MODULES, still.STILL, ("parts", "trials")):
        text = drawing.joined(modules)
        names = re.findall(r"^(?:export )?(?:const|let|function|class) (\w+)", text, re.MULTILINE)
        for several in re.findall(r"^(?:export )?const \[([^\]]*)\]", text, re.MULTILINE):
            names += [name.strip() for name in several.split(",")]
        assert len(names) > 5
        assert sorted(names) == sorted(set(names))
