"""The browser edition's ways, in ordinary Python: what is otherwise there, with the page faked."""

import importlib
import json
import runpy
import subprocess
import sys
import time

import numpy as np
import pytest

from course_lib import bars, environment, lite
from course_lib.cells import LSTM
from course_lib.checks import export_progress, import_progress, keeping
from course_lib.learning import Network, over_seeds, train
from course_lib.odyssey import study
from course_lib.tasks import Adding, chorales
from course_lib.tasks.chorales import data, made_up, packed
from tests.odyssey import small

# What Pyodide has not got, or the browser edition does not carry.
ABSENT = (
    "_multiprocessing", "multiprocessing.connection", "concurrent.futures.process", "music21",
    "jupyterlab", "jupyter_client", "quickjs", "resvg_py", "nbval", "numba", "dask", "distributed",
)  # fmt: skip
LESSON = f"""
import sys
from pathlib import Path
for name in {ABSENT!r}:
    sys.modules[name] = None
from course_lib import lite
lite.in_browser, lite.DRIVE = lambda: True, Path(sys.argv[1])
import numpy as np
from course_lib import environment, plots, pretrained, valves
from course_lib.checks import check, progress, quiz
from course_lib.readings import interop, listing
from course_lib.learning import over_seeds
from course_lib.tasks import TemporalOrder, adding, chorales, counting, reber, timing
print(over_seeds(lambda seed: seed ** 2, range(5)))
music = chorales.load()
chorales.write_midi(lite.DRIVE / "piece.mid", music.rolls["test"][0])
valves.one_step()
print(music.name, len(progress().rows))
"""


@pytest.fixture
def page(monkeypatch, tmp_path):
    """The browser edition, with a drive of its own, and nothing said yet."""
    monkeypatch.setattr(lite, "in_browser", lambda: True)
    monkeypatch.setattr(lite, "DRIVE", tmp_path)
    monkeypatch.setattr(lite, "_said", set())
    return tmp_path


def test_the_platform_decides(monkeypatch):
    assert not lite.in_browser()
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert lite.in_browser()


