"""The README's pictures are as the valves are drawn now."""

from __future__ import annotations

import pytest

from course_lib.authoring import pictures


def test_the_stills_are_as_they_are_drawn_now():
    stored = {file.name: file.read_text("utf-8") for file in pictures.FOLDER.glob("*.svg")}
    assert stored == pictures.drawings(), "make pictures"


def test_the_moving_picture_goes_from_step_to_step_and_is_small_enough():
    film = (pictures.FOLDER / "valves_moving.gif").read_bytes()
    assert film.startswith(b"GIF89a") and len(film) <= pictures.LARGEST
    moments = list(pictures.moments())
    assert len(moments) == len(pictures.STEPS) * (pictures.FRAMES + pictures.REST)
    assert moments[-1]["c_"] == pytest.approx(0.3 * 0.9 - 0.9)  # what the step before left
