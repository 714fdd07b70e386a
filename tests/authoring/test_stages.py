"""What `make test` says: output in turn, what passed, and what was left out on this machine."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from course_lib.authoring import stages
from course_lib.authoring.jobs import Job, side_by_side
from course_lib.authoring.launcher import ROOT, SETTINGS, Course

SAYS = (
    "import sys, time\n"
    "for k in range(3): print(sys.argv[1], k, flush=True); time.sleep(float(sys.argv[2]))\n"
    "sys.exit(int(sys.argv[3]))"
)


def job(name: str, pause: float = 0.05, code: int = 0) -> Job:
    return Job(name, [sys.executable, "-c", SAYS, name, str(pause), str(code)], {})


@pytest.fixture(autouse=True)
def unnoted(monkeypatch):
    monkeypatch.setenv(stages.LEFT_OUT, "")


def test_jobs_speak_in_turn(capfdbinary):
    results = side_by_side([job("slow", 0.3), job("quick", 0.01), job("bad", 0.01, 3)])
    said = capfdbinary.readouterr().out.decode().split("\n")
    assert said[:9] == [f"{name} {k}" for name in ("slow", "quick", "bad") for k in range(3)]
    assert [(result.name, result.code) for result in results] == [
        ("slow", 0), ("quick", 0), ("bad", 3)
    ]  # fmt: skip
    assert results[0].seconds >= 0.9


def test_jobs_run_at_once(tmp_path):
    """Each ends only when it has seen the other."""
    waits = (
        "import pathlib, sys, time\n"
        "mine, other = map(pathlib.Path, sys.argv[1:])\n"
        "mine.touch()\n"
        "end = time.monotonic() + 60\n"
        "while not other.exists() and time.monotonic() < end: time.sleep(0.01)\n"
        "sys.exit(not other.exists())"
    )
    a, b = str(tmp_path / "a"), str(tmp_path / "b")
    pairs = [(a, b), (b, a)]
    jobs = [Job(mine, [sys.executable, "-c", waits, mine, other], {}) for mine, other in pairs]
    assert [result.code for result in side_by_side(jobs)] == [0, 0]


def test_one_failure_fails_the_whole_and_what_comes_after_is_still_run(capfd):
    assert stages.perform([[job("first", 0, 3), job("second", 0)], [job("third", 0)]]) == 3
    said = capfd.readouterr().out
    assert [line.split()[:2] for line in said.splitlines() if " min " in line] == [
        ["first", "FAILED"], ["second", "passed"], ["third", "passed"]
    ]  # fmt: skip
    assert "left out" not in said


@pytest.mark.skipif(os.name == "nt", reason="there are no signals")
def test_a_job_that_a_signal_ended_has_failed(capfd):
    killed = Job("b", [sys.executable, "-c", "import os; os.kill(os.getpid(), 9)"], {})
    assert stages.perform([[job("a", 0), killed]]) != 0
    assert "b             FAILED" in capfd.readouterr().out


def test_the_table_adds_up_what_several_runs_left_out():
    notes = [
        {"a browser": ["make it", {"a.py": 2}]},
        {"a browser": ["make it", {"a.py": 1, "b.py": 1}], "npm": ["get it", {"c.py": 1}]},
    ]
    lines = stages.table(notes)
    assert [line.split("  ")[0] for line in lines[2:]] == [
        "4 tests: a.py and 1 more",
        "1 test: c.py",
    ]
    assert lines[2].endswith("make it") and lines[3].endswith("get it")
    assert stages.table([]) == []


def test_tests_have_a_cache_of_their_own_that_other_code_empties(tmp_path, monkeypatch):
    course = Course({**SETTINGS, "VENV": str(tmp_path)})
    (tmp_path / "course_lib").mkdir()
    (tmp_path / "course_lib/lstm.py").write_text("one")
    monkeypatch.setattr(stages, "ROOT", tmp_path)
    cache = Path(stages.kept(course)["COURSE_CACHE"])
    assert tmp_path in cache.parents
    trained = Path(stages.kept(course)["COURSE_TRAINED"])
    trained.mkdir()
    for file in (trained / "a.pickle", cache / "my_study.csv", cache / "chorales.npz"):
        file.touch()
    stages.kept(course)
    assert len(list(trained.iterdir())) == 1, "the same code keeps it"
    (tmp_path / "course_lib/lstm.py").write_text("another")
    stages.kept(course)
    assert {path.name for path in cache.iterdir()} == {"chorales.npz", "course_lib"}


def test_no_stage_reads_a_learners_cache(tmp_path):
    course = Course({**SETTINGS, "VENV": str(tmp_path)})
    for made in (stages.unit_tests, stages.notebooks, stages.browser_pass, stages.slow_tests):
        assert made(course).environment["COURSE_CACHE"] == str(tmp_path / "tested")


def lacking(
    tmp_path: Path, *options: str, **more: str
) -> tuple[subprocess.CompletedProcess[str], list[dict]]:
    """One test of the sandbox on a machine without bubblewrap: how it ended, what was noted."""
    notes = tmp_path / "notes"
    environment = {k: v for k, v in os.environ.items() if k != "CI"}
    environment |= {"PATH": str(tmp_path), stages.LEFT_OUT: str(notes), **more}
    test = "tests/grading/test_sandbox.py::test_every_promise_holds"
    command = [sys.executable, "-m", "pytest", "-q", *options, "-p", "no:cacheprovider", test]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    lines = notes.read_text(encoding="utf-8").splitlines() if notes.exists() else []
    return done, [json.loads(line) for line in lines]


@pytest.mark.slow
def test_what_a_machine_lacks_is_left_out_and_noted(tmp_path):
    done, noted = lacking(tmp_path, "-n", "1")
    assert done.returncode == 0, done.stdout
    (line,) = stages.table(noted)[2:]
    assert line.startswith("1 test: tests/grading/test_sandbox.py")
    assert "bubblewrap" in line and line.endswith("sudo apt-get install bubblewrap")


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="bubblewrap is for Linux")
def test_in_ci_nothing_is_left_out(tmp_path):
    done, noted = lacking(tmp_path, CI="true")
    assert done.returncode == 1 and "CI must run this" in done.stdout
    assert noted == []


@pytest.fixture
def group(tmp_path):
    """Start lines in a process group of their own, with a module for their jobs; end it."""
    started: list[subprocess.Popen[bytes]] = []

    def start(lines: str) -> subprocess.Popen[bytes]:
        begin = (
            "import sys\n"
            "from course_lib.authoring import jobs\n"
            "sleep = [sys.executable, '-c', 'import time; print(1, flush=True); time.sleep(60)']\n"
        )
        (tmp_path / "group.py").write_text(begin + lines)
        process = subprocess.Popen(
            [sys.executable, str(tmp_path / "group.py")],
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        started.append(process)
        assert process.stdout is not None and process.stdout.readline() == b"1\n"
        return process

    yield start
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def gone(process: subprocess.Popen[bytes], patience: float = 120) -> bool:
    """Whether nothing of a group is left, soon."""
    end = time.monotonic() + patience
    while time.monotonic() < end:
        try:
            os.killpg(process.pid, 0)
        except ProcessLookupError:
            return True
        time.sleep(0.05)
    return False


TWO = "jobs.side_by_side([jobs.Job('a', sleep, {}), jobs.Job('b', sleep, {})])\n"


@pytest.mark.skipif(os.name == "nt", reason="sends a POSIX signal")
@pytest.mark.usefixtures("ctrl_c")
def test_ctrl_c_ends_all_jobs(group):
    """Sent to the whole group, as a terminal does."""
    process = group(f"try: {TWO}except KeyboardInterrupt: sys.exit(130)\n")
    os.killpg(process.pid, signal.SIGINT)
    process.communicate(timeout=120)
    assert process.returncode == 130 and gone(process)


@pytest.mark.skipif(os.name == "nt", reason="sends a POSIX signal")
@pytest.mark.parametrize("lines", [TWO, "jobs.run(sleep)\n", "jobs.become(sleep, {})\n"])
def test_a_signal_to_the_launcher_alone_ends_its_jobs_too(group, lines):
    process = group("jobs.end_by_signal()\n" + lines)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=120)
    assert process.returncode in (128 + signal.SIGTERM, -signal.SIGTERM) and gone(process)
