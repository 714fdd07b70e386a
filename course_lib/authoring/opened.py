"""What the commands open in a browser: JupyterLab over the course, a notebook on stage."""

from __future__ import annotations

import os
import shutil
import sys

from course_lib.authoring import working_copy
from course_lib.authoring.launcher import Course
from course_lib.authoring.notebooks import chosen
from course_lib.authoring.prepare import ROOT


def jupyterlab(course: Course, address: str) -> int:
    """Open JupyterLab over the whole course, at an address within it."""
    options = ["--ServerApp.root_dir=.", f"--LabApp.default_url={address}"]
    if getattr(os, "geteuid", lambda: 1)() == 0:
        options.append("--allow-root")  # in a container root is often the only user
    screens = ("DISPLAY", "WAYLAND_DISPLAY")
    if not any(map(os.environ.get, screens)) and sys.platform not in ("darwin", "win32"):
        options.append("--no-browser")  # the printed address is what to open elsewhere
    return course.become(" ".join(["-m jupyterlab", *options, "{LAB_ARGS}"]))


def present(course: Course) -> int:
    """The settings for the stage lie beside the user's own; what is changed there stays."""
    theirs, ours = course.venv / "present", ROOT / "course_lib/authoring/present"
    for file in ours.rglob("*.jupyterlab-settings"):
        target = theirs / file.relative_to(ours)
        if not target.exists():
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, target)
    os.environ["JUPYTERLAB_SETTINGS_DIR"] = str(theirs)
    try:
        first, *_ = chosen(course.settings["ONLY"], sorted(ROOT.glob("notebooks/*.ipynb")))
    except ValueError as fault:
        print(fault, file=sys.stderr)
        return 1
    place = f"{working_copy.NAME}/notebooks/{first.name}"
    return jupyterlab(course, f"/doc/workspaces/present/tree/{place}")
