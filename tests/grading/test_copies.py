"""Wherever else the course lies in what the sandbox shows, a student's code doesn't find it."""

import tarfile
import zipfile

import pytest

from course_lib.grading import library, running, sandbox, selftest
from course_lib.grading.copies import copies
from course_lib.grading.course import Course
from course_lib.grading.sandbox import Limits

ANSWER = "def valves(): return 'the answer'"
HIDDEN = {  # by what it is: where it lies
    "a package": "lib/python3/site-packages/course_lib/checks/ps1.py",
    "compiled alone": "lib/python3/site-packages/course_lib/checks/ps2.pyc",
    "its documents": "lib/python3/site-packages/lstm_variations_course-0.1.0.dist-info/METADATA",
    "linked to": "lib/python3/site-packages/lstm-variations-course.egg-link",
    "a wheel": "share/wheels/lstm_variations_course-0.1.0-py3-none-any.whl",
    "an archive of another name": "share/kept/old.zip",
    "a tar of another name": "pkgs/x.tar.gz",
    "conda's form": "pkgs/lstm-variations-course-0.1.0-py_0.conda",
    "a master": "share/doc/exercises/answers.ipynb",
    "a page of a master": "share/doc/exercises/answers.html",
    "a module on its own": "lib/python3/site-packages/helpers/answers.py",
}
SHOWN = ("lib/python3/site-packages/numpy_like/__init__.py", "share/kept/other.zip", "share/a.txt")


@pytest.fixture
def shared(tmp_path):
    """A Python folder that holds the course in every form, and what is none of it."""
    folder = tmp_path / "shared"
    for name in (*HIDDEN.values(), *SHOWN):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.suffix in (".zip", ".whl"):
            inside = "numpy_like/a.py" if name in SHOWN else "top/course_lib/checks/ps1.py"
            with zipfile.ZipFile(path, "w") as packed:
                packed.writestr(inside, ANSWER)
        elif path.suffix == ".gz":
            file = tmp_path / "ps1.py"
            file.write_text(ANSWER)
            with tarfile.open(path, "w:gz") as packed:
                packed.add(file, "course_lib/checks/ps1.py")
        else:
            path.write_text("x = 1" if name in SHOWN else f"# course_lib\n{ANSWER}")
    (folder / "lib/linked").symlink_to(folder / "lib/python3/site-packages/course_lib")
    for path in [*folder.rglob("*"), *folder.parents]:
        if path.is_dir() and path.is_relative_to(tmp_path.parents[1]):
            path.chmod(0o755)
    return folder


def test_a_copy_is_found_whatever_form_it_has(shared):
    found = copies((str(shared),))
    for what, name in HIDDEN.items():
        path = shared / name
        assert {path, *path.parents} & set(found), what
    for name in SHOWN:
        assert not {shared / name, *(shared / name).parents} & set(found), name


def test_a_students_code_reads_none_of_them(sandboxed, shared, tmp_path, monkeypatch):
    folders = sandbox.python_folders()
    monkeypatch.setattr(sandbox, "python_folders", lambda: [*folders, str(shared)])
    made = library.assemble(tmp_path / "library", ["course_lib.cells", "course_lib.checks"])
    source = f"""
import os, sys
for at, _, names in os.walk({str(shared)!r}):
    for name in names:
        try:
            print("read", os.path.relpath(os.path.join(at, name), {str(shared)!r}),
                  len(open(os.path.join(at, name), "rb").read()) > 0)
        except OSError:
            pass
sys.path.append({str(shared / "lib/python3/site-packages")!r})
sys.path.append({str(shared / "share/kept/old.zip")!r} + "/top")
sys.path.remove("/course")
import course_lib.checks.ps1
"""
    ran = running.run([{"id": "look", "source": source}], made, Limits())
    printed = "".join(str(out.get("text", out.get("evalue"))) for out in ran.outputs["look"])
    read = {line.split()[1] for line in printed.splitlines() if line.endswith("True")}
    assert read == set(SHOWN)
    assert "No module named 'course_lib" in printed


def test_the_self_test_finds_one_that_is_not_hidden(sandboxed, shared, tmp_path, monkeypatch):
    folders = sandbox.python_folders()
    (tmp_path / "course" / "solutions").mkdir(parents=True)
    course = Course(tmp_path / "course")
    monkeypatch.setattr(sandbox, "python_folders", lambda: [*folders, str(shared)])
    assert [row for row in selftest.rows(course) if not row.held] == []
    monkeypatch.setattr(sandbox, "copies", lambda folders: ())
    broken = {row.what for row in selftest.rows(course) if not row.held}
    assert broken == {"no copy of the course"}
