"""The handles of people, and what cards say of them up to a day: read once, from which relations, the beginning of a tie and the
sources of each handle follow.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import cast

import duckdb

from weakties.facts.model import NO_TIME

_HANDLES = """
    SELECT h.person, h.handle, h.name, h.events, if(h.last_day <= $day, h.last_day, NULL), p.first_day, least(p.last_day, $day)
    FROM handles h JOIN people p USING (person) WHERE h.person IN (SELECT unnest($people::VARCHAR[]))
    ORDER BY h.events DESC, h.handle
"""
_CARDS = """
    SELECT handle, source, organisation, relation, max(day) AS day,
        min(connected_on // 86400) FILTER (connected_on > $no_time AND connected_on // 86400 <= $day) AS connected
    FROM dated_cards WHERE handle IN (SELECT unnest($handles::VARCHAR[]))
    GROUP BY handle, source, organisation, relation, day <= $day ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Card:
    """What cards of one source say alike of a handle. day: of the last of them, since 1970."""

    source: str
    organisation: str
    relation: str
    day: int


@dataclass(frozen=True, slots=True)
class Carded:
    """A handle of somebody. name: that it bore; events: messages from or to it, all there ever were; last_day: of these, None where
    it is still to come; since, until: from when to when the person is known, at the latest the day asked for; cards: what is said of
    it; connected: the first day of a connection, None where no card says so, be it a later one. Days since 1970."""

    handle: str
    name: str
    events: int
    last_day: int | None
    since: int
    until: int
    cards: tuple[Card, ...]
    connected: int | None

    @property
    def sources(self) -> list[str]:
        """The sources of its cards, each once."""
        return sorted({card.source for card in self.cards})


# A handle without its cards.
_Handle = tuple[str, str, int, int | None, int, int]


def carded(
    connection: duckdb.DuckDBPyConnection, people: Iterable[str], *, as_of_day: int
) -> dict[str, tuple[Carded, ...]]:
    """Return the handles of each of these people, by id, the busiest first. Needs `handles`, `people` and `dated_cards`."""
    found: dict[str, list[_Handle]] = {person: [] for person in people}
    for person, *handle in connection.execute(_HANDLES, {"people": list(found), "day": as_of_day}).fetchall():
        found[person].append(cast("_Handle", handle))
    said: dict[str, list[Card]] = {handle: [] for rows in found.values() for handle, *_ in rows}
    connected: dict[str, int] = {}
    asked = {"handles": list(said), "day": as_of_day, "no_time": NO_TIME}
    for handle, source, organisation, relation, day, since in connection.execute(_CARDS, asked).fetchall():
        if day <= as_of_day:
            said[handle].append(Card(source, organisation, relation, day))
        if since is not None:
            connected[handle] = min(since, connected.get(handle, since))
    return {
        person: tuple(Carded(*row, tuple(said[row[0]]), connected.get(row[0])) for row in rows)
        for person, rows in found.items()
    }
