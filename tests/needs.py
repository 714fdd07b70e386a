"""What some tests need beyond Python, and the one command that brings it.

Without it a test is left out, and `make test` says so in its last lines, in a table
(course_lib/authoring/stages.py). In CI it fails.
"""

from __future__ import annotations

import functools
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import pytest

# what is needed → the command that brings it
CURES = {
    "a browser (Chromium, Chrome, Edge)": "make browser-fetch",
    "npm packages (with Node.js's npm)": "make browser-packages",
    "Node.js": "make setup-dev",  # Playwright brings one
    "bubblewrap (Linux)": "sudo apt-get install bubblewrap",
    "numba (the extra fast)": "make setup-dev",
    "JupyterHub and its proxy": "make hub-test",
    "the browser edition, built from these files": "make lite",
    "Sphinx (the extra book)": "make book",
    "network namespaces (root and iproute2)": "apt-get install iproute2, and make check as root",
    "the study's packages (the extra odyssey)": "make setup-dev",
}
BROWSER, NPM, NODE, BUBBLEWRAP, NUMBA, HUB, LITE, SPHINX, HOSTS, ODYSSEY = CURES
# `make hub-test` and `make web` have targets of their own; a container's root may lack a right
ON_DEMAND = {HUB, LITE, HOSTS}
SAYS = "needs "  # how the reason of a test that was left out begins


def leave_out(need: str, why: str = "", *, module: bool = False) -> None:
    """End a test for want of something: left out by a person's machine, failed in CI."""
    reason = f"{SAYS}{need}; cure: {CURES[need]}" + (f"\n{why}" if why else "")
    there = sys.platform == "linux" or need != BUBBLEWRAP  # elsewhere there is none to be had
    if os.environ.get("CI") and there and need not in ON_DEMAND:
        pytest.fail(f"CI must run this, and it {reason}", pytrace=False)
    pytest.skip(reason, allow_module_level=module)


def need_odyssey() -> None:
    """At a module's top: leaves all its tests out where the study's packages are not installed."""
    if not all(map(find_spec, ("distributed", "optuna", "pandas", "scipy", "sklearn"))):
        leave_out(ODYSSEY, module=True)


def node() -> str:
    """Node.js: the system's, or the one that comes with Playwright."""
    import playwright

    name = "node.exe" if os.name == "nt" else "node"
    own = Path(playwright.__file__).parent / "driver" / name
    found = shutil.which("node") or (str(own) if own.exists() else None)
    if found is None:
        leave_out(NODE)
    return str(found)


@functools.cache
def bubblewrap_works() -> bool:
    bwrap = shutil.which("bwrap")
    command = [str(bwrap), "--unshare-all", "--ro-bind", "/", "/", "true"]
    return bwrap is not None and subprocess.run(command, capture_output=True).returncode == 0


def need_bubblewrap() -> None:
    if not bubblewrap_works():
        leave_out(BUBBLEWRAP)


needs_numba = pytest.mark.skipif(
    find_spec("numba") is None and not os.environ.get("CI"),
    reason=f"{SAYS}{NUMBA}; cure: {CURES[NUMBA]}",
)
# In CI, too: `make check` does not install the extra, and the book is checked where it is made.
needs_sphinx = pytest.mark.skipif(
    find_spec("sphinx") is None,
    reason=f"{SAYS}{SPHINX}; cure: {CURES[SPHINX]}",
)


def tally(reasons: Iterable[tuple[str, str]]) -> dict[str, tuple[str, dict[str, int]]]:
    """Need → its cure, and how many tests of which file were left out; from names and reasons."""
    found: dict[str, tuple[str, dict[str, int]]] = {}
    for name, reason in reasons:
        need = reason.partition(SAYS)[2].partition("; cure: ")[0]
        if need in CURES:
            _, counts = found.setdefault(need, (CURES[need], {}))
            file = name.partition("::")[0]
            counts[file] = counts.get(file, 0) + 1
    return found
