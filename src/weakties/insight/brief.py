"""Before a meeting: which ones come, and who takes part in them."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

_MEETINGS = """
    SELECT m.moment, m.event, m."at", m.subject, m.duration, list(DISTINCT i.person ORDER BY i.person) AS people
    FROM moments m JOIN interactions i USING (moment)
    WHERE m.owner = $owner AND m.channel = 'meeting' AND m.day BETWEEN $day AND $day + $days
    AND i.person NOT IN (FROM unseen)
    GROUP BY ALL ORDER BY m."at", m.event
"""


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting that comes. at: seconds UTC; duration: seconds; people: ids of those who take part, without the owner."""

    event: str
    at: int
    subject: str
    duration: int
    people: tuple[str, ...]


def meetings(connection: duckdb.DuckDBPyConnection, *, owner: str, as_of_day: int, days: int = 0) -> list[Meeting]:
    """Return the meetings of a day, and of so many days after it, that others take part in; the earliest first."""
    found = connection.execute(_MEETINGS, {"owner": owner, "day": as_of_day, "days": days}).fetchall()
    return [Meeting(event, at, subject, duration, tuple(people)) for _, event, at, subject, duration, people in found]
