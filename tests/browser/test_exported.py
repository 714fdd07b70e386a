"""A notebook exported to a page of HTML: the valves turn there without a kernel."""

from __future__ import annotations

import functools
import http.server
import shutil
import threading
import urllib.request
from pathlib import Path

import anywidget
import pytest
from playwright.sync_api import expect

from course_lib.authoring.described import Described
from tests.browser.lab import LOCAL, from_npm, patient, write

pytestmark = [pytest.mark.browser, pytest.mark.slow]

BESIDE = {
    "require.js": "requirejs/require.js",
    "jquery.js": "jquery/dist/jquery.min.js",
    "widgets.js": "@jupyter-widgets/html-manager/dist/embed-amd.js",
}
NETWORK = """
import numpy as np
from course_lib import valves
from course_lib.cells import LSTM
from course_lib.learning.losses import Categorical
from course_lib.learning.network import Network

rng = np.random.default_rng(0)
net = Network(LSTM(3, 4, rng=rng), 3, Categorical(), rng=rng)
"""
CELLS = {
    "start": NETWORK,
    "by-hand": "valves.by_hand(f=0.5)",
    "quiz": "from course_lib.checks import quiz\n\nquiz('00.2')",
    "one-step": "valves.one_step('gru', a_z=0.0)",
    "gradient": "valves.gradient('peephole')",
    "inside": "valves.inside(net, np.eye(3)[[0, 1, 2, 0, 1]][:, None], labels='abcab')",
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
    NotebookClient(notebook, timeout=600, kernel_name="python3").execute()
    page = HTMLExporter(
        require_js_url="require.js",
        jquery_url="jquery.js",
        widget_renderer_url="widgets.js",
        mathjax_url="",
        preprocessors=[Described],
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
    page = patient(chromium.new_page(viewport={"width": 700, "height": 900}))
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
    expect(drawings).to_have_count(4)
    for number, (slider, times, before, after) in enumerate(
        [(1, 5, "f = 0.50", "f = 0.55"), (1, 10, "z = 0.50", "z = 0.73"), (0, 0, "δh", "δh")]
    ):
        drawing = drawings.nth(number)
        svg = drawing.locator(".valves-stage > svg")
        expect(svg).to_contain_text(before)
        handle = page.locator(".valves-scene").nth(number).locator(".noUi-handle").nth(slider)
        for _ in range(times):
            handle.press("ArrowRight")
        expect(svg).to_contain_text(after)
        fits = "(el) => el.getBoundingClientRect().right <= window.innerWidth"
        assert drawing.evaluate(fits)
    words = drawings.nth(3).locator(".valves-words")
    held = page.locator(".valves-scene").nth(3)
    held.get_by_label("hold a valve").check()
    held.locator(".noUi-handle").nth(2).press("ArrowLeft")
    expect(words).to_contain_text("forget valve f held at 0.99")  # with no kernel to ask
    assert page.locator('img[alt^="LSTM, by hand"]').count() == 1
    expect(page.locator('img[alt^="LSTM, by hand"]')).to_be_hidden()  # the drawing itself is there
    signs = page.locator(".jupyter-widgets-disconnected")
    shown = "(nodes) => nodes.map((n) => getComputedStyle(n, '::before').content)"
    assert set(signs.evaluate_all(shown)) <= {"none"}
    letters = "(svg) => [...svg.querySelectorAll('.label')].map((n) => n.getBoundingClientRect())"
    heights = drawings.first.locator("svg").first.evaluate(letters)
    assert heights and min(box["height"] for box in heights if box["width"]) >= 12
    assert errors == [] and elsewhere == []
    page.close()


def test_without_a_network_the_stills_stand_there_with_their_descriptions(exported, chromium):
    """As `jupyter nbconvert --to html` writes it: what lets a widget live is on the web."""
    page = patient(chromium.new_page())
    page.route("**/*.js", lambda route: route.abort())
    page.goto(exported)
    stills = page.locator("img")
    assert stills.count() == 4
    for still in stills.all():
        assert still.is_visible() and still.get_attribute("alt")
        assert still.evaluate("(image) => image.complete && image.naturalWidth > 900")
    assert "No description has been provided" not in page.content()
    page.close()


def test_the_script_is_stored_once(exported):
    with urllib.request.urlopen(exported) as answer:
        html = answer.read().decode()
    assert html.count("function twoPipelines") == 1


def test_a_closed_question_answers_without_a_kernel(exported, chromium):
    page = patient(chromium.new_page(viewport={"width": 700, "height": 900}))
    page.goto(exported)
    choices = page.locator(".quiz-choice")
    expect(choices).to_have_count(4)
    for place, verdict in ((1, "Not this one."), (0, "Right.")):
        choices.nth(place).press("Space")
        expect(page.locator(".quiz-why").nth(place)).to_contain_text(verdict)
    page.close()
