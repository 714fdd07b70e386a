"""One grader at a time: a lock on the folder, which the system lifts when its holder ends."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from course_lib.grading.sandbox import CannotGradeError


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the lock of grading/.

    Raises CannotGradeError, with who holds it and since when, where another process does.
    """
    if folder in _HELD:  # by this process, further out
        yield
        return
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / "lock", "a+", encoding="utf-8") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            file.seek(0)
            who = file.read().strip() or "another process"
            raise CannotGradeError(
                f"This course is being graded already, by {who}.\n"
                "Cure: wait until that has ended; what it has marked is not marked again."
            ) from None
        file.truncate(0)
        file.write(f"process {os.getpid()}, since {datetime.now(UTC):%Y-%m-%d %H:%M} UTC\n")
        file.flush()
        _HELD.add(folder)
        try:
            yield
        finally:
            _HELD.remove(folder)
            file.truncate(0)


_HELD: set[Path] = set()
