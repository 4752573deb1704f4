"""What pairs of handles do in the same messages: the behaviour that `evidence` weighs."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from weakties.identity.evidence import Together

# Messages to crowds say nothing of who belongs together.
_SMALL_GROUP = 12

_STOOD_IN = """
    SELECT k.handle, l.handle
    FROM (
        SELECT DISTINCT a.who AS author, b.who AS deputy FROM takes a JOIN takes b USING (moment)
        WHERE a.author AND b.deputy AND a.who <> b.who
    )
    JOIN known k ON k.who = author JOIN known l ON l.who = deputy
"""

_ASKED = """
    CREATE OR REPLACE TABLE asked AS
    SELECT a, b, k.who AS one, l.who AS other FROM (SELECT unnest($a) AS a, unnest($b) AS b)
    JOIN known k ON k.handle = a JOIN known l ON l.handle = b
"""

_BOTH = """
    WITH wanted AS (SELECT one AS who FROM asked UNION SELECT other FROM asked),
    present AS MATERIALIZED (
        SELECT moment, who, author, deputy, addressed FROM takes SEMI JOIN wanted USING (who) WHERE author OR deputy OR addressed
    ),
    -- One side of the pairs first: all who are in one message together would be many times as many.
    half AS MATERIALIZED (SELECT q.one, q.other, x.* EXCLUDE (who) FROM asked q JOIN present x ON x.who = q.one),
    acted AS MATERIALIZED (
        SELECT x.one, x.other, x.moment, x.addressed AND y.addressed AS both_read,
            (x.author AND (y.author OR y.addressed)) OR (y.author AND x.addressed) AS wrote,
            (x.author AND y.deputy) OR (y.author AND x.deputy) AS deputised
        FROM half x JOIN present y ON y.who = x.other AND y.moment = x.moment
    )
    SELECT q.a, q.b, count(DISTINCT m.event) FILTER (both_read), count(DISTINCT m.event) FILTER (wrote),
        count(DISTINCT m.event) FILTER (deputised)
    FROM acted x JOIN moments m USING (moment) JOIN asked q USING (one, other)
    GROUP BY q.a, q.b
"""

# Whom each asked handle shares small messages with; the mailbox's owner is in all of them and is left out.
_NEAR = """
    CREATE OR REPLACE TABLE near AS
    WITH wanted AS (SELECT one AS who FROM asked UNION SELECT other FROM asked),
    mine AS (SELECT who FROM known SEMI JOIN (SELECT unnest($owners) AS handle) USING (handle)),
    -- The few asked for are taken out first: joined the other way round, every participation meets every one of them.
    theirs AS MATERIALIZED (
        SELECT moment, who FROM takes SEMI JOIN wanted USING (who) WHERE (author OR addressed)
        AND moment IN (SELECT moment FROM moments WHERE group_size <= $most)
    )
    SELECT DISTINCT p.who, o.who AS neighbour
    FROM theirs p JOIN takes o USING (moment)
    WHERE (o.author OR o.addressed) AND o.who <> p.who AND o.who NOT IN (SELECT who FROM mine)
"""
_NEIGHBOURS = """
    WITH size AS (SELECT who, count(*) AS n FROM near GROUP BY who),
    -- One side of the pairs first: all that have a neighbour in common would be many times as many.
    half AS MATERIALIZED (SELECT q.one, q.other, x.neighbour FROM asked q JOIN near x ON x.who = q.one),
    shared AS (
        SELECT h.one, h.other, count(*) AS n FROM half h SEMI JOIN near y ON y.who = h.other AND y.neighbour = h.neighbour
        GROUP BY h.one, h.other
    )
    SELECT q.a, q.b, coalesce(h.n, 0), least(x.n, y.n)
    FROM asked q JOIN size x ON x.who = q.one JOIN size y ON y.who = q.other
    LEFT JOIN shared h ON h.one = q.one AND h.other = q.other
"""


def stood_in(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, str]]:
    """Return the pairs (author, handle that answers or sends for it)."""
    return connection.execute(_STOOD_IN).fetchall()


def together(
    connection: duckdb.DuckDBPyConnection, pairs: Sequence[tuple[str, str]], owners: Sequence[str]
) -> dict[tuple[str, str], Together]:
    """Return what each of these pairs did together. owners: the mailbox owner's handles, who are everybody's neighbours."""
    if not pairs:
        return {}
    connection.execute(_ASKED, {"a": [a for a, _ in pairs], "b": [b for _, b in pairs]})
    connection.execute(_NEAR, {"most": _SMALL_GROUP, "owners": list(owners)})
    shared = {(a, b): (n, fewer) for a, b, n, fewer in connection.execute(_NEIGHBOURS).fetchall()}
    acted = {(a, b): tuple(counts) for a, b, *counts in connection.execute(_BOTH).fetchall()}
    found = {}
    for pair in {*shared, *acted}:
        both, copied, deputy = acted.get(pair, (0, 0, 0))
        neighbours, fewer = shared.get(pair, (0, 0))
        found[pair] = Together(both=both, copied=copied, stood_in=deputy, neighbours=neighbours, fewer=fewer)
    return found
