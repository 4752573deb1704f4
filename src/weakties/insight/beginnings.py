"""How a tie began: when, where, and through whom; found from the first facts between the two, never guessed.

An introduction in so many words comes first; else the first thing in which both took part: a meeting, a thread that somebody
else opened, a message of one to the other. A profile may know of a connection that is older than any message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import duckdb

from weakties.facts.model import NO_TIME
from weakties.insight.between import Between, moments

How = Literal["introduced", "meeting", "thread", "wrote", "connected"]

# An introduction that comes later than this after the first contact did not bring the two together.
_LATE_DAYS = 30

# Who wrote what both were named in.
_OPENED_BY = """
    SELECT person FROM authors WHERE moment = $moment AND person <> $person AND person NOT IN (FROM unseen)
    AND person NOT IN (SELECT person FROM owners WHERE owner = $owner)
"""
_INTRODUCED = """
    SELECT i.day, i.event, if(i."by" IN (FROM unseen), '', i."by")
    FROM introductions i JOIN owners o ON o.owner = i.owner AND o.person IN (i.a, i.b)
    WHERE i.owner = $owner AND $person IN (i.a, i.b) AND i.said_day <= $day
    ORDER BY i.day, i.event, i."by" LIMIT 1
"""
_CONNECTED = """
    SELECT min(c.connected_on // 86400) FROM dated_cards c JOIN handles h USING (handle)
    WHERE h.person = $person AND c.connected_on > $no_time AND c.connected_on // 86400 <= $day
"""


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a tie began. day: since 1970; through: id of who brought the two together, or empty; subject: of the meeting or thread;
    event: the fact that shows it, or empty; direction: who wrote, where one wrote to the other."""

    how: How
    day: int
    through: str = ""
    subject: str = ""
    event: str = ""
    direction: str = ""


def beginning(
    connection: duckdb.DuckDBPyConnection, person: str, lies: Between, *, owner: str, as_of_day: int
) -> Beginning | None:
    """Return how the tie with a person began, as far as it was known on a day; None where nothing shows it.

    lies: what lies between the two until then.
    """
    asked = {"owner": owner, "person": person, "day": as_of_day}
    first = int(lies.day[0]) if len(lies.day) else None
    introduced = connection.execute(_INTRODUCED, asked).fetchone()
    if introduced and (first is None or introduced[0] <= first + _LATE_DAYS):
        return Beginning("introduced", introduced[0], through=introduced[2], event=introduced[1])
    (connected,) = connection.execute(_CONNECTED, {"person": person, "day": as_of_day, "no_time": NO_TIME}).fetchall()[
        0
    ]
    if connected is not None and (first is None or connected < first):
        return Beginning("connected", connected)
    if first is None:
        return None
    moment, direction = int(lies.moment[0]), lies.way_of(0)
    told = moments(connection, [moment])[moment]
    day, event, subject, channel = (told[name] for name in ("day", "id", "subject", "channel"))
    if direction == "met" or channel == "meeting":
        return Beginning("meeting", day, subject=subject, event=event)
    if direction in ("in", "out"):
        return Beginning("wrote", day, subject=subject, event=event, direction=direction)
    opened = connection.execute(_OPENED_BY, {"owner": owner, "moment": moment, "person": person}).fetchone()
    return Beginning("thread", day, through=opened[0] if opened else "", subject=subject, event=event)
