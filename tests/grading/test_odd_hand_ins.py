"""Whatever one student hands in, it stops and changes no other's."""

import gzip
import os
import shutil
import socket
import subprocess
import zipfile

import pytest

from course_lib.grading.marking import NOTES
from course_lib.grading.opening import opened
from course_lib.grading.reading import Unreadable
from tests.grading.test_collect import NAME, answer, collected, hand_in
from tests.grading.test_collect import assignment as assignment  # a fixture


def deep(folder):
    """1,500 folders within one another, deeper than a path can be written."""
    folder.mkdir()
    here = os.open(folder, os.O_RDONLY)
    for _ in range(1500):
        os.mkdir("d", dir_fd=here)
        below = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = below
    os.close(here)


ODD = {
    "a Latin-1 name out of an old archive": lambda at: at.joinpath(
        os.fsdecode(b"J\xf6rg.ipynb")
    ).write_bytes(b"no notebook"),
    "1,500 folders": lambda at: deep(at / "dora"),
    "a name of 252 bytes": lambda at: (at / ("n" * 246 + ".ipynb")).write_bytes(b"{}"),
    "an emoji": lambda at: (at / "\U0001f600.ipynb").write_bytes(b"{}"),
    "two emojis": lambda at: [
        (at / f"{c}.ipynb").write_bytes(b"{}") for c in "\U0001f600\U0001f601"
    ],
    "the platform's own table": lambda at: (at / "submissions.csv").write_text("a,b"),
    "a folder without a notebook": lambda at: (at / "empty").mkdir(),
    "a file that never ends": lambda at: os.mkfifo(at / "pipe.ipynb"),
    "a link to itself": lambda at: (at / "loop.ipynb").symlink_to("loop.ipynb"),
    "an archive that is none": lambda at: (at / "cut.zip").write_bytes(b"PK\x03\x04 and no more"),
    "a locked archive": lambda at: locked(at / "locked.zip"),
    "an archive of a thousand notebooks": lambda at: many(at / "many.zip"),
    "an archive that grows": lambda at: grows(at / "bomb.zip"),
    "a tar that grows": lambda at: (at / "bomb.tar.gz").write_bytes(gzip.compress(bytes(2**28))),
    "half a letter": lambda at: (at / "half.ipynb").write_text(
        '{"cells": [{"source": "\\ud800"}]}'
    ),
    "a number without end": lambda at: (at / "long.ipynb").write_text("9" * 10**6),
    "a time before all": lambda at: hand_over(at / "old.ipynb", -(2**40)),
    "a name like a path's end": lambda at: (at / "...").mkdir(),
    "blanks alone": lambda at: (at / "   .ipynb").write_bytes(b"{}"),
    "a name of a device": lambda at: (at / "con.ipynb").write_bytes(b"{}"),
    "line ends in a name": lambda at: (at / "a\nb.ipynb").write_bytes(b"{}"),
}


def hand_over(path, time):
    path.write_bytes(b"{}")
    os.utime(path, (0, time))


def locked(path):
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr(f"{NAME}.ipynb", "{}")
    data = bytearray(path.read_bytes())
    for mark, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + at] |= 1
    path.write_bytes(data)


def many(path):
    with zipfile.ZipFile(path, "w") as packed:
        for number in range(1200):
            packed.writestr(f"{number}.ipynb", f"{number}")


def grows(path):
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr(f"{NAME}.ipynb", b" " * 2**28)


@pytest.mark.parametrize("what", ODD)
def test_an_odd_hand_in_stops_no_other(assignment, what):
    hand_in(assignment, f"ann/{NAME}.ipynb")
    folder = assignment.course.root / "class"
    ODD[what](folder)
    try:
        made = collected(assignment)
    finally:
        if what == "1,500 folders":
            subprocess.run(["rm", "-rf", folder / "dora"], check=True)
    assert answer(made["ann"]) == "x = 1"
    assert made["ann"].metadata[NOTES]["remarks"] == []
    others = [one for name, one in made.items() if name != "ann"]
    none = ("the platform's own table", "a name like a path's end")
    assert bool(others) == (what not in none)
    for one in others:
        assert one.metadata[NOTES]["unreadable"]
        assert one.metadata[NOTES]["remarks"]


@pytest.mark.parametrize("data", [b"PK\x03\x04 cut off", bytes(17 * 2**20)])
def test_an_archive_that_cannot_be_opened_costs_the_notebook_beside_it_nothing(assignment, data):
    file = hand_in(assignment, f"ann/{NAME}.ipynb")
    (file.parent / "figures.zip").write_bytes(data)
    made = collected(assignment)["ann"]
    assert answer(made) == "x = 1" and "unreadable" not in made.metadata[NOTES]
    (remark,) = made.metadata[NOTES]["remarks"]
    assert "The archive figures.zip" in remark


def test_what_cannot_be_read_is_called_what_it_is(assignment):
    folder = assignment.course.root / "class"
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(os.path.relpath(folder / "ann.ipynb"))
    with zipfile.ZipFile(folder / "ben.zip", "w") as packed:
        packed.writestr(f"{NAME}.ipynb", "some text")
    data = (folder / "ben.zip").read_bytes()
    (folder / "ben.zip").write_bytes(data.replace(b"some text", b"same text"))
    (folder / "cem.zip").write_bytes(data[:60])
    made = {name: one.metadata[NOTES]["unreadable"] for name, one in collected(assignment).items()}
    assert made["ann"].startswith("What was handed in cannot be opened (")
    assert "cannot be unpacked (Bad CRC-32" in made["ben"]
    assert "cannot be unpacked (it is neither a ZIP nor a tar" in made["cem"]


@pytest.mark.parametrize("kind", ["zip", "tar"])
def test_what_a_system_put_into_an_archive_is_not_told_of(assignment, kind):
    file = hand_in(assignment, f"ann/{NAME}.ipynb")
    for name in ("Thumbs.db", "desktop.ini"):
        (file.parent / name).write_text("not empty")
    shutil.make_archive(str(file.parent.with_name("ben")), kind, file.parent)
    made = collected(assignment)["ben"]
    assert answer(made) == "x = 1"
    assert made.metadata[NOTES]["remarks"] == [
        f"The notebook was taken out of the archive ben.{kind}."
    ]


def test_an_archive_without_a_notebook_is_not_where_it_was_taken_from(assignment):
    file = hand_in(assignment, f"ann/{NAME}.ipynb")
    with zipfile.ZipFile(file.parent / "figures.zip", "w") as packed:
        packed.writestr("plot.png", b"\x89PNG")
    made = collected(assignment)["ann"]
    assert made.metadata[NOTES]["remarks"] == ["Only the notebook is read, not plot.png."]


@pytest.mark.parametrize("name", ["ps1.tar", "ps1.tgz", "ps1.zip"])
def test_what_is_no_archive_is_told_in_one_sentence(name, tmp_path):
    (tmp_path / name).write_bytes(b"not packed at all")
    with pytest.raises(Unreadable) as told:
        opened(tmp_path, [])
    assert str(told.value) == (
        f"The archive {name} cannot be unpacked "
        "(it is neither a ZIP nor a tar archive, or only a part of one)."
    )
