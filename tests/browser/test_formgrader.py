"""What a grader sees: the formgrader over a graded class, and a feedback page."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.browser.lab import jupyterlab
from tests.grading.conftest import sandboxed  # noqa: F401 (a fixture)

# Slow, since it needs the extra grading, which `make check` installs.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("sandboxed")]
TROUBLE = ("writes_scripts", "swapped", "cut_off")


@pytest.fixture(scope="module")
def graded(tmp_path_factory):
    """A class with an honest student, a wrong answer, a page full of scripts, a broken file."""
    from tests.grading.hostile.graded import grade_all

    folder = tmp_path_factory.mktemp("graded")
    return folder / "course", grade_all(folder, TROUBLE)


@pytest.fixture(scope="module")
def formgrader(graded, tmp_path_factory):
    """Its address; nbgrader reads its settings from the folder it is started in."""
    course, _ = graded
    here, path = Path.cwd(), os.environ["PATH"]
    os.environ["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), path])
    os.chdir(course)
    try:
        with jupyterlab(course, tmp_path_factory.mktemp("home")) as address:
            yield f"{address}formgrader"
    finally:
        os.chdir(here)
        os.environ["PATH"] = path


def opened(chromium, address: str):
    page = chromium.new_page(viewport={"width": 1200, "height": 900})
    page.goto(address)
    return page


def test_the_class_is_listed_with_its_scores(formgrader, chromium):
    page = opened(chromium, f"{formgrader}/manage_submissions/ps1_standard_lstm")
    row = page.locator("tr", has_text="honest")
    row.wait_for()
    assert "graded" in row.inner_text()
    assert page.locator("tr", has_text="swapped").count() == 1
    page.close()


def by_student(formgrader, chromium, graded) -> dict[str, str]:
    """Each student's page for grading by hand."""
    from course_lib.grading.course import Course
    from course_lib.grading.gradebook import gradebook

    name = "ps1_standard_lstm"
    with gradebook(Course(graded[0])) as book:
        ids = {
            student: book.find_submission_notebook(name, name, student).id for student in graded[1]
        }
    return {student: f"{formgrader}/submissions/{ident}/" for student, ident in ids.items()}


def test_verdict_and_reason_stand_beside_the_score(formgrader, chromium, graded):
    places = by_student(formgrader, chromium, graded)
    page = opened(chromium, places["honest"])
    page.locator(".score").first.wait_for()
    assert page.get_by_text("passed, on inputs not seen before").count() == 3
    assert page.locator(".score").first.get_attribute("placeholder") == "3"
    page.goto(places["swapped"])
    page.locator(".score").first.wait_for()
    assert page.get_by_text("gates in the wrong order").count() > 0
    assert page.locator(".score").first.get_attribute("placeholder") == "0"
    page.goto(places["cut_off"])
    page.locator(".score").first.wait_for()
    assert page.get_by_text("is no notebook").count() > 0
    page.close()


def test_a_mark_given_by_hand_is_kept(formgrader, chromium, graded):
    from course_lib.grading.course import Course

    page = opened(chromium, by_student(formgrader, chromium, graded)["swapped"])
    box = page.locator(".score").first
    box.wait_for()
    with page.expect_response(lambda r: "api/grade/" in r.url and r.request.method == "PUT"):
        box.fill("1.5")
        box.press("Enter")
        box.blur()
    page.close()
    from course_lib.grading.gradebook import gradebook

    name = "ps1_standard_lstm"
    with gradebook(Course(graded[0])) as book:
        assert book.find_grade("check-1", name, name, "swapped").manual_score == 1.5


def test_a_students_scripts_run_on_no_page(formgrader, chromium, graded):
    course, _ = graded
    pages = [by_student(formgrader, chromium, graded)["writes_scripts"]]
    feedback = course / "grading/feedback/writes_scripts/ps1_standard_lstm/ps1_standard_lstm.html"
    pages.append(feedback.as_uri())
    for address in pages:
        page = opened(chromium, address)
        page.get_by_text("LEAK-SCRIPT").first.wait_for()  # shown, as text
        page.wait_for_timeout(500)
        assert page.locator("a[href^='javascript']").count() == 0
        assert "LEAK" not in page.title()
        page.close()
