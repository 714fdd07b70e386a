"""What a study shows, as a page of tables beside the paper's findings.

python -m course_lib.odyssey report results.csv
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from course_lib.odyssey import SHIPPED, SHIPPED_BUILT, analysis, rows
from course_lib.odyssey.analysis import Comparison
from course_lib.odyssey.study import description
from course_lib.odyssey.trial import Row

Shares = Mapping[tuple[str, ...], float]
HIGH = 1e-4  # from here on the learning rate no longer decides alone
ENOUGH = 15  # trials that ended, for a forest
SURE = 0.05  # the paper's level, here after the correction for the number of tests


class Evidence(NamedTuple):
    """What the findings are held against: the tests by variant, and V's shares."""

    tests: Mapping[str, Comparison]
    shares: Shares


class Finding(NamedTuple):
    """A finding of the paper, where it stands there, and what decides whether ours agrees.

    holds says yes or no; figures says, in a few words, with what figures.
    """

    text: str
    place: str
    holds: Callable[[Evidence], bool]
    figures: Callable[[Evidence], str]


def differs(test: Comparison, sign: int = 0) -> bool:
    """Whether a variant's best tenth differs from V's beyond chance; sign +1: worse, −1: better."""
    return test.p_corrected < SURE and (sign == 0 or test.difference * sign > 0)


def _of(*names: str) -> Callable[[Evidence], str]:
    def figures(found: Evidence) -> str:
        tests = (found.tests[name] for name in names)
        return ", ".join(f"{t.variant} {t.difference:+.3f} (p {_p(t.p_corrected)})" for t in tests)

    return figures


def _p(p: float) -> str:
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def _share(*names: str) -> Callable[[Evidence], str]:
    return lambda found: ", ".join(f"{name} {found.shares[(name,)]:.1%}" for name in names)


def _pairs(found: Evidence) -> float:
    return sum(share for key, share in found.shares.items() if len(key) == 2)


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
    ),
    Finding(
        "NFG and NOAF are significantly worse: forget gate and output activation matter most.",
        "abstract, section V",
        lambda found: all(differs(found.tests[name], 1) for name in ("NFG", "NOAF")),
        _of("NFG", "NOAF"),
    ),
    Finding(
        "On music, NIG, NOG and NIAF change nothing significantly.",
        "section V",
        lambda found: not any(differs(found.tests[name]) for name in ("NIG", "NOG", "NIAF")),
        _of("NIG", "NOG", "NIAF"),
    ),
    Finding(
        "FGR gains nothing.",
        "section V",
        lambda found: not differs(found.tests["FGR"], -1),
        _of("FGR"),
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
        lambda found: _pairs(found) < 0.1,
        lambda found: f"all pairs together {_pairs(found):.1%}",
    ),
)


def evidence(studied: Sequence[Row]) -> Evidence:
    """The tests and the shares that the findings are held against."""
    tests = {test.variant: test for test in analysis.compare(studied)}
    return Evidence(tests, analysis.importance(studied, "V"))


def findings(studied: Sequence[Row]) -> list[tuple[str, str, str, str]]:
    """A line a finding: the paper's, where it stands, ours in figures, "agrees" or "differs"."""
    found = evidence(studied)
    return [
        (
            finding.text,
            finding.place,
            finding.figures(found),
            "agrees" if finding.holds(found) else "differs",
        )
        for finding in FINDINGS
    ]


