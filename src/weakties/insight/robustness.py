"""What hangs on one person: whom and what I would reach no longer within two ties, if somebody I know were gone.

Somebody I know is a door to whoever they know. Of people two ties away it is counted how many doors lead to them, of a world (a
circle, an organisation) how many doors lead to any of its people or are of it themselves. Where there is one door alone, whoever
is behind it goes with that person (Albert, Jeong & Barabási 2000, *Error and attack tolerance of complex networks*, for whole
networks and their hubs).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from weakties.facts.engine import rows
from weakties.network import paths
from weakties.network.graph import Graph
from weakties.ties.kinds import DORMANT_ALIVE, DORMANT_SILENCE_DAYS

# Fewer than two of a world within reach make no world of it.
SMALLEST = 2
# Distances are measured from so many people, evenly spread over the order of nodes; from all where there are no more.
SOURCES = 200

Numbers = NDArray[np.int64]
Nodes = NDArray[np.int32]
Steps = NDArray[np.int8]

_GROWTH = """
    WITH days AS (
        SELECT d.person, d.day FROM all_days d JOIN nodes n USING (person)
        WHERE d.owner = $owner AND d.day <= $day AND d.sent + d.received > 0
    ),
    each AS (SELECT person, min(day) AS first, max(day) AS last FROM days GROUP BY person),
    stands AS (
        SELECT e.*, coalesce(t.alive, 0) >= $alive AS alive, coalesce(t.alive, 0) < $alive AND $day - e.last > $silent AS lost
        FROM each e LEFT JOIN ties t USING (person)
    ),
    years AS (SELECT unnest(range(min({year_of_first}), {year_of_day} + 1))::INTEGER AS year FROM each),
    counted AS (SELECT {year} AS year, count(DISTINCT person) AS n FROM days GROUP BY 1)
    SELECT y.year, coalesce(c.n, 0) AS in_touch,
        count(s.person) FILTER ({year_of_first} = y.year) AS new,
        count(s.person) FILTER ({year_of_first} = y.year AND s.alive) AS alive,
        count(s.person) FILTER ({year_of_last} = y.year AND s.lost) AS lost
    FROM years y LEFT JOIN counted c USING (year) LEFT JOIN stands s ON y.year IN ({year_of_first}, {year_of_last})
    GROUP BY ALL ORDER BY y.year
"""
_CIRCLES = """
    WITH each AS (
        SELECT d.person, min(d.day) AS first FROM all_days d JOIN nodes n USING (person)
        WHERE d.owner = $owner AND d.day <= $day AND d.sent + d.received > 0 GROUP BY d.person
    )
    SELECT l.circle, {year_of_first} AS year, count(*) AS new FROM lives l JOIN each USING (person) WHERE NOT l.second
    GROUP BY ALL ORDER BY ALL
