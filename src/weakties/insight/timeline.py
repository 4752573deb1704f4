"""The facts of one person, and where each of them stands in its source: what every number opens down to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from weakties.facts.engine import rows
from weakties.ties.days import DIRECTIONS, SMALL_GROUP

_TIMELINE = """
    WITH wanted AS (
        SELECT moment, direction, group_size FROM interactions
        WHERE owner = $owner AND person = $person AND day <= $day AND list_contains($directions, direction)
        ORDER BY moment DESC LIMIT $limit OFFSET $skip
    )
    SELECT m.event AS id, m.at, m.day, w.direction, m.channel, w.group_size, m.asks, m.subject, m.terms, m.thread
    FROM wanted w JOIN moments m USING (moment) ORDER BY moment DESC
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
        SELECT person, moment, direction, group_size FROM interactions
        WHERE owner = $owner AND day <= $day AND person IN (SELECT unnest($people::VARCHAR[]))
    ),
    newest AS (
        SELECT person, {
            'any': max(moment, $n) FILTER (WHERE direction IN ('in', 'out', 'met')),
            'out': max(moment, $n) FILTER (WHERE direction = 'out'),
            'in': max(moment, $n) FILTER (WHERE direction = 'in'),
            'direct': max(moment, $n) FILTER (WHERE direction IN ('in', 'out') AND group_size = 1),
            'beside': max(moment, $n) FILTER (WHERE direction = 'beside'),
            'company': max(moment, $n) FILTER (WHERE group_size BETWEEN 2 AND $small),
            'first': min(moment, $n) FILTER (WHERE direction IN ('in', 'out', 'met'))
        } AS of FROM between_us GROUP BY person
    ),
    backed AS (
        UNPIVOT (SELECT person, unnest(of) FROM newest) ON COLUMNS(* EXCLUDE person) INTO NAME what VALUE moments
    ),
    named AS (
        SELECT person, what, unnest(moments) AS moment, '' AS event, generate_subscripts(moments, 1) AS place FROM backed
        UNION ALL
        SELECT person, 'answers', NULL, answer, row_number() OVER (PARTITION BY person ORDER BY answered_at DESC, answer)
        FROM replies WHERE owner = $owner AND answered_by = 'them' AND answered_at < ($day::BIGINT + 1) * 86400
        AND person IN (SELECT unnest($people::VARCHAR[]))
    )
    SELECT person, what, moment, event FROM named WHERE place <= $n ORDER BY person, what, place
"""
# Asked by number, one by one named, so that the files give the rows of these moments and no others.
_EVENTS = "SELECT moment, event FROM moments WHERE moment IN ({moments})"
_YEARS = """
    SELECT year(DATE '1970-01-01' + day) AS year,
        count(*) FILTER (WHERE direction IN ('out', 'met')),
        count(*) FILTER (WHERE direction IN ('in', 'met'))
    FROM interactions WHERE owner = $owner AND person = $person AND day <= $day GROUP BY 1 ORDER BY 1
"""

# Whole years, so that a drawing of several people has one scale.
_MONTHS = """
    SELECT person, year(d) * 12 + month(d) - 1 AS month, sum(sent)::INTEGER, sum(received)::INTEGER
    FROM (
        SELECT person, DATE '1970-01-01' + day AS d, sent, received FROM all_days
        WHERE day <= $day AND person IN (SELECT unnest($people::VARCHAR[])) AND sent + received > 0
    ) GROUP BY ALL ORDER BY ALL
"""
# Of a message that several owners have, each has a row.
_FACTS = """
    SELECT DISTINCT m.event AS id, m."at", m.channel, m.subject, m.asks FROM moments m
    WHERE m.event IN (SELECT unnest($events::VARCHAR[])) AND m.owner IN (SELECT unnest($owners::VARCHAR[]))
    ORDER BY m."at" DESC, m.event
"""


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
    directions: Sequence[str] = DIRECTIONS,
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
    "yours": "out", "theirs": "in", "time": "first", "history": "first", "silence": "any", "rhythm": "any", "lately": "any",
    "private": "direct", "turns": "any", "around": "beside",
    "received": "in", "age": "first", "answer": "any",
    "reach": "company", "standing": "company", "weakness": "company", "willingness": "answers", "gain": "any", "worth": "any",
}  # fmt: skip


def backing(
    connection: duckdb.DuckDBPyConnection, people: Sequence[str], *, owner: str, as_of_day: int, each: int = 5
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return for each person the facts behind each kind of reason, the newest first, at most `each` (for some the first)."""
    asked = {"owner": owner, "day": as_of_day, "people": list(people), "n": each, "small": SMALL_GROUP}
    found = connection.execute(_BACKING, asked).fetchall()
    named = sorted({moment for _, _, moment, _ in found if moment is not None})
    event_of = dict(connection.execute(_EVENTS.format(moments=", ".join(map(str, named)))).fetchall()) if named else {}
    kinds: dict[str, dict[str, list[str]]] = {}
    for person, what, moment, event in found:
        kinds.setdefault(person, {}).setdefault(what, []).append(event or event_of[moment])
    return {
        person: {reason: tuple(of.get(kind, ())) for reason, kind in _BEHIND.items()} for person, of in kinds.items()
    }


def years(
    connection: duckdb.DuckDBPyConnection, person: str, *, owner: str, as_of_day: int
) -> list[tuple[int, int, int]]:
    """Return (year, sent, received) for every year with any contact."""
    found = connection.execute(_YEARS, {"owner": owner, "person": person, "day": as_of_day}).fetchall()
    return [(year, sent, received) for year, sent, received in found if sent or received]


def months(
    connection: duckdb.DuckDBPyConnection, people: Sequence[str], *, as_of_day: int
) -> dict[str, list[tuple[int, int, int]]]:
    """Return (month, sent, received) for every month with contact, by person; month: since the year 0, `year * 12 + month - 1`.

    What the user said of contact counts. Needs the view `all_days`.
    """
    found: dict[str, list[tuple[int, int, int]]] = {person: [] for person in people}
    asked = {"people": list(people), "day": as_of_day}
    for person, month, sent, received in connection.execute(_MONTHS, asked).fetchall():
        found[person].append((month, sent, received))
    return found


def facts(
    connection: duckdb.DuckDBPyConnection, events: Sequence[str], *, owners: Collection[str]
) -> list[dict[str, Any]]:
    """Return what these messages and meetings are: id, at (seconds UTC), channel, subject, asks; the newest first.

    owners: in whose ledgers they may stand; what stands in others' alone is left out.
    """
    return rows(connection, _FACTS, {"events": list(events), "owners": sorted(owners)})
