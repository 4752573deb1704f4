"""What the facts say of each handle: the names it was seen with, how often, since when, in which part, on which cards.

This is all that the rest of this room looks at. `canonical` decides which copies are one message, and the choice does not
depend on the order of imports. It also counts off messages, handles and spellings in the order of their text or time: the
long tables hold nothing but these numbers, which are joined and grouped many times as fast as texts are. Where a text is one
of few (an owner, a channel), an enumerated type makes it a number.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import duckdb

from weakties.facts.model import NO_TIME
from weakties.identity import organisations
from weakties.identity.names import Name

# What did not take place is kept as said and counts for nothing: never sent, called off, declined by the owner. What one export
# says is called off is so, whatever another says; of a message that was also sent the draft alone counts for nothing.
_UNHELD = """
    CREATE OR REPLACE TABLE unheld AS
    SELECT id FROM (SELECT id, folder FROM events WHERE folder IN ('draft', 'cancelled')) u
    GROUP BY id
    HAVING bool_or(folder <> 'draft') OR id NOT IN (SELECT id FROM events WHERE folder <> 'draft')
"""
# Who declined stayed away; the others met all the same.
_DECLINED = """
    CREATE OR REPLACE TABLE declined AS
    SELECT DISTINCT i.owner, e.id FROM events e JOIN imports i ON i.import = e.import WHERE e.folder = 'declined'
"""
# Two copies are one event when they share an id or a fingerprint. One more round unites copies that are linked through a
# third; longer chains do not occur in mail. Here stand the further ids of an event, its own is not repeated.
_COPIES = """
    CREATE OR REPLACE TABLE copies AS
    WITH events AS (SELECT id, fingerprint FROM main.events ANTI JOIN unheld USING (id)),
    doubled AS (SELECT fingerprint, min(id) AS first FROM events GROUP BY fingerprint HAVING min(id) <> max(id)),
    once AS (SELECT e.id, min(d.first) AS event FROM events e JOIN doubled d USING (fingerprint) GROUP BY e.id)
    SELECT b.event, a.id FROM once a JOIN once b ON b.id = a.event WHERE b.event <> a.id
