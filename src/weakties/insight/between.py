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

from weakties.facts.engine import quoted, rows
from weakties.ties.days import DIRECTIONS

# People are named one by one, so that the files give their rows and no others.
_OF_PEOPLE = """
    SELECT person, moment, day, list_position($directions, direction)::UTINYINT AS way, group_size FROM interactions
    WHERE owner = $owner AND person IN ({people}) AND day <= $day ORDER BY person, moment
"""
# Asked by number, one by one named, so that the files give the rows of these moments and no others.
_MOMENTS = """
    SELECT moment, event AS id, "at", day, channel, asks, subject FROM moments WHERE moment IN ({moments})
"""
_IDS = "SELECT moment, event FROM moments WHERE moment IN ({moments})"


_COLUMNS = (("moment", "i8"), ("day", "i8"), ("way", "u1"), ("group_size", "i8"))


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


def between(
    connection: duckdb.DuckDBPyConnection, people: Iterable[str], *, owner: str, as_of_day: int
) -> dict[str, Between]:
    """Return what lies between an owner and each of some people up to a day, by their ids. Needs `interactions`."""
    wanted = list(dict.fromkeys(people))
    if not wanted:
        return {}
    asked = {"owner": owner, "day": as_of_day, "directions": list(DIRECTIONS)}
    query = _OF_PEOPLE.format(people=", ".join(map(quoted, wanted)))
    found = {name: np.ma.getdata(column) for name, column in connection.execute(query, asked).fetchnumpy().items()}
    whose = found["person"].astype(np.str_)
    columns = [found[name].astype(kind) for name, kind in _COLUMNS]
    begins, ends = (np.searchsorted(whose, np.array(wanted), side) for side in ("left", "right"))
    return {
        person: Between(*(column[first:last] for column in columns))
        for person, first, last in zip(wanted, begins.tolist(), ends.tolist(), strict=True)
    }


def moments(connection: duckdb.DuckDBPyConnection, numbers: Iterable[int]) -> dict[int, dict[str, Any]]:
    """Return what moments are, by their number: id, at, day, channel, asks, subject."""
    named = _listed(numbers)
    return {row.pop("moment"): row for row in rows(connection, _MOMENTS.format(moments=named))} if named else {}


def ids(connection: duckdb.DuckDBPyConnection, numbers: Iterable[int]) -> dict[int, str]:
    """Return the id of each moment by its number: many of them take a small part of the time of `moments`."""
    named = _listed(numbers)
    return dict(connection.execute(_IDS.format(moments=named)).fetchall()) if named else {}


def _listed(numbers: Iterable[int]) -> str:
    return ", ".join(str(number) for number in sorted({int(number) for number in numbers}))
