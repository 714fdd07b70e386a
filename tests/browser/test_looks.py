"""The drawings for who sees little, or nothing: axe-core, and contrast, in both themes."""

from __future__ import annotations

import pytest

from tests.browser.lab import change_theme, from_npm, painted
from tests.browser.valves_page import contrast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(params=["JupyterLab Light", "JupyterLab Dark"])
def themed(request, every):
    change_theme(every.page, request.param)
    yield every
    change_theme(every.page, "JupyterLab Light")
    assert every.errors == []


LOOKED_AT = ["by-hand-coupled", "one-step-fgr", "one-step-gru", "gradient-cifg", "inside-gru"]
LOOKED_AT += ["one-step-own", "fading"]


@pytest.mark.parametrize("ident", LOOKED_AT)
def test_axe_finds_no_serious_fault(themed, ident):
    axe = from_npm("axe-core/axe.min.js").read_text(encoding="utf-8")
    cell = themed.cell(ident)
    cell.locator(".noUi-handle[aria-label]").first.wait_for()
    themed.page.evaluate(axe)
    found = cell.locator(".valves-scene").evaluate("async (scene) => axe.run(scene)")
    serious = [v for v in found["violations"] if v["impact"] in ("serious", "critical")]
    assert [(v["id"], [n["html"] for n in v["nodes"]]) for v in serious] == []
    assert found["passes"]


@pytest.mark.parametrize("ident", LOOKED_AT)
def test_every_text_stands_out_from_its_ground(themed, ident):
    cell = themed.cell(ident)
    cell.locator(".valves-stage > svg").wait_for()
    texts = cell.locator(".valves").evaluate(
        """(el) => {
        const ink = (text) => text.closest("svg")
            ? getComputedStyle(text).fill : getComputedStyle(text).color;
        let ground = el;
        while (/, 0\\)$|transparent/.test(getComputedStyle(ground).backgroundColor))
            ground = ground.parentElement;
        const behind = getComputedStyle(ground).backgroundColor;
        return [...el.querySelectorAll("svg text, p:not(.valves-live)")]
            .map((text) => [text.textContent, ink(text), behind]);
        }"""
    )
    assert len(texts) > 8
    faint = [(words, ink, ground) for words, ink, ground in texts if contrast(ink, ground) < 4.5]
    assert faint == []


# The mean luminance, 0 to 255.
LIGHT = """(dots) =>
    dots.reduce((sum, v, k) => sum + (k % 4 === 3 ? 0 : v), 0) / (dots.length * 3 / 4)"""


def test_a_figure_of_the_course_is_dark_where_the_page_is_and_a_learners_own_as_it_was(themed):
    cell = themed.cell("figure")
    ours, own = (cell.locator("img").nth(k) for k in range(2))
    own.wait_for(state="attached")
    own.scroll_into_view_if_needed()
    dark = themed.page.evaluate("() => document.body.dataset.jpThemeLight") == "false"
    light = painted(themed.page, [ours.bounding_box(), own.bounding_box()], LIGHT)
    assert light[1] > 230
    assert light[0] < 40 if dark else light[0] > 230
