"""Tests of the compiled engine need numba; in CI they may not be left out."""

import os
from importlib.util import find_spec

import pytest

needs_numba = pytest.mark.skipif(
    find_spec("numba") is None and not os.environ.get("CI"),
    reason="no numba here: install the extra `fast` to compare the compiled engine",
)
