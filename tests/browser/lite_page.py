"""The browser edition as built, offered on this machine, and a notebook open in it."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psutil

NOTEBOOK = "window.jupyterapp.shell.currentWidget"
SHOWN = """path => {
    const shown = window.jupyterapp?.shell.currentWidget; // at first what was open the last time
    return shown?.context?.path === path && shown.content?.widgets?.length > 2;
}"""
KERNEL = f"""async () => {{
    await {NOTEBOOK}.sessionContext.ready;
    await {NOTEBOOK}.sessionContext.session.kernel.info;
}}"""
RUN = f"""async (k) => {{
    const notebook = {NOTEBOOK}.content;
    notebook.activeCellIndex = k;
    await notebook.scrollToItem(k, "start");
    await window.jupyterapp.commands.execute("notebook:run-cell");
    return notebook.widgets[k].model.sharedModel.toJSON().outputs;
}}"""
NOWHERE = "http://127.0.0.1:9"  # the discard port: what is asked of another host ends here


class Files(http.server.SimpleHTTPRequestHandler):
    """Offers a folder, counts the bytes of what was asked for, and says nothing."""

    sent: int = 0

    def log_message(self, *_: Any) -> None:
        pass

    def copyfile(self, source: Any, outputfile: Any) -> None:
        data = source.read()
        Files.sent += len(data)
        with suppress(ConnectionError):  # a page that goes away asks for no more
            outputfile.write(data)


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """The address at which the files of a folder are offered."""
    offers = partial(Files, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), offers) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}/"
        server.shutdown()


def used(process: psutil.Process) -> float:
    """Processor seconds of a process, of those it has and of those it had."""
    total = 0.0
    for one in (process, *process.children(recursive=True)):
        try:
            times = one.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
        if one == process:
            total += times.children_user + times.children_system
    return total


def alone(browser: Any, **options: Any) -> Any:
    """A browser's fresh context that reaches this machine and no other."""
    proxy = {"server": NOWHERE, "bypass": "localhost"}
    return browser.new_context(proxy=proxy, viewport={"width": 1280, "height": 900}, **options)


class LitePage:
    """A notebook open in the browser edition, with what went wrong and what was asked elsewhere."""

    def __init__(self, context: Any, address: str) -> None:
        self.address = address
        self.errors: list[str] = []
        self.elsewhere: list[str] = []
        self.page = context.new_page()
        context.on("request", self._note)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("console", self._hear)

    def _note(self, request: Any) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https", "ws", "wss") and parts.hostname != "localhost":
            self.elsewhere.append(request.url)

    def _hear(self, message: Any) -> None:
        where = message.location.get("url", "")
        # a browser asks every host for its small picture, which is not this folder's to give
        if message.type == "error" and not where.endswith("/favicon.ico"):
            self.errors.append(f"{message.text} {where}")

    def open(self, notebook: str, seconds: float = 300) -> None:
        """Open a notebook, as a visitor's first page, and wait until Python answers."""
        self.page.set_default_timeout(seconds * 1000)
        self.page.goto(f"{self.address}lab/index.html?path={notebook}")
        self.page.wait_for_function(SHOWN, arg=notebook)
        self.page.evaluate(KERNEL)

    def cells(self) -> list[dict[str, Any]]:
        return self.page.evaluate(f"() => {NOTEBOOK}.content.model.toJSON().cells")

    def at(self, ident: str) -> int:
        return next(k for k, cell in enumerate(self.cells()) if cell["id"] == ident)

    def write(self, ident: str, source: str) -> None:
        """Put a text into a cell."""
        set_ = f"([k, s]) => {NOTEBOOK}.content.widgets[k].model.sharedModel.setSource(s)"
        self.page.evaluate(set_, [self.at(ident), source])

    def execute(self, code: str) -> None:
        """Run code in the notebook's kernel, in no cell."""
        kernel = f"{NOTEBOOK}.sessionContext.session.kernel"
        run = f"async code => {{ await {kernel}.requestExecute({{ code }}).done; }}"
        self.page.evaluate(run, code)

    def save(self) -> None:
        self.page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")

    def run(self, ident: str, seconds: float = 600) -> list[dict[str, Any]]:
        """Run a cell → its outputs."""
        self.page.set_default_timeout(seconds * 1000)
        outputs = self.page.evaluate(RUN, self.at(ident))
        self.page.set_default_timeout(60_000)
        return outputs

    def show_file(self, path: str) -> Any:
        """A file's line in the list of files, whose folder is opened there."""
        go = "path => window.jupyterapp.commands.execute('filebrowser:open-path', { path })"
        folder, _, name = path.rpartition("/")
        self.page.evaluate(go, f"/{folder}")
        return self.page.locator(".jp-DirListing-item", has_text=name)

    def download(self, path: str) -> bytes:
        """What comes where a file is chosen for downloading in the list of files."""
        self.show_file(path).click(button="right")
        with self.page.expect_download() as coming:
            self.page.get_by_role("menuitem", name="Download", exact=True).click()
        return coming.value.path().read_bytes()

    def upload(self, path: str, data: bytes) -> None:
        """Put a file into the list of files, from elsewhere on the visitor's machine."""
        line = self.show_file(path)
        with self.page.expect_file_chooser() as chooser:
            self.page.locator("jp-button[data-command='filebrowser:upload'], .jp-id-upload").click()
        name = path.rpartition("/")[2]
        chooser.value.set_files(
            {"name": name, "mimeType": "application/octet-stream", "buffer": data}
        )
        line.wait_for()
        if name.endswith(".json"):  # which JupyterLab then shows, in a tab of its own
            self.page.get_by_role("tab", name=name).wait_for()
            self.page.get_by_role("tab", name=".ipynb").click()

    def cell(self, ident: str) -> Any:
        """A cell of the page; `run` has scrolled to it."""
        return self.page.locator(f'.jp-Cell[data-windowed-list-index="{self.at(ident)}"]')


def said(outputs: list[dict[str, Any]]) -> str:
    """What a cell printed, displayed as text, or failed with."""
    words = []
    for output in outputs:
        if output["output_type"] == "error":
            words.append(f"ERROR {output['ename']}: {output['evalue']}")
        else:
            text = output.get("text", output.get("data", {}).get("text/plain", ""))
            words.append("".join(text))
    return "\n".join(words)


def shows_a_bar(outputs: list[dict[str, Any]]) -> bool:
    """Is there a bar of progress among them, the course's own or tqdm's?"""
    words = [output.get("text", output.get("data", {}).get("text/html", "")) for output in outputs]
    return any("data-progress" in text or "%|" in text for text in map("".join, words))
