"""Tasks to train on, each giving batches, a loss and a measure of success.

Each lives in its own module, which is loaded when it is first asked for:

    from course_lib.tasks import reber, adding, chorales
    from course_lib.tasks import Reber, Adding, Chorales
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "Task": "task",
    "Reber": "reber",
    "Adding": "adding",
    "Counting": "counting",
    "TemporalOrder": "temporal_order",
    "Timing": "timing",
    "Permutations": "permutations",
    "FirstSign": "first_sign",
    "Chorales": "chorales",
}
__all__ = list(_HOMES)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