"""


def _year(day: str) -> str:
    """Return the year of a column of days as SQL."""
    return f"year(DATE '1970-01-01' + {day}::INTEGER)"


@dataclass(frozen=True, slots=True, eq=False)
class Doors:
    """What each person I know leads to, in the order of nodes. nodes: (d,) of the doors; leads: (d,) how many people two ties away
    they lead to; only: (d,) to how many of these nobody else leads; others: (d,) the mean number of other doors to those whom they
    lead to, not a number where they lead to nobody; lost: of each door the nodes that only they lead to; worlds: of each door the
    worlds they lead to, ascending; by: (w,) how many doors lead to each world; reached: (w,) how many of its people I reach."""

    nodes: Nodes
    leads: Numbers
    only: Numbers
    others: NDArray[np.float64]
    lost: tuple[Numbers, ...]
    worlds: tuple[Numbers, ...]
    by: Numbers
    reached: Numbers

    def sole(self, door: int) -> Numbers:
        """Return the worlds of two or more people within reach to which nobody but this door leads."""
        own = self.worlds[door]
        alone: Numbers = own[(self.by[own] == 1) & (self.reached[own] >= SMALLEST)]
        return alone


def doors(graph: Graph, me: int, members: Numbers, worlds: int) -> Doors:
    """Return what the neighbours of a node lead to. members: (k, 2) node and world, worlds from 0; worlds: how many there are."""
    near, _ = graph.neighbours(me)
    counts, far, _ = graph.spread(near)
    door = np.repeat(np.arange(len(near)), counts)
    step = steps(graph, me)
    beyond = step[far] == 2
    leading, far_door = far[beyond], door[beyond]
    by_door = np.bincount(leading, minlength=graph.nodes).astype(np.int64)
    leads = np.bincount(far_door, minlength=len(near))
    others = np.bincount(far_door, by_door[leading] - 1.0, minlength=len(near))
    alone = by_door[leading] == 1
    only = np.bincount(far_door[alone], minlength=len(near))
    lost = np.split(leading[alone].astype(np.int64), np.cumsum(only)[:-1]) if len(near) else []
    pairs = _led(near, far, door, members, worlds)
    by = np.bincount(pairs[:, 1], minlength=worlds)
    cuts = np.searchsorted(pairs[:, 0], np.arange(1, len(near)))
    once = np.unique(members, axis=0) if len(members) else members
    reached = np.bincount(once[np.isin(step[once[:, 0]], (1, 2)), 1], minlength=worlds)
    mean = np.divide(others, leads, out=np.full(len(near), np.nan), where=leads > 0)
    held = tuple(np.split(pairs[:, 1], cuts)) if len(near) else ()
    return Doors(near, leads, only, mean, tuple(lost), held, by, reached)


def _led(near: Nodes, far: Nodes, door: Numbers, members: Numbers, worlds: int) -> Numbers:
    """Return (door, world), each once, sorted: the worlds that a door is of or knows somebody of."""
    order = members[np.argsort(members[:, 0], kind="stable")] if len(members) else members
    nodes, world = order[:, 0], order[:, 1]
    who = np.concatenate([near.astype(np.int64), far.astype(np.int64)])
    which = np.concatenate([np.arange(len(near)), door])
    starts, ends = np.searchsorted(nodes, who), np.searchsorted(nodes, who, side="right")
    each = ends - starts
    at = np.repeat(starts - np.r_[0, np.cumsum(each)[:-1]], each) + np.arange(each.sum()) if len(who) else starts
    keys = np.unique(np.repeat(which, each) * max(worlds, 1) + world[at])
    pairs: Numbers = np.column_stack([keys // max(worlds, 1), keys % max(worlds, 1)])
    return pairs


def steps(graph: Graph, me: int) -> Steps:
    """Return of each node how many ties it is away, (n,): 0 for me, 1, 2, and -1 for whoever is further."""
    away = np.full(graph.nodes, -1, dtype=np.int8)
    near, _ = graph.neighbours(me)
    away[graph.spread(near)[1]] = 2
    away[near] = 1
    away[me] = 0
    return away


@dataclass(frozen=True, slots=True, eq=False)
class Distances:
    """How far apart people are. mine: (h + 1,) how many are 0, 1, 2, ... ties from me; out_of_reach: how many no way connects to me;
    others: (h + 1,) how many pairs of other people are 0, 1, ... ties apart on ways that do not lead over me, as far as measured;
    apart: pairs of these that no way connects; sources: from how many people that was measured; degrees: how many people have 0, 1,
    2, ... ties, without me."""

    mine: Numbers
    out_of_reach: int
    others: Numbers
    apart: int
    sources: int
    degrees: Numbers

    @property
    def mean(self) -> float:
        """Ties between two others on the shortest way, on average over connected pairs; not a number without any."""
        pairs = self.others[1:]
        return float(np.average(np.arange(1, len(self.others)), weights=pairs)) if pairs.sum() else float("nan")

    def within(self, hops: int) -> float:
        """Part of all measured pairs that are at most so many ties apart, 0 to 1."""
        whole = int(self.others[1:].sum()) + self.apart
        return float(self.others[1 : hops + 1].sum()) / whole if whole else 0.0


def distances(graph: Graph, around: Graph) -> Distances:
    """Return how far apart people are. graph: with me as the last node; around: the same without me."""
    me = graph.nodes - 1
    mine = paths.distances(graph, [me])[0]
    sources = np.unique(np.linspace(0, around.nodes - 1, min(SOURCES, around.nodes)).round().astype(np.int64))
    found = paths.distances(around, sources) if around.nodes else np.zeros((0, 1), np.int64)
    others = found.sum(axis=0) if len(found) else np.zeros(1, np.int64)
    apart = len(sources) * around.nodes - int(others.sum())
    degrees = paths.degree_counts(around) if around.nodes else np.zeros(0, np.int64)
    return Distances(mine, graph.nodes - int(mine.sum()), others, apart, len(sources), degrees)


@dataclass(frozen=True, slots=True)
class Year:
    """A year of my ties. in_touch: with how many I was in touch in it; new: with how many for the first time; alive: of these, how
    many ties are alive on the day that is asked; lost: how many of all were last in touch in it and are no longer alive."""

    year: int
    in_touch: int
    new: int
    alive: int
    lost: int


def growth(connection: duckdb.DuckDBPyConnection, *, owner: str, as_of_day: int) -> list[Year]:
    """Return the years from my first contact on. A tie is alive at a chance of contact of a quarter and more.

    Needs `all_days`, `ties` and `nodes`.
    """
    named = {"year": "day", "year_of_first": "first", "year_of_last": "last", "year_of_day": "$day"}
    query = _GROWTH.format(**{name: _year(column) for name, column in named.items()})
    asked: dict[str, Any] = {"owner": owner, "day": as_of_day, "alive": DORMANT_ALIVE, "silent": DORMANT_SILENCE_DAYS}
    return [Year(**row) for row in rows(connection, query, asked)]


def circle_growth(connection: duckdb.DuckDBPyConnection, *, owner: str, as_of_day: int) -> dict[int, dict[int, int]]:
    """Return of each circle with how many of its people I was in touch for the first time, by year. Needs `lives`."""
    found: dict[int, dict[int, int]] = {}
    query = _CIRCLES.format(year_of_first=_year("first"))
    for circle, year, new in connection.execute(query, {"owner": owner, "day": as_of_day}).fetchall():
        found.setdefault(circle, {})[year] = new
    return found
