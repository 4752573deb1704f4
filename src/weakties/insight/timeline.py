"""The facts of one person, and where each of them stands in its source: what every number opens down to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from weakties.facts.engine import rows
from weakties.insight.between import Between, between, ids, moments
from weakties.ties.days import SMALL_GROUP

_ORIGINS = """
    WITH asked AS (SELECT unnest($events::VARCHAR[]) AS event),
    ids AS (SELECT event, event AS id FROM asked UNION SELECT c.event, c.id FROM copies c SEMI JOIN asked a ON a.event = c.event)
    SELECT i.event, e.import, e.file, e."offset" FROM events e JOIN ids i USING (id)
    ORDER BY i.event, e.import, e.file, e."offset"
"""
# The answers of people to the owner, the newest first.
_ANSWERS = """
    SELECT person, answer FROM replies
    WHERE owner = $owner AND answered_by = 'them' AND answered_at < ($day::BIGINT + 1) * 86400
    AND person IN (SELECT unnest($people::VARCHAR[]))
    QUALIFY row_number() OVER (PARTITION BY person ORDER BY answered_at DESC, answer) <= $n
    ORDER BY person, answered_at DESC, answer
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
    limit: int = 50,
    skip: int = 0,
) -> tuple[list[dict[str, Any]], int]:
    """Return the facts of one person, the newest first, and how many there are in all.

    A row has id, at, day, direction, channel, group_size, asks and subject.
    """
    lies = between(connection, [person], owner=owner, as_of_day=as_of_day)[person]
    shown = newest(lies, limit, skip)
    return listed(lies, shown, moments(connection, lies.moment[shown])), len(lies.moment)


def newest(lies: Between, limit: int, skip: int = 0) -> list[int]:
    """Return the places of the newest of what lies between two, after so many others."""
    return list(range(len(lies.moment))[::-1][skip : skip + limit])


def listed(lies: Between, places: Iterable[int], known: Mapping[int, Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return facts as `timeline` does. places: which of what lies between the two, in the order wanted; known: their moments."""
    return [_row(known[int(lies.moment[n])], lies.way_of(n), int(lies.size[n])) for n in places]


def _row(known: Mapping[str, Any], way: str, size: int) -> dict[str, Any]:
    names = ("id", "at", "day", "direction", "channel", "group_size", "asks", "subject")
    said = {**known, "direction": way, "group_size": size}
    return {name: said[name] for name in names}


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


# Facts that are told of one reason.
_EACH = 5


def backing(
    connection: duckdb.DuckDBPyConnection,
    people: Mapping[str, Between],
    *,
    owner: str,
    as_of_day: int,
    id_of: Mapping[int, str] | None = None,
) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return for each person the facts behind each kind of reason, the newest first, at most `_EACH` (for some the first).

    people: what lies between the owner and each, by id; id_of: the ids of the moments of `behind`, where they are known.
    """
    found = {person: _behind(lies) for person, lies in people.items()}
    if id_of is None:
        id_of = ids(connection, (n for kinds in found.values() for some in kinds.values() for n in some))
    told = {person: {kind: [id_of[n] for n in some] for kind, some in kinds.items()} for person, kinds in found.items()}
    asked = {"owner": owner, "day": as_of_day, "people": list(people), "n": _EACH}
    for person, answer in connection.execute(_ANSWERS, asked).fetchall():
        told[person].setdefault("answers", []).append(answer)
    return {
        person: {reason: tuple(of.get(kind, ())) for reason, kind in _BEHIND.items()} for person, of in told.items()
    }


def behind(lies: Between) -> set[int]:
    """Return the moments whose ids `backing` tells of."""
    return {number for some in _behind(lies).values() for number in some}


def _behind(lies: Between) -> dict[str, list[int]]:
    """Return the moments of each kind, the newest first; of `first` the oldest."""
    met = lies.went("in", "out", "met")
    kinds = {
        "any": met,
        "out": lies.went("out"),
        "in": lies.went("in"),
        "direct": lies.went("in", "out") & (lies.size == 1),
        "beside": lies.went("beside"),
        "company": (lies.size >= 2) & (lies.size <= SMALL_GROUP),
    }
    found = {kind: lies.moment[which][-_EACH:][::-1].tolist() for kind, which in kinds.items()}
    return {**found, "first": lies.moment[met][:_EACH].tolist()}


def years(lies: Between) -> list[tuple[int, int, int]]:
    """Return (year, sent, received) for every year with any contact."""
    of = lies.day.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    sent, received = lies.went("out", "met"), lies.went("in", "met")
    found = [(year, int(sent[of == year].sum()), int(received[of == year].sum())) for year in np.unique(of).tolist()]
    return [each for each in found if each[1] or each[2]]


def facts(
    connection: duckdb.DuckDBPyConnection, events: Sequence[str], *, owners: Collection[str]
) -> list[dict[str, Any]]:
    """Return what these messages and meetings are: id, at (seconds UTC), channel, subject, asks; the newest first.

    owners: in whose ledgers they may stand; what stands in others' alone is left out.
    """
    return rows(connection, _FACTS, {"events": list(events), "owners": sorted(owners)})
