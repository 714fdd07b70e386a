"""What decides whether a study agrees with the paper; and the pages that say so."""

import numpy as np
import pytest

from tests.needs import need_odyssey

need_odyssey()

from course_lib.odyssey import (
    SHIPPED,
    VARIANTS,
    analysis,
    findings,
    memory,
    read,
    report,
    rows,
    shipped,
)
from course_lib.odyssey.findings import MARGIN, no_better, same, together, worse
from course_lib.odyssey.selection import ENOUGH, Difference
from course_lib.odyssey.side_by_side import pairs, side_by_side
from course_lib.odyssey.trial import made_by
from tests.odyssey.small import lost, made_up, study


def difference(low, high, variant="NP", trials=200):
    return Difference(variant, 9.0, (low + high) / 2, low, high, 0.5, trials)


@pytest.mark.parametrize(
    ("low", "high", "is_worse", "is_same", "is_no_better"),
    [
        (0.2, 0.4, "agrees", "differs", "agrees"),
        (0.01, 0.1, "agrees", "differs", "agrees"),  # shown, though it is small
        (-0.1, 0.1, "differs", "agrees", "agrees"),
        (-0.1, 0.3, "open", "open", "agrees"),
        (-0.3, 0.1, "differs", "open", "open"),
        (-0.3, 0.3, "open", "open", "open"),
        (-0.4, -0.2, "differs", "differs", "differs"),
    ],
)
def test_a_verdict_follows_from_the_interval(low, high, is_worse, is_same, is_no_better):
    found = difference(low, high)
    assert (worse(found), same(found), no_better(found)) == (is_worse, is_same, is_no_better)
    few = difference(low, high, trials=ENOUGH - 1)
    assert {worse(few), same(few), no_better(few)} == {"open"}


def test_the_bound_is_the_one_that_was_set():
    assert MARGIN == 0.15 and findings.SURE == 0.9


def test_of_several_verdicts_one_that_differs_decides():
    assert together(["agrees", "open", "differs"]) == "differs"
    assert together(["agrees", "open"]) == "open"
    assert together(["agrees", "agrees"]) == "agrees"


# --- each finding: as in the paper, unclear, and contradicted -----------------------------------


def evidence(shares=None, **changed):
    """As the paper has it: NFG and NOAF worse, the rest as V; what is named is changed."""
    differences = {}
    for name in list(VARIANTS)[1:]:
        standard = (0.2, 0.4) if name in ("NFG", "NOAF") else (-0.1, 0.1)
        low, high = changed.get(name, standard)
        differences[name] = difference(low, high, variant=name)
    draws: dict[tuple[str, ...], float] = {
        ("lr",): 0.7,
        ("hidden",): 0.1,
        ("noise",): 0.05,
        ("momentum",): 0.005,
        ("lr", "hidden"): 0.05,
        **(shares or {}),
    }
    return findings.Evidence(differences, {k: np.full(20, v) for k, v in draws.items()}, 200)


def test_every_finding_agrees_where_all_is_as_in_the_paper():
    assert {verdict for *_, verdict in findings.judged(evidence())} == {"agrees"}
    assert all(figures for _, _, figures, _ in findings.judged(evidence()))


@pytest.mark.parametrize(
    ("text", "changed", "verdict"),
    [
        ("No variant improves", {"NOG": (-0.4, -0.2)}, "differs"),
        ("No variant improves", {"NOG": (-0.4, 0.2)}, "open"),
        ("CIFG changes", {"CIFG": (0.1, 0.3)}, "differs"),
        ("CIFG changes", {"CIFG": (-0.1, 0.3)}, "open"),
        ("NP changes", {"NP": (-0.3, -0.1)}, "differs"),
        ("The forget gate", {"NFG": (-0.1, 0.3)}, "open"),
        ("The forget gate", {"NFG": (-0.1, 0.1)}, "differs"),
        ("The output activation", {"NOAF": (-0.4, -0.2)}, "differs"),
        ("NIG changes", {"NIG": (0.1, 0.3)}, "differs"),
        ("NOG changes", {"NOG": (0.1, 0.3)}, "differs"),
        ("NIAF changes", {"NIAF": (-0.2, 0.3)}, "open"),
        ("FGR gains", {"FGR": (-0.4, -0.2)}, "differs"),
        ("The learning rate", {"shares": {("lr",): 0.6}}, "differs"),
        ("The hidden size", {"shares": {("noise",): 0.2}}, "differs"),
        ("The momentum", {"shares": {("momentum",): 0.02}}, "differs"),
        ("Hyperparameters", {"shares": {("lr", "noise"): 0.2}}, "differs"),
    ],
)
def test_each_finding_can_be_contradicted(text, changed, verdict):
    (found,) = [one for one in findings.judged(evidence(**changed)) if one[0].startswith(text)]
    assert found[3] == verdict
    assert found[1].startswith(("read: ", "second-hand: "))


def test_a_share_that_depends_on_the_draw_is_open():
    found = evidence()
    found.shares["lr",][::3] = 0.5
    verdicts = {text: verdict for text, _, _, verdict in findings.judged(found)}
    assert verdicts["The learning rate explains more than two thirds of the variance."] == "open"


@pytest.mark.parametrize(
    ("holds", "verdict"), [(45, "agrees"), (44, "open"), (6, "open"), (5, "differs")]
)
def test_nine_tenths_of_the_draws_decide(holds, verdict):
    assert findings.by_draws(np.arange(50) < holds) == verdict


def test_a_study_of_v_alone_needs_as_many_trials_as_any():
    found = findings.evidence(study(("V",), trials=20), draws=3)
    assert {verdict for *_, verdict in findings.judged(found)} == {"open"}


