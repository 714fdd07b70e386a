"""The valves in JupyterLab: a slider moves the drawing, by keys alone, for every cell and scene."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from course_lib.cells import CELLS
from course_lib.valves import scenes
from tests.browser.lab import Page, from_npm

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SCENES = {"by hand": "by_hand", "one step": "one_step", "gradient": "gradient"}
NET = """
import numpy as np
from course_lib import valves
from course_lib.cells import CELLS
from course_lib.learning.network import Categorical, Network

def net(kind):
    rng = np.random.default_rng(0)
    return Network(CELLS[kind](3, 4, rng=rng), 3, Categorical(), rng=rng)

x = np.random.default_rng(1).normal(size=(6, 1, 3))
"""


def cell_of(kind: str, scene: str) -> str:
    return f"{SCENES[scene].replace('_', '-')}-{kind}".replace("_", "-")


@pytest.fixture(scope="module")
def every(lab, chromium, write_notebook):
    """One notebook that shows every scene of every cell, run to its end."""
    cells = {"start": NET}
    for kind in scenes.KINDS:
        for scene, name in SCENES.items():
            cells[cell_of(kind, scene)] = f"valves.{name}({kind!r})"
    for kind in CELLS:
        cells[f"inside-{kind}".replace("_", "-")] = (
            f"valves.inside(net({kind!r}), x, labels='abcdef')"
        )
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    opened = Page(page, lab, write_notebook("every_valve.ipynb", cells))
    opened.run_all(seconds=180)
    yield opened
    page.close()


def labels(cell) -> list[str]:
    return cell.locator(".valves svg .label").all_text_contents()


def press(page, cell, slider: int, key: str, times: int = 1) -> None:
    handle = cell.locator(".noUi-handle").nth(slider)
    handle.wait_for()
    handle.focus()
    for _ in range(times):
        page.page.keyboard.press(key)


def written(values: dict[str, float], name: str) -> str:
    """A number as the drawing writes it."""
    value = values[name]
    if name in ("i", "f", "o", "z", "r"):
        return f"{value:.2f}"
    return f"{'−' if round(value, 2) < 0 else '+'}{abs(value):.2f}"


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("kind", scenes.KINDS)
def test_a_slider_moves_the_drawing(every, kind, scene):
    cell = every.cell(cell_of(kind, scene))
    ends = scenes.limits(kind, scene)
    v = {name: scenes.STARTS.get(name, 0.0) for name in ends}
    moved = next(k for k, name in enumerate(ends) if name.endswith(("z", "g", "a_z")))
    name = list(ends)[moved]
    step = 0.01 if ends[name][1] <= 1 else 0.1
    shown = cell.locator(".valves svg").inner_html() if cell.locator(".valves").count() else ""
    press(every, cell, moved, "ArrowRight", 3)
    v[name] += 3 * step
    values = scenes.values(kind, scene, v)
    shows = "c" if "c" in values else "h"
    if scene == "gradient":
        words = written({"da": values[f"da_{name[2:]}"]}, "da")
        expect(cell.locator(".valves svg")).to_contain_text(
            re.compile(rf"δa_{name[2:]} (= )?{re.escape(words)}")
        )
    else:
        expect(cell.locator(".valves svg")).to_contain_text(f"{shows} = {written(values, shows)}")
        for valve in {"i", "f", "o", "z"} & set(values):
            numbers = [text for text in labels(cell) if re.match(rf"{valve} = ", text)]
            assert numbers and written(values, valve) in numbers[0]
    assert cell.locator(".valves svg").inner_html() != shown
    expect(cell.locator('.valves [role="status"]')).to_have_text(
        cell.locator("p.valves-words").text_content()
    )
    assert every.errors == [] and every.elsewhere == []


@pytest.mark.parametrize("kind", CELLS)
def test_a_network_is_scrubbed_and_held(every, kind):
    cell = every.cell(f"inside-{kind}".replace("_", "-"))
    words = cell.locator("p.valves-words")
    press(every, cell, 0, "ArrowRight")
    expect(words).to_contain_text("Step 4, 'e' read, unit 0.")
    press(every, cell, 1, "ArrowRight", 2)
    expect(words).to_contain_text("unit 2.")
    cell.get_by_label("mean over all units").focus()
    every.page.keyboard.press("Space")
    expect(words).to_contain_text("mean over units")
    if kind != "rnn":
        before = cell.locator(".series").count()
        cell.get_by_label("hold a valve").focus()
        every.page.keyboard.press("Space")
        expect(words).to_contain_text("held at 1.00")
        press(every, cell, 2, "ArrowLeft", 10)
        expect(words).to_contain_text("held at 0.50")
        assert cell.locator(".series").count() > before  # the unheld run stays beside it
    assert every.errors == [] and every.elsewhere == []


def test_the_parts_are_reached_by_keys_and_say_what_they_are(every):
    cell = every.cell("one-step-peephole")
    parts = cell.locator(".part")
    parts.first.wait_for()
    assert cell.locator('.part[tabindex="0"]').count() == 1
    cell.locator('.part[tabindex="0"]').focus()
    said = set()
    for _ in range(parts.count()):
        every.page.keyboard.press("ArrowDown")
        said.add(cell.locator(".part:focus").get_attribute("aria-label"))
    assert len(said) == parts.count()
    for words in ("forget valve, the forget gate f", "memory pipeline, the cell state c"):
        assert any(name.startswith(words) for name in said)
    expect(cell.locator(".valves-about")).to_contain_text("memory pipeline")


def test_arrow_keys_on_a_slider_stay_with_it(every):
    cell = every.cell("by-hand-lstm")
    every.page.evaluate(
        "() => { window.heard = []; document.addEventListener('keydown', e => heard.push(e.key)); }"
    )
    press(every, cell, 0, "ArrowLeft", 2)
    press(every, cell, 0, "Home")
    assert every.page.evaluate("() => window.heard") == ["Home"]


def test_the_sliders_have_names(every):
    cell = every.cell("by-hand-lstm")
    handles = cell.locator(".noUi-handle")
    expect(handles.nth(1)).to_have_attribute("aria-label", re.compile("memory valve"))
    assert all(handle.get_attribute("aria-label") for handle in handles.all())


def test_the_page_stands_still_while_a_slider_moves(every):
    cell = every.cell("inside-lstm")
    cell.locator(".valves").wait_for()
    before = cell.locator(".valves").bounding_box()["height"]
    for slider in (0, 1):
        press(every, cell, slider, "ArrowLeft", 3)
        assert cell.locator(".valves").bounding_box()["height"] == before


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
    cell.locator(".valves svg").wait_for()
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


def contrast(ink: str, ground: str) -> float:
    """The ratio of two CSS colours' luminance, as WCAG 2 has it; ink may let ground through."""

    def parts(colour: str) -> list[float]:
        return [float(n) for n in re.findall(r"[\d.]+", colour)]

    below = parts(ground)[:3]
    *above, alpha = (*parts(ink), 1.0)[:4]

    def luminance(colour: list[float]) -> float:
        linear = [
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
            for c in (value / 255 for value in colour)
        ]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    mixed = [alpha * a + (1 - alpha) * b for a, b in zip(above, below, strict=True)]
    low, high = sorted((luminance(mixed), luminance(below)))
    return (high + 0.05) / (low + 0.05)


