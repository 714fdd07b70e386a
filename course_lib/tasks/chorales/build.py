"""Chorales from music21's own corpus, by an index of facts: file, transposition, split.

What sounds at the onset of each quarter note is a frame. Repeats are not expanded, a rest is an
empty frame, grace notes have no length and so never sound, and two voices on one pitch are one.
"""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from course_lib import bars

Frames = list[list[int]]
SINGERS = ("Soprano", "Alto", "Tenor", "Bass")


@cache
def index() -> dict[str, list[tuple[str, int]]]:
    """Split → (file in music21's Bach corpus, transposition in semitones) of each piece."""
    text = Path(__file__).with_name("index.json").read_text(encoding="utf-8")
    return {split: [(file, up) for file, up in row] for split, row in json.loads(text).items()}


def title(file: str) -> str:
    """What a file of the corpus holds: "bwv190.7.mxl" is BWV 190.7."""
    return "BWV " + file.removeprefix("bwv").removesuffix(".mxl")


def frames(file: str, up: int) -> Frames:
    """The sounding pitches at each quarter note of one piece, ascending, `up` semitones higher.

    Only the four singers count where a score has other parts too. Raises FileNotFoundError where
    the installed music21 lacks the file.
    """
    from music21 import common, converter

    path = common.getCorpusFilePath() / "bach" / file
    if not path.exists():
        raise FileNotFoundError(
            f"music21's corpus has no {path}: install music21 again, with its corpus"
        )
    # forceSource: no pickle of the parsed score is left behind in the temporary folder.
    score: Any = converter.parse(path, forceSource=True)
    parts = list(score.parts)
    singers = [part for part in parts if str(part.partName).startswith(SINGERS)]
    sounding: list[set[int]] = [set() for _ in range(math.ceil(max(p.highestTime for p in parts)))]
    for part in singers or parts:
        for note in part.flatten().notes:
            start, end = note.offset, note.offset + note.quarterLength
            for t in range(math.ceil(start), min(math.ceil(end), len(sounding))):
                sounding[t].update(pitch.midi + up for pitch in note.pitches)
    return [sorted(pitches) for pitches in sounding]


def build(pieces: Sequence[tuple[str, int]], progress: bool = True) -> list[Frames]:
    """`frames` of each piece, in order, on all cores and with a progress bar."""
    workers: list[subprocess.Popen[str]] = []
    built: list[Frames] = []
    try:
        with bars.bar(
            total=len(pieces), desc="building chorales", unit="piece", disable=not progress
        ) as bar:
            n = min(os.cpu_count() or 1, 8, len(pieces))  # each takes a second and 150 MB to start
            with suppress(OSError):  # where there can be no processes, all is done in this one
                for k in range(n):
                    workers.append(_worker(pieces[k::n]))
            for k, piece in enumerate(pieces):
                line = _line(workers[k % n]) if k % n < len(workers) else ""
                built.append(json.loads(line) if line else frames(*piece))
                bar.update()
    finally:
        for worker in workers:
            worker.kill()
            worker.communicate()
    return built


def _worker(pieces: Sequence[tuple[str, int]]) -> subprocess.Popen[str]:
    """A process that writes the frames of each piece as a line of JSON.

    A plain process and not multiprocessing: a fork would break a kernel's threads, and a spawn
    would run a learner's script once more. In a session of its own it ends quietly on Ctrl-C.
    """
    return subprocess.Popen(
        [sys.executable, "-m", __name__, json.dumps(pieces)],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,
    )


def _line(worker: subprocess.Popen[str]) -> str:
    """The worker's next line; nothing where it failed, so that this process meets the error."""
    assert worker.stdout is not None
    return worker.stdout.readline()


if __name__ == "__main__":
    for file, up in json.loads(sys.argv[1]):
        print(json.dumps(frames(file, up)), flush=True)
