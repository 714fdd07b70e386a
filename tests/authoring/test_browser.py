"""Which browser is taken: the first that starts, or the one named by hand and no other."""

from __future__ import annotations

import shutil
from types import SimpleNamespace
from typing import Any

import pytest
from playwright.sync_api import Error

from course_lib.authoring import browser, commands


@pytest.fixture(autouse=True)
def machine(monkeypatch):
    """A machine with Chromium and Edge on its path, and nobody's own choice."""
    monkeypatch.delenv("COURSE_BROWSER", raising=False)
    there = {name: f"/usr/bin/{name}" for name in ("chromium", "microsoft-edge")}
    monkeypatch.setattr(shutil, "which", there.get)


def playwright(*starts: str) -> Any:
    """A Playwright on a machine where only these start; what it was asked is in `asked`."""
    asked: list[str] = []

    def launch(*, args, **how):
        name = next(iter(how.values()), "own")
        asked.append(name)
        if name not in starts:
            raise Error(f"{name} does not start\nand much more")
        return name

    return SimpleNamespace(chromium=SimpleNamespace(launch=launch), asked=asked)


def test_the_first_that_starts_is_taken():
    assert browser.launch(playwright("/usr/bin/chromium", "chrome")) == "/usr/bin/chromium"
    assert browser.launch(playwright("/usr/bin/microsoft-edge", "own")) == "/usr/bin/microsoft-edge"
    assert browser.launch(playwright("chrome", "own")) == "chrome"


def test_playwrights_own_comes_last():
    machine = playwright("own")
    assert browser.launch(machine) == "own"
    assert machine.asked == [
        "/usr/bin/chromium", "/usr/bin/microsoft-edge", "chrome", "msedge", "own"
    ]  # fmt: skip


def test_one_named_by_hand_is_taken_or_missed(monkeypatch):
    monkeypatch.setenv("COURSE_BROWSER", "/opt/mine")
    assert browser.launch(playwright("/opt/mine", "own")) == "/opt/mine"
    with pytest.raises(browser.NoBrowserError, match="/opt/mine does not start"):
        browser.launch(playwright("own"))


def test_where_none_starts_each_is_named_with_its_reason_and_the_cure():
    with pytest.raises(browser.NoBrowserError) as caught:
        browser.launch(playwright())
    told = str(caught.value)
    assert told.count("does not start") == 5 and "and much more" not in told
    assert told.endswith("Cure: make browser-fetch") and "browser-fetch" in commands.COMMANDS
