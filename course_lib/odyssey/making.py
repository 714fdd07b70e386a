"""What makes a row: the engine, and all that the last digits of its figures depend on.

A trial is a pure function, and yet two machines give two rows: their products differ in the last
digits, and hundreds of updates carry the difference on, to some hundredths of a nat. So does a
change to the engine itself. A row says what it was made by, and a study goes on only with its like.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import cache

import numpy as np

import course_lib
from course_lib.cells import CELLS
from course_lib.learning.losses import Bernoulli
from course_lib.learning.network import Batch, Network


@cache
def made_by(cells: tuple[str, ...]) -> tuple[str, str]:
    """The engine that trains here, and the versions: of the course, of NumPy, the kernel that BLAS
    chose for this processor, and the `bits` that come out for these cells.
    """
    from threadpoolctl import threadpool_info

    libraries = [one for one in threadpool_info() if one["user_api"] == "blas"]
    kernels = {one.get("architecture") or one["internal_api"] for one in libraries}
    versions = {
        "course_lib": course_lib.__version__,
        "numpy": np.__version__,
        "blas": "+".join(sorted(kernels)) or "other",
        "bits": bits(cells),
    }
    return "numpy", " ".join(f"{name}={what}" for name, what in versions.items())


def bits(cells: Sequence[str]) -> str:
    """Six hexadecimal digits that change with a single bit of any of these cells' gradients.

    For each cell, a loss and its gradients on a few frames drawn from a seed, in float32.
    """
    found = hashlib.sha256()
    for name in cells:
        rng = np.random.default_rng(0)
        net = Network(CELLS[name](88, 50, rng=rng), 88, Bernoulli(), rng=rng, reduction="sum")
        for array in net.params.values():
            array[...] = rng.normal(0, 0.1, array.shape)
        x = rng.normal(size=(30, 16, 88)).astype(np.float32)
        loss, gradients = net.gradients(Batch(x, (x > 1).astype(np.float32)))
        found.update(np.float64(loss).tobytes())
        for key in sorted(gradients):
            found.update(np.ascontiguousarray(gradients[key]).tobytes())
    return found.hexdigest()[:6]
