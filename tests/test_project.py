"""The project's own files agree with one another, and nothing of one machine is among them."""

import re
import subprocess
import tomllib
from pathlib import Path

import pytest
import rattler
import yaml
from packaging.requirements import Requirement
from packaging.version import Version

from course_lib.authoring.notebooks import beyond, course_notebooks, faults

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = {
    "notebooks",
    "course_lib",
    "exercises",
    "solutions",
    "tests",
    "benchmarks",
    ".ci",
    ".github",
}
FILES = {
    "environment.yml", "README.md", "CONTRIBUTING.md", "TEACHING.md", "LICENSE", "Makefile",
    "pyproject.toml", "constraints.txt", "nbgrader_config.py", ".gitignore", ".gitattributes",
    ".pre-commit-config.yaml",
}  # fmt: skip
ON_CONDA = {"matplotlib": "matplotlib-base"}  # the same package without a desktop toolkit
BY_PIP = ("quickjs-ng", "resvg-py")  # they come with the library itself, which pip installs
IN_CONSTRAINTS = ("book", "dev", "fast", "grading", "hub", "odyssey")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def tracked(*patterns: str) -> list[str]:
    command = ["git", "-C", str(ROOT), "ls-files", "-z", "--", *patterns]
    listed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).exists()]


def requirements(*extras: str) -> list[Requirement]:
    lines = list(PROJECT["dependencies"])
    for extra in extras:
        lines += PROJECT["optional-dependencies"][extra]
    return [Requirement(line) for line in lines]


def lower_bound(requirement: Requirement) -> str:
    (bound,) = requirement.specifier
    assert bound.operator == ">=", requirement
    return bound.version


def conda_specs() -> dict[str, str]:
    """Name → lower bound, as conda itself would read environment.yml."""
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    specs = {}
    for line in listed:
        if isinstance(line, str):
            spec = rattler.MatchSpec(line, strict=True)
            assert spec.name is not None
            specs[spec.name.normalized] = str(spec.version or "").removeprefix(">=")
    return specs


def test_conda_and_pip_ask_for_the_same():
    asked = {
        ON_CONDA.get(need.name, need.name): lower_bound(need) for need in requirements("odyssey")
    }
    for name in BY_PIP:
        del asked[name]
    asked["python"] = PROJECT["requires-python"].removeprefix(">=")
    conda = conda_specs()
    assert conda.pop("pip") == ""
    assert conda == asked


def test_conda_installs_the_library_itself():
    listed = yaml.safe_load((ROOT / "environment.yml").read_text())["dependencies"]
    assert [entry["pip"] for entry in listed if isinstance(entry, dict)] == [["-e ."]]


def test_tested_versions_satisfy_the_lower_bounds():
    pins: dict[str, list[str]] = {}
    for line in (ROOT / "constraints.txt").read_text().splitlines():
        pin = Requirement(line)
        (exact,) = pin.specifier
        assert exact.operator == "==", line
        pins.setdefault(pin.name, []).append(exact.version)
    for need in requirements(*IN_CONSTRAINTS):
        assert pins.get(need.name), f"{need.name} is not in constraints.txt"
        for version in pins[need.name]:
            assert Version(version) >= Version(lower_bound(need)), need.name


def test_the_top_level_holds_the_course_and_nothing_else():
    names = {name.split("/")[0] for name in tracked() if "/" in name}
    assert names <= FOLDERS
    assert {name for name in tracked() if "/" not in name} <= FILES


def test_no_tracked_file_names_a_machine_or_a_registry():
    home = r"(?<![\w.$}/-])/(root|home|work|Users)/[\w.-]"
    host = r"https?://[^\s\"'<>]*(/simple\b|\.whl\b|\.tar\.gz\b)|files\.pythonhosted"
    leak = re.compile(f"{home}|{host}")
    found = []
    for name in tracked():
        data = (ROOT / name).read_bytes()
        if b"\0" not in data:
            found += [f"{name}: {match[0]}" for match in leak.finditer(data.decode())]
    assert not found


def test_the_workflow_is_of_the_tested_pythons_and_runs_commands_that_there_are():
    from course_lib.authoring import commands, obstacles

    text = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
    (job,) = yaml.safe_load(text)["jobs"].values()
    oldest, newest = obstacles.OLDEST[1], obstacles.NEWEST[1]
    assert job["strategy"]["matrix"]["python"] == [f"3.{n}" for n in range(oldest, newest + 1)]
    run = re.findall(r"python course_lib (\S+)", text)
    assert set(run) == {"test", "check"} <= set(commands.COMMANDS)


def test_there_are_notebooks_and_exercises():
    stored = {path.name for path in course_notebooks(ROOT)}
    assert {"00_start_here.ipynb", "01_standard_lstm.ipynb"} <= stored
    masters = {path.name for path in ROOT.glob("solutions/*/*.ipynb")}
    assert masters
    assert masters == {path.name for path in ROOT.glob("exercises/*/*.ipynb")}


def test_the_course_map_names_every_notebook():
    named = set(re.findall(r"\(notebooks/([\w]+\.ipynb)\)", (ROOT / "README.md").read_text()))
    assert named == {path.name for path in ROOT.glob("notebooks/*.ipynb")}


STORED = [*course_notebooks(ROOT), *beyond(ROOT)]


@pytest.mark.parametrize("path", STORED, ids=[path.stem for path in STORED])
def test_notebook_is_stored_as_it_should_be(path):
    assert faults(path) == []
