"""The browser edition's parts: each file checked by its digest, the lock, what a learner gets."""

import base64
import hashlib
import io
import json
import sys
import zipfile

import pytest

from course_lib.authoring.web.lite import build, fonts, pyodide
from course_lib.authoring.web.lite.faults import faults
from course_lib.authoring.web.lite.pyodide import (
    PARTS,
    CannotBuildError,
    Sources,
    closure,
    described,
    sha256,
)

RECORD = "matplotlib-3.8.4.dist-info/RECORD"


@pytest.fixture
def unreachable(monkeypatch):
    """No release, and a carrier with two files; counts how often the release was asked."""
    asked = []

    def urlopen(address, timeout):
        asked.append(address)
        raise OSError("no network")

    monkeypatch.setattr(pyodide.urllib.request, "urlopen", urlopen)
    return asked


@pytest.fixture
def sources(tmp_path, monkeypatch):
    carrier = tmp_path / "carrier.whl"
    with zipfile.ZipFile(carrier, "w") as package:
        package.writestr("some/where/numpy.whl", b"a wheel")
        package.writestr("some/where/other.whl", b"changed on the way")
    monkeypatch.setattr(Sources, "carrier", lambda self, name: carrier)
    return Sources(tmp_path / "cache")


def test_what_the_release_has_not_comes_from_the_carrier_and_is_kept(
    sources, unreachable, monkeypatch
):
    right = sha256(b"a wheel")
    assert sources.file("numpy.whl", right) == b"a wheel"
    monkeypatch.setattr(Sources, "carrier", None)  # not needed again
    assert sources.file("numpy.whl", right) == b"a wheel"
    assert unreachable == [f"{pyodide.RELEASE}numpy.whl"]


def test_a_release_that_is_out_of_reach_is_asked_once(sources, unreachable):
    sources.file("numpy.whl", sha256(b"a wheel"))
    sources.file("other.whl", sha256(b"changed on the way"))
    assert len(unreachable) == 1


def test_a_file_that_is_another_one_is_refused(sources, unreachable):
    with pytest.raises(CannotBuildError, match=r"other.whl: came SHA-256 .*, expected"):
        sources.file("other.whl", sha256(b"as it was"))
    with pytest.raises(CannotBuildError, match="neither in Pyodide's release nor"):
        sources.file("scipy.whl", sha256(b""))
    assert not list(sources.cache.iterdir())


def test_the_core_comes_from_npm_in_this_version_or_it_is_told_why_not(sources, monkeypatch):
    (sources.cache / "pyodide-0.1.0.tgz").touch()  # of an edition before
    monkeypatch.setattr(pyodide.shutil, "which", lambda name: None)
    with pytest.raises(CannotBuildError, match="No npm here"):
        sources._npm()
    monkeypatch.setattr(pyodide.shutil, "which", lambda name: sys.executable)  # knows no "pack"
    with pytest.raises(CannotBuildError, match=f"could not fetch pyodide@{PARTS['version']}"):
        sources._npm()
    package = sources.cache / f"pyodide-{PARTS['version']}.tgz"
    package.touch()
    assert sources._npm() == package


def test_a_kept_file_that_was_damaged_is_fetched_again(sources, unreachable):
    (sources.cache / "numpy.whl").write_bytes(b"cut o")
    assert sources.file("numpy.whl", sha256(b"a wheel")) == b"a wheel"


def test_packages_come_with_what_they_need_and_without_what_they_do_not():
    packages: dict[str, dict[str, list[str]]] = {
        "matplotlib": {"depends": ["Pillow", "pytz", "NumPy"]},
        "numpy": {"depends": []},
        "pillow": {"depends": []},
        "pytz": {"depends": []},
        "scipy": {"depends": ["numpy"]},
    }
    found = closure(["matplotlib"], packages)
    assert set(found) == {"matplotlib", "pillow", "numpy"}
    assert found["matplotlib"]["depends"] == ["pillow", "numpy"]
    assert packages["matplotlib"]["depends"] == ["Pillow", "pytz", "NumPy"]


def wheel(folder, requires):
    path = folder / "some_thing-1.2-py3-none-any.whl"
    lines = ["Metadata-Version: 2.1", "Name: Some.Thing", "Version: 1.2"]
    with zipfile.ZipFile(path, "w") as package:
        text = "\n".join([*lines, *(f"Requires-Dist: {one}" for one in requires)])
        package.writestr("some_thing-1.2.dist-info/METADATA", text + "\n")
        package.writestr("some_thing/__init__.py", "")
        package.writestr("alone.py", "")
    return path


def test_a_wheels_entry_is_what_it_says_itself(tmp_path):
    needs = [
        "NumPy>=2",
        "music21; sys_platform != 'emscripten'",
        "pytest; extra == 'dev'",
        "old; python_version < '3.9'",
    ]
    path = wheel(tmp_path, needs)
    name, entry = described(path)
    assert name == "some-thing" and entry["version"] == "1.2"
    assert entry["depends"] == ["numpy"] and entry["imports"] == ["alone", "some_thing"]
    assert entry["sha256"] == sha256(path.read_bytes()) and entry["file_name"] == path.name


