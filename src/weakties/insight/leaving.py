"""What goes with an import: facts that nothing else says, and who is known from nowhere else and so would be known no more.

A fact that two imports say is there once and stays when one of them goes: a message under whichever of its ids, a card or a link with
the same content. So what goes with an import changes with the others that are there, and is not what was new on its day.
"""

from __future__ import annotations

import duckdb

from weakties.facts.tables import TABLES

# Whose every sighting lies in the one import. What the owner said of somebody by hand is no sighting; neither an owner nor a
# machine is somebody who is known.
_ONLY = """
    WITH sighted AS (
        SELECT handle, import FROM participations UNION SELECT handle, import FROM cards
    ),
    theirs AS (
        SELECT h.person, bool_and(s.import = $import) AS alone FROM sighted s JOIN handles h USING (handle) GROUP BY h.person
    )
    SELECT count(*) FROM theirs SEMI JOIN (SELECT person FROM people WHERE machine = '') USING (person)
    WHERE alone AND person NOT IN (SELECT person FROM owners WHERE person IS NOT NULL)
"""
# Where a fact stands and by which import says nothing of what it says.
_PLACE = ("import", "file", "offset")
_EVENTS = "SELECT import, coalesce(c.event, e.id) AS id FROM events e LEFT JOIN copies c ON c.id = e.id"
_SAID = {
    "events": (_EVENTS, ["id"]),
    "deals": ("FROM deals", ["id"]),
    "items": ("FROM items", ["id"]),
    **{
        table: (f"FROM {table}", [f'"{name}"' for name, _ in TABLES[table] if name not in _PLACE])
        for table in ("cards", "links")
    },
}


def known_only_from(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Return how many people only one import names. name: its id."""
    return int(connection.execute(_ONLY, {"import": name}).fetchall()[0][0])


def facts(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many facts there are, each counted once however many imports say it."""
    each = [f"SELECT count(*) FROM (SELECT DISTINCT {', '.join(by)} FROM ({said}))" for said, by in _SAID.values()]  # noqa: S608  our own names
    return sum(int(connection.execute(query).fetchall()[0][0]) for query in each)


def facts_only_from(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Return how many facts only one import says. name: its id."""
    total = 0
    for said, by in _SAID.values():
        what = ", ".join(by)
        query = f"SELECT count(*) FROM (SELECT 1 FROM ({said}) GROUP BY {what} HAVING bool_and(import = $import))"  # noqa: S608  our own names
        total += int(connection.execute(query, {"import": name}).fetchall()[0][0])
    return total
