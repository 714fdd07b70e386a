"""The web book as a reader has it: served from a folder, no other host there to be asked."""

from __future__ import annotations

import functools
import http.server
import posixpath
import re
import threading
import unicodedata
import zipfile
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit
from xml.etree import ElementTree

import nbformat
import pytest
from playwright.sync_api import expect

from course_lib.authoring.web.book import build, paper, sources
from course_lib.authoring.web.book.page import title
from tests.browser.lab import LOCAL, from_npm
from tests.needs import needs_sphinx

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    needs_sphinx,
    pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::PendingDeprecationWarning"),
]  # those are of Sphinx's readers

NOTEBOOKS = [path.removesuffix(".ipynb") for path in sources.notebooks()]
TEXTS = [path.rpartition(".")[0] for path in (*sources.MADE, *sources.LOOKED_UP, *sources.TEXTS)]
OTHERS = [
    "library/cells",
    "library/learning",
    "search",
    "genindex",
    "_modules/course_lib/cells/lstm",
]
PAGES = list(dict.fromkeys([*NOTEBOOKS, *TEXTS, *OTHERS]))

# Each place of a widget holds something, drawn or written, and a drawing has named its sliders.
ALIVE = """() => [...document.querySelectorAll(
    'script[type="application/vnd.jupyter.widget-view+json"]')].every((view) => {
        const made = view.parentElement.querySelector(".jupyter-widgets");
        return made?.querySelector("svg, input, button, .noUi-handle") || made?.textContent.trim();
    }) && !document.querySelector(".valves-scene [role=slider]:not([aria-label])")"""
# What a reader would have to push aside to see, but for what lies in a box that scrolls by itself.
TOO_WIDE = """() => [...document.querySelectorAll(".bd-article *, .bd-header *, footer *")].filter(
    (el) => {
    if (el.getBoundingClientRect().right <= innerWidth + 1) return false;
    let up = el.parentElement;
    while (up && !up.matches(".bd-article, .bd-header, footer")) {
        if (getComputedStyle(up).overflowX !== "visible") return false;
        up = up.parentElement;
    }
    return true;
}).map((el) => `${el.tagName} ${el.textContent.slice(0, 40)}`)
    .concat(document.documentElement.scrollWidth > innerWidth ? ["the page"] : [])"""
