"""A class on a hub: it comes in at once, each to a copy of the course, and shares one environment.

make hub-test STUDENTS=20
"""

from __future__ import annotations

import statistics
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import pytest

from course_lib.tasks.chorales.data import cache_path
from tests.hub.running import ROOT, memory

pytestmark = pytest.mark.hub


def test_all_who_come_at_once_get_a_server_a_kernel_and_the_chorales(running, students, capsys):
    assert {one["faults"] for one in students.values()} == {"[]"}
    with capsys.disabled():
        print(f"\n{len(students)} students at once, from the request; middle, and most:")
        for what in ("server_seconds", "cell_seconds", "server_mib", "kernel_mib"):
            found = [one[what] for one in students.values()]
            print(f"{what:<16} {statistics.median(found):6.1f} {max(found):6.1f}")


def test_each_has_a_copy_of_the_course_and_none_has_its_answers(running, students):
    wanted = {path.name for path in ROOT.glob("notebooks/*.ipynb")}
    for name in students:
        home = running.folder / "homes" / name / "lstm-variations"
        assert {path.name for path in home.glob("notebooks/*.ipynb")} == wanted
        assert list(home.glob("exercises/*/*.ipynb")) and not (home / "solutions").exists()
        assert (home / "course_lib/cells/lstm.py").is_file()  # which notebooks lead to


def test_a_whole_notebook_runs_in_every_students_kernel_at_once(running, students, capsys):
    notebook = nbformat.read(ROOT / "notebooks/01_standard_lstm.ipynb", as_version=4)
    code = [cell.source for cell in notebook.cells if cell.cell_type == "code"]

    def run(name: str) -> tuple[float, float]:
        begun = time.monotonic()
        for source in code:
            running.run(name, students[name]["kernel"], source)
        return time.monotonic() - begun, memory(students[name]["pid"])

    with ThreadPoolExecutor(len(students)) as pool:
        found = list(pool.map(run, students))
    with capsys.disabled():
        print("notebook 01 in every kernel at once; middle, and most:")
        for what, place in (("seconds", 0), ("kernel_mib", 1)):
            values = [one[place] for one in found]
            print(f"{what:<16} {statistics.median(values):6.1f} {max(values):6.1f}")


def test_nobody_writes_to_the_environment_or_to_the_shared_cache(running, students):
    begun = (running.folder / "settings.py").stat().st_mtime
    written = [
        path
        for path in Path(sys.prefix).rglob("*")
        if path.is_file() and path.stat().st_mtime > begun and "__pycache__" not in path.parts
    ]
    assert written == []
    (cached,) = (running.folder / "cache").iterdir()
    assert cached.name == cache_path().name
    assert cached.stat().st_mtime < min(
        (running.folder / "homes" / name).stat().st_mtime for name in students
    )


def test_a_student_logs_in_and_the_widgets_live_before_anything_has_run(running, students):
    from playwright.sync_api import expect, sync_playwright

    from course_lib.authoring import browser
    from tests.browser.lab import PATIENCE, Page

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright, browser.launch(playwright) as chromium:
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        page.set_default_timeout(PATIENCE)
        page.goto(running.url)
        page.locator("input[name=username]").fill("ann")
        page.locator("input[name=password]").fill(running.password)
        begun = time.monotonic()
        page.locator("#login_submit").click()
        page.locator(".jp-Notebook .jp-Cell").first.wait_for()
        seconds = time.monotonic() - begun
        assert page.url.startswith(f"{running.url}user/ann/lab")
        expect(page.get_by_text("official Jupyter news")).to_have_count(0)
        lesson = Page(page, f"{running.url}user/ann/", "notebooks/01_standard_lstm.ipynb")
        lesson.cell("by-hand").locator(".valves-stage > svg").wait_for()
        assert lesson.errors == [] and lesson.elsewhere == []
        page.screenshot(path=running.folder / "hub.png")
    print(f"\nfrom the password to the first notebook: {seconds:.1f} s")
