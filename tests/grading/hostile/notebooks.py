"""Submissions that are amiss as files: edited, moved, broken, linked, misnamed."""

from __future__ import annotations

import json
import os
import shutil

import nbformat
from nbformat import v4

from tests.grading.hostile.hand import EVERYTHING, NOTHING, attack


def graded(notebook):
    return [cell for cell in notebook.cells if cell.id.startswith("check-")]


def data(notebook) -> bytes:
    """A notebook's bytes, however invalid it has been made."""
    return json.dumps(notebook).encode()


@attack("test cells overwritten with a number, which nbgrader takes for partial credit", NOTHING,
        "Cell check-1 is not to be edited")  # fmt: skip
def overwrites_tests(hand):
    made = hand.wrong()
    for cell in graded(made):
        cell.source = "10"
        cell.outputs = [v4.new_output("execute_result", {"text/plain": "10"})]
    return made


@attack("test cells deleted", NOTHING, "Cell check-1 was deleted")
def deletes_tests(hand):
    made = hand.wrong()
    made.cells = [cell for cell in made.cells if cell not in graded(made)]
    return made


@attack("test cells moved to the top; the answers are right", EVERYTHING, "Cells had been moved")
def moves_tests(hand):
    made = hand.solved()
    tests = graded(made)
    made.cells = tests + [cell for cell in made.cells if cell not in tests]
    return made


@attack("metadata edited: 1000 points, not locked, no test, a solution; nothing answered")
def edits_metadata(hand):
    made = hand.wrong()
    for cell in graded(made):
        cell.metadata.nbgrader.update(points=1000, locked=False, grade=True, solution=True)
        cell.metadata.update(tags=['"><script>alert("LEAK")</script>'], deletable=True)
    made.metadata.course_grading = {"remarks": ["10 of 10"], "key": "0"}
    return made


@attack("checksums and the format's version edited; the answers are right", EVERYTHING)
def edits_checksums(hand):
    made = hand.solved()
    for cell in made.cells:
        if "nbgrader" in cell.metadata:
            cell.metadata.nbgrader.update(checksum="0" * 32, schema_version=99, cell_type="raw")
    return made


@attack("metadata that is no metadata: lists, numbers, null", EVERYTHING)
def spoils_metadata(hand):
    made = hand.solved()
    made.cells[0].metadata = [1, 2]
    made.cells[1].metadata = {"nbgrader": 7}
    made.cells[2].metadata = {"nbgrader": {"grade_id": ["tiny"]}}
    made.metadata = None
    return data({**made, "nbformat": "four", "worksheets": []})


@attack("wrong cell ids: two test cells change names, one is there twice; the answers are right",
        EVERYTHING, "Cells had been moved")  # fmt: skip
def swaps_ids(hand):
    made = hand.solved()
    one, two, three, *_ = graded(made)
    one.metadata.nbgrader.grade_id, two.metadata.nbgrader.grade_id = "check-2", "check-1"
    made.cells.append(three)
    return data(made)


@attack("cells without ids or names; the answers are right", EVERYTHING)
def loses_ids(hand):
    made = hand.solved()
    for cell in made.cells:
        if cell.id != "title":
            cell.metadata.pop("nbgrader")
            cell.id = f"mine-{cell.id}"
    return made


@attack("scripts on its page: in its name, in markdown, in a link, in HTML, in an error's name",
        NOTHING)  # fmt: skip
def writes_scripts(hand):
    evil = '<script>document.title = "LEAK-SCRIPT"</script>'
    made = hand.wrong(f"""
from IPython.display import HTML, Javascript, display
display(HTML({evil!r}), Javascript("document.title = 'LEAK-SCRIPT'"))
display({{"image/png": {evil!r}, "image/svg+xml": {evil!r}, "text/plain": {evil!r}}}, raw=True)
raise type({evil!r}, (Exception,), {{}})({evil!r})
""")
    link = "[the answer](javascript:document.title='LEAK-SCRIPT')"
    picture = "<img src=x onerror=\"document.title='LEAK-SCRIPT'\">"
    made.cells.append(v4.new_markdown_cell(f"{evil}{picture} {link}"))
    made.cells.append(v4.new_raw_cell(evil))
    nbformat.write(made, hand.folder / f"{picture.replace('/', '')}.ipynb")
    return None


@attack("a file of random bytes", NOTHING, "is no notebook")
def corrupt(hand):
    return os.urandom(4000)


@attack("half a notebook: the file was cut off", NOTHING, "is no notebook")
def cut_off(hand):
    return data(hand.solved())[:-500]


@attack("an empty file", NOTHING, "is empty")
def empty(hand):
    return b""


@attack("JSON nested a hundred thousand deep", NOTHING, "is no notebook")
def nested(hand):
    return b"[" * 100_000


@attack("a notebook of 60 MB", NOTHING, "larger than 16 MiB")
def huge(hand):
    made = hand.solved()
    made.cells[2].outputs = [v4.new_output("stream", text="x" * 60_000_000)]
    return made


@attack("a hundred thousand cells", NOTHING, "are read at most")
def many_cells(hand):
    cell = {"cell_type": "code", "source": "", "metadata": {}, "outputs": []}
    made = hand.solved()
    return data({**made, "cells": made.cells + [cell] * 100_000})


@attack("a symbolic link to the master in place of the notebook", NOTHING, "links are not followed")
def links_to_the_master(hand):
    name = "ps1_standard_lstm"
    (hand.folder / f"{name}.ipynb").symlink_to(hand.root / "solutions" / name / f"{name}.ipynb")


@attack("a folder that is a link to another student's", NOTHING, "links are not followed")
def links_to_a_folder(hand):
    shutil.rmtree(hand.folder)
    hand.folder.symlink_to(hand.folder.parent / "honest")


@attack("a pipe that nobody writes to, in place of the notebook", NOTHING, "no plain file")
def hands_in_a_pipe(hand):
    os.mkfifo(hand.folder / "ps1_standard_lstm.ipynb")


@attack("files beside the notebook: settings, a time, modules; the answers are right", EVERYTHING,
        "Only the notebook is read")  # fmt: skip
def brings_files(hand):
    for name in ("nbgrader_config.py", "sitecustomize.py", "numpy.py", "conftest.py"):
        (hand.folder / name).write_text("raise SystemExit('LEAK')\n")
    (hand.folder / "timestamp.txt").write_text("1999-01-01 00:00:00 UTC\n")
    return hand.solved()


@attack("another name for the notebook; the answers are right", EVERYTHING, "was named my final")
def wrong_name(hand):
    nbformat.write(hand.solved(), hand.folder / "my final version (2).ipynb")


@attack("another problem set's notebook, solved", NOTHING, "This is ps0_other")
def another_set(hand):
    made = hand.solved()
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = f"Of another set. {cell.source}"
    return made
