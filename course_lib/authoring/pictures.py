"""The pictures of the valves outside the notebooks: the README's, still and moving.

    python -m course_lib.authoring.pictures

Drawn by the widget's own JavaScript, as the stills in notebooks are (`course_lib.valves.still`).
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterator

from course_lib import files
from course_lib.authoring.notebooks import ROOT
from course_lib.readings.javascript import declaration
from course_lib.valves import scenes, still

FOLDER = ROOT / "notebooks" / "pictures"
KIND, SCENE = "lstm", "by hand"
# What the hand does, one after the other: c₋ comes from the step before.
STEPS = (
    {"f": 1.0, "i": 1.0, "g": 0.9, "o": 0.0},  # something is put in
    {"f": 1.0, "i": 0.0, "g": -0.6, "o": 0.0},  # it is kept, whatever comes
    {"f": 1.0, "i": 0.0, "g": 0.4, "o": 1.0},  # and shown
    {"f": 0.3, "i": 1.0, "g": -0.9, "o": 1.0},  # most is forgotten, and something else put in
    {"f": 0.0, "i": 0.0, "g": 0.2, "o": 0.2},  # nothing is left
)
FRAMES, REST = 9, 5  # of each step: on the way, and standing
PACE = 90  # ms a frame
LARGEST = 1_500_000  # bytes of the moving picture


def state(values: dict[str, float]) -> dict[str, object]:
    told = declaration(scenes.class_of(KIND))
    return {"cell": told, "scene": SCENE, "values_of": list(values), **values}


def drawings() -> dict[str, str]:
    """The stills as SVG, by file name: what the sliders show at first, light and dark."""
    values = {name: scenes.STARTS[name] for name in scenes.limits(KIND, SCENE)}
    return {
        "valves_by_hand.svg": still.svg(state(values)),
        "valves_by_hand_dark.svg": still.svg(state(values), dark=True),
    }


def moments() -> Iterator[dict[str, float]]:
    """The values of every frame; from the last step's to the next one's."""
    c, last = 0.0, {"c_": 0.0, **STEPS[-1]}
    for step in STEPS:
        goal = {"c_": c, **step}
        for frame in range(1, FRAMES + REST + 1):
            share = (1 - math.cos(math.pi * min(frame / FRAMES, 1))) / 2
            yield {name: last[name] + share * (goal[name] - last[name]) for name in goal}
        last, c = goal, goal["f"] * c + goal["i"] * goal["g"]


def moving() -> bytes:
    """The memory over five steps, as a GIF that goes round."""
    from PIL import Image

    pictures = [
        Image.open(io.BytesIO(still.png(still.svg(state(values))))).convert("RGB")
        for values in moments()
    ]
    few = pictures[:: FRAMES + REST // 2]  # the colours of these do for all
    sheet = Image.new("RGB", (few[0].width, few[0].height * len(few)))
    for row, picture in enumerate(few):
        sheet.paste(picture, (0, row * picture.height))
    colours = sheet.quantize(128, Image.Quantize.FASTOCTREE)
    size = (760, round(760 * few[0].height / few[0].width))
    small = [p.resize(size).quantize(palette=colours, dither=Image.Dither.NONE) for p in pictures]
    made = io.BytesIO()
    small[0].save(
        made, "GIF", save_all=True, append_images=small[1:], duration=PACE, loop=0, optimize=True
    )
    return made.getvalue()


def main() -> None:
    for name, text in drawings().items():
        files.write(FOLDER / name, text)
    film = moving()
    if len(film) > LARGEST:
        raise ValueError(f"the moving picture would be {len(film):,} bytes; {LARGEST:,} at most")
    files.write(FOLDER / "valves_moving.gif", film)


if __name__ == "__main__":
    main()
