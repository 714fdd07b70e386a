"""A mistake costs its own question, and no more; what was not written helps nobody."""

import pytest

from course_lib.authoring.notebooks import ROOT
from course_lib.grading.course import Course
from course_lib.grading.sandbox import Limits
from tests.answers import ANSWERS
from tests.masters import MASTERS, asked, read

PS1 = "ps1_standard_lstm"
NO_BIAS = "def valves(x, h_, W, R, b):\n    return right_valves(x, h_, W, R, 0 * b)"


@pytest.fixture(scope="module")
def course(sandboxed, tmp_path_factory):
    root = tmp_path_factory.mktemp("course")
    (root / "solutions").symlink_to(ROOT / "solutions")
    return Course(root, Limits(cell_seconds=10, call_seconds=5))


def marked(course, name: str, **replaced: str) -> dict[str, list]:
    """The verdicts by question, for a master in which some answers are others."""
    notebook = read("solutions", name)
    by_id = {
        one.answer: replaced[one.function] for one in asked().values() if one.function in replaced
    }
    questions = {one.check: question for question, one in asked().items() if one.master == name}
    last = max(k for k, cell in enumerate(notebook.cells) if cell.id in questions)
    notebook.cells = notebook.cells[: last + 1]
    for cell in notebook.cells:
        cell.source = by_id.get(cell.id, cell.source)
    found = course.assignment(name).result("ann", notebook)["verdicts"]
    return {questions[cell]: verdict for cell, verdict in found.items()}


def test_a_forgotten_bias_costs_its_own_question(course):
    right = read("solutions", PS1)
    answer = next(cell.source for cell in right.cells if cell.id == "answer-1")
    forgets = f"{answer.replace('def valves', 'def right_valves')}\n\n\n{NO_BIAS}"
    found = marked(course, PS1, valves=forgets)
    assert [question for question, (passed, _) in found.items() if not passed] == ["ps1.1"]
    assert "the bias is missing" in found["ps1.1"][1]
    assert found["ps1.2"] == [True, "with the right valves in place of yours"]
    assert found["ps1.3"] == [True, "with the right valves in place of yours"]
    assert found["ps1.4"] == [True, ""]


def test_two_mistakes_cost_two_questions(course):
    valves = "def valves(x, h_, W, R, b):\n    return [np.full(h_.shape, 0.5)] * 4"
    step = ANSWERS["ps1.2"]["wrong"]
    text = next(text for text in step.values() if "valves(" in text)
    found = marked(course, PS1, valves=valves, lstm_step=text)
    lost = [question for question, (passed, _) in found.items() if not passed]
    assert lost == ["ps1.1", "ps1.2"]
    assert found["ps1.3"] == [True, "with the right valves and lstm_step in place of yours"]


def test_what_was_not_written_is_nobodys_helper(course):
    found = marked(course, PS1, lstm_step="def lstm_step(*given):\n    raise NotImplementedError()")
    lost = [question for question, (passed, _) in found.items() if not passed]
    assert lost == ["ps1.2", "ps1.3", "ps1.8"]  # those that call it
    assert found["ps1.2"][1] == "hint: nothing is written here yet."
    assert "calls a function that is not written yet: lstm_step." in found["ps1.3"][1]


def test_what_could_not_even_be_defined_is_a_mistake_too(course):
    found = marked(course, PS1, lstm_step="def lstm_step(x, h_, c_, W, R, b)\n    return h_")
    lost = [question for question, (passed, _) in found.items() if not passed]
    assert lost == ["ps1.2"]
    assert "SyntaxError" in found["ps1.2"][1]
    assert found["ps1.3"] == [True, "with the right lstm_step in place of yours"]


def test_an_answers_cell_that_ended_python_is_a_mistake_too(course):
    right = next(iter(ANSWERS["ps1.2"]["right"].values()))
    found = marked(course, PS1, lstm_step=f"{right}\nimport os\nos._exit(0)")
    lost = [question for question, (passed, _) in found.items() if not passed]
    assert lost == ["ps1.2"]
    assert "The answer's cell ended the Python process" in found["ps1.2"][1]
    assert found["ps1.3"] == [True, "with the right lstm_step in place of yours"]


