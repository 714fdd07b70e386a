"""JupyterLab as installed, and a notebook open in it, for a browser to look at."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from tests.needs import NPM, leave_out

ROOT = Path(__file__).resolve().parents[2]
LOCAL = ("localhost", "127.0.0.1", "")
NODE_MODULES = Path(sys.prefix) / "browser" / "node_modules"
# How long a test waits for what must come; one that passes waits no longer than it takes.
PATIENCE = 120_000  # ms for a page to do something; a busy machine is slow, and not wrong
RUN = 1_200_000  # ms for a notebook to run from its first cell to its last


def from_npm(path: str) -> Path:
    """A file of one of npm's packages."""
    file = NODE_MODULES / path
    if not file.exists():
        leave_out(NPM, f"no {path} here")
    return file


@contextmanager
def jupyterlab(folder: Path, home: Path) -> Iterator[str]:
    """The address of a JupyterLab over a folder, with settings of its own in `home`."""
    info = home / "runtime"
    settings = {f"JUPYTER_{what}_DIR": str(home / what.lower()) for what in ("CONFIG", "DATA")}
    settings |= {"JUPYTER_RUNTIME_DIR": str(info), "JUPYTERLAB_SETTINGS_DIR": str(home / "user")}
    options = ["--no-browser", "--port=0", "--IdentityProvider.token=", "--expose-app-in-browser"]
    options += ["--LabApp.news_url=", "--allow-root", f"--ServerApp.root_dir={folder}"]
    with (home / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "jupyterlab", *options],
            env={**os.environ, **settings, "JUPYTER_PREFER_ENV_PATH": "1"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            yield _address(server, info, home / "log")
        finally:
            server.terminate()
            try:
                server.wait(timeout=PATIENCE / 1000)
            except subprocess.TimeoutExpired:
                server.kill()


def _address(server: subprocess.Popen, info: Path, log: Path, patience: float = 300) -> str:
    """Where the server says it listens, once it answers; no proxy stands between.

    In a fresh environment it reads a thousand modules first, beside whatever else is tested.
    """
    ask = urllib.request.build_opener(urllib.request.ProxyHandler({})).open
    end = time.monotonic() + patience
    while time.monotonic() < end and server.poll() is None:
        for file in info.glob("jpserver-*.json"):
            try:
                address = json.loads(file.read_text())["url"]
                ask(address + "api/status", timeout=5).close()
            except (OSError, ValueError):
                continue
            return address
        time.sleep(0.2)
    raise RuntimeError(f"JupyterLab did not answer:\n{log.read_text()}")


def patient(page):
    """A page that is waited for as long as a slow machine may need."""
    page.set_default_timeout(PATIENCE)
    return page


def change_theme(page, theme: str) -> None:
    """Give JupyterLab a theme, and wait until what it shows meanwhile is gone: two changes at once
    take that off the page twice, an error of JupyterLab's own."""
    command = "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
    page.evaluate(command, theme)
    light = str("Light" in theme).lower()
    page.wait_for_function(f"document.body.dataset.jpThemeLight === '{light}'")
    page.locator("#jupyterlab-splash").wait_for(state="detached")


# What a function says of the dots of a box, four numbers each, on a picture of the page.
PAINTED = """async ([data, box]) => {
    const image = new Image();
    image.src = "data:image/png;base64," + data;
    await image.decode();
    const canvas = new OffscreenCanvas(image.width, image.height).getContext("2d");
    canvas.drawImage(image, 0, 0);
    return (%s)(canvas.getImageData(box.x, box.y, box.width, box.height).data);
}"""


def painted(page, boxes: list[dict], says: str) -> list[float]:
    """What a function of JavaScript says of each box of the page, as it is painted now."""
    shot = base64.b64encode(page.screenshot()).decode()
    return [page.evaluate(PAINTED % says, [shot, box]) for box in boxes]


class Page:
    """A notebook open in JupyterLab, with what the page complained of and where it went."""

    def __init__(self, page, address: str, notebook: str) -> None:
        self.page = patient(page)
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        page.on("pageerror", self._fail)
        page.on("console", self._hear)
        page.on("request", self._note)
        page.goto(f"{address}lab/tree/{notebook}?reset")
        page.wait_for_selector(".jp-Notebook .jp-Cell")
        page.wait_for_function(
            "window.jupyterapp?.shell.currentWidget?.sessionContext?.session?.kernel"
            "?.status === 'idle'"
        )

    def _fail(self, error) -> None:
        # anywidget says so of a script that took longer than two seconds, as on a busy machine when
        # sixty are shown at once; it draws all the same. One that fails is told by another error.
        if "[anywidget] Failed to initialize model" not in str(error):
            self.errors.append(str(error))

    def _note(self, request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname not in LOCAL:
            self.elsewhere.append(request.url)

    def _hear(self, message) -> None:
        # JupyterLab's own complaints name files of its own; the widgets' come from the page.
        if message.type == "error" and "valves" in message.text + str(message.location):
            self.errors.append(message.text)

    def run_all(self) -> None:
        """Run every cell, and wait until the last one is done, or RUN is over."""
        self.page.evaluate(
            "() => { window.ran = false;"
            " window.jupyterapp.commands.execute('notebook:run-all-cells')"
            ".finally(() => { window.ran = true; }); }"  # evaluate itself would wait for ever
        )
        self.page.wait_for_function("() => window.ran", timeout=RUN, polling=200)

    def cells(self) -> list[dict]:
        """The notebook's cells as they now stand."""
        model = "window.jupyterapp.shell.currentWidget.content.model.toJSON().cells"
        return self.page.evaluate(f"() => {model}")

    def cell(self, ident: str):
        """One cell of the page, scrolled to."""
        index = next(k for k, cell in enumerate(self.cells()) if cell["id"] == ident)
        self.page.evaluate(
            "async (k) => { const n = window.jupyterapp.shell.currentWidget.content;"
            " n.activeCellIndex = k; await n.scrollToItem(k, 'start'); }",
            index,
        )
        return self.page.locator(f'.jp-Cell[data-windowed-list-index="{index}"]')


def write(folder: Path, name: str, cells: dict[str, str]) -> str:
    """Put a notebook of these code cells, named by their ids, into a folder."""
    import nbformat

    made = nbformat.v4.new_notebook()
    made.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3 (ipykernel)",
        "language": "python",
    }
    for ident, source in cells.items():
        made.cells.append(nbformat.v4.new_code_cell(source, id=ident))
    nbformat.write(made, folder / name)
    return name
