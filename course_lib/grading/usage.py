"""What a process and its descendants use, as /proc tells it."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple


class Use(NamedTuple):
    """Seconds of the processor, and bytes of memory."""

    seconds: float
    memory: int


def family(pid: int) -> dict[int, Use]:
    """A process and its descendants, each with what it has used; shared memory counts for each."""
    children: dict[int, list[int]] = {}
    used: dict[int, Use] = {}
    ticks, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            with suppress(OSError, ValueError):
                text = Path(entry.path, "stat").read_text(errors="replace")
                fields = text.rpartition(")")[2].split()  # from the state on: proc(5)
                children.setdefault(int(fields[1]), []).append(int(entry.name))
                spent = sum(map(int, fields[11:15])) / ticks  # with those that have ended
                used[int(entry.name)] = Use(spent, int(fields[21]) * page)
    found, waiting = {}, [pid]
    while waiting:
        at = waiting.pop()
        found[at] = used.get(at, Use(0.0, 0))
        waiting += children.get(at, [])
    return found


def use_of(pid: int) -> Use:
    """What a process and its descendants have used together."""
    found = family(pid).values()
    return Use(sum(one.seconds for one in found), sum(one.memory for one in found))


def free_memory() -> int:
    """Bytes that this machine still has for programs."""
    for line in Path("/proc/meminfo").read_text().splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) * 1024
    raise OSError("/proc/meminfo doesn't say how much memory is free")
