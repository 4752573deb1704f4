"""Who waits for my answer, and whose answer I wait for.

A conversation waits for me when its last word is theirs, was addressed to me by name among few, and asks something; it
waits for them when its last word is mine and asks. A thread in which anybody has answered since is not waiting, nor is one
older than the patience, nor one with a machine, nor with somebody who has asked again and again and was never answered.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

# After this many days nobody waits for an answer any more.
PATIENCE_DAYS = 60
# Whom I let ask so often without ever answering does not wait for me.
_IGNORED_AFTER = 5
# A question to more people than this is nobody's in particular.
_FEW = 4

_WAITING = """
    WITH thread_end AS (
        SELECT m.thread, max(m.at) AS last_at FROM moments m
        WHERE m.owner = $owner AND m.day BETWEEN $day - $patience AND $day GROUP BY m.thread
    ),
    last AS (
        SELECT i.person, m.thread, m.event, m.at, m.day, i.direction, i.group_size, m.asks, m.subject
        FROM interactions i JOIN moments m USING (moment)
        WHERE i.owner = $owner AND i.day BETWEEN $day - $patience AND $day AND i.direction IN ('in', 'out')
        AND m.day BETWEEN $day - $patience AND $day
        QUALIFY row_number() OVER (PARTITION BY i.person, m.thread ORDER BY i.moment DESC) = 1
    )
    SELECT l.direction, l.person, p.name, p.handle, l.event, l.at, l.day, l.subject, t.value, ties.strength
    FROM last l
    JOIN thread_end e ON e.thread = l.thread AND e.last_at = l.at
    JOIN people p ON p.person = l.person
    JOIN ties ON ties.person = l.person
    JOIN valued t ON t.person = l.person
    WHERE l.asks AND l.group_size <= $few AND p.machine = '' AND (ties.sent > 0 OR ties.received < $ignored)
    ORDER BY l.direction, (0.5 + ties.strength) * (0.5 + t.value) DESC, l.at DESC, l.event
"""


@dataclass(frozen=True, slots=True)
class Open:
    """A conversation that waits. for_me: true if I owe the answer. at: seconds UTC of the last word; days: since then."""

    person: str
    name: str
    handle: str
    for_me: bool
    event: str
    at: int
    days: int
    subject: str


def waiting(
    connection: duckdb.DuckDBPyConnection, *, owner: str, as_of_day: int, patience_days: int = PATIENCE_DAYS
) -> list[Open]:
    """Return the open conversations: first those that wait for me, the most worth answering first."""
    asked: dict[str, Any] = {
        "owner": owner,
        "day": as_of_day,
        "patience": patience_days,
        "few": _FEW,
        "ignored": _IGNORED_AFTER,
    }
    return [
        Open(person, name, handle, direction == "in", event, at, as_of_day - day, subject)
        for direction, person, name, handle, event, at, day, subject, _, _ in connection.execute(
            _WAITING, asked
        ).fetchall()
    ]
