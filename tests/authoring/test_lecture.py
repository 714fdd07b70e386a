"""Each notebook as a lecture: slide types, minutes and notes; and each fault that it can have."""

import nbformat
import pytest
from nbformat import v4

from course_lib.authoring import lecture

NOTEBOOKS = lecture.lectures()


@pytest.mark.parametrize("path", NOTEBOOKS, ids=[path.stem for path in NOTEBOOKS])
def test_notebook_is_a_lecture(path):
    assert lecture.faults(nbformat.read(path, as_version=4)) == []


def cell(source, kind, make=v4.new_markdown_cell, **told):
    made = make(source, id=told.pop("id", f"cell-{abs(hash((source, kind))) % 10**6}"))
    made.metadata["slideshow"] = {"slide_type": kind}
    if told:
        made.metadata["lecture"] = told
    return made


def good():
    """Four slides of five minutes, with nothing amiss."""
    begins = {"minutes": 5, "notes": ["Ask: why?"]}
    slides = [cell(f"# Title {k}\n\nText", "slide", id=f"slide-{k}", **begins) for k in range(4)]
    more = cell("1 + 1", "fragment", v4.new_code_cell, id="code", show=["code"])
    return v4.new_notebook(cells=[*slides, more, cell("For readers", "skip", id="skipped")])


def test_a_good_lecture_has_no_fault():
    assert lecture.faults(good()) == []
    assert lecture.minutes(good()) == 20


def drawing(made):
    made.cells[0] = cell("valves.by_hand()", "slide", v4.new_code_cell, minutes=5, notes=["Say: a"])
    data = {lecture.WIDGET: {"model_id": "1"}, "image/png": ""}
    made.cells[0].outputs = [v4.new_output("display_data", data)]


def told(number, **values):
    return lambda made: made.cells[number].metadata["lecture"].update(values)


def kind(number, name):
    return lambda made: made.cells[number].metadata["slideshow"].update(slide_type=name)


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (kind(1, ""), "slide type: ''"),
        (kind(1, "notes"), "slide type: 'notes'"),
        (kind(0, "-"), "the first cell is not a slide"),
        (told(0, minutes=0), "without notes, or without up to 6 minutes"),
        (told(0, minutes=7), "without notes, or without up to 6 minutes"),
        (told(0, notes=[]), "without notes, or without up to 6 minutes"),
        (told(0, notes=["Think: hard"]), "begins with none of"),
        (told(0, minutes=1), "16 minutes; 20 to 45"),
        (told(4, minutes=1), "begins no slide"),
        (told(4, show=["picture", "sound"]), "'sound' is none of"),
        (told(0, show=["##"]), "no block of cell slide-0 begins so"),
        (drawing, "no note says what to turn"),
        (lambda made: made.update(cells=[v4.new_markdown_cell("a")]), "it is no lecture yet"),
    ],
)
def test_each_fault_is_named(spoil, says):
    made = good()
    spoil(made)
    found = lecture.faults(made)
    assert any(says in fault for fault in found), found


def test_a_slide_takes_the_blocks_that_begin_so():
    source = "## A\n\nfor readers\n\n$$x$$\n\n```\na\n\nb\n```\n\n$$y$$"
    shown = lecture.text_shown(cell(source, "slide", show=["##", "$$", "```"]))
    assert shown == "## A\n\n$$x$$\n\n```\na\n\nb\n```\n\n$$y$$"
    assert lecture.text_shown(cell(source, "slide")) == source


def test_a_plan_is_read_back_as_it_was_written():
    made = good()
    told(0, notes=['Say: "so" · \\ σ'], show=["#"])(made)
    plan = lecture.plan(made)
    other = good()
    for each in other.cells:
        each.metadata.clear()
    lecture.put(other, plan)
    assert other == made


def test_a_plan_for_another_notebook_is_refused():
    made = good()
    with pytest.raises(ValueError, match="lost"):
        lecture.put(made, '[lost]\ntype = "slide"\n')
    with pytest.raises(ValueError, match="without a type"):
        lecture.put(made, '[code]\nshow = ["code"]\n')
    assert made == good()


def test_the_command_writes_a_plan_into_a_notebook(tmp_path, monkeypatch, capsys):
    (tmp_path / "notebooks").mkdir()
    path = tmp_path / "notebooks" / "07_some.ipynb"
    nbformat.write(good(), path)
    before = path.read_bytes()
    monkeypatch.setattr(lecture, "ROOT", tmp_path)
    monkeypatch.setattr("sys.argv", ["lecture", "07"])
    assert lecture.main() == 0
    plan = tmp_path / "plan.toml"
    plan.write_text(capsys.readouterr().out.replace("Ask: why?", "Ask: how?"), encoding="utf-8")
    monkeypatch.setattr("sys.argv", ["lecture", "07", "--from", str(plan)])
    assert lecture.main() == 0
    assert path.read_bytes() == before.replace(b"Ask: why?", b"Ask: how?")
    plan.write_text("two plans", encoding="utf-8")
    assert lecture.main() == 1 and capsys.readouterr().err.startswith("plan: ")
    monkeypatch.setattr("sys.argv", ["lecture", "08"])
    assert lecture.main() == 1 and "only: came '08'" in capsys.readouterr().err


def test_a_number_chooses_one():
    assert [path.stem for path in lecture.lectures("01")] == ["01_standard_lstm"]
    assert [path.stem for path in lecture.lectures("01b")] == ["01b_lstm_at_work"]


def test_no_such_notebook():
    with pytest.raises(ValueError, match="only: came 'none'"):
        lecture.lectures("none")
