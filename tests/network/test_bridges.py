"""Constraint and effective size as networkx works them out, and the worlds that ties lead into, counted by hand."""

from __future__ import annotations

import math
from typing import Any

import networkx
import numpy as np
import pytest

from weakties.network.bridges import Brokerage, Worlds, brokerage, worlds
from weakties.network.graph import Graph, Mask, from_edges

GRAPHS = 300


def as_networkx(graph: Graph, barred: Mask) -> Any:
    made = networkx.Graph()
    made.add_nodes_from(node for node in range(graph.nodes) if not barred[node])
    for node in range(graph.nodes):
        for other, weight in zip(*graph.neighbours(node), strict=True):
            if not (barred[node] or barred[other]):
                made.add_edge(node, int(other), weight=float(weight))
    return made


def test_constraint_and_effective_size_are_those_of_networkx() -> None:
    rng, compared = np.random.default_rng(21), 0
    for number in range(GRAPHS):
        nodes = int(rng.integers(2, 12))
        ties = int(rng.integers(1, 4 * nodes))
        weight = 1 - rng.random(ties)
        graph = from_edges(rng.integers(0, nodes, ties), rng.integers(0, nodes, ties), weight, nodes=nodes)
        barred = rng.random(nodes) < 0.2 if number % 2 else np.zeros(nodes, np.bool_)
        other = as_networkx(graph, barred)
        # Asked node by node: for all at once networkx 3.6 divides by the strongest tie of the wrong side.
        constraint = networkx.constraint(other, nodes=list(other), weight="weight")
        size = networkx.effective_size(other, nodes=list(other), weight="weight")
        for node in other:
            found = brokerage(graph, node, barred=barred if number % 2 else None)
            assert found.contacts == other.degree(node)
            if found.contacts:
                assert found.constraint == pytest.approx(constraint[node], rel=1e-9)
                assert found.effective_size == pytest.approx(size[node], rel=1e-9, abs=1e-12)
                compared += 1
            else:
                assert math.isnan(found.constraint)
                assert math.isnan(constraint[node])
    assert compared > GRAPHS


def test_a_bridge_between_two_friends_who_are_strangers_is_half_constrained() -> None:
    """0 knows 1 and 2, who do not know each other: (1/2)^2 twice. Once they do, equally well: (1/2 + 1/2 * 1/2)^2 twice."""
    apart = from_edges([0, 0], [1, 2], [1.0, 1.0], nodes=3)
    assert brokerage(apart, 0) == Brokerage(2, 0.5, 2.0)
    together = from_edges([0, 0, 1], [1, 2, 2], [1.0, 1.0, 1.0], nodes=3)
    assert brokerage(together, 0) == Brokerage(2, 1.125, 1.0)
    assert brokerage(together, 0, barred=np.array([False, False, True])) == Brokerage(1, 1.0, 1.0)
    assert brokerage(together, 0, barred=np.array([True, False, False])).contacts == 0


def test_the_centre_of_a_large_star_is_hardly_constrained_and_nobody_has_no_constraint() -> None:
    leaves = 10_000
    star = from_edges(np.zeros(leaves, np.int64), np.arange(1, leaves + 1), np.full(leaves, 0.25), nodes=leaves + 2)
    assert brokerage(star, 0).constraint == pytest.approx(1 / leaves)
    assert brokerage(star, 0).effective_size == leaves
    assert brokerage(star, 1) == Brokerage(1, 1.0, 1.0)
    nobody = brokerage(star, leaves + 1)
    assert (nobody.contacts, nobody.effective_size) == (0, 0.0)
    assert math.isnan(nobody.constraint)


def test_worlds_are_counted_and_weighed() -> None:
    """Of 0's ties one half of the weight leads to world 7, a quarter each to 3 and 5; node 5 lives nowhere."""
    graph = from_edges([0] * 5, range(1, 6), [0.25, 0.25, 0.25, 0.25, 1.0], nodes=7)
    membership = np.array([7, 7, 7, 3, 5, -1, 3])
    every, fewer = worlds(graph, 0, membership), worlds(graph, 0, membership, barred=np.arange(7) == 4)
    assert [every.number, fewer.number] == [3, 2]
    assert [every.effective, fewer.effective] == pytest.approx([2**1.5, 3 / 2 ** (2 / 3)])
    assert worlds(graph, 5, membership) == Worlds(1, 1.0)
    assert worlds(graph, 6, membership) == Worlds(0, 0.0)
    assert worlds(graph, 0, np.full(7, -1)) == Worlds(0, 0.0)
    assert worlds(graph, 0, membership, barred=np.arange(7) == 0) == Worlds(0, 0.0)


def test_equal_parts_in_so_many_worlds_are_so_many_worlds() -> None:
    graph = from_edges([0] * 6, range(1, 7), [0.5] * 6, nodes=7)
    assert worlds(graph, 0, np.array([0, 1, 1, 2, 2, 3, 3])).effective == pytest.approx(3.0)


def test_what_cannot_be_asked_is_refused() -> None:
    graph = from_edges([0], [1], [1.0], nodes=2)
    with pytest.raises(ValueError, match="2 is no node"):
        brokerage(graph, 2)
    with pytest.raises(ValueError, match="should be bool"):
        brokerage(graph, 0, barred=np.zeros(3, np.bool_))
    wrong: list[Any] = [np.zeros(3, np.int64), np.zeros(2)]
    for membership in wrong:
        with pytest.raises(ValueError, match="one whole number per node"):
            worlds(graph, 0, membership)
