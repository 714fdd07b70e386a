"""What tests of grading share: a sandbox, or a word why there is none."""

from __future__ import annotations

import pytest

from tests.needs import need_bubblewrap


@pytest.fixture(scope="session")
def sandboxed() -> None:
    """Leaves a test out where this machine cannot hold a student's code; in CI it fails."""
    need_bubblewrap()
