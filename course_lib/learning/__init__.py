"""Learning: a network is a cell, a read-out and a loss; an optimiser trains it on a task.

Each name lives in a module of its own, which is loaded when it is first asked for:

    from course_lib.learning import Adam, Network, train
"""

from importlib import import_module
from typing import Any

_HOMES = {
    "Batch": "network",
    "Network": "network",
    "Bernoulli": "losses",
    "Categorical": "losses",
    "SquaredError": "losses",
    "Adam": "optim",
    "Nesterov": "optim",
    "History": "history",
    "train": "training",
    "over_seeds": "experiments",
    "trained": "experiments",
}
__all__ = list(_HOMES)


def __dir__() -> list[str]:
    return sorted([*globals(), *_HOMES])


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
