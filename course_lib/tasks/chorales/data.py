"""Where the chorales come from: the cache, a build for it, or the literature's file."""

from __future__ import annotations

import json
import os
import warnings
from importlib.metadata import version
from pathlib import Path
from typing import Any

from course_lib import files, lite
from course_lib.tasks.chorales import packed
from course_lib.tasks.chorales.build import build, index, title
from course_lib.tasks.chorales.task import Chorales, Pieces
from course_lib.tasks.task import SPLITS

# A new number makes everybody's cache be built again: raise it when `build` gives other frames.
FORMAT = 1
# Of the 382 pieces of Boulanger-Lewandowski et al. (2012), by `packed.digest`.
LITERATURE = "86752487daa839afb451a67d661028389c2a711a2b70de26635d1c0e09e3ba9e"
JSON_NAMES = {"train": ("train",), "validation": ("validation", "valid"), "test": ("test",)}


def load(source: str | os.PathLike[str] | None = None, progress: bool = True) -> Chorales:
    """The chorales as a task, from music21's corpus or from the literature's own file.

    source      None: 352 chorales, built from music21's corpus on first use (some 10 s on two
                cores) and kept in the user's cache folder, or in the folder COURSE_CACHE names.
                A path: the 382 of Boulanger-Lewandowski et al. (2012), as JSON
                ({"train": [piece, …], "valid": …, "test": …}, a piece a list of frames, a frame
                a list of MIDI numbers) or .npz (pitches, offsets and split, as in `Pieces`)
    progress    shows a bar while building

    A damaged cache is built again, and where it cannot be written the chorales stay in memory; a
    warning says so in both cases. Figures of the two sets are comparable, not interchangeable.
    The browser edition has no music21: it reads what was built elsewhere, where that was uploaded
    (`cache_path`), and else gives pieces that were made up by rules, and says so.
    Raises FileNotFoundError where there is no file at `source`, and ValueError where it is no such
    file or holds other music than the literature's, by a hash of its pitches, offsets and split.
    """
    if source is not None:
        return Chorales(_literature(Path(source)))
    if lite.in_browser() and not cache_path().exists():
        return _stand_in()
    files_up = [pair for split in SPLITS for pair in index()[split]]
    return Chorales(
        _cached(progress), [title(file) for file, _ in files_up], [up for _, up in files_up]
    )


def cache_path() -> Path:
    """The cache file, named by this module's format and the music21 that it is built from.

    In the browser edition it is chorales.npz, at the top of the list of files.
    """
    if lite.in_browser():
        return lite.DRIVE / "chorales.npz"
    return files.cache_folder() / f"chorales-{FORMAT}-music21-{version('music21')}.npz"


def _stand_in() -> Chorales:
    from course_lib.tasks.chorales.made_up import made_up

    lite.say(
        "no chorale of Bach's can be built here, so these pieces of four-part harmony were made up "
        "by rules, and figures on them differ from the text's. Where the course is installed, "
        "chorales.load() keeps Bach's in the file that course_lib.tasks.chorales.data.cache_path() "
        "names: upload it to the top of the list of files as chorales.npz"
    )
    pieces = made_up()
    task = Chorales(pieces, [f"made up, {k}" for k in range(len(pieces.split))])
    task.name = "made-up chorales"
    return task


def _cached(progress: bool) -> Pieces:
    path = cache_path()
    try:
        return packed.read(path)
    except (FileNotFoundError, NotADirectoryError):
        pass
    except packed.DAMAGED as error:
        warnings.warn(
            f"the cached chorales in {path} cannot be read ({error}): building them again",
            stacklevel=3,
        )
    wanted = index()
    built = iter(build([piece for split in SPLITS for piece in wanted[split]], progress))
    pieces = packed.pack([[next(built) for _ in wanted[split]] for split in SPLITS])
    try:
        packed.write(path, pieces)
    except OSError as error:
        warnings.warn(
            f"the chorales cannot be kept in {path} ({error}), so they will be built again next "
            "time: set COURSE_CACHE to a folder that can be written",
            stacklevel=3,
        )
    return pieces


def _read_json(path: Path) -> Pieces:
    data: Any = json.loads(path.read_text(encoding="utf-8"))
    if not isinstance(data, dict):
        raise ValueError(
            f"it is a {type(data).__name__}, expected an object with train, valid, test"
        )
    names = {split: [n for n in known if n in data] for split, known in JSON_NAMES.items()}
    if missing := [split for split, found in names.items() if not found]:
        raise ValueError(f"it has the keys {', '.join(data) or 'none'}, and lacks {missing}")
    return packed.pack(data[names[split][0]] for split in SPLITS)


def _literature(path: Path) -> Pieces:
    with path.open("rb") as file:
        head = file.read(2)
    try:
        pieces = packed.read(path) if head == b"PK" else _read_json(path)
    except packed.DAMAGED as error:
        raise ValueError(
            f"source: {path} cannot be read as chorales ({error}); expected JSON or .npz as load "
            "describes them, never a pickle, since opening one runs whatever code is in it"
        ) from error
    if (came := packed.digest(pieces)) != LITERATURE:
        raise ValueError(
            f"source: {path} holds {len(pieces.split)} pieces, {len(pieces.pitches)} frames, "
            f"SHA-256 {came}; expected the literature's 382 pieces, 23134 quarter-note frames, "
            f"SHA-256 {LITERATURE}"
        )
    return pieces
