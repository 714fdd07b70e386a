"""The sandbox holds what it promises, and its self-test finds one that doesn't."""

import os
import shutil
from dataclasses import replace

import pytest

from course_lib.grading import library, running, sandbox, selftest
from course_lib.grading.course import Course
from course_lib.grading.sandbox import COURSE, CannotGradeError, Limits

SMALL = Limits(cell_seconds=2, call_seconds=2, patience=100, disk=8 * 2**20, text=1000)


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    return library.assemble(tmp_path_factory.mktemp("library"), ["course_lib.cells"])


@pytest.fixture
def course(tmp_path):
    (tmp_path / "solutions").mkdir()
    (tmp_path / "grading").mkdir()
    return Course(tmp_path)


def test_every_promise_holds(sandboxed, course):
    assert [row for row in selftest.rows(course) if not row.held] == []


# --- a sandbox that is weaker in one thing is found out ------------------------------------------


def more(*options):
    """With these options as well, behind all others of the inner sandbox."""

    def change(command):
        at = len(command) - 1 - command[::-1].index("--")
        return [*command[:at], *options, *command[at:]]

    return change


def without(option):
    return lambda command: [part for part in command if part != option]


def without_sizes(command):
    kept = [k for k, part in enumerate(command) if part != "--size" and command[k - 1] != "--size"]
    return [command[k] for k in kept]


def without_filter(command):
    at = command.index("--seccomp")
    return [*command[:at], *command[at + 2 :]]


@pytest.mark.parametrize(
    ("what", "weaker"),
    [
        ("no network", more("--share-net")),
        ("nothing is written outside /tmp", more("--dev", "/dev")),
        ("no more disk than the limit", without_sizes),
        ("no other processes, and not root", more("--bind", "/proc", "/proc")),
        ("nothing of the grader's environment", more("--setenv", "GRADER_TOKEN", "secret")),
        ("no user namespace inside", without("--disable-userns")),
        ("no memory that is counted for nobody", without_filter),
    ],
)
def test_a_weaker_sandbox_is_found_out(sandboxed, course, monkeypatch, what, weaker):
    whole = sandbox.command
    monkeypatch.setattr(sandbox, "command", lambda *given: weaker(whole(*given)))
    assert what in {row.what for row in selftest.rows(course) if not row.held}
    with pytest.raises(CannotGradeError, match=what):
        selftest.trusted(course)


def test_a_visible_course_is_found_out(sandboxed, course, monkeypatch):
    course.root.chmod(0o755)
    mounts = sandbox.mounts
    parents = [part for p in reversed(course.root.parents[:-1]) for part in ("--dir", str(p))]
    shown = [*parents, "--ro-bind", str(course.root), str(course.root)]
    monkeypatch.setattr(sandbox, "mounts", lambda: [*mounts(), *shown])
    assert "none of the course's files" in {r.what for r in selftest.rows(course) if not r.held}


def test_limits_that_do_not_hold_are_found_out(sandboxed, course, monkeypatch):
    def looser(steps, made, limits):
        most = replace(limits, memory=2 * limits.memory, processes=4 * limits.processes)
        return running.run(steps, made, most)

    monkeypatch.setattr(selftest, "run", looser)
    found = {row.what for row in selftest.rows(course) if not row.held}
    assert found == {"no more memory than the limit", "no more processes than the limit"}


def test_a_grader_who_stays_root_is_found_out(sandboxed, course, monkeypatch):
    if os.geteuid() != 0:
        pytest.skip("only root passes the limit on processes")
    whole = sandbox.command

    def as_root(library, limits, refused):
        command = whole(library, limits, refused)
        inner = command[command.index(command[0], 1) :]
        at = inner.index(COURSE)
        return [*inner[:at], str(library), *inner[at + 1 :]]

    monkeypatch.setattr(sandbox, "command", as_root)
    found = {row.what for row in selftest.rows(course) if not row.held}
    assert "no more processes than the limit" in found


def test_without_bubblewrap_nothing_is_graded(course, copy, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(
        CannotGradeError, match=r"no bwrap here.*\nCure: apt-get install bubblewrap"
    ):
        selftest.trusted(course)


def test_a_sandbox_that_does_not_start_is_no_students_fault(copy, monkeypatch):
    monkeypatch.setattr(sandbox, "command", lambda *given: ["sh", "-c", "echo no such thing >&2"])
    with pytest.raises(CannotGradeError, match="did not start:\nno such thing"):
        running.run([{"id": "a", "source": "1"}], copy, SMALL)


def test_a_course_in_a_folder_that_is_shown_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "python_folders", lambda: [str(tmp_path)])
    with pytest.raises(CannotGradeError, match="move the course"):
        sandbox.hidden_from(tmp_path / "course")
