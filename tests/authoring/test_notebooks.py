"""Storing notebooks, and each fault that a stored one can have."""

import copy
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient.exceptions import CellExecutionError
from nbformat import v4

from course_lib.authoring import notebooks

PIXEL = "iVBORw0KGgo="


def picture(**notes):
    return v4.new_output("display_data", {"image/png": PIXEL}, metadata=notes)


def stored():
    """A small notebook with nothing amiss."""
    cell = v4.new_code_cell("print(1)", execution_count=1)
    cell.outputs = [v4.new_output("stream", text="1\n"), picture(**{"image/png": {"alt": "a dot"}})]
    cells = [v4.new_markdown_cell("# Hello ![a valve](valve.png)"), cell]
    return v4.new_notebook(cells=cells, metadata={"kernelspec": dict(notebooks.KERNEL)})


@pytest.mark.parametrize(
    ("only", "names"),
    [
        ("", ["01_a", "01b_b", "ps1_a", "ps2_b"]),
        ("01", ["01_a"]),
        ("01b", ["01b_b"]),
        ("ps2", ["ps2_b"]),
        ("ps", ["ps1_a", "ps2_b"]),
        ("b.", ["01b_b", "ps2_b"]),
    ],
)
def test_a_number_chooses_one_and_a_part_all_that_hold_it(only, names):
    paths = [Path(f"{name}.ipynb") for name in ("01_a", "01b_b", "ps1_a", "ps2_b")]
    assert [path.stem for path in notebooks.chosen(only, paths)] == names
    with pytest.raises(ValueError, match="only: came '03'"):
        notebooks.chosen("03", paths)


def faults_of(notebook, tmp_path):
    path = tmp_path / "some.ipynb"
    path.write_text(v4.writes(notebook), encoding="utf-8")
    return notebooks.faults(path)


def test_a_good_notebook_has_no_fault(tmp_path):
    assert faults_of(stored(), tmp_path) == []


def long_cell(notebook):
    notebook.cells[0].source = "a\n" * 31


def too_large(notebook):
    notebook.cells[1].outputs[0].text = "x" * 2_000_001


def other_kernel(notebook):
    notebook.metadata.kernelspec.name = "mine"


def python_version(notebook):
    notebook.metadata["language_info"] = {"name": "python", "version": "3.11.7"}


def repeated_id(notebook):
    notebook.cells[1].id = notebook.cells[0].id


def no_outputs(notebook):
    notebook.cells[1].outputs = []


def not_run(notebook):
    notebook.cells[1].execution_count = None


def timed(notebook):
    notebook.cells[1].metadata["execution"] = {"iopub.execute_input": "2026-01-01"}


def error(notebook):
    failed = v4.new_output("error", ename="E", evalue="", traceback=[])
    notebook.cells[1].outputs.append(failed)


def address(notebook):
    notebook.cells[1].outputs[0].text = "[<matplotlib.lines.Line2D at 0x7f6befb683d0>]"


def sound(notebook):
    played = v4.new_output("display_data", {"text/html": "<audio controls></audio>"})
    notebook.cells[1].outputs.append(played)


def sound_by_type(notebook):
    notebook.cells[1].outputs.append(v4.new_output("display_data", {"audio/wav": "UklGRg=="}))


def nameless_picture(notebook):
    notebook.cells[1].outputs.append(picture())


def nameless_picture_in_html(notebook):
    page = v4.new_output("display_data", {"text/html": '<img src="x.png" alt="">'})
    notebook.cells[1].outputs.append(page)


def nameless_picture_in_text(notebook):
    notebook.cells[0].source = "![](valve.png)"


def emptied_strict_cell(notebook):
    other = v4.new_code_cell("1 + 1", execution_count=2, metadata={"tags": [notebooks.STRICT]})
    notebook.cells.append(other)


