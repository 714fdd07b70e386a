"""What a grader sees: the formgrader over a graded class, and a feedback page."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from tests.browser.lab import LOCAL, jupyterlab, patient
from tests.grading.conftest import sandboxed  # noqa: F401 (a fixture)

# Slow, since it needs the extra grading, which `make check` installs.
pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.usefixtures("sandboxed")]
TROUBLE = ("writes_scripts", "swapped", "cut_off")
# The server's HTML has the boxes already; until the script has fetched what belongs in them, it
# listens to none, and what is typed there is lost.
LISTENS = """() => window.formgrader
    ? formgrader.grades?.loaded && formgrader.comments?.loaded : window.models?.loaded"""


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


def elsewhere(url: str) -> bool:
    return urlsplit(url).hostname not in (*LOCAL, None)


@pytest.fixture
def page(chromium):
    """A page without a network: nbgrader's ask for MathJax, and would wait for it."""
    made = patient(chromium.new_page(viewport={"width": 1200, "height": 900}))
    made.route(elsewhere, lambda route: route.abort())
    yield made
    made.close()


def visit(page, address: str) -> None:
    """Open a page of the formgrader, and wait until it listens."""
    page.goto(address)
    page.wait_for_function(LISTENS)


def test_the_class_is_listed_with_its_scores(formgrader, page):
    visit(page, f"{formgrader}/manage_submissions/ps1_standard_lstm")
    expect(page.locator("tr", has_text="honest")).to_contain_text("graded")
    expect(page.locator("tr", has_text="swapped")).to_have_count(1)


def by_student(formgrader, graded) -> dict[str, str]:
    """Each student's page for grading by hand."""
    from course_lib.grading.course import Course
    from course_lib.grading.gradebook import gradebook

    name = "ps1_standard_lstm"
    with gradebook(Course(graded[0])) as book:
        ids = {
            student: book.find_submission_notebook(name, name, student).id for student in graded[1]
        }
    return {student: f"{formgrader}/submissions/{ident}/" for student, ident in ids.items()}


def test_verdict_and_reason_stand_beside_the_score(formgrader, page, graded):
    places, score = by_student(formgrader, graded), page.locator(".score").first
    visit(page, places["honest"])
    expect(page.get_by_text("passed, on inputs not seen before")).to_have_count(3)
    expect(score).to_have_attribute("placeholder", "3")
    visit(page, places["swapped"])
    expect(page.get_by_text("gates in the wrong order").first).to_be_attached()
    expect(score).to_have_attribute("placeholder", "0")
    visit(page, places["cut_off"])
    expect(page.get_by_text("is no notebook").first).to_be_attached()


def test_a_mark_given_by_hand_is_kept(formgrader, page, graded):
    from course_lib.grading.course import Course

    def late(route) -> None:  # as from a slow server: the boxes stand there, and nothing listens
        page.wait_for_timeout(1500)
        route.continue_()

    page.route("**/api/grades?*", late)
    visit(page, by_student(formgrader, graded)["swapped"])
    box = page.locator(".score").first
    with page.expect_response(lambda r: "api/grade/" in r.url and r.request.method == "PUT"):
        box.fill("1.5")
        box.press("Enter")
        box.blur()
    from course_lib.grading.gradebook import gradebook

    name = "ps1_standard_lstm"
    with gradebook(Course(graded[0])) as book:
        assert book.find_grade("check-1", name, name, "swapped").manual_score == 1.5


def test_a_students_scripts_run_on_no_page(formgrader, page, graded):
    course, _ = graded
    feedback = course / "grading/feedback/writes_scripts/ps1_standard_lstm/ps1_standard_lstm.html"
    for go, address in (
        (visit, by_student(formgrader, graded)["writes_scripts"]),
        (type(page).goto, feedback.as_uri()),
    ):
        go(page, address)
        page.get_by_text("LEAK-SCRIPT").first.wait_for()  # shown, as text
        page.wait_for_timeout(500)
        assert page.locator("a[href^='javascript']").count() == 0
        assert "LEAK" not in page.title()


def test_pages_fit_a_phone(graded, chromium):
    from course_lib.grading import class_page
    from course_lib.grading.course import Course

    assignment = Course(graded[0]).assignment("ps1_standard_lstm")
    shows = class_page.write(assignment, assignment.course.grading / "class.html")
    pages = [shows, *assignment.course.grading.glob("feedback/*/*/*.html")]
    assert len(pages) > len(TROUBLE)
    phone = chromium.new_page(viewport={"width": 390, "height": 800})
    for path in pages:
        phone.goto(path.as_uri())
        assert phone.evaluate("document.documentElement.scrollWidth") <= 390, path
    phone.close()
