"""The last exchange and an opener made of facts: what was said last, when, by whom; nothing is invented.

An opener is a sentence to start from. It names a fact that both know: the last subject, a new title or organisation on a
card newer than the last word, a mutual contact, the season of the first message.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import duckdb

_LAST = """
    SELECT i.person, i.event, i.at, i.direction, m.subject, m.terms, i.asks
    FROM interactions i JOIN moments m USING (owner, event)
    WHERE i.owner = $owner AND i.direction IN ('in', 'out') AND i.day <= $day
    AND i.person IN (SELECT unnest($people::VARCHAR[]))
    QUALIFY row_number() OVER (PARTITION BY i.person ORDER BY i.at DESC, i.event) <= $n
    ORDER BY i.person, i.at DESC, i.event
"""
_CHANNELS = """
    SELECT person, arg_max(channel, (sent + received, channel)) FROM (
        SELECT person, channel, sum(sent) AS sent, sum(received) AS received FROM all_days
        WHERE day <= $day AND person IN (SELECT unnest($people::VARCHAR[])) GROUP BY person, channel
    ) WHERE sent + received > 0 GROUP BY person
"""
_CARDS = """
    SELECT h.person, arg_max(c.title, c.at), arg_max(c.organisation, c.at), max(c.at)
    FROM cards c JOIN handles h USING (handle)
    WHERE h.person IN (SELECT unnest($people::VARCHAR[])) AND c.at < ($day + 1) * 86400 AND (c.title <> '' OR c.organisation <> '')
    GROUP BY h.person
"""
_REPLY = re.compile(
    r"^\s*((re|aw|sv|antw|fwd?|wg|tr|vs|rv|odp|ynt)\s*(\[\d+\])?\s*:|\[[^\]]{1,40}\])\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message between the two. direction: `in` or `out`; at: seconds UTC."""

    event: str
    at: int
    direction: str
    subject: str
    terms: str
    asks: bool


def last_exchanges(
    connection: duckdb.DuckDBPyConnection, people: Sequence[str], *, owner: str, as_of_day: int, each: int = 1
) -> dict[str, list[Exchange]]:
    """Return the latest messages with each person, the newest first."""
    asked = {"owner": owner, "day": as_of_day, "people": list(people), "n": each}
    found: dict[str, list[Exchange]] = {}
    for person, event, at, direction, subject, terms, asks in connection.execute(_LAST, asked).fetchall():
        found.setdefault(person, []).append(Exchange(event, at, direction, subject, terms, asks))
    return found


def usual_channels(connection: duckdb.DuckDBPyConnection, people: Sequence[str], *, as_of_day: int) -> dict[str, str]:
    """Return the channel that most contact with each person went through."""
    return dict(connection.execute(_CHANNELS, {"people": list(people), "day": as_of_day}).fetchall())


def opener(name: str, last: Exchange | None, *, as_of: date, mutual: Sequence[str] = ()) -> str:
    """Return a sentence to begin with. name: the person's; mutual: names of mutual contacts, the nearest first."""
    hello = "" if "@" in name or not name.split() else f"{_called(name)}, "
    return _capital(hello + _line(last, as_of, mutual))


def _line(last: Exchange | None, as_of: date, mutual: Sequence[str]) -> str:
    if last is None:
        return "we have met but never written. How are you?"
    when = how_long_ago(day_of(last.at), as_of)
    subject = plain_subject(last.subject)
    about = f"“{subject}”" if subject else "our last mail"
    if last.direction == "in" and last.asks:
        line = f"you asked me something in {about} {when}, and I owe you an answer."
    elif last.direction == "in":
        line = f"your last word to me was {about}, {when}. How did it go on?"
    else:
        line = f"{when} I wrote to you about {about}. What has become of it on your side?"
    if mutual:
        line += f" {mutual[0]} would be one more thing to talk about."
    return line


def _called(name: str) -> str:
    """Return the given name; the whole name where the family name stands first (Chinese, Japanese, Korean)."""
    first = name.split()[0]
    east = any("CJK" in (said := unicodedata.name(c, "")) or "HANGUL" in said or "KANA" in said for c in first)
    return name if east else first


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def plain_subject(subject: str) -> str:
    """Return a subject without Re:, Fwd: and list tags, at most 80 characters."""
    text = subject
    while (shorter := _REPLY.sub("", text)) != text:
        text = shorter
    text = text.strip()
    return text if len(text) <= 80 else text[:79].rstrip() + "…"


def day_of(at: int) -> date:
    """Return the UTC day of a time in seconds; times beyond the calendar fall on its last day."""
    try:
        return datetime.fromtimestamp(at, UTC).date()
    except (OverflowError, OSError, ValueError):
        return date.max


def day_number(day: date) -> int:
    """Return the number of a day since 1970-01-01."""
    return (day - date(1970, 1, 1)).days


def date_of(number: int) -> date:
    """Return the day with that number since 1970-01-01."""
    return date(1970, 1, 1) + timedelta(days=number)


def how_long_ago(then: date, as_of: date) -> str:
    """Return when something was, as one says it: `last week`, `in March`, `in March 2024`."""
    days = (as_of - then).days
    if days < 1:
        return "today"
    if days < 2:
        return "yesterday"
    if days < 12:
        return f"{days} days ago"
    if days < 45:
        return f"{round(days / 7)} weeks ago"
    return f"in {then:%B}" if days < 300 else f"in {then:%B %Y}"


def titles(
    connection: duckdb.DuckDBPyConnection, people: Sequence[str], *, as_of_day: int
) -> dict[str, Mapping[str, Any]]:
    """Return what the newest card of each person says: title, organisation, at (seconds UTC)."""
    rows = connection.execute(_CARDS, {"people": list(people), "day": as_of_day}).fetchall()
    return {person: {"title": title, "organisation": place, "at": at} for person, title, place, at in rows}
