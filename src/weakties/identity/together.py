"""What pairs of handles do in the same messages: the behaviour that `evidence` weighs."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb

from weakties.identity.evidence import Together

# Messages to crowds say nothing of who belongs together.
_SMALL_GROUP = 12

_STOOD_IN = """
    SELECT DISTINCT a.handle, b.handle
    FROM parts a JOIN parts b USING (owner, event)
    WHERE a.role = 'from' AND b.role IN ('reply-to', 'sender') AND a.handle <> b.handle
"""

_ASKED = "CREATE OR REPLACE TEMP TABLE asked AS SELECT unnest($a) AS a, unnest($b) AS b"

_BOTH = """
    WITH wanted AS (SELECT a AS handle FROM asked UNION SELECT b FROM asked),
    takes AS (
        SELECT DISTINCT p.owner, p.event, p.handle, p.role = 'from' AS author, p.role IN ('reply-to', 'sender') AS deputy
        FROM parts p SEMI JOIN wanted w ON w.handle = p.handle
        WHERE p.role IN ('from', 'to', 'cc', 'bcc', 'reply-to', 'sender')
    )
    SELECT q.a, q.b,
        count(DISTINCT x.event) FILTER (NOT x.author AND NOT y.author AND NOT x.deputy AND NOT y.deputy),
        count(DISTINCT x.event) FILTER ((x.author OR y.author) AND NOT x.deputy AND NOT y.deputy),
        count(DISTINCT x.event) FILTER ((x.author AND y.deputy) OR (y.author AND x.deputy))
    FROM asked q
    JOIN takes x ON x.handle = q.a
    JOIN takes y ON y.handle = q.b AND y.owner = x.owner AND y.event = x.event
    GROUP BY q.a, q.b
"""

# Whom each asked handle shares small messages with; the mailbox's owner is in all of them and is left out.
_NEIGHBOURS = """
    WITH wanted AS (SELECT a AS handle FROM asked UNION SELECT b FROM asked),
    small AS (SELECT owner, event FROM moments WHERE group_size <= $most),
    -- The few asked for are taken out first: joined the other way round, every participation meets every one of them.
    asked_parts AS (
        SELECT owner, event, handle FROM parts SEMI JOIN wanted USING (handle) WHERE role IN ('from', 'to', 'cc', 'bcc')
    ),
    near AS (
        SELECT DISTINCT p.handle, o.handle AS neighbour
        FROM asked_parts p
        JOIN small s ON s.owner = p.owner AND s.event = p.event
        JOIN parts o ON o.owner = p.owner AND o.event = p.event AND o.role IN ('from', 'to', 'cc', 'bcc')
        WHERE o.handle <> p.handle AND NOT list_contains($owners, o.handle)
    ),
    size AS (SELECT handle, count(*) AS n FROM near GROUP BY handle),
    shared AS (
        SELECT q.a, q.b, count(*) AS n FROM asked q
        JOIN near x ON x.handle = q.a JOIN near y ON y.handle = q.b AND y.neighbour = x.neighbour
        GROUP BY q.a, q.b
    )
    SELECT q.a, q.b, coalesce(h.n, 0), least(x.n, y.n)
    FROM asked q JOIN size x ON x.handle = q.a JOIN size y ON y.handle = q.b LEFT JOIN shared h ON h.a = q.a AND h.b = q.b
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
    shared = {(a, b): (n, fewer) for a, b, n, fewer in connection.execute(
        _NEIGHBOURS, {"most": _SMALL_GROUP, "owners": list(owners)}).fetchall()}  # fmt: skip
    acted = {(a, b): tuple(counts) for a, b, *counts in connection.execute(_BOTH).fetchall()}
    found = {}
    for pair in {*shared, *acted}:
        both, copied, deputy = acted.get(pair, (0, 0, 0))
        neighbours, fewer = shared.get(pair, (0, 0))
        found[pair] = Together(both=both, copied=copied, stood_in=deputy, neighbours=neighbours, fewer=fewer)
    return found
