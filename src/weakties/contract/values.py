"""Numbers and times as every answer writes them: six places, days as `2026-03-01`, times as ISO 8601 in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from weakties.facts.days import date_of

_DAY = 86_400


def rounded(said: Any) -> Any:
    """Return the same with every float rounded to six places, mappings and sequences as JSON has them."""
    if isinstance(said, float):
        return round(said, 6)
    if isinstance(said, Mapping):
        return {str(k): rounded(v) for k, v in said.items()}
    if isinstance(said, (list, tuple)):
        return [rounded(v) for v in said]
    return said


def stamp(at: int) -> str:
    """Return a time as ISO 8601 in UTC; times beyond the calendar as their seconds. at: seconds UTC."""
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return f"{at}s"


def day(number: int) -> str:
    """Return a day as `2026-03-01`; days beyond the calendar as their seconds. number: days since 1970."""
    try:
        return date_of(number).isoformat()
    except OverflowError:
        return stamp(number * _DAY)


def day_or_none(number: int | None) -> str | None:
    """Return a day likewise, None where there is none. number: days since 1970."""
    return None if number is None else day(number)
