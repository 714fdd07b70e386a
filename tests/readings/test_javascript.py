"""The JavaScript that is written from a cell's Python: the same numbers, in Node."""

import json
import subprocess

import numpy as np
import pytest

from course_lib.cells import CELLS, LSTM
from course_lib.cells.plan import plan_of
from course_lib.readings import javascript
from tests.needs import node

RUN = """
import fs from "node:fs";
const given = JSON.parse(fs.readFileSync("given.json"));
const found = {};
for (const [cell, equations] of Object.entries(given)) {
  for (const [name, draws] of Object.entries(equations)) {
    const { value, slopes } = CELLS[cell].equations[name];
    found[`${cell}.${name}`] = draws.map((draw) => [value(...draw), ...slopes(...draw)]);
  }
}
fs.writeFileSync("found.json", JSON.stringify(found));
"""


def test_every_equation_and_slope_is_the_pythons(tmp_path):
    rng = np.random.default_rng(0)
    given = {
        name: {e: rng.uniform(-0.99, 0.99, (20, len(t))).tolist() for e, t in takes.items()}
        for name, takes in ((name, plan_of(cell).arguments) for name, cell in CELLS.items())
    }
    cells = ",\n".join(f"{n}: {javascript.declaration(cell)}" for n, cell in CELLS.items())
    script = f"{javascript.HELPERS}\nconst CELLS = {{ {cells} }};\n{RUN}"
    (tmp_path / "run.mjs").write_text(script, encoding="utf-8")
    (tmp_path / "given.json").write_text(json.dumps(given), encoding="utf-8")
    subprocess.run([node(), "run.mjs"], cwd=tmp_path, check=True, timeout=60)
    found = json.loads((tmp_path / "found.json").read_text(encoding="utf-8"))
    for name, equations in given.items():
        cell = CELLS[name](1, 1, dtype=np.float64)
        for equation, draws in equations.items():
            for draw, came in zip(draws, found[f"{name}.{equation}"], strict=True):
                value, slopes = getattr(cell, equation), getattr(cell, f"{equation}_slopes")
                np.testing.assert_allclose(came, [value(*draw), *slopes(*draw)], rtol=1e-12)


def test_what_an_equation_may_not_be():
    class Loops(LSTM):
        def c(self, c_, i, f, g):
            for _ in range(2):
                c_ = f * c_
            return c_ + i * g

    with pytest.raises(ValueError, match=r"Loops\.c: came a method that does more"):
        javascript.declaration(Loops)

    class Unknown(LSTM):
        def h(self, c, o):
            return o * np.arctan(c)

    with pytest.raises(ValueError, match=r"arctan\(\): came an unknown function"):
        javascript.declaration(Unknown)


def test_a_cell_of_ones_own_is_declared_from_what_it_changes():
    class Mine(LSTM):
        name = "mine"
        scale = 0.5

        def h(self, c, o):
            m = np.tanh(c)
            return self.scale * o * m

        def h_slopes(self, c, o):
            m = np.tanh(c)
            return self.scale * o * (1 - m * m), self.scale * m

    text = javascript.declaration(Mine)
    assert "value: (c, o) => 0.5 * o * Math.tanh(c)" in text
    assert '"order": ' not in text and 'order: ["i", "f", "g", "o", "c", "h"]' in text


def test_what_stands_in_a_matrix_whatever_is_learned():
    assert javascript.fixed(CELLS["antisymmetric"]) == {"g": {"h_": -0.01}}
    others = [name for name, cell in CELLS.items() if name != "antisymmetric"]
    assert [javascript.fixed(CELLS[name]) for name in others] == [{}] * len(others)
