"""The pictures of a study show what the figures say."""

import numpy as np
import pytest

from tests.needs import need_odyssey

need_odyssey()

from course_lib import plots
from course_lib.odyssey import analysis, selection
from course_lib.odyssey.selection import Difference
from tests.odyssey.small import lost, made_up, study


def at(line, which: str) -> list[float]:
    """Where a line's points lie."""
    return np.asarray(getattr(line, f"get_{which}data")(), float).tolist()


def test_a_forest_plot_has_a_line_a_variant_and_fills_what_is_shown():
    shown = [Difference("CIFG", 8.9, -0.1, -0.3, 0.1, 0.9, 200),
             Difference("NFG", 9.4, 0.5, 0.3, 0.7, 1e-4, 200),
             Difference("NOG", 9.4, 0.6, 0.4, 0.8, 1e-4, 50)]  # fmt: skip
    (ax,) = plots.forest(shown, small=0.15).axes
    assert [text.get_text() for text in ax.get_yticklabels()] == ["CIFG", "NFG", "NOG"]
    lines = [at(line, "x") for line in ax.get_lines()]
    points = [line for line in ax.get_lines() if line.get_marker() == "o"]
    assert [-0.3, 0.1] in lines and [0.3, 0.7] in lines
    assert [at(point, "x") for point in points] == [[-0.1], [0.5], [0.6]]
    assert points[0].get_markerfacecolor() == "white" != points[1].get_markerfacecolor()
    assert points[2].get_markerfacecolor() == "white"  # of 50 trials nothing is shown
    assert [text.get_text().strip() for text in ax.texts] == ["−0.10", "+0.50", "+0.60"]


def test_a_second_reckoning_is_drawn_below_the_first():
    rows = study(("V", "NP", "NOG"), trials=100)
    (ax,) = plots.forest(
        selection.compare(rows), analysis.welch(rows), labels=("drawn anew", "Welch")
    ).axes
    welch = {(test.low, test.high) for test in analysis.welch(rows)}
    drawn = {tuple(at(line, "x")) for line in ax.get_lines()}
    assert welch <= drawn
    legend = ax.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == ["drawn anew", "Welch"]


def test_two_forests_have_an_arrow_where_an_interval_goes_on_and_fill_what_is_shown():
    many = [Difference("NP", 9, 0.5, 0.3, 0.7, 1e-4, 200)]
    few = [
        Difference("NP", 9, 0.6, 0.2, 5.0, 1e-4, 50),
        Difference("NOAF", 12, 3.0, -4, 4, 1, 50),
    ]
    (ax,) = plots.forests({"quick": many, "paper": few}, within=(-1, 2)).axes
    assert [text.get_text() for text in ax.get_yticklabels()] == ["NP", "NOAF"]
    drawn = {(line.get_marker(), *at(line, "x")): line for line in ax.get_lines() if len(
        at(line, "x"))}  # fmt: skip
    assert drawn["o", 0.5].get_markerfacecolor() != "white"
    assert drawn["s", 0.6].get_markerfacecolor() == "white"  # of 50 trials nothing is shown
    assert {(">", 2.0), ("<", -1.0)} <= drawn.keys() and ("s", 3.0) not in drawn
    assert ("None", 0.3, 0.7) in drawn and ("None", 0.2, 2.0) in drawn


def test_pairs_are_drawn_by_variant_and_leave_out_what_diverged():
    first = study(("V", "NP"), trials=4)
    second = [row._replace(test_nll=row.test_nll - 0.25) for row in first]
    second[0] = lost("V", 1)._replace(lr=first[0].lr)
    figure = plots.paired(list(zip(first, second, strict=True)), labels=("quick", "paper"))
    left, right = figure.axes[:2]
    assert np.asarray(left.collections[0].get_offsets()).shape == (7, 2)
    assert [text.get_text() for text in right.get_xticklabels()] == ["V", "NP"]
    dots = [line for line in right.get_lines() if line.get_marker() == "."]
    assert [np.round(at(line, "y"), 6).tolist() for line in dots] == [[-0.25] * 3, [-0.25] * 4]
    assert plots.paired([(first[0], second[0])], labels=("quick", "paper")).axes


