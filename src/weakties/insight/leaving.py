"""What goes with an import: who is known from nowhere else, and so would be known no more."""

from __future__ import annotations

import duckdb

# Whose every sighting lies in the one import. What the owner said of somebody by hand is no sighting.
_ONLY = """
    WITH sighted AS (
        SELECT handle, import FROM participations UNION SELECT handle, import FROM cards
    ),
    theirs AS (
        SELECT h.person, bool_and(s.import = $import) AS alone FROM sighted s JOIN handles h USING (handle) GROUP BY h.person
    )
    SELECT count(*) FROM theirs WHERE alone
"""


def known_only_from(connection: duckdb.DuckDBPyConnection, name: str) -> int:
    """Return how many people only one import names. name: its id."""
    return int(connection.execute(_ONLY, {"import": name}).fetchall()[0][0])
