"""Introductions: who brought whom together, said in words or seen from what came of a message, and whether it took.

SAID: the words of a message, or an address book, introduce two people to each other who had not written to each other before.
It took when both wrote to each other within 90 days, to few. Of two others the owner sees only what she is copied on, often no
more than the first answer; of them a word of one is enough.

SEEN: nobody says so, but two people who had never been seen together wrote to each other soon after a message that put them
together, by somebody who knew them. After the definition by which introducers are predicted on public mail (a sender's
message to two to five recipients, strangers to each other, who then write directly within 30 days), narrowed to what one mailbox
can show:

- The owner and somebody else: a message of a person she had been in touch with is the first sight of the other; then each
  writes to the other. What the two others had to do with each other, she cannot see.
- Two others: each had written to or heard from whoever put them together, and then each writes to the other in another
  conversation: who answers all in a thread of the owner's has met nobody. It is rarely to be seen, so that nothing is here of two
  others says nothing.
- Not those of one organisation: colleagues meet anyhow.

Machines neither introduce nor are introduced.
"""

from __future__ import annotations

import duckdb

from weakties.facts.engine import quoted
from weakties.facts.model import NO_TIME

# Recipients of a message that may bring two of them together without saying so.
MOST_TOGETHER = 5
# A word to more people than this is not put to any one of them.
DIRECT_AMONG = 3
# Who was named in one message with so many at most has been seen.
SEEN_AMONG = 20
# Days within which strangers who were put together write to each other, and those who were introduced.
SEEN_WITHIN = 30
TOOK_WITHIN = 90

# Who wrote to whom, a row for each recipient of a message to few that no machine sent, as the pair a < b. forth: a wrote.
_LETTERS = """
    CREATE OR REPLACE TEMP TABLE letters AS
    SELECT m.owner, m.moment, m.day, m.thread, m.group_size, m.channel = 'email' AS mail, w.person AS x, p.person AS y,
        least(w.person, p.person)::person AS a, greatest(w.person, p.person)::person AS b, w.person < p.person AS forth
    FROM authors w JOIN moments m USING (moment) JOIN present p USING (moment)
    WHERE m.bulk = '' AND p.named AND NOT p.attends AND p.person <> w.person AND m.group_size BETWEEN 1 AND $together
    AND w.person NOT IN (FROM machines) AND p.person NOT IN (FROM machines)
"""
_KNEW = """
    CREATE OR REPLACE TEMP TABLE knew AS
    SELECT owner, a, b, min(moment) AS moment, min(day) AS day, bool_or(forth) AND bool_or(NOT forth) AS mutual
    FROM letters GROUP BY owner, a, b
"""
_HOUSES = """
    CREATE OR REPLACE TEMP TABLE houses AS
    SELECT DISTINCT person::person AS person, organisation FROM handles WHERE organisation <> ''
"""
_NEW_TO_ME = """
    CREATE OR REPLACE TEMP TABLE new_to_me AS
    WITH sight AS (
        SELECT owner, person, min(moment) AS moment FROM interactions WHERE group_size <= $seen GROUP BY owner, person
    ),
    touch AS (
        SELECT owner, person, min(moment) AS moment FROM interactions WHERE direction IN ('in', 'out', 'met')
        GROUP BY owner, person
    )
    SELECT u.owner, u.x AS "by", least(u.y, v.y)::person AS a, greatest(u.y, v.y)::person AS b, u.moment, u.day, u.thread
    FROM letters u JOIN mine ON mine.owner = u.owner AND mine.person = u.y
    JOIN letters v ON v.moment = u.moment AND v.y <> u.y
    JOIN sight s ON s.owner = u.owner AND s.person = v.y AND s.moment = u.moment
    JOIN touch t ON t.owner = u.owner AND t.person = u.x AND t.moment < u.moment
    WHERE u.mail AND u.group_size > 1
"""
# The first day on which two others were seen together who ever wrote to each other.
_TOGETHER = """
    CREATE OR REPLACE TEMP TABLE together AS
    SELECT owner, a, b, min(t.day) AS day FROM acquainted t SEMI JOIN (FROM knew WHERE mutual) USING (owner, a, b)
    GROUP BY owner, a, b
"""
_NEW_TO_THEM = """
    CREATE OR REPLACE TEMP TABLE new_to_them AS
    SELECT u.owner, u.x AS "by", t.a, t.b, u.moment, u.day, u.thread
    FROM together t JOIN letters u ON u.owner = t.owner AND u.day = t.day AND u.y = t.a
    JOIN letters v ON v.moment = u.moment AND v.y = t.b
    JOIN knew p ON p.owner = u.owner AND p.a = u.a AND p.b = u.b AND p.moment < u.moment
    JOIN knew q ON q.owner = v.owner AND q.a = v.a AND q.b = v.b AND q.moment < v.moment
    WHERE u.mail
"""
_SEEN = """
    CREATE OR REPLACE TEMP TABLE seen AS
    WITH put AS (SELECT *, true AS ours FROM new_to_me UNION ALL SELECT *, false FROM new_to_them),
    colleagues AS (
        SELECT DISTINCT p.a, p.b FROM put p JOIN houses h ON h.person = p.a
        JOIN houses k ON k.person = p.b AND k.organisation = h.organisation
    ),
    words AS (
        SELECT p.owner, p."by", p.a, p.b, p.moment, p.day, min(l.day) FILTER (l.forth) AS forth,
            min(l.day) FILTER (NOT l.forth) AS back
        FROM put p ANTI JOIN colleagues c USING (a, b) JOIN letters l USING (owner, a, b)
        WHERE l.moment > p.moment AND l.day <= p.day + $within AND l.group_size <= $direct AND (p.ours OR l.thread <> p.thread)
        GROUP BY ALL
    )
    SELECT w.owner, w."by", w.a, w.b, w.day, m.event, false AS said, greatest(forth, back) AS took_day
    FROM words w JOIN moments m USING (moment)
    WHERE forth IS NOT NULL AND back IS NOT NULL
"""

