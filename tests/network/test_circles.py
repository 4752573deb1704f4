"""Circles against worlds that are plain to see."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.network.circles import Circles, circles
from weakties.network.graph import Graph, from_edges

Edges = list[tuple[int, int]]


def found(ties: Edges, nodes: int, *, days: list[int] | None = None, barred: list[int] | None = None) -> Circles:
    """Return the circles of ties of one weight. days: on which each began."""
    a, b = ([t[side] for t in ties] for side in (0, 1))
    graph = from_edges(a, b, np.full(len(ties), 0.5), nodes=nodes)
    mask = None
    if barred is not None:
        mask = np.zeros(nodes, dtype=np.bool_)
        mask[barred] = True
    return circles(graph, since(graph, ties, days or [0] * len(ties)), barred=mask)


def since(graph: Graph, ties: Edges, days: list[int]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    day = {frozenset(tie): when for tie, when in zip(ties, days, strict=True)}
    rows = np.repeat(np.arange(graph.nodes), graph.degree)
    return np.array(
        [day[frozenset((int(x), int(y)))] for x, y in zip(rows, graph.indices, strict=True)], dtype=np.int64
    )


def clique(*members: int) -> Edges:
    return list(combinations(members, 2))


def test_two_cliques_with_one_tie_between_them_are_two_circles() -> None:
    got = found([*clique(0, 1, 2, 3), *clique(4, 5, 6, 7), (3, 4)], 8)
    assert got.home.tolist() == [0, 0, 0, 0, 1, 1, 1, 1]
    assert got.also.tolist() == []
    assert got.modularity == pytest.approx(12 / 13 - 2 * (13 / 26) ** 2)


def test_a_circle_is_called_after_whose_tie_in_it_is_the_oldest() -> None:
    ties = [*clique(0, 1, 2), *clique(3, 4, 5)]
    assert found(ties, 6, days=[9, 9, 5, 7, 8, 9]).founders.tolist() == [1, 3]


def test_who_has_half_of_the_ties_in_a_second_circle_is_in_both() -> None:
    got = found([*clique(0, 1, 2, 3, 4), *clique(5, 6, 7, 8, 9), (0, 5), (0, 6), (0, 7)], 10)
    assert [0, 1] in got.also.tolist()
    assert got.members(1).tolist() == [5, 6, 7, 8, 9, 0]


def test_two_alone_are_no_circle_and_nobody_is_in_none() -> None:
    got = found([(0, 1)], 3)
    assert got.home.tolist() == [-1, -1, -1]
    assert got.count == 0


def test_who_is_barred_is_in_no_circle_and_holds_none_together() -> None:
    star = [(0, other) for other in range(1, 6)]
    assert found(star, 6).home.tolist() == [0] * 6
    assert found(star, 6, barred=[0]).home.tolist() == [-1] * 6


@pytest.mark.parametrize("nodes", [0, 1, 5])
def test_nobody_who_knows_anybody_makes_no_circle(nodes: int) -> None:
    got = found([], nodes)
    assert got.home.tolist() == [-1] * nodes


@settings(deadline=None, max_examples=60)
@given(ties=st.sets(st.tuples(st.integers(0, 11), st.integers(0, 11)).filter(lambda t: t[0] < t[1]), max_size=40))
def test_law_the_same_network_has_the_same_circles_and_each_is_of_three_or_more(ties: set[tuple[int, int]]) -> None:
    edges = sorted(ties)
    got, again = found(edges, 12), found(edges, 12)
    assert got.home.tolist() == again.home.tolist()
    assert got.founders.tolist() == again.founders.tolist()
    assert all(np.sum(got.home == circle) >= 3 for circle in range(got.count))
    assert all(got.home[founder] == circle for circle, founder in enumerate(got.founders))
    assert all(got.home[node] != circle for node, circle in got.also)
