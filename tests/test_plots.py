"""Figures: each is drawn from what it is given, and none is shown without a description."""

from __future__ import annotations

import base64
from typing import Any

import matplotlib
import numpy as np
import pytest

from course_lib import plots
from course_lib.cells import CELLS, FAMILIES
from course_lib.learning.history import History
from course_lib.sequence import forward
from course_lib.tasks import reber

PNG = b"\x89PNG"


def axes(fig: Any) -> list[Any]:
    """The axes of a figure, of which matplotlib's types say too little."""
    return list(fig.axes)


def words(fig: Any) -> str:
    return " | ".join(text.get_text() for ax in axes(fig) for text in ax.texts)


@pytest.fixture
def displayed(monkeypatch):
    found: list = []
    monkeypatch.setattr("IPython.display.display", lambda *a, **k: found.append((a, k)))
    return found


def test_the_square_of_two_valves_says_what_the_corners_do():
    bare, marked = plots.valve_square(), plots.valve_square({"standard": (0.98, 0.5)})
    for corner in ("keep and add", "replace", "empty"):
        assert corner in words(bare) and corner in words(marked)
    (ax,) = axes(marked)
    line, *_, point = ax.get_lines()
    assert np.allclose(np.add(line.get_xdata(), line.get_ydata()), 1)  # f = 1 − i
    assert (point.get_xdata()[0], point.get_ydata()[0]) == (0.98, 0.5)
    assert [text.get_text() for text in ax.get_legend().get_texts()][1:] == ["standard"]


def test_the_picture_of_the_grammar_is_the_grammars():
    fig = plots.grammar()
    (ax,) = axes(fig)
    arrows = [text for text in ax.texts if not text.get_text()]
    letters = sorted(text.get_text() for text in ax.texts if len(text.get_text()) == 1)
    walk = [letter for row in reber.REBER for letter in row]
    assert letters == sorted([*walk, *"BTTPPE"])  # the walk, and what it is embedded in
    loops = [letter for at, row in enumerate(reber.REBER) for letter, to in row.items() if to == at]
    short = [a for a in arrows if abs(np.subtract(a.xy, a.get_position())).max() < 0.5]
    assert len(arrows) == len(letters) and len(short) == len(loops) == 2


def test_what_became_of_each_part_of_the_lstm():
    fig = plots.lstm_to_gru()
    said = words(fig)
    for part in ("forget gate f", "update gate z", "output gate o", "reset gate r", "3 · added"):
        assert part in said
    assert said.count("hidden pipeline h") == 2  # one on each side: c and h end in one
    assert plots.png(fig).startswith(PNG)


def test_a_phase_picture_has_a_line_and_a_start_for_each_way():
    t = np.linspace(0, 6, 30)
    fig = plots.phase({"ring": (np.cos(t), np.sin(t)), "line": (t, t)}, xlabel="c")
    (ax,) = axes(fig)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["ring", "line"]
    squares = [line for line in ax.get_lines() if line.get_marker() == "s"]
    assert [line.get_xdata()[0] for line in squares] == [1.0, 0.0]
    assert ax.get_xlabel() == "c"
    assert plots.png(fig).startswith(PNG)


def test_show_gives_the_description_to_who_cannot_see(displayed):
    plots.show(plots.curves({"line": [1.0, 2.0]}), alt='A line that "rises".')
    (picture, notes), (hidden, _) = displayed
    assert base64.b64decode(picture[0]["image/png"]).startswith(PNG)
    assert notes["metadata"]["image/png"]["alt"] == 'A line that "rises".'
    assert "A line that &quot;rises&quot;." in hidden[0].data
    assert "data-jp-theme-light=false" in hidden[0].data


