"""The drawing's arithmetic, which is in JavaScript, beside the cells': the same numbers."""

from __future__ import annotations

import json
import shutil
import subprocess

import numpy as np
import pytest

from course_lib.cells import CELLS
from course_lib.learning.network import Categorical, Network
from course_lib.valves import drawing, scenes, trained
from tests.needs import node

DRAWS = 200


@pytest.fixture(scope="module")
def javascript(tmp_path_factory):
    """Run a few lines of JavaScript beside the widget's own: JSON in, JSON out."""
    program = node()
    folder = tmp_path_factory.mktemp("javascript")
    (folder / "valves.mjs").write_text(drawing.joined(drawing.MODULES), encoding="utf-8")

    def run(lines: str, given) -> list:
        script = (
            'import fs from "node:fs"; import * as valves from "./valves.mjs";\n'
            f'const given = JSON.parse(fs.readFileSync("given.json"));\n{lines}\n'
            'fs.writeFileSync("found.json", JSON.stringify(found));'
        )
        (folder / "run.mjs").write_text(script, encoding="utf-8")
        (folder / "given.json").write_text(json.dumps(given), encoding="utf-8")
        subprocess.run([program, "run.mjs"], cwd=folder, check=True, timeout=60)
        return json.loads((folder / "found.json").read_text(encoding="utf-8"))

    return run


def test_the_modules_are_modules(javascript, tmp_path):
    for file in drawing.STATIC.glob("*.js"):
        shutil.copy(file, tmp_path)
    (tmp_path / "package.json").write_text('{"type": "module"}', encoding="utf-8")
    assert {file.stem for file in tmp_path.glob("*.js")} == {*drawing.MODULES, "trials"}
    lines = f'const found = Object.keys((await import("{tmp_path}/widget.js")).default);'
    assert javascript(lines, None) == ["render"]


def same(found: dict, expected: dict, context) -> None:
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=1e-6), (name, context)


@pytest.mark.parametrize("scene", ["by hand", "one step", "gradient"])
@pytest.mark.parametrize("kind", scenes.KINDS)
def test_the_drawing_has_the_cells_numbers(javascript, kind, scene):
    rng = np.random.default_rng([scenes.KINDS.index(kind), len(scene)])
    limits = scenes.limits(kind, scene)
    settings = [
        {name: float(rng.uniform(*ends)) for name, ends in limits.items()} for _ in range(DRAWS)
    ]
    lines = "const found = given.s.map((v) => valves.compute(given.kind, given.scene, v));"
    found = javascript(lines, {"s": settings, "kind": kind, "scene": scene})
    for v, got in zip(settings, found, strict=True):
        expected = scenes.values(kind, scene, v)
        assert set(expected) >= {"h"}
        same(got, expected, v)


@pytest.mark.parametrize("kind", CELLS)
def test_a_trained_network_is_scrubbed_with_its_own_numbers(javascript, kind):
    rng = np.random.default_rng(3)
    net = Network(CELLS[kind](3, 4, rng=rng), 3, Categorical(), rng=rng)
    x = rng.normal(size=(5, 1, 3)).astype(np.float32)
    trace = trained.forward(net.cell, x)
    names, data = trained.packed(net, trace, None)
    peepholes = {f"p_{b}": net.cell.params[f"p_{b}"].tolist() for b in net.cell.peeking()}
    shape = {"names": names, "T": 5, "H": 4, "peepholes": peepholes}
    places = [(t, unit) for t in range(5) for unit in (0, 3, None)]
    lines = """
    const run = valves.unpack(new DataView(new Uint8Array(given.data).buffer), given.shape);
    const at = ([t, unit]) => valves.valuesAt(given.kind, run, given.shape, t, unit);
    const found = given.places.map(at);
    """
    given = {"data": list(data), "shape": shape, "kind": kind, "places": places}
    for (t, unit), got in zip(places, javascript(lines, given), strict=True):
        which = slice(None) if unit is None else slice(unit, unit + 1)
        drawn = [name for name in trace.names if name not in "us"]
        expected = {name: trace[name][t, 0, which].mean() for name in drawn}
        if "c" in trace.names:
            c_ = trace.before("c")[t, 0]
            kept, put = trace["f"][t, 0] * c_, trace["i"][t, 0] * trace["g"][t, 0]
            m = net.cell.h(trace["c"][t, 0], 1.0)
            expected |= {"c_": c_[which].mean(), "kept": kept[which].mean()}
            expected |= {"put": put[which].mean(), "m": m[which].mean()}
        elif "z" in trace.names:
            kept = trace["z"][t, 0] * trace.before("h")[t, 0]
            put = (1 - trace["z"][t, 0]) * trace["n"][t, 0]
            expected |= {"kept": kept[which].mean(), "put": put[which].mean()}
        same(got, expected, (t, unit))
