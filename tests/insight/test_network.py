"""Circles, connectors and loose connections, in worlds small enough to say them by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from weakties.errors import UsageError
from weakties.insight.loose import Wanted
from weakties.testing import World

Tell = Callable[..., World]

AS_OF = date(2026, 3, 1)
# A choir of four, a firm of four; Gil is in both and brings Ana and Fay together, who write to each other then.
TWO_WORLDS = """
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
def worlds(told: Tell) -> World:
    return told(TWO_WORLDS, as_of=AS_OF)


def test_two_worlds_are_two_circles_named_by_what_they_share(worlds: World) -> None:
    found = worlds.workspace.circles(as_of=AS_OF)
    names = {circle.told.name: circle.told for circle in found}
    assert set(names) == {"firm.example", "Choir"}
    assert names["firm.example"].named_by == "organisation"
    assert names["Choir"].named_by == "subject"
    assert sum(told.people for told in names.values()) >= 9


def test_circles_keep_their_ids_from_day_to_day(worlds: World) -> None:
    days = (date(2025, 9, 15), date(2025, 9, 16), date(2025, 10, 2))
    ids = [{c.told.name: c.id for c in worlds.workspace.circles(as_of=day)} for day in days]
    assert ids[0] == ids[1] == ids[2]


def test_a_circle_is_renamed_merged_and_both_are_taken_back(worlds: World) -> None:
    space = worlds.workspace
    space.rename_circle("choir", "The altos")
    assert {c.told.name for c in space.circles(as_of=AS_OF)} == {"firm.example", "The altos"}
    space.merge_circles("The altos", "firm")
    (one,) = space.circles(as_of=AS_OF)
    assert (one.told.name, one.told.named_by) == ("The altos", "you")
    space.undo()
    space.undo()
    assert {c.told.name for c in space.circles(as_of=AS_OF)} == {"firm.example", "Choir"}


def test_a_circle_that_nobody_knows_is_a_clear_error(worlds: World) -> None:
    with pytest.raises(UsageError, match="No circle is called 'chess'"):
        worlds.workspace.rename_circle("chess", "Chess")
    with pytest.raises(UsageError, match="are one circle"):
        worlds.workspace.merge_circles("choir", "Choir")


def test_who_introduces_comes_before_who_only_knows_people_in_two_worlds(told: Tell) -> None:
    brought = """
    2025-11-01  gil -> ana, me             email "Have you two met?"
    2025-12-01  gil -> kim, me             email "Kim"
    2025-12-03  me -> kim                  email
    2025-12-04  kim -> me                  email
    """
    found = told(TWO_WORLDS + brought, as_of=AS_OF).workspace.connectors(as_of=AS_OF)
    best = found.connectors[0]
    assert (best.person.name, best.told.made, best.told.took) == ("Gil", 1, 1)
    assert sum(r.weight for r in best.told.reasons) == pytest.approx(best.told.score)
    assert all(c.told.made or c.told.worlds > 1 for c in found.connectors)


def test_whoever_asked_for_it_is_introduced_to_nobody(told: Tell) -> None:
    world = told(TWO_WORLDS, as_of=AS_OF)
    world.workspace.decide("tag", "email:gil@gil.example", tag="no-introductions")
    matches = world.workspace.connectors(as_of=AS_OF).matches
    assert not any("Gil" in (m.a.name, m.b.name) for m in matches)


def test_loose_connections_are_those_i_was_never_in_touch_with_through_whom_i_am(told: Tell) -> None:
    text = """
    2025-12-01  ana <-> me          email x9 every 5d
    2026-01-05  ana -> zoe@acme, me    email x3 "Lenses"
    2026-01-06  ana -> yan@acme, me    email x3 "Lenses"
    2026-01-07  bea -> xia, me      email "Choir"
    """
    space = told(text, as_of=AS_OF).workspace
    found = {one.person.name: one for one in space.loose(as_of=AS_OF)}
    assert set(found) == {"Zoe", "Yan", "Xia"}
    assert [p.name for p in found["Zoe"].middles] == ["Ana"]
    assert found["Zoe"].told.seen_at["subject"] == "Lenses"
    assert found["Zoe"].told.worth > found["Xia"].told.worth
    for one in found.values():
        assert sum(r.weight for r in one.told.reasons) == pytest.approx(one.told.worth)
        assert 1 <= one.told.rank[0] <= one.told.rank[1] == 3
    assert {o.person.name for o in space.loose(Wanted(organisation="acme"), as_of=AS_OF)} == {"Zoe", "Yan"}
    assert {o.person.name for o in space.loose(Wanted(topic="choir"), as_of=AS_OF)} == {"Xia"}
    space.decide("hide", "email:zoe@acme.example")
    assert {o.person.name for o in space.loose(as_of=AS_OF)} == {"Yan", "Xia"}
    space.decide("hide", "email:ana@ana.example")
    assert {o.person.name for o in space.loose(as_of=AS_OF)} == {"Xia"}


def test_a_home_with_one_person_has_no_network(told: Tell) -> None:
    space = told("2026-01-01  ana <-> me    email x3", as_of=AS_OF).workspace
    assert space.circles(as_of=AS_OF) == []
    assert space.connectors(as_of=AS_OF).connectors == ()
    assert space.loose(as_of=AS_OF) == []


def test_today_names_few_of_one_circle(told: Tell) -> None:
    # All of one choir, each with an address of their own: no organisation holds them together.
    names = "abcdefgh"
    lines = [f"2024-01-{n + 1:02}  {a}x <-> me    email x12 every 20d" for n, a in enumerate(names)]
    for n, a in enumerate(names):
        others = ", ".join(f"{b}x" for b in names if b != a)
        lines.append(f"2024-02-{n + 1:02}  {a}x -> {others}, me    email")
    world = told("\n".join(lines), as_of=date(2025, 6, 1))
    assert len(world.workspace.today(as_of=world.as_of, minutes=60)) == 2
