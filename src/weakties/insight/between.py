"""What lies between the owner and one person, read once: their messages in order, from which the timeline, the years, the beginning
and the facts behind each reason follow.

Each of these asked by itself reads the same rows again, and to ask takes longer than to read.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from weakties.facts.engine import rows
from weakties.ties.days import DIRECTIONS

_OF_PERSON = """
    SELECT moment, day, list_position($directions, direction)::UTINYINT AS way, group_size FROM interactions
    WHERE owner = $owner AND person = $person AND day <= $day ORDER BY moment
"""
# Asked by number, one by one named, so that the files give the rows of these moments and no others.
_MOMENTS = """
    SELECT moment, event AS id, "at", day, channel, asks, subject, terms, thread FROM moments WHERE moment IN ({moments})
"""
_IDS = "SELECT moment, event FROM moments WHERE moment IN ({moments})"


@dataclass(frozen=True, eq=False)
class Between:
    """Messages and meetings, the oldest first. moment: their numbers; day: since 1970; way: place in `DIRECTIONS`, from 1; size: how
    many others they went to. All (n,)."""

    moment: NDArray[np.int64]
    day: NDArray[np.int64]
    way: NDArray[np.uint8]
    size: NDArray[np.int64]

    def went(self, *ways: str) -> NDArray[np.bool_]:
        """Tell of each whether it went one of these ways, (n,)."""
        return np.isin(self.way, [DIRECTIONS.index(way) + 1 for way in ways])

    def way_of(self, place: int) -> str:
        """Return which way one of them went."""
        return DIRECTIONS[int(self.way[place]) - 1]


def between(connection: duckdb.DuckDBPyConnection, person: str, *, owner: str, as_of_day: int) -> Between:
    """Return what lies between an owner and a person up to a day. person: their id. Needs `interactions`."""
    asked = {"owner": owner, "person": person, "day": as_of_day, "directions": list(DIRECTIONS)}
    found = connection.execute(_OF_PERSON, asked).fetchnumpy()
    columns = (np.ma.getdata(found[name]) for name in ("moment", "day", "way", "group_size"))
    return Between(*(column.astype(kind) for column, kind in zip(columns, ("i8", "i8", "u1", "i8"), strict=True)))


def moments(connection: duckdb.DuckDBPyConnection, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return what moments are, by their number: id, at, day, channel, asks, subject, terms, thread."""
    named = _listed(numbers)
    return {row.pop("moment"): row for row in rows(connection, _MOMENTS.format(moments=named))} if named else {}


def ids(connection: duckdb.DuckDBPyConnection, numbers: Iterable[int]) -> dict[int, str]:
    """Return the id of each moment by its number: many of them take a small part of the time of `moments`."""
    named = _listed(numbers)
    return dict(connection.execute(_IDS.format(moments=named)).fetchall()) if named else {}


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in sorted({int(number) for number in numbers}))
