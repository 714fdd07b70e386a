"""Grade a class of hundreds: time and memory, with one worker and with two, beside nbgrader's own.

    python -m benchmarks.grading [--write] [--class 300]

A class hands in problem set 1, some with right answers and some with usual mistakes. It is graded
in processes of its own, from the folder to pages and table, by one worker and by two; then by two
once more, which finds nothing to do, with the same marks. A class of one says what there is to do
before the first hand-in, so that another size may be reckoned. nbgrader as it comes marks a few of
the same class, one at a time. The clock depends on what else the machine does, on a busy one more
than on the workers; the processor's seconds do less so. Needs what grading needs: Linux,
bubblewrap, `make setup-grading`.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from course_lib import files
from course_lib.authoring.notebooks import ROOT
from course_lib.grading import demo, gradebook, pipeline
from course_lib.grading.collect import collect
from course_lib.grading.course import Assignment, Course

REPORT = Path(__file__).with_name("grading.md")
NAME = demo.NAME
PLAIN = "\ndel c.Autograde.autograde_preprocessors\n"
OWN = 12  # hand-ins that nbgrader marks in its own way
LARGE = 300  # hand-ins of a large class, for which a smaller one is carried on
os.environ["JUPYTER_PREFER_ENV_PATH"] = "1"  # nbgrader's kernel is this environment's


class Took(NamedTuple):
    """Seconds on the clock, of the processor in all and in the one process that leads, and MiB.

    What a sandbox used is not told to its parents once it has been ended; it was watched meanwhile.
    """

    clock: float
    processor: float
    leader: float
    memory: float


def course(folder: Path, settings: str = "") -> Assignment:
    shutil.copytree(ROOT / "solutions" / NAME, folder / "solutions" / NAME)
    text = (ROOT / "nbgrader_config.py").read_text(encoding="utf-8")
    (folder / "nbgrader_config.py").write_text(text + settings, encoding="utf-8")
    assignment = Course(folder).assignment(NAME)
    pipeline.release(assignment)
    return assignment


def hand_in(assignment: Assignment, folder: Path, size: int) -> None:
    """Of eight, four are right, and four have a usual mistake each."""
    folder.mkdir()
    right = demo.right_in(assignment)
    mistakes = list(demo.MISTAKES.values())
    for number in range(size):
        answers = dict(right)
        if number % 2:
            cell, ending = mistakes[number // 2 % len(mistakes)]
            answers[cell] = demo.wrong(right[cell], cell, ending)
        notebook = copy.deepcopy(assignment.exercise())
        for one in notebook.cells:
            one.source = answers.get(one.id, one.source)
        (folder / f"student{number:03}.ipynb").write_text(json.dumps(notebook, indent=1))


def graded(root: Path, folder: Path, workers: int) -> Took:
    """One `grade` from the folder to the table, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.grading", "--lead", str(root), str(folder)]
    done = subprocess.run([*command, str(workers)], capture_output=True, text=True, cwd=ROOT)
    if done.returncode:
        raise RuntimeError(done.stderr)
    return Took(**json.loads(done.stdout.splitlines()[-1]))


