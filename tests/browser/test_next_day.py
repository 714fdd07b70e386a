"""A notebook saved in JupyterLab and opened again: its widgets live, with no kernel to ask."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Page, patient

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = {"start": "from course_lib import valves", "by-hand": "valves.by_hand(f=0.5)"}
STATE = "application/vnd.jupyter.widget-state+json"


def test_a_saved_notebook_shows_its_valves_the_next_day(lab, lab_folder, chromium, write_notebook):
    name = write_notebook("next_day.ipynb", CELLS)
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    today = Page(page, lab, name)
    today.run_all()
    today.cell("by-hand").locator(".valves-stage > svg").wait_for()
    page.evaluate("() => window.jupyterapp.commands.execute('docmanager:save')")
    page.wait_for_function("() => !window.jupyterapp.shell.currentWidget.context.model.dirty")
    page.evaluate("() => window.jupyterapp.commands.execute('kernelmenu:shutdown')")
    page.close()
    saved = json.loads((lab_folder / name).read_text(encoding="utf-8"))
    state = saved["metadata"]["widgets"][STATE]["state"]
    scripts = [model for model in state.values() if "source" in model["state"]]
    assert len([model for model in scripts if "twoPipelines" in model["state"]["source"]]) == 1

    page = patient(chromium.new_page(viewport={"width": 1280, "height": 900}))
    page.goto(f"{lab}lab/tree/{name}?reset")
    drawing = page.locator(".valves-stage > svg")
    expect(drawing).to_contain_text("f = 0.50")
    expect(page.get_by_text("model not found")).to_have_count(0)
    signs = page.locator(".jupyter-widgets-disconnected")
    shown = "(nodes) => nodes.map((n) => getComputedStyle(n, '::before').content)"
    assert set(signs.evaluate_all(shown)) <= {"none"}
    page.close()
