"""A notebook exported to a page of HTML: the valves turn there without a kernel."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
from pathlib import Path

import anywidget
import pytest
from playwright.sync_api import expect

from tests.browser.lab import LOCAL, from_npm, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BESIDE = {
    "require.js": "requirejs/require.js",
    "jquery.js": "jquery/dist/jquery.min.js",
    "widgets.js": "@jupyter-widgets/html-manager/dist/embed-amd.js",
}
CELLS = {
    "start": "from course_lib import valves",
    "by-hand": "valves.by_hand(f=0.5)",
    "quiz": "from course_lib.checks import quiz\n\nquiz('00.2')",
    "one-step": "valves.one_step('gru', a_z=0.0)",
    "gradient": "valves.gradient('peephole')",
}


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """The address of the page, with all that it needs beside it."""
    import nbformat
    from nbclient import NotebookClient
    from nbconvert import HTMLExporter

    folder = tmp_path_factory.mktemp("exported")
    for name, path in BESIDE.items():
        shutil.copy(from_npm(path), folder / name)
    script = Path(anywidget.__file__).parent / "nbextension" / "index.js"
    shutil.copy(script, folder / "anywidget.js")
    notebook = nbformat.read(folder / write(folder, "valves.ipynb", CELLS), as_version=4)
    NotebookClient(notebook, timeout=120, kernel_name="python3").execute()
    page = HTMLExporter(
        require_js_url="require.js",
        jquery_url="jquery.js",
        widget_renderer_url="widgets.js",
        mathjax_url="",
    )
    html, _ = page.from_notebook_node(notebook)
    (folder / "valves.html").write_text(html, encoding="utf-8")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args) -> None:
            pass

    serve = functools.partial(Quiet, directory=str(folder))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/valves.html"
    server.shutdown()


def test_the_valves_turn_without_a_kernel(exported, chromium):
    page = chromium.new_page(viewport={"width": 700, "height": 900})
    errors, elsewhere = [], []
    page.on("pageerror", lambda error: errors.append(str(error)))
    hosts = tuple(f"http://{host}" for host in LOCAL if host)
    page.on(
        "request",
        lambda r: (
            elsewhere.append(r.url) if not r.url.startswith((*hosts, "data:", "blob:")) else None
        ),
    )
    page.goto(exported)
    drawings = page.locator(".valves")
    expect(drawings).to_have_count(3, timeout=30_000)
    for number, (slider, times, before, after) in enumerate(
        [(2, 5, "f = 0.50", "f = 0.55"), (2, 10, "z = 0.50", "z = 0.73"), (0, 0, "δh", "δh")]
    ):
        drawing = drawings.nth(number)
        expect(drawing.locator("svg")).to_contain_text(before)
        handle = page.locator(".valves-scene").nth(number).locator(".noUi-handle").nth(slider)
        handle.focus()
        for _ in range(times):
            page.keyboard.press("ArrowRight")
        expect(drawing.locator("svg")).to_contain_text(after)
        fits = "(el) => el.getBoundingClientRect().right <= window.innerWidth"
        assert drawing.evaluate(fits)
    assert errors == [] and elsewhere == []
    page.close()


def test_a_closed_question_answers_without_a_kernel(exported, chromium):
    page = chromium.new_page(viewport={"width": 700, "height": 900})
    page.goto(exported)
    choices = page.locator(".quiz-choice")
    expect(choices).to_have_count(4, timeout=30_000)
    for place, verdict in ((1, "Not this one."), (0, "Right.")):
        choices.nth(place).focus()
        page.keyboard.press("Space")
        expect(page.locator(".quiz-why").nth(place)).to_contain_text(verdict)
    page.close()
