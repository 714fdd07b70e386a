"""Four-part harmony that no one wrote, for where Bach's chorales cannot be built: in the browser.

Chords follow a table of functional harmony in C major or C minor, each voice moves as little as it
can, and each phrase ends in a cadence. `python -m course_lib.tasks.chorales.made_up` writes the
pieces that come with the course.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import product
from pathlib import Path

import numpy as np

from course_lib.tasks.chorales import packed
from course_lib.tasks.chorales.task import VOICES, Pieces

FILE = Path(__file__).with_name("made_up.npz")
SIZES = (229, 76, 47)  # 352 in all, as in the index of Bach's; the first two as in the literature
SCALES = {"major": (0, 2, 4, 5, 7, 9, 11), "minor": (0, 2, 3, 5, 7, 8, 10)}
RANGES = ((40, 60), (48, 67), (55, 74), (60, 81))  # bass, tenor, alto, soprano, in MIDI numbers
FOLLOWS = {  # degree of the scale → the next one, and how often
    0: {3: 3, 4: 3, 5: 2, 1: 2, 0: 1},
    1: {4: 5, 6: 1, 1: 1},
    2: {5: 3, 3: 2},
    3: {4: 4, 0: 2, 1: 2, 3: 1},
    4: {0: 5, 5: 2, 4: 1, 3: 1},
    5: {1: 3, 3: 3, 4: 2},
    6: {0: 4, 2: 1},
}
AUTHENTIC, HALF = (4, 0), (1, 4)  # cadences: the chords that end a phrase
Voices = tuple[int, ...]


def made_up() -> Pieces:
    """The pieces that come with the course, as `compose` wrote them."""
    return packed.read(FILE)


def compose(seed: int = 1685, sizes: Sequence[int] = SIZES) -> Pieces:
    """So many pieces for each split, drawn from a seed."""
    rng = np.random.default_rng(seed)
    return packed.pack([[piece(rng) for _ in range(size)] for size in sizes])


def piece(rng: np.random.Generator) -> list[Voices]:
    """Four to eight phrases of up to eight frames, the last of which ends on the tonic."""
    mode = "major" if rng.random() < 0.55 else "minor"
    phrases = int(rng.integers(4, 9))
    frames: list[Voices] = []
    before: Voices | None = None
    for number in range(phrases):
        degrees = [0 if number == 0 else int(rng.choice([0, 3, 4, 5]))]
        while len(degrees) < 6:
            follows = FOLLOWS[degrees[-1]]
            weights = np.array(list(follows.values()), float)
            degrees.append(int(rng.choice(list(follows), p=weights / weights.sum())))
        degrees += AUTHENTIC if number == phrases - 1 or rng.random() < 0.6 else HALF
        for place, degree in enumerate(degrees):
            held = place in (1, 3, 5) and rng.random() < 0.25
            if before is None or not held:
                before = voiced(chord(mode, degree), before, rng)
            frames.append(before)
    return frames


def chord(mode: str, degree: int) -> list[int]:
    """Root, third and fifth on a degree of the scale, as classes of pitch, C as 0."""
    classes = [SCALES[mode][(degree + step) % 7] for step in (0, 2, 4)]
    if mode == "minor" and degree in (4, 6):  # B♭ becomes the leading note
        classes = [11 if one == 10 else one for one in classes]
    return classes


def voiced(classes: list[int], before: Voices | None, rng: np.random.Generator) -> Voices:
    """The chord in four voices that moves least from the one before, by `cost`.

    The bass has the root, or one time in five the third.
    """
    root = classes[0] if rng.random() < 0.8 else classes[1]
    options = []
    for voice, (low, high) in enumerate(RANGES):
        may = [root] if voice == 0 else classes
        near = (low + high) // 2 if before is None else before[voice]
        within = [note for note in range(low, high + 1) if note % 12 in may]
        options.append(sorted(within, key=lambda note: abs(note - near))[:3])
    best, least = tuple(near[0] for near in options), math.inf
    for notes in product(*options):
        if list(notes) == sorted(notes) and len({note % 12 for note in notes}) > 1:
            asked = cost(notes, before) + rng.random()
            if asked < least:
                best, least = notes, asked
    return best


def cost(notes: Voices, before: Voices | None) -> float:
    """What four notes cost: a missing note of the chord 3, a semitone of a voice's way 1, all four
    voices the same way 4, two voices in parallel fifths or octaves 6.
    """
    price = 3 * (3 - len({note % 12 for note in notes}))
    if before is None:
        return price
    moves = [note - last for note, last in zip(notes, before, strict=True)]
    price += sum(map(abs, moves)) + 4 * (all(m > 0 for m in moves) or all(m < 0 for m in moves))
    for low in range(VOICES):
        for high in range(low + 1, VOICES):
            gap, last = notes[high] - notes[low], before[high] - before[low]
            price += 6 * (bool(moves[low]) and gap % 12 in (0, 7) and gap % 12 == last % 12)
    return price


if __name__ == "__main__":
    packed.write(FILE, compose())
