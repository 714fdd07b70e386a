"""Keep what a study has so far, while it goes on: its rows as a study of their own.

python -m course_lib.odyssey copy running.csv kept.csv
"""

from __future__ import annotations

import os

from course_lib import files
from course_lib.odyssey import rows
from course_lib.odyssey.about import description
from course_lib.odyssey.trial import Row


def copy(source: str | os.PathLike[str], target: str | os.PathLike[str]) -> list[Row]:
    """The trials that all variants of a study have so far, and what it is made of → the rows kept.

    source is only read, and may be written meanwhile: a line that is not yet whole is left out.
    target is a study that ``study.run`` goes on with.
    Raises ValueError where no trial is there of each variant, and where target holds another study
    or a trial that source does not have; what ``rows.read`` and ``about.description`` raise.
    """
    source, target = rows.named(source), rows.named(target)
    kept, what = rows.abreast(rows.read(source)), description(source)
    if not kept:
        raise ValueError(f"{source} holds no trial that all its variants have: nothing to keep")
    if target.exists():
        there = description(target)
        if other := [key for key in ("protocol", "seed", "music") if there[key] != what[key]]:
            raise ValueError(f"{target} holds another study: {other[0]} {there[other[0]]}")
        if lost := {row[:2] for row in rows.read(target)} - {row[:2] for row in kept}:
            variant, trial = min(lost)
            raise ValueError(
                f"{target} holds {len(lost)} trials that {source} lacks, such as {variant} "
                f"{trial}: a copy would lose them"
            )
    files.write(target.with_suffix(".json"), source.with_suffix(".json").read_text("utf-8"))
    rows.write_sorted(target, kept)
    return rows.read(target)