@pytest.mark.parametrize("alt", ["", "  "])
def test_no_figure_without_a_description(alt):
    with pytest.raises(ValueError, match="alt: came"):
        plots.show(plots.curves({"line": [1.0]}), alt=alt)


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("unit", [None, 2])
def test_valves_over_time(name, unit):
    trace = forward(CELLS[name](3, 4), np.ones((5, 2, 3)))
    fig = plots.valves_over_time(trace, unit=unit, piece=1, labels="abcde", mark=3)
    drawn = {line.get_label(): line.get_ydata() for ax in axes(fig) for line in ax.get_lines()}
    assert drawn
    for valve in set(trace.names) & set(plots.VALVES):
        whole = trace[valve][:, 1]
        expected = whole.mean(axis=1) if unit is None else whole[:, unit]
        np.testing.assert_array_equal(drawn[plots.WORDS[valve]], expected)


def history(*losses: float) -> History:
    made = History()
    for epoch, loss in enumerate(losses, start=1):
        made.rows.append({"epoch": epoch, "train_loss": loss + 1, "validation_loss": loss})
    made.best = min(made.rows, key=lambda row: row["validation_loss"])
    return made


def test_the_best_epoch_is_marked():
    (ax,) = axes(plots.losses(history(3.0, 1.0, 2.0)))
    marks = {line.get_label(): line.get_xydata().tolist() for line in ax.get_lines()}
    assert marks["best, kept"] == [[2.0, 1.0]]


def test_a_live_figure_is_redrawn_in_its_place(displayed, monkeypatch):
    updates: list = []

    class Handle:
        def update(self, shown, **options):
            if "raw" in options:
                updates.append(shown["image/png"])
            else:
                assert "the best epoch marked" in shown.data

    monkeypatch.setattr("IPython.display.display", lambda *a, **k: Handle())
    live = plots.LiveLoss()
    live(history(3.0))
    live(history(3.0, 2.0))
    live(history(3.0, 2.0, 1.0))
    assert len(updates) == len(set(updates)) == 2


def test_every_seed_is_a_dot():
    (ax,) = axes(plots.seeds({"with": [1.0, 0.5, 0.75], "without": [0.25]}))
    dots, median, lone, _ = (line.get_xdata() for line in ax.get_lines())
    assert (list(dots), median[0], list(lone)) == ([1.0, 0.5, 0.75], 0.75, [0.25])


def test_a_piano_roll_draws_each_note():
    roll = np.zeros((4, 88))
    roll[[0, 1, 1, 3], [39, 39, 43, 46]] = 1
    (ax,) = axes(plots.piano_roll(roll))
    notes = [(line.get_xdata().mean(), line.get_ydata()[0]) for line in ax.get_lines()]
    assert notes == [(0, 60), (1, 60), (1, 64), (3, 67)]


def test_a_piano_roll_names_pitches_as_they_are_in_the_piece():
    roll = np.zeros((2, 88))
    roll[:, [39, 46]] = 1  # c' and g', eight semitones above what was written
    (ax,) = axes(plots.piano_roll(roll, probabilities=0.1 + 0 * roll, up=8))
    (image,) = ax.get_images()
    assert image.get_extent()[2:] == [12.5, 100.5]
    assert sorted(line.get_ydata()[0] for line in ax.get_lines()) == [52, 52, 59, 59]
    assert [label.get_text() for label in ax.get_yticklabels()] == ["C4"]


def test_the_learners_own_settings_are_left_alone():
    before = dict(matplotlib.rcParams)
    plots.png(plots.activity(np.zeros((3, 4))))
    plots.png(plots.gradient_decay({"a": np.array([0.1, 1.0])}))
    assert dict(matplotlib.rcParams) == before


def test_the_map_names_every_cell_and_leads_to_what_it_changes():
    fig = plots.cells_map(FAMILIES, title="all")
    (ax,) = axes(fig)
    assert {text.get_text() for text in ax.texts} == {cell.__name__ for cell in CELLS.values()}
    lines = [line.get_xdata() for line in ax.get_lines() if len(line.get_xdata()) == 2]
    assert [2000, 2016] in [list(x) for x in lines]  # LSTM → mLSTM
    assert [2016, 2024] in [list(x) for x in lines]  # TRNN → minGRU
