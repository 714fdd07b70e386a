"""The valves under a finger: what it grabs turns, and the page stays where it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import expect

from tests.browser.lab import Page

pytestmark = [pytest.mark.browser, pytest.mark.slow]

CELLS = {
    "start": "from course_lib import valves",
    "coupled": "valves.by_hand('coupled', i=0.4)",
    "lstm": "valves.by_hand('lstm', f=0.4, i=0.4, o=0.4)",
    "below": "print('so that there is something to scroll to\\n' * 40)",
}
SCROLLED = "() => document.querySelector('.jp-WindowedPanel-outer').scrollTop"


class Fingers:
    """Touches as the browser gets them from a screen, by its own protocol."""

    def __init__(self, page: Page) -> None:
        self.page = page.page
        self.cdp = self.page.context.new_cdp_session(self.page)

    def on(self, place) -> tuple[float, float]:
        """The middle of an element, brought into sight."""
        place.wait_for()
        place.scroll_into_view_if_needed()
        box = place.bounding_box()
        return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2

    def touch(self, kind: str, *points: tuple[float, float]) -> None:
        told = [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(points)]
        self.cdp.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": told})

    def drag(self, x: float, y: float, across: float, up: float) -> None:
        self.touch("Start", (x, y))
        for step in range(1, 6):
            self.touch("Move", (x + across * step / 5, y - up * step / 5))
        self.touch("End")


@pytest.fixture(scope="module")
def touched(lab, chromium, write_notebook) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": 1000, "height": 800}, has_touch=True)
    page = Page(context.new_page(), lab, write_notebook("touch.ipynb", CELLS))
    page.run_all()
    tour = page.page.locator(".valves-tour")  # shown with the first drawing of an LSTM
    tour.get_by_role("button", name="Skip the tour").click()
    expect(tour).to_have_count(0)
    yield page
    context.close()


PARTS = [
    ("lstm", "f", ".wheel"),
    ("lstm", "i", ".wheel"),
    ("lstm", "o", ".plate"),
    ("lstm", "f", ".plate"),
    ("coupled", "lever", ".beam"),
]


@pytest.mark.parametrize(("ident", "name", "what"), PARTS)
def test_a_finger_turns_what_it_grabs_and_the_page_stays(touched, ident, name, what):
    cell = touched.cell(ident)
    part = cell.locator(f'[data-name="{name}"]').first
    fingers = Fingers(touched)
    place = fingers.on(part.locator(what).first)
    stood, values = touched.page.evaluate(SCROLLED), [part.get_attribute("aria-valuenow")]
    for up in (30, -60):
        fingers.drag(*place, 0, up)
        expect(part).not_to_have_attribute("aria-valuenow", values[-1])
        values.append(part.get_attribute("aria-valuenow"))
        place = fingers.on(part.locator(what).first)  # a plate has moved
    was, opened, closed = map(float, values)
    assert was < opened > closed
    scale = cell.locator(".valves-stage > svg").evaluate("(svg) => svg.getScreenCTM().a")
    assert opened - was == pytest.approx(30 / scale / 170, abs=0.011)  # the whole way, uncut
    assert touched.page.evaluate(SCROLLED) == stood
    assert cell.locator("svg.holding").count() == 0
    assert touched.errors == []


def test_a_second_finger_turns_nothing(touched):
    cell = touched.cell("lstm")
    one, other = (cell.locator(f'[data-name="{name}"]').first for name in "fi")
    fingers = Fingers(touched)
    first, second = (fingers.on(part.locator(".wheel").first) for part in (one, other))
    before = [part.get_attribute("aria-valuenow") for part in (one, other)]
    fingers.touch("Start", first)
    fingers.touch("Start", first, second)
    fingers.touch("Move", first, (second[0], second[1] - 50))
    assert [part.get_attribute("aria-valuenow") for part in (one, other)] == before
    fingers.touch("Move", (first[0], first[1] - 30), (second[0], second[1] - 50))
    expect(one).not_to_have_attribute("aria-valuenow", before[0])
    fingers.touch("End")
    assert other.get_attribute("aria-valuenow") == before[1]
    assert cell.locator("svg.holding").count() == 0
