"""Sampling from a network, MIDI and sound."""

import numpy as np
import pytest

from course_lib.cells import GRU, LSTM
from course_lib.learning.losses import Bernoulli, SquaredError
from course_lib.learning.network import Network
from course_lib.tasks import chorales
from course_lib.tasks.chorales.music import C_MAJOR, chord


@pytest.fixture
def net():
    rng = np.random.default_rng(3)
    net = Network(LSTM(88, 6, rng=rng), 88, Bernoulli(), rng=rng)
    net.params["b_y"][:] = -3
    return net


@pytest.fixture
def roll():
    """C held for three frames above E, rest, G; then C again."""
    return np.array([chord(60, 64), chord(60), chord(60, 64), chord(), chord(67), chord(60)])


def rng():
    return np.random.default_rng(11)


# --- sampling --------------------------------------------------------------------------------


@pytest.mark.parametrize("cell", [LSTM, GRU])
def test_each_frame_is_drawn_from_what_the_network_says_of_those_before(cell):
    net = Network(cell(88, 6, rng=rng(), dtype=np.float64), 88, Bernoulli(), rng=rng())
    net.params["W_y"] *= 4
    seed = np.array([chord(60, 64), chord(62, 65), chord(64)])
    roll = chorales.sample(net, 9, rng(), seed, temperature=0.5)
    assert roll.shape == (12, 88)
    assert np.array_equal(roll[:3], seed)
    assert set(np.unique(roll)) == {0, 1}
    a, _ = net.outputs(roll[:, None])
    luck = rng()
    for t in range(3, 12):
        p = 1 / (1 + np.exp(-a[t - 1, 0] / 0.5))
        assert np.array_equal(roll[t], luck.random(88) < p)


def test_it_begins_with_c_major_and_comes_again_with_the_seed(net):
    roll = chorales.sample(net, 5, rng())
    assert (np.flatnonzero(roll[0]) + 21).tolist() == list(C_MAJOR)
    assert np.array_equal(roll, chorales.sample(net, 5, rng()))
    assert not np.array_equal(roll, chorales.sample(net, 5, np.random.default_rng(12)))


def test_a_low_temperature_plays_what_is_likely(net):
    net.params["b_y"][40] = 3
    roll = chorales.sample(net, 30, rng(), temperature=0.05)
    assert (roll[1:] == (np.arange(88) == 40)).all()


def test_wrong_arguments_are_named(net):
    with pytest.raises(ValueError, match="temperature: came 0"):
        chorales.sample(net, 5, temperature=0)
    with pytest.raises(TypeError, match="temperature: came str, expected a number"):
        chorales.sample(net, 5, temperature="1")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"seed_frames: came shape \(88,\)"):
        chorales.sample(net, 5, seed_frames=np.zeros(88))
    with pytest.raises(TypeError, match="rng: came 1"):
        chorales.sample(net, 5, 1)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="frames: came 0"):
        chorales.sample(net, 0)
    for wrong in (
        Network(LSTM(7, 3), 7, Bernoulli()),
        Network(LSTM(88, 3), 88, SquaredError()),
    ):
        with pytest.raises(ValueError, match="net: came"):
            chorales.sample(wrong, 5)
    with pytest.raises(ValueError, match=r"pitches: came \[20\]"):
        chord(20, 60)


# --- notes and MIDI --------------------------------------------------------------------------


def test_notes_are_held_while_a_key_sounds(roll):
    assert sorted(chorales.notes(roll)) == [
        (60, 0, 3),
        (60, 5, 1),
        (64, 0, 1),
        (64, 2, 1),
        (67, 4, 1),
    ]
    assert chorales.notes(np.zeros((4, 88))) == []
    with pytest.raises(ValueError, match=r"roll: came shape \(88, 3\)"):
        chorales.notes(np.zeros((88, 3)))