def test_a_study_of_some_variants_is_held_against_what_is_about_them(tmp_path):
    found = findings.judged(findings.evidence(study(("V", "NFG")), draws=3))
    said = [text for text, *_ in found]
    assert findings.FINDINGS[0].text not in said and len(said) == 5
    assert not any(name in text for text in said for name in VARIANTS if name not in ("V", "NFG"))
    page = report.report(written(tmp_path / "few.csv", study(("V", "NFG"), trials=4)))
    assert "How sure" not in page and "| NFG | 4 | 0 |" in page
    assert "of a variant: all is left open." in page and "agrees" not in page


# --- pages --------------------------------------------------------------------------------------


def written(path, these, like=SHIPPED):
    rows.write_sorted(path, these)
    about = like.with_suffix(".json").read_text(encoding="utf-8")
    path.with_suffix(".json").write_text(about, encoding="utf-8")
    return path


@pytest.mark.slow  # as other generated files
def test_the_shipped_report_is_what_the_rows_say():
    """Cure: python -m course_lib.odyssey report"""
    there = SHIPPED.with_name("README.md").read_text(encoding="utf-8")
    assert there == shipped.page()


def test_the_shipped_study_is_whole_and_sorted():
    found = read(SHIPPED)
    order = list(VARIANTS)
    keys = [(order.index(row.variant), row.trial) for row in found]
    assert keys == sorted(keys)
    counts = {name: sum(row.variant == name for row in found) for name in VARIANTS}
    assert set(counts.values()) == {200}  # as many as the paper has


@pytest.mark.parametrize("trials", [1, 2, 7, 120])
def test_a_report_says_how_far_a_study_is(tmp_path, trials):
    """However few trials there are, and though a variant has one more than the others."""
    path = written(tmp_path / "r.csv", [*study(trials=trials), made_up("V", trials + 1)])
    page = report.report(path)
    assert f"**{trials} of 200 trials of each variant.** 1 further one" in page
    assert f"| NP | {trials} | 0 |" in page and f"| V | {trials} | 0 |" in page
    assert ("p × 1" in page) == (trials > 1)
    assert ("of a variant: all is left open." in page) == (1 < trials < 100)
    assert "of 200 trials" not in report.report(written(path, study(trials=200)))


def test_a_variant_of_which_too_few_trials_ended_is_named(tmp_path):
    some = [*study(trials=5), *(lost("NOAF", trial) for trial in range(1, 6))]
    page = report.report(written(tmp_path / "r.csv", some))
    assert "| NOAF | 5 | 5 | – |" in page
    assert "Too few trials ended for a best tenth: NOAF." in page
    with pytest.raises(ValueError, match=r"r\.csv holds no trial that all its variants have"):
        report.report(written(tmp_path / "r.csv", [made_up("V", 1), made_up("NP", 2)]))


def test_a_report_says_what_memory_is_worth_by_whatever_made_the_figures(tmp_path):
    path = written(tmp_path / "r.csv", study(trials=20))
    best = analysis.best_tenth(read(path), "NP")
    kept = [memory.Kept("NP", row.trial, 9.0, 9.25, (10.0, 9.5, 9.25, 9.125, 9.0)) for row in best]
    memory.write(memory.beside(path, "NP"), [*kept, kept[0]._replace(trial=99)])
    page = report.report(path)
    assert "- NP: 3 trials, 2 of them among the best 2 of the rows above. A" in page
    assert "A trial's memory is worth +0.250 nats on average, from trial to trial +0.250" in page
    assert f"by {' '.join(made_by())}." in page
    assert "| NP | 9.000 | 9.250 | 10.000 | 9.500 | 9.250 | 9.125 | 9.000 |" in page


def test_a_report_counts_the_rows_of_each_engine(tmp_path):
    mixed = study(("V", "NP"), trials=4)
    mixed[0] = mixed[0]._replace(engine="other", versions="course_lib=9", seconds=3600.0)
    page = report.report(written(tmp_path / "mixed.csv", mixed))
    assert "| other | course_lib=9 | 1 | 0 | 1.0 | 1 |" in page


def test_two_studies_are_compared_trial_by_trial(tmp_path):
    first = study(("V", "NP"), trials=30)
    second = [row._replace(test_nll=row.test_nll - 0.25, seconds=10.0) for row in first[:-5]]
    second[0] = made_up(*second[0][:2])._replace(**first[0]._asdict())
    a, b = written(tmp_path / "a.csv", first), written(tmp_path / "b.csv", second)
    page = side_by_side(a, b)
    assert "Trial by trial, 50 in both" in page  # as many of V as there are of NP
    assert "| NP | 25 | 25 | 0 | 0 | -0.250 | -0.250 | -0.250 | 100% | 1.00 | 2.0 |" in page
    assert "b: 25 trials of each variant. With fewer than 100 all is open." in page
    (line,) = [line for line in page.splitlines() if line.startswith("| NP changes nothing")]
    cells = line.strip("| ").split(" | ")
    assert len(cells) == 6 and cells[1].startswith("read") and cells[3] == cells[5] == "open"
    assert cells[2].startswith("NP ") and cells[4].startswith("NP ")


def test_studies_that_share_no_trial_or_no_seed_are_not_compared():
    first = study(("V",), trials=3)
    with pytest.raises(ValueError, match="no trial in common"):
        pairs(first, study(("NP",), trials=3))
    with pytest.raises(ValueError, match=r"V 1 has the hyperparameters .* with the same seed"):
        pairs(first, study(("V",), trials=3, seed=1))
