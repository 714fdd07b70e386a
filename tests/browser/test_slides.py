"""The lectures' slides as they are shown: opened from disk, without a network, and on paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from course_lib.authoring import lecture, slides
from tests.browser.lab import PATIENCE, from_npm
from tests.browser.valves_page import contrast

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NOTEBOOKS = lecture.lectures()
names = pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
LEAST = 15  # px of any letter on a slide 720 px high

# What sticks out of a slide, is cut off in it or too small to read, with all fragments shown.
MEASURE = r"""(least) => Reveal.getSlides().flatMap((slide, number) => {
    const at = Reveal.getIndices(slide);
    Reveal.slide(at.h, at.v, 99);
    const face = slide.querySelector(".face"), room = face.getBoundingClientRect(), found = [];
    const say = (what, el) => found.push(`slide ${number + 1}: ${what}: ${el.tagName} `
        + (el.textContent || el.alt || "").slice(0, 60));
    if (Math.round(room.width) !== 1280 || Math.round(room.height) !== 720) say("not full", face);
    for (const el of face.querySelectorAll("*")) {
        const box = el.getBoundingClientRect();
        if (!box.width || !box.height || el.closest("aside, .valves-live, mjx-assistive-mml"))
            continue;
        if (box.left < room.left - 1 || box.right > room.right + 1
            || box.top < room.top - 1 || box.bottom > room.bottom + 1) say("sticks out", el);
        const html = el instanceof HTMLElement && getComputedStyle(el).display !== "inline";
        if (html && !el.closest("mjx-container") && !el.closest(".noUi-target")
            && (el.scrollWidth > el.clientWidth + 2 || el.scrollHeight > el.clientHeight + 2)
            && getComputedStyle(el).overflow !== "visible") say("is cut off", el);
        if (el.tagName === "IMG" && (box.height < 180 || !el.alt)) say("too small or nameless", el);
        const own = [...el.childNodes].some((n) => n.nodeType === 3 && n.data.trim());
        const turned = el.ownerSVGElement ? el.getScreenCTM() : { a: 1, b: 0 };
        const scale = Math.hypot(turned.a, turned.b);
        if (own && scale * parseFloat(getComputedStyle(el).fontSize) < least) say("small", el);
        if (own && !el.closest("pre, code") && /[$]|\\[a-z]/.test(el.textContent)
            || el.tagName === "MJX-MERROR") say("maths as it was typed", el);
    }
    for (const svg of face.querySelectorAll(".valves-stage > svg")) {
        const texts = [...svg.querySelectorAll("text")].filter((text) => text.textContent.trim())
            .map((text) => [text, text.getBoundingClientRect()]).filter(([, box]) => box.width);
        const lines = svg.querySelectorAll("path.rod, path.peephole, path.wall, path.signal");
        const dots = [...lines].flatMap((line) => {
            const count = Math.ceil(line.getTotalLength() / 2);
            return Array.from({ length: count }, (_, k) =>
                line.getPointAtLength(2 * k).matrixTransform(line.getScreenCTM()));
        });
        texts.forEach(([text, a], k) => {
            if (texts.slice(k + 1).some(([, b]) =>
                Math.min(a.right, b.right) - Math.max(a.left, b.left) > 8
                && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 6))
                say("words on words", text);
            if (dots.some(({ x, y }) => x > a.left + 1 && x < a.right - 1
                && y > a.top + 4 && y < a.bottom - 4)) say("words on a line", text);
        });
    }
    return found;
})"""


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """The slides' folder, made anew, and what was said of each deck."""
    from_npm("reveal.js/dist/reveal.js")
    folder = tmp_path_factory.mktemp("dist") / "slides"
    return folder, {says["name"]: says for says in slides.build(folder, NOTEBOOKS)}


