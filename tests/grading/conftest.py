"""What tests of grading share: a sandbox, or a word why there is none."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest


@pytest.fixture(scope="session")
def sandboxed() -> None:
    """Leaves a test out where this machine cannot hold a student's code; in CI it fails."""
    bubblewrap = shutil.which("bwrap")
    if bubblewrap:
        tried = [bubblewrap, "--unshare-all", "--ro-bind", "/", "/", "true"]
        if subprocess.run(tried, capture_output=True).returncode == 0:
            return
    if os.environ.get("CI"):
        pytest.fail("no bubblewrap that works here, and CI must run this")
    pytest.skip("no bubblewrap that works here: apt-get install bubblewrap")
