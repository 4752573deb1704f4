"""Who can introduce me to whom: paths of few ties, each asking the next, exact within their number of ties.

The score of a path is the product of its weights, taken from the far end, times `per_hop` for each introducer after the first:
a chain of requests loses about two in three at every step (Dodds, Muhamad & Watts 2003). No tie and no step scores above one, so
a walk that comes back to somebody is never better than the same walk without the loop, which is shorter. The best walk of at
most so many ties, the fewer the better, is therefore a path that meets nobody twice. It is found by layers from the far end,
best[k][v] = max over neighbours u of weight(v, u) * best[k - 1][u], of which no more is worked out than the near end can reach:
up to four ties, the first two layers from either side meet in the middle. A shortest path without a limit answers another question.

Of equal scores the path with fewer ties comes first, then the one with the smaller numbers from the near end on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from weakties.network.graph import Graph, Mask, Nodes, find

# What each introducer after the first leaves of the chance: Dodds et al. 2003 lost about 65 % of all chains at every step.
PER_HOP = 1 / 3
MOST_HOPS = 6
# Where fewer than one in so many of all nodes are concerned, sorting them costs less than going through an array of all.
_FEW = 16

Numbers = NDArray[np.int64]
Scores = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Path:
    """A path. nodes: from who asks to who is looked for; weights: of each tie, one fewer; score: above 0 and at most 1."""

    nodes: tuple[int, ...]
    weights: tuple[float, ...]
    score: float

    @property
    def introducers(self) -> tuple[int, ...]:
        """Those between the two ends, in the order in which they are asked."""
        return self.nodes[1:-1]


@dataclass(frozen=True, slots=True, eq=False)
class Reached:
    """People at distance two, best first, (k,) each. score: of the best path; middle: who stands on it; middles: how many could."""

    nodes: Nodes
    score: Scores
    middle: Nodes
    middles: Numbers


def introducers(graph: Graph, a: int, b: int, limit: int | None = None, *, barred: Mask | None = None) -> list[Path]:
    """Return the common neighbours of a and b as paths of two ties, by the product of both weights, best first.

    barred: bool (n,), who must not appear; limit: how many at most, all where it is None. Raises ValueError for unknown nodes.
    """
    a, b = int(a), int(b)
    if not _may(graph, a, b, barred):
        return []
    (near, asked), (far, known) = graph.neighbours(a), graph.neighbours(b)
    if len(near) > len(far):
        there, at = find(far, near)
        middle, asked, known = far[there], asked[at], known[there]
    else:
        there, at = find(near, far)
        middle, asked, known = near[there], asked[there], known[at]
    kept = _kept(middle, a, barred)
    middle, asked, known = middle[kept], asked[kept], known[kept]
    score: Scores = np.multiply(asked, known, dtype=np.float64)
    best = _top(score, middle, limit)
    return [Path((a, int(middle[i]), b), (float(asked[i]), float(known[i])), float(score[i])) for i in best]


def best_path(
    graph: Graph, a: int, b: int, hops: int = 4, *, per_hop: float = PER_HOP, barred: Mask | None = None
) -> Path | None:
    """Return the best path of at most `hops` ties, or None where there is none. See `best_paths`."""
    return next(iter(best_paths(graph, a, b, hops, 1, per_hop=per_hop, barred=barred)), None)


def best_paths(
    graph: Graph, a: int, b: int, hops: int = 4, limit: int = 3, *, per_hop: float = PER_HOP, barred: Mask | None = None
) -> list[Path]:
    """Return for each neighbour whom a could ask first the best path to b of at most `hops` ties, best first.

    So no two of them begin with the same person; a tie between a and b is one of them. hops: 1 to 6; limit: how many at most;
    per_hop: above 0 and at most 1; barred: bool (n,), who must not appear. Nobody has a path to themselves. Raises ValueError.
    """
    if not 1 <= hops <= MOST_HOPS:
        raise ValueError(f"hops is {hops} and should be 1 to {MOST_HOPS}.")
    if not 0 < per_hop <= 1:
        raise ValueError(f"per_hop is {per_hop} and should be above 0 and at most 1.")
    if not _may(graph, a, b, barred):
        return []
    first, asked = graph.neighbours(a)
    kept = _kept(first, a, barred)
    first, weight = first[kept], asked[kept].astype(np.float64)
    layers = _layers(graph, a, b, first, hops, barred)
    score, ties = np.where(first == b, weight, 0.0), np.ones(len(first), np.int64)
    others = first != b
    for number in range(2, hops + 1):
        now = weight * layers[number - 1].of(first) * per_hop ** (number - 2)
        better = others & (now > score)
        score[better], ties[better] = now[better], number
    found = np.flatnonzero(score > 0)
    best = found[_top(score[found], first[found], limit, ties[found])]
    return [_path(graph, (int(a), int(first[i])), layers[: ties[i] - 1], float(score[i])) for i in best]


def two_hop(graph: Graph, a: int, limit: int | None = None, *, barred: Mask | None = None) -> Reached:
    """Return the people at distance two of a, by the best product of both weights over whoever stands between, best first.

    barred: bool (n,), who must not appear; limit: how many at most, all where it is None. Raises ValueError for an unknown node.
    """
    graph.check(a)
    graph.check_mask(barred)
    if barred is not None and barred[a]:
        return Reached(np.empty(0, np.int32), np.empty(0), np.empty(0, np.int32), np.empty(0, np.int64))
    every, weight = graph.neighbours(a)
    kept = _kept(every, a, barred)
    near, asked = every[kept], weight[kept].astype(np.float64)
    counts, far, known = graph.spread(near)
    middle, score = np.repeat(near, counts), np.repeat(asked, counts) * known
    many = len(far) * _FEW > graph.nodes
    found = _best_of_many(graph.nodes, far, score, middle) if many else _best_of_few(far, score, middle)
    there = _kept(found.nodes, a, barred)
    there[find(found.nodes, every)[0]] = False
    beyond = np.flatnonzero(there)
    shown = beyond[_top(found.score[beyond], found.nodes[beyond], limit)]
    return Reached(found.nodes[shown], found.score[shown], found.middle[shown], found.middles[shown])


def distances(graph: Graph, sources: ArrayLike, hops: int | None = None, *, barred: Mask | None = None) -> Numbers:
    """Return how many people are at distance 0, 1, 2, ... ties from each source, (s, d + 1); the rest is out of reach.

    sources: (s,) node numbers; hops: how far to go, to the end where it is None; barred: bool (n,), who must not appear, of a
    source among them all counts are 0. Breadth first, a level at a time. Raises ValueError for unknown nodes.
    """
    graph.check_mask(barred)
    found = []
    for source in np.asarray(sources, np.int64).tolist():
        graph.check(source)
        seen = np.zeros(graph.nodes, np.bool_) if barred is None else barred.copy()
        level = np.array([] if seen[source] else [source], np.int64)
        seen[level] = True
        counts = []
        while len(level):
            counts.append(len(level))
            if hops is not None and len(counts) > hops:
                break
            reached = _around(graph, level)
            reached &= ~seen
            seen |= reached
            level = np.flatnonzero(reached)
        found.append(counts)
    table = np.zeros((len(found), max(map(len, found), default=0)), np.int64)
    for row, counts in zip(table, found, strict=True):
        row[: len(counts)] = counts
    return table


def degree_counts(graph: Graph, *, barred: Mask | None = None) -> Numbers:
    """Return how many people have 0, 1, 2, ... neighbours, (highest degree + 1,), those barred left out on either side."""
    degree = graph.degree
    graph.check_mask(barred)
    if barred is not None:
        every = np.arange(graph.nodes)
        for block in graph.blocks(every):
            _, places = graph.places(every[block])
            gone = np.r_[0, np.cumsum(barred[graph.indices[places]])]
            ends = np.cumsum(degree[block])
            degree[block] -= gone[ends] - gone[ends - degree[block]]
        degree = degree[~barred]
    return np.bincount(degree)


class _Layer:
    """A score for some nodes, 0 for all others: in a layer, that of the best walk of exactly so many ties to the far end."""

    def __init__(self, size: int, nodes: Nodes, score: Scores, every: Scores | None = None) -> None:
        # nodes are ascending; `every` is the same as an array over all nodes, made when many are asked for.
        self.nodes, self.score = nodes, score
        self._size, self._every = size, every

    def of(self, asked: Nodes) -> Scores:
        """Return the score of each node asked for, (k,)."""
        if self._every is None and len(asked) * _FEW > self._size:
            self._every = np.zeros(self._size)
            self._every[self.nodes] = self.score
        if self._every is not None:
            return self._every[asked]
        found = np.zeros(len(asked))
        there, at = find(self.nodes, asked)
        found[at] = self.score[there]
        return found


def _layers(graph: Graph, a: int, b: int, first: Nodes, hops: int, barred: Mask | None) -> list[_Layer]:
    """Return the layers 0 to hops - 1 from b, in which a has no part; from the fourth on, for those only whom a reaches in time."""
    layers = [_Layer(graph.nodes, np.array([b], np.int32), np.ones(1))]
    if hops > 1:
        near, weight = graph.neighbours(b)
        kept = _kept(near, a, barred)
        layers.append(_Layer(graph.nodes, near[kept], weight[kept].astype(np.float64)))
    if hops == 3 and _total(graph, first) < _total(graph, layers[1].nodes):
        layers.append(_pulled(graph, first, layers[1]))
    elif hops > 2:
        layers.append(_pushed(graph, layers[1], a, barred))
    wanted = [first]
    for _ in range(4, hops):
        around = _around(graph, wanted[-1])
        around[wanted[-1]] = True
        around[a] = False
        if barred is not None:
            around &= ~barred
        wanted.append(np.flatnonzero(around).astype(np.int32))
    for number in range(3, hops):
        layers.append(_pulled(graph, wanted[hops - 1 - number], layers[-1]))
    return layers


def _pushed(graph: Graph, layer: _Layer, a: int, barred: Mask | None) -> _Layer:
    """Return the layer after one, from everybody whom it reaches."""
    if _total(graph, layer.nodes) * _FEW > graph.nodes:
        every: Scores = np.zeros(graph.nodes)
        for block in graph.blocks(layer.nodes):
            counts, far, weight = graph.spread(layer.nodes[block])
            np.maximum.at(every, far, np.repeat(layer.score[block], counts) * weight)
        every[a] = 0
        if barred is not None:
            every[barred] = 0
        return _Layer(graph.nodes, np.empty(0, np.int32), np.empty(0), every)
    counts, far, weight = graph.spread(layer.nodes)
    kept = _kept(far, a, barred)
    far, score = far[kept], (np.repeat(layer.score, counts) * weight)[kept]
    order, starts = _groups(far)
    return _Layer(graph.nodes, far[order[starts]], _largest(score[order], starts))


def _pulled(graph: Graph, nodes: Nodes, layer: _Layer) -> _Layer:
    """Return the layer after one, for these nodes alone, ascending, each of which has a neighbour."""
    score = np.zeros(len(nodes))
    for block in graph.blocks(nodes):
        counts, far, weight = graph.spread(nodes[block])
        score[block] = _largest(layer.of(far) * weight, np.cumsum(counts) - counts)
    return _Layer(graph.nodes, nodes, score)


def _path(graph: Graph, begun: tuple[int, int], layers: list[_Layer], score: float) -> Path:
    """Follow the best through the layers, the last one first; begun: who asks and who is asked first."""
    nodes, weights = list(begun), []
    near, weight = graph.neighbours(begun[0])
    weights.append(float(weight[np.searchsorted(near, begun[1])]))
    for layer in reversed(layers):
        near, weight = graph.neighbours(nodes[-1])
        best = int(np.argmax(layer.of(near) * weight))
        nodes.append(int(near[best]))
        weights.append(float(weight[best]))
    return Path(tuple(nodes), tuple(weights), score)


def _may(graph: Graph, a: int, b: int, barred: Mask | None) -> bool:
    """Tell whether there can be a path at all. Raises ValueError for unknown nodes."""
    graph.check(a, b)
    graph.check_mask(barred)
    return a != b and (barred is None or not (barred[a] or barred[b]))


def _kept(nodes: Nodes, a: int, barred: Mask | None) -> Mask:
    kept: Mask = nodes != a
    return kept if barred is None else kept & ~barred[nodes]


def _total(graph: Graph, nodes: Nodes) -> int:
    return int(np.sum(graph.indptr[nodes + 1] - graph.indptr[nodes]))


def _around(graph: Graph, nodes: NDArray[np.integer]) -> Mask:
    """Return who is a neighbour of any of these nodes, bool (n,)."""
    around = np.zeros(graph.nodes, np.bool_)
    for block in graph.blocks(nodes):
        around[graph.indices[graph.places(nodes[block])[1]]] = True
    return around


def _best_of_few(far: Nodes, score: Scores, middle: Nodes) -> Reached:
    """Return whom ways over a middle lead to, ascending, with the best way; middles come in ascending order."""
    order, starts = _groups(far)
    middles = np.diff(np.r_[starts, len(order)])
    ranked = score[order]
    best = _largest(ranked, starts)
    at_best = np.flatnonzero(ranked == np.repeat(best, middles))
    # The first of the best in each group has the smallest number.
    first = order[at_best[np.searchsorted(at_best, starts)]]
    return Reached(far[first], best, middle[first], middles)


def _best_of_many(size: int, far: Nodes, score: Scores, middle: Nodes) -> Reached:
    """Return the same by arrays over all nodes, without sorting."""
    best, middles = np.zeros(size), np.bincount(far, minlength=size)
    np.maximum.at(best, far, score)
    at_best = np.flatnonzero(score == best[far])[::-1]
    first = np.zeros(size, np.int32)
    # Of several values the last one stays: backwards, the smallest number.
    first[far[at_best]] = middle[at_best]
    nodes = np.flatnonzero(middles).astype(np.int32)
    return Reached(nodes, best[nodes], first[nodes], middles[nodes])


def _groups(keys: Nodes) -> tuple[Numbers, Numbers]:
    """Return the order that brings equal keys together, ascending, as they came within each, and where each group starts."""
    bits = len(keys).bit_length()
    # Key and place in one number: sorting plain numbers is several times as fast as a stable argsort.
    packed = (keys.astype(np.int64) << bits) | np.arange(len(keys))
    packed.sort()
    key = packed >> bits
    new = np.ones(len(keys), np.bool_)
    np.not_equal(key[1:], key[:-1], out=new[1:])
    return packed & ((1 << bits) - 1), np.flatnonzero(new)


def _largest(score: Scores, starts: Numbers) -> Scores:
    """Return the largest of each group, none of which is empty."""
    return np.maximum.reduceat(score, starts) if len(starts) else np.empty(0)


def _top(score: Scores, nodes: Nodes, limit: int | None, ties: Numbers | None = None) -> Numbers:
    """Return the places of the best scores, best first; of equal ones those with fewer ties, then with smaller numbers."""
    if limit is not None and limit < 0:
        raise ValueError(f"limit is {limit} and should not be below 0.")
    kept = np.arange(len(score))
    if limit is not None and 0 < limit < len(score):
        kept = np.flatnonzero(score >= np.partition(score, len(score) - limit)[len(score) - limit])
    keys: tuple[NDArray[Any], ...] = (nodes[kept], -score[kept])
    if ties is not None:
        keys = (nodes[kept], ties[kept], -score[kept])
    return kept[np.lexsort(keys)][:limit]
