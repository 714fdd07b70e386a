"""A study on Dask: what it leaves, what it goes on with, and what it refuses."""

import socket
import sys
import time

import numpy as np
import pytest

from tests.needs import need_odyssey

need_odyssey()

from course_lib.odyssey import about, rows, study, trial
from course_lib.odyssey.protocols import PROTOCOLS, Protocol
from tests.odyssey.small import made_up, music

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals of another kind")
PAIRS = {(variant, trial) for variant in ("NP", "NFG") for trial in (1, 2, 3)}


def without_times(found):
    return sorted(str(row._replace(seconds=0)) for row in found)  # as text, since NaN ≠ NaN


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


def run(path, **options):
    settings = {
        "task": music(),
        "variants": ["NP", "NFG"],
        "trials": 3,
        "progress": False,
        "engine": "numpy",
    }
    return study.run(path, **{**settings, **options})


@pytest.fixture(scope="module")
def one_worker(tmp_path_factory):
    path = tmp_path_factory.mktemp("study") / "results.csv"
    return path, run(path, workers=1)


def test_a_study_leaves_sorted_rows_and_says_what_it_is_made_of(one_worker):
    path, found = one_worker
    assert [row[:2] for row in found] == sorted(PAIRS, key=lambda pair: (pair[0] != "NP", pair[1]))
    assert without_times(rows.read(path)) == without_times(found)
    what = about.description(path)
    assert what["protocol"] == {"name": "quick", **PROTOCOLS["quick"]._asdict()}
    assert what["seed"] == study.SEED
    assert len(what["music"]["sha256"]) == 64
    assert {(row.engine, row.versions) for row in found} == {trial.made_by("numpy")}
    assert set(what["versions"]) == {"python", "numpy", "course_lib", "machine"}
    assert {file.name for file in path.parent.iterdir()} == {"results.csv", "results.json"}


def test_running_again_runs_only_what_is_missing(one_worker, tmp_path):
    path, found = one_worker
    copy = tmp_path / "results.csv"
    copy.write_text("".join(path.read_text().splitlines(keepends=True)[:-2]))
    copy.with_suffix(".json").write_text(path.with_suffix(".json").read_text())
    asked = []
    again = run(copy, workers=1, on_row=lambda so_far: asked.append(so_far[-1][:2]))
    assert without_times(again) == without_times(found)
    assert len(asked) == 2
    once_more = run(copy, workers=1, on_row=asked.append)
    assert len(asked) == 2 and without_times(once_more) == without_times(again)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"seed": 7}, "holds another study: seed 2015, came 7"),
        ({"protocol": "paper"}, "holds another study: protocol"),
        ({"task": music(1)}, "holds another study: music"),
        ({"variants": ["XYZ"]}, "variants: came 'XYZ', expected some of V, CIFG"),
        ({"protocol": "slow"}, "protocol: came 'slow', expected one of paper, quick"),
        ({"trials": 0}, "trials: came 0, expected 1 or more"),
        ({"variants": ["NP", "NFG", "NP"]}, "variants: came 'NP' twice, expected each once"),
        ({"variants": []}, "variants: came none, expected some of V"),
        ({"engine": "fast"}, "engine: came 'fast', expected one of numpy, compiled"),
        ({"seed": -1}, "seed: came -1, expected 0 or more"),
    ],
)
def test_another_study_does_not_go_into_the_same_file(one_worker, options, says):
    path, found = one_worker
    with pytest.raises(ValueError, match=says):
        run(path, **options)
    assert without_times(rows.read(path)) == without_times(found)


def test_rows_whose_study_is_unknown_are_not_gone_on_with(one_worker, tmp_path):
    copy = tmp_path / "results.csv"
    copy.write_text(one_worker[0].read_text())
    with pytest.raises(ValueError, match=r"results\.json is missing: whose rows are they"):
        run(copy)


@pytest.mark.parametrize("seed", [None, 2015.0, "2015", True])
def test_a_seed_that_is_no_whole_number_is_named_at_once(tmp_path, seed):
    with pytest.raises(TypeError, match=r"seed: came \w+, expected a whole number"):
        run(tmp_path / "results.csv", seed=seed)
    assert list(tmp_path.iterdir()) == []


def test_a_seed_of_numpys_is_the_same_seed(one_worker, tmp_path):
    path, found = one_worker
    assert without_times(run(path, seed=np.int64(study.SEED))) == without_times(found)


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"seed": 2015', '{"protocol": 1, "seed": 2}'])
def test_a_description_that_says_nothing_is_named(one_worker, tmp_path, text):
    copy = tmp_path / "results.csv"
    copy.write_text(one_worker[0].read_text())
    copy.with_suffix(".json").write_text(text)
    for use in (run, about.description):
        with pytest.raises(
            ValueError, match=r"results\.json does not say what the study beside it"
        ):
            use(copy)


def test_rows_by_other_versions_are_gone_on_with_only_when_asked(one_worker, tmp_path, monkeypatch):
    path, found = one_worker
    copy = tmp_path / "results.csv"
    copy.write_text("".join(path.read_text().splitlines(keepends=True)[:-2]))
    copy.with_suffix(".json").write_text(path.with_suffix(".json").read_text())
    old = copy.read_text().replace(f"numpy={np.__version__}", "numpy=1.0")
    copy.write_text(old)
    with pytest.raises(ValueError, match=r"holds rows by numpy course_lib=\S+ numpy=1\.0 .*; here"):
        run(copy, workers=1)
    assert copy.read_text() == old
    both = run(copy, workers=1, mixed=True)
    assert {row.versions.split()[1] for row in both} == {"numpy=1.0", f"numpy={np.__version__}"}
    assert [row[:11] for row in both if row.status == "ok"] == [
        (*row[:10], again.seconds) for row, again in zip(found, both, strict=True)
        if row.status == "ok"
    ]  # fmt: skip


def test_a_row_from_a_worker_of_another_make_is_refused():
    about.made_here(made_up(), trial.made_by("numpy"))
    with pytest.raises(RuntimeError, match=r"V 1 came from a worker that has other course_lib="):
        about.made_here(made_up()._replace(engine="other"), trial.made_by("numpy"))


def test_an_address_where_nobody_answers_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr(study, "ANSWER", "0.5s")
    with socket.create_server(("127.0.0.1", 0)) as held:
        address = f"tcp://127.0.0.1:{held.getsockname()[1]}"
    with pytest.raises(ValueError, match=f"scheduler: came '{address}'"):
        run(tmp_path / "results.csv", scheduler=address)


def test_only_the_chorales_can_be_sent(tmp_path):
    with pytest.raises(TypeError, match=r"task: came str, expected chorales\.load"):
        run(tmp_path / "results.csv", task="bach")


def test_a_study_of_ones_own_lies_in_the_cache(monkeypatch, tmp_path):
    monkeypatch.setenv("COURSE_CACHE", str(tmp_path))
    assert study.own("mine") == tmp_path / "mine.csv"


def test_a_protocol_can_be_told_by_its_name():
    assert PROTOCOLS["quick"] == Protocol(16, 40, 10)
