"""Who answers to a name, and what stands behind a number."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest

from weakties.errors import AmbiguousPerson, UnknownPerson
from weakties.testing import World, handle

Tell = Callable[..., World]

WORLD = """
2026-01-01  ana-lopez@acme <-> me       email x4 every 9d
2026-01-01  ana-silva@glass <-> me      email x4 every 9d
2026-01-02  jörg-quill@acme <-> me      email x2
2026-01-03  ana-lopez@acme -> me, jörg-quill@acme, ben@lidar    email
2026-01-04  daily@news -> me            newsletter x8
"""


@pytest.fixture
def people(told: Tell) -> World:
    return told(WORLD, as_of=date(2026, 2, 1))


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("ana lopez", "Ana Lopez"),
        ("Lopez", "Ana Lopez"),
        ("ana-silva@glass.example", "Ana Silva"),
        ("email:ana-silva@glass.example", "Ana Silva"),
        ("glass", "Ana Silva"),
        ("jorg", "Jörg Quill"),
        ("JÖRG", "Jörg Quill"),
        ("quil", "Jörg Quill"),
        ("daily", "Daily"),
    ],
)
def test_any_unambiguous_part_of_a_name_or_handle_will_do(people: World, typed: str, name: str) -> None:
    assert people.workspace.find(typed).name == name


def test_an_id_will_do_and_so_will_the_id_of_a_second_handle(people: World) -> None:
    found = people.workspace.find("ana lopez")
    assert people.workspace.find(found.person) == found


def test_several_people_are_listed_with_their_addresses(people: World) -> None:
    with pytest.raises(AmbiguousPerson) as caught:
        people.workspace.find("ana")
    assert {name for _, name, _ in caught.value.candidates} == {"Ana Lopez", "Ana Silva"}
    assert "ana-lopez@acme.example" in str(caught.value)


def test_nobody_is_answered_with_the_nearest(people: World) -> None:
    with pytest.raises(UnknownPerson) as caught:
        people.workspace.find("ana lopes")
    assert "Ana Lopez" in caught.value.hint


def test_every_number_opens_down_to_the_place_in_the_source(people: World) -> None:
    why = people.workspace.why("lopez", as_of=people.as_of)
    for number in ("strength", "alive", "value"):
        named = {e for reason in why.reasons[number] for e in reason.evidence}
        assert named, number
        places = people.workspace.origins(sorted(named))
        assert set(places) == named
        assert all(place.offset >= 1 for found in places.values() for place in found)


def test_mutual_contacts_were_seen_together(people: World) -> None:
    why = people.workspace.why("lopez", as_of=people.as_of)
    # Ben was seen with her too, but I was never in touch with Ben myself.
    assert [p.name for p, _ in why.mutual] == ["Jörg Quill"]


def test_kind_organisation_and_text_narrow_the_list(people: World) -> None:
    space = people.workspace
    assert {r["name"] for r in space.people(as_of=people.as_of, organisation="acme")} == {"Ana Lopez", "Jörg Quill"}
    assert {r["name"] for r in space.people(as_of=people.as_of, query="ana")} == {"Ana Lopez", "Ana Silva"}
    assert {r["name"] for r in space.people(as_of=people.as_of, kind="seen")} == {"Ben"}


@pytest.mark.parametrize("sort", ["value", "strength", "alive", "overdue", "recent", "name"])
def test_every_order_lists_everybody(people: World, sort: str) -> None:
    assert len(people.workspace.people(as_of=people.as_of, sort=sort)) == 4


def test_merge_and_split_by_hand_win_and_can_be_undone(people: World) -> None:
    space = people.workspace
    lopez, silva = handle("ana-lopez@acme"), handle("ana-silva@glass")
    made = space.decide("merge", lopez, other=silva)
    merged = space.find(silva)
    assert merged.person == space.find(lopez).person
    again = space.decide("split", lopez, other=silva)
    assert space.find(silva).person != space.find(lopez).person
    space.undo(again.id)
    space.undo(made.id)
    assert space.find(silva).person != space.find(lopez).person


def test_a_merge_keeps_the_older_id_and_the_other_stays_as_an_alias(people: World) -> None:
    space = people.workspace
    older, younger = space.find("lopez").person, space.find("quill").person
    space.decide("merge", handle("jörg-quill@acme"), other=handle("ana-lopez@acme"))
    assert space.find(younger).person == older


def test_a_machine_can_be_called_human_and_back(people: World) -> None:
    space = people.workspace
    made = space.decide("human", handle("daily@news"))
    assert "Daily" in {r["name"] for r in space.people(as_of=people.as_of)}
    space.undo(made.id)
    assert "Daily" not in {r["name"] for r in space.people(as_of=people.as_of)}
    space.decide("machine", handle("ana-silva@glass"))
    assert {r["machine"] for r in space.people(as_of=people.as_of, automated=True)} >= {"You said so."}


def test_why_two_people_are_two(people: World) -> None:
    compared = people.workspace.compare("lopez", "silva")
    assert not compared.together
    assert "different names" in {r.what for r in compared.reasons}


def test_incognito_changes_every_name_and_no_number(people: World) -> None:
    space = people.workspace
    plain = space.people(as_of=people.as_of)
    masked = space.people(view=space.read(people.as_of, incognito=True))
    numbers = ("person", "strength", "alive", "value", "sent", "received", "kind")
    assert sorted(tuple(r[n] for n in numbers) for r in plain) == sorted(tuple(r[n] for n in numbers) for r in masked)
    said = repr(masked).lower() + repr(space.today(view=space.read(people.as_of, incognito=True), minutes=480)).lower()
    for secret in ("ana", "lopez", "silva", "jörg", "quill", "acme", "glass", "lidar"):
        assert secret not in said, secret
    assert masked == space.people(view=space.read(people.as_of, incognito=True))
