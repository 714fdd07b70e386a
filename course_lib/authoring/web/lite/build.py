"""Build the browser edition: Pyodide, the notebooks, and JupyterLite around them."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from course_lib import files
from course_lib.authoring.prepare import ROOT
from course_lib.authoring.web.lite.faults import faults
from course_lib.authoring.web.lite.pyodide import PARTS, CannotBuildError, assemble
from course_lib.authoring.working_copy import editions, left_behind

OUT = ROOT / "dist/web/lite"
KERNEL = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
APPS = ("lab", "notebooks")
MARK = "made-of.txt"
# JupyterLab asks whether what looks like a path in a printed text, as 2/3, is one: none is. Without
# an answer the browser's console would hold an error.
NO_PATH: tuple[str, dict[str, list]] = "api/resolvePath", {"resolved": [], "unresolved": []}
PROGRESS = """# Your progress

What you have passed is kept in this folder, in `progress.json`, by this browser alone. To take it
elsewhere, run in any notebook

    from course_lib.checks import export_progress
    export_progress()

and download `my_progress.json` from beside the notebook (right click, Download). Where you go on,
drop that file beside a notebook, and run

    from course_lib.checks import import_progress
    import_progress()
"""


def opened(root: Path = ROOT) -> dict[str, bytes]:
    """What a learner opens: notebooks with their pictures, and exercises; path → bytes."""
    found = editions(root, within=False)
    return {name: data for name, data in found.items() if "beyond" not in name.split("/")}


def made_of(root: Path = ROOT) -> str:
    """A digest of all that the browser edition is built from."""
    digest, told = hashlib.sha256(), opened(root)
    for file in sorted((root / "course_lib").rglob("*")):
        below = file.relative_to(root)
        if file.is_file() and not left_behind(below):
            told[below.as_posix()] = file.read_bytes()
    for name, data in told.items():
        digest.update(name.encode() + b"\0" + data)
    return digest.hexdigest()


def course_wheel(folder: Path) -> Path:
    """The course's own library as a wheel, alone in a folder."""
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "wheel", "--quiet"]
    if subprocess.run([*command, "--no-deps", "-w", str(folder), str(ROOT)]).returncode:
        raise CannotBuildError("The course's wheel cannot be made; pip says why above.")
    (wheel,) = folder.glob("*.whl")
    return wheel


def stage(folder: Path, root: Path = ROOT) -> None:
    """Copy what a learner opens. Nothing in a notebook changes but the name of its kernel."""
    (folder / "progress").mkdir(parents=True)  # JupyterLite stumbles where a kernel makes a folder
    (folder / "progress/README.md").write_text(PROGRESS, encoding="utf-8")
    for name, data in opened(root).items():
        if name.endswith(".ipynb"):
            notebook = json.loads(data)
            notebook["metadata"]["kernelspec"] = KERNEL
            data = (json.dumps(notebook, ensure_ascii=False, indent=1) + "\n").encode()
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)


def settings() -> dict:
    """JupyterLite's: what Python begins with, from this folder alone."""
    kernel = {"disablePyPIFallback": True, "loadPyodideOptions": {"packages": PARTS["begin"]}}
    return {
        "jupyter-lite-schema-version": 0,
        "jupyter-config-data": {
            "appName": "LSTM variations, in the browser",
            "exposeAppInBrowser": True,  # for tests to drive it
            "litePluginSettings": {"@jupyterlite/pyodide-kernel-extension:kernel": kernel},
            "disabledExtensions": [
                "@jupyterlab/extensionmanager-extension",
                "@jupyter-notebook/lab-extension",
            ],
        },
    }


def build(out: Path = OUT) -> list[str]:
    """Build it in the place of an earlier one → what is amiss with it."""
    work = Path(sys.prefix) / "lite"
    for name in ("wheel", "site", "contents"):
        shutil.rmtree(work / name, ignore_errors=True)
    site, contents = work / "site", work / "contents"
    assemble(site / "static/pyodide", course_wheel(work / "wheel"), work / "cache")
    stage(contents)
    (site / "jupyter-lite.json").write_text(json.dumps(settings(), indent=1), encoding="utf-8")
    made = work / "made"
    shutil.rmtree(made, ignore_errors=True)
    command = [sys.executable, "-m", "jupyterlite_core", "build", f"--lite-dir={site}"]
    command += [f"--output-dir={made}", f"--contents={contents}", "--no-sourcemaps"]
    command += ["--no-unused-shared-packages", *(f"--apps={app}" for app in APPS)]
    with (work / "log").open("w", encoding="utf-8") as log:
        if subprocess.run(command, cwd=site, stdout=log, stderr=subprocess.STDOUT).returncode:
            last = "".join((work / "log").read_text(encoding="utf-8").splitlines(True)[-30:])
            raise CannotBuildError(f"JupyterLite could not be built:\n{last}")
    name, answer = NO_PATH
    (made / name).write_text(json.dumps(answer), encoding="utf-8")
    (made / MARK).write_text(made_of(), encoding="utf-8")
    found = faults(made)
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=out.parent) as beside:  # the environment's disk may differ
        files.put_folder(Path(shutil.move(made, Path(beside) / made.name)), out)
    return found


def main() -> int:
    try:
        found = build()
    except CannotBuildError as error:
        print(error, file=sys.stderr)
        return 1
    print(*found, sep="\n", end="\n" * bool(found))
    size = sum(file.stat().st_size for file in OUT.rglob("*") if file.is_file())
    print(f"{OUT.relative_to(ROOT)}: {size / 1e6:.0f} MB, {len(found)} faults. To look at it:")
    print(f"  python3 -m http.server -d {OUT.relative_to(ROOT)}   and open http://localhost:8000")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