@pytest.mark.parametrize("body", ["while True:\n        pass", "import os\n    os._exit(0)"])
def test_a_function_that_had_to_be_ended_costs_its_own_question(course, body):
    found = marked(course, PS1, lstm_step=f"def lstm_step(x, h_, c_, W, R, b):\n    {body}")
    lost = [question for question, (passed, _) in found.items() if not passed]
    assert lost == ["ps1.2"]
    assert found["ps1.3"] == [True, "with the right lstm_step in place of yours"]


@pytest.mark.parametrize("kind", ["v.tolist()", "np.matrix(v)"])
def test_right_values_that_are_no_arrays_cost_nothing_later(course, kind):
    right = next(iter(ANSWERS["ps1.1"]["right"].values()))
    lists = (
        f"as_arrays = valves\ndef valves(*given):\n    return [{kind} for v in as_arrays(*given)]"
    )
    found = marked(course, PS1, valves=f"{right}\n\n{lists}")
    assert all(passed for passed, _ in found.values()), found
    assert found["ps1.1"] == [True, ""]
    assert found["ps1.2"] == [True, "with the right valves in place of yours"]


def test_a_loop_without_end_behind_an_answer_costs_nothing(course):
    right = next(iter(ANSWERS["ps1.2"]["right"].values()))
    found = marked(course, PS1, lstm_step=f"{right}\nwhile True:\n    pass")
    assert all(passed for passed, _ in found.values())


def test_a_right_helper_is_not_seen_by_what_reads_it(course):
    """The second run hands over nothing but whether the later question passed."""
    spies = (
        "import inspect\n"
        "def lstm_step(x, h_, c_, W, R, b):\n"
        "    raise ValueError(inspect.getsource(valves) + ' LEAK')"
    )
    valves = "def valves(x, h_, W, R, b):\n    return [np.full(h_.shape, 0.5)] * 4"
    found = marked(course, PS1, valves=valves, lstm_step=spies)
    assert not found["ps1.2"][0]
    assert "np.full" in found["ps1.2"][1]  # the student's own
    assert "split" not in found["ps1.2"][1]  # the master's


def test_no_run_holds_the_answer_to_what_it_asks(course):
    """Whoever searches the process for the master's answers finds those that are judged."""
    searches = """
import gc
def lstm_step(x, h_, c_, W, R, b):
    for held in gc.get_objects():
        if isinstance(held, dict) and str(held.get("id", "")).startswith("right check-"):
            space = {"np": np, "valves": valves}
            exec(held["source"], space)
            if "lstm_step" in space:
                return space["lstm_step"](x, h_, c_, W, R, b)
            found.append(held["id"])
    return h_ + len(found), c_ + 0
found = []
"""
    valves = "def valves(x, h_, W, R, b):\n    return [np.full(h_.shape, 0.5)] * 4"
    found = marked(course, PS1, valves=valves, lstm_step=searches)
    lost = [question for question, (passed, _) in found.items() if not passed]
    assert lost == ["ps1.1", "ps1.2"]


def test_a_cell_that_is_no_own_one_costs_the_first_question(course):
    own = "def my_step(c_, i, f, g, o):\n    c = f * c_ + i * g\n    return c, o * np.tanh(c)"
    found = marked(course, "capstone_your_own_variation", my_step=own)
    assert [question for question, (passed, _) in found.items() if passed] == [
        "capstone.2", "capstone.3",
    ]  # fmt: skip


@pytest.mark.parametrize("master", [path.stem for path in MASTERS])
def test_the_master_itself_passes_in_one_run(course, master, monkeypatch):
    from course_lib.grading import running

    runs, run = [], running.run

    def counted(*given):
        runs.append(1)
        return run(*given)

    monkeypatch.setattr(running, "run", counted)
    found = marked(course, master)
    assert all(verdict == [True, ""] for verdict in found.values())
    assert len(runs) == 1
