"""Run the course's commands (commands.py): `make NAME` hands on to this.

    python3 course_lib help
    python3 course_lib lab PYTHON=python3.12 LAB_ARGS="--no-browser --port 8890"

Each first brings the virtual environment to what it needs. Settings follow as NAME=value, as with
make; make hands its own on by the environment. What is imported here is Python's standard library
alone, and all is written for Python 3.8: an old one may look after an environment with a newer.
"""

from __future__ import annotations

import os
import shlex
import shutil
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple

from course_lib.authoring import jobs, obstacles, prepare
from course_lib.authoring.prepare import ROOT
from course_lib.environment import MAKE

# setting → its default; those in PATHS are a place, where ~ is the home folder
SETTINGS = {
    "PYTHON": "", "VENV": ".venv", "LAB_ARGS": "", "ONLY": "", "ASSIGNMENT": "ps1_standard_lstm",
    "FROM": "", "GRADE_ARGS": "", "PROTOCOL": "quick", "RESULTS": "",
    "ODYSSEY_ARGS": "", "BOOK_ARGS": "", "STUDENTS": "3", "ROSTER": "",
}  # fmt: skip
PATHS = ("VENV", "FROM", "RESULTS", "ROSTER")
LEARN, DEVELOP = ("odyssey",), ("dev", "odyssey", "fast")  # the extras of pyproject.toml
GRADE = (*DEVELOP, "grading")
BOOK = (*LEARN, "book")
ORACLES = ("dev", "fast", "oracles")
HUB = (*LEARN, "hub")
LITE = ("lite",)


class Course:
    """The settings of one call, and what runs with them."""

    def __init__(self, settings: dict[str, str]) -> None:
        self.settings = settings
        self.venv = ROOT / settings["VENV"]
        self.python = str(prepare.interpreter(self.venv))
        self.environment = {
            **obstacles.homeless(os.environ, self.venv),
            "PATH": os.pathsep.join([str(Path(self.python).parent), os.environ.get("PATH", "")]),
            "PYTHONUTF8": "1",  # every file of the course is in UTF-8, on Windows too
            "JUPYTER_PREFER_ENV_PATH": "1",  # this environment's kernel before any other
        }

    def words(self, line: str) -> list[str]:
        """A line's words with the settings in the place of {NAME}; {NAME_ARGS} may give several."""
        found: list[str] = []
        for word in line.split():
            name = word.strip("{}")
            if name.endswith("_ARGS"):
                found += shlex.split(self.settings[name], posix=os.name != "nt")
            else:
                found.append(word.format_map(self.settings))
        return found

    def run(self, line: str) -> int:
        """Run the environment's Python with these words."""
        return jobs.run([self.python, *self.words(line)], self.environment)

    def become(self, line: str) -> int:
        """The same as the last thing there is to do, in the place of this program."""
        return jobs.become([self.python, *self.words(line)], self.environment)


class Command(NamedTuple):
    """What it does, in a line; the extras it needs, None for no environment; what is run."""

    does: str
    extras: tuple[str, ...] | None
    steps: tuple[str | Callable[[Course], int], ...]  # words for Python, or what gives a status
    venv: str = ""  # an environment of its own


def show(commands: Mapping[str, Command]) -> None:
    """List the commands, each with what it does."""
    for name, command in commands.items():
        print(f"{name:<16} {command.does}")


def main(given: list[str], commands: Mapping[str, Command]) -> int:
    """Run the commands named, one after the other until one fails; its exit status."""
    names = [word for word in given if "=" not in word] or ["help"]
    settings = {name: os.environ.get(name, default) for name, default in SETTINGS.items()}
    for word in given:
        name, equals, value = word.partition("=")
        settings.update({name: value} if equals else {})
    unknown = [name for name in names if name not in commands and name != "help"]
    unknown += [name for name in settings if name not in SETTINGS]
    if unknown:
        known = ", ".join([*commands, *(f"{name}=" for name in SETTINGS)])
        print(
            f"The course has no command or setting {unknown[0]!r}. It has: {known}", file=sys.stderr
        )
        return 2
    for name in PATHS:
        if settings[name] and settings[name] != SETTINGS[name]:
            settings[name] = str(Path(settings[name]).expanduser().absolute())
    os.chdir(ROOT)
    jobs.end_by_signal()
    try:
        if settings["PYTHON"] and not os.environ.get("COURSE_PYTHON_FOUND"):
            return with_python(settings["PYTHON"], given)
        for name in names:
            if name == "help":
                show(commands)
            elif code := perform(commands[name], settings):
                return code
    except obstacles.CannotPrepareError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{told(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next run begins again where it has to.", file=sys.stderr)
        return 130
    return 0


def told(error: OSError) -> str:
    """What stands in the way, and its cure, where the system says so; anything else is raised."""
    if error.errno in obstacles.FULL:
        return f"The disk is full: {error}. Cure: free some space, and run it again."
    if error.errno in obstacles.SHUT and error.filename:
        file = Path(os.fsdecode(error.filename)).absolute()
        inside = ROOT in (file, *file.parents)
        mine = "put the course in a folder of your own, and run it there."
        cure = mine if inside else "name a place that you may write to."
        return f"{error.filename} cannot be used: {error.strerror}. Cure: {cure}"
    raise error


def with_python(python: str, given: list[str]) -> int:
    """Hand the call on to the Python that was named by hand."""
    found = shutil.which(os.path.expanduser(python))
    if found is None:
        raise obstacles.CannotPrepareError(
            f"No {python} here. Cure: install Python 3.11, 3.12 or 3.13, or name one that is there:"
            f"  {MAKE} lab PYTHON=…"
        )
    command = [found, str(ROOT / "course_lib"), *given, f"PYTHON={python}"]
    return jobs.run(command, {"COURSE_PYTHON_FOUND": "1"})


def perform(command: Command, settings: dict[str, str]) -> int:
    """Bring the environment to what a command needs, and do what it does."""
    course = Course({**settings, "VENV": command.venv or settings["VENV"]})
    os.environ.update(course.environment)
    if command.extras is not None:
        wanted = prepare.this_python() if settings["PYTHON"] else None
        with obstacles.alone(ROOT / "pyproject.toml"), obstacles.readable():
            prepare.prepare(course.venv, set(command.extras), wanted)
    for step in command.steps:
        code = course.run(step) if isinstance(step, str) else step(course)
        if code:
            return code
    return 0
