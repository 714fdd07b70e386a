"""Time to mark a submission: nbgrader as it comes, and in the sandbox with one and two workers.

    python -m benchmarks.grading [--write]

A class hands in right answers to problem set 1. Each row is a whole command, timed for the class
and for one of it, in turns; the difference is the time per submission, the rest is start-up. Needs
what grading needs: Linux, bubblewrap, `make setup-grading`.
"""

from __future__ import annotations

import argparse
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import nbformat

from course_lib.authoring.notebooks import ROOT
from course_lib.grading import pipeline
from course_lib.grading.collect import collect
from course_lib.grading.course import Course

REPORT = Path(__file__).with_name("grading.md")
NAME = "ps1_standard_lstm"
PLAIN = "\ndel c.Autograde.autograde_preprocessors\n"
ROWS = {
    "nbgrader as it comes": ["-m", "nbgrader", "autograde", NAME],
    "in the sandbox, one worker": ["-m", "course_lib.grading", "--course", ".", "autograde", NAME,
                                   "--workers", "1"],
    "in the sandbox, two workers": ["-m", "course_lib.grading", "--course", ".", "autograde", NAME,
                                    "--workers", "2"],
}  # fmt: skip


def prepared(folder: Path, plain: bool, students: int) -> None:
    """A course with so many submissions taken in, none of them marked."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(ROOT / "solutions" / NAME, folder / "solutions" / NAME)
    shutil.copy(ROOT / "nbgrader_config.py", folder)
    if plain:
        with (folder / "nbgrader_config.py").open("a") as file:
            file.write(PLAIN)
    assignment = Course(folder).assignment(NAME)
    pipeline.release(assignment)
    right = {cell.id: cell.source for cell in assignment.master.cells}
    for number in range(students):
        notebook = assignment.exercise()
        for cell in notebook.cells:
            if cell.metadata.nbgrader.solution:
                cell.source = right[cell.id]
        (folder / "class").mkdir(exist_ok=True)
        nbformat.write(notebook, folder / "class" / f"student{number}.ipynb")
    collect(assignment, folder / "class")


def timed(command: list[str], folder: Path) -> tuple[float, float]:
    """Seconds on the clock, and of the processor, for a command in a folder."""
    env = {**os.environ, "JUPYTER_PREFER_ENV_PATH": "1"}
    before, begun = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run([sys.executable, *command], cwd=folder, env=env, check=True, capture_output=True)
    clock, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return clock, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def table(students: int, rounds: int) -> str:
    least: dict[tuple[str, int], tuple[float, float]] = {}
    with tempfile.TemporaryDirectory() as place:
        for _ in range(rounds):
            for size in (1, students):
                for name, command in ROWS.items():
                    prepared(Path(place, "course"), name.startswith("nbgrader"), size)
                    now = timed(command, Path(place, "course"))
                    was = least.get((name, size), now)
                    least[name, size] = min(was[0], now[0]), min(was[1], now[1])
    lines = [
        "| | start-up, s | each, s | of nbgrader's | each, processor's s | of nbgrader's |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for name in ROWS:
        (one, one_cpu), (all_, all_cpu) = least[name, 1], least[name, students]
        each, each_cpu = (all_ - one) / (students - 1), (all_cpu - one_cpu) / (students - 1)
        if name.startswith("nbgrader"):
            base, base_cpu = each, each_cpu
        lines.append(
            f"| {name} | {one - each:.1f} | {each:.2f} | {each / base:.2f} | {each_cpu:.2f} "
            f"| {each_cpu / base_cpu:.2f} |"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name}")
    parser.add_argument("--students", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=2)
    options = parser.parse_args()
    measured = table(options.students, options.rounds)
    print(measured)
    if options.write:
        about = (
            "# Time to mark a submission\n\n`python -m benchmarks.grading --write`: problem set 1, "
            f"{options.students} submissions, the least of {options.rounds} rounds, on "
            f"{os.cpu_count()} cores. Seconds on the clock, and of the processor.\n\n"
        )
        partial = REPORT.with_suffix(".part")
        partial.write_text(about + measured + "\n", encoding="utf-8")
        os.replace(partial, REPORT)


if __name__ == "__main__":
    main()
