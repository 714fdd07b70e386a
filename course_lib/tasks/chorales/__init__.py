"""JSB Chorales: predict the next chord of Bach's chorales, and compose some.

task = chorales.load()                      built from music21's corpus on first use, then cached
task = chorales.load("jsb-chorales-quarter.json")        the literature's own file
roll = chorales.sample(net, 60, rng)
chorales.play(roll)
"""

from course_lib.tasks.chorales.baselines import frames_back, independent, last_frame
from course_lib.tasks.chorales.data import load
from course_lib.tasks.chorales.music import notes, play, sample, sound, write_midi
from course_lib.tasks.chorales.task import KEYS, LOWEST, Chorales, as_written

__all__ = [
    "KEYS",
    "LOWEST",
    "Chorales",
    "as_written",
    "frames_back",
    "independent",
    "last_frame",
    "load",
    "notes",
    "play",
    "sample",
    "sound",
    "write_midi",
]
