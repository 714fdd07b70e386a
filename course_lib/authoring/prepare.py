"""Make, complete or repair the course's virtual environment; every command calls it first.

Needs Python and its standard library alone: the packages are what it installs.

An environment is ready when its stamp agrees with pyproject.toml, constraints.txt, the place it
stands in and the Python inside; then nothing is done. While packages are being installed a marker
lies beside the stamp: whoever finds it there knows that the work was cut off, and begins again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from course_lib import files
from course_lib.authoring.obstacles import (
    FULL,
    OLDEST,
    SHUT,
    CannotPrepareError,
    check_room,
    check_this_python,
    mend_pip,
    spell_out_paths,
    why_pip_failed,
)
from course_lib.environment import MAKE

ROOT = Path(__file__).resolve().parents[2]
INPUTS = ("pyproject.toml", "constraints.txt")
STAMP = "course-ready.json"
MARKER = "course-unfinished"
# JupyterLab would greet every learner, and every class, with a question about news.
# And it would save no widgets: a notebook that is opened again would show none.
LAB_SETTINGS = {
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false"},
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
}
# And nbconvert would write pictures without their descriptions.
NBCONVERT_SETTINGS = {
    "HTMLExporter": {"preprocessors": ["course_lib.authoring.described.Described"]}
}


def fingerprint(venv: Path, version: str) -> dict[str, str]:
    """What a ready environment depends on; `version` is its Python's, as "3.11"."""
    digest = hashlib.sha256()
    for name in INPUTS:
        digest.update((ROOT / name).read_bytes() + b"\0")
    return {"inputs": digest.hexdigest(), "python": version, "course": str(ROOT), "venv": str(venv)}


def interpreter(venv: Path) -> Path:
    return venv / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def version_inside(venv: Path) -> str | None:
    """The version of the environment's Python, or None where it does not start."""
    ask = "import sys; print('%d.%d' % sys.version_info[:2])"
    try:
        said = subprocess.run(
            [interpreter(venv), "-I", "-S", "-c", ask], capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return None
    return said.stdout.strip()


def read_stamp(venv: Path) -> dict:
    try:
        stamp = json.loads((venv / STAMP).read_text())
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def fault(venv: Path, wanted: str | None) -> str | None:
    """Why the environment has to be made anew, or None where what is there can be kept."""
    version = version_inside(venv)
    if version is None:
        return "its Python does not start" if venv.exists() else "there is none yet"
    if (venv / MARKER).exists():
        return "an earlier set-up was cut off"
    if wanted is not None and version != wanted:
        return f"it holds Python {version}, and {wanted} is asked for"
    if tuple(map(int, version.split("."))) < OLDEST:
        return f"it holds Python {version}"
    stamp = read_stamp(venv)
    for key, now in (("python", version), ("course", str(ROOT)), ("venv", str(venv))):
        if stamp and stamp.get(key) != now:
            return f"it was made for {key} {stamp.get(key)}, and this is {now}"
    return None


def clear(venv: Path) -> None:
    """Remove an environment; refuse to remove a folder that is none."""
    if not venv.exists():
        return
    ours = any((venv / name).exists() for name in ("pyvenv.cfg", MARKER, STAMP))
    if not ours and any(venv.iterdir()):
        raise CannotPrepareError(
            f"{venv} is not a virtual environment and will not be touched. "
            "Cure: name another folder with  VENV=…"
        )
    shutil.rmtree(venv)


def run(command: list[str]) -> bool:
    """Whether a program did what it was to do, in the course's folder."""
    return subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode == 0


def make(venv: Path, extras: set[str], why: str) -> None:
    """Make an environment with nothing in it yet, in the place of one that may be there."""
    check_this_python()
    clear(venv)
    check_room(venv, {"", *extras})
    print(f"Making the environment {venv.name} with Python {this_python()}: {why}.", flush=True)
    try:
        venv.mkdir(parents=True)
        (venv / MARKER).touch()
    except OSError as error:
        if ROOT in venv.parents and error.errno in FULL + SHUT:
            raise  # no more can be written in the whole course: the launcher says what to do
        raise CannotPrepareError(
            f"{venv} cannot be made: {error.strerror}. Cure: name a place you may write to:  "
            f"{MAKE} lab VENV=/path/to/venv"
        ) from error
    # the Python below an activated environment: that one may be what was just removed
    base = getattr(sys, "_base_executable", None) or sys.executable
    if not run([base, "-m", "venv", str(venv)]):
        raise CannotPrepareError(
            f"{venv} could not be made; Python's own lines above say why.\nCure, on Debian and "
            f"Ubuntu, where it lacks ensurepip:  sudo apt install python{this_python()}-venv"
        )


def install(venv: Path, extras: set[str]) -> None:
    """Install the tested versions of all that these extras ask for, and the course itself."""
    python = interpreter(venv)
    what = f".[{','.join(sorted(extras))}]" if extras else "."
    mend_pip(python)
    pip = [str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet"]
    if not run([*pip, "-c", "constraints.txt", "-e", what]):
        raise CannotPrepareError(why_pip_failed(venv))
    spell_out_paths(venv)
    settings = venv / "share/jupyter/lab/settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(LAB_SETTINGS, indent=1))
    settings = venv / "etc/jupyter"
    settings.mkdir(parents=True, exist_ok=True)
    written = json.dumps(NBCONVERT_SETTINGS, indent=1)
    (settings / "jupyter_nbconvert_config.json").write_text(written)


def this_python() -> str:
    return f"{sys.version_info[0]}.{sys.version_info[1]}"


def prepare(venv: Path, extras: set[str], wanted: str | None = None) -> bool:
    """Bring the environment to what the course needs; True where something had to be done.

    `wanted` is the Python version asked for by hand, as "3.12"; None takes the one that is there.
    Raises CannotPrepareError, whose message names the cure.
    """
    why = fault(venv, wanted)
    stamp = read_stamp(venv)
    have = set(stamp.get("extras", ()))
    version = this_python() if why else str(version_inside(venv))
    ready = fingerprint(venv, version)
    if why is None:
        if extras <= have and all(stamp.get(key) == value for key, value in ready.items()):
            return False
        check_room(venv, extras - have)
    else:
        make(venv, extras | have, why)
    extras = extras | have
    (venv / MARKER).touch()
    (venv / STAMP).unlink(missing_ok=True)
    print("Installing the tested versions; this takes a minute or two, once.", flush=True)
    install(venv, extras)
    files.write(venv / STAMP, json.dumps({**ready, "extras": sorted(extras)}, indent=1))
    (venv / MARKER).unlink()
    return True
