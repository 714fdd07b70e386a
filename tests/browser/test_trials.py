"""The trials of a study in JupyterLab: switches, menus, pointing, and both themes."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from course_lib.odyssey import SHIPPED, read

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SOURCE = """
from course_lib import odyssey, valves
valves.trials(odyssey.read(odyssey.SHIPPED), show_first=("V", "NOAF"))
"""


def test_trials_are_filtered_recoloured_and_read_out(open_notebook, write_notebook):
    each = sum(row.variant == "V" for row in read(SHIPPED))  # as many as of the others
    page = open_notebook(write_notebook("trials.ipynb", {"trials": SOURCE}))
    page.run_all()
    cell = page.cell("trials")
    said, dots = cell.locator('[role="status"]'), cell.locator(".trials g path.dot")
    expect(said).to_contain_text(f"{2 * each} trials")
    crosses = cell.locator(".trials .dot.lost")
    assert crosses.count() > 0
    assert cell.locator(".trials svg").get_attribute("aria-label") == said.inner_text()

    cell.get_by_role("button", name="NOAF", exact=True).press("Enter")  # as from the keyboard
    expect(said).to_contain_text(f"{each} trials")
    menus = cell.locator(".widget-dropdown select")
    first = dots.first.get_attribute("transform")
    menus.nth(0).select_option(label="hidden units")
    expect(cell.locator(".trials svg")).to_contain_text("hidden units")
    assert dots.first.get_attribute("transform") != first
    menus.nth(1).select_option(label="learning rate")
    expect(cell.locator(".trials svg")).to_contain_text("learning rate")

    cell.locator(".widget-checkbox input").check()
    expect(said).to_contain_text(
        f"{round(each / 10)} trials, 0 of them diverged. Best by validation: V"
    )
    dots.first.hover(force=True)
    expect(cell.locator(".trials-about")).to_contain_text("units, learning rate")
    assert page.errors == [] and page.elsewhere == []
