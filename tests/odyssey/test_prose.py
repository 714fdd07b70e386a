"""What notebook 05 says in words about the shipped studies holds for their rows.

Where one of these fails after a study was run again, the sentence named beside it is to be changed.
"""

import numpy as np
import pytest

from tests.needs import need_odyssey

need_odyssey()

from course_lib.odyssey import (
    PROTOCOLS,
    SHIPPED,
    SHIPPED_PAPER,
    VARIANTS,
    analysis,
    findings,
    memory,
    read,
    rows,
    selection,
)
from course_lib.odyssey.side_by_side import pairs

ROWS = read(SHIPPED)
TOPS = {name: analysis.best_tenth(ROWS, name) for name in analysis.variants_in(ROWS)}


@pytest.fixture(scope="module")
def differences():
    return {one.variant: one for one in selection.compare(ROWS)}


def worth(variant):
    """What each trial's memory is worth, and the losses from its last frames."""
    kept = memory.read(memory.beside(SHIPPED, variant))
    return np.array([one.reset - one.test for one in kept]), kept


def test_where_trials_diverge():  # explore-answer, edges-read
    lost = [row for row in ROWS if row.status == "diverged"]
    assert all(row.lr > 1e-3 for row in lost if row.variant != "NOAF")
    noaf = [row for row in ROWS if row.variant == "NOAF"]
    assert all(row.status == "diverged" for row in noaf if row.lr > 1e-3)
    assert np.mean([row.status == "diverged" for row in noaf if row.lr < 1e-5]) < 0.2
    middle = {name: np.median([row.lr for row in top]) for name, top in TOPS.items()}
    assert all(middle["NOAF"] < lr / 10 for name, lr in middle.items() if name != "NOAF")
    assert all(max(row.lr for row in TOPS[name]) > 0.0085 for name in ("V", "CIFG"))


def test_which_variants_are_worse(differences):  # tests-read, nothing, next-3-answer
    for name in ("FGR", "NFG", "NOG", "NOAF"):
        assert differences[name].differs(1)
    for name in ("CIFG", "NP", "NIAF"):
        assert differences[name].low < -0.1 and differences[name].high > 0.1
    assert abs(differences["NIG"].low) < 0.06 and 0.15 < differences["NIG"].difference < 0.3
    assert abs(differences["NIAF"].difference) < 0.12
    assert 0.25 < differences["NOG"].difference < 0.42
    assert 0.42 < differences["NFG"].difference < 0.65
    assert {one.variant: one.p_corrected for one in analysis.welch(ROWS)}["NIG"] < 0.001
    half = selection.compare([row for row in ROWS if row.trial <= 100])
    assert {one.variant for one in half if one.differs()} == {"FGR", "NOG", "NFG", "NOAF"}


def test_what_memory_is_worth(differences):  # memory-read, memory-nfg-read, saw
    gain, kept = worth("V")
    assert 0.1 < gain.mean() < 0.2 and gain.min() < 0 < gain.max()
    last = dict(zip(memory.LAST, np.mean([one.last for one in kept], axis=0), strict=True))
    reset, test = (np.mean([getattr(one, name) for one in kept]) for name in ("reset", "test"))
    assert (reset - last[8]) / (reset - test) > 0.5 and (reset - last[16]) / (reset - test) > 0.8
    for name in ("NFG", "FGR", "NOAF"):
        assert differences[name].difference > 0.45 and differences[name].low > gain.mean()
    assert abs(worth("NFG")[0].mean()) < 0.1
    assert np.median([row.lr for row in TOPS["NFG"]]) < 0.7 * np.median(
        [row.lr for row in TOPS["V"]]
    )


def test_who_was_cut_off():  # memory-epochs-read, protocol
    cut = [row.epochs == PROTOCOLS["quick"].epochs for top in TOPS.values() for row in top]
    assert np.mean(cut) > 0.85


def test_what_explains_the_spread():  # importance-answer, range-answer, findings-read
    shares = analysis.importance(ROWS, "V")
    first, second = sorted(shares, key=lambda key: shares[key], reverse=True)[:2]
    assert first == ("lr",) and 0.7 < shares[first] < 0.9 and len(second) == 2
    assert shares["hidden",] < 0.03 and max(shares["noise",], shares["momentum",]) < 0.01
    assert 0.1 < sum(share for key, share in shares.items() if len(key) == 2) < 0.25
    above = analysis.importance(ROWS, "V", 1e-4)
    assert sorted(above, key=lambda key: above[key], reverse=True)[:2] == [("lr",), ("noise",)]
    assert above["lr",] < 0.5


def test_the_order_depends_on_the_learning_rate():  # protocol-by-lr-answer
    medians = analysis.by_learning_rate(ROWS)
    top = set(medians.loc["1e-3 to 1e-2"].nsmallest(3).index)
    assert top == {"V", "CIFG", "NP"}
    assert not top & set(medians.loc["1e-6 to 1e-5"].nsmallest(3).index)


def test_what_the_papers_protocol_changes():  # protocol-answer
    both = [(a, b) for a, b in pairs(ROWS, read(SHIPPED_PAPER)) if a.status == b.status == "ok"]
    moved, lr = np.array([(b.test_nll - a.test_nll, a.lr) for a, b in both]).T
    assert np.median(moved[lr < 1e-4]) < np.median(moved[lr > 1e-4]) < -0.1
    variant = np.array([a.variant for a, _ in both])
    gained = sorted(VARIANTS, key=lambda name: np.median(moved[variant == name]))
    assert gained[:2] == ["NOAF", "FGR"] and gained[-1] == "NIG"


def test_what_the_papers_protocol_finds(differences):  # findings-read, saw
    found = findings.evidence(rows.abreast(read(SHIPPED_PAPER)))
    for name in ("FGR", "NOG", "NIG", "NFG", "NOAF"):
        assert found.differences[name].difference < differences[name].difference
    assert [name for name, one in found.differences.items() if one.differs()] == ["NOAF"]
    assert (
        -0.25 < found.differences["NFG"].low < -0.05 < 0.25 < found.differences["NFG"].high < 0.35
    )
    assert abs(found.differences["NFG"].difference) < 0.1 > found.differences["NOG"].difference
    assert 0.03 < np.median(findings.all_pairs(found.shares)) < 0.07
    assert (found.shares["noise",] > found.shares["hidden",]).all()
