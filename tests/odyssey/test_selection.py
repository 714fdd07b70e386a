"""The test that knows of the selection: against drawing anew in full, and against made-up truth."""

import math

import numpy as np
import pytest

from tests.needs import need_odyssey

need_odyssey()

from scipy import stats

from course_lib.odyssey import SHIPPED, analysis, level, read, selection
from tests.odyssey.small import lost, study


def drawn_in_full(losses, trials, draws, rng):
    """The same as `tenths`, spelled out: draw all trials, sort, take the first tenth."""
    k = math.ceil(trials / 10)
    places = np.sort(rng.integers(trials, size=(draws, trials)), axis=1)[:, :k]
    return losses[np.minimum(places, len(losses) - 1)].mean(axis=1)


@pytest.mark.parametrize(("trials", "ended"), [(200, 200), (200, 68), (100, 97), (20, 6)])
def test_the_smallest_of_a_draw_come_as_if_all_were_drawn(trials, ended):
    rng = np.random.default_rng(1)
    losses = np.sort(9 + rng.exponential(size=ended))
    at_once = selection.tenths(losses, trials, 20_000, rng)
    in_full = drawn_in_full(losses, trials, 20_000, rng)
    assert abs(at_once.mean() - in_full.mean()) < 5 * in_full.std() / math.sqrt(10_000)
    apart = stats.ks_2samp(at_once, in_full)  # the largest gap of the two distributions
    assert apart.statistic < 0.02


def test_a_difference_is_that_of_the_best_tenths_and_lies_within_its_interval():
    rows = study(("V", "NP", "NOG"), trials=150, shift=0.1)
    welch = {test.variant: test for test in analysis.welch(rows)}
    found = selection.compare(rows)
    assert [one.variant for one in found] == ["NP", "NOG"]
    for one in found:
        assert one.difference == pytest.approx(welch[one.variant].difference)
        assert one.low < one.difference < one.high
        assert one.trials == 150
    assert selection.compare(rows) == found  # the draws are from a seed


def test_a_worse_variant_is_found_and_an_equal_one_is_not():
    (worse,) = selection.compare(study(trials=200, shift=0.3))
    assert worse.differs() and worse.differs(+1) and not worse.differs(-1)
    (equal,) = selection.compare(study(trials=200))
    assert not equal.differs()


def test_few_trials_show_no_difference_however_large():
    (few,) = selection.compare(study(trials=selection.ENOUGH - 1, shift=5.0))
    assert few.low > 0 and not few.differs()
    (enough,) = selection.compare(study(trials=selection.ENOUGH, shift=5.0))
    assert enough.differs()


def test_an_interval_grows_with_the_number_of_tests_and_p_with_it():
    draws = np.random.default_rng(0).normal(0.3, 0.1, 20_000)
    low, high, p = selection.interval(draws, 1)
    assert (low, high) == pytest.approx((0.3 - 0.196, 0.3 + 0.196), abs=0.01)
    assert p == pytest.approx(0.0027, abs=0.0008)
    of_eight = selection.interval(draws, 8)
    assert of_eight[0] < low and of_eight[1] > high and of_eight[2] == pytest.approx(8 * p)
    assert selection.interval(draws - 0.3, 8)[2] == 1.0
    assert selection.interval(draws + 9, 1)[2] == pytest.approx(2 / 20_001)
    with pytest.raises(ValueError, match="differences: came 300 draws, expected more for 8 tests"):
        selection.interval(draws[:300], 8)


@pytest.mark.parametrize("tests", [1, 3, 8])
@pytest.mark.parametrize("n", [1000, 5001])
def test_the_interval_leaves_out_0_exactly_where_p_is_small(tests, n):
    around = np.sort(np.random.default_rng(0).normal(size=n))
    for place in range(40):  # 0 moved past one draw after another
        draws = around - (around[place] + around[place + 1]) / 2
        low, high, p = selection.interval(draws, tests)
        assert (low > 0 or high < 0) == (p < selection.LEVEL)
        mirrored = selection.interval(-draws, tests)
        assert (mirrored[0], mirrored[1], mirrored[2]) == (-high, -low, p)


def test_diverged_trials_count_towards_the_tenth_and_never_as_a_loss():
    rows = study(trials=120)
    rows += [lost("NP", trial) for trial in range(121, 241)]
    (found,) = selection.compare(rows)
    assert math.isfinite(found.low) and math.isfinite(found.high)
    assert found.trials == 120  # V's, the fewer
    with pytest.raises(ValueError, match="NP: 1 trials did not diverge"):
        selection.compare([*study(("V",)), *study(("NP",), trials=1), lost("NP", 2)])


@pytest.mark.parametrize(("argument", "says"), [("trials", "trials: came 0"), ("draws", "draws")])
def test_wrong_numbers_are_named(argument, says):
    wrong = {"trials": 10, "draws": 10, argument: 0}
    with pytest.raises(ValueError, match=says):
        selection.tenths([9.0, 9.1], **wrong, rng=np.random.default_rng(0))


@pytest.mark.slow
@pytest.mark.parametrize("pool", [("V",), ("NIG",)])
@pytest.mark.parametrize("trials", [200, 100])
def test_where_nothing_differs_one_test_in_twenty_finds_something(pool, trials):
    """And Welch's, on what was selected, several times as many (LEVEL.md)."""
    found = level.alarms(read(SHIPPED), pool, trials, studies=400)
    assert 0.03 < found.one < 0.07
    assert found.any < 0.08
    assert found.one_welch > 0.15 and found.any_welch > 0.2


@pytest.mark.slow
def test_the_table_says_what_the_rows_say():
    """Cure: python -m course_lib.odyssey level"""
    text = SHIPPED.with_name("LEVEL.md").read_text(encoding="utf-8")
    (line,) = [line for line in text.splitlines() if line.startswith("| V | 200 |")]
    shares = [float(cell.strip(" %")) / 100 for cell in line.split("|")[3:7]]
    assert shares == pytest.approx(list(level.alarms(read(SHIPPED), ("V",), 200)), abs=0.006)


@pytest.mark.slow
def test_what_is_there_is_seen_the_more_the_larger_it_is():
    rows = read(SHIPPED)
    seen = [
        level.alarms(rows, ("V",), 200, raised=raised, studies=200).one for raised in (0.1, 0.4)
    ]
    assert seen[0] < 0.5 and seen[1] > 0.9


def test_a_made_up_study_has_a_best_tenth_even_where_most_trials_diverge():
    found = level.alarms(read(SHIPPED), ("NOAF",), 20, studies=30, draws=400)
    assert all(0 <= share <= 1 for share in found)


def test_every_line_of_the_table_is_worked_out():
    lines = list(level.table(read(SHIPPED)[::9], studies=2))
    wanted = len(level.POOLS) * len(level.SIZES)
    assert sum(line.startswith(tuple(f"| {name} |" for name in level.POOLS)) for line in lines) == (
        wanted
    )
    assert sum(line.startswith("| 0.") for line in lines) == len(level.RAISED)
