"""Tie days: one row per owner, person, day and channel with any contact, whole numbers only, no `as_of` in them.

Before them stand the authors (who wrote each message), the interactions (one row per owner, person and event, with its
direction), the replies (who answered whom, after how long), the requests (what I asked, and when it was spoken of again) and
the reopenings (my words that broke a silence, and whether they were answered). Who was never in touch with me has the first
day on which I could see them. Everything said of a tie is counted from these. A message to g people counts 1000/g thousandths
for each of them, so that a circular does not weigh like a letter. Whole numbers make sums exact in any order, so the same facts
give the same bytes. A `moment` is the number of a message in `moments`, in the order of owner, time and id.
"""

from __future__ import annotations

from collections.abc import Callable

import duckdb

# Silence in a thread longer than this is no slow answer but a new conversation.
REPLY_WITHIN_SECONDS = 30 * 86_400
# Messages to more people than this introduce nobody to anybody.
SMALL_GROUP = 10
# A question to more people than this is put to nobody in particular.
ASKED_AMONG = 3

# After so many days without contact a word of mine opens the conversation anew.
REOPENED_DAYS = 14
# Who has not answered by then has not answered.
ANSWERED_DAYS = 30

# A meeting of more people than this is a gathering: who is there has not met everybody.
MEETING = 20
# Where people hear each other: once it lasts, both were in touch, whoever called.
SPOKEN = ("call", "video")

# `met`: both took part in a meeting; `beside`: both were named in somebody else's message; `heard`: they wrote to a list or a
# crowd that reached me.
DIRECTIONS = ("beside", "heard", "in", "met", "out")
_DIRECTIONS = f"CREATE TYPE direction AS ENUM {DIRECTIONS}"

# Needs: takes, moments, person_of(who, person), mine(owner, person), machines(person).
_PRESENT = """
    CREATE OR REPLACE TABLE present AS
    SELECT t.moment, o.person, bool_or(t.author) AS author, bool_or(t.addressed OR t.attends) AS named,
        bool_or(t.attends) AS attends
    FROM takes t JOIN person_of o USING (who)
    WHERE t.author OR t.addressed OR t.attends
    GROUP BY t.moment, o.person
"""

_AUTHORS = """
    CREATE OR REPLACE TABLE authors AS SELECT moment, min(person) AS person FROM present WHERE author GROUP BY moment
"""

_INTERACTIONS = """
    CREATE OR REPLACE TABLE interactions AS
    WITH me AS (
        SELECT p.moment, bool_or(p.author) AS wrote, bool_or(p.named) AS named, bool_or(p.attends) AS attends
        FROM present p SEMI JOIN mine USING (person) JOIN moments m USING (moment)
        SEMI JOIN mine x ON x.owner = m.owner AND x.person = p.person
        GROUP BY p.moment
    ),
    at_hand AS (
        SELECT m.moment, m.owner, m.day, m.channel, greatest(m.group_size, 1) AS group_size, m.duration, e.wrote, e.named,
            e.attends AND m.group_size <= $meeting AS meeting
        FROM moments m LEFT JOIN me e USING (moment)
    )
    SELECT a.owner, p.person, p.moment, a.day, a.channel,
        CASE
            WHEN a.meeting AND p.attends THEN 'met'::direction
            WHEN a.wrote AND p.named THEN 'out'::direction
            WHEN p.author AND a.named THEN 'in'::direction
            WHEN p.author THEN 'heard'::direction
            ELSE 'beside'::direction
        END AS direction,
        a.group_size, a.duration
    FROM present p JOIN at_hand a USING (moment)
    ANTI JOIN mine x ON x.owner = a.owner AND x.person = p.person
"""

_REPLIES = """
    CREATE OR REPLACE TABLE replies AS
    WITH turns AS (
        SELECT i.owner, i.person, m.thread, i.moment, i.direction, i.group_size,
            lag(i.direction) OVER w AS before, lag(i.moment) OVER w AS before_moment, lag(i.group_size) OVER w AS before_size
        FROM interactions i JOIN moments m USING (moment) WHERE i.direction IN ('in', 'out') AND i.channel = 'email'
        WINDOW w AS (PARTITION BY i.owner, i.person, m.thread ORDER BY i.moment)
    )
    SELECT t.owner, t.person, t.thread, q.event, a.event AS answer,
        CASE t.direction WHEN 'out' THEN 'me' ELSE 'them' END AS answered_by,
        q."at" AS asked_at, a."at" AS answered_at, q.asks AND t.before_size <= $few AS to_a_request
    FROM turns t JOIN moments q ON q.moment = t.before_moment JOIN moments a ON a.moment = t.moment
    WHERE t.before <> t.direction AND a."at" - q."at" <= $within
"""

