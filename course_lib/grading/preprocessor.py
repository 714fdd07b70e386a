"""In nbgrader's own pipeline, in the place of its Execute: the marks that were found outside.

nbgrader_config.py names it, so that the formgrader's button and `nbgrader autograde` give the same
marks as `make grade`, whose own way to the gradebook is a shorter one.
"""

from __future__ import annotations

from pathlib import Path

from nbformat import NotebookNode
from nbgrader.api import Gradebook
from nbgrader.preprocessors import NbGraderPreprocessor
from traitlets import Bool, Dict, Unicode

from course_lib.grading.course import Course
from course_lib.grading.marked import fill_in
from course_lib.grading.marking import NOTES
from course_lib.grading.sandbox import Limits
from course_lib.grading.selftest import trusted


class MarkFromOutside(NbGraderPreprocessor):
    """Runs a submission in the sandbox, unless its result is known, and writes the verdicts."""

    root = Unicode(help="the course's folder").tag(config=True)
    unsafe = Bool(False, help="run students' code without a sandbox").tag(config=True)

    limits = Dict(help="what a submission may use, by the names of Limits").tag(config=True)

    def preprocess(self, nb: NotebookNode, resources: dict) -> tuple[NotebookNode, dict]:
        about = resources["nbgrader"]
        course = trusted(Course(Path(self.root), Limits(**self.limits), self.unsafe))
        assignment = course.assignment(about["assignment"])
        stored = assignment.taken_in(about["student"])
        own = assignment.edition_of(about["student"], stored.metadata.get(NOTES, {}))
        result = own.result(about["student"], stored)
        with Gradebook(about["db_url"]) as book:
            late = book.find_submission(about["assignment"], about["student"]).total_seconds_late
        nb.metadata = stored.metadata
        return fill_in(nb, result, late), resources
