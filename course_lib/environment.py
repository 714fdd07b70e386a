"""The self-test of the environment that notebook 00 begins with.

from course_lib.environment import check
check()
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from importlib import metadata
from pathlib import Path
from typing import NamedTuple

from course_lib import lite
from course_lib.files import COURSE, cache_folder

STUDY = "odyssey"  # the extra that notebook 05 needs; `make lab` installs it
RELOAD = "reload the page; if that does not help, clear this site's data in the browser"
# How the course's commands are called here: Windows has no make.
MAKE = "py course_lib" if os.name == "nt" else "make"
LAB = "`py course_lib lab`" if os.name == "nt" else "`make lab` (or `python3 course_lib lab`)"
AGAIN = f"close JupyterLab and run {LAB} again"


def lab_with(version: str) -> str:
    """The command that sets up with another Python, of this version, and opens the course."""
    return (
        f"py -{version} course_lib lab" if os.name == "nt" else f"make lab PYTHON=python{version}"
    )


class Row(NamedTuple):
    """One thing looked at: what was found, whether that will do, and the cure where it will not."""

    what: str
    found: str
    good: bool
    cure: str = ""


def python_row() -> Row:
    version = ".".join(map(str, sys.version_info[:3]))
    return Row("Python", version, sys.version_info >= (3, 11), lab_with("3.13"))


def package_rows() -> list[Row]:
    """A row for each package that the course asks for, against its lower bound."""
    from packaging.requirements import Requirement

    try:
        asked = [Requirement(line) for line in metadata.requires(COURSE) or []]
    except metadata.PackageNotFoundError:
        return [Row("course_lib", "not installed in this Python", False, AGAIN)]
    # the page loads what the study needs once it is imported
    extra = "" if lite.in_browser() else STUDY
    rows = [Row("course_lib", metadata.version(COURSE), True)]
    for need in asked:
        if need.marker is not None and not need.marker.evaluate({"extra": extra}):
            continue
        try:
            found = metadata.version(need.name)
        except metadata.PackageNotFoundError:
            rows.append(Row(need.name, "missing", False, AGAIN))
            continue
        fits = need.specifier.contains(found, prereleases=True)
        rows.append(Row(need.name, found, fits, f"{need.specifier} is needed: {AGAIN}"))
    return rows


def kernel_row() -> Row:
    """Whether notebooks whose kernel is called python3 run in the Python that this runs in."""
    from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel

    cure = f"in the menu: Kernel, Change Kernel, Python 3 (ipykernel); or start with {LAB}"
    try:
        command = KernelSpecManager().get_kernel_spec("python3").argv[0]
    except NoSuchKernel:
        return Row("kernel", "no kernel is called python3", False, AGAIN)
    # a bare name stands for the Python that asks; a path names another one, or this one
    bare = re.fullmatch(r"python[\d.]*(\.exe)?", command) is not None
    good = bare or Path(command).parent == Path(sys.executable).parent
    return Row("kernel", "this environment" if good else command, good, cure)


def sliders_row() -> Row:
    part = "share/jupyter/labextensions/@jupyter-widgets/jupyterlab-manager"
    good = (Path(sys.prefix) / part).exists()
    return Row("sliders in JupyterLab", "ready" if good else "their part is missing", good, AGAIN)


def cache_row() -> Row:
    """Whether the course can write where it keeps what it builds, or finds all there already."""
    from course_lib.tasks.chorales.data import cache_path

    folder = cache_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        if cache_path().exists():  # of a hub, which keeps them for a whole class
            return Row("cache folder", "holds the chorales, for reading", True)
        cure = "name a folder you may write to in COURSE_CACHE, and start JupyterLab again"
        return Row("cache folder", f"{folder}: {error.strerror}", False, cure)
    return Row("cache folder", "writable", True)


def drive_row() -> Row:
    """Whether the page has a drive that the browser keeps, for notebooks and progress."""
    kept = lite.DRIVE.is_dir()
    found = "kept in this browser" if kept else "lost when the page is closed"
    return Row("your work", found, kept, RELOAD)


def rows() -> list[Row]:
    """Everything that is looked at, in order."""
    if lite.in_browser():
        return [python_row(), *package_rows(), drive_row()]
    return [python_row(), *package_rows(), kernel_row(), sliders_row(), cache_row()]


def check() -> None:
    """Print a short table of what was looked at, with the cure for each failure."""
    looked_at = rows()
    width = max(len(row.what) for row in looked_at)
    for row in looked_at:
        print(f"{'ok ' if row.good else 'NOT'}  {row.what:<{width}}  {row.found}")
        if not row.good:
            print(f"     {'':<{width}}  cure: {row.cure}")
    bad = sum(not row.good for row in looked_at)
    print(f"\n{bad} of {len(looked_at)} need a cure, see above." if bad else "\nAll is ready.")