# The ends of a link and who made it as people. A message that does not count says nothing; an address book is no message.
_SAID = """
    CREATE OR REPLACE TEMP TABLE said AS
    WITH ids AS (
        SELECT owner, event AS id, event, moment FROM moments
        UNION ALL SELECT m.owner, c.id, m.event, m.moment FROM copies c JOIN moments m USING (event)
    ),
    named AS (
        SELECT i.owner, l."at", l.event AS id, w.person::person AS "by", least(x.person, y.person)::person AS a,
            greatest(x.person, y.person)::person AS b
        FROM links l JOIN imports i USING (import)
        JOIN handles w ON w.handle = l.by JOIN handles x ON x.handle = l.a JOIN handles y ON y.handle = l.b
        WHERE l.kind = 'introduced' AND x.person <> y.person AND w.person NOT IN (x.person, y.person)
    )
    SELECT n.owner, n."by", n.a, n.b, e.moment, coalesce(e.event, '') AS event,
        if(n."at" = $no_time, NULL, n."at" // 86400)::INTEGER AS day
    FROM named n LEFT JOIN ids e ON e.owner = n.owner AND e.id = n.id
    WHERE (e.event IS NOT NULL OR n.id = '')
    AND n."by" NOT IN (FROM machines) AND n.a NOT IN (FROM machines) AND n.b NOT IN (FROM machines)
"""
# What has no day of its own was as early as the first word between the two.
_TOLD = """
    CREATE OR REPLACE TEMP TABLE told AS
    WITH dated AS (
        SELECT s.* REPLACE (coalesce(s.day, k.day) AS day), k.moment AS knew_moment, k.day AS knew_day
        FROM said s LEFT JOIN knew k USING (owner, a, b)
    ),
    words AS (
        SELECT d.owner, d."by", d.a, d.b, d.day, d.event, min(l.day) FILTER (l.forth) AS forth,
            min(l.day) FILTER (NOT l.forth) AS back
        FROM dated d LEFT JOIN letters l ON l.owner = d.owner AND l.a = d.a AND l.b = d.b AND l.day <= d.day + $within
            AND l.group_size <= $direct AND coalesce(l.moment > d.moment, l.day >= d.day)
        WHERE d.day IS NOT NULL AND coalesce(d.knew_moment > d.moment, d.knew_day >= d.day, true)
        GROUP BY ALL
    )
    SELECT w.owner, w."by", w.a, w.b, w.day, w.event, true AS said,
        CASE
            WHEN m.owner IS NULL THEN least(forth, back)
            WHEN forth IS NOT NULL AND back IS NOT NULL THEN greatest(forth, back)
        END AS took_day
    FROM words w LEFT JOIN mine m ON m.owner = w.owner AND m.person IN (w.a, w.b)
"""
_INTRODUCTIONS = """
    CREATE OR REPLACE TABLE introductions AS
    SELECT owner, "by", a, b, first.day AS day, first.event AS event, said, said_day, first.took_day AS took_day
    FROM (
        SELECT owner, "by", a, b, bool_or(said) AS said, min(day) FILTER (said) AS said_day,
            min({'day': day, 'unsaid': NOT said, 'event': event, 'took_day': took_day}) AS first
        FROM (FROM told UNION ALL FROM seen) GROUP BY owner, "by", a, b
    )
"""

