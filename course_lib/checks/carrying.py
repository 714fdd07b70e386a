"""Progress as a file, to take from one machine or browser to another."""

from __future__ import annotations

import os
from pathlib import Path

from course_lib import files
from course_lib.checks import keeping


def export_progress(path: str | os.PathLike[str] = "my_progress.json") -> None:
    """Write the questions passed so far into a file, for `import_progress` elsewhere.

    What such a file already holds stays in it, since it may be the only copy.
    In the browser edition a right click on it in the list of files downloads it.
    Raises OSError where it cannot be written there, ValueError where it holds something else.
    """
    path = Path(path)
    held = keeping.read(path)
    days = _together(keeping.passed(), held["passed"])
    files.write(path, keeping.text({**held, "passed": days}))
    print(f"questions passed: {len(days)}, written to {path}")


def import_progress(path: str | os.PathLike[str] = "my_progress.json") -> None:
    """Add the questions that a file of `export_progress` holds; of two days the earlier counts.

    In the browser edition, first drop the file onto the list of files. Raises FileNotFoundError
    where there is none, ValueError where it or the file of the progress here holds no progress,
    OSError where nothing can be kept.
    """
    path, file = Path(path), keeping.place()
    if not path.exists():
        raise FileNotFoundError(f"path: came {path}, expected a file that export_progress wrote")
    if file is None:
        raise OSError("no progress is kept here: COURSE_PROGRESS is set to nothing")
    brought, own = keeping.read(path), keeping.read(file)
    before, days = len(own["passed"]), _together(own["passed"], brought["passed"])
    file.parent.mkdir(parents=True, exist_ok=True)
    files.write(file, keeping.text({**own, "passed": days}))
    print(f"questions passed: {len(days)}, {len(days) - before} of them new here")


def _together(days: dict[str, str], others: dict[str, str]) -> dict[str, str]:
    """The questions of both; of two days the earlier."""
    return days | {name: min(day, days.get(name, day)) for name, day in others.items()}
