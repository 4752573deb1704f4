"""A log of events made ready to be cut: people as numbers, each pair's events in order, each with the gap before it.

What precedes an event in its pair does not depend on where the log is cut later, so gaps, new days and new weeks are worked
out once. After that every snapshot is one pass of sums: what it needs in memory follows the pairs, not the events.
"""

from __future__ import annotations

import duckdb

DAY = 86_400

_PEOPLE = """
    CREATE OR REPLACE TABLE people AS
    SELECT (row_number() OVER (ORDER BY md5(name), name) - 1)::INTEGER AS person, name
    FROM (SELECT src::VARCHAR AS name FROM events UNION SELECT dst::VARCHAR FROM events) WHERE name IS NOT NULL
"""

# One row per event: a < b, forward where a wrote to b. day: days since 1970 (or since whatever the clock counts from).
_LOG = f"""
    CREATE OR REPLACE TABLE log AS
    WITH numbered AS (
        SELECT s.person AS src, d.person AS dst, e.t::BIGINT AS t, greatest(e.g, 1)::INTEGER AS g, e.channel
        FROM sent e JOIN people s ON s.name = e.src::VARCHAR JOIN people d ON d.name = e.dst::VARCHAR
        WHERE e.src::VARCHAR <> e.dst::VARCHAR
    ),
    paired AS (
        SELECT least(src, dst) AS a, greatest(src, dst) AS b, src < dst AS forward, t, g, channel,
            floor(t / {DAY})::INTEGER AS day, lag(t) OVER (PARTITION BY least(src, dst), greatest(src, dst) ORDER BY t) AS before
        FROM numbered
    )
    SELECT a, b, forward, t, g, channel, day, t - before AS gap,
        coalesce(floor(before / {DAY})::INTEGER <> day, true) AS new_day,
        coalesce(floor(before / {7 * DAY}) <> floor(t / {7 * DAY}), true) AS new_week
    FROM paired
"""  # noqa: S608  a constant of ours

_EGOS = """
    CREATE OR REPLACE TABLE ego_numbers AS
    SELECT p.person AS ego FROM people p {only}
"""


def make(connection: duckdb.DuckDBPyConnection, *, only: bool = False) -> None:
    """Make `people`, `log` and `ego_numbers` from the table `events(src, dst, t, g[, channel])`.

    t: seconds; g: how many people the message was for. only: measure the ties of those in the table `egos(ego)` alone.
    """
    columns = [d[0] for d in connection.execute("SELECT * FROM events LIMIT 0").description or ()]
    channel = "channel" if "channel" in columns else "'email' AS channel"
    connection.execute(f"CREATE OR REPLACE TEMP VIEW sent AS SELECT src, dst, t, g, {channel} FROM events")  # noqa: S608  our own column
    connection.execute(_PEOPLE)
    connection.execute(_LOG)
    connection.execute(_EGOS.format(only="JOIN egos e ON e.ego::VARCHAR = p.name" if only else ""))