def lead(root: str, folder: str, workers: str) -> None:
    """What `graded` runs, as `make grade` does; prints what it took."""
    from course_lib.grading import __main__ as command

    begun, started = time.perf_counter(), time.time()
    sys.argv = ["grading", "--course", root, "grade", NAME, folder, "--workers", workers]
    if command.main():
        raise RuntimeError("not all could be marked")
    clock = time.perf_counter() - begun
    mine, others = map(resource.getrusage, (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    leader, rest = (used.ru_utime + used.ru_stime for used in (mine, others))
    memory = (mine.ru_maxrss + int(workers) * others.ru_maxrss) / 1024
    watched = sum(
        json.loads(path.read_text(encoding="utf-8"))["processor"]
        for path in Path(root, "grading", "results", NAME).glob("*.json")
        if path.stat().st_mtime > started
    )
    print(json.dumps(Took(clock, leader + rest + watched, leader, memory)._asdict()))


def as_it_comes(folder: Path) -> Took:
    """nbgrader's own autograde of a few, start-up left out."""
    assignment = course(folder / "plain", PLAIN)
    hand_in(assignment, folder / "few", OWN)
    students = collect(assignment, folder / "few")
    api = gradebook.api(assignment.course)
    before, begun = _processor(), time.perf_counter()
    for student in students:
        gradebook.done(api.autograde(NAME, student), student)
    return Took(time.perf_counter() - begun, _processor() - before, 0, 0)


def _processor() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def size_of(folder: Path) -> float:
    """MiB of all files below."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) / 2**20


def report(size: int) -> str:
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        one, two = course(folder / "one"), course(folder / "two")
        hand_in(one, folder / "class", size)
        course(folder / "single")
        hand_in(one, folder / "alone", 1)
        single = graded(folder / "single", folder / "alone", 1)
        took = {"one worker": graded(folder / "one", folder / "class", 1)}
        took["two workers"] = graded(folder / "two", folder / "class", 2)
        took["two workers, all done before"] = graded(folder / "two", folder / "class", 2)
        tables = [
            (made.course.grading / f"{NAME}.csv").read_text(encoding="utf-8").splitlines()
            for made in (one, two)
        ]
        marks = [cell.metadata.nbgrader for cell in one.master.cells]
        most = float(sum(mark.get("points", 0) for mark in marks))
        right = sum(f",{most},{most},0,False," in line for line in tables[1])
        if len(tables[1]) != size + 1 or len(tables[0]) != size + 1 or right != size - size // 2:
            raise RuntimeError(f"{right} of {size} got all the points")
        if len({_marks(table) for table in tables}) != 1:
            raise RuntimeError("the marks depend on the number of workers")
        sizes = {name: size_of(two.course.grading / name) for name in ("feedback", "results")}
        book = (two.course.grading / "gradebook.db").stat().st_size / 2**20
        plain = as_it_comes(folder)
    a, b = took["one worker"], took["two workers"]
    leader, processor = (
        first + (LARGE - 1) * (all_ - first) / (size - 1)
        for first, all_ in ((single.leader, b.leader), (single.processor, b.processor))
    )
    lines = [
        f"{size} hand-ins, from a folder to marks, pages and table:",
        "",
        "| | clock, s | processor, s | of it the leading process, s | memory, MiB |",
        "| --- | --- | --- | --- | --- |",
        *(f"| {name} | {t.clock:.0f} | {t.processor:.0f} | {t.leader:.1f} | {t.memory:.0f} |"
          for name, t in {**took, "a class of one": single}.items()),
        "",
        f"On the clock two workers were {a.clock / b.clock:.2f} times as fast as one, with "
        f"{b.processor / a.processor:.2f} times the processor; less what a class of one takes "
        f"{(a.clock - single.clock) / (b.clock - single.clock):.2f} times as fast. "
        f"The leading process, which collects and writes the gradebook and the table, does "
        f"{b.leader / b.processor:.0%} of the work. Were all of that serial, and nothing "
        f"else, two free cores would be "
        f"{on_two(b.leader, b.processor):.2f} times as fast as one; carried on to {LARGE} hand-ins "
        f"({leader:.1f} s of {processor:.0f} s) {on_two(leader, processor):.2f} times. "
        "Memory is the leading process's most, and for each worker that of its largest.",
        "",
        f"A hand-in takes {b.processor / size:.2f} s of the processor, sandbox, page and table "
        f"included; nbgrader as it comes takes {plain.processor / OWN:.2f} s for the marks alone "
        f"(of {OWN}). The gradebook has {book:.1f} MiB, the pages {sizes['feedback']:.1f} MiB "
        f"({1024 * sizes['feedback'] / size:.0f} KiB each), the kept results "
        f"{sizes['results']:.2f} MiB. Both runs gave the same marks.",
    ]  # fmt: skip
    return "\n".join(lines)


def on_two(serial: float, all_: float) -> float:
    """How much faster two cores do it than one, of which so much is serial (Amdahl)."""
    return all_ / (serial + (all_ - serial) / 2)


def _marks(table: list[str]) -> tuple[str, ...]:
    return tuple(sorted(table))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--write", action="store_true", help=f"write {REPORT.name}")
    parser.add_argument("--class", type=int, default=300, dest="size")
    parser.add_argument("--lead", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.lead:
        return lead(*options.lead)
    measured = report(options.size)
    print(measured)
    if options.write:
        load = os.getloadavg()[0]
        about = (
            f"# Time to grade a class\n\n`python -m benchmarks.grading --write --class "
            f"{options.size}`, problem set 1, {os.cpu_count()} cores; the machine's load was "
            f"{load:.0f} at the end.\n\n"
        )
        files.write(REPORT, f"{about}{measured}\n")


if __name__ == "__main__":
    main()
