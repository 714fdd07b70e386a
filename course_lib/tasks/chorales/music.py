"""From a trained network to music: sample a piano roll, write it as MIDI, hear it.

A roll does not say whether a key was held or struck again; here a key that sounds in frames next to
each other is one held note.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import Any

import numpy as np

from course_lib import files
from course_lib.arguments import generator, number, whole
from course_lib.learning.losses import Array, Bernoulli
from course_lib.learning.network import Network
from course_lib.sequence import step
from course_lib.tasks.chorales.task import KEYS, LOWEST

TEMPO = 80.0  # quarter notes a minute
TICKS = 1024  # of a MIDI file, a quarter note
C_MAJOR = (60, 67, 72, 76)
PARTIALS = 6


def sample(
    net: Network,
    frames: int,
    rng: np.random.Generator | None = None,
    seed_frames: Array | None = None,
    temperature: float = 1.0,
) -> Array:
    """Let a network compose: the beginning it was given, then `frames` frames of its own.

        p = σ(a / temperature), each key drawn by itself; the frame drawn is the next input

    Returns a roll [S + frames, 88] of 0 and 1. seed_frames is a roll [S, 88], None for one chord of
    C major: nearly half of the pieces begin with one, in one position or another. A temperature
    below 1 plays safer.
    Raises ValueError for a network that does not go from 88 keys to 88 with the Bernoulli loss,
    seed_frames of another shape, or a temperature of 0 or less; TypeError for frames, rng or
    temperature of a wrong type.
    """
    sizes = (net.cell.input_size, net.output_size)
    if sizes != (KEYS, KEYS) or not isinstance(net.loss, Bernoulli):
        raise ValueError(f"net: came {sizes}, {net.loss!r}, expected {(KEYS, KEYS)}, Bernoulli()")
    temperature = number("temperature", temperature, above=0.0)
    frames, rng = whole("frames", frames), generator(rng)
    seed = chord(*C_MAJOR)[None] if seed_frames is None else _checked("seed_frames", seed_frames)
    roll = np.concatenate([seed, np.zeros((frames, KEYS))]).astype(net.cell.dtype)
    state = None
    for t in range(len(roll) - 1):
        state, values = step(net.cell, roll[t][None], state)
        if t + 1 >= len(seed):
            a = values["h"] @ net.params["W_y"] + net.params["b_y"]
            roll[t + 1] = rng.random(KEYS) < net.loss.predict(a[0] / temperature)
    return roll


def chord(*pitches: int) -> Array:
    """One frame [88] in which these MIDI numbers sound; ValueError for one no piano has."""
    if wrong := [p for p in pitches if not LOWEST <= p < LOWEST + KEYS]:
        raise ValueError(f"pitches: came {wrong}, expected {LOWEST} to {LOWEST + KEYS - 1}")
    frame = np.zeros(KEYS, np.float32)
    frame[[p - LOWEST for p in pitches]] = 1
    return frame


def notes(roll: Array) -> list[tuple[int, int, int]]:
    """The notes of a roll [T, 88] as (MIDI number, first frame, frames it lasts), by first frame.

    Raises ValueError for another shape, or no frame at all.
    """
    on = _checked("roll", roll) > 0.5
    change = np.diff(np.pad(on.astype(int), ((1, 1), (0, 0))), axis=0)
    # By key, then by time: the k-th beginning of a key belongs to its k-th end.
    key, start = np.nonzero(change.T == 1)
    end = np.nonzero(change.T == -1)[1]
    found = zip(key + LOWEST, start, end - start, strict=True)
    return sorted(((int(p), int(s), int(n)) for p, s, n in found), key=lambda note: note[1])


def write_midi(path: str | os.PathLike[str], roll: Array, tempo: float = TEMPO) -> None:
    """Write a roll [T, 88] as a MIDI file (SMF 1.0), `tempo` quarter notes (frames) a minute.

    The file appears whole or not at all. Raises ValueError for a wrong roll or tempo,
    TypeError for a tempo that is not a number.
    """
    found, path = notes(roll), Path(path)
    quarter = _seconds(tempo)
    events = [(start, True, pitch) for pitch, start, _ in found]
    events += [(start + length, False, pitch) for pitch, start, length in found]
    # microseconds a quarter note
    track, now = bytearray(b"\x00\xff\x51\x03" + round(quarter * 1e6).to_bytes(3, "big")), 0
    for time, on, pitch in sorted(events):  # an end before a beginning at the same time
        track += _ticks(time - now) + bytes([0x90 if on else 0x80, pitch, 80 if on else 0])
        now = time
    track += _ticks(len(roll) - now) + b"\xff\x2f\x00"
    head = struct.pack(">4sIHHH", b"MThd", 6, 0, 1, TICKS)  # one track alone, and its clock
    files.write(path, head + struct.pack(">4sI", b"MTrk", len(track)) + track)


def _ticks(quarters: int) -> bytes:
    """A MIDI file's time: seven bits a byte, the greatest first, all but the last with a mark."""
    left = quarters * TICKS
    parts = [left & 0x7F]
    while left := left >> 7:
        parts.append(left & 0x7F | 0x80)
    return bytes(reversed(parts))


def sound(roll: Array, rate: int = 22050, tempo: float = TEMPO) -> Array:
    """A roll [T, 88] as a soft organ-like sound: float32 samples, `rate` a second, within ±0.9.

    Each note is its fundamental and five overtones, the k-th at 1 / k² of the strength, with an
    attack of 30 ms, a slow decay, and a release of 120 ms after its last frame, so that nothing
    clicks. Raises ValueError for a wrong roll, rate or tempo, TypeError for a rate or tempo that is
    not a number.
    """
    found, rate, quarter = notes(roll), whole("rate", rate), _seconds(tempo)
    attack, release = 0.03, 0.12
    out = np.zeros(round((len(roll) * quarter + release) * rate) + 1)
    for pitch, start, length in found:
        held = length * quarter
        t = np.arange(round((held + release) * rate)) / rate
        frequency = 440 * 2 ** ((pitch - 69) / 12)
        tone = np.zeros_like(t)
        for k in range(1, PARTIALS + 1):
            if k * frequency < rate / 2:  # above half the rate it would come back as another tone
                tone += np.sin(2 * np.pi * k * frequency * t) / k**2
        rise = 0.5 - 0.5 * np.cos(np.pi * np.clip(t / attack, 0, 1))
        fall = 0.5 + 0.5 * np.cos(np.pi * np.clip((t - held) / release, 0, 1))
        at = round(start * quarter * rate)
        out[at : at + len(t)] += tone * rise * fall * np.exp(-0.4 * t)
    return (out * (0.9 / max(np.abs(out).max(), 1e-9))).astype(np.float32)


def play(roll: Array, rate: int = 22050, tempo: float = TEMPO) -> Any:
    """The sound of a roll as a player for a notebook (IPython.display.Audio)."""
    from IPython.display import Audio

    return Audio(sound(roll, rate, tempo), rate=rate, normalize=False)


def _checked(name: str, roll: Array) -> Array:
    roll = np.asarray(roll)
    if roll.ndim != 2 or roll.shape[1] != KEYS or len(roll) == 0:
        raise ValueError(f"{name}: came shape {roll.shape}, expected [T, {KEYS}] with T ≥ 1")
    return roll


def _seconds(tempo: float) -> float:
    if not 10 <= number("tempo", tempo) <= 1000:
        raise ValueError(f"tempo: came {tempo}, expected 10 to 1000 quarter notes a minute")
    return 60 / tempo
