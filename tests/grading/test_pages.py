"""Pages say whose they are and what came of each question; they need no network and do nothing."""

import json
import os
import re
import time

import pytest
from nbformat import v4

from course_lib.authoring.notebooks import ROOT
from course_lib.grading import pages, rendering
from course_lib.grading.course import Course
from course_lib.grading.marked import PASSED, fill_in
from course_lib.grading.marking import NOTES
from course_lib.grading.processes import ENDED
from tests.masters import MASTERS, read

pytestmark = pytest.mark.slow  # needs the extra grading, which `make check` installs
PS1 = "ps1_standard_lstm"
ASKED = [("check-1", "ps1.1", "valves", None), ("check-2", "ps1.2", "lstm_step", None)]


def marked(*extra, remarks=(), **verdicts):
    """An exercise with verdicts, and the student's own cells behind its last."""
    notebook = read("exercises", PS1)
    notebook.cells += extra
    notebook.metadata[NOTES] = {"remarks": list(remarks), "name": "Zoë O'Neil"}
    found = {"check-1": [True, ""], "check-2": [False, "hint: <b>tanh</b> is missing"]}
    result = {"verdicts": found | verdicts, "outputs": {}, "stopped": {}}
    return fill_in(notebook, result)


def page(notebook, late=0.0, penalty=0.0, comments=None, **more) -> str:
    cells = {"check-1": (3.0, 3.0), "check-2": (0.0, 4.0)}
    grades = {"score": 3.0, "most": 7.0, "penalty": penalty, "late": late, "waiting": False,
              "cells": cells, "comments": comments or {}}  # fmt: skip
    return pages.page(notebook, grades, "Zoë O'Neil", ASKED, **more)


def test_it_names_the_student_the_questions_and_the_points():
    text = page(marked(remarks=["Cells had been moved."]), late=7200.0, penalty=1.0)
    assert "Zoë O&#39;Neil</strong>: 3 of 7 points, after 1 off for being late" in text
    assert "ps1.1 · valves" in text and "ps1.2 · lstm_step" in text
    assert "Handed in 2.0 hours late." in text and "Cells had been moved." in text
    assert text.count("<h1>") == 1
    assert "Test cell" not in text and "check-1<" not in text
    assert "<title>Problem set 1: " in text
    assert "hint: &lt;b&gt;tanh&lt;/b&gt; is missing" in text


def test_a_hidden_test_that_never_ran_is_not_shown():
    master = read("solutions", PS1)
    result = {"verdicts": {"check-1": [True, ""]}, "outputs": {}, "stopped": {}}
    text = page(fill_in(master, result))
    assert "require(" not in text.split('id="at-check-2"')[0]


def test_an_imitated_verdict_is_told_apart_from_ours():
    own = v4.new_code_cell(f"print({PASSED!r})", id="own")
    notebook = marked(own)
    notebook.cells[-1].outputs = [
        v4.new_output("stream", text=f'<div class="verdict good">{PASSED}</div>')
    ]
    text = page(notebook)
    assert len(re.findall(r'<div class="verdict good">', text)) == 1  # that of check-1
    assert '<div class="output"><pre>&lt;div class=' in text


@pytest.mark.parametrize(
    "wrote",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](http://there/x.png)",
     "<img src=x onerror=alert(1)>", "$\\href{javascript:x}{y}$", "$<script>$", "<details open>",
     "```\n</pre><script>alert(1)</script>\n```", "| <script> |\n| --- |\n| <b onclick=x> |",
     "<a href='x'>y</a>", "$$\\unicode{x3c}script$$", "<style>*{display:none}</style>"],
)  # fmt: skip
def test_what_a_student_wrote_does_nothing(wrote):
    for bare in (False, True):
        text = page(marked(v4.new_markdown_cell(wrote, id="own")), bare=bare)
        mine = text.split("<main>")[1].rpartition("<section")[2]
        assert not re.search(r"<(script|img|a|style|details|iframe|b)\b", mine), mine
    assert "default-src 'none'" in text


def test_it_needs_no_network():
    text = page(marked())
    sources = re.findall(r'(?:src|href)="([^"]*)"', text)
    assert all(one.startswith(("#", "data:", "https://", "http://")) for one in sources)
    assert not re.search(r"<(script|link|iframe)\b", text)
    assert "<math" in text


@pytest.mark.parametrize("path", MASTERS, ids=lambda path: path.stem)
def test_every_formula_of_the_exercises_is_drawn(path):
    for cell in read("exercises", path.stem).cells:
        if cell.cell_type == "markdown":
            text = rendering.markdown(cell.source, trusted=True)
            formulas = len(re.findall(r"<math", text))
            assert "$" not in re.sub(r"<pre.*?</pre>|<code>.*?</code>", "", text, flags=re.S)
            assert ">&<" not in text  # a column's mark that was taken for a letter
            assert formulas or "$" not in re.sub(r"`[^`]*`", "", cell.source)


