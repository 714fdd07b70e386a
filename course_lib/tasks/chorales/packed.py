"""The compact form of some pieces: made from nested lists, hashed, written and read."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np

from course_lib import files
from course_lib.learning import saved
from course_lib.tasks.chorales.task import KEYS, LOWEST, VOICES, Pieces
from course_lib.tasks.task import SPLITS

# What reading a file raises where it is cut off, damaged or something else altogether.
DAMAGED = (*saved.DAMAGED, TypeError, KeyError)


def digest(pieces: Pieces) -> str:
    """SHA-256 of the pitches, offsets and split as little-endian bytes, in hexadecimal."""
    data = hashlib.sha256()
    for array, kind in zip(pieces, ("u1", "<i4", "u1"), strict=True):
        data.update(np.ascontiguousarray(array, dtype=kind).tobytes())
    return data.hexdigest()


def pack(splits: Iterable[Sequence[Sequence[Iterable[float | None]]]]) -> Pieces:
    """Pieces from nested lists: splits, in SPLITS' order, of pieces of frames of MIDI numbers.

    A rest may be missing, None, NaN, −1 or 0; the order within a frame and doubled notes do not
    count. Raises TypeError or ValueError for what is no such list, more than four notes in a frame,
    and notes that a piano has not got.
    """
    rows: list[list[int]] = []
    offsets, split = [0], []
    for number, pieces in enumerate(splits):
        for piece in pieces:
            for frame in piece:
                heard = sorted({p for p in frame if p is not None and p > 0})
                odd = [p for p in heard if not LOWEST <= p < LOWEST + KEYS or p != int(p)]
                if odd or len(heard) > VOICES:
                    raise ValueError(
                        f"frame {len(rows)} of the file is {heard}, expected up to {VOICES} whole "
                        f"numbers from {LOWEST} to {LOWEST + KEYS - 1}"
                    )
                rows.append([int(p) for p in heard] + [0] * (VOICES - len(heard)))
            offsets.append(len(rows))
            split.append(number)
    return Pieces(
        np.array(rows, np.uint8).reshape(-1, VOICES),
        np.array(offsets, np.int32),
        np.array(split, np.uint8),
    )


def write(path: Path, pieces: Pieces) -> None:
    """Put pieces into an .npz, with the folder it lies in."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with files.beside(path) as part, part.open("wb") as file:
        np.savez_compressed(file, **pieces._asdict())


def read(path: Path) -> Pieces:
    """The pieces in an .npz.

    Raises FileNotFoundError where there is no file, one of DAMAGED where it is not a whole.
    """
    with np.load(path, allow_pickle=False) as file:
        pitches, offsets, split = (np.asarray(file[name]) for name in Pieces._fields)
    shapes = (pitches.shape, offsets.shape, split.shape)
    if shapes != ((len(pitches), VOICES), (len(split) + 1,), (len(split),)):
        raise ValueError(f"its arrays have shapes {shapes}, expected [N, {VOICES}], [P + 1], [P]")
    kinds = pitches.dtype.kind + offsets.dtype.kind + split.dtype.kind
    ends = (int(offsets[0]), int(offsets[-1]))
    if not set(kinds) <= set("iu") or ends != (0, len(pitches)) or (np.diff(offsets) < 2).any():
        raise ValueError("its arrays are not whole numbers, or its offsets do not ascend to N")
    heard = pitches[pitches != 0]
    if (heard < LOWEST).any() or (heard >= LOWEST + KEYS).any() or (split >= len(SPLITS)).any():
        raise ValueError(f"it has pitches outside {LOWEST} … {LOWEST + KEYS - 1}, or other splits")
    return Pieces(pitches, offsets, split)
