"""What a running study has so far is kept, and can be gone on with."""

import json
import shutil

import pytest

from tests.needs import need_odyssey

need_odyssey()

from course_lib.odyssey import SHIPPED_PAPER, VARIANTS, read, rows
from course_lib.odyssey.__main__ import main
from course_lib.odyssey.about import description
from course_lib.odyssey.copying import copy
from course_lib.odyssey.protocols import PROTOCOLS
from tests.odyssey.small import lost, made_up
from tests.odyssey.test_study import one_worker, run, without_times

__all__ = ["one_worker"]  # a fixture


@pytest.fixture
def running(one_worker, tmp_path):
    """A study that still runs: NP has three trials, NFG two, and a line is half written."""
    path, found = one_worker
    there = tmp_path / "running.csv"
    with rows.open_to_append(there) as file:
        for row in found[:-1]:
            rows.append(file, row)
        file.write(rows.line(found[-1])[:20])
    shutil.copy(path.with_suffix(".json"), there.with_suffix(".json"))
    return there


def test_the_copy_is_even_and_the_study_is_left_as_it_was(running, tmp_path):
    before = running.read_bytes()
    with rows.open_to_append(tmp_path / "other.csv"):  # a study that is being written is only read
        kept = copy(running, tmp_path / "kept.csv")
    assert [row[:2] for row in kept] == [("NP", 1), ("NP", 2), ("NFG", 1), ("NFG", 2)]
    assert running.read_bytes() == before
    assert description(tmp_path / "kept.csv") == description(running)


def test_a_copy_goes_on_to_the_same_rows(running, tmp_path, one_worker):
    copy(running, tmp_path / "kept.csv")
    asked = []
    found = run(tmp_path / "kept.csv", workers=1, on_row=lambda far: asked.append(far[-1][:2]))
    assert asked == [("NP", 3), ("NFG", 3)]
    assert without_times(found) == without_times(one_worker[1])


def test_a_later_copy_takes_the_place_of_an_earlier_one(running, tmp_path, one_worker):
    copy(running, tmp_path / "kept.csv")
    assert len(copy(one_worker[0], tmp_path / "kept.csv")) == 6
    with pytest.raises(ValueError, match=r"kept\.csv holds 2 trials that .* lacks, such as NFG 3"):
        copy(running, tmp_path / "kept.csv")
    assert len(read(tmp_path / "kept.csv")) == 6


def test_another_study_is_not_written_over(running, tmp_path):
    kept = tmp_path / "kept.csv"
    copy(running, kept)
    what = description(kept)
    kept.with_suffix(".json").write_text(json.dumps({**what, "seed": 7}))
    with pytest.raises(ValueError, match=r"kept\.csv holds another study: seed 7"):
        copy(running, kept)


def test_where_a_variant_has_no_trial_yet_there_is_nothing_to_keep(running, tmp_path, capsys):
    lines = running.read_text().splitlines(keepends=True)
    running.write_text("".join([lines[0], *lines[2:4]]))  # NP 2 and 3
    assert main(["copy", str(running), str(tmp_path / "kept.csv")]) == 1
    assert "no trial that all its variants have" in capsys.readouterr().err
    assert not (tmp_path / "kept.csv").exists()


def test_the_words_of_run_reach_the_study(monkeypatch, capsys):
    seen: dict = {}

    def run_it(path, **options):
        seen.update(options)
        return [made_up("NP"), lost("V", 1)]

    monkeypatch.setattr("course_lib.odyssey.__main__.run", run_it)
    monkeypatch.setattr("course_lib.tasks.chorales.load", lambda data=None: data)
    words = (
        "run r.csv --data m.npz --protocol paper --trials 3 --variants V,NP --seed 7 --workers 1 "
        "--engine numpy --mixed"
    )
    assert main(words.split()) == 0
    assert seen == {
        "task": "m.npz", "protocol": "paper", "trials": 3, "variants": ["V", "NP"], "seed": 7,
        "workers": 1, "scheduler": None, "engine": "numpy", "mixed": True,
    }  # fmt: skip
    assert "2 trials, 1 of them diverged" in capsys.readouterr().out
    assert main(["report", "a.csv", "b.csv", "c.csv"]) == 1
    assert "came 3 files" in capsys.readouterr().err


def test_the_command_says_how_far_the_study_is(running, tmp_path, capsys):
    assert main(["copy", str(running), str(tmp_path / "kept.csv")]) == 0
    assert "kept.csv: 4 trials, 2 of each variant." in capsys.readouterr().out


def test_the_shipped_study_by_the_papers_protocol_is_even():
    found = read(SHIPPED_PAPER)
    assert found == rows.abreast(found)
    assert {row.variant for row in found} == set(VARIANTS)
    what = description(SHIPPED_PAPER)
    assert what["protocol"] == {"name": "paper", **PROTOCOLS["paper"]._asdict()}
