"""Tie days: one row per owner, person, day and channel, whole numbers only, no `as_of` in them.

Before them stand the interactions (one row per owner, person and event, with its direction) and the replies (who answered
whom, after how long). Everything said of a tie is counted from these. A message to g people counts 1000/g thousandths for
each of them, so that a circular does not weigh like a letter. Whole numbers make sums exact in any order, so the same
facts give the same bytes.
"""

from __future__ import annotations

import duckdb

# Silence in a thread longer than this is no slow answer but a new conversation.
REPLY_WITHIN_SECONDS = 30 * 86_400
# Messages to more people than this introduce nobody to anybody.
SMALL_GROUP = 10

# Needs: moments, parts, person_of(handle, person), mine(owner, person), machines(person).
_INTERACTIONS = """
    CREATE OR REPLACE TEMP TABLE interactions AS
    WITH who AS (
        SELECT p.owner, p.event, o.person, bool_or(p.role = 'from') AS author,
            bool_or(p.role IN ('to', 'cc', 'bcc', 'attendee', 'organizer')) AS named
        FROM parts p JOIN person_of o USING (handle)
        WHERE p.role IN ('from', 'to', 'cc', 'bcc', 'attendee', 'organizer')
        GROUP BY p.owner, p.event, o.person
    ),
    me AS (
        SELECT w.owner, w.event, bool_or(w.author) AS wrote, bool_or(w.named) AS named
        FROM who w SEMI JOIN mine m ON m.owner = w.owner AND m.person = w.person
        GROUP BY w.owner, w.event
    )
    SELECT w.owner, w.person, m.at, m.day, w.event, m.thread, m.channel,
        CASE
            WHEN e.wrote AND w.named THEN 'out'
            WHEN w.author AND e.named THEN 'in'
            WHEN w.author THEN 'heard'
            ELSE 'beside'
        END AS direction,
        greatest(m.group_size, 1) AS group_size, m.asks, m.duration
    FROM who w
    JOIN moments m USING (owner, event)
    LEFT JOIN me e USING (owner, event)
    WHERE NOT EXISTS (SELECT 1 FROM mine x WHERE x.owner = w.owner AND x.person = w.person)
"""

_REPLIES = """
    CREATE OR REPLACE TEMP TABLE replies AS
    WITH turns AS (
        SELECT owner, person, thread, event, "at", direction, group_size, asks,
            lag(direction) OVER w AS before, lag("at") OVER w AS before_at, lag(event) OVER w AS before_event
        FROM interactions WHERE direction IN ('in', 'out') AND channel = 'email'
        WINDOW w AS (PARTITION BY owner, person, thread ORDER BY "at", event)
    )
    SELECT owner, person, thread, before_event AS event, event AS answer,
        CASE direction WHEN 'out' THEN 'me' ELSE 'them' END AS answered_by,
        before_at AS asked_at, "at" AS answered_at
    FROM turns
    WHERE before <> direction AND "at" - before_at <= $within
"""

_DAYS = """
    CREATE OR REPLACE TEMP TABLE tie_days AS
    SELECT owner, person, day, channel,
        count(*) FILTER (WHERE direction = 'out')::INTEGER AS sent,
        count(*) FILTER (WHERE direction = 'in')::INTEGER AS received,
        count(*) FILTER (WHERE direction = 'out' AND group_size = 1)::INTEGER AS sent_direct,
        count(*) FILTER (WHERE direction = 'in' AND group_size = 1)::INTEGER AS received_direct,
        coalesce(sum(1000 // group_size) FILTER (WHERE direction = 'out'), 0)::BIGINT AS sent_share,
        coalesce(sum(1000 // group_size) FILTER (WHERE direction = 'in'), 0)::BIGINT AS received_share,
        count(*) FILTER (WHERE direction = 'heard')::INTEGER AS heard,
        count(*) FILTER (WHERE direction = 'beside')::INTEGER AS beside,
        coalesce(sum(duration), 0)::BIGINT AS seconds
    FROM interactions
    WHERE person NOT IN (SELECT person FROM machines)
    GROUP BY owner, person, day, channel
"""

_ACQUAINTED = """
    CREATE OR REPLACE TEMP TABLE acquainted AS
    WITH present AS (
        SELECT owner, person, event, day FROM interactions
        WHERE group_size BETWEEN 2 AND $most AND direction IN ('in', 'out', 'beside', 'heard')
        AND person NOT IN (SELECT person FROM machines)
    )
    SELECT x.owner, x.person AS a, y.person AS b, x.day, count(*)::INTEGER AS events
    FROM present x JOIN present y ON y.owner = x.owner AND y.event = x.event AND x.person < y.person
    GROUP BY x.owner, x.person, y.person, x.day
"""


def derive(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `interactions`, `replies`, `tie_days` and `acquainted` from the facts and who is who."""
    connection.execute(_INTERACTIONS)
    connection.execute(_REPLIES, {"within": REPLY_WITHIN_SECONDS})
    connection.execute(_DAYS)
    connection.execute(_ACQUAINTED, {"most": SMALL_GROUP})
