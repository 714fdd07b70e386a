"""The embedded Reber grammar."""

import re

import numpy as np
import pytest

from course_lib.cells import LSTM
from course_lib.learning.network import Batch, Network
from course_lib.learning.optim import Adam
from course_lib.learning.training import train
from course_lib.tasks import reber
from course_lib.tasks.reber import SYMBOLS, Reber


def inner_is_reber(string):
    """A walk written out, without the module's table."""
    ways = {
        ("start", "B"): "fork",
        ("fork", "T"): "top",
        ("fork", "P"): "bottom",
        ("top", "S"): "top",
        ("top", "X"): "top right",
        ("bottom", "T"): "bottom",
        ("bottom", "V"): "bottom right",
        ("top right", "X"): "bottom",
        ("top right", "S"): "last",
        ("bottom right", "P"): "top right",
        ("bottom right", "V"): "last",
        ("last", "E"): "end",
    }
    place = "start"
    for symbol in string:
        place = ways.get((place, symbol), "nowhere")
    return place == "end"


def is_embedded(string):
    match = re.fullmatch("B([TP])(.*)([TP])E", string)
    return match is not None and match[1] == match[3] and inner_is_reber(match[2])


def test_generated_strings_are_of_the_grammar_and_cover_it():
    rng = np.random.default_rng(0)
    strings = [reber.generate(rng) for _ in range(500)]
    assert all(is_embedded(s) for s in strings)
    assert {"BTBTXSETE", "BPBPVVEPE"} <= set(strings)
    assert {s[i : i + 2] for s in strings for i in range(len(s) - 1)} >= {"SS", "TT", "XX", "VP"}
    assert not is_embedded("BTBTXSEPE")


@pytest.mark.parametrize(
    ("prefix", "may_follow"),
    [
        ("", "B"),
        ("B", "TP"),
        ("BT", "B"),
        ("BTB", "TP"),
        ("BTBT", "SX"),
        ("BTBTXX", "TV"),
        ("BTBTXSE", "T"),
        ("BPBTXSE", "P"),
        ("BPBTXSEP", "E"),
        ("BPBTXSEPE", ""),
    ],
)
def test_successors(prefix, may_follow):
    assert sorted(reber.successors(prefix)) == sorted(may_follow)


def test_a_string_outside_the_grammar_is_refused():
    with pytest.raises(ValueError, match="came 'P' after 'BTBTXSE', expected T"):
        reber.successors("BTBTXSEP")
    with pytest.raises(ValueError, match="after 'BTBTXSETE', expected nothing more"):
        reber.successors("BTBTXSETEB")
    with pytest.raises(ValueError, match=r"came 'BQ' with \['Q'\]"):
        reber.encode("BQ")


def test_encoding_and_decoding():
    rows = reber.encode("BTPSXVE")
    assert np.array_equal(rows, np.eye(7))
    assert reber.decode(rows) == SYMBOLS
    assert reber.decode(reber.encode("BTBTXSETE")) == "BTBTXSETE"


def test_splits_share_no_string_and_come_again_with_the_seed():
    task = Reber(sizes=(60, 30, 40), seed=1)
    strings = [s for split in ("train", "validation", "test") for s in task.strings[split]]
    assert len(set(strings)) == len(strings) == 130
    assert all(map(is_embedded, strings))
    assert Reber(sizes=(60, 30, 40), seed=1).strings == task.strings
    assert Reber(sizes=(60, 30, 40), seed=2).strings != task.strings
    for e, s in zip(task.split("test"), task.strings["test"], strict=True):
        assert (reber.decode(e.x), reber.decode(e.target)) == (s[:-1], s[1:])


def scores(x):
    """Outputs that rank exactly the legal successors first."""
    return np.where(reber.legal(x), 1.0, -1.0)


def test_legal_agrees_with_successors_in_a_batch():
    task = Reber(sizes=(5, 5, 5))
    batch = next(task.batches("train", 5))
    rows = reber.legal(batch.x)
    for k, string in enumerate(task.strings["train"]):
        for t in range(len(string) - 1):
            may = {SYMBOLS[i] for i in np.flatnonzero(rows[t, k])}
            assert may == set(reber.successors(string[: t + 1]))


def test_success_needs_every_step_of_a_string_and_ignores_padding():
    task = Reber(sizes=(8, 2, 2))
    batch = next(task.batches("train", 8))
    good = scores(batch.x)
    good[batch.mask == 0] = np.nan
    assert task.solved(good, batch).all()
    assert batch.mask is not None
    last_but_one = int(batch.mask[:, 3].sum()) - 2
    bad = good.copy()
    bad[last_but_one, 3] = [0, 1, 1, 0, 0, 0, 0]  # T or P: what a network without memory says
    assert task.solved(bad, batch).tolist() == [k != 3 for k in range(8)]
    alone = reber.encode("BTBTXSET")[:, None]
    assert task.solved(scores(alone), Batch(alone, alone)).tolist() == [True]


@pytest.mark.parametrize("sizes", [(1, 2), (4, 0, 4)])
def test_wrong_sizes(sizes):
    with pytest.raises(ValueError, match="sizes: came"):
        Reber(sizes)


def test_an_lstm_learns_it_in_seconds():
    task, rng = Reber(), np.random.default_rng(1)
    net = Network(LSTM(7, 32, rng=rng), 7, task.loss, rng=rng)
    before = task.evaluate(net, "test")[1]
    train(net, task, epochs=60, batch_size=8, optimizer=Adam(0.02), target=1.0, rng=rng,
          progress=False)  # fmt: skip
    assert before == 0
    assert task.evaluate(net, "test")[1] >= 0.9
