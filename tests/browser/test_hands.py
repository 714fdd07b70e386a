"""The valves under the hand, over time, and as they are painted."""

from __future__ import annotations

import math

import pytest
from playwright.sync_api import expect

from tests.browser.lab import PATIENCE, Page, painted
from tests.browser.valves_page import labels, press, written_on

pytestmark = [pytest.mark.browser, pytest.mark.slow]

# How much is the violet of a negative flow's stripes, in both themes.
VIOLET = """(dots) => {
    let count = 0;
    const far = (k) => [0x5e, 0x3c, 0x99].reduce((sum, v, n) => sum + Math.abs(dots[k + n] - v), 0);
    for (let k = 0; k < dots.length; k += 4) if (far(k) < 30) count++;
    return count / (dots.length / 4);
}"""


def test_a_negative_flow_is_painted_though_other_drawings_are_off_screen(every):
    first, last = every.cell("by-hand-lstm"), every.cell("by-hand-noaf")
    last.locator(".valves-stage > svg").wait_for()
    assert not first.locator(".valves-stage > svg").is_visible() or first.bounding_box()["y"] < 0
    flow = last.locator('[data-name="new"] .flow').first
    assert painted(every.page, [flow.bounding_box()], VIOLET)[0] > 0.3
    ids = every.page.evaluate("() => [...document.querySelectorAll('[id]')].map((node) => node.id)")
    assert (
        len({name for name in ids if "minus" in name}) == sum("minus" in name for name in ids) > 1
    )


def test_a_cell_written_in_a_notebook_is_drawn_and_turned(every):
    cell = every.cell("one-step-own")
    expect(cell.locator(".valves-stage > svg")).to_contain_text("c = f · c₋ + (1 − f) · i · g")
    press(every, cell, 1, "ArrowRight", 10)  # a_f from 1 to 2
    c_, f, i, g = 0.8, 1 / (1 + math.exp(-2)), 0.5, math.tanh(-1)
    expect(written_on(cell, f"c = +{f * c_ + (1 - f) * i * g:.2f}")).to_be_attached()
    assert every.errors == []


def test_a_wheel_and_a_lever_are_turned_by_hand(every):
    cell = every.cell("by-hand-coupled")
    wheel = cell.locator('[data-name="i"] .wheel')
    wheel.wait_for()
    wheel.scroll_into_view_if_needed()
    box = wheel.bounding_box()
    mouse = every.page.mouse
    before = cell.locator(".noUi-handle").nth(1).get_attribute("aria-valuenow")
    mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    mouse.down()
    mouse.move(box["x"] + 20, box["y"] - 30, steps=4)
    mouse.up()
    lever, slider = cell.locator('[data-name="lever"]'), cell.locator(".noUi-handle").nth(1)
    expect(slider).not_to_have_attribute("aria-valuenow", before)
    opened = float(lever.get_attribute("aria-valuenow"))
    assert opened > float(before)
    assert lever.get_attribute("role") == "slider"
    assert lever.get_attribute("aria-valuetext") == f"i = {opened:.2f}"
    lever.focus()
    every.page.keyboard.press("ArrowDown")
    expect(lever).to_have_attribute("aria-valuenow", f"{opened - 0.01:.2f}".rstrip("0"))
    every.page.keyboard.press("Home")
    expect(written_on(cell, "f = 1 − i = 1.00")).to_be_attached()


def test_what_comes_out_goes_in_at_the_next_step(every):
    cell = every.cell("by-hand-lstm")
    cell.locator(".valves-stage > svg").first.wait_for()
    (c,) = [text for text in labels(cell) if text.startswith("c = ")]
    cell.get_by_role("button", name="next step").click()
    expect(written_on(cell, c.replace("c =", "c₋ ="))).to_be_attached()


# Plays, pauses after the second step, and says what was shown until longer than a step later. All
# in the page: by the time a slow machine's test says "pause", the last step may be over.
PLAYED = """async (cell) => {
    const words = cell.querySelector("p.valves-words"), said = [];
    const play = cell.querySelector('button[aria-label="play"]');
    await new Promise((go) => {
        new MutationObserver(() => {
            said.push(words.textContent);
            if (said.length === 2) { play.click(); go(); }
        }).observe(words, { childList: true });
        play.click();
    });
    await new Promise((go) => setTimeout(go, 1200));
    return said;
}"""


