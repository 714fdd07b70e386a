"""What a run gave, kept for tests: nothing is, unless COURSE_TRAINED names a folder.

`make test` and `make check` run the same notebooks more than once, under nbval and in a browser.
What `over_seeds` has trained in one of them is used again in the next, as long as nothing has
changed that could make it come out differently: the library's code, Python, NumPy, the engine, the
run and its seed. All of these go into the file's name. A learner's own runs are always run.
"""

from __future__ import annotations

import functools
import hashlib
import os
import pickle
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path
from typing import Any, TypeVar

from course_lib import files

S = TypeVar("S")
R = TypeVar("R")
FOLDER = "COURSE_TRAINED"


@functools.cache
def code() -> bytes:
    """A digest of the library, Python, NumPy, and what compiles, where it is there."""
    versions = {name: _version(name) for name in ("numpy", "numba", "llvmlite")}
    digest = hashlib.sha256(f"{sys.version} {versions}".encode())
    package = Path(__file__).parents[1]
    for path in sorted(package.rglob("*.py")):
        digest.update(path.relative_to(package).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.digest()


def _version(package: str) -> str:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return ""


def place(run: Callable[[S], Any], seed: S) -> Path | None:
    """The file of this run with this seed, or None where nothing is kept."""
    folder = os.environ.get(FOLDER)
    if not folder:
        return None
    asked = hashlib.sha256(code() + pickle.dumps((run, seed)))
    return Path(folder) / f"{asked.hexdigest()}.pickle"


def result(run: Callable[[S], R], seed: S) -> R:
    """run(seed), from its file where there is one, and put there where one is wanted."""
    file = place(run, seed)
    if file is None:
        return run(seed)
    try:
        return pickle.loads(file.read_bytes())
    except (OSError, EOFError, ValueError, pickle.UnpicklingError):
        given = run(seed)
    file.parent.mkdir(parents=True, exist_ok=True)
    files.write(file, pickle.dumps(given))
    return given
