"""What the paper found, and what decides whether a study agrees with it.

Greff et al. 2015, arXiv 1503.04069. Where each finding was read:

    READ      in the paper itself: the abstract, or a page of the second version
    NOTES     second-hand, in two readers' notes on the paper; the section itself was not at hand

A verdict is "agrees", "differs" or "open". The bounds below were set before any trial by the
protocol `paper` was run, and stay: a bound that follows the rows decides nothing.

    worse            agrees: the interval lies above 0. differs: it lies below MARGIN
    no difference    agrees: the interval lies within ± MARGIN. differs: it leaves out 0
    no improvement   agrees: the interval lies above −MARGIN. differs: it lies below 0
    a share          agrees: 90 % of the draws say so. differs: 90 % of the draws say the contrary

Where both hold, an interval that leaves out 0 decides. All else is open: the study cannot tell.
Every verdict needs `selection.ENOUGH` trials of each variant.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from course_lib.odyssey import analysis, selection
from course_lib.odyssey.selection import Difference
from course_lib.odyssey.trial import VARIANTS, Row

Shares = Mapping[tuple[str, ...], np.ndarray]

# Nats a frame. What lies within is small on this music: about as much as remembering more than the
# last frame is worth to a well-trained LSTM (notebook 01b).
MARGIN = 0.15
SURE = 0.9  # of the draws of V's trials, for a share
READ = {"abstract": "read: the abstract", "page 6": "read: page 6 of version 2"}
NOTES = "second-hand: notes on the paper"

# The first author's pilot, variance of the loss by hyperparameter, the least and the greatest of
# eight variants (for the learning rate, of all but NOAF). Read in his notebook; the data are
# apparently TIMIT, frame by frame, and clipping and Nesterov momentum were drawn as well. All pairs
# together, given for CIFG alone: 16.4 %, or 9.8 % where clipping and Nesterov are left out.
PILOT = {
    "lr": "49% to 63% (NOAF 21%)",
    "hidden": "2% to 18%",
    "noise": "0.3% to 2.5%",
    "momentum": "0.1% to 0.4%",
    "all pairs together": "16.4% (CIFG)",
}
PILOT_SOURCE = "Analyse.ipynb of github.com/Qwlouse/hyperimp, January 2015"

AGREES, DIFFERS, OPEN = "agrees", "differs", "open"


class Evidence(NamedTuple):
    """What the findings are held against: the differences by variant, and draws of V's shares.

    trials    of V, or of the variant that has fewest
    """

    differences: Mapping[str, Difference]
    shares: Shares
    trials: int

    @property
    def enough(self) -> bool:
        """Are there as many trials as a verdict needs?"""
        return self.trials >= selection.ENOUGH


class Finding(NamedTuple):
    """A finding of the paper, where it was read, and what decides whether ours agrees.

    verdict says agrees, differs or open; figures says, in a few words, with what figures. about
    names the variants that it needs; a finding about shares needs `shares`.
    """

    text: str
    source: str
    verdict: Callable[[Evidence], str]
    figures: Callable[[Evidence], str]
    about: tuple[str, ...] = ()
    shares: bool = False


def worse(found: Difference) -> str:
    """The verdict on: this variant is significantly worse."""
    if found.trials < selection.ENOUGH:
        return OPEN
    return AGREES if found.low > 0 else DIFFERS if found.high < MARGIN else OPEN


def same(found: Difference) -> str:
    """The verdict on: this variant changes nothing significantly."""
    if found.differs():
        return DIFFERS
    within = found.low > -MARGIN and found.high < MARGIN
    return AGREES if within and found.trials >= selection.ENOUGH else OPEN


def no_better(found: Difference) -> str:
    """The verdict on: this variant improves on nothing."""
    if found.differs(-1):
        return DIFFERS
    return AGREES if found.low > -MARGIN and found.trials >= selection.ENOUGH else OPEN


def together(verdicts: Sequence[str]) -> str:
    """Of several: one that differs decides; agrees only where all do."""
    if DIFFERS in verdicts:
        return DIFFERS
    return AGREES if set(verdicts) == {AGREES} else OPEN


def by_draws(holds: np.ndarray) -> str:
    """The verdict on a share, from whether the finding holds in each draw of the trials."""
    holds = np.asarray(holds, bool)
    return AGREES if holds.mean() >= SURE else DIFFERS if (~holds).mean() >= SURE else OPEN


def all_pairs(shares: Mapping[tuple[str, ...], Any]) -> Any:
    """What all pairs of hyperparameters explain together; shares: figures, or arrays of them."""
    return sum(share for key, share in shares.items() if len(key) == 2)


def p_said(p: float) -> str:
    """A p in as many digits as it deserves."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def said(found: Difference) -> str:
    """A difference with its interval, as the report says it."""
    return f"{found.variant} {found.difference:+.3f} ({found.low:+.3f} to {found.high:+.3f})"