"""

_CHANNELS = "CREATE TYPE channel AS ENUM (SELECT DISTINCT channel FROM events ORDER BY channel)"

# In the order in which they are kept on disk; `moment` is the number of the row. Most messages are there once, so only the
# others are compared with each other.
_MOMENTS = """
    CREATE OR REPLACE TABLE moments AS
    WITH told AS (
        SELECT e.*, i.owner, coalesce(c.event, e.id) AS event, e.folder = 'sent' AS in_sent
        FROM events e JOIN imports i ON i.import = e.import LEFT JOIN copies c ON c.id = e.id
        WHERE e.id NOT IN (FROM unheld) AND (i.owner, e.id) NOT IN (FROM declined)
    ),
    repeated AS MATERIALIZED (SELECT owner, event FROM told GROUP BY owner, event HAVING count(*) > 1),
    chosen AS (
        SELECT * FROM told ANTI JOIN repeated USING (owner, event)
        UNION ALL
        SELECT * REPLACE (max(group_size) OVER w AS group_size, max(in_sent) OVER w AS in_sent)
        FROM told SEMI JOIN repeated USING (owner, event)
        WINDOW w AS (PARTITION BY owner, event)
        QUALIFY row_number() OVER (
            PARTITION BY owner, event ORDER BY "at", id, length(subject) DESC, import, file, "offset"
        ) = 1
    )
    SELECT (row_number() OVER () - 1)::INTEGER AS moment, * FROM (
        SELECT event, "at", ("at" // 86400)::INTEGER AS day, channel::channel AS channel, thread, subject, terms, duration,
            bulk, asks, owner, group_size, in_sent
        FROM chosen ORDER BY owner, "at", event
    )
"""

# Cards of address books and profiles: those of signatures belong to a message, and say less.
_BOOKED = """
    CREATE OR REPLACE TABLE booked AS
    SELECT DISTINCT handle, name, organisation, greatest("at", connected_on) AS "at", string_split(handles, chr(10)) AS further,
        connected_on > $no_time AS profile
    FROM cards WHERE event = ''
"""
# Whoever takes part in something, is on a card, or is declared to be in a relation. A name in a text alone is nobody yet.
_SPELT = """
    CREATE OR REPLACE TABLE spelt AS
    SELECT (row_number() OVER w)::INTEGER AS spelling, (dense_rank() OVER (ORDER BY handle))::INTEGER AS who, handle, name
    FROM (
        SELECT handle, name FROM participations
        UNION SELECT handle, name FROM booked
        UNION SELECT unnest(further), '' FROM booked WHERE further <> ['']
        UNION SELECT unnest([a, b]), '' FROM links WHERE event = '' AND kind NOT IN ('introduced', 'mentioned')
    ) WHERE handle <> ''
    WINDOW w AS (ORDER BY handle, name)
"""
_KNOWN = "CREATE OR REPLACE TABLE known AS SELECT DISTINCT who, handle FROM spelt"

# Copies may write a name differently: the last in the alphabet stands for all. A role is a bit, so that several are one number.
_PARTS = """
    CREATE OR REPLACE TABLE parts AS
    WITH standing AS (
        SELECT owner, event AS id, moment, in_sent FROM moments
        UNION ALL SELECT m.owner, c.id, m.moment, m.in_sent FROM moments m JOIN copies c USING (event)
    )
    SELECT m.moment, s.who, max(s.spelling) AS spelling,
        CASE p.role
            WHEN 'from' THEN if(m.in_sent, 1 + 2, 1)
            WHEN 'to' THEN 4 WHEN 'cc' THEN 8 WHEN 'bcc' THEN 16 WHEN 'delivered' THEN 32 WHEN 'list' THEN 64
            WHEN 'sender' THEN 128 WHEN 'reply-to' THEN 256 WHEN 'organizer' THEN 512 WHEN 'attendee' THEN 1024 ELSE 2048
        END::USMALLINT AS part
    FROM participations p
    JOIN imports i ON i.import = p.import
    JOIN standing m ON m.id = p.event AND m.owner = i.owner
    JOIN spelt s ON s.handle = p.handle AND s.name = p.name
    GROUP BY m.moment, s.who, part
"""
# named: in it by any part but that of who it was delivered to or who sent it for another; recipients: To, Cc and Bcc count each.
_TAKES = """
    CREATE OR REPLACE TABLE takes AS
    SELECT moment, who, (roles & 1) <> 0 AS author, (roles & 2) <> 0 AS sent, bit_count(roles & (4 + 8 + 16)) AS recipients,
        (roles & (4 + 8 + 16)) <> 0 AS addressed, (roles & 32) <> 0 AS delivered, (roles & 64) <> 0 AS listed,
        (roles & (128 + 256)) <> 0 AS deputy, (roles & (512 + 1024)) <> 0 AS attends, (roles & ~(32 + 128)) <> 0 AS named
    FROM (SELECT moment, who, bit_or(part)::INTEGER AS roles FROM parts GROUP BY moment, who)
"""

_NAMES = """
    SELECT s.handle, s.name, p.times FROM (SELECT spelling, count(*) AS times FROM parts GROUP BY spelling) p
    JOIN spelt s USING (spelling) WHERE s.name <> '' ORDER BY s.spelling
"""

_PARTS_PLAYED = """
    WITH counted AS (
        SELECT t.who, min(m."at") AS first_at, min(m.day) AS first_day, max(m.day) AS last_day, count(*) AS events,
            count(*) FILTER (t.author) AS authored, sum(t.recipients)::BIGINT AS addressed, count(*) FILTER (t.listed) AS listed,
            count(*) FILTER (t.delivered) AS delivered, count(*) FILTER (t.sent) AS sent,
            count(*) FILTER (t.author AND m.channel NOT IN ('email', 'call', 'video', 'meeting')) AS texted
        FROM takes t JOIN moments m USING (moment) GROUP BY t.who
    )
    SELECT k.handle, c.* EXCLUDE (who) FROM counted c JOIN known k USING (who) ORDER BY who
"""

# What stands in the ledgers of several owners was counted for each of them.
_TWICE = """
    WITH several AS (SELECT event FROM moments GROUP BY event HAVING count(*) > 1)
    SELECT k.handle, count(*) - count(DISTINCT m.event)
    FROM moments m SEMI JOIN several USING (event) JOIN takes t USING (moment) JOIN known k USING (who) GROUP BY k.handle
"""

# Further handles that a person's cards give: a telephone below the signature, another address, a profile.
_CARDED = """
    SELECT DISTINCT handle, unnest(string_split(handles, chr(10))) AS further FROM cards WHERE handles <> '' AND event <> ''
    ORDER BY handle, further
"""
_ON_CARDS = 'SELECT handle, name, organisation, further, profile, "at" FROM booked ORDER BY ALL'
_DECLARED = """
    SELECT handle, min("at") FROM (
        SELECT unnest([a, b]) AS handle, "at" FROM links WHERE event = '' AND kind NOT IN ('introduced', 'mentioned')
    ) GROUP BY handle ORDER BY handle
"""
# When somebody began to be known who is on a card without a date: after everybody with whom anything happened.
_UNDATED = 2**62


@dataclass(slots=True)
class Seen:
    """What the facts say of one handle. names: how often each was written beside it. first_at: seconds UTC. carded: further
    handles that its signatures give; booked: handles that stand on one card of an address book or a profile with it; called: names
    on those cards; saved: those of address books; houses: organisations that cards name, as `organisations.key` writes them.

    events, authored, addressed, listed, delivered, authored_sent: numbers of messages it takes part in at all, wrote, was
    named in as a recipient, carried as a list, was delivered to, wrote into a folder of sent mail; texted: those it wrote in chats
    and text messages. days: first and last.
    full: the usual name taken apart, kept by `evidence.full_name` once it was asked for.
    """

    handle: str
    first_at: int
    names: dict[str, int] = field(default_factory=dict)
    carded: frozenset[str] = frozenset()
    booked: frozenset[str] = frozenset()
    called: frozenset[str] = frozenset()
    saved: frozenset[str] = frozenset()
    houses: frozenset[str] = frozenset()
    events: int = 0
    authored: int = 0
    addressed: int = 0
    listed: int = 0
    delivered: int = 0
    authored_sent: int = 0
    texted: int = 0
    days: tuple[int, int] = (0, 0)
    full: tuple[Name | None] | None = field(default=None, compare=False, repr=False)


def canonical(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables `copies` (further ids of an event), `moments` (one row per owner and event, in order), `known` and `spelt`
    (the numbers of handles, and of names beside them), `parts` (a row per moment, handle and role) and `takes` (a row per moment
    and handle: what it does there). Needs the facts and `imports`.
    """
    for statement in (_UNHELD, _DECLINED, _COPIES, _CHANNELS, _MOMENTS, _BOOKED, _SPELT, _KNOWN, _PARTS, _TAKES):
        connection.execute(statement, {"no_time": NO_TIME} if "$no_time" in statement else None)


def seen(connection: duckdb.DuckDBPyConnection) -> dict[str, Seen]:
    """Return what is known of every handle, in the order of their text. Needs `canonical` to have run."""
    found: dict[str, Seen] = {}
    for row in connection.execute(_PARTS_PLAYED).fetchall():
        handle, first_at, first_day, last_day, events, authored, addressed, listed, delivered, authored_sent, texted = (
            row
        )
        found[handle] = Seen(
            handle,
            first_at,
            events=events,
            authored=authored,
            addressed=addressed,
            listed=listed,
            delivered=delivered,
            authored_sent=authored_sent,
            texted=texted,
            days=(first_day, last_day),
        )
    for handle, twice in connection.execute(_TWICE).fetchall():
        found[handle].events -= twice
    for handle, name, times in connection.execute(_NAMES).fetchall():
        found[handle].names[name] = times
    for handle, further in connection.execute(_CARDED).fetchall():
        if handle in found and further != handle:
            found[handle].carded |= {further}
    _add_cards(connection, found)
    return dict(sorted(found.items()))


def _add_cards(connection: duckdb.DuckDBPyConnection, found: dict[str, Seen]) -> None:
    """Add what cards of address books and profiles say, and whoever is known by them or by a declared relation alone."""
    for handle, at in connection.execute(_DECLARED).fetchall():
        _known(found, handle, at)
    for handle, name, organisation, further, profile, at in connection.execute(_ON_CARDS).fetchall():
        everybody = {handle, *filter(None, further)}
        house = organisations.key(organisation)
        for one in sorted(everybody):
            seen = _known(found, one, at)
            seen.booked |= everybody - {one}
            if name:
                seen.names[name] = seen.names.get(name, 0) + 1
                seen.called |= {name}
                seen.saved |= frozenset() if profile else {name}
            if house:
                seen.houses |= {house}


def _known(found: dict[str, Seen], handle: str, at: int) -> Seen:
    """Return what is known of a handle, begun where nothing happened with it. at: seconds UTC, `NO_TIME` if unknown."""
    if handle not in found:
        day = 0 if at == NO_TIME else at // 86_400
        found[handle] = Seen(handle, _UNDATED if at == NO_TIME else at, days=(day, day))
    return found[handle]
