"""mine/: a learner's own copy of the notebooks and exercises, so that git finds nothing changed.

    python -m course_lib.authoring.working_copy

Running a notebook stores its outputs, and an exercise is there to be filled in. Done in the course
itself, either would stand in the way of the next `git pull`. So `make lab` opens mine/, which git
ignores, and brings it up to date first:

- a file that isn't there yet is copied; one that you delete or rename comes anew;
- a notebook that you have run, but not changed, takes the course's new edition;
- where you have written something, your file stays as it is, and the course's new edition is put
  beside it, as 01_standard_lstm.new.ipynb.

Needs the standard library alone: it runs wherever the set-up does.
"""

from __future__ import annotations

import hashlib
import json
import posixpath
import re
import sys
from pathlib import Path

from course_lib import files
from course_lib.authoring.prepare import ROOT

NAME = "mine"
FOLDERS = ("notebooks", "exercises")
RECORD = ".course.json"  # what each file was copied from, as digests
LINK = re.compile(rb"(\]\()(\.\./[^)\s\"]*)")  # to another folder, in a text of a notebook
LEFT_BEHIND = (".ipynb_checkpoints", "__pycache__")  # by a run in the course itself; and *.mid


def left_behind(path: Path) -> bool:
    """Whether a file of the course, by its path below it, lies where a run leaves its own."""
    return any(part in LEFT_BEHIND for part in path.parts)


def written(data: bytes, kind: str) -> str:
    """A digest of what somebody wrote: a notebook's cells without outputs, another file's bytes."""
    if kind == ".ipynb":
        try:
            cells = json.loads(data)["cells"]
            texts = [[cell["cell_type"], "".join(cell["source"])] for cell in cells]
            data = json.dumps(texts).encode()
        except (ValueError, KeyError, TypeError):
            pass  # no notebook any more, but still somebody's
    return hashlib.sha256(data).hexdigest()


def editions(root: Path, within: bool = True) -> dict[str, bytes]:
    """What the course has for mine/: each file's path there, and its bytes.

    within: the copy lies in the course, as mine/ does.
    """
    found = {}
    for folder in FOLDERS:
        for path in sorted((root / folder).rglob("*")):
            below = path.relative_to(root)
            if path.is_file() and not left_behind(below) and path.suffix != ".mid":
                data = path.read_bytes()
                place = below.parent.as_posix()
                deeper = within and path.suffix == ".ipynb"
                found[below.as_posix()] = led_out(data, place) if deeper else data
    return found


def led_out(notebook: bytes, place: str) -> bytes:
    """A notebook whose links to the rest of the course lead out of mine/, one folder further up."""

    def further(link: re.Match[bytes]) -> bytes:
        target = posixpath.normpath(posixpath.join(place, link[2].decode()))
        return link[0] if target.split("/")[0] in FOLDERS else link[1] + b"../" + link[2]

    return LINK.sub(further, notebook)


def put(target: Path, data: bytes) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    files.write(target, data)


def beside(target: Path, known: str | None) -> Path:
    """Where an edition goes that must not take its place: no file in which somebody has written."""
    for number in range(1, 1000):
        path = target.with_name(f"{target.stem}.new{number if number > 1 else ''}{target.suffix}")
        if not path.exists() or written(path.read_bytes(), path.suffix) == known:
            return path
    raise FileExistsError(f"{target.parent} is full of new editions; remove those you don't need")


def update(root: Path = ROOT, into: Path | None = None) -> list[str]:
    """Bring root's mine/ up to date, or another folder with a copy of the course.

    Links lead out of mine/ to the rest of the course; the other folder has that beside its copy.
    Returns a line for each new edition that stands beside one's own.
    """
    mine = root / NAME if into is None else into
    mine.mkdir(parents=True, exist_ok=True)
    try:
        record = dict(json.loads((mine / RECORD).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        record = {}
    news = []
    for name, data in editions(root, within=into is None).items():
        target, known = mine / name, record.get(name, {})
        now = {"edition": hashlib.sha256(data).hexdigest(), "written": written(data, target.suffix)}
        theirs = written(target.read_bytes(), target.suffix) if target.exists() else None
        if theirs is None or theirs == known.get("written"):
            if theirs is None or known["edition"] != now["edition"]:
                put(target, data)
        elif known.get("edition") != now["edition"] and theirs != now["written"]:
            new = beside(target, known.get("written"))
            put(new, data)
            news.append(f"{mine.name}/{name} stays as you wrote it; the new edition is {new.name}")
        record[name] = now
    put(mine / RECORD, json.dumps(record, indent=1).encode())
    return news


def main() -> int:
    for line in update():
        print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
