"""The library in the sandbox: without the answers, and with all else."""

import subprocess
import sys

import pytest

from course_lib.grading import library

HIDDEN = ("course_lib.cells", "course_lib.sequence", "course_lib.checks")


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return library.assemble(tmp_path_factory.mktemp("library"), HIDDEN)


def run(copy, code: str):
    code = f"import sys; sys.path[:0] = [{str(copy)!r}]\n{code}"
    return subprocess.run(
        [sys.executable, "-I", "-B", "-c", code], capture_output=True, text=True, cwd=copy
    )


@pytest.mark.parametrize(
    "line",
    [
        "import course_lib.cells",
        "from course_lib.cells.lstm import LSTM",
        "from course_lib import sequence",
        "import course_lib.learning.network",  # which needs the cells
        "import course_lib.grading",
        "import course_lib.authoring",
    ],
)
def test_what_answers_is_not_there_and_says_so(copy, line):
    done = run(copy, line)
    assert "an answer may not import it" in done.stderr


@pytest.mark.parametrize(
    "line", ["from course_lib.checks.ps1 import valves", "from course_lib.checks import QUESTIONS"]
)
def test_the_checks_hold_no_reference(copy, line):
    assert "Error" in run(copy, line).stderr


def test_the_rest_is_there(copy):
    done = run(
        copy, "import course_lib.learning.losses, course_lib.checks as c; c.check('ps1.1', print)"
    )
    assert done.stdout == "ps1.1: judged by the grader, on other inputs\n", done.stderr


def test_what_shows_or_keeps_progress_is_there_and_does_nothing(copy):
    done = run(
        copy,
        "from course_lib.checks import export_progress, import_progress, progress, quiz\n"
        "quiz('01.3'), progress(), export_progress(), import_progress('my_progress.json')",
    )
    assert done.stdout == done.stderr == ""


def test_no_file_of_an_answer_is_left(copy):
    names = {str(path.relative_to(copy)) for path in copy.rglob("*") if path.is_file()}
    assert not [
        name for name in names if name.startswith("course_lib/cells/") and "__init__" not in name
    ]
    assert "course_lib/learning/losses.py" in names
    assert not [name for name in names if "__pycache__" in name]


def test_it_is_made_once_and_anew_for_others(copy):
    assert library.assemble(copy.parent, HIDDEN) == copy
    assert library.assemble(copy.parent, HIDDEN[:1]) != copy
    assert not list(copy.parent.glob("part-*"))


def test_a_module_that_is_not_there_is_an_error(tmp_path):
    with pytest.raises(ValueError, match=r"came \['course_lib.cell'\]"):
        library.assemble(tmp_path, ["course_lib.cell"])
