"""The widget's own JavaScript run beside Python, and what it has to give."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from course_lib.readings.javascript import declaration
from course_lib.sequence import backward, carry_slopes, forward
from course_lib.sequence.trace import Trace
from course_lib.valves import drawing, trained
from tests.needs import node

Run = Callable[[str, Any], Any]


def runner(folder: Path, modules: Sequence[str] = drawing.MODULES) -> Run:
    """Run a few lines of JavaScript beside the widget's own: JSON in, JSON out."""
    program = node()
    (folder / "valves.mjs").write_text(drawing.joined(modules), encoding="utf-8")

    def run(lines: str, given: Any) -> Any:
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


def same(found: dict, expected: dict, context: Any) -> None:
    for name, value in expected.items():
        assert found[name] == pytest.approx(value, abs=1e-6), (name, context)


def network_run(javascript: Run, net, x, target, held) -> dict[str, Any]:
    """What the browser works out of a network: the run, and the drawing's values at some places."""
    told, data = trained.packed(net, x, target)
    lines = """
    const cell = valves.cellOf(given.cell);
    const view = new DataView(new Uint8Array(given.data).buffer);
    const ran = valves.networkOf(cell, given.net, view)(given.held);
    const plain = ([name, array]) => [name, [...array]];
    const found = { values: Object.fromEntries(Object.entries(ran.values).map(plain)),
        gradient: [...ran.gradient], along: [...ran.along], loss: [...ran.loss],
        at: [[0, 0], [3, 2], [4, null]].map((at) => valves.valuesAt(cell, ran, given.net, ...at)) };
    """
    told_cell = declaration(type(net.cell))
    given = {"data": list(data), "net": told, "cell": told_cell, "held": held}
    return javascript(lines, given)


def same_network(found: dict[str, Any], net, x, target, held) -> Trace:
    """A run of the browser's is Python's; returns Python's trace."""
    clamp = None if held is None else {str(held["block"]): held["at"]}
    trace = forward(net.cell, x, clamp=clamp)
    for name in trace.names:
        np.testing.assert_allclose(found["values"][name], trace[name].ravel(), atol=1e-5)
    end = np.zeros_like(trace.h)
    end[-1] = 1
    whole = backward(net.cell, trace, end).memory[:, 0]
    np.testing.assert_allclose(found["gradient"], whole.ravel(), atol=1e-5)
    carry = carry_slopes(trace)[:, 0]
    along = [whole[-1] * np.prod(carry[t + 1 :], axis=0) for t in range(6)]
    np.testing.assert_allclose(found["along"], np.ravel(along), atol=1e-5)
    a = trace.h[: len(target)] @ net.params["W_y"] + net.params["b_y"]
    expected = net.loss.per_frame(a, target)[:, 0]
    np.testing.assert_allclose(found["loss"][: len(target)], expected, rtol=1e-5, atol=1e-5)
    return trace
