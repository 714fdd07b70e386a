"""A hub as students meet it, on this machine alone."""

from __future__ import annotations

from importlib.util import find_spec

import pytest

from tests.hub.running import PROXY, Hub, hub
from tests.needs import HUB, leave_out


def pytest_addoption(parser) -> None:
    parser.addoption("--students", type=int, default=3, help="how many come at once")


@pytest.fixture(scope="module")
def running(tmp_path_factory):
    if find_spec("jupyterhub") is None or not PROXY.exists():
        leave_out(HUB)
    with hub(tmp_path_factory.mktemp("hub")) as there:
        yield there


@pytest.fixture(scope="module")
def students(request, running: Hub) -> dict[str, dict]:
    """Each student's server, begun at once: how long it took, and what memory it has."""
    return running.come_in([f"student{k}" for k in range(request.config.getoption("students", 3))])
