"""Ways to somebody: whom one asks, in which order, and who never stands on one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date

import pytest

from weakties.errors import AmbiguousPerson, UnknownPerson, UsageError
from weakties.reach import Asked
from weakties.testing import World

Tell = Callable[..., World]

# Ana is near and writes with Zoe; Ben is near and was only named beside her; Carl wrote with her, years ago.
WORLD = """
2025-10-01  ana <-> me          email x20 every 5d
2025-10-02  ben <-> me          email x20 every 5d
2022-01-03  carl <-> me         email x4 every 9d
2026-01-05  ana -> zoe@acme, me    email x3
2026-01-06  dora -> zoe@acme, ben, me    email
2022-02-01  carl -> zoe@acme, me    email
"""
AS_OF = date(2026, 2, 1)


@pytest.fixture
def world(told: Tell) -> World:
    return told(WORLD, as_of=AS_OF)


def asked(world: World, target: str, *, introducers: int = 2, purpose: str = "") -> Asked:
    return world.workspace.intro(target, as_of=world.as_of, introducers=introducers, purpose=purpose)


def first(found: Asked) -> Sequence[str]:
    return [way.asked[0].person.name for way in found.ways if way.asked]


def test_who_writes_with_both_comes_before_who_was_named_beside_them_or_did_so_long_ago(world: World) -> None:
    found = asked(world, "Zoe")
    assert first(found)[0] == "Ana"
    assert set(first(found)) == {"Ana", "Ben", "Carl", "Dora"}
    worth = [way.way.worth for way in found.ways if way.way.sure]
    assert worth == sorted(worth, reverse=True)
    assert [way.way.sure for way in found.ways] == sorted((way.way.sure for way in found.ways), reverse=True)


def test_each_way_asks_somebody_else_first(world: World) -> None:
    names = first(asked(world, "Zoe", introducers=5))
    assert len(names) == len(set(names))


def test_what_makes_up_an_introducer_adds_up_to_the_score(world: World) -> None:
    for way in asked(world, "Zoe").ways:
        for asking in way.asked:
            assert sum(r.weight for r in asking.hop.reasons) == pytest.approx(asking.hop.score)


def test_what_is_inferred_is_never_told_as_known(world: World) -> None:
    how = {way.asked[0].person.name: way.asked[0].hop.known for way in asked(world, "Zoe", introducers=1).ways}
    assert {name: known.how for name, known in how.items() if known} == {
        "Ana": "seen",
        "Ben": "inferred",
        "Carl": "seen",
        "Dora": "seen",
    }
    assert "Both were named on 1 message" in (how["Ben"].text if how["Ben"] else "")


def test_who_is_hidden_stands_on_no_way(world: World) -> None:
    world.workspace.decide("hide", "email:ana@ana.example")
    assert "Ana" not in first(asked(world, "Zoe"))


def test_a_machine_stands_on_no_way(told: Tell) -> None:
    world = told(f"{WORLD}\n2026-01-07  daily -> zoe@acme, me    newsletter x9", as_of=AS_OF)
    assert "Daily" not in first(asked(world, "Zoe"))


def test_whom_i_know_myself_needs_no_introducer(world: World) -> None:
    (way,) = asked(world, "Ana").ways
    assert not way.asked
    assert way.way.own
    assert way.note == ""


def test_the_note_has_the_facts_and_my_words_and_no_more(world: World) -> None:
    note = asked(world, "Zoe", purpose="We build lenses.").ways[0].note
    assert "Hello Ana," in note
    assert "would you introduce me to Zoe" in note
    assert "We build lenses." in note


def test_two_introducers_where_one_will_not_do(told: Tell) -> None:
    text = "2026-01-01  ana <-> me    email x9\n2026-01-02  ana -> ben, me    email x3\n2026-01-03  ben -> ana, zoe, me    email"
    world = told(f"{text}\n2026-01-04  ben -> zoe, ana    email", as_of=AS_OF)
    assert [[a.person.name for a in way.asked] for way in asked(world, "Ben").ways] == [[]]
    names = [[a.person.name for a in way.asked] for way in asked(world, "Zoe").ways]
    assert ["Ben"] in names


def test_an_organisation_a_role_and_nobody(world: World) -> None:
    assert asked(world, "acme").meant.what == "organisation"
    assert first(asked(world, "acme"))[0] == "Ana"
    with pytest.raises(UnknownPerson, match="Nobody and nothing"):
        asked(world, "CTO at Nowhere")


def test_a_name_that_fits_two_is_asked_back(told: Tell) -> None:
    world = told("2026-01-01  ana-a@x <-> me    email\n2026-01-01  ana-b@y <-> me    email", as_of=AS_OF)
    with pytest.raises(AmbiguousPerson):
        asked(world, "Ana")


def test_chains_between_two_others_and_from_me(world: World) -> None:
    chains = world.workspace.between("Ben", "Carl", as_of=AS_OF)
    assert all(chain.people[0] is not None and chain.people[0].name == "Ben" for chain in chains)
    through = {tuple("me" if p is None else p.name for p in chain.people[1:-1]) for chain in chains}
    assert ("me",) in through
    assert ("Zoe",) in through
    with pytest.raises(UsageError, match="one person"):
        world.workspace.between("me", "me", as_of=AS_OF)


def test_chains_keep_to_their_length(world: World) -> None:
    assert not world.workspace.between("me", "Zoe", as_of=AS_OF, hops=1)
    assert all(len(chain.links) == 2 for chain in world.workspace.between("me", "Zoe", as_of=AS_OF, hops=2))


def test_who_got_the_same_messages_as_both_of_us_is_asked_before_who_never_did(told: Tell) -> None:
    """
    2025-10-01  erin <-> me          email x20 every 5d
    2025-10-01  finn <-> me          email x20 every 5d
    2026-01-05  erin -> zoe@acme, me    email x2
    2026-01-05  finn -> zoe@acme, me    email x2
    2026-01-08  gus -> zoe@acme, finn, me    email x5
    """
    ledger = test_who_got_the_same_messages_as_both_of_us_is_asked_before_who_never_did.__doc__
    world = told(ledger, as_of=AS_OF)
    score = {way.asked[0].person.name: way.asked[0].hop.score for way in asked(world, "Zoe", introducers=1).ways}
    assert score["Finn"] > score["Erin"]
    # Nobody is the likelier for having never been named beside us.
    assert score["Finn"] - score["Erin"] < 2
