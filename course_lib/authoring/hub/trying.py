"""`make hub`: a hub on this machine alone, for whoever wants to see it."""

from __future__ import annotations

import os
import secrets

from course_lib.authoring.launcher import Course
from course_lib.authoring.prepare import ROOT


def hub(course: Course) -> int:
    """Any name logs in with the password that is printed; a class's hub is in TEACHING.md."""
    password = os.environ.setdefault("COURSE_HUB_TRY", secrets.token_urlsafe(6))
    os.environ.setdefault("COURSE_HUB", str(ROOT / "dist/hub"))
    url = os.environ.setdefault("COURSE_HUB_URL", "http://127.0.0.1:8000/lstm/")
    print(f"{url}  any name, password {password}", flush=True)
    return course.become("-m jupyterhub -f course_lib/authoring/hub/jupyterhub_config.py")
