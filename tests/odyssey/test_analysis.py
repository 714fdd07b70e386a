"""The analysis against figures by hand, SciPy, Optuna, and a function of known shares."""

import math

import numpy as np
import pytest

from tests.needs import need_odyssey

need_odyssey()

from scipy import stats

from course_lib.odyssey import analysis, fanova
from tests.odyssey.small import lost, made_up, study


def test_the_best_tenth_is_chosen_by_validation_and_not_by_test():
    rows = [made_up("V", k, val=10 - k / 10, test=8 + k) for k in range(1, 21)]
    assert [row.trial for row in analysis.best_tenth(rows, "V")] == [20, 19]


def test_a_diverged_trial_counts_towards_the_tenth_and_is_never_in_it():
    rows = [made_up("V", k, val=9 + k / 10) for k in range(1, 21)]
    rows += [lost("V", k) for k in range(21, 41)]
    assert [row.trial for row in analysis.best_tenth(rows, "V")] == [1, 2, 3, 4]
    with pytest.raises(ValueError, match="V: 1 trials did not diverge, expected 2 or more"):
        analysis.best_tenth([made_up(), lost("V", 2)], "V")


def test_the_summary_is_what_numpy_makes_of_the_rows():
    rows = [*study(), lost("NP", 31)]
    table = analysis.summary(rows)
    assert list(table.index) == ["V", "NP"]
    line = table.loc["NP"]
    ended = [row for row in rows if row.variant == "NP" and row.status == "ok"]
    assert (line["trials"], line["diverged"]) == (31, 1)
    assert line["median"] == pytest.approx(np.median([row.test_nll for row in ended]))
    best = min(ended, key=lambda row: row.val_nll)
    assert (line["best val"], line["best test"]) == (best.val_nll, best.test_nll)
    top = sorted(ended, key=lambda row: row.val_nll)[:4]  # of 31 a tenth, rounded up
    assert line["tenth test"] == pytest.approx(np.mean([row.test_nll for row in top]))


def test_welchs_test_is_the_formula_and_counts_the_tests():
    rows = study(("V", "NP", "NOG"), trials=80, shift=0.05)
    found = {test.variant: test for test in analysis.welch(rows)}
    a, b = ([row.test_nll for row in analysis.best_tenth(rows, name)] for name in ("NP", "V"))
    se = np.var(a, ddof=1) / len(a), np.var(b, ddof=1) / len(b)
    t = (np.mean(a) - np.mean(b)) / math.sqrt(sum(se))
    freedom = sum(se) ** 2 / sum(s**2 / (len(a) - 1) for s in se)
    assert found["NP"].t == pytest.approx(t)
    assert found["NP"].p == pytest.approx(2 * stats.t.sf(abs(t), freedom))
    assert found["NP"].p_corrected == pytest.approx(min(1, 2 * found["NP"].p))
    assert found["NP"].difference == pytest.approx(np.mean(a) - np.mean(b))


def test_the_learning_rate_alone_is_a_median_a_decade():
    rows = [
        made_up("V", 1, test=9.0, lr=2e-3),
        made_up("V", 2, test=9.4, lr=5e-3),
        made_up("V", 3, test=11.0, lr=2e-5),
        lost("NP", 1),
    ]
    table = analysis.by_learning_rate(rows)
    assert table.loc["1e-3 to 1e-2", "V"] == pytest.approx(9.2)
    assert table.loc["1e-5 to 1e-4", "V"] == 11.0
    assert np.isnan(table["NP"]).all() and np.isnan(table.loc["1e-6 to 1e-5", "V"])


def test_diverged_trials_reach_neither_a_test_nor_a_forest():
    rows = [*study(), *(lost("V", k) for k in range(31, 40))]
    values, losses = analysis.scaled(rows)
    assert len(losses) == 60 and np.isfinite(losses).all()
    assert all(len(column) == 60 for column in values.values())
    assert np.isfinite([test.p for test in analysis.welch(rows)]).all()


def test_shares_can_be_asked_for_within_a_range():
    rows = study(("V",), trials=120)
    part = [row for row in rows if row.lr >= 1e-4]
    assert analysis.importance(rows, "V", 1e-4) == analysis.importance(part, "V", 1e-4)
    assert analysis.importance(rows, "V", 1e-4) != analysis.importance(rows, "V")


