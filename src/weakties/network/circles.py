"""Circles: the worlds that people live in, as communities of the network of who knows whom.

Found by Leiden's algorithm (Traag, Waltman & van Eck 2019), which maximises modularity and leaves no circle in pieces, from a
kept library; the same network gives the same circles. Whoever has a good part of their ties in a second circle is in that one too.
A circle is called after its founder, the member whose tie inside it is the oldest: so it keeps its id while people come and go,
and of two that grow into one the older goes on, as with people who turn out to be one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weakties.network.graph import Graph, Mask

# Fewer than three are no circle.
SMALLEST = 3
# Part of somebody's ties, and how many, that put them into a second circle.
_SECOND_PART, _SECOND_TIES = 0.25, 2
# A small network is gone through several times, and the best partition taken; a large one costs too much.
_TRIALS, _SMALL = 8, 20_000
_PASSES = 2
# How much more a tie weighs inside a circle of before.
_HELD = 1.25
_SEED = 0

Membership = NDArray[np.int32]


@dataclass(frozen=True, slots=True, eq=False)
class Circles:
    """The circles of a network. home: (n,) the circle that each node is in, -1 for none; founders: (c,) of each circle its founder;
    also: (k, 2) node and second circle; modularity: of the partition, about 0 where there are no circles to find."""

    home: Membership
    founders: Membership
    also: NDArray[np.int64]
    modularity: float

    @property
    def count(self) -> int:
        """How many circles there are."""
        return len(self.founders)

    def members(self, circle: int) -> NDArray[np.int64]:
        """Return who is in a circle, those who live in it before those who are in it too."""
        return np.concatenate([np.flatnonzero(self.home == circle), self.also[self.also[:, 1] == circle, 0]])


def circles(
    graph: Graph, since: NDArray[np.integer], *, before: NDArray[np.integer] | None = None, barred: Mask | None = None
) -> Circles:
    """Return the circles of a network.

    since: (m,) the day on which each tie of `graph.indices` began; before: (n,) the number of the circle that each was in before,
    below 0 for none, to which they are held a little; barred: bool (n,), who is in none. Nodes without ties are in no circle, nor are
    those in groups of less than three.
    """
    graph.check_mask(barred)
    alone = graph if barred is None else graph.only(~(barred[graph.rows] | barred[graph.indices]))
    if not len(alone.indices):
        none = np.full(graph.nodes, -1, dtype=np.int32)
        return Circles(none, np.zeros(0, dtype=np.int32), np.zeros((0, 2), dtype=np.int64), 0.0)
    found = _leiden(alone if before is None else _held(alone, before))
    modularity = _modularity(alone, found)
    found[alone.degree == 0] = -1
    sizes = np.bincount(found[found >= 0])
    found = np.where((found >= 0) & (sizes[found] >= SMALLEST), found, -1)
    home, founders = _founded(graph, found, since)
    return Circles(home, founders, _second(alone, home), modularity)


def united(found: Circles, pairs: Sequence[tuple[int, int]]) -> Circles:
    """Return the same circles where those in which two nodes live are one; its founder is that of the first in the order of nodes."""
    if not pairs:
        return found
    leads = list(range(found.count))

    def first(circle: int) -> int:
        while leads[circle] != circle:
            circle = leads[circle]
        return circle

    for a, b in pairs:
        one, other = int(found.home[a]), int(found.home[b])
        if one >= 0 and other >= 0:
            one, other = sorted((first(one), first(other)))
            leads[other] = one
    kept = [circle for circle in range(found.count) if leads[circle] == circle]
    number = {circle: n for n, circle in enumerate(kept)}
    place = np.array([number[first(circle)] for circle in range(found.count)], dtype=np.int32)
    home = np.where(found.home >= 0, place[found.home], -1).astype(np.int32) if found.count else found.home
    also = np.column_stack([found.also[:, 0], place[found.also[:, 1]]]) if len(found.also) else found.also
    also = np.unique(also[home[also[:, 0]] != also[:, 1]], axis=0).astype(np.int64)
    return Circles(home, found.founders[kept], also, found.modularity)


def _held(graph: Graph, before: NDArray[np.integer]) -> Graph:
    """Return the same network where ties inside a circle of before weigh more: of partitions as good, the one that was goes on."""
    rows = graph.rows
    stayed = (before[rows] >= 0) & (before[rows] == before[graph.indices])
    return Graph(graph.indptr, graph.indices, np.where(stayed, graph.weight * _HELD, graph.weight))


def _modularity(graph: Graph, found: Membership) -> float:
    """Return the modularity of a partition (Newman 2004)."""
    rows = graph.rows
    weight = graph.weight.astype(np.float64)
    strength = np.bincount(found, np.bincount(rows, weight, minlength=graph.nodes)) / weight.sum()
    return float(weight[found[rows] == found[graph.indices]].sum() / weight.sum() - np.sum(strength**2))


def _leiden(graph: Graph) -> Membership:
    from graspologic_native import leiden_csr

    trials = _TRIALS if graph.ties <= _SMALL else 1
    passes = _PASSES if graph.ties <= _SMALL else 1
    _, places = leiden_csr(
        np.ascontiguousarray(graph.indptr, dtype=np.int64),
        np.ascontiguousarray(graph.indices, dtype=np.int32),
        graph.weight.astype(np.float64),
        graph.nodes,
        seed=_SEED,
        iterations=passes,
        trials=trials,
    )
    found = np.full(graph.nodes, -1, dtype=np.int32)
    found[np.fromiter(places.keys(), np.int64, len(places))] = np.fromiter(places.values(), np.int32, len(places))
    return found


def _founded(graph: Graph, found: Membership, since: NDArray[np.integer]) -> tuple[Membership, Membership]:
    """Number circles by their founders' nodes: the member whose oldest tie inside the circle is the oldest of all."""
    rows = graph.rows
    inside = (found[rows] >= 0) & (found[rows] == found[graph.indices])
    circle, node, day = found[rows[inside]], rows[inside], since[inside]
    order = np.lexsort((node, day, circle))
    first = np.flatnonzero(np.append(True, np.diff(circle[order]) != 0)) if len(order) else np.zeros(0, np.int64)
    founders = node[order][first].astype(np.int32)
    if not len(founders):
        return np.full(graph.nodes, -1, dtype=np.int32), founders
    renamed = np.full(int(found.max()) + 1, -1, dtype=np.int32)
    by_founder = np.argsort(founders)
    renamed[circle[order][first][by_founder]] = np.arange(len(founders), dtype=np.int32)
    return np.where(found >= 0, renamed[found], -1).astype(np.int32), founders[by_founder]


def _second(graph: Graph, home: Membership) -> NDArray[np.int64]:
    """Return node and circle of whoever has a good part of their ties in a circle that they do not live in."""
    rows = graph.rows
    lives = home[graph.indices].astype(np.int64)
    counted = lives >= 0
    if not counted.any():
        return np.zeros((0, 2), dtype=np.int64)
    count = int(home.max()) + 1
    key, place, ties = np.unique(rows[counted] * count + lives[counted], return_inverse=True, return_counts=True)
    weight = np.bincount(place, graph.weight[counted].astype(np.float64))
    node, circle = key // count, key % count
    total = np.bincount(rows, graph.weight.astype(np.float64), minlength=graph.nodes)
    much = (weight >= _SECOND_PART * total[node]) & (ties >= _SECOND_TIES) & (home[node] != circle)
    return np.column_stack([node[much], circle[much]])
