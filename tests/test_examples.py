"""The examples in docstrings give what they say."""

import doctest
import importlib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "course_lib"
MODULES = [
    ".".join(file.relative_to(PACKAGE.parent).with_suffix("").parts).removesuffix(".__init__")
    for file in sorted(PACKAGE.rglob("*.py"))
    if "\n    >>> " in file.read_text(encoding="utf-8")
]
# What a learner calls, and so has an example each.
CALLED = (
    "cells.lstm",
    "cells.cell",
    "sequence.engine",
    "sequence.gradcheck",
    "readings.listing",
    "learning.network",
    "learning.losses",
    "learning.optim",
    "learning.training",
)


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    found = doctest.testmod(importlib.import_module(name))
    assert found.attempted and not found.failed, name


def test_what_a_learner_calls_has_an_example():
    assert {f"course_lib.{name}" for name in CALLED} <= set(MODULES)