def test_a_page_that_takes_too_long_is_made_without_its_layout(monkeypatch):
    def endless(text, trusted=False):
        if not trusted:
            while True:
                time.time()
        return ""

    monkeypatch.setattr(rendering, "markdown", endless)
    monkeypatch.setattr(pages, "SECONDS", 0.2)
    grades = {"score": 0.0, "most": 7.0, "penalty": 0, "late": 0, "waiting": False, "cells": {},
              "comments": {}}  # fmt: skip
    job = {"notebook": marked(v4.new_markdown_cell("my words", id="own")), "grades": grades,
           "name": "ann", "asked": ASKED}  # fmt: skip
    text, why = pages._made(job)
    assert "took longer than 0.2 seconds" in why
    assert "<pre>my words</pre>" in text


def test_a_page_that_ends_its_process_stops_no_other(monkeypatch, tmp_path):
    (tmp_path / "solutions").symlink_to(ROOT / "solutions")

    def deadly(text, trusted=False):
        if "deadly" in text:
            os._exit(1)
        return text

    monkeypatch.setattr(rendering, "markdown", deadly)
    assignment = Course(tmp_path).assignment(PS1)
    said: list[str] = []
    wrote = {"ann": "mine", "ben": "a deadly one", "cem": "another"}
    for student, words in wrote.items():
        file = assignment.autograded(student)
        file.parent.mkdir(parents=True)
        file.write_text(json.dumps(marked(v4.new_markdown_cell(words, id="own"))))
    grades = pages.Grades(0.0, 7.0, 0.0, 0.0, False)
    monkeypatch.setattr(pages, "_grades", lambda _: dict.fromkeys(wrote, grades))
    (tmp_path / "grading" / "results" / PS1).mkdir(parents=True)
    folder = pages.feedback(assignment, 2, said.append)
    shown = {name: (folder / name / PS1 / f"{PS1}.html").read_text() for name in wrote}
    assert {name for name, text in shown.items() if "<pre>a deadly one</pre>" in text} == {"ben"}
    assert "mine" in shown["ann"] and "another" in shown["cem"]
    assert len(said) == 1 and said[0].startswith("ben: ") and ENDED in said[0]


def test_a_set_that_is_marked_wholly_by_hand_has_pages_too(monkeypatch, tmp_path):
    (tmp_path / "solutions").symlink_to(ROOT / "solutions")
    assignment = Course(tmp_path).assignment(PS1)
    assignment.asked = []
    monkeypatch.setattr(pages, "_grades", lambda _: {})
    assert pages.feedback(assignment) == tmp_path / "grading" / "feedback"


def test_a_page_has_an_end():
    pictures = []
    for number in range(6):
        cell = v4.new_code_cell("plot()", id=f"own-{number}")
        data = {"text/plain": "", "image/png": "A" * (pages.LARGEST // 3)}
        cell.outputs = [v4.new_output("display_data", data)]
        pictures.append(cell)
    notebook = marked()
    notebook.cells += pictures
    text = page(notebook)
    assert len(text) < pages.LARGEST + 10**6
    assert "More outputs were left out" in text


def test_comments_of_a_marker_stand_at_their_cell():
    text = page(marked(), comments={"answer-1": "Well <done>."})
    assert "Comment:</strong> Well &lt;done&gt;." in text


def test_a_students_own_outputs_reach_whoever_marks_by_hand():
    name = "capstone_your_own_variation"
    notebook = read("exercises", name)
    shown = [{"output_type": "display_data", "data": {"text/plain": "", "image/png": "QUJD"},
              "metadata": {}}]  # fmt: skip
    notebook.metadata[NOTES] = {"outputs": {"comparison-code": shown, "answer-1": shown}}
    asked = [(f"check-{k}", f"capstone.{k}", "f", None) for k in (1, 2, 3)]
    result = {"verdicts": {cell: [True, ""] for cell, *_ in asked}, "outputs": {}, "stopped": {}}
    made = fill_in(notebook, result)
    cells = {cell.id: cell for cell in made.cells}
    assert "As it was handed in" in cells["comparison-code"].outputs[0].text
    assert cells["comparison-code"].outputs[1].data["image/png"] == "QUJD"
    assert cells["answer-1"].outputs == []  # it was run here, and showed nothing


def test_no_folder_of_this_machine_is_on_a_page():
    from course_lib.grading.shown import shown

    line = f'File "{rendering.mistune.__file__}", line 1, in {ROOT}/course_lib/x.py'
    kept = shown([{"output_type": "error", "ename": "E", "evalue": line, "traceback": [line]}])
    assert str(ROOT) not in str(kept)
