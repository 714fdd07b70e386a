"""Exercises come from their masters, the same each time, without the answers."""

from pathlib import Path

import nbformat
import pytest
from nbformat import v4

from course_lib.authoring import exercises


def master():
    answer = "def double(x):\n    ### BEGIN SOLUTION\n    return 2 * x\n    ### END SOLUTION"
    check = (
        "assert double(2) == 4\n### BEGIN HIDDEN TESTS\nassert double(3) == 6\n### END HIDDEN TESTS"
    )

    def marks(name, **more):
        base = {"schema_version": 3, "grade_id": name, "locked": False, "task": False}
        return {"nbgrader": {**base, "grade": False, "solution": False, **more}}

    cells = [
        v4.new_code_cell(answer, metadata=marks("double", solution=True)),
        v4.new_code_cell(check, metadata=marks("test", grade=True, locked=True, points=1)),
    ]
    return v4.new_notebook(
        cells=cells, metadata={"language_info": {"name": "python", "version": "3.11.7"}}
    )


@pytest.mark.slow  # needs the extra grading, which `make check` installs
def test_answers_and_hidden_tests_are_left_out_and_nothing_else(tmp_path):
    folder = tmp_path / "double"
    folder.mkdir()
    nbformat.write(master(), folder / "double.ipynb")
    (folder / "data.csv").write_text("1,2\n")
    made = exercises.generate(tmp_path)
    assert list(made) == [Path("double/data.csv"), Path("double/double.ipynb")]
    text = made[Path("double/double.ipynb")].decode()
    assert "def double(x)" in text
    assert "assert double(2) == 4" in text
    assert "return 2 * x" not in text
    assert "double(3)" not in text
    assert "3.11.7" not in text
    assert exercises.generate(tmp_path) == made


@pytest.mark.slow
def test_a_master_without_marks_is_refused(tmp_path):
    folder = tmp_path / "broken"
    folder.mkdir()
    notebook = master()
    notebook.cells[1].metadata.nbgrader.grade_id = "double"  # twice the same name
    nbformat.write(notebook, folder / "broken.ipynb")
    with pytest.raises(RuntimeError, match="solutions/broken"):
        exercises.generate(tmp_path)


def test_what_a_run_leaves_behind_is_no_exercise(tmp_path):
    for name in ("ps1/ps1.ipynb", "ps1/__pycache__/own.pyc", "ps1/.ipynb_checkpoints/ps1.ipynb"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    assert exercises.existing(tmp_path) == {Path("ps1/ps1.ipynb"): b""}


def test_what_differs_is_found():
    a, b, c = Path("a"), Path("b"), Path("c")
    assert exercises.out_of_date({a: b"1", b: b"2"}, {a: b"1", b: b"x", c: b"3"}) == [b, c]
    assert exercises.out_of_date({a: b"1"}, {}) == [a]
    assert exercises.out_of_date({a: b"1"}, {a: b"1"}) == []
