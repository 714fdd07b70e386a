"""Run one submission in a sandbox, watch it, and bring back what it handed over.

A step (a cell, or a question) at which the process dies, or does not end in time, is left out, and
the others are run once more: one bad cell costs what it answers, and no more.
"""

from __future__ import annotations

import json
import os
import re
import selectors
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from course_lib.grading import filtered, sandbox
from course_lib.grading.sandbox import CannotGradeError, Limits
from course_lib.grading.usage import Use, family, free_memory, use_of

RUNS = 6  # of one submission: so many steps may kill the process, less one
START = 300.0  # seconds on the clock within which a sandbox is there, however busy the machine
GRACE = 1.5  # seconds beyond a limit that the process itself should have kept
TICK = 0.1
UNREACHED = "was not reached: cells before it took all the time, or had to be ended too often"
SURROGATE = re.compile(rb"\\u[dD][89a-fA-F]")
LEAST_FREE = 256 * 2**20  # bytes of memory that the machine keeps for itself
HUNGRY = 512 * 2**20  # a sandbox that holds less has not used a machine's memory up
OTHERS = """The machine ran out of memory, but not because of this submission.
Cure: end other programs or give fewer --workers; then run it again."""


@dataclass
class Ran:
    """What came of the steps: outputs and answers by step, and why a step was left out."""

    outputs: dict[str, list] = field(default_factory=dict)
    answers: dict[str, dict[int, dict]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    stopped: dict[str, str] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)  # a question, as the process itself says
    seconds: float = 0.0
    processor: float = 0.0  # seconds that the sandboxes used, as far as they were seen to


def run(steps: list[dict], library: Path, limits: Limits, unsafe: bool = False) -> Ran:
    """Run steps as inside.py takes them, as often as it needs.

    Raises CannotGradeError where the sandbox itself does not start, or others have used the
    machine's memory up: neither is this student's fault.
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
    ran.stopped |= {step["id"]: UNREACHED for step in steps if step["id"] not in known}
    ran.seconds = time.monotonic() - begun
    return ran


def _once(
    steps: list[dict], ran: Ran, library: Path, limits: Limits, left: float, unsafe: bool
) -> tuple[str | None, str]:
    """One run without the steps that were stopped before → the step that ended it, and why."""
    job = {"limits": limits.plain(), "steps": steps, "skip": list(ran.stopped), "unsafe": unsafe}
    process = Process(job, library, limits, unsafe)
    at, deadline = "", time.monotonic() + START + left
    waiting = [step["id"] for step in steps if step["id"] not in ran.stopped]
    clock, used = time.monotonic(), 0.0  # when the step began, and the processor's seconds by then
    ended, ready, why = False, False, ""
    try:
        for line in process.lines():
            if line is None:
                now, step = time.monotonic(), process.seconds() - used
                most = limits.call_seconds if at in ran.answers else limits.cell_seconds
                if ready and step > most + GRACE:
                    why = f"took longer than {most:g} seconds, and could not be interrupted"
                elif ready and now - clock > limits.patience * most:
                    why = f"waited for more than {limits.patience * most:g} seconds"
                elif now > deadline:
                    why = f"was not finished when the notebook's {limits.seconds:g} seconds were up"
                why = why or process.excess()
                if why:
                    break
                continue
            message = _message(line)
            if "ready" in message and not ready:
                ready, deadline = True, time.monotonic() + left
            # Each step begins once and in its turn, and so does each draw: whoever forges these
            # lines gains no more time than the steps would have had.
            if waiting and message.get("begin") == waiting[0]:
                at, clock, used = waiting.pop(0), time.monotonic(), process.seconds()
                if _is_question(steps, at):
                    ran.answers[at] = {}
            elif at and message.get("done") == at:
                if isinstance(message.get("outputs"), list):
                    ran.outputs[at] = message["outputs"]
                if isinstance(message.get("missing"), str):
                    ran.missing[at] = message["missing"]
                seconds = message.get("seconds")
                if isinstance(seconds, float) and 0 <= seconds < 1e6:  # neither NaN nor infinity
                    ran.took[at] = seconds
            elif _is_next_draw(message, at, ran):
                ran.answers[at][message["draw"]] = message
                clock, used = time.monotonic(), process.seconds()
            ended = ended or "end" in message
        why = why or process.excess()
    finally:
        ran.processor += process.seconds()
        code = process.end()
    if not ready:
        raise CannotGradeError(f"The sandbox did not start:\n{process.complaint()}")
    if ended:
        return None, ""
    return at, why or f"ended the Python process ({_ending(code)})"


def _is_next_draw(message: dict, at: str, ran: Ran) -> bool:
    answers = ran.answers.get(at) if message.get("answer") == at else None
    return answers is not None and message.get("draw") == len(answers)


def _is_question(steps: Iterable[dict], ident: str) -> bool:
    return any(step["id"] == ident and "function" in step for step in steps)


def _message(line: bytes) -> dict:
    """A line as it was handed over; an empty one where it is not as inside.py writes it."""
    try:
        message = json.loads(line)
        if SURROGATE.search(line):  # a half of a letter, which no file can hold
            message = json.loads(json.dumps(message, ensure_ascii=False).encode("utf-8", "replace"))
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
        self.limits, self.excessive, self._looked = limits, "", 0.0
        self._said, self._size, self._used = b"", 0, Use(0.0, 0)
        self._folder = tempfile.TemporaryDirectory() if unsafe else None
        place, environment = self._folder.name if self._folder else None, {}
        refused = -1 if unsafe else filtered.handed_over()
        try:
            if place:
                command = sandbox.inside(str(library))
                environment = sandbox.environment() | {"HOME": place}
            else:
                command = sandbox.command(library, limits, refused)
            with tempfile.TemporaryFile() as file:
                file.write(json.dumps(job).encode())
                file.seek(0)
                self._process = subprocess.Popen(
                    command, stdin=file, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                    start_new_session=True, cwd=place, env=environment,
                    pass_fds=[refused] if refused >= 0 else [],
                )  # fmt: skip
        finally:
            if refused >= 0:
                os.close(refused)

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

    def seconds(self) -> float:
        """What the processor has spent on it, as last looked at."""
        return self._used.seconds

    def excess(self) -> str:
        """What the process has too much of; empty where nothing. Looks every TICK."""
        if time.monotonic() - self._looked < TICK:
            return self.excessive
        self._looked = time.monotonic()
        self._used = use_of(self._process.pid)
        if not self.excessive and self._used.memory > self.limits.memory:
            self.excessive = f"used more than {_mebibytes(self.limits.memory)} of memory"
        if not self.excessive and free_memory() < LEAST_FREE:
            if self._used.memory < HUNGRY:
                raise CannotGradeError(OTHERS)
            self.excessive = "used up this machine's memory"
        return self.excessive

    def end(self) -> int:
        """Kill whatever is left; the sandbox's processes all end with its first one."""
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(0.2)
        left = [*family(self._process.pid)] if self._process.returncode is None else []
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, signal.SIGKILL)
        code = self._process.wait()
        until = time.monotonic() + START
        while any(Path(f"/proc/{one}").exists() for one in left) and time.monotonic() < until:
            time.sleep(0.005)  # the kernel ends a sandbox's other processes a moment later
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