def test_shares_of_other_draws_lie_around_those_of_all_trials():
    rows = study(("V",), trials=80)
    for row in range(0, len(rows), 2):  # the learning rate decides, but for some luck
        rows[row] = rows[row]._replace(test_nll=float(-np.log10(rows[row].lr)))
    found = analysis.resampled([*rows, *study(("NP",))], "V", times=6)
    for key, share in analysis.importance(rows, "V").items():
        assert found[key].shape == (6,)
        assert found[key].min() - 0.1 < share < found[key].max() + 0.1
    assert np.ptp(found[("lr",)]) > 0.01
    again = analysis.resampled(rows, "V", times=6)
    assert all(np.array_equal(found[key], again[key]) for key in found)
    with pytest.raises(ValueError, match="times: came 0"):
        analysis.resampled(rows, "V", times=0)


def function(a, b, c):
    """Shares known in closed form: a 16/12, b 4/12, a × b 64/144 of their sum; c nothing."""
    return 4 * (a - 0.5) + 2 * (b - 0.5) + 8 * (a - 0.5) * (b - 0.5) + 0 * c


KNOWN = {("a",): 16 / 12, ("b",): 4 / 12, ("a", "b"): 64 / 144}
KNOWN = {key: part / sum(KNOWN.values()) for key, part in KNOWN.items()}
UNIT = dict.fromkeys("abc", (0.0, 1.0))


@pytest.fixture(scope="module")
def sampled():
    rng = np.random.default_rng(0)
    values = {name: rng.uniform(0, 1, 300) for name in "abc"}
    return values, function(**values)


def test_known_shares_are_found(sampled):
    found = fanova.shares(sampled[0], sampled[1], UNIT)
    for key, share in found.items():
        assert share == pytest.approx(KNOWN.get(key, 0), abs=0.04)
    assert sum(found.values()) == pytest.approx(1, abs=0.02)


def test_where_nothing_varies_nothing_explains_anything(sampled):
    found = fanova.shares(sampled[0], np.ones(300), UNIT)
    assert list(found) == [("a",), ("b",), ("c",), ("a", "b"), ("a", "c"), ("b", "c")]
    assert set(found.values()) == {0.0}
    rows = study(("V",), trials=2)  # a draw may hold the same trial twice
    assert all(len(parts) == 20 for parts in analysis.resampled(rows, "V", times=20).values())


def test_shares_do_not_depend_on_the_range_that_a_parameter_comes_in(sampled):
    values, loss = sampled
    wide = {"a": values["a"] * 10 - 3, "b": values["b"], "c": values["c"]}
    found = fanova.shares(wide, loss, {**UNIT, "a": (-3.0, 7.0)})
    assert found[("a",)] == pytest.approx(KNOWN[("a",)], abs=0.04)


def test_single_shares_are_those_of_optuna(sampled):
    optuna = pytest.importorskip("optuna")
    optuna.logging.set_verbosity(optuna.logging.ERROR)
    values, loss = sampled
    asked = optuna.create_study()
    ranges = {name: optuna.distributions.FloatDistribution(0, 1) for name in values}
    for k, value in enumerate(loss):
        params = {name: column[k] for name, column in values.items()}
        asked.add_trial(optuna.trial.create_trial(params=params, distributions=ranges, value=value))
    theirs = optuna.importance.FanovaImportanceEvaluator(seed=0).evaluate(asked)
    ours = fanova.shares(values, loss, UNIT)
    for name, share in theirs.items():
        assert ours[(name,)] == pytest.approx(share, abs=0.03)


def test_the_marginal_is_the_mean_over_all_else(sampled):
    at, mean, spread = fanova.marginal(sampled[0], sampled[1], UNIT, "a")
    assert np.abs(mean - 4 * (at - 0.5)).max() < 0.5
    assert np.abs(mean - 4 * (at - 0.5)).mean() < 0.15
    assert (spread >= 0).all()


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (lambda v, y, b: (v, y, {"a": b["a"]}), r"bounds: came \['a'\], expected \['a', 'b'"),
        (lambda v, y, b: (v, y[:-1], b), r"values\['a'\]: came \(300,\), expected \(299,\)"),
        (lambda v, y, b: (v, y, {**b, "b": (0.0, 0.5)}), r"bounds\['b'\]: came 0.0 to 0.5"),
        (lambda v, y, b: (v, [math.nan, *y[1:]], b), "loss: came NaN or infinity; leave diverged"),
    ],
)
def test_what_a_forest_cannot_take_is_named(sampled, spoil, says):
    with pytest.raises(ValueError, match=says):
        fanova.shares(*spoil(*sampled, UNIT))
    with pytest.raises(ValueError, match=r"name: came 'z', expected one of a, b, c"):
        fanova.marginal(sampled[0], sampled[1], UNIT, "z")
