"""The facts of one person, and where each of them stands in its source: what every number opens down to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from weakties.facts.engine import rows

_TIMELINE = """
    SELECT i.event AS id, i.at, i.day, i.direction, i.channel, i.group_size, i.asks, m.subject, m.terms, m.thread
    FROM interactions i JOIN moments m USING (owner, event)
    WHERE i.owner = $owner AND i.person = $person AND i.day <= $day AND list_contains($directions, i.direction)
    ORDER BY i.at DESC, i.event LIMIT $limit OFFSET $skip
"""
_COUNTED = """
    SELECT count(*) FROM interactions
    WHERE owner = $owner AND person = $person AND day <= $day AND list_contains($directions, direction)
"""
_ORIGINS = """
    WITH asked AS (SELECT unnest($events::VARCHAR[]) AS event),
    ids AS (SELECT event, event AS id FROM asked UNION SELECT c.event, c.id FROM copies c SEMI JOIN asked a ON a.event = c.event)
    SELECT i.event, e.import, e.file, e."offset" FROM events e JOIN ids i USING (id)
    ORDER BY i.event, e.import, e.file, e."offset"
"""
_BACKING = """
    WITH between_us AS (
        SELECT person, event, "at", direction, group_size, day FROM interactions
        WHERE owner = $owner AND day <= $day AND person IN (SELECT unnest($people::VARCHAR[]))
    ),
    backed AS (
        SELECT person, event, "at", 'any' AS what FROM between_us WHERE direction IN ('in', 'out')
        UNION ALL SELECT person, event, "at", 'out' FROM between_us WHERE direction = 'out'
        UNION ALL SELECT person, event, "at", 'in' FROM between_us WHERE direction = 'in'
        UNION ALL SELECT person, event, "at", 'direct' FROM between_us WHERE direction IN ('in', 'out') AND group_size = 1
        UNION ALL SELECT person, event, "at", 'company' FROM between_us WHERE group_size BETWEEN 2 AND 10
        UNION ALL SELECT person, answer, answered_at, 'answers' FROM replies
            WHERE owner = $owner AND answered_by = 'them' AND answered_at < ($day::BIGINT + 1) * 86400
            AND person IN (SELECT unnest($people::VARCHAR[]))
        UNION ALL SELECT person, event, -"at", 'first' FROM between_us WHERE direction IN ('in', 'out')
    )
    SELECT person, what, event FROM backed
    QUALIFY row_number() OVER (PARTITION BY person, what ORDER BY "at" DESC, event) <= $n
    ORDER BY person, what, "at" DESC, event
"""
_YEARS = """
    SELECT year(DATE '1970-01-01' + day) AS year, count(*) FILTER (WHERE direction = 'out'), count(*) FILTER (WHERE direction = 'in')
    FROM interactions WHERE owner = $owner AND person = $person AND day <= $day GROUP BY 1 ORDER BY 1
"""
# `beside`: both were named in somebody else's message; `heard`: they wrote to a list or a crowd that reached me.
ALL = ("in", "out", "heard", "beside")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one copy of a fact stands. file: below the imported path, empty for the path itself; offset: bytes or row."""

    import_id: str
    file: str
    offset: int


def timeline(
    connection: duckdb.DuckDBPyConnection,
    person: str,
    *,
    owner: str,
    as_of_day: int,
    directions: Sequence[str] = ALL,
    limit: int = 50,
    skip: int = 0,
) -> tuple[list[dict[str, Any]], int]:
    """Return the facts of one person, the newest first, and how many there are in all."""
    asked = {"owner": owner, "person": person, "day": as_of_day, "directions": list(directions)}
    total = connection.execute(_COUNTED, asked).fetchall()[0][0]
    return rows(connection, _TIMELINE, {**asked, "limit": limit, "skip": skip}), total


def origins(connection: duckdb.DuckDBPyConnection, events: Sequence[str]) -> dict[str, list[Place]]:
    """Return where each event stands in its sources, one place per copy. Needs the facts on the connection."""
    found: dict[str, list[Place]] = {}
    for event, import_id, file, offset in connection.execute(_ORIGINS, {"events": list(events)}).fetchall():
        found.setdefault(event, []).append(Place(import_id, file, offset))
    return found


# Which facts stand behind a reason: the kind of message that it counts.
_BEHIND = {
    "letters": "any", "days": "any", "reciprocity": "any", "one_to_one": "direct", "age": "first",
    "active_days": "any", "silence": "any", "messages": "any", "sent": "out",
    "reach": "company", "standing": "company", "weakness": "company", "willingness": "answers", "gain": "any", "worth": "any",
}  # fmt: skip


def backing(
    connection: duckdb.DuckDBPyConnection, people: Sequence[str], *, owner: str, as_of_day: int, each: int = 5
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return for each person the facts behind each kind of reason, the newest first, at most `each` (for `age` the first)."""
    asked = {"owner": owner, "day": as_of_day, "people": list(people), "n": each}
    kinds: dict[str, dict[str, list[str]]] = {}
    for person, what, event in connection.execute(_BACKING, asked).fetchall():
        kinds.setdefault(person, {}).setdefault(what, []).append(event)
    return {
        person: {reason: tuple(of.get(kind, ())) for reason, kind in _BEHIND.items()} for person, of in kinds.items()
    }


def years(
    connection: duckdb.DuckDBPyConnection, person: str, *, owner: str, as_of_day: int
) -> list[tuple[int, int, int]]:
    """Return (year, sent, received) for every year with any contact."""
    found = connection.execute(_YEARS, {"owner": owner, "person": person, "day": as_of_day}).fetchall()
    return [(year, sent, received) for year, sent, received in found if sent or received]
