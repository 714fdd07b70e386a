"""The system calls that a sandbox refuses: those whose memory no process shows as its own.

What a process holds in an anonymous file (memfd_create, memfd_secret) or in a System V segment
(shmget) is counted for nobody, so it would pass any limit on memory. Linux takes a filter as a
program for its small packet machine: seccomp(2), and classic BPF in its documentation.
"""

from __future__ import annotations

import os
import platform
import struct

# The architecture's number in linux/audit.h; memfd_create, memfd_secret and shmget in its table.
MACHINES = {
    "x86_64": (0xC000003E, (319, 447, 29)),
    "aarch64": (0xC00000B7, (279, 447, 194)),
}
OTHER_TABLE = 0x40000000  # from here on x86_64 has the calls once more, for the x32 programs
LOAD, IF_EQUAL, IF_LEAST, RETURN = 0x20, 0x15, 0x35, 0x06
ALLOW, REFUSE = 0x7FFF0000, 0x00050000 | 1  # EPERM
NUMBER, MACHINE = 0, 4  # where they stand in struct seccomp_data


def program(machine: str = "") -> bytes:
    """The filter for this machine; empty for one whose numbers aren't known here."""
    known = MACHINES.get(machine or platform.machine())
    if not known:
        return b""
    kind, refused = known
    tests = [(IF_LEAST, OTHER_TABLE), *((IF_EQUAL, number) for number in refused)]
    steps = [(LOAD, 0, 0, MACHINE), (IF_EQUAL, 0, len(tests) + 2, kind), (LOAD, 0, 0, NUMBER)]
    for at, (test, value) in enumerate(tests):
        steps.append((test, len(tests) - at, 0, value))  # to the last step, over the one before it
    steps += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    return b"".join(struct.pack("HBBI", *step) for step in steps)


def handed_over() -> int:
    """A file with the filter, open for reading, for bubblewrap to take; -1 where there is none."""
    code = program()
    if not code:
        return -1
    reading, writing = os.pipe()
    os.write(writing, code)
    os.close(writing)
    return reading
