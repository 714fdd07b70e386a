"""The course as a learner meets it: every cell runs in JupyterLab, and the valves turn."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.browser


def faults(cells: list[dict]) -> list[str]:
    """The cells that failed, or were not run."""
    found = []
    for cell in cells:
        if cell["cell_type"] == "code" and cell["source"]:
            errors = [o for o in cell["outputs"] if o["output_type"] == "error"]
            found += [f"{cell['id']}: {o['ename']}: {o['evalue']}" for o in errors]
            if cell["execution_count"] is None:
                found.append(f"{cell['id']}: was not run")
    return found


def turn(page, ident: str, slider: str, key: str, times: int, words: str) -> None:
    """Press a key on a slider of a cell, until its words say so and its drawing has changed."""
    cell = page.cell(ident)
    said, drawing = cell.locator('[role="status"]'), cell.locator(".valves-stage > svg")
    handle = cell.locator(".widget-hslider", has_text=slider).locator(".noUi-handle")
    handle.wait_for()
    shown = drawing.inner_html()
    for _ in range(times):
        handle.press(key)
    expect(said).to_contain_text(words)
    assert drawing.inner_html() != shown


def test_the_standard_lstm_from_the_first_cell_to_the_last(open_notebook):
    page = open_notebook("notebooks/01_standard_lstm.ipynb")
    page.run_all()
    assert faults(page.cells()) == []

    turn(page, "by-hand", "f forget valve", "ArrowLeft", 5, "Forget valve 0.65 keeps +0.52")
    turn(page, "one-step", "a_f forget valve", "ArrowRight", 10, "Forget valve 0.73")  # σ(1)
    assert page.errors == [] and page.elsewhere == []


@pytest.mark.slow
def test_the_lstm_at_work(open_notebook):
    page = open_notebook("notebooks/01b_lstm_at_work.ipynb")
    page.run_all()
    assert faults(page.cells()) == []

    turn(page, "reber-inside", "step t", "ArrowRight", 1, "Step 8, 'X' read, unit 0")
    turn(page, "reber-inside", "hidden unit", "ArrowRight", 2, "Step 8, 'X' read, unit 2")

    assert page.errors == [] and page.elsewhere == []


def test_the_way_in(open_notebook):
    page = open_notebook("notebooks/00_start_here.ipynb")
    page.run_all()
    assert faults(page.cells()) == []
    assert page.errors == [] and page.elsewhere == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("notebook", "ident", "slider", "key", "times", "words"),
    [
        pytest.param(name, *turned, id=name)
        for name, *turned in (
            ("02_peephole", "one-step", "to a_f from", "ArrowRight", 10, "Forget valve 0.88"),
            (
                "03_coupled_valves",
                "by-hand",
                "i memory valve",
                "ArrowRight",
                5,
                "Forget valve 0.45",
            ),
            ("04_gru", "hand-widget", "z update valve", "ArrowRight", 5, "Update valve 0.75"),
            (
                "05_search_space_odyssey",
                "turn-widget",
                "i memory valve",
                "ArrowRight",
                5,
                "memory valve 0.55",
            ),
            ("06_field_guide", "janet-hand", "g new memory", "ArrowRight", 5, "after +0.16"),
        )
    ],
)
def test_a_variation_from_the_first_cell_to_the_last(
    open_notebook, notebook, ident, slider, key, times, words
):
    page = open_notebook(f"notebooks/{notebook}.ipynb")
    page.run_all()
    assert faults(page.cells()) == []
    turn(page, ident, slider, key, times, words)
    assert page.errors == [] and page.elsewhere == []
