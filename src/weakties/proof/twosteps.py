"""Friends of friends: whom will somebody be in touch with for the first time, of all people two steps away?

At a cut-off C the history is a graph, undirected, of everybody who was in touch with whom. **Egos** are people with a contact in it
who, in (C, C + horizon], are in touch for the first time with somebody who is in it as well; 250 of them at most, drawn
with a fixed seed. **Candidates** are all people exactly two steps away; the label is an event of the two in (C, C + horizon]. Egos
without a positive among their candidates are left out.

What is known of a candidate comes from the two-paths to it, from its own activity, and from messages on which it stood beside
the ego.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import duckdb
import numpy as np

from weakties.network import likely
from weakties.proof.features import Flags, Floats, Whole
from weakties.proof.log import DAY
from weakties.proof.protocol import Task, cut_offs

MOST_EGOS, SEED = 250, 1

# Of a candidate c of an ego x; z: their common contacts, k: degree, w: SUM 0.5^(age / 30 d) / g over the events of a pair.
# common: number of z; aa: SUM 1/ln k_z; ra: SUM 1/k_z; decayed: SUM sqrt(w_xz w_zc) / ln k_z; paths: the same / k_z; walk: random
# walk with restart from x; degree and silent (days since the last event with anybody): of c; beside: SUM 1 / recipients of the
# messages to both.
NUMBERS = ("common", "aa", "ra", "decayed", "paths", "walk", "degree", "silent", "beside")

_TIES = """
    SELECT a, b, max(t) AS last, sum(pow(0.5, ($cut - t) / 86400.0 / $half) / g) AS weight
    FROM {seen} WHERE t <= $cut GROUP BY a, b ORDER BY a, b
"""
# The events of messages on which one person stood; the same columns as `log`.
_SIGHT = """
    CREATE OR REPLACE TEMP TABLE sight AS
    WITH mine AS (SELECT DISTINCT if(forward, a, b) AS src, t FROM log WHERE t <= $cut AND (a = $ego OR b = $ego))
    SELECT l.a, l.b, l.t, l.g FROM log l SEMI JOIN mine m ON m.t = l.t AND m.src = if(l.forward, l.a, l.b)
"""
_LATER = "SELECT DISTINCT a, b FROM log WHERE t > $cut AND t <= $cut + $window ORDER BY a, b"
_BESIDE = """
    WITH told AS (
        SELECT DISTINCT if(forward, a, b) AS src, if(forward, b, a) AS dst, t FROM log WHERE t <= $cut
    ),
    small AS (SELECT src, t, count(*) AS size FROM told GROUP BY src, t HAVING count(*) BETWEEN 2 AND $most)
    SELECT x.dst AS ego, y.dst AS other, sum(1 / s.size) AS share
    FROM told x JOIN small s ON s.src = x.src AND s.t = x.t JOIN told y ON y.src = x.src AND y.t = x.t AND y.dst <> x.dst
    WHERE x.dst IN (SELECT unnest($egos)) GROUP BY x.dst, y.dst ORDER BY x.dst, y.dst
