"""What a question is called with is nobody's to know; what comes back is judged by value alone."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import nbformat
import numpy as np
import pytest
from nbformat import v4

from course_lib.authoring.notebooks import ROOT
from course_lib.checks import QUESTIONS
from course_lib.grading import scores, wire
from course_lib.grading.course import Course
from course_lib.grading.running import Ran
from course_lib.grading.scores import Asked

MASTERS = sorted(path.parent.name for path in ROOT.glob("solutions/*/*.ipynb"))
ONE = Asked("check-1", "ps1.1", "valves")
KEY = b"k" * 64


def graded(source: str, **marks) -> nbformat.NotebookNode:
    full = {"grade": True, "solution": False, "grade_id": "check-1", "points": 1, **marks}
    return v4.new_notebook(cells=[v4.new_code_cell(source, metadata={"nbgrader": full})])


@pytest.mark.parametrize("name", MASTERS)
def test_every_master_says_what_it_asks(name):
    assignment = Course(ROOT).assignment(name)
    cells = {
        cell.metadata.get("nbgrader", {}).get("grade_id"): cell for cell in assignment.master.cells
    }
    assert assignment.asked
    for question in assignment.asked:
        assert cells[question.cell].source.startswith(f'check("{question.question}", ')
        assert "course_lib.checks" in QUESTIONS[question.question].answered_by


def test_a_question_is_read_from_the_first_statement():
    assert scores.asked(graded('check("ps1.1", valves)\nmore()')) == [ONE]
    assert scores.asked(graded("anything", solution=True)) == []  # graded by hand
    assert scores.asked(graded("anything", grade=False)) == []


@pytest.mark.parametrize(
    "source",
    ["", "assert True", 'check("ps1.1")', 'check("ps9.9", valves)', 'x = check("ps1.1", f)',
     'check("ps1.1", lambda: 1)', "check('ps1.1', valves"],
)  # fmt: skip
def test_another_graded_cell_is_an_error_that_names_it(source):
    with pytest.raises(ValueError, match="cell check-1: came"):
        scores.asked(graded(source))


def test_the_secret_is_made_once_and_for_the_grader_alone(tmp_path):
    first = scores.secret(tmp_path / "grading")
    assert scores.secret(tmp_path / "grading") == first
    assert len(first) == 64
    path = tmp_path / "grading" / "secret"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert scores.secret(tmp_path / "other") != first
    path.write_text("short")
    with pytest.raises(ValueError, match="came 5 characters"):
        scores.secret(tmp_path / "grading")


def test_a_secret_that_could_not_be_stored_is_left_nowhere(tmp_path, monkeypatch):
    def refused(*_):
        raise PermissionError

    monkeypatch.setattr("os.link", refused)
    with pytest.raises(PermissionError):
        scores.secret(tmp_path)
    assert not list(tmp_path.iterdir())


def test_those_who_ask_at_once_get_the_same_secret(tmp_path):
    for turn in range(20):
        with ThreadPoolExecutor(8) as pool:
            got = list(pool.map(scores.secret, [tmp_path / str(turn)] * 8))
        assert len(set(got)) == 1
        assert [path.name for path in (tmp_path / str(turn)).iterdir()] == ["secret"]


def drawn(key=KEY, assignment="ps1", student="ann", text="x"):
    return scores.draw(key, assignment, student, text, [ONE])["ps1.1"]


def alike(a, b) -> bool:
    return all(np.array_equal(m, n) for m, n in zip(a[0], b[0], strict=True))


def test_inputs_are_the_same_for_the_same_and_others_for_all_else():
    assert alike(drawn(), drawn())
    for change in ({"key": b"l" * 64}, {"assignment": "ps2"}, {"student": "ben"}, {"text": "y"}):
        assert not alike(drawn(), drawn(**change)), change
    draws = drawn()
    assert len(draws) == scores.DRAWS
    assert not np.isin(draws[0][0], draws[1][0]).any()
    visible = QUESTIONS["ps1.1"].inputs(np.random.default_rng(0))
    assert not any(np.isin(given[0], visible[0]).any() for given in draws)


# --- verdicts ------------------------------------------------------------------------------------


def handed_over(answer, draws) -> Ran:
    """As inside.py hands it over."""
    found = {}
    for number, given in enumerate(draws):
        came, after = wire.encode(answer(*given)), [wire.encode(value) for value in given]
        found[number] = {"answer": "check-1", "draw": number, "came": came, "after": after}
    return Ran(answers={"check-1": found})


def verdict(ran: Ran):
    return scores.judge(ONE, {"ps1.1": drawn()}, ran)


def test_right_values_pass():
    assert verdict(handed_over(QUESTIONS["ps1.1"].reference, drawn())) == (True, "")


def test_one_wrong_draw_fails():
    ran = handed_over(QUESTIONS["ps1.1"].reference, drawn())
    last = ran.answers["check-1"][scores.DRAWS - 1]
    last["came"] = wire.encode(tuple(np.zeros_like(v) for v in wire.decode(last["came"])))
    assert not verdict(ran).passed


def test_another_submissions_values_fail():
    ran = handed_over(QUESTIONS["ps1.1"].reference, drawn(student="ben"))
    assert not verdict(ran).passed


@pytest.mark.parametrize(
    ("found", "says"),
    [
        ({}, "handed over no value"),
        ({"passed": True, "score": 10}, "handed over no value"),
        ({"came": {"plain": True}, "after": []}, ""),
        ({"came": {"odd": "Equal"}, "after": []}, "returns Equal, which is no array"),
        ({"came": {"plain": None}, "after": 3}, ""),
        ({"came": [[[]]], "after": None}, "no value"),
        ({"late": "took longer than 2 seconds"}, "valves took longer than 2 seconds."),
        ({"raised": "NotImplementedError"}, "nothing is written here yet"),
        ({"raised": "NotImplementedError", "within": "valves"}, "nothing is written here yet"),
        ({"raised": "NotImplementedError", "within": "helper"},
         "it calls a function that is not written yet: helper. Write that first."),
        ({"raised": "NotImplementedError", "within": ["x"]}, "nothing is written here yet"),
        ({"raised": "ValueError", "words": "output array is read-only", "line": "x += 1"},
         "at the line:  x += 1\nhint: your function changes its argument"),
        ({"raised": ["list"], "words": {"a": 1}, "line": 3}, "it raised"),
    ],
)  # fmt: skip
def test_what_is_no_right_value_fails_with_a_reason(found, says):
    came = verdict(Ran(answers={"check-1": {0: found}}))
    assert not came.passed
    assert says in came.text


def test_what_did_not_run_fails_with_a_reason():
    assert verdict(Ran(missing={"check-1": "valves"})).text == (
        "There is no function valves by the time it is called: no cell above its check defines it."
    )
    ended = verdict(Ran(stopped={"check-1": "ended the Python process (exit code 0)"}))
    assert ended == (False, "calling valves ended the Python process (exit code 0).")


def test_a_reason_is_no_longer_than_a_page_can_show():
    came = verdict(Ran(answers={"check-1": {0: {"raised": "E" * 10**6, "words": ""}}}))
    assert len(came.text) < 2 * scores.LONGEST


def test_no_reference_is_in_the_sandboxs_job():
    text = str(scores.step(ONE, {"ps1.1": drawn()}))
    assert "came" not in text
    assert set(scores.step(ONE, {"ps1.1": drawn()})) == {"id", "function", "draws"}
    assert Path(scores.__file__).name not in text
