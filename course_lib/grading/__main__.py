"""The grader's commands: python -m course_lib.grading --help."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from nbformat import NotebookNode

from course_lib.authoring.notebooks import ROOT
from course_lib.grading import (
    class_page,
    collect,
    names,
    pages,
    pipeline,
    platforms,
    policy,
    roster,
    selftest,
    table,
)
from course_lib.grading.course import Assignment, Course
from course_lib.grading.lock import alone
from course_lib.grading.marking import NOTES
from course_lib.grading.sandbox import CannotGradeError, Limits
from course_lib.grading.submission import is_answer, marks_of, name_of

LIMITS = {  # of one submission, that a course with slow cells may want otherwise
    "seconds": "seconds for a whole notebook, by the clock",
    "cell_seconds": "processor seconds for a cell",
    "call_seconds": "processor seconds for one call of a question's function",
}
UNSAFE = "run students' code without a sandbox"


def parser() -> argparse.ArgumentParser:
    made = argparse.ArgumentParser(prog="python -m course_lib.grading", description=__doc__)
    made.add_argument("--unsafe", action="store_true", help=UNSAFE)
    made.add_argument("--course", type=Path, default=ROOT, help="another course's folder")
    commands = made.add_subparsers(dest="command", required=True, metavar="COMMAND")
    what_each_does = {
        "release": "tell the gradebook of an assignment",
        "grade": "all of it: release, collect, autograde, feedback, export",
        "collect": "take in what was handed in",
        "autograde": "mark what was taken in",
        "feedback": "write a page for each student",
        "export": "write grading/ASSIGNMENT.csv",
        "self-test": "try whether the sandbox holds",
    }
    for name, does in what_each_does.items():
        added = commands.add_parser(name, help=does, description=does)
        # Behind the command, too: there GRADE_ARGS stand.
        added.add_argument("--unsafe", action="store_true", default=argparse.SUPPRESS, help=UNSAFE)
        if name != "self-test":
            added.add_argument("assignment", help="as ps1_standard_lstm")
        if name in ("release", "grade"):
            added.add_argument("--due", default="", help='as "2026-12-01 12:00 +0100"')
        if name in ("collect", "grade"):
            added.add_argument("folder", type=Path, help="one folder or file a student")
            added.add_argument(
                "--student", default="", help="regular expression; its group is the name"
            )
            added.add_argument("--lms", default="", help="moodle, canvas or folder: whose names")
            added.add_argument("--stamps", action="store_true", help="believe timestamp.txt")
        if name in ("autograde", "feedback", "export", "grade"):
            added.add_argument("--roster", type=_path, help="who is in the class: a CSV")
            added.add_argument("--policy", type=_path, help="extensions, drop, curve: a TOML file")
            added.add_argument("--column", default="", help="what Canvas calls the assignment")
            added.add_argument("--anonymous", action="store_true", help="codes in place of names")
        if name in ("autograde", "grade"):
            added.add_argument("--workers", type=int, default=2, help="sandboxes side by side")
            for option, what in LIMITS.items():
                was = getattr(Limits(), option)
                added.add_argument(
                    f"--{option.replace('_', '-')}", type=float, default=was, metavar="N",
                    help=f"{what} ({was:g})",
                )  # fmt: skip
    return made


def main() -> int:
    options = parser().parse_args()
    try:
        return run(options)
    except CannotGradeError as error:
        print(error, file=sys.stderr)
        return 1


def run(options: argparse.Namespace) -> int:
    given = {name: getattr(options, name) for name in LIMITS if hasattr(options, name)}
    if wrong := [name for name, value in given.items() if not value > 0]:
        raise CannotGradeError(f"{wrong[0]}: came {given[wrong[0]]:g}, expected more than 0")
    if (workers := getattr(options, "workers", 1)) < 1:
        raise CannotGradeError(f"workers: came {workers}, expected 1 or more")
    course, command = Course(options.course, Limits(**given), options.unsafe), options.command
    if command == "self-test":
        rows = selftest.rows(course)
        for row in rows:
            came = "" if row.held else f": {row.came}"
            print(f"{'holds' if row.held else 'FAILS'}  {row.what}{came}")
        return 0 if all(row.held for row in rows) else 1
    with alone(course.grading):
        return graded(options, course, command)


def graded(options: argparse.Namespace, course: Course, command: str) -> int:
    """What a command does with an assignment, while no other grader is at work."""
    assignment = course.assignment(options.assignment)
    failed: dict[str, str] = {}
    pipeline.release(assignment, getattr(options, "due", ""))
    if command in ("collect", "grade"):
        folder, how = options.folder, (options.student, options.stamps, options.lms)
        students = collect.collect(assignment, folder, *how)
        read_as = options.lms or names.platform_of(names.handed_in(folder))
        read_as = "--student" if options.student else read_as
        print(f"{len(students)} submissions were taken in; names were read as: {read_as}.")
        if read_as == "folder" and not options.lms:
            _tell_odd_names(folder)
        if earlier := sorted(set(assignment.students()) - set(students)):
            print(
                f"Taken in before, and not in this folder: {', '.join(earlier)}. They stay in the "
                f"table; to leave one out, remove grading/submitted/NAME/{assignment.name}."
            )
        if strange := [student for student in students if _is_strange(assignment, student)]:
            print(f"No edition was written for {', '.join(strange)}; marked on the plain one.")
    if command not in ("autograde", "feedback", "export", "grade"):
        return 0
    class_ = _class(options, assignment)
    if command in ("autograde", "grade"):
        students = assignment.students()
        failed = pipeline.autograde(assignment, students, options.workers, class_=class_)
    if command in ("feedback", "grade"):
        made = pages.feedback(assignment, getattr(options, "workers", 2), class_=class_)
        print(f"Feedback pages: {made}")
    if command in ("export", "grade"):
        path = course.grading / f"{assignment.name}.csv"
        rows = table.export(assignment, path, class_)
        print(f"{len(rows)} lines: {path}")
        shows = class_page.write(assignment, path.with_suffix(".class.html"), class_=class_)
        print(f"What the class shows: {shows}")
        for made in _for_platform(options, assignment, rows, class_):
            print(f"For the platform: {made}")
    for student, why in failed.items():
        print(f"NOT MARKED: {student}: {why}", file=sys.stderr)
    if failed:
        print(
            "In the table they have no line, or that of an earlier hand-in. Run it again.",
            file=sys.stderr,
        )
    return 1 if failed else 0


def _tell_odd_names(folder: Path) -> None:
    """Where a few names keep all from being read as a platform writes them."""
    platform, odd = names.odd_ones(names.handed_in(folder))
    if odd:
        print(
            f"Most names are as {platform} writes them, and these are not: {', '.join(odd)}. "
            f"Is it {platform}'s folder? Then run it again with --lms {platform}."
        )


def _path(text: str) -> Path:
    """A path as it was typed, ~ included, which no shell has seen within GRADE_ARGS."""
    return Path(text).expanduser()


def _is_strange(assignment: Assignment, student: str) -> bool:
    notes = assignment.taken_in(student).metadata.get(NOTES, {})
    return assignment.edition_of(student, notes).is_strange()


def _class(options: argparse.Namespace, assignment: Assignment) -> table.Class:
    people = roster.read(options.roster) if options.roster else []
    cells = [name_of(cell) for cell in assignment.master.cells if _by_hand(cell)]
    questions = [question.question for question in assignment.asked] + cells
    rules = policy.read(options.policy, questions) if options.policy else policy.Policy()
    made = table.class_of(assignment, people, rules, options.anonymous)
    strangers = sorted(set(assignment.students()) - set(made.people)) if people else []
    if strangers:
        print(f"Not in the roster, so in no table for the platform: {', '.join(strangers)}.")
    if doubled := made.doubled():
        told = "; ".join(f"{who.called()}: {', '.join(ids)}" for who, ids in doubled.items())
        raise CannotGradeError(
            f"Handed in under several names: {told}.\nCure: put their files together under one "
            "name, remove the others from grading/submitted/, and run it again."
        )
    fits = made.put_off(assignment.students())
    for who, mine in fits.items():
        if len(mine) > 1:
            raise CannotGradeError(
                f"{options.policy}: [extensions]: {who!r} fits {', '.join(mine)}; give an e-mail "
                "or an id."
            )
    if unknown := [who for who, mine in fits.items() if not mine]:
        text = f"[extensions]: nobody here is called {', '.join(unknown)}."
        if people:
            raise CannotGradeError(f"{options.policy}: {text}")
        print(f"{text} Without --roster an e-mail is not known, nor who handed in nothing.")
    return made


def _by_hand(cell: NotebookNode) -> bool:
    marks = marks_of(cell)
    return bool(marks.get("task") or (marks.get("grade") and is_answer(cell)))


def _for_platform(
    options: argparse.Namespace, assignment: Assignment, rows: list[dict], class_: table.Class
) -> list[Path]:
    """The tables and the archive that go back, where there is a roster to say to whom."""
    lines = table.lines(rows, class_)
    if not lines:
        return []
    folder, name = assignment.course.grading, assignment.name
    there_most = platforms.most(roster.rows(options.roster), name, options.column)
    for top in {row["final_max"] for row in rows if row.get("final_max")} - {there_most}:
        if there_most is not None:
            print(
                f"The platform's maximum is {there_most:g} points, and this problem set's {top:g}: "
                f"make it {top:g} there before you import."
            )
    found = {person: assignment.page(student) for student, person in class_.people.items()}
    there = {person: page for person, page in found.items() if page.exists() and person.number}
    made = platforms.write(folder, name, lines, options.column)
    if there:
        made.append(platforms.feedback_archive(folder / f"{name}.feedback.zip", there))
    return made


if __name__ == "__main__":
    sys.exit(main())
