"""Runs in the sandbox, as a script: the notebook's cells in order, and its answers where asked.

Takes one JSON object from standard input, {"limits": …, "steps": [...], "skip": [...]}, and writes
one JSON object a line to standard output. A step is a cell, {"id", "source"}, or a question,
{"id", "function", "draws"}: that function is called once for each draw's arguments.

Nothing in here is trusted. It shares its process with the student's code, which may change all of
it; whoever does still has to hand over the right values for arguments that were drawn afresh.
"""

from __future__ import annotations

import contextlib
import json
import linecache
import os
import resource
import signal
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from typing import Any

from traitlets.config import Config

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))  # `python -I` leaves it out
import wire  # type: ignore[import-not-found]  # in the sandbox it lies beside this
from shell import Shell  # type: ignore[import-not-found]


class OutOfTime(BaseException):
    """Not an Exception, so that a broad except in a cell does not catch it."""


class Stream:
    """What a cell prints, up to a number of characters; the rest is counted and dropped."""

    encoding = "utf-8"

    def __init__(self, name: str, outputs: list[dict], room: list[int]) -> None:
        self.name, self.outputs, self.room = name, outputs, room

    def write(self, text: str) -> int:
        text = str(text)
        kept = text[: max(0, self.room[0])]
        self.room[0] -= len(text)
        last = self.outputs[-1] if self.outputs else {}
        if last.get("name") == self.name:
            last["text"] += kept
        elif kept:
            self.outputs.append({"output_type": "stream", "name": self.name, "text": kept})
        return len(text)

    def writelines(self, lines: Any) -> None:
        for line in lines:
            self.write(line)

    def flush(self) -> None: ...

    def isatty(self) -> bool:
        return False


def run(shell: Shell, source: str, limits: dict) -> list[dict]:
    """A cell's outputs."""
    shell.outputs, room = [], [limits["text"]]
    kept = sys.stdout, sys.stderr
    sys.stdout = Stream("stdout", shell.outputs, room)
    sys.stderr = Stream("stderr", shell.outputs, room)
    try:
        with at_most(limits["cell_seconds"]):
            shell.run_cell(source, store_history=True)
    except OutOfTime as late:
        shell._showtraceback(OutOfTime, late, [f"OutOfTime: {late}"])
    finally:
        sys.stdout, sys.stderr = kept
    if room[0] < 0:
        note = f"… {-room[0]} more characters were not kept."
        shell.outputs.append({"output_type": "stream", "name": "stdout", "text": note})
    return shell.outputs


@contextlib.contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Interrupt what uses the processor for longer."""

    def ring(*_):
        raise OutOfTime(f"took longer than {seconds:g} seconds")

    signal.signal(signal.SIGPROF, ring)
    signal.setitimer(signal.ITIMER_PROF, seconds, 0.5)  # and again, where the first was caught
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


def frozen(value: Any) -> Any:
    """An argument whose arrays cannot be written to: a function that changes one raises."""
    for part in value.values() if isinstance(value, dict) else [value]:
        if hasattr(part, "setflags"):
            part.setflags(write=False)
    return value


def answer(function: Callable, draw: list) -> dict:
    """One call: what it returned, and its arguments afterwards; or what it raised, and where."""
    given = [frozen(wire.decode(tree)) for tree in draw]
    try:
        came = function(*given)
        return {"came": wire.encode(came), "after": [wire.encode(value) for value in given]}
    except OutOfTime as late:
        return {"late": str(late)}
    except BaseException as error:
        frames = traceback.extract_tb(error.__traceback__)[1:]
        lines = [
            linecache.getline(at.filename, at.lineno or 0).strip()
            for at in frames
            if at.filename != __file__ and not at.filename.startswith(sys.prefix)
        ]
        where = lines[-1][:200] if lines else ""
        within = frames[-1].name[:200] if frames else ""  # the function that raised it
        words = str(error)[:500]
        return {"raised": type(error).__name__, "words": words, "line": where, "within": within}


def ask(shell: Shell, step: dict, limits: dict, say: Callable) -> None:
    """Call the function that a question names, once a draw; what it prints is not kept."""
    function = shell.user_ns.get(step["function"])
    if not callable(function):
        say({"done": step["id"], "missing": step["function"]})
        return
    nowhere, begun = Stream("stdout", [], [0]), time.process_time()
    with contextlib.redirect_stdout(nowhere), contextlib.redirect_stderr(nowhere):
        for number, draw in enumerate(step["draws"]):
            try:
                with at_most(limits["call_seconds"]):
                    found = answer(function, draw)
            except OutOfTime as late:
                found = {"late": str(late)}
            say({"answer": step["id"], "draw": number, **found})
            if "came" not in found:
                break
    say({"done": step["id"], "seconds": time.process_time() - begun})


def limit(limits: dict) -> None:
    """Hold this process and its children; a hard limit cannot be raised again."""
    for what, most in (
        (resource.RLIMIT_AS, limits["memory"]),
        (resource.RLIMIT_NPROC, limits["processes"]),
        (resource.RLIMIT_FSIZE, limits["disk"]),
        (resource.RLIMIT_NOFILE, 256),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(what, (most, most))


def main() -> None:
    job = json.load(sys.stdin)
    limits = job["limits"]
    if not job.get("unsafe"):
        limit(limits)
    channel = os.fdopen(os.dup(1), "w", encoding="utf-8")
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)

    def say(what: dict) -> None:
        channel.write(json.dumps(what) + "\n")
        channel.flush()

    config = Config()
    config.HistoryManager.enabled = False
    config.InteractiveShell.colors = "nocolor"
    shell = Shell.instance(config=config)
    sys.path.insert(0, os.getcwd())
    say({"ready": True})
    for step in job["steps"]:
        if step["id"] in job["skip"]:
            continue
        say({"begin": step["id"]})
        if "source" in step:
            say({"done": step["id"], "outputs": run(shell, step["source"], limits)})
        else:
            ask(shell, step, limits, say)
    say({"end": True})
    os._exit(0)  # whatever was left running ends with the sandbox


if __name__ == "__main__":
    main()
