"""What hangs on one person, how far apart people are, and how ties grew; small worlds counted by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties.config import Settings
from weakties.facts.migrations import open_home
from weakties.insight import robustness
from weakties.network import graph
from weakties.network.graph import Graph
from weakties.testing import World, handle
from weakties.workspace import Workspace

Tell = Callable[..., World]
NOBODY = np.zeros((0, 2), dtype=np.int64)


def network(*ties: tuple[int, int], nodes: int) -> Graph:
    """Return a graph in which every tie weighs the same."""
    a, b = ([tie[side] for tie in ties] for side in (0, 1))
    return graph.from_edges(a, b, [0.5] * len(ties), nodes=nodes)


def members(*pairs: tuple[int, int]) -> robustness.Numbers:
    return np.array(pairs, dtype=np.int64).reshape(-1, 2)


# I am 6, and know 0, 1 and 2. 0 leads to 3 and 4, 1 to 4, 2 to nobody; 5 is known to 3 alone.
WORLD = network((6, 0), (6, 1), (6, 2), (0, 3), (0, 4), (1, 4), (3, 5), nodes=7)


def test_whoever_alone_leads_somewhere_takes_it_with_them() -> None:
    found = robustness.doors(WORLD, 6, NOBODY, 0)
    assert found.nodes.tolist() == [0, 1, 2]
    assert found.leads.tolist() == [2, 1, 0]
    assert found.only.tolist() == [1, 0, 0]
    assert [some.tolist() for some in found.lost] == [[3], [], []]
    # To 3 no other door leads, to 4 one; of 1 it is 0 that leads to 4 as well.
    assert found.others[:2].tolist() == [0.5, 1.0]
    assert math.isnan(found.others[2])
    assert robustness.steps(WORLD, 6).tolist() == [1, 1, 1, 2, 2, -1, 0]


def test_a_world_hangs_on_one_door_where_nobody_else_is_of_it_or_knows_somebody_of_it() -> None:
    # World 0: 0 and 3; world 1: 4 and 1; world 2: 5 and 3; world 3: 2 alone.
    found = robustness.doors(WORLD, 6, members((0, 0), (3, 0), (4, 1), (1, 1), (5, 2), (3, 2), (2, 3)), 4)
    assert [some.tolist() for some in found.worlds] == [[0, 1, 2], [1], [3]]
    assert found.by.tolist() == [1, 2, 1, 1]
    assert found.reached.tolist() == [2, 2, 1, 1]
    # Of world 2 one person is within reach, of world 3 there is but one.
    assert [found.sole(door).tolist() for door in range(3)] == [[0], [], []]


def test_with_one_tie_and_with_none_nothing_breaks() -> None:
    alone = robustness.doors(network((0, 1), nodes=2), 1, NOBODY, 0)
    assert (alone.nodes.tolist(), alone.leads.tolist(), alone.only.tolist()) == ([0], [0], [0])
    assert [some.tolist() for some in alone.lost] == [[]]
    nobody = robustness.doors(network(nodes=1), 0, NOBODY, 0)
    assert (nobody.nodes.tolist(), nobody.lost, nobody.worlds) == ([], (), ())


@given(st.sets(st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda t: t[0] < t[1]), min_size=1))
def test_law_without_a_door_exactly_those_it_alone_leads_to_are_out_of_reach(ties: set[tuple[int, int]]) -> None:
    me, whole = 8, network(*ties, nodes=9)
    found = robustness.doors(whole, me, NOBODY, 0)
    second = set(np.flatnonzero(robustness.steps(whole, me) == 2).tolist())
    for place, door in enumerate(found.nodes.tolist()):
        left = network(*(tie for tie in ties if door not in tie), nodes=9)
        reached = set(np.flatnonzero(robustness.steps(left, me) >= 1).tolist())
        assert second - reached == set(found.lost[place].tolist())


def test_distances_are_those_of_hand_counting() -> None:
    around = network((0, 1), (1, 2), (3, 4), nodes=6)
    whole = network((0, 1), (1, 2), (3, 4), (6, 0), nodes=7)
    found = robustness.distances(whole, around)
    assert found.mine.tolist() == [1, 1, 1, 1]
    assert found.out_of_reach == 3
    # From both sides: 0-1, 1-2 and 3-4 are one tie apart, 0-2 two; of 30 pairs 22 are not connected.
    assert (found.others.tolist(), found.apart, found.sources) == ([6, 6, 2], 22, 6)
    assert found.mean == pytest.approx((6 * 1 + 2 * 2) / 8)
    assert found.within(1) == pytest.approx(6 / 30)
    assert found.within(6) == pytest.approx(8 / 30)
    assert found.degrees.tolist() == [1, 4, 1]


def test_a_large_network_is_measured_from_some_spread_over_it() -> None:
    count = 3 * robustness.SOURCES
    ring = network(*((n, (n + 1) % count) for n in range(count)), nodes=count)
    found = robustness.distances(network(*((n, (n + 1) % count) for n in range(count)), nodes=count + 1), ring)
    assert found.sources == robustness.SOURCES
    # From everywhere the ring looks the same.
    assert found.others[1 : count // 2].tolist() == [2 * robustness.SOURCES] * (count // 2 - 1)
    assert found.apart == 0


def test_whom_only_one_leads_to_is_named_in_the_row_of_that_one(ties: World) -> None:
    """
    2026-01-01  me <-> ana                email x4
    2026-01-01  me <-> ben                email x4
    2026-01-10  ana -> me, cleo@acme      email x3
    2026-01-15  ana -> me, dan@acme       email x3
    2026-01-20  ben -> me, dan@acme       email x3
    """
    found = ties.workspace.robustness(as_of=ties.as_of)
    rows = {row.person.name: row for row in found.rows}
    assert (found.direct, found.second, found.exposed) == (2, 2, 1)
    assert [row.person.name for row in found.rows] == ["Ana", "Ben"]
    assert [person.name for person in rows["Ana"].lost] == ["Cleo"]
    assert (rows["Ana"].only, rows["Ana"].leads, rows["Ana"].others) == (1, 2, 0.5)
    assert (rows["Ben"].only, rows["Ben"].leads, rows["Ben"].others) == (0, 1, 1.0)
    # Both lead to Acme.
    assert [(w.kind, w.name, w.people, w.reached, w.doors) for w in rows["Ben"].shared if w.kind == "organisation"] == [
        ("organisation", "acme.example", 2, 2, 2)
    ]
    assert [(r.name, r.direct, r.second, r.people) for r in found.by_organisation if r.people > 1] == [
        ("acme.example", 0, 2, 2)
    ]
    only = ties.workspace.robustness("ben", as_of=ties.as_of)
    assert [row.person.name for row in only.rows] == ["Ben"]


def test_years_count_first_contacts_those_still_alive_and_those_that_fell_silent(ties: World) -> None:
    """
    2023-03-01  me <-> ana      email x4 every 7d
    2023-05-01  me <-> ben      email x90 every 14d
    2025-06-01  me <-> cleo     email x30 every 9d
    """
    years = ties.workspace.robustness(as_of=date(2026, 3, 1)).years
    assert [(y.year, y.in_touch, y.new, y.alive, y.lost) for y in years] == [
        (2023, 2, 2, 1, 1),
        (2024, 1, 0, 0, 0),
        (2025, 2, 1, 1, 0),
        (2026, 2, 0, 0, 0),
    ]


def test_hidden_people_and_machines_hold_nothing_and_are_not_lost(told: Tell) -> None:
    text = """
        2026-01-01  me <-> ana            email x4
        2026-01-10  ana -> me, cleo       email x3
        2026-01-15  ana -> me, dan        email x3
        2026-01-16  news@shop -> me, eve  newsletter x9
    """
    world = told(text)
    world.workspace.decide("hide", handle("cleo"))
    found = world.workspace.robustness(as_of=world.as_of)
    assert [(row.person.name, [p.name for p in row.lost]) for row in found.rows] == [("Ana", ["Dan"])]
    world.workspace.decide("hide", handle("ana"))
    assert world.workspace.robustness(as_of=world.as_of).rows == ()


def test_an_empty_home_has_nothing_to_lose(tmp_path: Path) -> None:
    found = Workspace(open_home(tmp_path / "home"), Settings()).robustness(as_of=date(2026, 1, 1))
    assert (found.rows, found.direct, found.second, found.years) == ((), 0, 0, ())
    assert math.isnan(found.distances.mean)


def test_under_invented_names_the_numbers_are_the_same(ties: World) -> None:
    """
    2026-01-01  me <-> ana@glass          email x4
    2026-01-10  ana@glass -> me, greta@acme, dan@acme      email x3
    """
    space = ties.workspace
    shown, masked = (space.robustness(view=space.read(ties.as_of, incognito=hide)) for hide in (False, True))
    assert (shown.direct, shown.second, shown.exposed) == (masked.direct, masked.second, masked.exposed) == (1, 2, 2)
    assert [w.name for w in shown.rows[0].worlds if w.kind == "organisation"] == ["acme.example"]
    said = f"{masked.rows} {masked.by_organisation} {masked.circles}".casefold()
    assert not any(name in said for name in ("acme", "glass", "ana", "greta", "dan@", "'dan"))