def _range(draws: np.ndarray) -> str:
    """Where 90 % of the draws lie."""
    low, high = np.percentile(draws, [5, 95])
    return f"{low:.1%} to {high:.1%}"


def _variant(text: str, source: str, name: str, verdict: Callable[[Difference], str]) -> Finding:
    return Finding(
        text,
        source,
        lambda found: verdict(found.differences[name]),
        lambda found: said(found.differences[name]),
        (name,),
    )


def _share(
    text: str,
    source: str,
    holds: Callable[[Shares], np.ndarray],
    figures: Callable[[Shares], str],
) -> Finding:
    return Finding(
        text,
        source,
        lambda found: by_draws(holds(found.shares)) if found.enough else OPEN,
        lambda found: (
            f"{figures(found.shares)}; so in {np.mean(holds(found.shares)):.0%} of the draws"
        ),
        shares=True,
    )


def _of(*names: str) -> Callable[[Shares], str]:
    return lambda shares: ", ".join(f"{name} {_range(shares[name,])}" for name in names)


FINDINGS = (
    Finding(
        "No variant improves on V significantly.",
        READ["abstract"],
        lambda found: together([no_better(one) for one in found.differences.values()]),
        lambda found: (
            "lowest end of an interval: "
            + said(min(found.differences.values(), key=lambda one: one.low))
        ),
        tuple(name for name in VARIANTS if name != "V"),
    ),
    _variant("The forget gate is critical: NFG is worse.", READ["abstract"], "NFG", worse),
    _variant(
        "The output activation function is critical: NOAF is worse.",
        READ["abstract"],
        "NOAF",
        worse,
    ),
    _variant("CIFG changes nothing significantly.", READ["page 6"], "CIFG", same),
    _variant("NP changes nothing significantly.", READ["page 6"], "NP", same),
    _variant("NIG changes nothing significantly on music.", NOTES, "NIG", same),
    _variant("NOG changes nothing significantly on music.", NOTES, "NOG", same),
    _variant("NIAF changes nothing significantly on music.", NOTES, "NIAF", same),
    _variant("FGR gains nothing.", READ["abstract"], "FGR", no_better),
    _share(
        "The learning rate explains more than two thirds of the variance.",
        NOTES,
        lambda shares: shares["lr",] > 2 / 3,
        _of("lr"),
    ),
    _share(
        "The hidden size comes second.",
        NOTES,
        lambda shares: shares["hidden",] > np.maximum(shares["momentum",], shares["noise",]),
        _of("hidden", "noise", "momentum"),
    ),
    _share(
        "The momentum explains less than 1 %.",
        NOTES,
        lambda shares: shares["momentum",] < 0.01,
        _of("momentum"),
    ),
    _share(
        "Hyperparameters are virtually independent (here: all pairs together under 10 %).",
        READ["abstract"],
        lambda shares: all_pairs(shares) < 0.1,
        lambda shares: f"all pairs together {_range(all_pairs(shares))}",
    ),
)


def evidence(studied: Sequence[Row], draws: int = 50) -> Evidence:
    """The differences, and the shares of V in `draws` draws of its trials (none where V has none).

    A variant of which too few trials ended for a best tenth has no difference; without V none has.
    """
    names = analysis.with_tenth(studied)
    compared = [row for row in studied if row.variant in names] if "V" in names else []
    differences = {one.variant: one for one in selection.compare(compared)} if compared else {}
    counted = Counter(row.variant for row in studied)
    ended = sum(row.variant == "V" and row.status == "ok" for row in studied)
    shares = analysis.resampled(studied, "V", draws) if ended >= analysis.FOR_A_FOREST else {}
    return Evidence(differences, shares, min(counted[name] for name in {"V", *names}))


def judged(found: Evidence) -> list[tuple[str, str, str, str]]:
    """A line a finding: the paper's, where it was read, ours in figures, the verdict.

    A finding about what was not studied, or of which too few trials ended, is left out.
    """
    return [
        (finding.text, finding.source, finding.figures(found), finding.verdict(found))
        for finding in FINDINGS
        if found.differences.keys() >= set(finding.about)
        and (found.shares if finding.shares else found.differences)
    ]