# As `network.opening` counts the habit of introducing: every two whom a message put together, taken up or not.
_PUT_TOGETHER = """
    CREATE OR REPLACE TABLE put_together AS
    WITH pairs AS (
        SELECT u.owner, u.x AS "by", u.y AS a, v.y AS b, u.moment, u.day, u.a AS a1, u.b AS b1, v.a AS a2, v.b AS b2
        FROM letters u JOIN letters v ON v.moment = u.moment AND u.y < v.y
    )
    SELECT p.owner, p."by", p.day, count(*)::INTEGER AS pairs
    FROM pairs p
    JOIN knew k ON k.owner = p.owner AND k.a = p.a1 AND k.b = p.b1 AND k.moment < p.moment
    JOIN knew n ON n.owner = p.owner AND n.a = p.a2 AND n.b = p.b2 AND n.moment < p.moment
    LEFT JOIN knew s ON s.owner = p.owner AND s.a = p.a AND s.b = p.b AND s.moment < p.moment
    WHERE s.owner IS NULL GROUP BY p.owner, p."by", p.day
"""
_KNOWN = """
    CREATE OR REPLACE TEMP VIEW introduced AS
    SELECT "by", a, b, day, event, if(took_day <= {day}, took_day, NULL) AS took_day FROM introductions
    WHERE owner = {owner} AND day <= {day} AND (said_day <= {day} OR took_day <= {day})
"""


def name_known(connection: duckdb.DuckDBPyConnection, *, owner: str, as_of_day: int) -> None:
    """Name the view `introduced` (by, a, b, day, event, took_day): the introductions that an owner knew of on a day."""
    connection.execute(_KNOWN.format(owner=quoted(owner), day=as_of_day))


def derive(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `put_together` (owner, by, day, pairs): how many strangers to each other, who both knew somebody, that person's messages
    to two to five put together, as far as the owner saw. And make `introductions` (owner, by, a, b, day, event, said, said_day,
    took_day), one row for all that somebody did for a pair.

    a, b: persons, a < b, one of them or `by` may be the owner's; day: since 1970, of the earliest; event: its message, empty where
    an address book says so; said: whether any said it in words; said_day: the first day on which one did, null if none did; took_day:
    the day by which they had written to each other, null if they have not, or not soon. There is no `as_of` in it: what was only
    seen is known from `took_day` on, what was said from `said_day`. Needs the facts, `imports`, `handles`, who is who, and what
    `days.derive` makes.
    """
    for statement, asked in (
        (_LETTERS, {"together": MOST_TOGETHER}),
        (_KNEW, {}),
        (_HOUSES, {}),
        (_NEW_TO_ME, {"seen": SEEN_AMONG}),
        (_TOGETHER, {}),
        (_NEW_TO_THEM, {}),
        (_SEEN, {"within": SEEN_WITHIN, "direct": DIRECT_AMONG}),
        (_SAID, {"no_time": NO_TIME}),
        (_TOLD, {"within": TOOK_WITHIN, "direct": DIRECT_AMONG}),
        (_INTRODUCTIONS, {}),
        (_PUT_TOGETHER, {}),
    ):
        connection.execute(statement, asked)
    connection.execute("DROP TABLE letters")
