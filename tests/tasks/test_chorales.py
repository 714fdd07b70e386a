"""The chorales: built, cached, read from the literature's layouts, measured."""

import itertools
import json
import os
import shutil
import subprocess
import sys
from typing import Any

import numpy as np
import pytest

from course_lib.cells import LSTM
from course_lib.learning import Network
from course_lib.tasks import chorales
from course_lib.tasks.chorales import build, data, packed
from course_lib.tasks.chorales.task import Chorales, Pieces
from course_lib.tasks.task import SPLITS

FEW = {
    "train": [("bwv386.mxl", 15), ("bwv299.mxl", 14)],
    "validation": [("bwv66.6.mxl", 0)],
    "test": [("bwv244.44.mxl", 10)],
}
SMALL = {
    "train": [[[60, 64, 67, 72], [62, 65], [], [59, 62, 67]], [[48, 60], [50, 62]]],
    "validation": [[[60], [61], [62]]],
    "test": [[[72, 60], [74, 62]]],
}


@pytest.fixture
def few(monkeypatch, tmp_path):
    """Four pieces in place of 352, and a cache folder of their own; counts the pieces built."""
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path / "cache"))
    monkeypatch.setattr(data, "index", lambda: FEW)
    built = []

    def here(pieces, progress):
        for piece in pieces:
            built.append(piece)
            yield build.frames(*piece)

    monkeypatch.setattr(data, "build", here)
    return built


def same(a, b):
    return all(
        np.array_equal(x, y) for s in SPLITS for x, y in zip(a.rolls[s], b.rolls[s], strict=True)
    )


# --- what is built ---------------------------------------------------------------------------


def test_frames_are_what_sounds_at_each_quarter_note():
    # BWV 66.6 begins with a pickup: soprano C♯ B and bass A G♯ in eighths, alto E, tenor A. Of each
    # pair the first sounds at the quarter note, and tenor and bass on one A are one key.
    frames = build.frames("bwv66.6.mxl", 0)
    assert len(frames) == 36
    assert frames[:2] == [[57, 64, 73], [54, 61, 66, 69]]
    assert build.frames("bwv66.6.mxl", 2)[0] == [59, 66, 75]


def test_a_rest_is_an_empty_frame_and_repeats_are_not_expanded():
    frames = build.frames("bwv386.mxl", 15)
    assert len(frames) == 48
    assert frames[7] == []
    assert frames[8] == [72, 81, 84, 88]


def test_only_singers_count_where_a_score_has_instruments():
    assert all(len(frame) <= 4 for frame in build.frames("bwv8.6.mxl", 8))


def test_a_missing_file_says_what_to_do():
    with pytest.raises(FileNotFoundError, match="install music21 again"):
        build.frames("bwv9999.mxl", 0)


def test_the_index_is_whole():
    index = build.index()
    assert [len(index[split]) for split in SPLITS] == [213, 66, 73]
    files = [file for row in index.values() for file, _ in row]
    assert len(set(files)) == 352
    assert build.title("bwv244.29-a.mxl") == "BWV 244.29-a"


def test_processes_build_the_same_in_the_same_order():
    pieces = list(itertools.chain(*FEW.values())) * 2
    assert build.build(pieces, progress=False) == [build.frames(*piece) for piece in pieces]


def test_without_processes_the_pieces_are_built_here(monkeypatch):
    pieces = [*FEW["train"], *FEW["test"]]
    expected = [build.frames(*piece) for piece in pieces]

    def refuse(*args, **kwargs):
        raise PermissionError("no processes here")

    monkeypatch.setattr(build.sys, "executable", str(shutil.which("false")))  # each worker fails
    assert build.build(pieces, progress=False) == expected
    monkeypatch.setattr(build.subprocess, "Popen", refuse)
    assert build.build(pieces, progress=False) == expected


