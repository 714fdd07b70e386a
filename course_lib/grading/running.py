"""Run one submission in a sandbox, watch it, and bring back what it handed over.

A step (a cell, or a question) at which the process dies, or does not end in time, is left out, and
the others are run once more: one bad cell costs what it answers, and no more.
"""

from __future__ import annotations

import json
import os
import selectors
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.grading import sandbox
from course_lib.grading.sandbox import CannotGradeError, Limits

RUNS = 6  # of one submission: so many steps may kill the process, less one
GRACE = 3.0  # seconds beyond a limit that the process itself should have kept
TICK = 0.1
LEAST_FREE = 256 * 2**20  # bytes of memory that the machine keeps for itself


@dataclass
class Ran:
    """What came of the steps: outputs and answers by step, and why a step was left out."""

    outputs: dict[str, list] = field(default_factory=dict)
    answers: dict[str, dict[int, dict]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    seconds: float = 0.0


def run(steps: list[dict], library: Path, limits: Limits, unsafe: bool = False) -> Ran:
    """Run steps as inside.py takes them, as often as it needs.

    Raises CannotGradeError where the sandbox itself does not start, which is no student's fault.
    """
    ran, begun = Ran(), time.monotonic()
    for _ in range(RUNS):
        left = limits.seconds - (time.monotonic() - begun)
        died_at, why = _once(steps, ran, library, limits, left, unsafe)
        if died_at is None:
            break
        ran.outputs.pop(died_at, None)
        ran.answers.pop(died_at, None)
        ran.stopped[died_at] = why
        if time.monotonic() - begun > limits.seconds:
            break
    known = ran.outputs | ran.answers | ran.missing | ran.stopped
    for step in steps:
        if step["id"] not in known:
            ran.stopped[step["id"]] = "was not reached: cells before it took all the time there is"
    ran.seconds = time.monotonic() - begun
    return ran


def _once(
    steps: list[dict], ran: Ran, library: Path, limits: Limits, left: float, unsafe: bool
) -> tuple[str | None, str]:
    """One run without the steps that were stopped before → the step that ended it, and why."""
    job = {"limits": limits.plain(), "steps": steps, "skip": list(ran.stopped), "unsafe": unsafe}
    process = Process(job, library, limits, unsafe)
    at, since, deadline = "", time.monotonic(), time.monotonic() + left
    ended, ready, why = False, False, ""
    try:
        for line in process.lines():
            now = time.monotonic()
            if line is None:
                hard = limits.call_seconds if at in ran.answers else limits.cell_seconds
                if not ready and now - since > 60:
                    break
                if ready and now > since + hard + GRACE:
                    why = f"took longer than {hard:g} seconds, and could not be interrupted"
                elif now > deadline:
                    why = f"the notebook took longer than {limits.seconds:g} seconds in all"
                why = why or process.excess()
                if why:
                    break
                continue
            message = _message(line)
            ready = ready or "ready" in message
            if isinstance(step := message.get("begin"), str):
                at, since = step, now
                if _is_question(steps, at):
                    ran.answers.setdefault(at, {})
            elif isinstance(step := message.get("done"), str):
                if isinstance(message.get("outputs"), list):
                    ran.outputs[step] = message["outputs"]
                if isinstance(message.get("missing"), str):
                    ran.missing[step] = message["missing"]
            elif isinstance(step := message.get("answer"), str) and step in ran.answers:
                if isinstance(draw := message.get("draw"), int):
                    ran.answers[step][draw] = message
                since = now
            ended = ended or "end" in message
        why = why or process.excess()
    finally:
        code = process.end()
    if not ready:
        raise CannotGradeError(f"The sandbox did not start:\n{process.complaint()}")
    if ended:
        return None, ""
    return at, why or f"ended the Python process ({_ending(code)})"


def _is_question(steps: Iterable[dict], ident: str) -> bool:
    return any(step["id"] == ident and "function" in step for step in steps)


def _message(line: bytes) -> dict:
    """A line as it was handed over; an empty one where it is not as inside.py writes it."""
    try:
        message = json.loads(line)
    except (ValueError, RecursionError):
        return {}
    return message if isinstance(message, dict) else {}


def _ending(code: int) -> str:
    number = -code if code < 0 else code - 128  # a sandbox reports a signal as a shell does
    with suppress(ValueError):
        return f"killed by {signal.Signals(number).name}"
    return f"exit code {code}"


class Process:
    """The sandbox's process, its lines as they come, and what it uses."""

    def __init__(self, job: dict, library: Path, limits: Limits, unsafe: bool) -> None:
        self.limits, self.excessive = limits, ""
        self._said, self._size = b"", 0
        self._folder = tempfile.TemporaryDirectory() if unsafe else None
        if self._folder:
            place = self._folder.name
            command = sandbox.inside(sys.executable, str(library))
            environment = sandbox.environment() | {"HOME": place}
        else:
            place, environment = None, {}
            command = sandbox.command(library, limits)
        with tempfile.TemporaryFile() as file:
            file.write(json.dumps(job).encode())
            file.seek(0)
            self._process = subprocess.Popen(
                command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                start_new_session=True, cwd=place, env=environment,
            )  # fmt: skip

    def lines(self) -> Iterable[bytes | None]:
        """Whole lines of what is handed over, and None where a moment passes without any."""
        assert self._process.stdout and self._process.stderr
        with selectors.DefaultSelector() as waiting:
            waiting.register(self._process.stdout, selectors.EVENT_READ)
            waiting.register(self._process.stderr, selectors.EVENT_READ)
            rest = b""
            while waiting.get_map():
                ready = waiting.select(TICK)
                yield None
                for key, _ in ready:
                    data = os.read(key.fd, 1 << 16)
                    self._size += len(data)
                    if not data:
                        waiting.unregister(key.fileobj)
                    elif key.fileobj is self._process.stderr:
                        self._said = (self._said + data)[-4000:]
                    else:
                        *whole, rest = (rest + data).split(b"\n")
                        yield from whole
                if self._size > self.limits.handed_over:
                    self.excessive = f"handed over more than {_mebibytes(self._size)} of output"
                    return

    def excess(self) -> str:
        """What the process has too much of; empty where nothing."""
        if not self.excessive and (used := memory_of(self._process.pid)) > self.limits.memory:
            self.excessive = f"used more than {_mebibytes(used)} of memory"
        if not self.excessive and free_memory() < LEAST_FREE:
            self.excessive = "used up this machine's memory"
        return self.excessive

    def end(self) -> int:
        """Kill whatever is left; the sandbox's processes all end with its first one."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0.2)
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        code = self._process.wait()
        for pipe in (self._process.stdout, self._process.stderr):
            assert pipe
            pipe.close()
        if self._folder:
            self._folder.cleanup()
        return code

    def complaint(self) -> str:
        return self._said.decode(errors="replace").strip() or "it gave no reason"


def _mebibytes(size: int) -> str:
    return f"{size / 2**20:.0f} MiB"


def memory_of(pid: int) -> int:
    """Bytes that a process and its descendants hold; what they share is counted for each."""
    children: dict[int, list[int]] = {}
    size: dict[int, int] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError, ValueError):
                text = Path(entry.path, "stat").read_text(errors="replace")
                fields = text.rpartition(")")[2].split()
                children.setdefault(int(fields[1]), []).append(int(entry.name))
                size[int(entry.name)] = int(fields[21]) * os.sysconf("SC_PAGE_SIZE")
    total, waiting = 0, [pid]
    while waiting:
        at = waiting.pop()
        total += size.get(at, 0)
        waiting += children.get(at, [])
    return total


def free_memory() -> int:
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    return LEAST_FREE
