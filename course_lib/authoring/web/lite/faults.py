"""What is amiss with a built browser edition, as far as its files tell without a browser."""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path

ELSEWHERE = re.compile(r"https?://(?!localhost)[^\s\"']*\.(?:js|mjs|whl|wasm|css|json)\b")


def faults(site: Path) -> list[str]:
    """Wheels that are not what the lock says, settings that load from elsewhere, answers shown."""
    return [*_of_the_lock(site / "static/pyodide"), *_of_settings(site), *_of_notebooks(site)]


def _of_the_lock(folder: Path) -> list[str]:
    found, packages = [], {}
    if (lock := folder / "pyodide-lock.json").exists():
        packages = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    if "lstm-variations-course" not in packages:
        found.append(f"{lock}: the course is not in it")
    for name, entry in packages.items():
        wheel = folder / entry["file_name"]
        if not wheel.exists():
            found.append(f"{name}: {wheel.name} is not there")
        elif hashlib.sha256(wheel.read_bytes()).hexdigest() != entry["sha256"]:
            found.append(f"{name}: {wheel.name} is another one than the lock says")
        found += [f"{name} needs {one}" for one in entry["depends"] if one not in packages]
    return found


def _of_settings(site: Path) -> list[str]:
    found = []
    for file in sorted(site.rglob("jupyter-lite.json")):
        for address in ELSEWHERE.findall(file.read_text(encoding="utf-8")):
            found.append(f"{file.relative_to(site)}: loads {address}")
    return found


def _of_notebooks(site: Path) -> list[str]:
    found = []
    notebooks = sorted((site / "files").rglob("*.ipynb"))
    if not notebooks:
        found.append("there is no notebook")
    for file in notebooks:
        held = json.loads(file.read_text(encoding="utf-8"))
        if held["metadata"].get("kernelspec", {}).get("name") != "python":
            found.append(f"{file.relative_to(site)}: its kernel is not the browser's")
        if "BEGIN SOLUTION" in file.read_text(encoding="utf-8"):
            found.append(f"{file.relative_to(site)}: it holds a solution")
    if (site / "files/solutions").exists():
        found.append("files/solutions: answers do not belong here")
    return found