def test_a_midi_file_holds_the_notes_and_the_tempo(roll, tmp_path):
    from music21 import converter, midi

    path = tmp_path / "tune.mid"
    chorales.write_midi(path, roll, tempo=90)
    assert [p.name for p in tmp_path.iterdir()] == ["tune.mid"]
    score = converter.parse(path, forceSource=True)
    found = [
        (pitch.midi, float(note.offset), float(note.quarterLength))
        for note in score.flatten().notes
        for pitch in note.pitches
    ]
    assert sorted(found) == sorted(chorales.notes(roll))

    file = midi.MidiFile()
    file.readstr(path.read_bytes())
    events = [e for track in file.tracks for e in track.events]
    speed = next(e for e in events if e.type == midi.MetaEvents.SET_TEMPO)
    assert isinstance(speed.data, bytes)
    assert int.from_bytes(speed.data, "big") == round(60e6 / 90)
    length = sum(e.time for e in events if isinstance(e, midi.DeltaTime))
    assert length == len(roll) * file.ticksPerQuarterNote


def test_a_midi_file_is_written_whole_or_not_at_all(roll, tmp_path):
    path = tmp_path / "tune.mid"
    chorales.write_midi(path, roll)
    before = path.read_bytes()
    with pytest.raises(ValueError, match="tempo: came 0"):
        chorales.write_midi(path, roll, tempo=0)
    with pytest.raises(TypeError, match="tempo: came str, expected a number"):
        chorales.write_midi(path, roll, tempo="x")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="roll: came shape"):
        chorales.write_midi(path, roll[:0])
    assert path.read_bytes() == before
    with pytest.raises(FileNotFoundError):
        chorales.write_midi(tmp_path / "nowhere" / "tune.mid", roll)
    assert [p.name for p in tmp_path.iterdir()] == ["tune.mid"]


# --- sound -----------------------------------------------------------------------------------


def strength(samples, rate, pitch):
    """How much of a pitch there is, by its Fourier coefficient."""
    t = np.arange(len(samples)) / rate
    return abs(np.exp(-2j * np.pi * 440 * 2 ** ((pitch - 69) / 12) * t) @ samples) / len(samples)


def test_the_sound_has_the_pitches_of_the_roll_at_their_time(roll):
    rate, quarter = 16_000, 0.5
    out = chorales.sound(roll, rate, tempo=120)
    assert out.dtype == np.float32
    assert len(out) == pytest.approx(6.12 * 0.5 * rate + 0.06 * rate, abs=2)

    def heard(frame):
        part = out[int((frame + 0.4) * quarter * rate) : int((frame + 0.95) * quarter * rate)]
        return {p for p in (60, 62, 64, 67) if strength(part, rate, p) > 0.02}

    assert [heard(t) for t in range(6)] == [{60, 64}, {60}, {60, 64}, set(), {67}, {60}]


def test_the_sound_neither_clips_nor_clicks(roll):
    rate = 22_050
    loud = np.array([np.ones(88, np.float32), np.zeros(88), chord(21, 108)])
    for music in (roll, loud):
        out = chorales.sound(music, rate)
        assert np.isfinite(out).all()
        assert np.abs(out).max() == pytest.approx(0.9, abs=1e-6)
        assert abs(out[0]) < 1e-6
        assert abs(out[-1]) < 1e-3
    assert (chorales.sound(np.zeros((3, 88))) == 0).all()

    # One note: it rises from nothing, is loudest early, decays, and ends in nothing.
    one = chorales.sound(np.array([chord(60)] * 4), rate, tempo=120)
    size = rate // 50
    loudness = [np.abs(one[k : k + size]).max() for k in range(0, len(one), size)]
    peak = int(np.argmax(loudness))
    assert loudness[0] < 0.9 * max(loudness)
    assert peak < 6
    assert loudness[50] < 0.8 * loudness[peak]
    assert loudness[-1] < 0.05
    steepest = np.abs(np.diff(one)).max()
    at_ends = max(np.abs(np.diff(one[:40])).max(), np.abs(np.diff(one[-40:])).max())
    assert at_ends < 0.05 * steepest


def test_a_player_for_the_notebook(roll):
    from IPython.display import Audio

    player = chorales.play(roll, rate=8000)
    assert isinstance(player, Audio)
    assert player.data[:4] == b"RIFF"
    with pytest.raises(ValueError, match="rate: came 0"):
        chorales.play(roll, rate=0)
