"""The pictures that stand where no widget can live: the drawing itself, with its numbers."""

from __future__ import annotations

import re
import sys

import pytest

from course_lib.readings.javascript import declaration
from course_lib.valves import scenes, still


def state(kind: str, scene: str, **values: float) -> dict:
    limits = scenes.limits(kind, scene)
    v = {name: values.get(name, scenes.STARTS.get(name, 0.0)) for name in limits}
    told = declaration(scenes.class_of(kind))
    return {"cell": told, "scene": scene, "values_of": list(v), **v}


def texts(drawn: str) -> list[str]:
    """What is written on a drawing; what stands lower follows a _."""
    found = []
    for inner in re.findall(r"<text[^>]*>(.*?)</text>", drawn):
        found.append(re.sub(r"<[^>]*>", "", re.sub(r'<tspan class="sub"[^>]*>', "_", inner)))
    assert found
    return found


@pytest.mark.parametrize("scene", ["by hand", "one step", "gradient"])
@pytest.mark.parametrize("kind", scenes.KINDS)
def test_a_still_bears_the_numbers_of_its_scene(kind, scene):
    given = state(kind, scene)
    values = scenes.values(kind, scene, given)
    written = " | ".join(texts(still.svg(given)))
    name = {"gradient": "dc_" if "dc_" in values else "dh_"}.get(scene, "h")
    value = f"{'−' if round(values[name], 2) < 0 else '+'}{abs(values[name]):.2f}"
    said = {"dh_": "δh₋", "dc_": "δc₋"}.get(name, name)
    assert f"{said} = {value}" in written


def test_a_still_is_a_picture_in_both_themes():
    light, dark = (still.svg(state("lstm", "by hand"), dark=dark) for dark in (False, True))
    assert texts(light) == texts(dark) and light != dark
    assert "var(" not in light + dark  # a picture has no style sheet to ask
    assert still.png(light).startswith(b"\x89PNG") and still.png(light) != still.png(dark)


def test_a_negative_flow_is_striped_by_the_drawing_s_own_pattern():
    drawn = still.svg(state("lstm", "by hand", g=-0.9))
    (name,) = re.findall(r'<pattern id="([^"]*)"', drawn)
    flows = re.findall(r'<path class="flow"[^>]*style="fill: ([^"]*)"', drawn)
    assert f"url(#{name})" in flows and any(flow.startswith("#") for flow in flows)


def test_a_peephole_s_term_stands_beside_the_slider_s():
    written = texts(still.svg(state("peephole", "one step", c_=-1.0, a_f=6.0, p_f=3.0)))
    assert "6.00 − 3.00" in written and "a_f = +3.00" in written


def test_a_pipe_is_as_wide_as_what_flows_needs_and_says_so():
    assert "a full pipe carries 2" in texts(still.svg(state("lstm", "by hand")))
    assert "a full pipe carries 5" in texts(still.svg(state("lstm", "by hand", c_=3.0, f=1.0)))


def test_a_machine_that_can_draw_none_gets_words(monkeypatch):
    still._engine.cache_clear()
    monkeypatch.setitem(sys.modules, "quickjs", None)

    class Drawn:
        def get_state(self):
            return state("lstm", "by hand")

    assert still.picture(Drawn()) is None  # type: ignore[arg-type]