@pytest.fixture
def show(built, chromium):
    """Open a deck where there is no network: the page, once its widgets live."""
    context = chromium.new_context(viewport={"width": 1280, "height": 720}, offline=True)
    context.set_default_timeout(PATIENCE)

    def open_(path, query=""):
        page = context.new_page()
        page.complaints = []
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        page.on("console", lambda m: page.complaints.append(m.text) if m.type == "error" else None)
        page.on(
            "request",
            lambda r: page.complaints.append(r.url) if r.url.startswith(("http", "ws")) else None,
        )
        page.goto((built[0] / f"{path.stem}.html").as_uri() + query)
        page.wait_for_function(
            "() => window.Reveal?.isReady() && [...document.querySelectorAll('.still')].every("
            "(still) => still.previousElementSibling.querySelector('svg .label'))"
        )
        return page

    yield open_
    context.close()


@names
def test_every_slide_fits_and_can_be_read(show, built, path):
    page = show(path)
    assert page.evaluate(MEASURE, LEAST) == []
    assert page.evaluate("Reveal.getSlides().length") == built[1][path.stem]["slides"]
    faces = "[...document.querySelectorAll('.face')]"
    assert page.evaluate(f"{faces}.every((face) => face.querySelector('aside.notes'))")
    colours = (
        "() => [getComputedStyle(document.querySelector('.face')).color,"
        " getComputedStyle(document.body).backgroundColor]"
    )
    light = page.evaluate(colours)
    page.keyboard.press("d")
    dark = page.evaluate(colours)
    assert contrast(*light) > 7 and contrast(*dark) > 7
    assert contrast(light[1], dark[1]) > 7
    assert page.complaints == []


@names
def test_a_slider_moves_its_drawing_and_not_the_slide(show, path):
    page = show(path)
    scenes = page.locator(".valves-scene")
    for k in range(scenes.count()):
        page.evaluate(
            "(k) => { const scene = document.querySelectorAll('.valves-scene')[k];"
            " const at = Reveal.getIndices(scene.closest('section')); Reveal.slide(at.h, at.v); }",
            k,
        )
        here = page.evaluate("Reveal.getSlidePastCount()")
        drawing = scenes.nth(k).locator(".valves-stage > svg")
        shown = drawing.text_content()
        handle = scenes.nth(k).locator(".noUi-handle").nth(1)
        handle.focus()
        expect(handle).to_be_focused()
        page.keyboard.press("ArrowDown")
        page.keyboard.press("ArrowLeft")
        expect(drawing).not_to_have_text(shown)
        assert page.evaluate("Reveal.getSlidePastCount()") == here
        page.keyboard.press("PageDown")  # a remote control's key turns the slide all the same
        assert page.evaluate("Reveal.getSlidePastCount()") == here + 1
    assert page.complaints == []


@names
def test_a_deck_on_paper_has_every_slide_and_every_fragment(show, built, path):
    page = show(path, "?print-pdf")
    pages = built[1][path.stem]["slides"]
    expect(page.locator(".pdf-page")).to_have_count(pages)
    hidden = (
        "[...document.querySelectorAll('.fragment')].filter(f => !f.matches('.visible')).length"
    )
    assert page.evaluate(hidden) == 0
    paper = page.pdf(prefer_css_page_size=True, print_background=True)
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == pages
    assert page.complaints == []


def test_the_measure_finds_words_on_words_and_on_lines(show):
    (peepholes,) = (path for path in NOTEBOOKS if path.stem.startswith("02"))
    page = show(peepholes)
    page.add_style_tag(content=".reveal .valves .label { font-size: 24px !important }")
    found = page.evaluate(MEASURE, LEAST)
    assert any("words on words" in fault for fault in found)
    assert any("words on a line: text memory valve" in fault for fault in found)


def test_the_measure_finds_what_it_looks_for(show):
    page = show(NOTEBOOKS[0])
    page.add_style_tag(
        content=".reveal h2 { width: 1400px } .reveal td { font-size: 9px }"
        " .reveal pre { overflow: hidden; max-height: 40px }"
        " .reveal img { flex: none; height: 20px }"
    )
    page.evaluate("document.querySelector('.face li').append(' $x$')")
    found = " ".join(page.evaluate(MEASURE, LEAST))
    for fault in ("sticks out", "is cut off", "too small", "small: TD", "maths as it was typed"):
        assert fault in found