# Drawings have tests of their own (test_looks.py), and a formula's parts no colours of their own.
AXE = """async (rules) => (await axe.run({ exclude: ["mjx-container", ".valves"] },
    { runOnly: rules })).violations.filter((fault) => /serious|critical/.test(fault.impact)).map(
    (fault) => `${fault.id}, ${fault.nodes.length} times: ${fault.nodes[0].html.slice(0, 160)}`)"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """The book in a folder that holds a browser edition already."""
    from_npm("axe-core/axe.min.js")
    made = tmp_path_factory.mktemp("dist") / "web"
    there = made / build.LITE / "lab" / "index.html"
    there.parent.mkdir(parents=True)
    there.write_text("<!doctype html><title>the browser edition</title>", encoding="utf-8")
    build.build(made)
    return made


@pytest.fixture(scope="module")
def address(folder):
    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args) -> None:
            pass

    serve = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), serve) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://localhost:{server.server_port}"
        server.shutdown()


@pytest.fixture
def visit(address, chromium):
    """Open a page where no host but this one answers: the page, once its widgets live.

    What goes wrong on it is in page.complaints.
    """
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(120_000)
    complaints: list[str] = []

    def here_only(route):
        if urlsplit(route.request.url).hostname in LOCAL:
            route.continue_()
        else:
            complaints.append(f"asks {route.request.url}")
            route.abort()

    context.route("**/*", here_only)

    def open_(name):
        page = context.new_page()
        page.complaints = complaints
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda m: complaints.append(m.text) if m.type == "error" else None)
        page.goto(f"{address}/{name}.html")
        page.wait_for_function(ALIVE)
        page.add_style_tag(content="* { transition: none !important }")  # colours at once
        return page

    yield open_
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_works_for_everyone_and_asks_nobody_else(visit, name):
    page = visit(name)
    page.evaluate(from_npm("axe-core/axe.min.js").read_text(encoding="utf-8"))
    found = {}
    themes = {"light": ["wcag2a", "wcag2aa"], "dark": ["color-contrast"]}  # the rest is the same
    for theme, rules in themes.items():
        page.evaluate("(theme) => { document.documentElement.dataset.theme = theme }", theme)
        expect(page.locator("body")).to_have_attribute(
            "data-jp-theme-light", str(theme == "light").lower()
        )
        found[theme] = page.evaluate(AXE, rules)
    page.set_viewport_size({"width": 390, "height": 844})
    found["on a phone"] = page.evaluate(TOO_WIDE)
    assert found == {"light": [], "dark": [], "on a phone": []}
    assert page.complaints == []


def test_the_measures_find_what_they_look_for(visit):
    page = visit("glossary")
    page.evaluate(from_npm("axe-core/axe.min.js").read_text(encoding="utf-8"))
    page.add_style_tag(
        content=".bd-article p { color: #ccc; background: #fff } h1 { width: 700px }"
    )
    page.set_viewport_size({"width": 390, "height": 844})
    assert any(
        fault.startswith("color-contrast") for fault in page.evaluate(AXE, ["color-contrast"])
    )
    assert any(fault.startswith("H1") for fault in page.evaluate(TOO_WIDE))
    page.evaluate("fetch('https://example.org/').catch(() => 0)")
    assert any("example.org" in complaint for complaint in page.complaints)
    page.evaluate(
        "document.body.insertAdjacentHTML('beforeend', "
        "'<div><script type=\"application/vnd.jupyter.widget-view+json\"></script></div>')"
    )
    assert not page.evaluate(ALIVE)


def test_a_drawing_turns_and_hides_its_still(visit):
    page = visit("notebooks/03_coupled_valves")
    scene = page.locator(".valves-scene").first
    drawing = scene.locator(".valves-stage > svg")
    shown = drawing.text_content()
    handle = scene.locator(".noUi-handle").nth(1)
    handle.focus()
    page.keyboard.press("ArrowRight")
    expect(drawing).not_to_have_text(shown)
    expect(page.locator('img[alt^="CoupledLSTM, by hand"]')).to_be_hidden()
    expect(page.locator('img[alt^="A square"]')).to_be_visible()
    choice = page.locator(".quiz-choice").first
    choice.focus()
    page.keyboard.press("Space")
    expect(page.locator(".quiz-why").first).to_be_visible()


def test_a_page_tells_its_reading_time_and_runs_in_the_browser_edition(visit, folder):
    page = visit("notebooks/03_coupled_valves")
    expect(page.locator(".page-head")).to_contain_text("min to read")
    page.get_by_role("link", name="Run this page").click()
    assert urlsplit(page.url).query == "path=notebooks/03_coupled_valves.ipynb"
    assert page.title() == "the browser edition"  # it was there before the book, and stayed
    page = visit("notebooks/beyond/frameworks")  # which needs PyTorch
    assert page.get_by_role("link", name="Run this page").count() == 0


def test_search_finds_the_peepholes(visit):
    page = visit("search")
    page.goto(page.url + "?q=peephole")
    results = page.locator("#search-results li")
    expect(results.nth(10)).to_be_visible()  # they come one by one
    expect(page.locator("#search-results")).to_contain_text("02 · Peepholes")
    assert page.complaints == []


class Links(HTMLParser):
    """A page's links, and the places in it that links may name."""

    def __init__(self, page: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.feed(page.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attrs) -> None:
        given = dict(attrs)
        self.places |= {given[key] for key in ("id", "name") if given.get(key)}
        self.links += [given[key] for key in ("href", "src") if given.get(key)]


def test_every_link_within_the_book_leads_to_a_place(folder):
    pages = {page: Links(page) for page in folder.rglob("*.html") if "_static" not in page.parts}
    assert len(pages) > len(PAGES)
    lost = []
    for page, told in pages.items():
        for link in told.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            target = (page.parent / unquote(parts.path)).resolve() if parts.path else page
            place = unquote(parts.fragment)
            if not target.exists() or (place and place not in pages[target].places):
                lost.append(f"{page.relative_to(folder)}: {link}")
    assert lost == []


def test_the_library_s_source_is_there_without_what_checks_answers(folder):
    shown = {path.name for path in folder.glob("_modules/course_lib/*")}
    assert {"cells", "sequence", "learning"} <= shown
    assert not shown & {"checks", "checks.html", "grading", "grading.html"}


def test_the_pdf_has_every_notebook_where_its_contents_say(chromium, tmp_path):
    from pypdf import PdfReader

    made = tmp_path / "book.pdf"
    single = build.sphinx(tmp_path, "singlehtml")
    paper.print_book(chromium, single / "index.html", made)
    # "fi" is one letter in a PDF
    said = [unicodedata.normalize("NFKC", sheet.extract_text()) for sheet in PdfReader(made).pages]
    pages = [" ".join(text.split()) for text in said]
    outline = dict(reversed(list(paper.entries(made.read_bytes()))))  # the first of a title
    contents = pages[1]
    assert contents.startswith("Contents")
    for path, file in sources.notebooks().items():
        heading = title(nbformat.read(file, as_version=4).cells[0].source)
        number = outline[heading]
        assert heading in pages[number - 1], path
        assert re.search(rf"{re.escape(heading)} ?{number}\b", contents), path


def test_the_epub_is_whole(tmp_path):
    (made,) = build.sphinx(tmp_path, "epub").glob("*.epub")
    with zipfile.ZipFile(made) as book:
        names = book.namelist()
        assert names[0] == "mimetype"
        for name in names:
            if not name.endswith(".xhtml"):
                continue
            for element in ElementTree.fromstring(book.read(name)).iter():
                source = element.get("src", "")
                target = posixpath.normpath(posixpath.join(posixpath.dirname(name), source))
                assert not source or target in names, f"{name}: {source}"
                assert not element.tag.endswith("script"), name
