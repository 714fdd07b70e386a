"""A deck holds what the metadata say, and nothing else."""

import pytest
from nbformat import v4

from course_lib.authoring import deck, lecture
from course_lib.authoring.notebooks import WIDGETS
from tests.authoring.test_lecture import cell, good


def widget(name, picture=True):
    data = {lecture.WIDGET: {"model_id": name}} | ({"image/png": "iVBORw0KGgo="} if picture else {})
    return v4.new_output("display_data", data)


def with_code(show, *outputs):
    """A lecture whose last cell is code on a fragment."""
    made = good()
    made.cells[3].metadata["lecture"]["notes"] = ["Turn: f"]
    made.cells[4] = cell("x = 1", "fragment", v4.new_code_cell, id="code", show=show)
    made.cells[4].outputs = list(outputs)
    made.metadata["widgets"] = {WIDGETS: {"state": {"1": {"state": {}}}}}
    return deck.deck(made)


def sources(made):
    return [each.source for each in made.cells]


def test_what_is_skipped_is_gone_and_notes_follow_their_slide():
    made = deck.deck(good())
    assert "For readers" not in sources(made)
    assert len(deck.slides(made)) == 4
    assert made.cells[3].source == "**5 min**, until minute 10\n\n**Ask:** why?"
    assert lecture.slide_type(made.cells[3]) == "notes"


def test_a_slide_without_heading_says_where_it_belongs():
    made = good()
    made.cells[1].source = "Only text"
    assert sources(deck.deck(made))[2:4] == ["###### Title 0", "Only text"]


def test_parts_of_code():
    printed = v4.new_output("stream", text="1\n")
    whole = with_code(["code", "output"], printed).cells[-1]
    assert whole.outputs == [printed] and not whole.metadata["transient"]["remove_source"]
    code = with_code(["code"], printed).cells[-1]
    assert code.outputs == [] and not code.metadata["transient"]["remove_source"]
    output = with_code(["output"], printed).cells[-1]
    assert output.outputs == [printed] and output.metadata["transient"]["remove_source"]


def test_a_bar_of_progress_is_left_out_and_a_picture_can_stand_for_a_widget():
    bar = widget("2", picture=False)
    drawn = v4.new_output("display_data", {"text/html": "<div data-progress>12 epochs</div>"})
    (kept,) = with_code(["output"], widget("1"), bar, drawn).cells[-1].outputs
    assert kept.data[lecture.WIDGET]["model_id"] == "1"
    (kept,) = with_code(["picture"], widget("1")).cells[-1].outputs
    assert list(kept.data) == ["image/png"]


def test_a_widget_whose_state_was_not_stored_leaves_its_picture():
    (kept,) = with_code(["output"], widget("3")).cells[-1].outputs
    assert list(kept.data) == ["image/png"]


def test_only_the_widgets_that_are_shown_are_kept_with_their_links():
    made = good()
    made.cells[3].metadata["lecture"]["notes"] = ["Turn: f"]
    made.cells[4] = cell("x", "fragment", v4.new_code_cell, id="code", show=["output"])
    made.cells[4].outputs = [widget("box")]
    made.metadata["widgets"] = {
        WIDGETS: {
            "state": {
                "box": {"state": {"children": ["IPY_MODEL_slider"]}},
                "slider": {"state": {}},
                "link": {
                    "state": {
                        "source": ["IPY_MODEL_slider", "value"],
                        "target": ["IPY_MODEL_box", "f"],
                    }
                },
                "other": {"state": {"children": ["IPY_MODEL_slider"]}},
                "loose": {
                    "state": {
                        "source": ["IPY_MODEL_other", "value"],
                        "target": ["IPY_MODEL_box", "f"],
                    }
                },
            }
        }
    }
    state = deck.deck(made).metadata["widgets"][WIDGETS]["state"]
    assert set(state) == {"box", "slider", "link"}


@pytest.mark.parametrize(
    ("lines", "columns", "px"), [(3, 20, 30), (8, 80, 23), (22, 40, 19), (40, 40, 18)]
)
def test_code_is_as_large_as_fits(lines, columns, px):
    made = good()
    made.cells[4].source = "\n".join(["x" * columns] * lines)
    assert deck.deck(made).cells[-1].metadata["tags"] == [f"size-{px}"]


def test_what_is_no_lecture_makes_no_deck():
    made = good()
    made.cells[0].metadata["lecture"]["minutes"] = 0
    with pytest.raises(ValueError, match="without notes"):
        deck.deck(made)


def test_the_given_notebook_stays_as_it_was():
    made = good()
    deck.deck(made)
    assert made == good()
