"""How a closed question is shown: a list of buttons in plain JavaScript, which needs no kernel."""

from __future__ import annotations

from functools import cache
from typing import Any

import anywidget
import ipywidgets as widgets
import traitlets
from IPython.display import display

from course_lib.checks import keeping
from course_lib.checks.closed import FOLDER, Closed, html, verdict

WIDGET = "application/vnd.jupyter.widget-view+json"


class Quiz(anywidget.AnyWidget):
    """The question, its choices, and which of them have been chosen, by their places."""

    _esm = (FOLDER / "quiz.js").read_text(encoding="utf-8")
    _css = (FOLDER / "quiz.css").read_text(encoding="utf-8")
    name = traitlets.Unicode().tag(sync=True)
    ask = traitlets.Unicode().tag(sync=True)
    choices = traitlets.List(traitlets.Dict()).tag(sync=True)
    chosen = traitlets.List(traitlets.Int()).tag(sync=True)


def widget(question: Closed) -> Quiz:
    """The question to click; once every right choice was chosen, progress is noted."""
    choices = [
        {
            "text": html(choice.text, inline=True),
            "why": f"<b>{verdict(choice)}</b> {html(choice.why, inline=True)}",
            "right": choice.right,
        }
        for choice in question.choices
    ]
    made = Quiz(name=question.id, ask=html(question.ask), choices=choices)

    def note(change: Any) -> None:
        if question.right <= set(change["new"]):
            keeping.record(question.id)

    made.observe(note, "chosen")
    return made


@cache
def _box(question: Closed) -> widgets.VBox:
    """One a question: a cell that is run again shows what was chosen, and leaves nothing behind."""
    return widgets.VBox([widget(question)])


def show(question: Closed) -> None:
    """Show a question; folded text is for where no widget can live: the web, and paper."""
    still = {"text/html": question.html(), "text/plain": question.text()}
    display({**still, WIDGET: _box(question)._repr_mimebundle_()[WIDGET]}, raw=True)
