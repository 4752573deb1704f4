"""When something happened, in whole seconds UTC: from dates as mail writes them, as programs do, and what is possible at all.

The date of RFC 5322 is read by hand, ten times faster than the standard library does it and without its leniency: an
hour 25 is no date here, while the library rolls it over into the next day. The forms of asctime, of ISO 8601 and with
two-digit years are read too. Years 1971 to 2099 count as possible; 1970 is what broken clocks say.
"""

from __future__ import annotations

import re
from calendar import monthrange, timegm
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache

_MONTHS = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
# Minutes east of UTC. Military letters say nothing reliable (RFC 5322, 4.3) and are read as UTC like unknown names.
_ZONES = {
    "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360, "PST": -480, "PDT": -420,
    "AKST": -540, "AKDT": -480, "HST": -600, "BST": 60, "IST": 60, "CET": 60, "MET": 60, "CEST": 120, "MEST": 120,
    "MEZ": 60, "MESZ": 120, "EET": 120, "EEST": 180, "MSK": 180, "MSD": 240, "JST": 540, "KST": 540, "AEST": 600,
    "AEDT": 660, "NZST": 720, "NZDT": 780, "SGT": 480, "HKT": 480, "BRT": -180, "ART": -180,
}  # fmt: skip
_TIME = r"(?P<hour>\d{1,2})[:.](?P<minute>\d{1,2})(?:[:.](?P<second>\d{1,2}))?(?:\.\d{1,9})?"
_ZONE = r"(?:[\s\"]*\(?(?P<zone>[+-]\d{1,2}:?\d{2}|[A-Za-z]{1,5}))?"
_MAIL = re.compile(
    r"\s*(?:[^\W\d_]{2,12}\.?\s*,?\s*)?(?P<day>\d{1,2})[\s-]\s*(?P<month>[A-Za-z]{3})[a-z]{0,6}\.?[\s,-]\s*(?P<year>\d{1,4})"
    r"[\s,]\s*" + _TIME + _ZONE
)
_ASCTIME = re.compile(
    r"\s*(?:[A-Za-z]{3,9},?\s+)?(?P<month>[A-Za-z]{3})[a-z]{0,6}\s+(?P<day>\d{1,2}),?\s+(?:(?P<year>\d{4}),?\s+)?" + _TIME
    + r"(?:\s*(?P<zone>[+-]\d{4}|[A-Z]{1,5}))?(?:\s+(?:[A-Z]{1,5}\s+)?(?P<late_year>\d{4}))?"
    r"(?:\s+(?P<late_zone>[+-]\d{4}))?"
)  # fmt: skip
_ISO = re.compile(
    r"\s*(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})[T\s]\s*" + _TIME + r"\s*(?P<zone>[+-]\d{2}:?\d{2}|[A-Z]{1,5})?"
)
# What converters and Thunderbird write for the sender they do not know.
_NO_SENDERS = frozenset({"MAILER-DAEMON", "-"})
_LONGEST_DATE = 200
_LONGEST_ISO = 40
_FIRST_YEAR, _LAST_YEAR = 1971, 2099
# The same in seconds UTC, the end left out. Nobody exported anything before, and a clock that says otherwise is wrong.
EARLIEST, LATEST = 31_536_000, 4_102_444_800


@lru_cache(maxsize=4_096)
def _midnight(year: int, month: int, day: int) -> int | None:
    """Return seconds UTC of the start of a day, None for a day that is on no calendar."""
    if not (_FIRST_YEAR <= year <= _LAST_YEAR and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return int(datetime(year, month, day, tzinfo=UTC).timestamp())


def possible(seconds: int) -> int | None:
    """Return seconds UTC as they are, None where they lie before 1971 or after 2099."""
    return seconds if EARLIEST <= seconds < LATEST else None


def iso_moment(text: object) -> int | None:
    """Return seconds UTC of a text in ISO 8601 as programs write it, None for anything else. No zone means UTC."""
    if not isinstance(text, str) or len(text) > _LONGEST_ISO:
        return None
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        return None
    offset = when.utcoffset() or timedelta()
    return possible(timegm(when.timetuple()) - int(offset.total_seconds()))


def parse_date(text: str) -> int | None:
    """Return seconds UTC of a date as mail writes it, None where it is none or impossible. No zone means UTC."""
    text = text[:_LONGEST_DATE]
    match = _MAIL.match(text) or _ISO.match(text) or _ASCTIME.match(text)
    if match is None:
        return None
    parts = match.groupdict()
    written_year = parts.get("year") or parts.get("late_year") or ""
    month = parts["month"]
    number = int(month) if month.isdigit() else _MONTHS.get(month.lower())
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), int(parts["second"] or 0)
    if number is None or not written_year or hour > 23 or minute > 59 or second > 60:
        return None
    midnight = _midnight(_full_year(int(written_year), len(written_year)), number, int(parts["day"]))
    if midnight is None:
        return None
    zone = parts.get("zone") or parts.get("late_zone") or ""
    return midnight + hour * 3600 + minute * 60 + second - _offset(zone)


def _full_year(year: int, digits: int) -> int:
    """Return the year that a short one means (RFC 5322, 4.3).

    Programs that counted from 1900 wrote 2001 as 101, and converters fill either form with zeros: 0001, 0101.
    """
    if year >= 1_000 or (year == 0 and digits > 2):
        return year
    return year + (2000 if year < 50 else 1900)


def _offset(zone: str) -> int:
    """Return seconds east of UTC; 0 for a zone that is missing, unknown or off the globe."""
    if zone[:1] in {"+", "-"}:
        digits = zone[1:].replace(":", "").zfill(4)
        hours, minutes = int(digits[:2]), int(digits[2:])
        if hours > 14 or minutes > 59:
            return 0
        return (hours * 3600 + minutes * 60) * (-1 if zone[0] == "-" else 1)
    return _ZONES.get(zone.upper(), 0) * 60


def sent_at(dates: Iterable[str], received: Iterable[str], envelope: str) -> int | None:
    """Return when a message was sent: its own date, else when the reader's own server received it, else the envelope.

    received: Received fields, the newest first; that one was written by the reader's server, the others by anybody.
    envelope: the line that opens a message in an mbox; without a sender it has the date when the file was written.
    """
    for date in dates:
        if (at := parse_date(date)) is not None:
            return at
    for trace in received:
        if (at := parse_date(trace.rpartition(";")[2])) is not None:
            return at
    words = envelope.split(None, 2)
    if len(words) == 3 and words[0] == "From" and words[1] not in _NO_SENDERS:
        return parse_date(words[2])
    return None