def matplotlib(**more):
    """A wheel with what matters here of Matplotlib's, as bytes."""
    texts = {
        fonts.LIST: '{"_version": 390, "ttflist": [{"_version": 1}]}',
        fonts.CODE: "class FontManager:\n    __version__ = 330\n",
        RECORD: f"{fonts.CODE},sha256=a,1\r\n{fonts.LIST},sha256=b,2\r\n",
    }
    with zipfile.ZipFile(made := io.BytesIO(), "w") as package:
        for name, text in {**texts, **more}.items():
            package.writestr(name, text)
    return made.getvalue()


def test_matplotlibs_list_of_fonts_gets_the_version_that_its_code_asks_for():
    with zipfile.ZipFile(io.BytesIO(fonts.with_its_list(matplotlib()))) as package:
        held = {name: package.read(name) for name in package.namelist()}
    listed = held[fonts.LIST]
    assert listed == b'{"_version": 330, "ttflist": [{"_version": 1}]}'
    digest = base64.urlsafe_b64encode(hashlib.sha256(listed).digest()).decode().rstrip("=")
    assert held[RECORD].decode().splitlines() == [
        f"{fonts.CODE},sha256=a,1",
        f"{fonts.LIST},sha256={digest},{len(listed)}",
    ]
    with pytest.raises(ValueError, match="expected Matplotlib's"):
        fonts.with_its_list(matplotlib(**{fonts.CODE: ""}))


def test_every_wheel_that_pip_fetches_has_its_hash():
    for name in ("pure.txt", "carriers.txt"):
        for line in pyodide.lines(pyodide.HERE / name):
            assert len(line.split("--hash=sha256:")[1]) == 64, line
    assert all(len(digest) == 64 for digest in PARTS["core"].values())


def test_a_learner_gets_notebooks_and_exercises_and_no_solutions(tmp_path):
    build.stage(tmp_path)
    tops = {path.name for path in tmp_path.iterdir()}
    assert tops == {"notebooks", "exercises", "progress"}
    staged = sorted(tmp_path.rglob("*.ipynb"))
    here = [*build.ROOT.glob("notebooks/*.ipynb"), *build.ROOT.glob("exercises/*/*.ipynb")]
    assert {path.name for path in staged} == {path.name for path in here}
    for path in staged:
        mine = json.loads(path.read_text(encoding="utf-8"))
        theirs = json.loads((build.ROOT / path.relative_to(tmp_path)).read_text(encoding="utf-8"))
        assert mine["metadata"].pop("kernelspec")["name"] == "python"
        theirs["metadata"].pop("kernelspec")
        assert mine == theirs
    assert list((tmp_path / "notebooks/pictures").iterdir())


def test_what_a_run_leaves_behind_is_neither_offered_nor_counted(tmp_path):
    (tmp_path / "notebooks/beyond").mkdir(parents=True)
    (tmp_path / "notebooks/valve.svg").touch()
    before = build.made_of(tmp_path)
    for name in ("notebooks/composed.mid", "notebooks/beyond/more.ipynb"):
        (tmp_path / name).touch()
    assert build.made_of(tmp_path) == before
    assert list(build.opened(tmp_path)) == ["notebooks/valve.svg"]
    (tmp_path / "notebooks/valve.svg").write_text("<svg/>")
    assert build.made_of(tmp_path) != before


def site(folder, notebook="{}"):
    (folder / "static/pyodide").mkdir(parents=True)
    (folder / "files/notebooks").mkdir(parents=True)
    (folder / "static/pyodide/a.whl").write_bytes(b"a")
    entry = {"file_name": "a.whl", "sha256": sha256(b"a"), "depends": []}
    lock = {"packages": {"lstm-variations-course": entry}}
    (folder / "static/pyodide/pyodide-lock.json").write_text(json.dumps(lock))
    (folder / "jupyter-lite.json").write_text(json.dumps(build.settings()))
    held = {"cells": [], "metadata": {"kernelspec": build.KERNEL}}
    (folder / "files/notebooks/00.ipynb").write_text(json.dumps(held))
    return folder


def test_a_whole_site_has_no_faults_and_each_fault_is_named(tmp_path):
    made = site(tmp_path)
    assert faults(made) == []
    (made / "static/pyodide/a.whl").write_bytes(b"b")
    (made / "jupyter-lite.json").write_text('{"pyodideUrl": "https://cdn.example.org/pyodide.js"}')
    (made / "files/notebooks/00.ipynb").write_text(
        '{"cells": ["### BEGIN SOLUTION"], "metadata": {}}'
    )
    (made / "files/solutions").mkdir()
    told = "\n".join(faults(made))
    for words in (
        "another one than the lock",
        "loads https://cdn",
        "kernel",
        "a solution",
        "answers",
    ):
        assert words in told
    (made / "static/pyodide/pyodide-lock.json").unlink()
    assert any("the course is not in it" in one for one in faults(made))