@pytest.fixture
def rerun(lab, chromium, write_notebook):
    """A short notebook, so that JupyterLab has no reason to take cells off the page meanwhile."""
    cells = {
        "again": "import ipywidgets\nfrom course_lib import valves\n\nvalves.by_hand()",
        "count": "len(ipywidgets.widgets.widget._instances)",
    }
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    opened = Page(page, lab, write_notebook("run_again.ipynb", cells))
    opened.run_all(seconds=60)
    yield opened
    page.close()


def test_runs_of_a_cell_leave_no_widget_behind(rerun):
    run = """async ([ident, times, shows]) => {
        const panel = window.jupyterapp.shell.currentWidget, notebook = panel.content;
        const index = notebook.widgets.findIndex((cell) => cell.model.id === ident);
        notebook.activeCellIndex = index;
        const cell = notebook.widgets[index].node;
        for (let k = 0; k < times; k++) {
            await window.jupyterapp.commands.execute('notebook:run-cell');
            for (let tries = 0; shows && tries < 300 && !cell.querySelector('.valves svg'); tries++)
                await new Promise((go) => setTimeout(go, 10)); // as one who looks, and runs again
        }
    }"""

    def count() -> str:
        rerun.page.evaluate(run, ["count", 1, False])
        outputs = next(cell["outputs"] for cell in rerun.cells() if cell["id"] == "count")
        return outputs[0]["data"]["text/plain"]

    rerun.page.evaluate(run, ["again", 2, True])  # the last run's widgets and those before it stay
    before, drawings = count(), rerun.page.locator(".valves").count()
    rerun.page.evaluate(run, ["again", 200, True])
    assert count() == before
    expect(rerun.page.locator(".valves")).to_have_count(drawings)
    assert rerun.errors == [] and rerun.elsewhere == []
