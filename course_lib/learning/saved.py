"""The file that a network is saved to: an .npz without pickle, with a header in JSON."""

from __future__ import annotations

import json
import struct
import zipfile
import zlib
from pathlib import Path
from typing import Any

import numpy as np

from course_lib.learning.losses import Array

HEADER = "course_lib_network"
# What reading an .npz raises where it is cut off or damaged.
DAMAGED = (
    OSError,
    EOFError,
    ValueError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def read(path: Path) -> tuple[dict[str, Any], dict[str, Array]]:
    """The header and the arrays in a saved file."""
    with path.open("rb") as file:
        if file.read(4) != b"PK\x03\x04":
            raise ValueError(f"{path} is not a saved network: Network.save writes .npz files")
        file.seek(0)
        try:
            with np.load(file, allow_pickle=False) as members:
                arrays = {name: members[name] for name in members.files}
        except DAMAGED as error:
            raise ValueError(
                f"{path} is cut off or damaged ({error}): save the network again, "
                "or fetch the file anew"
            ) from error
    if HEADER not in arrays:
        raise ValueError(
            f"{path} is an .npz, but not a saved network (it has no {HEADER!r}): "
            "give a file that Network.save wrote"
        )
    try:
        header = json.loads(str(arrays.pop(HEADER)))
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} has a header that is not JSON ({error})") from error
    if not isinstance(header, dict):
        raise ValueError(f"{path} has a header that is not a JSON object")
    return header, arrays