def test_where_only_some_processes_can_be_started_none_is_left(monkeypatch):
    pieces, start = [*FEW["train"], *FEW["test"]], build._worker
    started: list[subprocess.Popen[str]] = []

    def one_alone(some):
        if started:
            raise BlockingIOError("no more processes here")
        started.append(start(some))
        return started[0]

    monkeypatch.setattr(build.os, "cpu_count", lambda: 2)
    monkeypatch.setattr(build, "_worker", one_alone)
    expected = [build.frames(*piece) for piece in pieces]
    assert build.build(pieces, progress=False) == expected
    assert started[0].poll() is not None


def test_an_error_in_a_process_is_met_here_and_no_process_is_left(monkeypatch):
    started = []
    start = build._worker

    def worker(pieces):
        started.append(start(pieces))
        return started[-1]

    monkeypatch.setattr(build, "_worker", worker)
    with pytest.raises(FileNotFoundError, match=r"bwv9999\.mxl: install music21 again"):
        build.build([*FEW["train"], ("bwv9999.mxl", 0)], progress=False)
    assert started
    assert all(worker.returncode is not None for worker in started)


def test_a_plain_script_builds_and_runs_once(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        "from course_lib.tasks.chorales.build import build\n"
        f"print(len(build({FEW['train']!r}, progress=False)))\n"
    )
    out = subprocess.run([sys.executable, script], check=True, capture_output=True, text=True)
    assert (out.stdout, out.stderr) == ("2\n", "")


# --- the cache -------------------------------------------------------------------------------


def test_built_once_then_cached(few):
    first = chorales.load(progress=False)
    assert len(few) == 4
    assert first.names == {
        "train": ["BWV 386", "BWV 299"],
        "validation": ["BWV 66.6"],
        "test": ["BWV 244.44"],
    }
    again = chorales.load(progress=False)
    assert len(few) == 4
    assert same(first, again)
    assert [path.name for path in data.cache_path().parent.iterdir()] == [data.cache_path().name]
    assert f"chorales-{data.FORMAT}-music21-" in data.cache_path().name


