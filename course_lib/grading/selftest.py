"""What the sandbox promises, tried before any submission is graded.

Each row is code that tries to do what a student's code must not be able to do, run in the same
sandbox; where one succeeds, grading refuses.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import NamedTuple

from course_lib.grading import copies, library, sandbox
from course_lib.grading.course import Course
from course_lib.grading.running import run
from course_lib.grading.sandbox import CannotGradeError


class Row(NamedTuple):
    """A promise, whether it held, and what came."""

    what: str
    held: bool
    came: str


FORK = """
import os, signal
children = []
try:
    for _ in range(2 * {processes}):
        child = os.fork()
        if not child:
            signal.pause()
        children.append(child)
except OSError:
    pass
for child in children:
    os.kill(child, 9)
    os.waitpid(child, 0)
print("held" if len(children) < {processes} else f"{{len(children)}} processes were started")
"""
NETWORK = """
import socket
names = [name for _, name in socket.if_nameindex() if name != "lo"]
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
    print("a connection was made")
except TimeoutError:
    print("a packet went out")
except OSError:
    print(f"there is {names}" if names else "held")
"""
FILES = """
import os
seen = [path for path in {secrets!r} if os.path.exists(path)]
print(f"{{seen}} is there" if seen else "held")
"""
COPIES = """
import fnmatch, os
found = []
for at, folders, files in os.walk("/"):
    if at == "/":
        folders[:] = [name for name in folders if name not in ("proc", "dev", "course")]
    for name in folders + files:
        if any(fnmatch.fnmatch(name.lower(), pattern) for pattern in {names!r}):
            path = os.path.join(at, name)
            try:
                if os.listdir(path) if os.path.isdir(path) else open(path, "rb").read(1):
                    found.append(path)
            except OSError:
                pass
print(f"{{found[:5]}} can be read" if found else "held")
"""
WRITING = """
import os
written = []
for folder in ("/", "/course", "/dev", "/usr", {prefix!r}):
    try:
        open(os.path.join(folder, "written-by-the-self-test"), "w").close()
        written.append(folder)
    except OSError:
        pass
print(f"{{written}} can be written to" if written else "held")
"""
DISK = """
try:
    for number in range(4):
        with open(f"/tmp/{{number}}", "wb") as file:
            file.write(bytes({disk} // 2))
    print("twice the space was written")
except OSError:
    print("held")
import os
for name in os.listdir("/tmp"):
    if name.isdigit():
        os.remove(f"/tmp/{{name}}")
"""
MEMORY = """
try:
    print(f"{{len(bytearray({memory}))}} bytes were taken")
except MemoryError:
    print("held")
"""
OTHERS = """
import os
mine = [int(name) for name in os.listdir("/proc") if name.isdigit()]
print("held" if max(mine) < 100 and os.getuid() != 0 else f"processes {{mine}} are seen")
"""
ENVIRONMENT = """
import os
more = set(os.environ) - set({variables!r}) - {{"PWD"}}
print(f"{{sorted(more)}} came along" if more else "held")
"""
NAMESPACE = """
import ctypes, os
done = ctypes.CDLL(None, use_errno=True).unshare(0x10000000)
print("a user namespace was made" if done == 0 else "held")
"""
UNCOUNTED = """
import ctypes, os
got = []
try:
    os.close(os.memfd_create("x"))
    got.append("an anonymous file")
except OSError:
    pass
if ctypes.CDLL(None, use_errno=True).shmget(0, 4096, 0o1600) >= 0:
    got.append("a shared segment")
print(f"{{got}} was given" if got else "held")
"""
TRIES = {
    "no more processes than the limit": FORK,
    "no network": NETWORK,
    "none of the course's files": FILES,
    "no copy of the course": COPIES,
    "nothing is written outside /tmp": WRITING,
    "no more disk than the limit": DISK,
    "no more memory than the limit": MEMORY,
    "no memory that is counted for nobody": UNCOUNTED,
    "no other processes, and not root": OTHERS,
    "nothing of the grader's environment": ENVIRONMENT,
    "no user namespace inside": NAMESPACE,
}


def rows(course: Course) -> list[Row]:
    """Every promise, tried; raises CannotGradeError where the sandbox cannot be started."""
    sandbox.hidden_from(course.root)
    secrets = [str(course.root / n) for n in ("solutions", "grading", "course_lib", "tests")]
    about = {**course.limits.plain(), "secrets": secrets, "prefix": sys.prefix}
    about |= {"variables": [*sandbox.environment()], "names": copies.NAMES}
    steps = [{"id": what, "source": source.format(**about)} for what, source in TRIES.items()]
    made = library.assemble(course.grading / "library", ())
    limits = replace(course.limits, cell_seconds=60, patience=10)
    ran = run(steps, made, limits)
    found = []
    for what in TRIES:
        texts = [str(out.get("text", out.get("evalue"))) for out in ran.outputs.get(what, [])]
        came = " ".join(texts).strip() or ran.stopped.get(what, "nothing came")
        found.append(Row(what, came == "held", came))
    return found


def trusted(course: Course) -> Course:
    """The course, once its sandbox has been tried in this process.

    Raises CannotGradeError where a promise did not hold.
    """
    if not (course.unsafe or course.root in _TRIED):
        if broken := [row for row in rows(course) if not row.held]:
            told = "\n".join(f"  {row.what}: {row.came}" for row in broken)
            raise CannotGradeError(
                f"The sandbox does not keep its promises, so nothing was graded:\n{told}\n"
                "Cure: grade on a Linux where bubblewrap works (a current Debian does, as root or "
                "not); or grade code that you have read with --unsafe."
            )
        _TRIED.add(course.root)
    return course


_TRIED: set = set()  # courses whose sandbox was tried by this process
