"""Paths, introducers and people at distance two, against every simple path of random small graphs walked one by one."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from weakties.network import graph as arrays
from weakties.network import paths
from weakties.network.graph import Graph, Mask, from_edges
from weakties.network.paths import best_path, best_paths, degree_counts, distances, introducers, two_hop

Rows = list[dict[int, float]]
GRAPHS = 1_000


def random_graph(rng: np.random.Generator, *, exact: bool) -> tuple[Graph, Mask | None]:
    """exact: weights are eighths, so that products are exact and many of them equal."""
    nodes = int(rng.integers(1, 9))
    ties = int(rng.integers(0, 3 * nodes))
    weight = rng.integers(1, 9, ties) / 8 if exact else (1 - rng.random(ties)).astype(np.float32)
    barred = rng.random(nodes) < 0.2 if rng.random() < 0.5 else None
    return from_edges(rng.integers(0, nodes, ties), rng.integers(0, nodes, ties), weight, nodes=nodes), barred


def rows_of(graph: Graph, barred: Mask | None) -> Rows:
    """What is left without the barred, as plain dictionaries."""
    gone = set() if barred is None else set(np.flatnonzero(barred).tolist())
    return [
        {
            int(other): float(weight)
            for other, weight in zip(*graph.neighbours(node), strict=True)
            if node not in gone and other not in gone
        }
        for node in range(graph.nodes)
    ]


def simple_paths(rows: Rows, begun: tuple[int, ...], b: int, hops: int) -> Iterator[tuple[int, ...]]:
    if begun[-1] == b:
        yield begun
    elif hops:
        for other in rows[begun[-1]]:
            if other not in begun:
                yield from simple_paths(rows, (*begun, other), b, hops - 1)


def score_of(rows: Rows, path: tuple[int, ...], per_hop: float) -> float:
    score = 1.0
    for one, other in reversed(list(pairwise(path))):
        score *= rows[one][other]
    return score * per_hop ** max(0, len(path) - 3)


def by_hand(rows: Rows, a: int, b: int, hops: int, per_hop: float) -> list[tuple[float, int, tuple[int, ...]]]:
    """The best path for each first step, as (- score, nodes on it, path), best first."""
    best: dict[int, tuple[float, int, tuple[int, ...]]] = {}
    if a != b:
        for path in simple_paths(rows, (a,), b, hops):
            found = (-score_of(rows, path, per_hop), len(path), path)
            best[path[1]] = min(found, best.get(path[1], (1.0, 0, ())))
    return sorted(best.values())


@pytest.fixture(params=[(16, 1 << 20), (0, 1 << 20), (16, 2)], ids=["dense", "sparse", "in small blocks"])
def _each_way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    few, at_once = request.param
    monkeypatch.setattr(paths, "_FEW", few)
    monkeypatch.setattr(arrays, "_AT_ONCE", at_once)


@pytest.mark.usefixtures("_each_way")
def test_paths_are_the_best_of_all_simple_paths() -> None:
    rng, found = np.random.default_rng(11), 0
    for _ in range(GRAPHS):
        graph, barred = random_graph(rng, exact=True)
        rows = rows_of(graph, barred)
        a, b = rng.integers(0, graph.nodes, 2).tolist()
        hops, per_hop = int(rng.integers(1, 7)), float(rng.choice([1.0, 1 / 3, 0.5]))
        wanted = by_hand(rows, a, b, hops, per_hop)
        told = best_paths(graph, a, b, hops, 99, per_hop=per_hop, barred=barred)
        assert [(-p.score, len(p.nodes), p.nodes) for p in told] == wanted
        assert [p.weights for p in told] == [tuple(rows[x][y] for x, y in pairwise(w[2])) for w in wanted]
        assert best_paths(graph, a, b, hops, 2, per_hop=per_hop, barred=barred) == told[:2]
        assert best_path(graph, a, b, hops, per_hop=per_hop, barred=barred) == (told[0] if told else None)
        found += len(told)
    assert found > GRAPHS // 2


@pytest.mark.usefixtures("_each_way")
def test_scores_are_exact_for_any_weights() -> None:
    rng = np.random.default_rng(12)
    for _ in range(GRAPHS):
        graph, barred = random_graph(rng, exact=False)
        rows = rows_of(graph, barred)
        a, b = rng.integers(0, graph.nodes, 2).tolist()
        hops, per_hop = int(rng.integers(1, 7)), float(rng.choice([1.0, 1 / 3]))
        told = best_paths(graph, a, b, hops, 99, per_hop=per_hop, barred=barred)
        assert [-p.score for p in told] == [w[0] for w in by_hand(rows, a, b, hops, per_hop)]
        assert [score_of(rows, p.nodes, per_hop) for p in told] == [p.score for p in told]
        assert all(len(set(p.nodes)) == len(p.nodes) <= hops + 1 and (p.nodes[0], p.nodes[-1]) == (a, b) for p in told)


@pytest.mark.usefixtures("_each_way")
def test_introducers_and_people_at_distance_two_are_those_counted_by_hand() -> None:
    rng, found = np.random.default_rng(13), 0
    for _ in range(GRAPHS):
        graph, barred = random_graph(rng, exact=True)
        rows = rows_of(graph, barred)
        a, b = rng.integers(0, graph.nodes, 2).tolist()
        common = sorted((-rows[a][m] * rows[m][b], m) for m in rows[a] if b in rows[m]) if a != b else []
        assert [(-p.score, p.introducers[0]) for p in introducers(graph, a, b, barred=barred)] == common
        assert introducers(graph, a, b, 1, barred=barred) == introducers(graph, a, b, barred=barred)[:1]
        known = set(graph.neighbours(a)[0].tolist())
        beyond = []
        for far in set(range(graph.nodes)) - known - {a}:
            middles = sorted((-rows[a][m] * rows[m][far], m) for m in rows[a] if far in rows[m])
            beyond += [(score, far, middle, len(middles)) for score, middle in middles[:1]]
        told = two_hop(graph, a, barred=barred)
        columns = ((-told.score).tolist(), told.nodes.tolist(), told.middle.tolist(), told.middles.tolist())
        assert list(zip(*columns, strict=True)) == sorted(beyond)
        assert two_hop(graph, a, 2, barred=barred).nodes.tolist() == told.nodes.tolist()[:2]
        found += len(common) + len(beyond)
    assert found > GRAPHS // 2


@pytest.mark.usefixtures("_each_way")
def test_distances_and_degrees_are_those_of_a_queue() -> None:
    rng = np.random.default_rng(14)
    for _ in range(GRAPHS):
        graph, barred = random_graph(rng, exact=True)
        rows = rows_of(graph, barred)
        gone = [False] * graph.nodes if barred is None else barred.tolist()
        source = int(rng.integers(graph.nodes))
        far = {} if gone[source] else {source: 0}
        queue = deque(far)
        while queue:
            node = queue.popleft()
            for other in rows[node]:
                if other not in far:
                    far[other] = far[node] + 1
                    queue.append(other)
        wanted = [list(far.values()).count(d) for d in range(max(far.values(), default=-1) + 1)]
        assert distances(graph, [source, source], barred=barred).tolist() == [wanted, wanted]
        assert distances(graph, [source], 1, barred=barred).tolist() == [wanted[:2]]
        degrees = [len(row) for row, left in zip(rows, gone, strict=True) if not left]
        assert degree_counts(graph, barred=barred).tolist() == np.bincount(np.array(degrees, np.int64)).tolist()


def test_asking_a_strong_introducer_beats_a_feeble_tie_of_ones_own() -> None:
    graph = from_edges([0, 0, 1], [2, 1, 2], [0.125, 0.75, 0.5], nodes=3)
    assert [(p.nodes, p.score) for p in best_paths(graph, 0, 2)] == [((0, 1, 2), 0.375), ((0, 2), 0.125)]


def test_each_introducer_after_the_first_costs_two_thirds() -> None:
    """0 - 1 - 2 - 3 - 4 - 5 - 6, all certain."""
    graph = from_edges(range(6), range(1, 7), [1.0] * 6, nodes=7)
    scores = [found.score if (found := best_path(graph, 0, far, 6)) else 0.0 for far in range(1, 7)]
    assert scores == pytest.approx([1, 1, 1 / 3, 1 / 9, 1 / 27, 1 / 81])
    assert best_path(graph, 0, 6, 5) is None


def test_halves_that_share_somebody_do_not_make_a_path() -> None:
    """Whoever goes 0 - 1 - 2 - 1 - 3 has gone nowhere: the way for 1 is straight on, and 2 has a feeble way of its own."""
    graph = from_edges([0, 1, 1, 0, 2], [1, 2, 3, 2, 4], [1.0, 1.0, 1.0, 1.0, 0.5], nodes=5)
    found = best_paths(graph, 0, 3, 4, per_hop=1.0)
    assert [p.nodes for p in found] == [(0, 1, 3), (0, 2, 1, 3)]
    assert best_paths(graph, 0, 3, 4, per_hop=1.0, barred=np.array([False, True, False, False, False])) == []


def test_in_a_clique_of_equals_the_smaller_numbers_come_first() -> None:
    nodes = 12
    a, b = np.triu_indices(nodes, 1)
    graph = from_edges(a, b, np.full(len(a), 0.5), nodes=nodes)
    assert [p.nodes for p in best_paths(graph, 3, 7, 6, 4)] == [(3, 7), (3, 0, 7), (3, 1, 7), (3, 2, 7)]
    assert [p.introducers for p in introducers(graph, 3, 7, 3)] == [(0,), (1,), (2,)]
    assert len(two_hop(graph, 3).nodes) == 0
    assert distances(graph, [0]).tolist() == [[1, 11]]
    assert degree_counts(graph).tolist() == [0] * 11 + [12]


def test_the_centre_of_a_star_introduces_everybody_to_everybody() -> None:
    graph = from_edges([0] * 5, range(1, 6), [1.0, 0.5, 0.25, 0.125, 1.0], nodes=6)
    assert [p.nodes for p in best_paths(graph, 2, 3, 4)] == [(2, 0, 3)]
    reached = two_hop(graph, 2)
    assert reached.nodes.tolist() == [1, 5, 3, 4]
    assert reached.score.tolist() == [0.5, 0.5, 0.125, 0.0625]
    assert (reached.middle.tolist(), reached.middles.tolist()) == ([0] * 4, [1] * 4)
    everybody_else = np.arange(6) == 0
    assert best_paths(graph, 2, 3, 6, barred=everybody_else) == []
    assert len(two_hop(graph, 2, barred=everybody_else).nodes) == 0


def test_a_hub_of_a_hundred_thousand_is_gone_through_like_anybody() -> None:
    """Node 0 knows all; 1 - 2 and 3 - 4 know each other; the tie of n to the hub is 1 / (1 + n % 8)."""
    leaves = 100_000
    others = np.arange(1, leaves + 1)
    weight = 1 / (1 + others % 8)
    graph = from_edges(
        np.r_[np.zeros(leaves, np.int64), 1, 3], np.r_[others, 2, 4], np.r_[weight, 1.0, 1.0], nodes=leaves + 1
    )
    assert graph.degree[0] == leaves
    assert [p.nodes for p in best_paths(graph, 1, 3)] == [(1, 0, 3), (1, 2, 0, 3)]
    assert [p.nodes for p in best_paths(graph, 0, 4, limit=2)] == [(0, 3, 4), (0, 4)]
    assert [p.nodes for p in best_paths(graph, 4, 0, limit=2)] == [(4, 3, 0), (4, 0)]
    assert [p.nodes for p in best_paths(graph, 5, 4, 6)] == [(5, 0, 4)]
    reached = two_hop(graph, 1, 3)
    assert (reached.nodes.tolist(), reached.score.tolist()) == ([8, 16, 24], [0.5] * 3)
    assert len(two_hop(graph, 1).nodes) == leaves - 2
    assert distances(graph, [0, 1]).tolist() == [[1, leaves, 0], [1, 2, leaves - 2]]


def test_numbers_out_of_an_array_become_plain_ones() -> None:
    graph = from_edges([0, 1], [1, 2], [0.5, 0.5], nodes=3)
    a, b = np.array([0, 2])
    for found in (best_paths(graph, a, b), introducers(graph, a, b)):
        assert [{type(value) for value in (*p.nodes, *p.weights, p.score)} for p in found] == [{int, float}]


def test_islands_do_not_reach_each_other() -> None:
    graph = from_edges([0, 2], [1, 3], [1.0, 1.0], nodes=5)
    assert best_path(graph, 0, 3, 6) is None
    assert best_path(graph, 0, 4, 6) is None
    assert introducers(graph, 0, 3) == []
    assert distances(graph, [0, 4]).tolist() == [[1, 1], [1, 0]]
    assert distances(graph, []).tolist() == []


def test_nobody_needs_a_path_to_themselves_and_the_barred_are_not_looked_for() -> None:
    graph = from_edges([0, 0, 1], [1, 2, 2], [0.5, 0.5, 0.5], nodes=3)
    assert best_paths(graph, 1, 1, 6) == []
    assert introducers(graph, 1, 1) == []
    for gone in range(2):
        barred = np.arange(3) == gone
        assert best_paths(graph, 0, 1, barred=barred) == []
        assert introducers(graph, 0, 1, barred=barred) == []
    barred = np.array([True, False, False])
    assert len(two_hop(graph, 0, barred=barred).nodes) == 0
    assert distances(graph, [0, 1], barred=barred).tolist() == [[0, 0], [1, 1]]


def test_a_graph_of_one_and_of_nobody() -> None:
    one = from_edges([0], [0], [1.0], nodes=1)
    assert best_paths(one, 0, 0) == []
    assert len(two_hop(one, 0).nodes) == 0
    assert distances(one, [0]).tolist() == [[1]]
    assert degree_counts(one).tolist() == [1]
    nobody = from_edges([], [], [], nodes=0)
    assert distances(nobody, []).shape == (0, 0)
    assert degree_counts(nobody, barred=np.empty(0, np.bool_)).tolist() == []


def test_what_cannot_be_asked_is_refused() -> None:
    graph = from_edges([0, 1], [1, 2], [0.5, 0.5], nodes=3)
    for node in (-1, 3):
        for ask in (
            lambda n: best_path(graph, 0, n),
            lambda n: best_path(graph, n, 0),
            lambda n: introducers(graph, n, 0),
            lambda n: two_hop(graph, n),
            lambda n: distances(graph, [0, n]),
        ):
            with pytest.raises(ValueError, match=f"{node} is no node of a graph of 3"):
                ask(node)
    for hops in (0, 7):
        with pytest.raises(ValueError, match="hops is"):
            best_path(graph, 0, 2, hops)
    for per_hop in (0.0, 1.5, float("nan")):
        with pytest.raises(ValueError, match="per_hop is"):
            best_path(graph, 0, 2, per_hop=per_hop)
    with pytest.raises(ValueError, match="limit is -1"):
        best_paths(graph, 0, 2, limit=-1)
    wrong: list[Any] = [np.zeros(2, np.bool_), np.zeros(3, np.int64)]
    for barred in wrong:
        for asked in (best_path, introducers):
            with pytest.raises(ValueError, match="should be bool"):
                asked(graph, 0, 2, barred=barred)
        with pytest.raises(ValueError, match="should be bool"):
            two_hop(graph, 0, barred=barred)
        with pytest.raises(ValueError, match="should be bool"):
            degree_counts(graph, barred=barred)