def test_lessons_need_nothing_that_a_page_has_not_got(tmp_path):
    command = [sys.executable, "-c", LESSON, str(tmp_path)]
    ran = subprocess.run(command, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    assert "[0, 1]" in ran.stdout and "made-up chorales 15" in ran.stdout
    assert (tmp_path / "piece.mid").read_bytes().startswith(b"MThd")


def test_seeds_run_one_after_the_other_and_here(page, capsys):
    seen = []

    def run(seed):  # what could not travel to another process
        seen.append(seed)
        return seed * 10

    assert over_seeds(run, range(5)) == [0, 10] and seen == [0, 1]
    assert over_seeds(run, range(1)) == [0]
    over_seeds(run, range(5))
    assert capsys.readouterr().out.count("2 of 5 seeds, also where the text speaks of 5") == 1
    with pytest.raises(ValueError, match="workers: came 0"):
        over_seeds(run, range(2), workers=0)


def test_seeds_are_whole_where_the_learner_asks(page, monkeypatch, capsys):
    monkeypatch.setattr(lite, "SEEDS", float("inf"))
    monkeypatch.setattr(lite, "SECONDS", float("inf"))
    assert over_seeds(lambda seed: seed, range(5)) == [0, 1, 2, 3, 4]
    assert lite.epochs(100, 1e9, 1e12) == 100
    assert "In the browser" not in capsys.readouterr().out


def history(epochs: int):
    rng = np.random.default_rng(0)
    task = Adding(T=5, sizes=(64, 16, 16))
    net = Network(LSTM(2, 4, rng=rng), 1, task.loss, rng=rng)
    return train(net, task, epochs=epochs, progress=False, rng=rng)


def test_a_long_training_is_cut_and_says_so(page, monkeypatch, capsys):
    assert len(history(4).rows) == 4 and capsys.readouterr().out == ""
    steps, products = 64 * 5 / 16, 3 * 64 * 5 * LSTM(2, 4).parameter_count
    cost = steps * lite.STEP + products * lite.PRODUCT
    monkeypatch.setattr(lite, "SECONDS", 3.5 * cost)
    cut = history(9)
    assert len(cut.rows) == 3 and cut.stopped == "epochs"
    assert "3 of 9 epochs" in capsys.readouterr().out
    monkeypatch.setattr(lite, "SECONDS", 0.1 * cost)
    assert len(history(9).rows) == 1


def test_elsewhere_nothing_is_cut(monkeypatch, capsys):
    monkeypatch.setattr(lite, "SECONDS", 1e-9)
    assert len(history(9).rows) == 9
    assert lite.seeds(list(range(20))) == list(range(20))
    assert capsys.readouterr().out == ""


def test_a_studys_trials_run_one_after_the_other_and_are_kept(page, monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    monkeypatch.setitem(sys.modules, "dask", None)
    monkeypatch.setattr(lite, "SECONDS", 1e-9)  # one epoch each
    names = ["V", "NP"]
    monkeypatch.setattr(study.Path, "home", lambda: page / "home")
    file = study.own("mine")
    assert file.parent == page / "home"
    rows = study.run(
        file, task=small.music(), variants=names, trials=2, engine="numpy", progress=False
    )
    assert [(r.variant, r.trial, r.epochs) for r in rows] == [
        ("V", 1, 1), ("V", 2, 1), ("NP", 1, 1), ("NP", 2, 1),
    ]  # fmt: skip
    assert study.run(file, task=small.music(), variants=names, trials=2, engine="numpy") == rows


def test_the_made_up_pieces_stand_in_and_say_so(page, capsys):
    music = chorales.load()
    assert capsys.readouterr().out.startswith("In the browser: no chorale of Bach's")
    assert music.name == "made-up chorales" and music.names["test"][0] == "made up, 305"
    assert [len(music.rolls[split]) for split in music.rolls] == [229, 76, 47]


def test_an_uploaded_cache_is_taken_in_their_place(page, monkeypatch, capsys):
    few = {"train": [("bwv1.mxl", 3)], "validation": [("bwv2.mxl", 0)], "test": [("bwv3.mxl", 5)]}
    monkeypatch.setattr(data, "index", lambda: few)
    packed.write(page / "chorales.npz", made_up.compose(sizes=(1, 1, 1)))
    music = chorales.load()
    assert music.names["test"] == ["BWV 3"] and music.up["test"] == [5]
    assert music.name == "JSB Chorales" and capsys.readouterr().out == ""


def test_the_pieces_that_come_with_the_course_are_those_that_are_composed():
    for stored, fresh in zip(made_up.made_up(), made_up.compose(), strict=True):
        assert stored.dtype == fresh.dtype and np.array_equal(stored, fresh)


def test_made_up_harmony_is_harmony():
    pieces = made_up.made_up()
    begins, ends = pieces.pitches[pieces.offsets[:-1]], pieces.pitches[pieces.offsets[1:] - 1]
    for frame in (*begins, *ends):
        classes = {int(note) % 12 for note in frame if note}
        assert classes <= {0, 4, 7} or classes <= {0, 3, 7}  # C major or C minor
    heard = pieces.pitches[pieces.pitches > 0]
    assert heard.min() >= 40 and heard.max() <= 81
    chords = [frozenset(int(n) % 12 for n in frame if n) for frame in pieces.pitches]
    assert all(2 <= len(chord) <= 3 for chord in chords)


def test_the_bars_have_no_watching_thread(page, monkeypatch):
    from tqdm import tqdm

    monkeypatch.setattr(tqdm, "monitor_interval", 10)
    importlib.reload(bars)
    assert tqdm.monitor_interval == 0 and bars._in_notebook()


def test_a_clock_that_stands_still_there_is_another_one(monkeypatch):
    monkeypatch.setattr(time, "process_time", lambda: 0.0)
    monkeypatch.setattr(sys, "platform", "emscripten")
    runpy.run_path(lite.__file__)
    assert time.process_time is time.perf_counter


def test_the_self_test_looks_at_what_the_page_has(page, monkeypatch, capsys):
    real = environment.metadata.version

    def version(name):
        if name in ("jupyterlab", "music21", "nbval", "pandas", "scikit-learn", "dask"):
            raise environment.metadata.PackageNotFoundError(name)
        return real(name)

    from packaging import markers

    there = {**markers.default_environment(), "sys_platform": "emscripten"}
    monkeypatch.setattr(markers, "default_environment", lambda: there)
    monkeypatch.setattr(environment.metadata, "version", version)
    environment.check()
    said = capsys.readouterr().out
    assert "All is ready." in said and "kept in this browser" in said and "kernel" not in said
    monkeypatch.setattr(lite, "DRIVE", page / "none")
    environment.check()
    assert "cure: reload the page" in capsys.readouterr().out


# --- progress --------------------------------------------------------------------------------


def test_progress_lies_on_the_drive(page, monkeypatch):
    monkeypatch.delenv("COURSE_PROGRESS")
    monkeypatch.delenv("PYTEST_CURRENT_TEST")
    assert keeping.place() == page / "progress" / "progress.json"


def test_progress_goes_from_one_place_to_another(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "here"))
    keeping.record("ps1.1")
    keeping.record("ps1.2")
    file = tmp_path / "my_progress.json"
    export_progress(file)
    held = json.loads(file.read_text())["passed"]
    file.write_text(json.dumps({"passed": {**held, "ps1.1": "2026-01-01"}}))
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "there"))
    keeping.record("ps1.1")
    keeping.record("ps2.1")
    there = tmp_path / "there" / "progress.json"
    there.write_text(json.dumps({**json.loads(there.read_text()), "more": [1]}))
    import_progress(file)
    assert json.loads(there.read_text())["more"] == [1]  # nothing that lies there is lost
    said = capsys.readouterr().out
    assert "passed: 2, written to" in said and "passed: 3, 1 of them new here" in said
    assert sorted(keeping.passed()) == ["ps1.1", "ps1.2", "ps2.1"]
    assert keeping.passed()["ps1.1"] == "2026-01-01"


@pytest.mark.parametrize("text", ["", "[]", '{"passed": 3}', '{"passed": {"ps1.1": 7}}', "\x00"])
def test_a_file_of_something_else_is_refused_and_nothing_changes(tmp_path, monkeypatch, text):
    monkeypatch.setenv("COURSE_PROGRESS", str(tmp_path / "here"))
    keeping.record("ps1.1")
    (tmp_path / "odd.json").write_text(text)
    with pytest.raises(ValueError, match=r"odd.json holds no progress"):
        import_progress(tmp_path / "odd.json")
    with pytest.raises(FileNotFoundError, match="export_progress"):
        import_progress(tmp_path / "none.json")
    assert list(keeping.passed()) == ["ps1.1"]
    (tmp_path / "here" / "progress.json").write_text(text)
    (tmp_path / "good.json").write_text('{"passed": {"ps1.2": "2026-01-01"}}')
    with pytest.raises(ValueError, match=r"progress.json holds no progress"):
        import_progress(tmp_path / "good.json")
    monkeypatch.setenv("COURSE_PROGRESS", "")
    export_progress(tmp_path / "empty.json")
    with pytest.raises(OSError, match="COURSE_PROGRESS"):
        import_progress(tmp_path / "empty.json")
