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
    SHIPPED_NUMPY,
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


def test_what_explains_the_spread():  # importance-answer, findings-read
    shares = analysis.importance(ROWS, "V")
    first, second = ranked(shares)[:2]
    assert first == ("lr",) and 0.7 < shares[first] < 0.75 and len(second) == 2
    assert all(shares[name,] < 0.035 for name in ("hidden", "noise", "momentum"))
    draws = findings.evidence(ROWS).shares
    pairs_of_v = findings.all_pairs(shares)
    low, high = np.percentile(findings.all_pairs(draws), [5, 95])
    assert 0.18 < pairs_of_v < 0.23 and low < pairs_of_v / 3 and pairs_of_v < high < 0.27
    assert all((draws["lr",] > draws[key]).all() for key in draws if key != ("lr",))
    second_is_hidden = draws["hidden",] > np.maximum(draws["momentum",], draws["noise",])
    assert second_is_hidden.sum() == 21 and len(second_is_hidden) == 50
    mine = [row for row in ROWS if row.variant == "V" and row.status == "ok"]
    rng, odd = np.random.default_rng(0), [row.trial for row in mine].index(34)
    missed = [odd not in rng.integers(len(mine), size=len(mine)) for _ in draws["lr",]]
    assert (second_is_hidden & missed).sum() == 20  # as `analysis.resampled` draws


def test_one_trial_makes_a_ranking():  # range-answer, one-trial-answer, log-answer, digits-answer
    mine = [row for row in ROWS if row.variant == "V"]
    high = [row for row in mine if row.lr > 1e-4 and row.status == "ok"]
    *others, odd = sorted(high, key=lambda row: row.test_nll)
    assert odd.trial == 34 and 32 < odd.test_nll < 34 and others[-1].test_nll < 11
    assert 95 < len(high) < 106 and sum(row.momentum < odd.momentum for row in mine) < 10
    assert ranked(analysis.importance(ROWS, "V", 1e-4))[0] == ("momentum",)
    without = [row for row in mine if row is not odd]
    first = ranked(analysis.importance(without, "V", 1e-4))[:4]
    assert first[:2] == [("lr",), ("noise",)] and ("momentum",) not in first


def test_another_engine_moves_trials_and_hardly_a_best_tenth():  # scale-answer, digits-answer
    numpys = read(SHIPPED_NUMPY)
    assert {(row.variant, row.engine) for row in numpys} == {("V", "numpy")}
    both = pairs(ROWS, numpys)
    apart = {a.trial: abs(a.test_nll - b.test_nll) for a, b in both}
    assert len(apart) == 200 and np.median([*apart.values()]) < 0.005
    assert sum(moved > 0.1 for moved in apart.values()) == 18
    assert [trial for trial, moved in apart.items() if moved > 5] == [34] and 10 < apart[34] < 11
    tenths = [
        np.mean([row.test_nll for row in analysis.best_tenth(these, "V")])
        for these in (ROWS, numpys)
    ]
    assert abs(tenths[0] - tenths[1]) < 0.01
    assert sum(apart[row.trial] > 0.1 for row in TOPS["V"]) == 2
    assert max(apart[a.trial] for a, _ in both if a.lr < 1e-5) < 0.1
    shares = [analysis.importance(these, "V")["lr",] for these in (ROWS, numpys)]
    assert 0.02 < abs(shares[0] - shares[1]) < 0.07


def ranked(shares):
    return sorted(shares, key=lambda key: shares[key], reverse=True)


def test_the_order_depends_on_the_learning_rate():  # protocol-by-lr-answer
    medians = analysis.by_learning_rate(ROWS)
    top = set(medians.loc["1e-3 to 1e-2"].nsmallest(3).index)
    assert top == {"V", "CIFG", "NP"}
    assert not top & set(medians.loc["1e-6 to 1e-5"].nsmallest(3).index)


def test_noaf_is_first_by_three_trials():  # protocol-by-lr-answer
    paper = rows.abreast(read(SHIPPED_PAPER))
    there = [row for row in paper if row.variant == "NOAF" and row.lr >= 1e-3]
    assert (len(there), sum(row.status == "ok" for row in there)) == (21, 3)
    assert analysis.by_learning_rate(paper).loc["1e-3 to 1e-2"].idxmin() == "NOAF"


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
