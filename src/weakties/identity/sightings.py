"""What the facts say of each handle: the names it was seen with, how often, since when, in which part.

This is all that the rest of this room looks at. `moments` (every message once) and `parts` (who took part in it) are made
by `canonical`, which decides which copies are one message; the choice does not depend on the order of imports.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field

import duckdb

# Two copies are one event when they share an id or a fingerprint. One more round unites copies that are linked through a
# third; longer chains do not occur in mail.
_CANONICAL = """
    CREATE OR REPLACE TEMP TABLE canonical AS
    -- A draft was never sent: it is kept as said and counts for nothing.
    WITH events AS (SELECT * FROM main.events WHERE folder <> 'draft'),
    of_print AS (SELECT fingerprint, min(id) AS first FROM events GROUP BY fingerprint),
    once AS (SELECT e.id, min(p.first) AS event FROM events e JOIN of_print p USING (fingerprint) GROUP BY e.id)
    SELECT a.id, min(b.event) AS event FROM once a JOIN once b ON b.id = a.event GROUP BY a.id
"""

# Which further ids stand for an event; the event's own is not repeated.
_COPIES = "CREATE OR REPLACE TEMP TABLE copies AS SELECT event, id FROM canonical WHERE id <> event"

_MOMENTS = """
    CREATE OR REPLACE TEMP TABLE moments AS
    SELECT c.event, e.at, (e.at // 86400)::INTEGER AS day, e.channel, e.thread, e.subject, e.terms, e.duration, e.bulk,
        e.asks, i.owner, max(e.group_size) OVER w AS group_size,
        max(e.folder = 'sent') OVER w AS in_sent
    FROM events e JOIN canonical c USING (id) JOIN imports i ON i.import = e.import AND e.folder <> 'draft'
    WINDOW w AS (PARTITION BY i.owner, c.event)
    QUALIFY row_number() OVER (
        PARTITION BY i.owner, c.event ORDER BY e.at, e.id, length(e.subject) DESC, e.import, e.file, e."offset"
    ) = 1
"""

_PARTS = """
    CREATE OR REPLACE TEMP TABLE parts AS
    SELECT i.owner, c.event, p.handle, p.role, max(p.name) AS name
    FROM participations p JOIN canonical c ON c.id = p.event JOIN imports i ON i.import = p.import
    GROUP BY i.owner, c.event, p.handle, p.role
"""

_NAMES = """
    SELECT p.handle, p.name, count(*), min(m.at) FROM parts p JOIN moments m USING (owner, event)
    GROUP BY p.handle, p.name ORDER BY p.handle, p.name
"""

_PARTS_PLAYED = """
    SELECT p.handle,
        count(DISTINCT m.event),
        count(*) FILTER (WHERE p.role = 'from'),
        count(*) FILTER (WHERE p.role IN ('to', 'cc', 'bcc')),
        count(*) FILTER (WHERE p.role = 'list'),
        count(*) FILTER (WHERE p.role = 'delivered'),
        count(*) FILTER (WHERE p.role = 'from' AND m.in_sent),
        min(m.day), max(m.day)
    FROM parts p JOIN moments m USING (owner, event) GROUP BY p.handle ORDER BY p.handle
"""


# Further handles that a person's cards give: a telephone below the signature, another address, a profile.
_CARDED = """
    SELECT DISTINCT handle, unnest(string_split(handles, chr(10))) AS further FROM cards WHERE handles <> ''
    ORDER BY handle, further
"""


@dataclass(slots=True)
class Seen:
    """What the facts say of one handle. names: how often each was written beside it. first_at: seconds UTC. carded: further
    handles that its cards give.

    events, authored, addressed, listed, delivered, authored_sent: numbers of messages it takes part in at all, wrote, was
    named in as a recipient, carried as a list, was delivered to, wrote into a folder of sent mail. days: first and last.
    """

    handle: str
    first_at: int
    names: dict[str, int] = field(default_factory=dict)
    carded: set[str] = field(default_factory=set)
    events: int = 0
    authored: int = 0
    addressed: int = 0
    listed: int = 0
    delivered: int = 0
    authored_sent: int = 0
    days: tuple[int, int] = (0, 0)


def canonical(connection: duckdb.DuckDBPyConnection) -> None:
    """Make the tables `canonical` (id -> event), `copies` (further ids of an event), `moments` (one row per owner and event)
    and `parts` (without copies)."""
    for statement in (_CANONICAL, _COPIES, _MOMENTS, _PARTS):
        connection.execute(statement)


def seen(connection: duckdb.DuckDBPyConnection) -> dict[str, Seen]:
    """Return what is known of every handle, in the order of their text. Needs `canonical` to have run."""
    found: dict[str, Seen] = {}
    names: dict[str, dict[str, int]] = defaultdict(dict)
    first: dict[str, int] = {}
    for handle, name, times, at in connection.execute(_NAMES).fetchall():
        first[handle] = min(at, first.get(handle, at))
        if name:
            names[handle][name] = times
    for row in connection.execute(_PARTS_PLAYED).fetchall():
        handle, events, authored, addressed, listed, delivered, authored_sent, first_day, last_day = row
        found[handle] = Seen(
            handle,
            first[handle],
            names[handle],
            events=events,
            authored=authored,
            addressed=addressed,
            listed=listed,
            delivered=delivered,
            authored_sent=authored_sent,
            days=(first_day, last_day),
        )
    for handle, further in connection.execute(_CARDED).fetchall():
        if handle in found and further != handle:
            found[handle].carded.add(further)
    return found
