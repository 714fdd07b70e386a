"""The command line that holds a student's code: bubblewrap, and an unprivileged user.

Inside there are the Python environment and the system's programs, read-only, a copy of course_lib
(see library.py), /proc and /dev of the sandbox's own, and an empty /tmp of limited size. There is
no network, no environment variable of the grader's, no other file.

Linux counts processes per user, and lets root pass every such limit. So a grader who is root
arranges the folders as root and then becomes a user who owns nothing, before the sandbox begins.
"""

from __future__ import annotations

import os
import shutil
import sys
from dataclasses import asdict, dataclass
from pathlib import Path

from course_lib.grading.copies import copies

# Users 60578 to 61183 are set aside for nobody (systemd's table of user ids).
UNUSED_USERS = range(60578, 61184)
SYSTEM = ("/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32")
COURSE = "/course"  # where the sandbox has its copy of the library
WORK = "/tmp/work"
SHARED_MEMORY = 16 * 2**20


class CannotGradeError(Exception):
    """Grading cannot be trusted here, or the course is at fault; the message says what to do."""


@dataclass(frozen=True)
class Limits:
    """What one submission may use: seconds, bytes, processes, characters.

    A step's seconds are the processor's, so marks hardly depend on how busy the machine is. One
    that waits and does nothing is given `patience` times as long on the clock.
    """

    seconds: float = 600.0  # in all, on the clock; as much for all second runs (marking.py)
    cell_seconds: float = 60.0
    call_seconds: float = 20.0  # one question's function, called once
    patience: float = 10.0
    memory: int = 2 * 2**30
    processes: int = 64
    disk: int = 64 * 2**20
    handed_over: int = 32 * 2**20
    text: int = 20_000  # printed by one cell

    def plain(self) -> dict:
        return asdict(self)


def environment() -> dict[str, str]:
    """All that the student's process finds in its environment."""
    return {
        "PATH": f"{sys.prefix}/bin:/usr/bin:/bin",
        "HOME": "/tmp/home",
        "LANG": "C.UTF-8",
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }


def inside(folder: str) -> list[str]:
    """What runs inside: this Python, without the user's own packages or settings."""
    return [sys.executable, "-I", "-B", f"{folder}/inside.py"]


def python_folders() -> list[str]:
    """Where this Python and its packages lie, beyond the system's own folders."""
    found: list[str] = []
    for folder in (sys.base_prefix, os.path.realpath(sys.base_prefix), sys.prefix):
        if not any(Path(folder).is_relative_to(there) for there in [*SYSTEM, *found]):
            found.append(folder)
    return found


def mounts() -> list[str]:
    """The folders that are shown, each at its own place and read-only."""
    options = []
    for folder in SYSTEM:
        if os.path.islink(folder):
            options += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            options += ["--ro-bind", folder, folder]
    for folder in python_folders():
        for parent in reversed(Path(folder).parents[:-1]):  # or only root might pass through them
            options += ["--dir", str(parent)]
        options += ["--ro-bind", folder, folder]
    options += ["--dir", "/etc", "--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for copy in copies((*SYSTEM, *python_folders())):  # of the course, which holds every answer
        if copy.is_dir():
            options += ["--tmpfs", str(copy), "--remount-ro", str(copy)]
        else:
            options += ["--ro-bind", "/dev/null", str(copy)]
    return options


def command(library: Path, limits: Limits, refused: int = -1) -> list[str]:
    """The command that runs inside.py in a sandbox, with a job on its standard input.

    refused: an open file with the filter of system calls; see filtered.py.
    """
    bubblewrap = program("bwrap")
    root = os.geteuid() == 0
    source = COURSE if root else str(library)  # as_nobody has put it there already
    sandbox = [bubblewrap, "--unshare-all", "--unshare-user", "--disable-userns"]
    sandbox += ["--die-with-parent", "--new-session", "--hostname", "sandbox"]
    sandbox += ["--uid", "1000", "--gid", "1000", "--cap-drop", "ALL", "--clearenv"]
    sandbox += ["--seccomp", str(refused)] if refused >= 0 else []
    for name, value in environment().items():
        sandbox += ["--setenv", name, value]
    sandbox += ["--proc", "/proc", "--dev", "/dev"]
    sandbox += ["--size", str(SHARED_MEMORY), "--tmpfs", "/dev/shm", "--remount-ro", "/dev"]
    sandbox += ["--size", str(limits.disk), "--tmpfs", "/tmp", "--dir", WORK, "--dir", "/tmp/home"]
    sandbox += [
        *mounts(),
        "--ro-bind",
        source,
        COURSE,
        "--remount-ro",
        "/",
        "--chdir",
        WORK,
        "--",
        *inside(COURSE),
    ]
    return [*as_nobody(library), *sandbox] if root else sandbox


def as_nobody(library: Path) -> list[str]:
    """For root: reach the folders that only root may enter, then become an unused user."""
    user = str(UNUSED_USERS[os.getpid() % len(UNUSED_USERS)])
    drop = [program("setpriv"), "--reuid", user, "--regid", user, "--clear-groups"]
    arrange = [program("bwrap"), "--die-with-parent", "--cap-add", "CAP_SETUID"]
    arrange += ["--cap-add", "CAP_SETGID", *mounts(), "--ro-bind", str(library), COURSE]
    arrange += ["--dir", "/tmp"]  # where the second bubblewrap begins to build
    return [*arrange, "--dev-bind", "/dev", "/dev", "--bind", "/proc", "/proc", "--", *drop, "--"]


def program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        package = {"bwrap": "bubblewrap", "setpriv": "util-linux"}[name]
        raise CannotGradeError(
            f"There is no {name} here, so a student's code could not be kept from the marks, the "
            f"solutions and the network.\nCure: apt-get install {package} (grading is for Linux); "
            "or grade code that you have read with --unsafe."
        )
    return found


def hidden_from(root: Path) -> None:
    """Raise CannotGradeError where the course lies in a folder that the sandbox shows."""
    root = root.resolve()
    for folder in map(Path, [*SYSTEM, *python_folders()]):
        if root.is_relative_to(folder.resolve()):
            raise CannotGradeError(
                f"The course lies in {folder}, which the sandbox shows to a student's code.\n"
                "Cure: move the course elsewhere."
            )
