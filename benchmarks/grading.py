"""Time to mark a submission: nbgrader as it comes, and in the sandbox with one and two workers.

    python -m benchmarks.grading [--write]

A class hands in right answers to problem set 1. Submissions are marked in turns, one as nbgrader
does, one in the sandbox, two of them side by side, all in one process; the least and the median
are told, on the clock and of the processor. Start-up is left out: it is the same import of
nbgrader for all, and the sandbox's self-test, which has a row of its own. Needs what grading needs:
Linux, bubblewrap, `make setup-grading`.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import nbformat

from course_lib.authoring.notebooks import ROOT
from course_lib.grading import gradebook, pipeline, selftest
from course_lib.grading.collect import collect
from course_lib.grading.course import Assignment, Course
from course_lib.grading.table import export

REPORT = Path(__file__).with_name("grading.md")
NAME = "ps1_standard_lstm"
PLAIN = "\ndel c.Autograde.autograde_preprocessors\n"
NBGRADER, ONE, TWO = "nbgrader as it comes", "in the sandbox", "in the sandbox, two side by side"
Times = list[tuple[float, float]]


os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # nbgrader's kernel is this environment's


def quiet(line: str) -> None: ...


def prepared(folder: Path, students: int, settings: str = "") -> Assignment:
    """A course with so many submissions taken in, none of them marked."""
    shutil.copytree(ROOT / "solutions" / NAME, folder / "solutions" / NAME)
    text = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(text + settings, encoding="utf-8")
    assignment = Course(folder).assignment(NAME)
    pipeline.release(assignment)
    right = {cell.id: cell.source for cell in assignment.master.cells}
    notebook = assignment.exercise()
    for cell in notebook.cells:
        if cell.metadata.nbgrader.solution:
            cell.source = right[cell.id]
    (folder / "class").mkdir()
    for number in range(students):
        nbformat.write(notebook, folder / "class" / f"student{number}.ipynb")
    collect(assignment, folder / "class")
    return assignment


def timed(work: Callable[[], object], submissions: int = 1) -> tuple[float, float]:
    """Seconds a submission, on the clock and of the processor."""

    def processor() -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        return sum(one.ru_utime + one.ru_stime for one in used)

    before, begun = processor(), time.perf_counter()
    work()
    return (time.perf_counter() - begun) / submissions, (processor() - before) / submissions


def table(turns: int) -> str:
    times: dict[str, Times] = {NBGRADER: [], ONE: [], TWO: []}
    with tempfile.TemporaryDirectory() as place:
        plain = prepared(Path(place, "plain"), turns, PLAIN)
        one = prepared(Path(place, "one"), turns)
        two = prepared(Path(place, "two"), 2 * turns)
        tested = [timed(lambda: selftest.rows(one.course)) for _ in range(3)]
        selftest.trusted(one.course)
        selftest.trusted(two.course)
        as_it_comes = gradebook.api(plain.course)
        for turn in range(turns):
            student, pair = f"student{turn}", [f"student{2 * turn}", f"student{2 * turn + 1}"]
            times[NBGRADER].append(timed(lambda s=student: as_it_comes.autograde(NAME, s)))  # type: ignore[misc]
            times[ONE].append(timed(lambda s=student: pipeline.autograde(one, [s], 1, quiet)))  # type: ignore[misc]
            times[TWO].append(timed(lambda p=pair: pipeline.autograde(two, p, 2, quiet), 2))  # type: ignore[misc]
        marked = [row["score"] for a in (plain, one, two) for row in scores(a)]
        if len(marked) != 4 * turns or min(marked) != max(marked) or not marked[0]:
            raise RuntimeError(f"not all were marked the same: {marked}")
    lines = ["| | least, s | median, s | of nbgrader's | processor, s | of nbgrader's |",
             "| --- | --- | --- | --- | --- | --- |"]  # fmt: skip
    base = [min(column) for column in zip(*times[NBGRADER], strict=True)]
    for name, taken in [*times.items(), ("the self-test, once a run", tested)]:
        clock, processor = zip(*taken, strict=True)
        shares = [f"{min(clock) / base[0]:.2f}", f"{min(processor) / base[1]:.2f}"]
        if name not in times:
            shares = ["", ""]
        lines.append(
            f"| {name} | {min(clock):.2f} | {statistics.median(clock):.2f} | {shares[0]} "
            f"| {min(processor):.2f} | {shares[1]} |"
        )
    return "\n".join(lines)


def scores(assignment: Assignment) -> list[dict]:
    return export(assignment, assignment.course.grading / "marks.csv")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name}")
    parser.add_argument("--turns", type=int, default=8)
    options = parser.parse_args()
    measured = table(options.turns)
    print(measured)
    if options.write:
        about = (
            "# Time to mark a submission\n\n`python -m benchmarks.grading --write`: problem set 1, "
            f"{options.turns} turns, {os.cpu_count()} cores. The shares are of the least, on the "
            "clock and of the processor.\n\n"
        )
        partial = REPORT.with_suffix(".part")
        partial.write_text(about + measured + "\n", encoding="utf-8")
        os.replace(partial, REPORT)


if __name__ == "__main__":
    main()
