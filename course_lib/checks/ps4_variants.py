"""Problem set 4 in a class's editions: the other z, what is carried, and how a GRU is counted."""

from __future__ import annotations

from course_lib.checks.editions import Variant, told_apart
from course_lib.checks.ps4_reading import carrying, sized

CHOICES = {
    "ps4.6": told_apart(
        Variant("z keeps, and what came in at step t is asked for.", carrying()),
        Variant("z lets in, and what came in at step t is asked for.", carrying(lets_in=True)),
        Variant("z keeps, and what was there before step t is asked for.", carrying(old=True)),
        Variant("z lets in, and what was there before step t is asked for.", carrying(True, True)),
    ),
    "ps4.7": told_apart(
        Variant("the GRU resets after, and so has b_hn.", sized()),
        Variant("the GRU resets before, and so has no b_hn.", sized(more=0)),
        Variant("every block of both cells has two biases.", sized(each=2, more=0)),
    ),
}
