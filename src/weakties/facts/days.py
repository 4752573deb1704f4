"""Days as whole numbers since 1970-01-01 UTC, the unit of every table that counts by day."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

_FIRST = date(1970, 1, 1)


def day_number(day: date) -> int:
    """Return the number of a day since 1970-01-01."""
    return (day - _FIRST).days


def date_of(number: int) -> date:
    """Return the day with that number since 1970-01-01."""
    return _FIRST + timedelta(days=number)


def day_of(at: int) -> date:
    """Return the UTC day of a time in seconds; times beyond the calendar fall on its last day."""
    try:
        return datetime.fromtimestamp(at, UTC).date()
    except (OverflowError, OSError, ValueError):
        return date.max
