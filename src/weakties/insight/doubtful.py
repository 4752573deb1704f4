"""Machines that may be people, and people who may be machines: whom the rules put on one side though something speaks for the other.

A machine to which the owner wrote is doubtful, for few write to what never answers. So is a person with the address of a machine
or an office, who is taken for one because somebody answers under it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb

from weakties.identity import automated
from weakties.ties.words import plural

# A copy to a crowd is no letter to anybody in it.
_CROWD = 12
_WRITTEN_TO = """
    WITH mine AS (
        SELECT unnest(string_split(handles, chr(10))) AS handle FROM owners WHERE owner = $owner
    ),
    theirs AS (
        SELECT h.handle, h.person FROM handles h JOIN people p USING (person) WHERE p.machine <> ''
    ),
    wrote AS (
        SELECT p.event FROM participations p SEMI JOIN mine USING (handle) WHERE p.role = 'from'
    )
    SELECT t.person, count(DISTINCT p.event) AS times
    FROM participations p JOIN theirs t USING (handle) SEMI JOIN wrote w ON w.event = p.event
    JOIN events e ON e.id = p.event AND e.import = p.import
    WHERE p.role IN ('to', 'cc', 'bcc') AND e.group_size <= $crowd
    GROUP BY t.person ORDER BY times DESC, t.person
"""
_PEOPLE = """
    SELECT p.person, p.handle, coalesce(t.sent, 0), coalesce(t.received, 0)
    FROM people p LEFT JOIN ties t USING (person)
    WHERE p.machine = '' AND p.handle LIKE 'email:%' AND p.person NOT IN (SELECT person FROM owners)
    ORDER BY p.events DESC, p.person
"""
_REASONS = "SELECT person, machine FROM people WHERE person IN (SELECT unnest($people))"


@dataclass(frozen=True, slots=True)
class Doubt:
    """Somebody on the wrong side, perhaps. machine: on which side they are now; speaks_for: why they are a machine; against: why a
    person, as sentences."""

    person: str
    machine: bool
    speaks_for: str
    against: str


def doubtful(connection: duckdb.DuckDBPyConnection, *, owner: str, settled: Collection[str], limit: int) -> list[Doubt]:
    """Return those in doubt, machines first, so many of each side at the most. settled: ids of whom the user decided already."""
    written = connection.execute(_WRITTEN_TO, {"owner": owner, "crowd": _CROWD}).fetchall()
    machines = [(person, times) for person, times in written if person not in settled][:limit]
    why = dict(connection.execute(_REASONS, {"people": [person for person, _ in machines]}).fetchall())
    found = [
        Doubt(
            person, machine=True, speaks_for=why[person], against=f"You wrote to it {plural(times, 'time', 'times')}."
        )
        for person, times in machines
    ]
    return [*found, *_perhaps_machines(connection, settled, limit)]


def _perhaps_machines(connection: duckdb.DuckDBPyConnection, settled: Collection[str], limit: int) -> list[Doubt]:
    found: list[Doubt] = []
    for person, handle, sent, received in connection.execute(_PEOPLE).fetchall():
        if person in settled or not (looks := automated.looks_like(handle)):
            continue
        found.append(Doubt(person, machine=False, speaks_for=looks, against=_spoke(sent, received)))
        if len(found) == limit:
            break
    return found


def _spoke(sent: int, received: int) -> str:
    if sent and received:
        return f"You wrote {plural(sent, 'time', 'times')}, and it wrote {plural(received, 'time', 'times')}."
    if sent:
        return f"You wrote to it {plural(sent, 'time', 'times')}."
    return "Somebody writes under it by name, or answers."
