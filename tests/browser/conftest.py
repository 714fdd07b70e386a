"""Fixtures for the tests that drive JupyterLab."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from course_lib.authoring import browser
from course_lib.authoring.web.lite import build
from tests.browser.lab import PATIENCE, ROOT, Page, jupyterlab, write
from tests.browser.lite_page import LitePage, alone, served
from tests.browser.valves_page import every_scene
from tests.needs import BROWSER, LITE, leave_out


@pytest.fixture(scope="session")
def lab_folder(tmp_path_factory) -> Path:
    """A copy of the course, so that nothing here is changed."""
    folder = tmp_path_factory.mktemp("course")
    for name in ("notebooks", "exercises"):
        shutil.copytree(ROOT / name, folder / name)
    return folder


@pytest.fixture(scope="session")
def lab(lab_folder, tmp_path_factory) -> Iterator[str]:
    """The address of a JupyterLab over that copy."""
    with jupyterlab(lab_folder, tmp_path_factory.mktemp("home")) as address:
        yield address


@pytest.fixture(scope="session")
def chromium() -> Iterator:
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        try:
            started = browser.launch(playwright)
        except browser.NoBrowserError as error:
            leave_out(BROWSER, str(error))
        yield started
        started.close()


@pytest.fixture(scope="session")
def write_notebook(lab_folder):
    """Put a notebook of these code cells, named by their ids, among the course's."""
    return lambda name, cells: write(lab_folder, name, cells)


@pytest.fixture
def open_notebook(lab, chromium):
    opened = []

    def open_(notebook: str) -> Page:
        page = chromium.new_page(viewport={"width": 1280, "height": 900})
        opened.append(page)
        return Page(page, lab, notebook)

    yield open_
    for page in opened:
        page.close()


@pytest.fixture(scope="session")
def every(lab, chromium, write_notebook) -> Iterator[Page]:
    """One notebook that shows every scene of every cell, run to its end."""
    page = chromium.new_page(viewport={"width": 1280, "height": 900})
    opened = Page(page, lab, write_notebook("every_valve.ipynb", every_scene()))
    opened.run_all()
    yield opened
    page.close()


@pytest.fixture(scope="session")
def edition() -> Iterator[str]:
    """The address of the browser edition, where it was built from the files that are here."""
    mark = build.OUT / build.MARK
    if not mark.exists() or mark.read_text() != build.made_of():
        leave_out(LITE)
    with served(build.OUT.parent) as at:
        yield f"{at}{build.OUT.name}/"


@pytest.fixture(scope="module")
def visitor(chromium, edition) -> Iterator[LitePage]:
    """One visitor to the browser edition, who has never been here."""
    context = alone(chromium)
    yield LitePage(context, edition)
    context.close()
