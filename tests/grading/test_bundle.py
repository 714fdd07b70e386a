"""What students get holds no solution, no hidden test, and the same bytes each time."""

import io
import json
import os
import re
import zipfile
from pathlib import Path

from course_lib.authoring.notebooks import ROOT
from course_lib.grading import bundle


def test_the_course_is_there_and_nothing_of_the_graders():
    names = {path.as_posix() for path in bundle.tracked(ROOT)}
    assert {
        "README.md",
        "Makefile",
        "course_lib/cells/lstm.py",
        "notebooks/00_start_here.ipynb",
    } <= names
    assert "course_lib/authoring/prepare.py" in names  # which `make lab` begins with
    for folder in ("solutions/", "tests/", "exercises/", "course_lib/grading/", ".git"):
        assert not [name for name in names if name.startswith(folder)]


def links(files):
    """Where the Markdown of these files leads within the course, by the file."""
    for path, data in files.items():
        texts = [data.decode()] if path.suffix == ".md" else []
        if path.suffix == ".ipynb":
            cells = json.loads(data)["cells"]
            texts = ["".join(c["source"]) for c in cells if c["cell_type"] == "markdown"]
        for target in re.findall(r"\]\(([\w./-]+)[#)]", "\n".join(texts)):
            yield path, Path(os.path.normpath(path.parent / target))


def test_every_link_leads_to_something_that_students_get_too():
    made = {
        path.relative_to(ROOT / "exercises"): path.read_bytes()
        for path in ROOT.glob("exercises/*/*.ipynb")
    }
    before = bundle.tracked(ROOT)
    files = bundle.for_students(ROOT, made)
    there = {place for path in files for place in (path, *path.parents)}
    assert Path("TEACHING.md") in {target for _, target in links(before)} - there
    led = list(links(files))
    assert len(led) > 50 and [(path, to) for path, to in led if to not in there] == []
    changed = {path for path, data in before.items() if files[path] != data}
    assert changed == {Path("README.md"), Path("notebooks/00_start_here.ipynb")}
    assert (
        "How marks are worked out: TEACHING.md."
        in files[Path("notebooks/00_start_here.ipynb")].decode()
    )


def test_the_archive_is_the_same_each_time_whatever_the_order():
    files = {Path("b/x.txt"): b"1", Path("a.txt"): b"2"}
    made = bundle.archive(files, "course")
    assert made == bundle.archive(dict(reversed(files.items())), "course")
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        assert packed.namelist() == ["course/a.txt", "course/b/x.txt"]
        assert packed.read("course/b/x.txt") == b"1"