def report(path: str | os.PathLike[str]) -> str:
    """The whole page for a results file, in Markdown. Raises what ``rows.read`` raises."""
    studied, what = rows.read(path), description(path)
    diverged = sum(row.status == "diverged" for row in studied)
    hours = sum(row.seconds for row in studied) / 3600
    summary = analysis.summary(studied)
    tests = analysis.compare(studied)
    shares = {name: _shares(studied, name) for name in summary.index}
    above = {name: _shares(studied, name, HIGH) for name in summary.index}
    keys = sorted(shares["V"], key=lambda key: (len(key), -shares["V"][key]))
    protocol, music = what["protocol"], what["music"]
    return "\n".join(
        [
            f"# {Path(path).name}",
            "",
            f"{len(studied)} trials, {diverged} diverged, {hours:.1f} hours of one core. Protocol "
            f"{protocol['name']}: minibatches of {protocol['batch_size']}, at most "
            f"{protocol['epochs']} epochs, patience {protocol['patience']}. Seed {what['seed']}; "
            f"{music['pieces']} pieces (SHA-256 {music['sha256'][:12]}…); "
            f"NumPy {what['versions']['numpy']}.",
            "",
            "## Variants",
            "",
            "Nats per frame; chosen by validation, quartiles and means on test.",
            "",
            _table(
                ["variant", *summary.columns],
                [
                    [name, *(f"{v:.3f}" if v % 1 else f"{v:.0f}" for v in line)]
                    for name, *line in summary.itertuples()
                ],
            ),
            "",
            f"## Welch's t-test of the best tenth against V, {len(tests)} tests",
            "",
            _table(
                ["variant", "mean", "difference", "t", "p", f"p × {len(tests)}"],
                [
                    [
                        test.variant,
                        f"{test.mean:.3f}",
                        f"{test.difference:+.3f}",
                        f"{test.t:.2f}",
                        _p(test.p),
                        _p(test.p_corrected),
                    ]
                    for test in tests
                ],
            ),
            "",
            "## Which hyperparameter explains how much (fANOVA, trials that ended)",
            "",
            _table(
                ["share of", *summary.index],
                [
                    [" × ".join(key), *(_percent(shares[name], key) for name in summary.index)]
                    for key in keys
                ],
            ),
            "",
            *(_from_high(above, keys) if any(above.values()) else []),
            "## Beside the paper",
            "",
            _table(["the paper", "where", "here", "verdict"], findings(studied)),
        ]
    )


def _from_high(above: Mapping[str, Shares], keys: Sequence[tuple[str, ...]]) -> list[str]:
    return [
        f"## The same from a learning rate of {HIGH:g} on",
        "",
        "A share is a share of what a range does to the loss: the lowest learning rates do so "
        f"much that they hide the rest. A dash: fewer than {ENOUGH} such trials ended.",
        "",
        _table(
            ["share of", *above],
            [[" × ".join(key), *(_percent(above[name], key) for name in above)] for key in keys],
        ),
        "",
    ]


def _trials(path: Path) -> int:
    return max(row.trial for row in rows.read(path))


def _shares(studied: Sequence[Row], variant: str, lr_from: float = 1e-6) -> Shares:
    """A variant's shares, or none where too few trials are left to grow a forest on."""
    ended = [row for row in studied if row.variant == variant and row.status == "ok"]
    enough = sum(row.lr >= lr_from for row in ended) >= ENOUGH
    return analysis.importance(studied, variant, lr_from) if enough else {}


def _percent(shares: Shares, key: tuple[str, ...]) -> str:
    return f"{shares[key]:.1%}" if shares else "–"


def page() -> str:
    """README.md beside the rows that come with the course: what each study shows."""
    commands = (
        f"python -m course_lib.odyssey run jsb_quick.csv --data FILE --trials {_trials(SHIPPED)}",
        f"python -m course_lib.odyssey run jsb_quick_built.csv --trials {_trials(SHIPPED_BUILT)}",
    )
    opening = (
        "# The studies that come with the course\n\nWritten by `python -m course_lib.odyssey "
        "report`. The rows were made by\n\n    "
        + "\n    ".join(commands)
        + "\n\nwhere FILE holds the literature's chorales (Boulanger-Lewandowski et al. 2012), "
        "and the second study uses those\nthat are built from music21's corpus. With more "
        "trials the same command goes on from these rows.\n"
    )
    studies = [report(path).replace("\n## ", "\n### ") for path in (SHIPPED, SHIPPED_BUILT)]
    return "\n".join([opening, *(f"#{text}\n" for text in studies)])


def _table(header: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    rule = ["---"] * len(header)
    return "\n".join(f"| {' | '.join(line)} |" for line in (header, rule, *lines))
