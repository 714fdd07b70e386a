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


TICKS, PAGE = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")


def _fields(pid: int | str) -> list[str]:
    """What /proc says of a process from its state on: proc(5); none once it is gone."""
    try:
        with open(f"/proc/{pid}/stat", errors="replace") as file:
            return file.read().rpartition(")")[2].split()
    except OSError:
        return []


def _children(pid: int) -> list[int]:
    """Those that any of a process's threads has started, where this kernel tells."""
    found: list[int] = []
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{task}/children") as file:
                found += map(int, file.read().split())
    return found


def _by_parent() -> dict[int, list[int]]:
    """Everybody's children, from all processes there are: for a kernel that does not tell."""
    found: dict[int, list[int]] = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        if fields := _fields(name):
            found.setdefault(int(fields[1]), []).append(int(name))
    return found


def family(pid: int) -> dict[int, Use]:
    """A process and its descendants, each with what it has used; shared memory counts for each."""
    tells = os.path.exists(f"/proc/self/task/{os.getpid()}/children")
    known = {} if tells else _by_parent()
    found, waiting = {}, [pid]
    while waiting:
        at = waiting.pop()
        fields = _fields(at)
        spent = sum(map(int, fields[11:15])) / TICKS  # with those that have ended
        found[at] = Use(spent, int(fields[21]) * PAGE if fields else 0)
        waiting += _children(at) if tells else known.get(at, [])
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
