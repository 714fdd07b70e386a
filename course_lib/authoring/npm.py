"""What comes from npm, beside the environment's Python packages."""

from __future__ import annotations

import shutil
import sys

from course_lib.authoring import jobs
from course_lib.authoring.launcher import Course

NPM = (
    "axe-core@4", "jquery@3", "requirejs@2", "@jupyter-widgets/html-manager@1", "mathjax@3",
    "reveal.js@4.6.1",
)  # fmt: skip


def browser_packages(course: Course) -> int:
    """What comes from npm: for the slides reveal.js, MathJax and what lets a widget live in a page
    without a kernel; for the browser tests axe-core too, which looks for barriers in a page.
    """
    return _installed(course, "browser", "reveal.js", NPM)


def hub_proxy(course: Course) -> int:
    """What stands before a hub's servers; JupyterHub's own wheel does not bring it."""
    return _installed(course, "hub", "configurable-http-proxy", ("configurable-http-proxy@5",))


def _installed(course: Course, folder: str, last: str, packages: tuple[str, ...]) -> int:
    """Packages in a folder of the environment, unless `last` of them is there already."""
    place = course.venv / folder
    if (place / "node_modules" / last).exists():
        return 0
    npm = shutil.which("npm")
    if npm is None:
        print("No npm here. Cure: install Node.js (nodejs.org).", file=sys.stderr)
        return 1
    return jobs.run([npm, "install", "--silent", "--no-save", "--prefix", str(place), *packages])


def browser_packages_if_possible(course: Course) -> int:
    """Without them slides and tests say what is missing themselves."""
    browser_packages(course)
    return 0
