"""A circle from inside: who is drawn, who of them knows whom, which circles lie next to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from weakties.inside import Inside
from weakties.testing import World

AS_OF = date(2026, 3, 1)
# A choir of four, a firm of four; Gil writes to both.
WORLD = """
2025-06-01  ana -> bea, col, me         email x6 every 9d "Choir"
2025-06-02  bea -> ana, dov, me         email x6 every 9d "Choir"
2025-06-03  col -> dov, bea, me         email x6 every 9d "Choir"
2025-06-01  eli@firm -> fay@firm, hal@firm, me    email x6 every 9d "Offer"
2025-06-02  fay@firm -> eli@firm, iva@firm, me    email x6 every 9d "Offer"
2025-06-03  hal@firm -> iva@firm, fay@firm, me    email x6 every 9d "Offer"
2025-06-04  gil <-> me                  email x9 every 9d
2025-06-05  gil -> ana, bea, me         email x4 every 9d "Choir"
2025-06-06  gil -> fay@firm, hal@firm, me    email x4 every 9d "Offer"
2025-06-07  me -> ana, bea, col         email x3 every 9d "Choir"
2025-06-08  me -> eli@firm, fay@firm, hal@firm    email x3 every 9d "Offer"
"""


@pytest.fixture
def world(told: Callable[..., World]) -> World:
    return told(WORLD, as_of=AS_OF)


def _inside(world: World) -> tuple[dict[str, str], dict[str, Inside], dict[int, str]]:
    space = world.workspace
    view = space.read(AS_OF)
    drawn = space.shape(view=view)
    names = {p: w.name.split()[0].lower() for p, w in space.persons(drawn.people, view=view).items()}
    listed = space.circles(view=view, drawn=drawn)
    found = {c.id: space.inside(c, view=view, drawn=drawn) for c in listed}
    return names, found, {c.told.number: c.id for c in listed}


def test_a_circle_holds_its_people_and_their_ties(world: World) -> None:
    names, found, _ = _inside(world)
    assert len(found) == 2
    (choir,) = (one for one in found.values() if "ana" in {names[p] for p in one.ids})
    assert {"ana", "bea", "col", "dov"} <= {names[p] for p in choir.ids}
    assert len(choir.seats) == len(choir.ids)
    assert [seat.ties for seat in choir.seats] == sorted((seat.ties for seat in choir.seats), reverse=True)
    known = {frozenset((choir.seats[b.a].person.name, choir.seats[b.b].person.name)) for b in choir.bonds if b.sure}
    called = {seat.person.name.split()[0].lower(): seat.person.name for seat in choir.seats}
    assert frozenset((called["ana"], called["bea"])) in known
    assert frozenset((called["ana"], called["dov"])) not in known
    assert len(known) <= len(choir.bonds)


def test_the_circle_next_to_it_is_the_one_to_which_ties_lead(world: World) -> None:
    _, found, ids = _inside(world)
    for circle, one in found.items():
        assert [ids[number] for number, _ in one.nearest] == [other for other in found if other != circle]
    assert len({ties for one in found.values() for _, ties in one.nearest}) == 1


def test_it_is_drawn_alike_each_time_and_over_the_whole_field(world: World) -> None:
    first, second = (_inside(world)[1] for _ in range(2))
    assert first == second
    for one in first.values():
        for at in ("x", "y"):
            places = [getattr(seat, at) for seat in one.seats]
            assert (min(places), max(places)) == (pytest.approx(-1), pytest.approx(1))