@pytest.mark.parametrize(
    "harm",
    [
        lambda whole: whole[: len(whole) // 2],
        lambda whole: whole[:-3],
        lambda whole: b"",
        lambda whole: b"not a zip at all",
        lambda whole: whole[:200] + bytes(40) + whole[240:],
    ],
    ids=["half", "almost all", "nothing", "other", "overwritten"],
)
def test_a_damaged_cache_is_noticed_and_built_again(few, harm):
    first = chorales.load(progress=False)
    path = data.cache_path()
    path.write_bytes(harm(path.read_bytes()))
    with pytest.warns(UserWarning, match="cannot be read .* building them again"):
        again = chorales.load(progress=False)
    assert same(first, again)
    assert len(few) == 8
    chorales.load(progress=False)
    assert len(few) == 8


def test_a_cache_of_other_arrays_is_built_again(few):
    path = data.cache_path()
    path.parent.mkdir()
    np.savez(path, pitches=np.zeros((4, 4), np.uint8))
    with pytest.warns(UserWarning, match="cannot be read"):
        chorales.load(progress=False)
    pieces = packed.read(path)
    np.savez(path, **pieces._replace(offsets=pieces.offsets[::-1])._asdict())
    with pytest.warns(UserWarning, match="offsets do not ascend"):
        chorales.load(progress=False)


def test_without_a_writable_folder_the_chorales_stay_in_memory(few, monkeypatch, tmp_path):
    blocked = tmp_path / "file"
    blocked.write_text("a file where a folder should be")
    monkeypatch.setenv("COURSE_CACHE", str(blocked / "cache"))
    with pytest.warns(UserWarning) as said:
        task = chorales.load(progress=False)
    assert len(said) == 1
    assert "cannot be kept in" in str(said[0].message)
    assert "set COURSE_CACHE" in str(said[0].message)
    assert len(task.rolls["train"]) == 2


@pytest.mark.skipif(not hasattr(os, "geteuid"), reason="needs POSIX permissions")
@pytest.mark.skipif(hasattr(os, "geteuid") and os.geteuid() == 0, reason="root may write anywhere")
def test_without_write_permission_a_warning_says_so(few):
    folder = data.cache_path().parent
    folder.mkdir(mode=0o500)
    with pytest.warns(UserWarning, match="cannot be kept in"):
        chorales.load(progress=False)


def test_an_interrupt_while_building_or_writing_leaves_nothing(few, monkeypatch):
    def interrupted(pieces, progress):
        yield build.frames(*pieces[0])
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(data, "build", interrupted)
        with pytest.raises(KeyboardInterrupt):
            chorales.load(progress=False)
    assert not data.cache_path().parent.exists()

    def half(file, **arrays):
        file.write(b"half of it")
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(packed.np, "savez_compressed", half)
        with pytest.raises(KeyboardInterrupt):
            chorales.load(progress=False)
    assert list(data.cache_path().parent.iterdir()) == []
    assert chorales.load(progress=False).rolls["test"][0].shape == (48, 88)


@pytest.mark.slow  # a minute of a slow processor; every run of a notebook loads the same set
def test_the_whole_set_is_built_once_and_then_loaded_without_music21(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    task = chorales.load(progress=False)
    assert [len(task.rolls[s]) for s in SPLITS] == [213, 66, 73]
    assert 19_000 < sum(len(roll) for s in SPLITS for roll in task.rolls[s]) < 19_500
    assert chorales.independent(task) == pytest.approx(11.08, abs=0.05)
    code = (
        "import sys; from course_lib.tasks import chorales; chorales.load();"
        "assert 'music21' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


# --- the literature's file -------------------------------------------------------------------


@pytest.fixture
def known(monkeypatch):
    """SMALL in place of the literature's 382 pieces."""
    pieces = packed.pack(SMALL.values())
    monkeypatch.setattr(data, "LITERATURE", packed.digest(pieces))
    return pieces


LAYOUTS = {
    "as it is": SMALL,
    "valid": {"test": SMALL["test"], "train": SMALL["train"], "valid": SMALL["validation"]},
    "rests and order": {
        **SMALL,
        "train": [
            [[72, 67, 64, 60], [-1, 65, None, 62], [0, 0, 0, 0], [float("nan"), 67, 62, 59]],
            [[60, 48, 60], [62.0, 50.0]],
        ],
    },
}


@pytest.mark.parametrize("layout", LAYOUTS)
def test_json_of_each_layout(known, tmp_path, layout):
    path = tmp_path / "chorales.json"
    path.write_text(json.dumps(LAYOUTS[layout]))
    task = chorales.load(path)
    assert [len(task.rolls[s]) for s in SPLITS] == [2, 1, 1]
    assert same(task, Chorales(known))


def test_the_compact_npz(known, tmp_path):
    path = tmp_path / "chorales.npz"
    np.savez(path, **known._asdict())
    assert same(chorales.load(str(path)), Chorales(known))


def test_other_music_is_refused_with_both_hashes(known, tmp_path):
    other = {**SMALL, "test": [[[72, 60], [74, 63]]]}
    path = tmp_path / "other.json"
    path.write_text(json.dumps(other))
    came = packed.digest(packed.pack(other.values()))
    assert came != data.LITERATURE
    with pytest.raises(
        ValueError, match=f"4 pieces, 11 frames, SHA-256 {came}; .*{data.LITERATURE}"
    ):
        chorales.load(path)


def test_the_hash_tells_splits_and_piece_boundaries_apart(known):
    moved = known._replace(split=np.array([0, 1, 1, 2]))
    cut = known._replace(offsets=np.array([0, 3, 6, 9, 11]))
    assert len({packed.digest(p) for p in (known, moved, cut)}) == 3
    wide = Pieces(*(array.astype(np.int64) for array in known))
    assert packed.digest(wide) == packed.digest(known)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x80\x04\x95 a pickle", "never a pickle"),
        (b'{"train": [], "test": []}', r"lacks \['validation'\]"),
        (b"[1, 2]", "it is a list"),
        (b'{"train": 3, "valid": [], "test": []}', "cannot be read"),
        (b'{"train": [[["C4"]]], "valid": [], "test": []}', "cannot be read"),
        (b'{"train": [[[60, 61, 62, 63, 64]]], "valid": [], "test": []}', "up to 4 whole"),
        (b'{"train": [[[60.5]]], "valid": [], "test": []}', "whole numbers from 21 to 108"),
        (b'{"train": [[[Infinity]]], "valid": [], "test": []}', "from 21 to 108"),
        (b'{"train": [[[60, 12', "cannot be read"),
        (b"PK\x03\x04 cut off", "cannot be read"),
        (b"", "cannot be read"),
    ],
)
def test_a_file_that_is_no_chorales(tmp_path, content, reason):
    path = tmp_path / "source"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=reason) as error:
        chorales.load(path)
    assert str(path) in str(error.value)