# What I asked among few, and the day of the next word in that conversation, whoever said it; null while there is none.
_REQUESTS = """
    CREATE OR REPLACE TABLE requests AS
    WITH words AS (
        SELECT i.owner, i.person, i.day, i.direction, m.asks, lead(i.day) OVER w AS next_day
        FROM interactions i JOIN moments m USING (moment) WHERE i.direction IN ('in', 'out') AND i.group_size <= $few
        WINDOW w AS (PARTITION BY i.owner, i.person, m.thread ORDER BY i.moment)
    )
    SELECT owner, person, day, next_day FROM words WHERE direction = 'out' AND asks
"""

_DAYS = """
    CREATE OR REPLACE TABLE tie_days AS
    WITH contacts AS (
        SELECT owner, person, day, channel, group_size, duration,
            direction IN ('out', 'met') OR (duration > 0 AND channel IN $spoken) AS mine,
            direction IN ('in', 'met') OR (duration > 0 AND channel IN $spoken) AS theirs
        FROM interactions ANTI JOIN machines USING (person) WHERE direction IN ('in', 'out', 'met')
    )
    SELECT owner, person, day, channel,
        count(*) FILTER (WHERE mine)::INTEGER AS sent,
        count(*) FILTER (WHERE theirs)::INTEGER AS received,
        count(*) FILTER (WHERE mine AND group_size = 1)::INTEGER AS sent_direct,
        count(*) FILTER (WHERE theirs AND group_size = 1)::INTEGER AS received_direct,
        coalesce(sum(1000 // group_size) FILTER (WHERE mine), 0)::BIGINT AS sent_share,
        coalesce(sum(1000 // group_size) FILTER (WHERE theirs), 0)::BIGINT AS received_share,
        coalesce(sum(duration), 0)::BIGINT AS seconds
    FROM contacts GROUP BY owner, person, day, channel
"""
# Who is named beside the owner in others' messages is somebody around her, as long as the crowd is small.
_BESIDE = """
    CREATE OR REPLACE TABLE beside_days AS
    SELECT owner, person, day, count(*)::INTEGER AS messages
    FROM interactions ANTI JOIN machines USING (person)
    WHERE direction = 'beside' AND group_size <= $meeting GROUP BY owner, person, day
"""
_SIGHTED = """
    CREATE OR REPLACE TABLE sighted AS
    SELECT owner, person, min(day) AS day FROM interactions ANTI JOIN machines USING (person) GROUP BY owner, person
"""

# Who stood together on a message to few on which the owner stands too; what reached her by a list alone makes nobody known. A message
# of one to the other counts as forth (of a) or back (of b).
_ACQUAINTED = """
    CREATE OR REPLACE TABLE acquainted AS
    WITH small AS (
        SELECT owner, person, moment, day, direction = 'met' AS met, direction = 'heard' AS heard, group_size
        FROM interactions WHERE group_size BETWEEN 2 AND $most
    ),
    present AS (
        SELECT s.owner, s.person, s.moment, s.day, s.met, s.group_size, coalesce(a.person = s.person, false) AS wrote
        FROM small s ANTI JOIN machines USING (person) LEFT JOIN authors a USING (moment)
        WHERE s.moment NOT IN (SELECT moment FROM small WHERE heard)
    )
    SELECT x.owner, x.person AS a, y.person AS b, x.day, count(*)::INTEGER AS events,
        count(*) FILTER (x.wrote AND NOT y.met)::INTEGER AS forth, count(*) FILTER (y.wrote AND NOT x.met)::INTEGER AS back,
        count(*) FILTER (x.met AND y.met)::INTEGER AS met, sum(1000 // x.group_size)::BIGINT AS share
    FROM present x JOIN present y ON y.moment = x.moment AND x.person < y.person
    GROUP BY x.owner, x.person, y.person, x.day
"""
# The same from both sides, so that whoever asks of one person finds all of them together.
_TOGETHER = """
    CREATE OR REPLACE VIEW seen_together AS
    SELECT owner, a AS person, b AS other, day, events FROM acquainted
    UNION ALL SELECT owner, b, a, day, events FROM acquainted
"""

