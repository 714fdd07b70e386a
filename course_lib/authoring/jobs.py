"""Run programs one after the other or side by side, their output in turn and never mixed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from typing import IO, NamedTuple


class Job(NamedTuple):
    """A program to run: its name in the summary, its words, what is added to the environment."""

    name: str
    command: list[str]
    environment: dict[str, str]


class Result(NamedTuple):
    name: str
    code: int
    seconds: float


def run(command: list[str], environment: dict[str, str] | None = None) -> int:
    """Run a program here, as if it had been typed; Ctrl-C is its own business. Its exit status."""
    process = subprocess.Popen(command, env={**os.environ, **(environment or {})})
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            continue  # the program heard it too, and may ask whether it is meant
        except BaseException:
            process.terminate()
            raise


def become(command: list[str], environment: dict[str, str]) -> int:
    """Run a program in this one's place, where the system can: signals reach it without a way."""
    if os.name == "nt":
        return run(command, environment)
    sys.stdout.flush()
    os.execve(command[0], command, {**os.environ, **environment})


def end_by_signal() -> None:
    """From now on SIGTERM ends this program in an orderly way, and its jobs with it."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))


def side_by_side(jobs: list[Job]) -> list[Result]:
    """Run all jobs at once. What the first says is shown live; the others' when their turn comes.

    After Ctrl-C, which they hear as well, they are waited for, and KeyboardInterrupt is raised.
    """
    if len(jobs) == 1:
        begin = time.monotonic()
        code = run(jobs[0].command, jobs[0].environment)
        return [Result(jobs[0].name, code, time.monotonic() - begin)]
    running = [_Running(job) for job in jobs]
    interrupted = False
    try:
        for each in running:
            while True:
                try:
                    each.show()
                    break
                except KeyboardInterrupt:
                    interrupted = True
    finally:
        for each in running:
            each.end()
    if interrupted:
        raise KeyboardInterrupt
    return [Result(each.job.name, each.code, each.seconds) for each in running]


class _Running:
    """A job under way, and a thread that takes in what it says until its turn comes."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.code = 0
        self.seconds = 0.0
        self._said: list[bytes] = []
        self._news = threading.Condition()
        self._ended = False
        self._begin = time.monotonic()
        self._process = subprocess.Popen(
            job.command,
            env={**os.environ, **job.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        assert self._process.stdout is not None
        threading.Thread(target=self._listen, args=(self._process.stdout,), daemon=True).start()

    def _listen(self, pipe: IO[bytes]) -> None:
        for piece in iter(lambda: os.read(pipe.fileno(), 1 << 16), b""):
            with self._news:
                self._said.append(piece)
                self._news.notify()
        code = self._process.wait()
        with self._news:
            self.code, self.seconds = code, time.monotonic() - self._begin
            self._ended = True
            self._news.notify()

    def end(self) -> None:
        """Ask it to end, where it has not."""
        if self._process.poll() is None:
            self._process.terminate()

    def show(self) -> None:
        """Pass on what it has said and says, until it has ended."""
        while True:
            with self._news:
                while not self._said and not self._ended:
                    self._news.wait(timeout=1)  # a wait without an end hears no Ctrl-C on Windows
                said, ended = b"".join(self._said), self._ended
                self._said.clear()
            sys.stdout.buffer.write(said)
            sys.stdout.flush()
            if ended:
                return