"""


@dataclass(frozen=True, slots=True)
class Graph:
    """Who was in touch with whom, as compressed sparse rows. starts: (people + 1,); other: neighbours of each in order; weight:
    decayed events of each pair; silent: (people,) days since anybody's last event.
    """

    cut: int
    starts: Whole
    other: Whole
    weight: Floats
    silent: Floats

    @property
    def people(self) -> int:
        """How many people the log has, seen by now or not."""
        return len(self.starts) - 1

    @property
    def degree(self) -> Whole:
        """The number of neighbours of each, (people,)."""
        return np.diff(self.starts)


@dataclass(frozen=True, slots=True)
class Candidates:
    """The people two steps away from the egos of a cut-off. ego, candidate, came: (n,); values: (n, 9) in the order of NUMBERS."""

    cut: int
    ego: Whole
    candidate: Whole
    came: Flags
    values: Floats

    def column(self, name: str) -> Floats:
        """Return one number, (n,)."""
        return self.values[:, NUMBERS.index(name)]


def graph(connection: duckdb.DuckDBPyConnection, cut: int, *, sight: int | None = None) -> Graph:
    """Return the graph of the log of a connection up to and including a moment, seconds. sight: what this person saw of it."""
    if sight is not None:
        connection.execute(_SIGHT, {"cut": cut, "ego": sight})
    ties = _TIES.format(seen="log" if sight is None else "sight")
    found = connection.execute(ties, {"cut": cut, "half": likely.HALF_LIFE_DAYS}).fetchnumpy()
    people = connection.execute("SELECT count(*) FROM people").fetchall()[0][0]
    a, b = (found[name].astype(np.int64) for name in ("a", "b"))
    seen = np.full(people, -np.inf)
    for side in (a, b):
        np.maximum.at(seen, side, np.asarray(found["last"], np.float64))
    silent = np.minimum((cut - seen) / DAY, likely.NEVER_DAYS)
    return Graph(cut, *likely.ties(a, b, np.asarray(found["weight"], np.float64), people), silent)


def later(connection: duckdb.DuckDBPyConnection, cut: int, task: Task) -> tuple[Whole, Whole]:
    """Return the pairs in touch within the horizon after a cut-off, from both sides."""
    found = connection.execute(_LATER, {"cut": cut, "window": task.window}).fetchnumpy()
    a, b = found["a"].astype(np.int64), found["b"].astype(np.int64)
    return np.concatenate([a, b]), np.concatenate([b, a])


def egos_of(known: Graph, came: tuple[Whole, Whole], among: Whole) -> Whole:
    """Return the people of the history in touch for the first time with somebody of the history; at most 250 of `among`, drawn."""
    ego, other = came
    owner = np.repeat(np.arange(known.people), known.degree)
    there = known.degree > 0
    new = there[ego] & there[other] & ~np.isin(ego * known.people + other, owner * known.people + known.other)
    found = np.intersect1d(ego[new], among)
    if len(found) <= MOST_EGOS:
        return found
    return np.sort(np.random.default_rng(SEED).choice(found, MOST_EGOS, replace=False))


def candidates(connection: duckdb.DuckDBPyConnection, cut: int, task: Task, *, own_sight: bool = False) -> Candidates:
    """Return the candidates of all egos at a cut-off, and what is known of them.

    own_sight: each ego knows the messages on which it stood and no others, as a mailbox does.
    """
    known, came = graph(connection, cut), later(connection, cut, task)
    among = connection.execute("SELECT ego FROM ego_numbers ORDER BY ego").fetchnumpy()["ego"].astype(np.int64)
    egos = egos_of(known, came, among)
    asked = {"cut": cut, "most": likely.MOST_RECIPIENTS, "egos": egos.tolist()}
    beside = connection.execute(_BESIDE, asked).fetchnumpy()
    parts = []
    for ego in egos.tolist():
        mine = slice(*np.searchsorted(beside["ego"], [ego, ego + 1]))
        share = np.bincount(beside["other"][mine], beside["share"][mine], known.people).astype(np.float64)
        who, values = _of_ego(graph(connection, cut, sight=ego) if own_sight else known, ego, share)
        label = np.isin(who, came[1][came[0] == ego])
        if label.any() and not label.all():
            parts.append((np.full(len(who), ego), who, label, values))
    if not parts:
        nobody = np.zeros(0, np.int64)
        return Candidates(cut, nobody, nobody, np.zeros(0, bool), np.zeros((0, len(NUMBERS))))
    ego_, who, label, values = (np.concatenate(p) for p in zip(*parts, strict=True))
    return Candidates(cut, ego_, who, label, values)


def _of_ego(known: Graph, ego: int, beside: Floats) -> tuple[Whole, Floats]:
    """Return the people two steps from an ego and what is known of each, (n, 9)."""
    who, common, paths = likely.two_steps(known.starts, known.other, known.weight, ego)
    _, near, entries, size = likely.ways(known.starts, known.other, ego)
    end, degree = known.other[entries], np.repeat(size, size).astype(np.float64)
    logarithm = np.log(np.maximum(degree, 2.0))
    both = np.sqrt(np.repeat(known.weight[near], size) * known.weight[entries])

    def summed(worth: Floats) -> Floats:
        return np.bincount(end, worth, known.people).astype(np.float64)[who]

    walk = likely.walk(known.starts, known.other, ego)[who]
    columns = [common, summed(1 / logarithm), summed(1 / degree), summed(both / logarithm), paths, walk]
    return who, np.column_stack([*columns, known.degree[who], known.silent[who], beside[who]])


def at_cuts(
    connection: duckdb.DuckDBPyConnection, task: Task, *, until: int | None = None, own_sight: bool = False
) -> Iterator[Candidates]:
    """Yield the candidates at each cut-off of a task. own_sight: as for `candidates`."""
    for cut in cut_offs(connection, task, until=until):
        yield candidates(connection, cut, task, own_sight=own_sight)
