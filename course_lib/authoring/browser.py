"""Which browser the tests and timings drive: Chromium, Chrome or Edge, whichever starts here.

    python -m course_lib.authoring.browser            which one, or why none
    python -m course_lib.authoring.browser --fetch    download Playwright's own, without root

Whoever opens a browser asks `launch`. COURSE_BROWSER names a program that is to be used and no
other.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from course_lib.environment import MAKE

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

NAMES = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome",
    "microsoft-edge", "microsoft-edge-stable", "msedge",
)  # fmt: skip
CHANNELS = ("chrome", "msedge")  # Playwright knows where these are installed on each system
# A container's only user is often root, for whom Chromium has no sandbox; pages are the course's.
ARGS = ["--no-sandbox", "--disable-background-networking"]
CURE = f"{MAKE} browser-fetch"


class NoBrowserError(Exception):
    """No browser starts here; the message says what was tried, and the cure."""


def candidates() -> Iterator[tuple[str, dict[str, Any]]]:
    """Each browser's name and what Playwright is told of it, in the order they are tried."""
    named = os.environ.get("COURSE_BROWSER")
    if named:
        yield named, {"executable_path": os.path.expanduser(named)}
        return
    for name in NAMES:
        path = shutil.which(name)
        if path:
            yield path, {"executable_path": path}
    for channel in CHANNELS:
        yield f"installed {channel}", {"channel": channel}
    yield "Playwright's own", {}


def launch(playwright: Playwright) -> Browser:
    """The first browser that starts, headless, with nothing going on behind the page.

    Raises NoBrowserError where none does.
    """
    from playwright.sync_api import Error

    tried = []
    for name, how in candidates():
        try:
            return playwright.chromium.launch(args=ARGS, **how)
        except Error as error:
            tried.append(f"  {name}: {error.message.strip().splitlines()[0]}")
    raise NoBrowserError("\n".join(["No browser starts here:", *tried, f"Cure: {CURE}"]))


def fetch() -> int:
    """Download the browser that belongs to this Playwright, into the user's cache."""
    command = [sys.executable, "-m", "playwright", "install", "--only-shell", "chromium"]
    code = subprocess.run(command).returncode
    if code:
        print("It could not be downloaded; a browser of the system serves as well.")
    return code


def main() -> int:
    from playwright.sync_api import sync_playwright

    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--fetch", action="store_true", help="download Playwright's own")
    if parser.parse_args().fetch and (code := fetch()):
        return code
    with sync_playwright() as playwright:
        try:
            browser = launch(playwright)
        except NoBrowserError as error:
            print(error, file=sys.stderr)
            return 1
        print(f"{browser.browser_type.name} {browser.version} answers.")
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
