"""What the paper found, and what decides whether a study agrees.

Greff et al. 2015: the abstract, and section V.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from course_lib.odyssey import analysis
from course_lib.odyssey.analysis import Comparison
from course_lib.odyssey.trial import Row

Shares = Mapping[tuple[str, ...], float]
SURE = 0.05  # the paper's level, here after the correction for the number of tests


class Evidence(NamedTuple):
    """What the findings are held against: the tests by variant, and V's shares."""

    tests: Mapping[str, Comparison]
    shares: Shares


class Finding(NamedTuple):
    """A finding of the paper, where it stands there, and what decides whether ours agrees.

    holds says yes or no; figures says, in a few words, with what figures; about names the
    variants that it needs.
    """

    text: str
    place: str
    holds: Callable[[Evidence], bool]
    figures: Callable[[Evidence], str]
    about: tuple[str, ...] = ()


def differs(test: Comparison, sign: int = 0) -> bool:
    """Whether a variant's best tenth differs from V's beyond chance; sign +1: worse, −1: better."""
    return test.p_corrected < SURE and (sign == 0 or test.difference * sign > 0)


def _of(*names: str) -> Callable[[Evidence], str]:
    def figures(found: Evidence) -> str:
        tests = (found.tests[name] for name in names)
        return ", ".join(
            f"{t.variant} {t.difference:+.3f} (p {p_said(t.p_corrected)})" for t in tests
        )

    return figures


def p_said(p: float) -> str:
    """A p in as many digits as it deserves."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def _share(*names: str) -> Callable[[Evidence], str]:
    return lambda found: ", ".join(f"{name} {found.shares[(name,)]:.1%}" for name in names)


def all_pairs(shares: Mapping[tuple[str, ...], Any]) -> Any:
    """What all pairs of hyperparameters explain together; shares: figures, or arrays of them."""
    return sum(share for key, share in shares.items() if len(key) == 2)


def _better(found: Evidence) -> str:
    names = [name for name, test in found.tests.items() if differs(test, -1)]
    return ", ".join(names) + " better" if names else "none is"


FINDINGS = (
    Finding(
        "No variant improves on V significantly.",
        "abstract",
        lambda found: not any(differs(test, -1) for test in found.tests.values()),
        _better,
    ),
    Finding(
        "CIFG and NP change nothing significantly.",
        "section V",
        lambda found: not any(differs(found.tests[name]) for name in ("CIFG", "NP")),
        _of("CIFG", "NP"),
        ("CIFG", "NP"),
    ),
    Finding(
        "NFG and NOAF are significantly worse: forget gate and output activation matter most.",
        "abstract, section V",
        lambda found: all(differs(found.tests[name], 1) for name in ("NFG", "NOAF")),
        _of("NFG", "NOAF"),
        ("NFG", "NOAF"),
    ),
    Finding(
        "On music, NIG, NOG and NIAF change nothing significantly.",
        "section V",
        lambda found: not any(differs(found.tests[name]) for name in ("NIG", "NOG", "NIAF")),
        _of("NIG", "NOG", "NIAF"),
        ("NIG", "NOG", "NIAF"),
    ),
    Finding(
        "FGR gains nothing.",
        "section V",
        lambda found: not differs(found.tests["FGR"], -1),
        _of("FGR"),
        ("FGR",),
    ),
    Finding(
        "The learning rate explains more than two thirds of the variance.",
        "section V",
        lambda found: found.shares[("lr",)] > 2 / 3,
        _share("lr"),
    ),
    Finding(
        "The hidden size comes second.",
        "section V",
        lambda found: (
            found.shares[("hidden",)] > max(found.shares[(n,)] for n in ("momentum", "noise"))
        ),
        _share("hidden", "noise", "momentum"),
    ),
    Finding(
        "The momentum explains less than 1 %.",
        "section V",
        lambda found: found.shares[("momentum",)] < 0.01,
        _share("momentum"),
    ),
    Finding(
        "Hyperparameters are virtually independent: pairs explain little (here: under 10 %).",
        "abstract, section V",
        lambda found: all_pairs(found.shares) < 0.1,
        lambda found: f"all pairs together {all_pairs(found.shares):.1%}",
    ),
)


def evidence(studied: Sequence[Row]) -> Evidence:
    """The tests and the shares that the findings are held against."""
    tests = {test.variant: test for test in analysis.compare(studied)}
    return Evidence(tests, analysis.importance(studied, "V"))


def judged(found: Evidence) -> list[tuple[str, str, str, str]]:
    """A line a finding: the paper's, where it stands, ours in figures, "agrees" or "differs".

    A finding about a variant that was not studied is left out.
    """
    return [
        (
            finding.text,
            finding.place,
            finding.figures(found),
            "agrees" if finding.holds(found) else "differs",
        )
        for finding in FINDINGS
        if found.tests.keys() >= set(finding.about)
    ]