def test_an_npz_with_pickled_arrays_is_refused(tmp_path):
    path = tmp_path / "Jsb16thSeparated.npz"
    odd = np.empty(1, dtype=object)
    np.savez(path, pitches=odd, offsets=odd, split=odd)
    with pytest.raises(ValueError, match="cannot be read"):
        chorales.load(path)
    with pytest.raises(FileNotFoundError):
        chorales.load(tmp_path / "nowhere.json")


# --- the task --------------------------------------------------------------------------------


def test_a_roll_and_what_is_asked_of_it():
    task = Chorales(packed.pack(SMALL.values()))
    roll = task.rolls["train"][0]
    assert [(np.flatnonzero(frame) + 21).tolist() for frame in roll] == SMALL["train"][0]
    example = task.split("train")[0]
    assert np.array_equal(example.x, roll[:-1])
    assert np.array_equal(example.target, roll[1:])
    assert (task.input_size, task.output_size, task.better) == (88, 88, "lower")


def test_independent_keys_by_hand():
    # Four frames are asked for in training; 62 sounds in three of them.
    p = (3 + 0.5) / 5
    with_62, without = [Chorales(packed.pack([SMALL["train"], [[[21], notes]], SMALL["test"]]))
                        for notes in ([62], [])]  # fmt: skip
    difference = chorales.independent(with_62, "validation") - chorales.independent(
        without, "validation"
    )
    assert difference == pytest.approx(-np.log(p) + np.log(1 - p))


def small_net() -> Network:
    net = Network(LSTM(88, 3, rng=np.random.default_rng(1)), 88, Chorales.loss)
    net.params["b_y"][:] = np.random.default_rng(2).normal(size=88)
    return net


def test_the_last_frame_is_all_there_is():
    task = Chorales(packed.pack(SMALL.values()))
    alone = chorales.last_frame(task)
    for split in ("train", "validation", "test"):
        frames = [(one.x, one.target) for one in alone.split(split)]
        whole = [(piece.x[[t]], piece.target[[t]]) for piece in task.split(split)
                 for t in range(len(piece.x))]  # fmt: skip
        assert all(
            np.array_equal(a, b) for pair in zip(frames, whole, strict=True)
            for a, b in zip(*pair, strict=True)
        )  # fmt: skip
    net = small_net()
    assert alone.evaluate(net, "test")[0] == pytest.approx(chorales.frames_back(net, task, 1))


def test_frames_back_by_hand():
    task, net, k = Chorales(packed.pack(SMALL.values())), small_net(), 2
    costs = []
    for x, target, _ in task.split("train"):
        for t in range(len(x)):
            a, _ = net.outputs(x[max(0, t + 1 - k) : t + 1, None])
            costs.append(net.loss.per_frame(a[-1:], target[None, t : t + 1])[0, 0])
    assert len(costs) > len(task.split("train"))
    assert chorales.frames_back(net, task, k, "train") == pytest.approx(np.mean(costs))
    assert chorales.frames_back(net, task, 999) == pytest.approx(task.evaluate(net, "test")[0])
    refused: list[tuple[Any, type[Exception]]] = [(0, ValueError), (1.0, TypeError)]
    for wrong, error in refused:
        with pytest.raises(error, match="frames"):
            chorales.frames_back(net, task, wrong)
