"""Mutual contacts: who was seen together with whom, in messages to few people.

Two people who take part in one message to at most ten know of each other; that is seen, not said, and no more than that is
claimed. `near` holds each pair from both sides; `pairs` is the same where everybody is asked about, worked out once.
"""

from __future__ import annotations

import duckdb

from weakties.facts.engine import quoted

_NEAR = """
    CREATE OR REPLACE TEMP VIEW near AS
    SELECT person, other, sum(events)::BIGINT AS events FROM seen_together
    WHERE owner = {owner} AND day <= {day} AND person NOT IN (FROM unseen) AND other NOT IN (FROM unseen)
    GROUP BY person, other
"""

# A mutual contact is somebody I am in touch with myself and who was seen together with the person.
_EMBEDDED = """
    CREATE OR REPLACE TEMP TABLE embedded AS
    SELECT n.person, count(*) AS known, count(*) FILTER (WHERE t.messages > 0) AS mutual
    FROM pairs n LEFT JOIN ties t ON t.person = n.other
    GROUP BY n.person
"""

# Asked of one person, who is named, so that the files give no more than the rows of that person.
_OF_PERSON = """
    WITH near_one AS (
        SELECT other, sum(events)::BIGINT AS events FROM seen_together
        WHERE person = $person AND owner = $owner AND day <= $day AND $person NOT IN (FROM unseen) GROUP BY other
    )
    SELECT n.other, n.events FROM near_one n JOIN ties t ON t.person = n.other
    WHERE t.messages > 0 AND n.other NOT IN (FROM unseen) ORDER BY n.events DESC, t.strength DESC, n.other LIMIT $limit
"""

# Half embedded at this many mutual contacts: the middle of the inverted U of Rajkumar et al. 2022.
HALF_AT = 10


def name_pairs(connection: duckdb.DuckDBPyConnection, *, owner: str, as_of_day: int, hidden: frozenset[str]) -> None:
    """Name the view `near`: who was seen together with whom up to a day, those left out whom the user hid."""
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE unseen AS SELECT unnest($1::VARCHAR[]) AS person", [sorted(hidden)]
    )
    connection.execute(_NEAR.format(owner=quoted(owner), day=as_of_day))


def derive(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `embedded` from `pairs` and `ties`: person, known (people seen together with them), mutual (those I know too)."""
    connection.execute(_EMBEDDED)


def embeddedness(mutual: int) -> float:
    """Return how embedded a tie is, from 0 (no mutual contact) towards 1; 0.5 at ten."""
    return mutual / (mutual + HALF_AT)


def of_person(
    connection: duckdb.DuckDBPyConnection, person: str, *, owner: str, as_of_day: int, limit: int
) -> list[tuple[str, int]]:
    """Return mutual contacts of a person as (person id, messages together), most first."""
    asked = {"person": person, "owner": owner, "day": as_of_day, "limit": limit}
    return connection.execute(_OF_PERSON, asked).fetchall()
