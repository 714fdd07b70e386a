"""Which engine runs, and what happens where the compiled one can't."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from course_lib.cells import LSTM, PeepholeLSTM
from course_lib.learning import Adam, Network, SquaredError, train, training
from course_lib.sequence import engines, forward
from course_lib.tasks import Adding
from tests.needs import needs_numba

ROOT = Path(__file__).parents[2]


@pytest.fixture
def asked_anew():
    """What was found out about engines is forgotten before and after."""
    engines._why_not.cache_clear()
    yield
    engines._why_not.cache_clear()


def test_an_engine_that_is_none():
    with pytest.raises(ValueError, match="engine: came 'fortran', expected one of numpy, compiled"):
        forward(LSTM(3, 4), np.zeros((2, 1, 3)), engine="fortran")


def test_without_numba_it_says_what_to_install(asked_anew, monkeypatch):
    monkeypatch.setattr(engines, "find_spec", lambda name: None)
    with pytest.raises(ValueError, match=r"but numba is not installed; cure: pip install .*`fast`"):
        forward(LSTM(3, 4), np.zeros((2, 1, 3)), engine="compiled")
    assert engines.choose(LSTM(3, 4)) == "numpy"  # and nothing is said: it is no fault


def run(code: str, **environment: str) -> subprocess.CompletedProcess:
    return subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=ROOT,
        env={**os.environ, **environment},
        check=False,
    )


CHOOSE = """
from course_lib.cells import LSTM
from course_lib.sequence import engines
print(engines.choose(LSTM(3, 4)))
"""


@needs_numba
def test_where_no_blas_can_be_borrowed_numpy_runs_and_it_is_said():
    done = run(f"import threadpoolctl\nthreadpoolctl.threadpool_info = lambda: []\n{CHOOSE}")
    assert done.stdout == "numpy\n", done.stderr
    assert "NumPy's BLAS shows no cblas_sgemm" in done.stderr


@needs_numba
def test_where_nothing_can_be_kept_numpy_runs_and_it_is_said():
    nowhere = "import numba.core.caching as c\nc.CacheImpl._locator_classes = []\n"
    done = run(f"{nowhere}{CHOOSE}")
    assert done.stdout == "numpy\n", done.stderr
    assert "the compiled engine does not start here: cannot cache function" in done.stderr


class Loops(LSTM):
    """What the compiled engine does not read: more than naming and returning."""

    def c(self, c_, i, f, g):
        for _ in range(1):
            c_ = f * c_
        return c_ + i * g


@needs_numba
def test_an_equation_that_is_no_plain_arithmetic(asked_anew):
    cell = Loops(3, 4)
    with pytest.warns(UserWarning, match=r"NumPy engine is used: Loops can't be compiled: .*\.c:"):
        assert engines.choose(cell) == "numpy"
    with pytest.raises(ValueError, match=r"engine: came 'compiled', but Loops can't be compiled"):
        forward(cell, np.zeros((2, 1, 3)), engine="compiled")


@needs_numba
def test_a_class_whose_source_is_nowhere(asked_anew):
    names: dict = {"LSTM": LSTM}
    exec(
        "class Typed(LSTM):\n"
        "    def c(self, c_, i, f, g): return f * c_ + i * g\n"
        "    def c_slopes(self, c_, i, f, g): return f, g, c_, i\n",
        names,
    )
    with pytest.warns(UserWarning, match="its source is not to be found"):
        assert engines.choose(names["Typed"](3, 4)) == "numpy"


@needs_numba
def test_wrong_figures_are_not_trusted(asked_anew, monkeypatch):
    from course_lib.sequence import compiled

    right = compiled._peepholes
    monkeypatch.setattr(compiled, "_peepholes", lambda *given: 1.01 * right(*given))
    with pytest.warns(UserWarning, match="its figures for PeepholeLSTM differ from NumPy's by"):
        assert engines.choose(PeepholeLSTM(3, 4)) == "numpy"


@needs_numba
def test_figures_that_are_no_numbers_are_not_trusted(asked_anew, monkeypatch):
    from course_lib.sequence import compiled

    right = compiled.backward

    def backward(*given):
        grads = right(*given)
        grads.params["R"][:] = np.nan
        return grads

    monkeypatch.setattr(compiled, "backward", backward)
    with pytest.warns(UserWarning, match="its figures for LSTM differ from NumPy's by inf"):
        assert engines.choose(LSTM(3, 4)) == "numpy"


def network(task, seed=0):
    rng = np.random.default_rng(seed)
    return Network(LSTM(task.input_size, 8, rng=rng), task.output_size, SquaredError(), rng=rng)


@needs_numba
def test_training_by_both_engines_leads_to_the_same_network():
    task = Adding(T=10, sizes=(64, 32, 32))
    found = {}
    for engine in ("numpy", "compiled"):
        net, rng = network(task), np.random.default_rng(1)
        history = train(
            net, task, epochs=3, optimizer=Adam(1e-2), rng=rng, progress=False, engine=engine
        )
        assert history.engine == engine and net.engine == "numpy"
        found[engine] = net.params
    for name, array in found["numpy"].items():
        np.testing.assert_allclose(found["compiled"][name], array, rtol=0, atol=1e-4)


def test_auto_takes_numpy_where_there_is_little_to_do(monkeypatch):
    monkeypatch.setattr(training, "choose", lambda cell: "compiled")
    task = Adding(T=10, sizes=(64, 32, 32))
    assert training._engine(network(task), task, "auto", 1, 16) == "numpy"
    assert training._engine(network(task), task, "auto", 100_000, 16) == "compiled"
