"""A time as a person or a platform writes it down: read as it is written, or refused."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

WRITTEN = re.compile(
    r"(?:(?P<year>\d{4})-(?P<month>\d\d?)-(?P<day>\d\d?)|(?P<d>\d\d?)\.(?P<m>\d\d?)\.(?P<y>\d{4}))"
    r"[T ]\s*(?P<hour>\d\d?):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:\.\d+)?)?\s*(?P<zone>\S.*)?"
)
OFFSET = re.compile(r"(?:UTC|GMT)?(?P<sign>[+-])(?P<hours>\d\d):?(?P<minutes>[0-5]\d)?")
# Hours from UTC. CST, IST and BST are left out: each is the name of several zones.
NAMES = {
    "Z": 0, "UTC": 0, "GMT": 0, "WET": 0, "WEST": 1, "CET": 1, "MEZ": 1, "CEST": 2, "MESZ": 2,
    "EET": 2, "EEST": 3, "MSK": 3, "JST": 9, "KST": 9, "AEST": 10, "AEDT": 11, "NZST": 12,
    "NZDT": 13, "EST": -5, "EDT": -4, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
    "AKST": -9, "AKDT": -8, "HST": -10,
}  # fmt: skip
EXPECTED = (
    "expected a day, a time and a zone, as '2026-12-01 12:00 UTC', '2026-12-01 12:00 +0100' or "
    "'01.12.2026 12:00 Europe/Berlin'"
)


def moment(text: str) -> datetime:
    """The time that a text names, in UTC.

    Raises ValueError where a part is missing, or could be read in two ways: a day with slashes, a
    zone's name that several zones have, an hour that the clocks leave out or go through twice.
    """
    found = WRITTEN.fullmatch(text.strip())
    if not found:
        raise ValueError(f"came {text!r}, {EXPECTED}")
    part = found.groupdict()
    day = [
        part[long] or part[short] for long, short in (("year", "y"), ("month", "m"), ("day", "d"))
    ]
    numbers = map(int, [*day, part["hour"], part["minute"], part["second"] or 0])
    try:
        local = datetime(*numbers)  # type: ignore[arg-type]
    except ValueError as error:
        raise ValueError(f"came {text!r}, and there is no such time: {error}") from None
    return _placed(local, part["zone"] or "", text)


def _placed(local: datetime, zone: str, text: str) -> datetime:
    if not zone:
        raise ValueError(f"came {text!r}, which names no zone; {EXPECTED}")
    if offset := OFFSET.fullmatch(zone):
        away = timedelta(hours=int(offset["hours"]), minutes=int(offset["minutes"] or 0))
        if away > timedelta(hours=14):
            raise ValueError(f"came {text!r}, and no zone is {offset['hours']} hours from UTC")
        fixed = timezone(away if offset["sign"] == "+" else -away)
        return local.replace(tzinfo=fixed).astimezone(UTC)
    if zone.upper() in NAMES:
        return local.replace(tzinfo=timezone(timedelta(hours=NAMES[zone.upper()]))).astimezone(UTC)
    try:
        if "/" not in zone:
            raise ZoneInfoNotFoundError
        place = ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError(f"came {text!r}, whose zone {zone!r} isn't clear; {EXPECTED}") from None
    first, second = (local.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first != second:
        raise ValueError(f"came {text!r}, when the clocks were changed in {zone}; name an offset")
    return first
