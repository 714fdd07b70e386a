"""What is done with marks once they are there, from one file, and a record of what was done.

    [late]                    # per cent of what was reached, for each day that has begun
    percent_a_day = 10
    most_percent = 50
    free_minutes = 15

    [extensions]              # by id, e-mail or name
    "anna@uni.edu" = "2026-12-03 12:00 +0100"

    [drop]                    # counts for nobody, and not in the maximum either
    "ps1.6" = "the text had a mistake"

    [full]                    # everybody who handed in gets its points
    "ps1.4" = "the check was wrong until Tuesday"

    [curve]
    add = 1.5                 # points, to at most the most there are
    why = "the set was harder than last year's"

An extension is kept in the gradebook, so to take one back, write the due time in its place.

A question that has been mended is marked anew by `make grade`; the record names every mark that has
changed since the table before.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from course_lib.grading.sandbox import CannotGradeError
from course_lib.grading.when import moment

DAY = 86400
SECTIONS = {
    "late": {"percent_a_day", "most_percent", "free_minutes"},
    "curve": {"add", "why"},
    "extensions": None,
    "drop": None,
    "full": None,
}


@dataclass(frozen=True)
class Policy:
    """The file's sections, as they stand in it; extensions as times in UTC."""

    late: Mapping[str, float] = field(default_factory=dict)
    extensions: Mapping[str, datetime] = field(default_factory=dict)
    drop: Mapping[str, str] = field(default_factory=dict)
    full: Mapping[str, str] = field(default_factory=dict)
    curve: Mapping[str, Any] = field(default_factory=dict)


def read(path: Path, questions: list[str]) -> Policy:
    """Raises CannotGradeError where the file holds anything that is not known here."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannotGradeError(f"{path}: {error}") from None
    for section, values in given.items():
        known = SECTIONS.get(section)
        if section not in SECTIONS or not isinstance(values, dict):
            raise CannotGradeError(f"{path}: came [{section}], expected one of {sorted(SECTIONS)}")
        if known is not None and (odd := set(values) - known):
            raise CannotGradeError(
                f"{path}: [{section}] came {min(odd)!r}, expected {sorted(known)}"
            )
    for section in ("drop", "full"):
        if odd := set(given.get(section, {})) - set(questions):
            raise CannotGradeError(f"{path}: [{section}] came {min(odd)!r}, expected {questions}")
    numbers = [*given.get("late", {}).items(), ("add", given.get("curve", {}).get("add", 0))]
    for name, value in numbers:
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e6:
            raise CannotGradeError(f"{path}: {name} came {value!r}, expected a number from 0 on")
    try:
        times = {who: moment(str(when)) for who, when in given.get("extensions", {}).items()}
    except ValueError as error:
        raise CannotGradeError(f"{path}: [extensions] {error}") from None
    return Policy(**{**given, "extensions": times})


def final(
    policy: Policy, scores: Mapping[str, float], most: Mapping[str, float], late: float, off: float
) -> tuple[float, float, list[str]]:
    """A student's points after all, the most there are, and what was done, each in a line.

    scores, most: points by question; late: seconds; off: points that nbgrader's own policy took.
    """
    done = []
    reached = dict(scores)
    for question, why in policy.full.items():
        if reached.get(question, 0) < most[question]:
            done.append(f"{question}: full points ({why}).")
            reached[question] = most[question]
    counted = [question for question in most if question not in policy.drop]
    done += [f"{question}: dropped ({why})." for question, why in policy.drop.items()]
    total, top = sum(reached.get(q, 0) for q in counted), sum(most[q] for q in counted)
    if off:
        total -= off
        done.append(f"{off:g} points off by nbgrader's late policy.")
    begun = math.ceil(max(0.0, late - 60 * policy.late.get("free_minutes", 0)) / DAY)
    share = min(begun * policy.late.get("percent_a_day", 0), policy.late.get("most_percent", 100))
    if share:
        done.append(f"{share:g} % off for {begun} day{'s' if begun > 1 else ''} late.")
        total *= 1 - share / 100
    if add := policy.curve.get("add", 0):
        raised = max(total, min(top, total + add))
        if raised != total:
            done.append(f"{raised - total:g} points more ({policy.curve.get('why', 'the curve')}).")
        total = raised
    return round(max(0.0, total), 4), top, done
