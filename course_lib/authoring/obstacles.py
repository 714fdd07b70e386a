"""What can stand in the way of a set-up on somebody's machine, and the cure for each."""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from course_lib.environment import MAKE, lab_with

OLDEST, NEWEST = (3, 11), (3, 13)  # the Pythons that constraints.txt was tested with
PIP = (21, 3)  # the first that installs a project of our form in place
MEGABYTES = {
    "": 600,
    "book": 150,
    "dev": 400,
    "fast": 200,
    "grading": 60,
    "hub": 100,
    "lite": 60,
    "odyssey": 400,
    "oracles": 4000,
}  # as measured
# The system's own words for two obstacles: a disk with no room, a place that may not be used.
FULL = (errno.ENOSPC, errno.EDQUOT)
SHUT = (errno.EACCES, errno.EPERM, errno.EROFS)
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "PIP_PROXY")


class CannotPrepareError(Exception):
    """The environment cannot be made; the message says what to do."""


def check_this_python() -> None:
    """Raise unless the Python that runs this can make environments for the course."""
    version = "{}.{}".format(*sys.version_info[:2])
    if sys.version_info < OLDEST:
        newer = [name for name in ("python3.13", "python3.12", "python3.11") if shutil.which(name)]
        cure = (
            f"{MAKE} lab PYTHON={newer[0]}"
            if newer
            else (
                "install Python 3.13 (Linux: your package manager, conda or uv; else python.org), "
                f"then:  {lab_with('3.13')}"
            )
        )
        raise CannotPrepareError(
            "The course needs Python 3.11 or newer; "
            f"{sys.executable} is {sys.version.split()[0]}. Cure: {cure}"
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        raise CannotPrepareError(
            f"This Python cannot make virtual environments ({error}).\n"
            f"Cure, on Debian and Ubuntu:  sudo apt install python{version}-venv\n"
            f"Without root: use another Python, as from conda or uv:  {MAKE} lab PYTHON=…"
        ) from error
    if sys.version_info[:2] > NEWEST:
        tested = "{}.{}".format(*NEWEST)
        print(
            f"Python {version} is newer than the course was tested with ({tested} at most). Should "
            f"the set-up fail, take an older one:  {lab_with(tested)}",
            flush=True,
        )


def megabytes_free(folder: Path) -> int:
    """What is free on the disk that holds a folder, which need not be there yet."""
    for place in (folder, *folder.parents):
        if place.exists():
            return shutil.disk_usage(place).free // 2**20
    raise CannotPrepareError(
        f"There is no {folder.anchor} here, for {folder}. Cure: name another place:  {MAKE} lab "
        "VENV=/path/to/venv"
    )


def check_room(venv: Path, parts: set[str]) -> None:
    """Raise where these extras, and "" for what all need, won't fit on the environment's disk."""
    needed, free = sum(MEGABYTES[name] for name in parts), megabytes_free(venv)
    if free < needed:
        raise CannotPrepareError(
            f"The environment takes up to {needed} MB, and {free} MB are free on the disk of "
            f"{venv.parent}.\nCure: free some space, or put it on another disk:  {MAKE} lab "
            "VENV=/path/to/another/disk/venv"
        )


def why_pip_failed(venv: Path, environment: Mapping[str, str] = os.environ) -> str:
    """What pip's failing may come from, in the order of what is surest."""
    found = ["pip could not install the packages; its own lines above say why."]
    for place in dict.fromkeys((venv, Path(tempfile.gettempdir()))):
        if (free := megabytes_free(place)) < 50:
            found.append(
                f"The disk of {place} is full ({free} MB left). Cure: free some space, or name "
                "another place: VENV=… for the environment, TMPDIR=… for what is unpacked."
            )
    proxies = [name for name in PROXIES if environment.get(name)]
    if proxies:
        found.append(
            f"A proxy is set by {' and '.join(proxies)}: is it running? Without it:  "
            + without(proxies)
        )
    if sys.version_info[:2] > NEWEST:
        tested = "{}.{}".format(*NEWEST)
        found.append(
            f"This Python is newer than {tested}, and some packages may not exist for it yet. "
            f"Cure:  {lab_with(tested)}"
        )
    found.append(
        "Without a network: connect once and run the same command again, which repairs what is "
        "half-made."
    )
    return "\n".join(found)


def without(names: list[str]) -> str:
    """The command that opens the course with these variables of the environment taken away."""
    if os.name == "nt":  # in a cmd of its own: PowerShell's `set` sets something else
        return f'cmd /c "{"".join(f"set {name}=& " for name in names)}{MAKE} lab"'
    return f"env {' '.join('-u ' + name for name in names)} {MAKE} lab"


def mend_pip(python: Path) -> None:
    """Bring an environment's pip to the one that comes with its Python, where it is too old."""
    ask = "import pip; print(pip.__version__)"
    said = subprocess.run([str(python), "-I", "-c", ask], capture_output=True, text=True).stdout
    version = tuple(int(part) for part in said.strip().split(".")[:2] if part.isdigit())
    if version < PIP:
        command = [str(python), "-I", "-m", "ensurepip", "--upgrade"]
        if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
            raise CannotPrepareError(f"The environment's pip is too old. Cure:  {MAKE} clean lab")


def spell_out_paths(venv: Path) -> None:
    """Write the paths in an environment's .pth files so that every locale can read them.

    The course is installed in place by such a file. Up to 3.12 Python reads it in the locale's
    encoding, and does not start at all where a folder is called Übungen and the locale is C.
    """
    for folder in (*venv.glob("lib/python*/site-packages"), venv / "Lib/site-packages"):
        for file in folder.glob("*.pth"):
            lines = file.read_bytes().decode("utf-8", "surrogateescape").splitlines()
            if not all(map(str.isascii, lines)):
                plain = [
                    line if line.isascii() else f"import sys; sys.path.append({line!a})"
                    for line in lines
                ]
                file.write_text("\n".join(plain) + "\n", encoding="ascii")


@contextlib.contextmanager
def readable() -> Iterator[None]:
    """Let everybody read what is made meanwhile, whatever the umask; the folder above may not.

    A grader who is root hands students' code to a user of no rights, who needs this Python too.
    """
    before = os.umask(0o022)
    try:
        yield
    finally:
        os.umask(before)


@contextlib.contextmanager
def alone(file: Path) -> Iterator[None]:
    """Hold a file's lock, so that two set-ups started at once do not disturb each other.

    Where there are no locks (Windows, some network disks, a folder that can only be read) the work
    goes on without: two set-ups at once are rare.
    """
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(ImportError, OSError):
            import fcntl

            held = stack.enter_context(open(file, "r+"))  # NFS locks only what may be written
            fcntl.flock(held, fcntl.LOCK_EX)  # the system lets go of it when this process ends
        yield


def stand_in(venv: Path) -> Path:
    """The folder that takes the place of a home folder."""
    return venv.with_name(venv.name + "-home")


def homeless(environment: Mapping[str, str], venv: Path) -> dict[str, str]:
    """What to add to the environment where there is no home folder to write in; else nothing.

    Jupyter, IPython, matplotlib and pip each keep something there. In its place they are given a
    folder beside the virtual environment.
    """
    if os.name == "nt":
        return {}
    home = environment.get("HOME") or os.path.expanduser("~")
    try:
        with tempfile.TemporaryFile(dir=home):
            pass
    except OSError:
        own = stand_in(venv)
        own.mkdir(parents=True, exist_ok=True)
        inside = {name: "" for name in environment if name.startswith("XDG_")}
        return {**inside, "HOME": str(own)}
    return {} if environment.get("HOME") else {"HOME": home}
