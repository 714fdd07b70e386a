"""A variation written in a notebook's cell, followed through everything that reads it."""

import subprocess
import sys

import pytest

from tests.needs import needs_numba

# As CONTRIBUTING.md says it under "Adding a variation", and then each reading in a line.
CELLS = [
    """
import numpy as np
from course_lib import valves
from course_lib.cells import LSTM
from course_lib.learning import Adam, Network, train
from course_lib.readings import listing
from course_lib.sequence import forward, gradcheck
from course_lib.tasks import Adding

class Mine(LSTM):
    name = "mine"

    def c(self, c_, i, f, g):
        return f * c_ + (1 - f) * i * g

    def c_slopes(self, c_, i, f, g):
        return f, (1 - f) * g, c_ - i * g, (1 - f) * i
""",
    "print(forward(Mine(3, 4), np.zeros((5, 2, 3))).h.shape)",
    "print(max(gradcheck(Mine(3, 4), rng=np.random.default_rng(0)).values()) < 1e-7)",
    "print(listing.difference(LSTM, Mine))",
    "valves.one_step(Mine)",
    """
task = Adding(T=10, sizes=(128, 64, 64))
for engine in ("numpy", "compiled"):
    rng = np.random.default_rng(0)
    net = Network(Mine(task.input_size, 8, rng=rng), task.output_size, task.loss, rng=rng)
    history = train(
        net, task, epochs=3, optimizer=Adam(1e-2), rng=rng, progress=False, engine=engine
    )
    print(history.engine, round(float(history.series("validation_loss")[-1]), 3))
""",
]
RUN = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
for cell in {cells!r}:
    shell.run_cell(cell).raise_error()
"""


@needs_numba
def test_a_cell_of_ones_own_is_read_by_everything():
    done = subprocess.run(
        [sys.executable, "-c", RUN.format(cells=CELLS)],
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    assert "(5, 2, 4)\nTrue\n" in done.stdout
    assert "−  c = f ∘ c₋ + i ∘ g\n" in done.stdout
    assert "+  c = f ∘ c₋ + (1 − f) ∘ i ∘ g\n" in done.stdout
    losses = [line.split()[1] for line in done.stdout.splitlines() if line[:2] in ("nu", "co")]
    assert len(losses) == 2 and float(losses[0]) == pytest.approx(float(losses[1]), abs=2e-3)