def emptied_strict_cell_by_comment(notebook):
    notebook.cells.append(v4.new_code_cell("# NBVAL_CHECK_OUTPUT\n2", execution_count=2))


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (long_cell, "31 lines"),
        (too_large, "2,000,000 at most"),
        (other_kernel, "kernel"),
        (python_version, "Python version"),
        (repeated_id, "ids"),
        (no_outputs, "no stored outputs"),
        (not_run, "was not run"),
        (timed, "when it was run"),
        (error, "a stored error"),
        (address, "address in memory"),
        (sound, "stored sound"),
        (sound_by_type, "stored sound"),
        (nameless_picture, "without alt text"),
        (nameless_picture_in_html, "without alt text"),
        (nameless_picture_in_text, "without alt text"),
        (emptied_strict_cell, "no stored output"),
        (emptied_strict_cell_by_comment, "no stored output"),
    ],
)
def test_each_fault_is_named(spoil, says, tmp_path):
    notebook = stored()
    spoil(notebook)
    found = faults_of(notebook, tmp_path)
    assert found, "nothing was found amiss"
    assert any(says in fault for fault in found)


def test_a_picture_in_html_with_alt_text_speaks_for_the_plain_one(tmp_path):
    notebook = stored()
    data = {"image/png": PIXEL, "text/html": '<img src="x.png" alt="a dot">'}
    notebook.cells[1].outputs.append(v4.new_output("display_data", data))
    assert faults_of(notebook, tmp_path) == []


def test_storing_keeps_ids_and_drops_sound_and_is_the_same_every_time(tmp_path):
    source = (
        "import ipywidgets, IPython.display as d\n"
        "d.display(ipywidgets.IntSlider(description='forget'))\n"
        "d.display(d.Audio([0.0, 0.1, 0.0], rate=8000))\n"
        "print('valve')"
    )
    notebook = v4.new_notebook(cells=[v4.new_markdown_cell("# A"), v4.new_code_cell(source)])
    path = tmp_path / "some.ipynb"
    nbformat.write(copy.deepcopy(notebook), path)
    notebooks.store(path)
    first = path.read_bytes()
    again = nbformat.reads(first.decode(), as_version=4)
    assert [cell.id for cell in again.cells] == [cell.id for cell in notebook.cells]
    assert b"valve" in first
    assert b"audio" not in first.lower().replace(b"d.audio(", b"")
    widget = again.cells[1].outputs[0].data["application/vnd.jupyter.widget-view+json"]["model_id"]
    state = again.metadata.widgets[notebooks.WIDGETS]["state"]
    assert state[widget]["state"]["description"] == "forget"
    notebooks.store(path)
    assert path.read_bytes() == first
    assert notebooks.faults(path) == []
    assert list(tmp_path.iterdir()) == [path]


def test_what_a_slow_cell_prints_is_stored_in_one_part():
    def printed(text, name="stdout"):
        return v4.new_output("stream", text=text, name=name)

    parts = [printed("a\n"), printed("b\n"), printed("!", "stderr"), picture(), printed("c\n")]
    found = notebooks.joined(copy.deepcopy(parts))
    assert [out.get("text", "") for out in found] == ["a\nb\n", "!", "", "c\n"]
    assert notebooks.joined([]) == []


def test_a_notebook_that_fails_is_left_as_it_was(tmp_path):
    path = tmp_path / "some.ipynb"
    nbformat.write(v4.new_notebook(cells=[v4.new_code_cell("1 / 0")]), path)
    before = path.read_bytes()
    with pytest.raises(CellExecutionError, match="ZeroDivisionError"):
        notebooks.store(path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_page_of_html_says_what_its_pictures_show(tmp_path):
    import nbformat

    made = nbformat.v4.new_notebook()
    data = {"image/png": "iVBORw0KGgo=", "text/plain": "Figure: two pipes"}
    output = nbformat.v4.new_output(
        "display_data", data, metadata={"image/png": {"alt": "two pipes & more"}}
    )
    made.cells.append(nbformat.v4.new_code_cell("show()", outputs=[output]))
    nbformat.write(made, tmp_path / "one.ipynb")
    command = [sys.executable, "-m", "nbconvert", "--to", "html", str(tmp_path / "one.ipynb")]
    subprocess.run(command, check=True, capture_output=True)
    page = (tmp_path / "one.html").read_text(encoding="utf-8")
    assert 'alt="two pipes &amp; more"' in page and "No description" not in page
