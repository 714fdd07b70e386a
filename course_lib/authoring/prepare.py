"""Make, complete or repair the course's virtual environment; `make` calls it first.

Needs Python and its standard library alone, and is run as a file, since the package is not
installed yet:

    python3 course_lib/authoring/prepare.py --venv .venv --extra dev

An environment is ready when its stamp agrees with pyproject.toml, constraints.txt, the place it
stands in and the Python inside; then nothing is done. While packages are being installed a marker
lies beside the stamp: whoever finds it there knows that the work was cut off, and begins again.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
INPUTS = ("pyproject.toml", "constraints.txt")
OLDEST = (3, 11)
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


class CannotPrepareError(Exception):
    """The environment cannot be made; the message says what to do."""


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


def check_this_python() -> None:
    """Raise unless the Python that runs this can make environments for the course."""
    if sys.version_info < OLDEST:
        newer = [name for name in ("python3.13", "python3.12", "python3.11") if shutil.which(name)]
        cure = f"make lab PYTHON={newer[0]}" if newer else "install it from python.org"
        raise CannotPrepareError(
            "The course needs Python 3.11 or newer; "
            f"{sys.executable} is {sys.version.split()[0]}. Cure: {cure}"
        )
    try:
        import ensurepip  # noqa: F401
        import venv  # noqa: F401
    except ImportError as error:
        raise CannotPrepareError(
            f"This Python cannot make virtual environments ({error}). "
            "Cure, on Debian and Ubuntu:  sudo apt install python3-venv"
        ) from error


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


def run(command: list[str], trouble: str) -> None:
    if subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL).returncode:
        raise CannotPrepareError(trouble)


def prepare(venv: Path, extras: set[str], wanted: str | None = None) -> bool:
    """Bring the environment to what the course needs; True where something had to be done.

    `wanted` is the Python version asked for by hand, as "3.12"; None takes the one that is there.
    Raises CannotPrepareError, whose message names the cure.
    """
    why = fault(venv, wanted)
    stamp = read_stamp(venv)
    have = set(stamp.get("extras", ()))
    current = f"{sys.version_info[0]}.{sys.version_info[1]}"
    if why is None:
        now = fingerprint(venv, str(version_inside(venv)))
        if extras <= have and all(stamp.get(key) == value for key, value in now.items()):
            return False
    else:
        check_this_python()
        clear(venv)
        print(f"Making the environment {venv.name} with Python {current}: {why}.", flush=True)
        venv.mkdir(parents=True)
        (venv / MARKER).touch()
        # the Python below an activated environment: that one may be what was just removed
        base = getattr(sys, "_base_executable", None) or sys.executable
        trouble = f"{venv} could not be made; Python's own lines above say why."
        run([base, "-m", "venv", str(venv)], trouble)
    extras = extras | have
    (venv / MARKER).touch()
    (venv / STAMP).unlink(missing_ok=True)
    what = f".[{','.join(sorted(extras))}]" if extras else "."
    print("Installing the tested versions; this takes a minute or two, once.", flush=True)
    pip = [str(interpreter(venv)), "-m", "pip", "--disable-pip-version-check", "install"]
    trouble = (
        "pip could not install the packages; its own lines above say why. Without a network: "
        "connect once and run the same command again, which repairs what is half-made."
    )
    run([*pip, "--quiet", "-c", "constraints.txt", "-e", what], trouble)
    settings = venv / "share/jupyter/lab/settings"
    settings.mkdir(parents=True, exist_ok=True)
    (settings / "overrides.json").write_text(json.dumps(LAB_SETTINGS, indent=1))
    settings = venv / "etc/jupyter"
    settings.mkdir(parents=True, exist_ok=True)
    written = json.dumps(NBCONVERT_SETTINGS, indent=1)
    (settings / "jupyter_nbconvert_config.json").write_text(written)
    ready = fingerprint(venv, current if why else str(version_inside(venv)))
    partial = venv / (STAMP + ".part")
    partial.write_text(json.dumps({**ready, "extras": sorted(extras)}, indent=1))
    os.replace(partial, venv / STAMP)
    (venv / MARKER).unlink()
    return True


@contextlib.contextmanager
def alone() -> Iterator[None]:
    """Hold the course's lock, so that two set-ups started at once do not disturb each other."""
    with open(ROOT / "pyproject.toml") as file:
        try:
            import fcntl
        except ImportError:  # Windows has no make either: nobody comes here twice at once
            yield
        else:
            fcntl.flock(file, fcntl.LOCK_EX)  # the system lets go of it when this process ends
            yield


def main() -> int:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--venv", type=Path, default=Path(".venv"))
    parser.add_argument("--extra", action="append", default=[], help="an extra of pyproject.toml")
    parser.add_argument("--this-python", action="store_true", help="insist on this very Python")
    options = parser.parse_args()
    wanted = f"{sys.version_info[0]}.{sys.version_info[1]}" if options.this_python else None
    try:
        if options.this_python:
            check_this_python()
        with alone():
            prepare((ROOT / options.venv).absolute(), set(options.extra), wanted)
    except CannotPrepareError as error:
        print(f"\n{error}\n", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped. The next run begins again where it has to.", file=sys.stderr)
        return 130
    return 0


if __name__ == "__main__":
    sys.exit(main())
