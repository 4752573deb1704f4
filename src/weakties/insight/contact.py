"""How much contact there was with people, month by month, and through which channel most of it went; what the user said of contact
counts as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import duckdb

from weakties.facts.engine import quoted

# Whole years, so that a drawing of several people has one scale. People are named one by one, so that the files give no more than
# their rows.
_CONTACT = """
    SELECT person, year(d) * 12 + month(d) - 1 AS month, channel, sum(sent)::INTEGER, sum(received)::INTEGER
    FROM (
        SELECT person, DATE '1970-01-01' + day AS d, channel, sent, received FROM all_days
        WHERE day <= $day AND person IN ({people}) AND sent + received > 0
    ) GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True, slots=True)
class Contact:
    """months: (month, sent, received) of each month with contact; month: since the year 0, `year * 12 + month - 1`.
    channel: that most of it went through, empty where there was none."""

    months: tuple[tuple[int, int, int], ...]
    channel: str


def contact(connection: duckdb.DuckDBPyConnection, people: Iterable[str], *, as_of_day: int) -> dict[str, Contact]:
    """Return how much contact there was with each of these people up to a day, by id. Needs the view `all_days`."""
    months: dict[str, dict[int, tuple[int, int]]] = {person: {} for person in people}
    channels: dict[str, defaultdict[str, int]] = {person: defaultdict(int) for person in months}
    if not months:
        return {}
    query = _CONTACT.format(people=", ".join(map(quoted, months)))
    for person, month, channel, sent, received in connection.execute(query, {"day": as_of_day}).fetchall():
        before = months[person].get(month, (0, 0))
        months[person][month] = (before[0] + sent, before[1] + received)
        channels[person][channel] += sent + received
    return {
        person: Contact(
            tuple((month, *counts) for month, counts in of.items()),
            max(channels[person], key=lambda c: (channels[person][c], c), default=""),
        )
        for person, of in months.items()
    }


def usual_channels(connection: duckdb.DuckDBPyConnection, people: Iterable[str], *, as_of_day: int) -> dict[str, str]:
    """Return the channel that most contact with each of these people went through; those with whom there was none are left out."""
    found = contact(connection, people, as_of_day=as_of_day)
    return {person: of.channel for person, of in found.items() if of.channel}
