"""Who answered the owner since yesterday: what she wrote to them found an answer, whatever she asked."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

# Yesterday and the day itself: nobody looks at every midnight.
_DAYS = 2
_SECONDS = 86_400

_ANSWERED = """
    WITH found AS (
        SELECT person, arg_max(answer, (answered_at, answer)) AS event, max(answered_at) AS answered_at FROM replies
        WHERE owner = $owner AND answered_by = 'them' AND answered_at >= $since AND answered_at < $until
        AND person NOT IN (FROM unseen)
        GROUP BY person
    )
    SELECT f.person, f.event, f.answered_at, m.subject
    FROM found f JOIN ties t USING (person) JOIN moments m ON m.event = f.event AND m.owner = $owner
    LEFT JOIN valued v USING (person)
    ORDER BY v.value DESC NULLS LAST, f.person
"""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer that came. person: whose; event: the message, the newest of several; at: seconds UTC."""

    person: str
    event: str
    at: int
    subject: str


def answered(connection: duckdb.DuckDBPyConnection, *, owner: str, as_of_day: int) -> list[Answer]:
    """Return who answered on a day and the one before it, those first who are worth most. Needs the tables of a day's view."""
    asked = {"owner": owner, "since": (as_of_day + 1 - _DAYS) * _SECONDS, "until": (as_of_day + 1) * _SECONDS}
    return [Answer(*row) for row in connection.execute(_ANSWERED, asked).fetchall()]
