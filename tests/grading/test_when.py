"""A time is read as it is written, or refused; never guessed."""

import pytest

from course_lib.grading.when import moment


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2026-12-01 12:00 UTC", "2026-12-01 12:00:00"),
        ("2026-12-01 12:00:30.5 UTC", "2026-12-01 12:00:30"),
        ("2026-12-01T12:00Z", "2026-12-01 12:00:00"),
        ("2026-12-01 12:00 +0100", "2026-12-01 11:00:00"),
        ("2026-12-01 12:00+01:00", "2026-12-01 11:00:00"),
        ("2026-12-01 12:00 -05", "2026-12-01 17:00:00"),
        ("2026-12-01 12:00 +0530", "2026-12-01 06:30:00"),
        ("2026-12-01 00:30 GMT+02:00", "2026-11-30 22:30:00"),
        ("2026-12-01 12:00 CET", "2026-12-01 11:00:00"),
        ("2026-07-01 12:00 CEST", "2026-07-01 10:00:00"),
        ("2026-07-01 12:00 EDT", "2026-07-01 16:00:00"),
        ("2026-07-01 12:00 PST", "2026-07-01 20:00:00"),
        ("2026-07-01 12:00 Europe/Berlin", "2026-07-01 10:00:00"),
        ("2026-12-01 12:00 America/New_York", "2026-12-01 17:00:00"),
        ("01.12.2026 23:59 CET", "2026-12-01 22:59:00"),
        ("1.2.2026 08:00 UTC", "2026-02-01 08:00:00"),
    ],
)
def test_it_is_read_as_written(text, utc):
    assert moment(text).strftime("%Y-%m-%d %H:%M:%S") == utc


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "expected a day"),
        ("soon", "expected a day"),
        ("23:59", "expected a day"),
        ("2026-12-01", "expected a day"),
        ("2026-12-01 12:00", "names no zone"),
        ("12/01/2026 12:00 UTC", "expected a day"),
        ("01-12-2026 12:00 UTC", "expected a day"),
        ("01.12.26 12:00 UTC", "expected a day"),
        ("2026-13-01 12:00 UTC", "no such time"),
        ("31.11.2026 12:00 UTC", "no such time"),
        ("2026-12-01 24:00 UTC", "no such time"),
        ("2026-12-01 12:60 UTC", "no such time"),
        ("2026-12-01 12 UTC", "expected a day"),
        ("2026-12-01 12:00 pm", "isn't clear"),
        ("2026-12-01 12:00 CST", "isn't clear"),
        ("2026-12-01 12:00 IST", "isn't clear"),
        ("2026-12-01 12:00 Berlin", "isn't clear"),
        ("2026-12-01 12:00 Europe/Nowhere", "isn't clear"),
        ("2026-12-01 12:00 ../../etc/passwd", "isn't clear"),
        ("2026-12-01 12:00 +9900", "no zone is 99 hours"),
        ("2026-03-29 02:30 Europe/Berlin", "clocks were changed"),
        ("2026-10-25 02:30 Europe/Berlin", "clocks were changed"),
        ("1 December 2026 12:00 UTC", "expected a day"),
    ],
)
def test_it_is_refused_in_words(text, says):
    with pytest.raises(ValueError, match=says):
        moment(text)
