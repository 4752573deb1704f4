"""The last exchange and an opener made of facts: what was said last, when, by whom; nothing is invented.

An opener is a sentence to start from. It names what both know: the subject of the last word between the two, or, where they
were only part of something larger, what they were both part of. The last exchange among few goes before a later circular.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import duckdb

from weakties.facts.days import day_of

_LAST = """
    WITH last AS (
        SELECT person, arg_max(moment, (group_size <= $few, moment)) AS moment FROM interactions
        WHERE owner = $owner AND direction IN ('in', 'out') AND day <= $day AND person IN (SELECT unnest($people::VARCHAR[]))
        GROUP BY person
    )
    SELECT l.person, m.event, m.at, i.direction, m.subject, m.asks, i.group_size
    FROM last l JOIN interactions i ON i.owner = $owner AND i.person = l.person AND i.moment = l.moment
    JOIN moments m ON m.moment = l.moment
    ORDER BY l.person
"""
# A message to more people than this was not written to one of them.
FEW = 3
# After so long nobody says that they still owe an answer.
_OWED_DAYS = 60
_REPLY = re.compile(
    r"^\s*((re|aw|sv|antw|fwd?|wg|tr|vs|rv|odp|ynt)\s*(\[\d+\])?\s*:|\[[^\]]{1,40}\])\s*", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One message between the two. direction: `in` or `out`; at: seconds UTC; group_size: people it was for."""

    event: str
    at: int
    direction: str
    subject: str
    asks: bool
    group_size: int = 1


def last_exchanges(
    connection: duckdb.DuckDBPyConnection, people: Sequence[str], *, owner: str, as_of_day: int
) -> dict[str, Exchange]:
    """Return the last message with each person: among few if there ever was one, else to however many."""
    asked = {"owner": owner, "day": as_of_day, "people": list(people), "few": FEW}
    return {person: Exchange(*rest) for person, *rest in connection.execute(_LAST, asked).fetchall()}


def opener(name: str, last: Exchange | None, *, as_of: date) -> str:
    """Return a sentence to begin with. name: the person's; as_of: the day on which it is said."""
    hello = "" if "@" in name or not name.split() else f"{_called(name)}, "
    return _capital(hello + _line(last, as_of))


def _line(last: Exchange | None, as_of: date) -> str:
    if last is None:
        return "we have met but never written. How are you?"
    when = how_long_ago(day_of(last.at), as_of)
    subject = plain_subject(last.subject)
    if not _says_something(subject):
        return f"we last wrote {when}. How have you been since?"
    if last.group_size > FEW:
        return f"we were both part of “{subject}” {when}. How have you been since?"
    if last.direction == "in" and last.asks:
        late = (as_of - day_of(last.at)).days > _OWED_DAYS
        return f"I never answered your “{subject}” {when}: sorry. " + (
            "Is it still of interest?" if late else "Here is what I think."
        )
    if last.direction == "in":
        return f"thank you again for “{subject}” {when}. How are things with you since?"
    return f"I wrote to you about “{subject}” {when}. How did it go on?"


def _says_something(subject: str) -> bool:
    """Tell whether a subject names a topic: not empty, not a lone greeting, not a number."""
    letters = sum(c.isalpha() for c in subject)
    return letters >= 4 and 2 * letters >= len(subject.replace(" ", "")) and len(subject.split()) + (letters >= 8) >= 2


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
