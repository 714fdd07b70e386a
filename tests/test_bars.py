"""Bars of progress: whole without a kernel, green where nothing went wrong."""

from __future__ import annotations

import pytest

from course_lib import bars

FACTS = {"n": 12, "total": 40, "unit": "epoch", "elapsed": 3.2, "prefix": "reber: "}


@pytest.fixture
def notebook(monkeypatch):
    """What a notebook's kernel would be asked to show, newest last."""
    shown: list[str] = []

    class Handle:
        def update(self, picture):
            shown.append(picture.data)

    def display(picture, **options):
        shown.append(picture.data)
        return Handle()

    monkeypatch.setattr(bars, "_in_notebook", lambda: True)
    monkeypatch.setattr("IPython.display.display", display)
    return shown


def test_a_training_that_stops_early_ends_full_and_green(notebook):
    with bars.bar(total=40, desc="reber", unit="epoch") as bar:
        for _ in range(12):
            bar.update()
        bar.set_postfix({"loss": 0.5}, refresh=False)
    assert "width:100%;background:#00704f" in notebook[-1]
    assert "12 of at most 40 epochs" in notebook[-1] and "loss=0.5" in notebook[-1]


def test_what_went_wrong_ends_where_it_was_and_not_green(notebook):
    with pytest.raises(KeyboardInterrupt), bars.bar(total=4, unit="seed") as bar:
        bar.update()
        raise KeyboardInterrupt
    assert "width:25%;background:#7a7a7a" in notebook[-1] and "1 of 4 seeds" in notebook[-1]


def test_a_bar_is_no_widget_and_breaks_no_word(notebook):
    said = bars.drawn({**FACTS, "postfix": "validation=0.25"}, "")
    assert "12 of 40 epochs" in said and "widget" not in said and "break" not in said
    assert "reber" in said and "reber:" not in said


def test_in_a_terminal_it_is_tqdm_and_none_where_none_is_wanted(capsys, notebook, monkeypatch):
    with bars.bar(total=3, disable=True) as bar:
        bar.update()
    assert notebook == []
    monkeypatch.setattr(bars, "_in_notebook", lambda: False)
    with bars.bar(total=3, desc="here") as bar:
        bar.update(3)
    assert "here: 100%" in capsys.readouterr().err
