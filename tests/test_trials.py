"""The trials to look through: what the widget is given, and how it is linked."""

import importlib
import math
import re

import pytest

from course_lib import valves
from course_lib.odyssey import VARIANTS
from course_lib.plots.show import CELL_COLOURS
from course_lib.valves.drawing import STATIC
from tests.in_javascript import runner
from tests.odyssey.small import made_up

module = importlib.import_module("course_lib.valves.trials")  # the package names its function so


@pytest.fixture
def shown(monkeypatch):
    """What was handed over to be shown: the box of widgets, and its description."""
    got = []
    monkeypatch.setattr(module, "show", lambda root, fig, alt: got.append((root, alt)))
    return got


def study():
    rows = [made_up(name, k, 9 + k / 100, lr=1.23456e-4) for name in VARIANTS for k in range(1, 21)]
    lost = made_up("NOAF", 21, math.nan, math.nan, status="diverged")
    return [*rows, lost]


def view_of(shown):
    return shown[0][0].children[-1]


def test_every_trial_is_there_rounded_to_what_is_read(shown):
    valves.trials(study())
    data = view_of(shown).data
    assert {len(column) for column in data.values()} == {181}
    assert data["lr"][0] == 1.23e-4
    assert data["val_nll"][-1] is None and data["test_nll"][-1] is None
    assert [list(VARIANTS)[k] for k in data["variant"]] == [row.variant for row in study()]


def test_the_best_tenth_is_marked_by_validation(shown):
    valves.trials(study())
    data = view_of(shown).data
    assert sum(data["tenth"]) == 2 * len(VARIANTS) + 1  # one variant has 21: rounded up
    assert [k for k in range(20) if data["tenth"][k]] == [0, 1]


def test_each_control_is_linked_in_the_browser_to_a_trait(shown):
    valves.trials(study(), show_first=("NP", "FGR"))
    box, alt = shown[0]
    linked = {link.target[1]: link.source for link in box.links}
    assert set(linked) == {"x", "colour", "tenth", *(f"show_{name}" for name in VARIANTS)}
    view = view_of(shown)
    assert [name for name in VARIANTS if getattr(view, f"show_{name}")] == ["FGR", "NP"]
    for trait, (control, name) in linked.items():
        assert getattr(control, name) == getattr(view, trait)
    assert "NP, FGR" in alt


def test_one_epoch_is_one(tmp_path):
    javascript = runner(tmp_path, module.Trials.modules)
    found = javascript('const found = given.map((n) => valves.counted(n, "epoch"));', [0, 1, 2])
    assert found == ["0 epochs", "1 epoch", "2 epochs"]


def test_what_cannot_be_shown_is_named(shown):
    with pytest.raises(ValueError, match="rows: came none"):
        valves.trials([])
    with pytest.raises(ValueError, match="show_first: came 'NOAF', expected some of"):
        valves.trials([made_up("V", 1), made_up("NFG", 1)])


def test_a_variant_has_one_colour_in_figures_and_widget():
    sheet = (STATIC / "trials.css").read_text(encoding="utf-8")
    light = dict(re.findall(r"--v-(\w+): (#\w+)", sheet.split("[data-jp-theme")[0]))
    assert set(light) == set(VARIANTS)
    for name, colour in light.items():
        assert CELL_COLOURS[name.lower()].lower() == colour