# Every word of mine that broke a silence, to somebody who had written before; the day of the answer, null without one; what
# went before it, and how often such words were tried and taken up until then.
_REOPENINGS = """
    CREATE OR REPLACE TABLE reopenings AS
    WITH contacts AS (
        SELECT owner, person, moment, day, direction IN ('out', 'met') OR spoken AS mine,
            direction IN ('in', 'met') OR spoken AS theirs,
            direction = 'out' AND NOT spoken AND group_size <= $few AS to_few,
            direction = 'in' AND group_size <= $small AS from_few
        FROM (SELECT *, duration > 0 AND channel IN $spoken AS spoken FROM interactions) ANTI JOIN machines USING (person)
        WHERE direction IN ('in', 'out', 'met')
    ),
    seen AS (
        SELECT owner, person, moment, day, mine AND to_few AS word, day - lag(day) OVER w AS silence,
            day - min(day) OVER before AS age,
            coalesce(count(*) FILTER (mine) OVER before, 0) AS sent,
            coalesce(count(*) FILTER (theirs) OVER before, 0) AS received,
            first_value(if(from_few, day, NULL) IGNORE NULLS) OVER after AS answered_day
        FROM contacts
        WINDOW w AS (PARTITION BY owner, person ORDER BY moment),
            before AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING),
            after AS (w ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
    ),
    words AS (
        -- What came only after I had written once more answers that word.
        SELECT * REPLACE (if(answered_day - day <= $answered AND answered_day < coalesce(lead(day) OVER w, answered_day + 1),
            answered_day, NULL) AS answered_day)
        FROM seen WHERE word AND silence >= $reopened AND sent > 0 AND received > 0
        WINDOW w AS (PARTITION BY owner, person ORDER BY moment)
    )
    SELECT owner, person, day, silence::INTEGER AS silence, age::INTEGER AS age, sent::INTEGER AS sent,
        received::INTEGER AS received, answered_day,
        (row_number() OVER w - 1)::INTEGER AS tried,
        coalesce(count(answered_day) OVER before, 0)::INTEGER AS taken
    FROM words
    WINDOW w AS (PARTITION BY owner, person ORDER BY moment),
        before AS (w ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING)
"""


def derive(connection: duckdb.DuckDBPyConnection, made: Callable[[str], None]) -> None:
    """Make `authors`, `interactions`, `tie_days`, `beside_days`, `sighted`, `acquainted`, `seen_together`, `replies`, `requests`
    and `reopenings` from facts and who is who.

    made: told when each is there.
    """
    connection.execute(_DIRECTIONS)
    connection.execute(_PRESENT)
    connection.execute(_AUTHORS)
    made("authors")
    connection.execute(_INTERACTIONS, {"meeting": MEETING})
    made("interactions")
    connection.execute(_DAYS, {"spoken": SPOKEN})
    made("tie_days")
    connection.execute(_BESIDE, {"meeting": MEETING})
    made("beside_days")
    connection.execute(_SIGHTED)
    made("sighted")
    connection.execute(_ACQUAINTED, {"most": SMALL_GROUP})
    connection.execute(_TOGETHER)
    made("acquainted")
    made("seen_together")
    connection.execute(_REPLIES, {"within": REPLY_WITHIN_SECONDS, "few": ASKED_AMONG})
    made("replies")
    connection.execute(_REQUESTS, {"few": ASKED_AMONG})
    made("requests")
    reopen(connection)
    made("reopenings")


def reopen(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `reopenings` from `interactions` and `machines`."""
    asked = {"few": ASKED_AMONG, "small": SMALL_GROUP, "reopened": REOPENED_DAYS, "answered": ANSWERED_DAYS}
    connection.execute(_REOPENINGS, {**asked, "spoken": SPOKEN})
