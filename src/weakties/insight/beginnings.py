"""How a tie began: when, where, and through whom; found from the first facts between the two, never guessed.

An introduction in so many words comes first; else the first thing in which both took part: a meeting, a thread that somebody
else opened, a message of one to the other. A profile may know of a connection that is older than any message.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb

from weakties.insight.between import Between
from weakties.insight.cards import Carded

How = Literal["introduced", "meeting", "thread", "wrote", "connected"]

# An introduction that comes later than this after the first contact did not bring the two together.
_LATE_DAYS = 30

# Who wrote what both were named in.
_OPENED_BY = "SELECT person FROM authors WHERE moment = $1"


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
    connection: duckdb.DuckDBPyConnection,
    person: str,
    lies: Between,
    known: Mapping[int, Mapping[str, Any]],
    handles: Iterable[Carded],
    introductions: Sequence[Mapping[str, Any]],
    *,
    mine: Collection[str],
    as_of_day: int,
    unseen: Collection[str] = (),
) -> Beginning | None:
    """Return how the tie with a person began, as far as it was known on a day; None where nothing shows it.

    lies: what lies between the two until then; known: its first moment, as `between.moments` tells of it; handles: theirs, with
    their cards; introductions: theirs, as `people.introductions_of`; mine: who the owner is, by id; unseen: who is not to be named.
    """
    first = int(lies.day[0]) if len(lies.day) else None
    ours = (i for i in introductions if any({me, person} == {i["a"], i["b"]} for me in mine))
    told = (i for i in ours if i["said_day"] is not None and i["said_day"] <= as_of_day)
    introduced = min(told, key=lambda i: (i["day"], i["event"], i["by"]), default=None)
    if introduced and (first is None or introduced["day"] <= first + _LATE_DAYS):
        by = "" if introduced["by"] in unseen else introduced["by"]
        return Beginning("introduced", introduced["day"], through=by, event=introduced["event"])
    connected = min((of.connected for of in handles if of.connected is not None), default=None)
    if connected is not None and (first is None or connected < first):
        return Beginning("connected", connected)
    if first is None:
        return None
    moment, direction = int(lies.moment[0]), lies.way_of(0)
    day, event, subject, channel = (known[moment][name] for name in ("day", "id", "subject", "channel"))
    if direction == "met" or channel == "meeting":
        return Beginning("meeting", day, subject=subject, event=event)
    if direction in ("in", "out"):
        return Beginning("wrote", day, subject=subject, event=event, direction=direction)
    opened = connection.execute(_OPENED_BY, [moment]).fetchone()
    through = opened[0] if opened and opened[0] not in {person, *mine, *unseen} else ""
    return Beginning("thread", day, through=through, subject=subject, event=event)