def test_what_the_last_frames_give_lies_between_two_lines():
    (ax,) = plots.last_frames([1, 2, 4], [10.0, 9.2, 9.0], whole=8.9, reset=9.1).axes
    curve = next(line for line in ax.get_lines() if line.get_marker() == "o")
    assert at(curve, "y") == [10.0, 9.2, 9.0]
    levels = {at(line, "y")[0] for line in ax.get_lines() if line is not curve}
    assert levels == {8.9, 9.1}


def test_each_trial_is_a_mark_and_what_diverged_is_counted():
    (ax,) = plots.by_variant([*study(("V", "NP"), trials=4), lost("NP", 5)]).axes
    drawn = {str(line.get_label()): len(at(line, "x")) for line in ax.get_lines()}
    assert drawn == {"NP (1 diverged)": 4, "V": 4} and ax.get_xscale() == "log"


def test_boxes_leave_out_what_lies_above_the_worst():
    every, tops = {"V": [9.0, 9.4], "NP": [9.1, 30.0]}, {"V": [9.0], "NP": [9.1]}
    left, right = plots.boxes(every, tops, worst=12.0).axes
    dots = [at(line, "y") for line in left.get_lines() if line.get_marker() == "."]
    assert dots == [[9.0, 9.4], [9.1, 30.0]] and left.get_ylim() == pytest.approx((8.7, 12.0))
    assert [text.get_text() for text in right.get_xticklabels()] == ["V", "NP"]


def test_shares_come_singly_first_and_the_largest_first():
    (ax,) = plots.shares({("lr", "hidden"): 0.2, ("hidden",): 0.1, ("lr",): 0.7}).axes
    assert [text.get_text() for text in ax.get_yticklabels()] == ["lr", "hidden", "lr × hidden"]
    assert [text.get_text() for text in ax.texts] == ["70.0%", "10.0%", "20.0%"]


def test_a_loss_over_the_hidden_units():
    (ax,) = plots.over("hidden", [20, 200], [9.0, 10.0], worst=11.0).axes
    assert (ax.get_xscale(), ax.get_xlabel()) == ("log", "hidden units")
    assert ax.get_ylim() == pytest.approx((8.7, 11.0)) and at(ax.get_lines()[0], "x") == [20, 200]


def test_a_loss_beyond_the_worst_stands_at_the_edge():
    (ax,) = plots.over("hidden", [20, 100, 200], [9.0, 33.0, 10.0], worst=11.0).axes
    (edge,) = [line for line in ax.get_lines() if line.get_label() == "above 11"]
    assert (at(edge, "x"), at(edge, "y")) == ([100], [11.0])
    (left, right) = plots.boxes({"V": [9.0, 33.0]}, {"V": [9.0]}, worst=11.0).axes
    found = [at(line, "y") for line in left.get_lines() if line.get_marker() == "^"]
    assert found == [[11.0]]
    assert not [line for line in right.get_lines() if line.get_marker() == "^"]


def test_a_live_study_is_redrawn_in_its_place(monkeypatch):
    first, after = [], []

    class Handle:
        def update(self, shown, **options):
            after.extend([shown["text/plain"]] if "raw" in options else [])

    def display(shown, **options):
        first.extend([shown["text/plain"]] if "raw" in options else [])
        return Handle()

    monkeypatch.setattr("IPython.display.display", display)
    live, rows = plots.LiveStudy(4), [made_up("V", 1)]
    live(rows)
    live([*rows, made_up("NP", 1)])
    assert [said[:23] for said in (*first, *after)] == [
        "Figure: 1 of 4 trials: ",
        "Figure: 2 of 4 trials: ",
    ]
