"""What the browser's network composes is what Python's draws from the same numbers."""

from __future__ import annotations

import numpy as np
import pytest

from course_lib.cells import CELLS
from course_lib.learning.losses import Bernoulli, Categorical
from course_lib.learning.network import Network
from course_lib.readings.javascript import declaration
from course_lib.sequence import forward
from course_lib.valves import trained
from tests.in_javascript import runner

KEYS, T, H, SINCE = 88, 12, 5, 3
COMPOSED = """
const cell = valves.cellOf(given.cell);
const run = valves.networkOf(cell, given.net, new DataView(new Uint8Array(given.data).buffer));
const found = given.held.map((held) => {
    const numbers = given.numbers.slice();
    const made = run(held, { since: given.since, random: () => numbers.shift() });
    return { x: [...made.x], h: [...made.values.h], loss: [...made.loss], left: numbers.length };
});
found.push({ x: [...run().x] });
"""


@pytest.fixture(scope="module")
def javascript(tmp_path_factory):
    return runner(tmp_path_factory.mktemp("javascript"))


def composer(kind: str) -> tuple[Network, np.ndarray]:
    rng = np.random.default_rng(4)
    net = Network(CELLS[kind](KEYS, H, rng=rng), KEYS, Bernoulli(), rng=rng)
    for array in net.params.values():
        array[:] = rng.normal(size=array.shape)
    return net, (rng.random((T, 1, KEYS)) < 0.1).astype(np.float32)


def draws(net: Network, x: np.ndarray, numbers: np.ndarray, clamp: dict[str, float] | None):
    """The same in Python: after the step SINCE, each key by its own probability."""
    x = x.copy()
    for t in range(SINCE, T - 1):
        h = forward(net.cell, x[: t + 1], clamp=clamp).h[-1]
        p = net.loss.predict((h @ net.params["W_y"] + net.params["b_y"]) / 0.8)
        x[t + 1] = numbers[(t - SINCE) * KEYS :][:KEYS] < p
    return x


@pytest.mark.parametrize("kind", ["lstm", "gru", "peephole"])
def test_the_browser_composes_as_python_does(javascript, kind):
    net, x = composer(kind)
    told, data = trained.packed(net, x, x[1:])
    valve = "z" if kind == "gru" else "f"
    numbers = np.random.default_rng(5).random((T - 1 - SINCE) * KEYS)
    given = {
        "cell": declaration(type(net.cell)), "net": told, "data": list(data), "since": SINCE,
        "held": [None, {"block": valve, "at": 0.0}], "numbers": numbers.tolist(),
    }  # fmt: skip
    *found, plain = javascript(COMPOSED, given)
    made = []
    for got, clamp in zip(found, (None, {valve: 0.0}), strict=True):
        expected = draws(net, x, numbers, clamp)
        np.testing.assert_array_equal(np.reshape(got["x"], x.shape), expected)
        trace = forward(net.cell, expected, clamp=clamp)
        np.testing.assert_allclose(got["h"], trace.h.ravel(), atol=1e-5)
        a = trace.h[:-1] @ net.params["W_y"] + net.params["b_y"]
        loss = net.loss.per_frame(a, expected[1:])[:, 0]
        np.testing.assert_allclose(got["loss"][:-1], loss, rtol=1e-4)
        assert got["left"] == 0
        made.append(expected)
    assert (made[0][: SINCE + 1] == x[: SINCE + 1]).all()
    assert (made[0] != made[1]).any()
    assert plain["x"] == x.ravel().tolist()  # the piece itself is left as it was


def test_the_same_seed_gives_the_same_even_numbers(javascript):
    lines = """
    const found = [7, 7, 8].map((seed) => Array.from({ length: 20000 }, valves.dice(seed)));
    """
    one, again, other = map(np.array, javascript(lines, None))
    assert (one == again).all() and (one != other).any()
    assert ((one >= 0) & (one < 1)).all()
    counts = np.histogram(one, 20, (0, 1))[0]
    assert ((counts - 1000) ** 2 / 1000).sum() < 43.8  # chi-square of 19, one in a thousand
    assert abs(np.corrcoef(one[1:], one[:-1])[0, 1]) < 0.03


def test_only_what_foretells_the_keys_composes(javascript):
    net, x = composer("lstm")
    words = Network(CELLS["lstm"](KEYS, H), KEYS, Categorical())
    small = Network(CELLS["lstm"](3, H), 3, Bernoulli())
    given = [
        trained.packed(net, x, x[1:])[0],
        trained.packed(net, x, None)[0],
        trained.packed(words, x, x[1:])[0],
        trained.packed(small, x[..., :3], x[1:, :, :3])[0],
    ]
    assert javascript("const found = given.map(valves.composes);", given) == [True] + [False] * 3
