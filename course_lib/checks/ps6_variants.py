"""Problem set 6 in a class's editions: the valve said the other way, and the order of blocks."""

from __future__ import annotations

from course_lib.checks.editions import Variant, told_apart
from course_lib.checks.ps6_valves import minimal, typed

CHOICES = {
    "ps6.1": told_apart(
        Variant("r = f and z = 1 − f, with blocks f n.", minimal()),
        Variant("r = 1 − k and z = k, with blocks k n.", minimal(keeps=True)),
        Variant("r = f and z = 1 − f, with blocks n f.", minimal(order="nv")),
        Variant("r = 1 − k and z = k, with blocks n k.", minimal(keeps=True, order="nv")),
    ),
    "ps6.5": told_apart(
        Variant("the blocks are z n, before and after.", typed()),
        Variant("the blocks are n z, before and after.", typed("nznz")),
        Variant("the blocks come as n z, and z n is to be returned.", typed("nzzn")),
        Variant("the blocks come as z n, and n z is to be returned.", typed("znnz")),
    ),
}
