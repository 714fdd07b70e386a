"""What makes a row: the engine, and all that the last digits of its figures depend on.

A trial is a pure function, and yet two machines give two rows: their products differ in the last
digits, and hundreds of updates carry the difference on, to some hundredths of a nat. So does a
change to the engine itself. A row says what it was made by, and a study goes on only with its like.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache
from importlib.metadata import version

import numpy as np

import course_lib
from course_lib.cells import CELLS
from course_lib.learning.losses import Bernoulli
from course_lib.learning.network import Batch, Network
from course_lib.sequence.engines import engine_of, why_not


@cache
def made_by(engine: str, cells: tuple[str, ...]) -> tuple[str, str]:
    """The engine by its name, and the versions: of the course, of NumPy, the kernel that BLAS chose
    for this processor, and the `bits` that come out.

    engine    "numpy", "compiled", or "auto": the compiled one where it can run all these cells.
              Compiling takes a second a cell, so its bits are those of the first cell alone
    Raises ValueError for another name, and where the compiled engine cannot be had.
    """
    from threadpoolctl import threadpool_info

    if engine == "auto":
        missing = any(why_not(CELLS[name], np.float32) for name in cells)
        engine = "numpy" if missing else "compiled"
    engine_of(CELLS[cells[0]](1, 1), engine)  # raises where it can't be had
    libraries = [one for one in threadpool_info() if one["user_api"] == "blas"]
    kernels = {one.get("architecture") or one["internal_api"] for one in libraries}
    versions = {"course_lib": course_lib.__version__, "numpy": np.__version__}
    if engine == "compiled":
        versions["numba"] = version("numba")
    versions["blas"] = "+".join(sorted(kernels)) or "other"
    versions["bits"] = bits(cells if engine == "numpy" else cells[:1], engine)
    return engine, " ".join(f"{name}={what}" for name, what in versions.items())


def bits(cells: Sequence[str], engine: str = "numpy") -> str:
    """Six hexadecimal digits that change with a single bit of any of these cells' gradients.

    For each cell, a loss and its gradients on a few frames drawn from a seed, in float32; by one
    BLAS thread, as ``train`` works: how many there are changes the last digits too.
    """
    from threadpoolctl import threadpool_limits

    with threadpool_limits(1, user_api="blas"):
        return _bits(cells, engine)


def _bits(cells: Sequence[str], engine: str) -> str:
    found = hashlib.sha256()
    for name in cells:
        rng = np.random.default_rng(0)
        net = Network(CELLS[name](88, 50, rng=rng), 88, Bernoulli(), rng=rng, reduction="sum")
        net.engine = engine
        for array in net.params.values():
            array[...] = rng.normal(0, 0.1, array.shape)
        x = rng.normal(size=(30, 16, 88)).astype(np.float32)
        loss, gradients = net.gradients(Batch(x, (x > 1).astype(np.float32)))
        found.update(np.float64(loss).tobytes())
        for key in sorted(gradients):
            found.update(np.ascontiguousarray(gradients[key]).tobytes())
    return found.hexdigest()[:6]
