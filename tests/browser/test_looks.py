"""The drawings for who sees little, or nothing: axe-core, and contrast, in both themes."""

from __future__ import annotations

import pytest

from tests.browser.lab import from_npm
from tests.browser.valves_page import contrast

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(params=["JupyterLab Light", "JupyterLab Dark"])
def themed(request, every):
    change = "(theme) => window.jupyterapp.commands.execute('apputils:change-theme', {theme})"
    light = "() => document.body.dataset.jpThemeLight"
    every.page.evaluate(change, request.param)
    every.page.wait_for_function(f"({light})() === '{str('Light' in request.param).lower()}'")
    yield every
    every.page.evaluate(change, "JupyterLab Light")
    every.page.wait_for_function(f"({light})() === 'true'")


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
