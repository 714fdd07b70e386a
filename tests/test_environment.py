"""The self-test of the environment finds what is wrong and names the cure."""

import os
import runpy
import subprocess
import sys
from importlib import metadata

import pytest

from course_lib import environment


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("JUPYTER_PREFER_ENV_PATH", "1")  # not a kernel of the user's
    return tmp_path / "cache"


def test_this_environment_is_ready(capsys):
    environment.check()
    said = capsys.readouterr().out
    assert "numpy" in said
    assert "All is ready." in said
    assert "cure" not in said


def test_an_old_package_is_found(monkeypatch, capsys):
    real = metadata.version
    monkeypatch.setattr(metadata, "version", lambda n: "1.24.0" if n == "numpy" else real(n))
    environment.check()
    said = capsys.readouterr().out
    assert ">=2.0 is needed" in said
    assert "1 of" in said


def test_a_missing_package_is_found(monkeypatch):
    real = metadata.version

    def version(name):
        if name == "music21":
            raise metadata.PackageNotFoundError(name)
        return real(name)

    monkeypatch.setattr(metadata, "version", version)
    bad = [row for row in environment.package_rows() if not row.good]
    assert [(row.what, row.found) for row in bad] == [("music21", "missing")]


def test_an_old_python_is_found(monkeypatch):
    monkeypatch.setattr(sys, "version_info", (3, 10, 4, "final", 0))
    row = environment.python_row()
    assert (row.found, row.good) == ("3.10.4", False)


def test_on_windows_no_cure_asks_for_make(monkeypatch):
    monkeypatch.setattr(os, "name", "nt")
    there = runpy.run_path(environment.__file__)
    assert there["MAKE"] == "py course_lib" and "`py course_lib lab`" in there["AGAIN"]
    assert there["python_row"]().cure == "py -3.13 course_lib lab"


def test_the_library_must_be_installed(monkeypatch):
    monkeypatch.setattr(environment, "COURSE", "a-course-that-is-not-there")
    (row,) = environment.package_rows()
    assert not row.good


def test_a_foreign_kernel_is_found(monkeypatch):
    from jupyter_client.kernelspec import KernelSpec, KernelSpecManager

    def spec(command):
        return lambda *_: KernelSpec(argv=[command, "-m", "ipykernel_launcher"])

    monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", spec("/elsewhere/bin/python"))
    assert not environment.kernel_row().good
    for command in (sys.executable, "python", "python3.12"):
        monkeypatch.setattr(KernelSpecManager, "get_kernel_spec", spec(command))
        assert environment.kernel_row().good


def test_sliders_need_their_part(monkeypatch, tmp_path):
    monkeypatch.setattr(sys, "prefix", str(tmp_path))
    assert not environment.sliders_row().good


def test_a_cache_that_cannot_be_written_is_found(cache):
    cache.write_text("a file stands where the folder should be")
    row = environment.cache_row()
    assert not row.good
    assert "COURSE_CACHE" in row.cure


def test_importing_the_library_is_light():
    heavy = ("matplotlib", "music21", "tqdm", "IPython", "ipywidgets", "packaging", "numpy")
    ask = f"import sys, course_lib; print([name for name in {heavy} if name in sys.modules])"
    said = subprocess.run([sys.executable, "-c", ask], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