def test_a_network_plays(every):
    cell = every.cell("inside-gru")
    press(every, cell, 0, "Home")
    expect(cell.locator("p.valves-words")).to_contain_text("Step 0")
    said = cell.evaluate(PLAYED)
    assert [words.split(",")[0] for words in said] == ["Step 1", "Step 2"]
    cell.get_by_role("button", name="play").wait_for()


def test_what_is_shown_is_heard(every):
    cell = every.cell("music")
    words = cell.locator("p.valves-words")
    expect(words).to_contain_text("Step 1")
    every.page.evaluate(
        """() => {
        window.heard = [];
        const start = OscillatorNode.prototype.start;
        OscillatorNode.prototype.start = function (...given) {
            window.heard.push(Math.round(this.frequency.value * 10) / 10);
            return start.apply(this, given);
        };
        }"""
    )
    step = cell.get_by_role("button", name="next step")
    step.click()
    step.click()  # after the last comes the first
    expect(words).to_contain_text("Step 0")
    assert every.page.evaluate("() => window.heard") == [261.6, 329.6]
    cell.get_by_role("button", name="hear it").click()
    step.click()
    expect(words).to_contain_text("Step 1")
    assert len(every.page.evaluate("() => window.heard")) == 2
    assert every.errors == [] and every.elsewhere == []


def test_a_network_of_music_composes_with_a_valve_held(every):
    cell = every.cell("music")
    words, own = cell.locator("p.valves-words"), cell.locator("path.own")
    expect(words).to_contain_text("Step")
    assert own.get_attribute("d") == ""
    cell.get_by_label("hold a valve").check()
    button = cell.get_by_role("button", name="let the network compose from here on")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    expect(words).to_contain_text("forget valve f held at 1.00, composed after step")
    free = own.get_attribute("d") or ""
    assert free.startswith("M")  # each of 88 keys by a probability of about one half
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    expect(words).not_to_contain_text("composed")
    expect(own).to_have_attribute("d", "")
    cell.get_by_label("hold a valve").uncheck()
    assert every.errors == []


def test_the_tour_is_gone_through_once(lab, chromium, write_notebook):
    source = "from course_lib import valves\n\nvalves.by_hand()"
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    name = write_notebook("tour.ipynb", {"hand": source})
    page = Page(context.new_page(), lab, name)
    page.run_all()
    box = page.page.locator(".valves-tour")
    for stop in range(1, 7):
        expect(box).to_contain_text(f"{stop} of 6.")
        assert page.page.locator(".part.shown").count() == 1
        box.get_by_role("button", name="Done" if stop == 6 else "Next").click()
    expect(box).to_have_count(0)
    page.run_all()
    page.page.locator(".valves-stage > svg").wait_for()
    page.page.wait_for_timeout(500)
    expect(page.page.locator(".valves-tour")).to_have_count(0)
    context.close()


# Goes on by a step, and says whether the flow is at once as it stays for so many milliseconds.
AT_ONCE = """async (cell, most) => {
    const flow = cell.querySelector('[data-name="new"] .flow'); // beside a memory that shrinks
    cell.querySelector('button[aria-label^="next step"]').click();
    await new Promise((go) => queueMicrotask(go));
    const first = flow.getAttribute("d");
    for (const end = Date.now() + most; Date.now() < end;) {
        await new Promise((go) => setTimeout(go, 50));
        if (first !== flow.getAttribute("d")) return false;
    }
    return true;
}"""


@pytest.mark.parametrize(("motion", "at_once"), [("reduce", True), ("no-preference", False)])
def test_flows_ease_from_step_to_step_unless_less_motion_is_asked_for(every, motion, at_once):
    cell = every.cell("by-hand-nig")
    cell.locator(".valves-stage > svg").wait_for()
    press(every, cell, 0, "Home" if at_once else "End")  # far from where it settles
    every.page.emulate_media(reduced_motion=motion)
    assert cell.evaluate(AT_ONCE, 800 if at_once else PATIENCE) is at_once
    every.page.emulate_media(reduced_motion="no-preference")
