"""The map of a network: the same for the same input, circles as patches, steady when a few ties come."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import cKDTree

from weakties.network.circles import Circles, circles
from weakties.network.graph import Graph, from_edges
from weakties.network.layout import REACH, Places, layout

# How far the median person may move, in widths of the map, when one tie in a hundred is new.
_STEADY = 0.02


def none(nodes: int) -> Circles:
    return circles(from_edges([], [], [], nodes=nodes), np.zeros(0, dtype=np.int64))


def one_circle(nodes: int) -> Circles:
    return Circles(np.zeros(nodes, np.int32), np.zeros(1, np.int32), np.zeros((0, 2), np.int64), 0.0)


def found(graph: Graph, before: Circles | None = None) -> Circles:
    held = None if before is None else before.home.astype(np.int64)
    return circles(graph, np.zeros(len(graph.indices), dtype=np.int64), before=held)


def villages(count: int, people: int, *, seed: int = 3, away: float = 0.1) -> Graph:
    """Return a network of villages on a ring: six ties a person, one in ten of them to the next village."""
    rng = np.random.default_rng(seed)
    nodes = count * people
    a = np.repeat(np.arange(nodes), 6)
    shift = np.where(rng.random(len(a)) < away, 1, 0)
    b = (a // people + shift) % count * people + rng.integers(people, size=len(a))
    return from_edges(a, b, 0.05 + 0.9 * rng.random(len(a)), nodes=nodes)


def crossed(place: Places, graph: Graph, home: np.ndarray[tuple[int], np.dtype[np.int32]]) -> float:
    """Return how many of the five nearest on the map are of another circle."""
    _, near = cKDTree(place).query(place, k=6)
    return float(np.mean(home[near[:, 1:]] != home[:, None]))


def check(place: Places, nodes: int) -> None:
    assert place.shape == (nodes, 2)
    assert place.dtype == np.float32
    assert np.isfinite(place).all()
    assert np.abs(place).max(initial=0) <= REACH
    assert len(np.unique(place, axis=0)) == nodes


@pytest.mark.parametrize("nodes", [0, 1, 2, 500])
def test_people_without_ties_all_have_a_place_of_their_own(nodes: int) -> None:
    check(layout(from_edges([], [], [], nodes=nodes), none(nodes)), nodes)


def test_two_who_know_each_other_alone_stand_together() -> None:
    graph = from_edges([0], [1], [0.5], nodes=2)
    check(layout(graph, found(graph)), 2)


def test_one_circle_fills_the_paper() -> None:
    place = layout(villages(1, 60, away=0), one_circle(60))
    check(place, 60)
    # Evenly spread over a disc of radius 1, half of the people are within 0.71 of its midst.
    assert 0.55 < np.median(np.linalg.norm(place - place.mean(axis=0), axis=1)) < 0.9


def test_a_star_of_ten_thousand_has_its_hub_in_the_midst_and_nobody_on_another() -> None:
    leaves = 10_000
    graph = from_edges(np.zeros(leaves, np.int64), np.arange(1, leaves + 1), np.full(leaves, 0.5), nodes=leaves + 1)
    place = layout(graph, one_circle(leaves + 1))
    check(place, leaves + 1)
    assert np.linalg.norm(place[0] - place.mean(axis=0)) < 0.2
    nearest = cKDTree(place).query(place, k=2)[0][:, 1]
    assert nearest.min() > 0.25 * np.median(nearest)


def test_people_of_one_circle_lie_together_and_circles_do_not_overlap() -> None:
    graph = villages(12, 80)
    circle = found(graph)
    place = layout(graph, circle)
    check(place, graph.nodes)
    assert crossed(place, graph, circle.home) < 0.02
    centre = np.array([place[circle.home == c].mean(axis=0) for c in range(circle.count)])
    reach = np.array([np.linalg.norm(place[circle.home == c] - centre[c], axis=1).max() for c in range(circle.count)])
    apart = np.linalg.norm(centre[:, None] - centre[None], axis=2)
    np.fill_diagonal(apart, np.inf)
    assert np.all(apart > 0.9 * (reach[:, None] + reach[None]))


def test_circles_that_know_each_other_are_near() -> None:
    """Twelve villages on a ring, each with ties to the next alone."""
    graph = villages(12, 80)
    place = layout(graph, found(graph))
    centre = place.reshape(12, 80, 2).mean(axis=1)
    apart = np.linalg.norm(centre[:, None] - centre[None], axis=2)
    beside = np.mean([apart[v, (v + 1) % 12] for v in range(12)])
    assert beside < 0.7 * apart.sum() / (12 * 11)


def test_strong_ties_are_shorter_than_weak_ones() -> None:
    graph = villages(4, 200)
    place = layout(graph, found(graph))
    length = np.linalg.norm(place[graph.rows] - place[graph.indices], axis=1)
    same = graph.rows // 200 == graph.indices // 200
    strong, weak = (length[same & sure].mean() for sure in (graph.weight > 0.7, graph.weight < 0.3))
    assert strong < 0.9 * weak


def test_who_knows_nobody_stands_in_free_space() -> None:
    inner = villages(6, 50)
    once = inner.rows < inner.indices
    graph = from_edges(inner.rows[once], inner.indices[once], inner.weight[once], nodes=340)
    circle = found(graph)
    place = layout(graph, circle)
    check(place, 340)
    step = np.median(cKDTree(place[:300]).query(place[:300], k=2)[0][:, 1])
    assert cKDTree(place[:300]).query(place[300:])[0].min() > step


def test_the_same_network_gives_the_same_bytes_whatever_the_threads() -> None:
    told = "import sys, hashlib; from tests.network.test_layout import *; g = villages(9, 70);"
    told += "print(hashlib.sha256(layout(g, found(g)).tobytes()).hexdigest())"
    said = set()
    for threads in ("1", "2", "7"):
        env = {**os.environ, "OMP_NUM_THREADS": threads, "OPENBLAS_NUM_THREADS": threads}
        run = [sys.executable, "-c", told]
        said.add(subprocess.run(run, env=env, capture_output=True, text=True, check=True).stdout)
    assert len(said) == 1


def test_one_tie_in_a_hundred_more_moves_the_map_a_little() -> None:
    whole = villages(20, 100)
    rows, kept = whole.rows, np.random.default_rng(1).random(whole.ties) >= 0.01
    once = np.flatnonzero(rows < whole.indices)[kept]
    graph = from_edges(rows[once], whole.indices[once], whole.weight[once], nodes=whole.nodes)
    circle = found(graph)
    first = layout(graph, circle)
    second = layout(whole, found(whole, circle), before=first)
    moved = np.linalg.norm(second - first, axis=1) / 2
    assert np.median(moved) < _STEADY
    assert np.quantile(moved, 0.9) < 2 * _STEADY


def test_somebody_new_takes_a_place_beside_their_circle_and_moves_few() -> None:
    graph = villages(8, 60)
    once = graph.rows < graph.indices
    a, b = np.r_[graph.rows[once], [480, 480, 480]], np.r_[graph.indices[once], [0, 1, 2]]
    more = from_edges(a, b, np.r_[graph.weight[once], [0.9, 0.9, 0.9]], nodes=481)
    first, circle = layout(graph, found(graph)), found(graph)
    second = layout(
        more,
        found(more, Circles(np.r_[circle.home, [-1]], circle.founders, circle.also, 0.0)),
        before=np.r_[first, [[np.nan, np.nan]]],
    )
    check(second, 481)
    assert np.median(np.linalg.norm(second[:480] - first, axis=1)) / 2 < _STEADY
    assert np.linalg.norm(second[480] - second[:60].mean(axis=0)) < 0.3


def test_arrays_of_another_length_are_refused() -> None:
    graph = from_edges([0], [1], [0.5], nodes=2)
    with pytest.raises(ValueError, match="before is"):
        layout(graph, found(graph), before=np.zeros((3, 2)))
    with pytest.raises(ValueError, match="keys"):
        layout(graph, found(graph), keys=np.zeros(3, np.uint64))


@settings(max_examples=40, deadline=None)
@given(st.integers(1, 30), st.lists(st.tuples(st.integers(0, 29), st.integers(0, 29)), max_size=60), st.booleans())
def test_any_network_has_a_map(nodes: int, ties: list[tuple[int, int]], again: bool) -> None:
    ties = [(a, b) for a, b in ties if a < nodes and b < nodes]
    graph = from_edges([a for a, _ in ties], [b for _, b in ties], [0.5] * len(ties), nodes=nodes)
    circle = found(graph)
    place = layout(graph, circle)
    check(place, nodes)
    if again:
        # Even where all are said to have stood on one spot.
        check(layout(graph, circle, before=np.zeros((nodes, 2))), nodes)
        check(layout(graph, circle, before=place), nodes)
