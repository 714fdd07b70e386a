"""The valves in JupyterLab: a slider moves the drawing, by keys alone, for every cell and scene."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from course_lib.valves import scenes
from tests.browser.lab import Page
from tests.browser.valves_page import KINDS, SCENES, cell_of, labels, press, written, written_on

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.mark.parametrize("scene", SCENES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_slider_moves_the_drawing(every, kind, scene):
    cell = every.cell(cell_of(kind, scene))
    ends = scenes.limits(kind, scene)
    v = {name: scenes.STARTS.get(name, 0.0) for name in ends}
    moved = next(k for k, name in enumerate(ends) if name.endswith(("z", "g", "a_z")))
    name = list(ends)[moved]
    step = 0.01 if ends[name][1] <= 3 else 0.1
    cell.locator(".valves-stage > svg").first.wait_for()
    shown = cell.locator(".valves-stage > svg").inner_html()
    press(every, cell, moved, "ArrowRight", 4)  # 3 would end between two hundredths
    v[name] += 4 * step
    values = scenes.values(kind, scene, v)
    shows = "c" if "c" in values else "h"
    if scene == "gradient":
        words = written({"da": values[f"da_{name[2:]}"]}, "da")
        sign = "= " if name == "a_z" else ""  # the GRU has room for it
        expect(written_on(cell, f"δa_{name[2:]} {sign}{words}")).to_be_attached()
    else:
        expect(written_on(cell, f"{shows} = {written(values, shows)}")).to_be_attached()
        for valve in {"i", "f", "o", "z"} & set(values):
            numbers = [text for text in labels(cell) if re.match(rf"{valve} = ", text)]
            assert numbers and written(values, valve) in numbers[0]
    assert cell.locator(".valves-stage > svg").inner_html() != shown
    expect(cell.locator('.valves [role="status"]')).to_have_text(
        cell.locator("p.valves-words").text_content()
    )
    assert every.errors == [] and every.elsewhere == []


@pytest.mark.parametrize("kind", ("rnn", *KINDS))
def test_a_network_is_scrubbed_and_held(every, kind):
    cell = every.cell(f"inside-{kind}".replace("_", "-"))
    words = cell.locator("p.valves-words")
    press(every, cell, 0, "ArrowRight")
    expect(words).to_contain_text("Step 4, 'e' read, unit 0.")
    named = cell.locator(".valves-stage > svg").get_attribute("aria-label") or ""
    assert "arrow keys go from part to part." in named  # there is nothing to turn
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
        expect(words).to_contain_text("held at 0.90")
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
        every.page.keyboard.press("ArrowRight")
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
    expect(handles.nth(1)).to_have_attribute("aria-label", re.compile("forget valve"))
    assert all(handle.get_attribute("aria-label") for handle in handles.all())


def test_a_slider_that_comes_late_has_a_name(every):
    """On a slow page the sliders may be there long after the drawing."""
    cell = every.cell("by-hand-lstm")
    expect(cell.locator(".noUi-handle").nth(1)).to_have_attribute(
        "aria-label", re.compile("forget")
    )
    every.page.wait_for_timeout(4000)
    cell.locator(".valves-scene").evaluate(
        "(box) => box.insertAdjacentHTML('beforeend', `<div class='widget-slider late'>"
        "<label class='widget-label'>late</label><div class='noUi-handle'></div></div>`)"
    )
    late = cell.locator(".late .noUi-handle")
    expect(late).to_have_attribute("aria-label", "late")
    cell.locator(".late").evaluate("(late) => late.remove()")


def test_the_page_stands_still_while_a_slider_moves(every):
    cell = every.cell("inside-lstm")
    scene = cell.locator(".valves-scene")
    scene.locator("svg").first.wait_for()
    before = scene.bounding_box()
    for slider in (0, 1):
        press(every, cell, slider, "ArrowLeft", 3)
        assert scene.bounding_box() == before


def test_slider_and_valves_are_in_sight_together(every):
    cell = every.cell("inside-lstm")
    drawing = cell.locator(".valves-stage svg").first.bounding_box()
    slider = cell.locator(".noUi-handle").first.bounding_box()
    assert slider["y"] + slider["height"] - drawing["y"] < 620  # of a window 900 high


@pytest.fixture
def rerun(lab, chromium, write_notebook):
    """A short notebook, so that JupyterLab has no reason to take cells off the page meanwhile."""
    cells = {
        "again": "import ipywidgets\nfrom course_lib import valves\n\nvalves.by_hand()",
        "count": "len(ipywidgets.widgets.widget._instances)",
    }
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    opened = Page(page, lab, write_notebook("run_again.ipynb", cells))
    opened.run_all()
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
            const there = () => cell.querySelector('.valves-stage > svg');
            for (let tries = 0; shows && tries < 12000 && !there(); tries++)
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
