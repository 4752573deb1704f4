"""Who is named today, in which order, and who never is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from math import fsum
from typing import Any

import pytest

from weakties.config import Settings
from weakties.insight import today
from weakties.testing import World, handle

Tell = Callable[..., World]
AS_OF = date(2026, 3, 1)
ME = ("me@me.example",)


def named(world: World, **wanted: object) -> list[str]:
    return [s.person.name for s in world.workspace.today(as_of=world.as_of, **wanted)]  # type: ignore[arg-type]


def test_a_tie_that_broke_its_rhythm_is_named_and_one_in_rhythm_is_not(told: Tell) -> None:
    world = told(
        """
        2024-01-01  me <-> late       email x12 every 30d
        2024-03-01  me <-> regular    email x9 every 90d
        """,
        as_of=date(2026, 4, 1),
    )
    assert named(world) == ["Late"]


def test_nobody_is_named_whom_one_was_in_touch_with_lately(told: Tell) -> None:
    world = told(
        """
        2024-01-01  me <-> ana    email x12 every 30d
        2026-02-25  ana -> me     email
        """,
        as_of=AS_OF,
    )
    assert named(world) == []


def test_who_never_answered_and_whom_one_never_answered_are_not_named(told: Tell) -> None:
    world = told(
        """
        2024-01-01  me -> wall       email x9 every 30d
        2024-01-01  stranger -> me   email x3 every 30d
        """,
        as_of=AS_OF,
    )
    assert named(world) == []


def test_a_door_to_a_world_nobody_else_reaches_comes_first(told: Tell) -> None:
    world = told(
        """
        2024-01-01  me <-> door@optics           email x12 every 30d
        2024-02-01  door@optics -> me, a@lidar, b@lidar, c@lidar, d@glass, e@glass    email x2 every 60d
        2024-01-01  me <-> plain@paper           email x12 every 30d
        """,
        as_of=AS_OF,
    )
    assert named(world) == ["Door", "Plain"]
    best = world.workspace.today(as_of=AS_OF)[0]
    assert "the nearest door to glass.example and 1 more" in best.headline


def test_the_minutes_are_kept_to(told: Tell) -> None:
    people = "\n".join(f"2024-01-{n + 1:02}  me <-> p{n}@f{n}    email x12 every 30d" for n in range(12))
    world = told(people, as_of=AS_OF)
    assert len(named(world, minutes=480)) == 12
    for minutes in (3, 7, 15):
        assert sum(s.minutes for s in world.workspace.today(as_of=AS_OF, minutes=minutes)) <= minutes


def test_not_more_than_a_few_of_one_organisation(told: Tell) -> None:
    people = "\n".join(f"2024-01-{n + 1:02}  me <-> p{n}@acme    email x12 every 30d" for n in range(6))
    assert len(named(told(people, as_of=AS_OF), minutes=480)) == 2
    more = told(people, as_of=AS_OF, settings=Settings(me=ME, per_circle=5))
    assert len(named(more, minutes=480)) == 5


def test_the_reasons_add_up_to_the_worth_and_have_facts_behind_them(told: Tell) -> None:
    world = told("2024-01-01  me <-> ana    email x12 every 30d", as_of=AS_OF)
    best = world.workspace.today(as_of=AS_OF)[0]
    assert fsum(r.weight for r in best.reasons) == pytest.approx(best.worth)
    facts = {row["id"] for row in world.workspace.timeline("ana", as_of=AS_OF)[1]}
    for reason in best.reasons:
        assert set(reason.evidence) <= facts
    assert next(r for r in best.reasons if r.what == "silence").evidence


WORLD = "2024-01-01  me <-> ana    email x12 every 30d"


def test_a_snooze_holds_until_its_day(told: Tell) -> None:
    world = told(WORLD, as_of=date(2030, 1, 1))
    world.workspace.decide("snooze", handle("ana"), until="2030-02-01")
    assert named(world) == []
    assert [s.person.name for s in world.workspace.today(as_of=date(2030, 2, 1))] == ["Ana"]


def test_a_touch_resets_the_clock(told: Tell) -> None:
    world = told(WORLD, as_of=date(2030, 1, 1))
    assert named(world) == ["Ana"]
    made = world.workspace.decide("touch", handle("ana"), on="2029-12-24", channel="call")
    assert named(world) == []
    assert world.between("me", "ana").silence == 8
    world.workspace.undo(made.id)
    assert named(world) == ["Ana"]


def test_a_hidden_person_is_nowhere_and_comes_back(told: Tell) -> None:
    world = told(WORLD + "\n2024-01-01  ana -> me, ben    email", as_of=date(2030, 1, 1))
    made = world.workspace.decide("hide", handle("ana"))
    assert named(world) == []
    assert "Ana" not in {r["name"] for r in world.workspace.people(as_of=world.as_of)}
    assert world.workspace.why("ben", as_of=world.as_of).mutual == ()
    world.workspace.undo(made.id)
    assert named(world) == ["Ana"]


def test_a_cadence_names_somebody_in_time_and_only_then(told: Tell) -> None:
    # The last word was on 19 July: thirteen days of silence.
    world = told("2024-01-01  me <-> ana    email x3 every 100d", as_of=date(2024, 8, 1))
    assert named(world) == []
    world.workspace.decide("cadence", handle("ana"), days=30)
    assert named(world) == []
    world.workspace.decide("cadence", handle("ana"), days=10)
    assert named(world) == ["Ana"]


def test_somebody_met_at_a_conference_is_named_months_later(told: Tell) -> None:
    """The founding use: a weak tie established a few months back at a conference."""
    world = told(WORLD, as_of=date(2030, 1, 1))
    made = world.workspace.add_person("Nadia Quillfeather", organisation="Lumenhouse", title="Founder")
    world.workspace.decide("touch", made.handle, on="2029-09-01", channel="in-person")
    assert "Nadia Quillfeather" in named(world, minutes=60)
    person = world.workspace.why("nadia", as_of=world.as_of).person
    assert (person.title, person.organisation) == ("Founder", "Lumenhouse")


def test_an_overruled_number_decides_the_kind_and_a_tie_called_dead_is_not_named(told: Tell) -> None:
    world = told(WORLD, as_of=date(2030, 1, 1))
    world.workspace.decide("overrule", handle("ana"), number="strength", value=0.9)
    world.workspace.decide("overrule", handle("ana"), number="alive", value=0.5)
    assert world.between("me", "ana").kind == "strong"
    world.workspace.decide("overrule", handle("ana"), number="alive", value=0.0)
    assert [s.worth for s in world.workspace.today(as_of=world.as_of)] in ([], [0.0])


def test_a_number_of_the_users_stands_beside_the_computed_one(told: Tell) -> None:
    world = told(WORLD, as_of=date(2030, 1, 1))
    computed = world.workspace.why("ana", as_of=world.as_of).numbers["strength"]
    world.workspace.decide("overrule", handle("ana"), number="strength", value=0.9)
    why = world.workspace.why("ana", as_of=world.as_of)
    assert why.numbers["strength"] == 0.9
    # The computed one follows a little: what is set teaches the formula.
    assert computed < why.computed["strength"] < (computed + 0.9) / 2


def test_somebody_met_off_line_can_be_added_and_touched(told: Tell) -> None:
    world = told(WORLD, as_of=date(2030, 1, 1))
    made = world.workspace.add_person("Nadia Quillfeather", met="the Lisbon conference")
    world.workspace.decide("touch", made.handle, on="2029-12-01", channel="in-person")
    row = next(r for r in world.workspace.people(as_of=world.as_of) if r["name"] == "Nadia Quillfeather")
    assert (row["sent"], row["received"], row["silence"]) == (1, 1, 31)


def test_a_letter_arriving_later_is_the_same_person_as_the_one_added_by_hand(told: Tell) -> None:
    world = told("2030-01-01  nadia-quillfeather -> me    email", as_of=date(2030, 1, 2))
    world.workspace.add_person("Nadia Quillfeather")
    assert len([r for r in world.workspace.people(as_of=world.as_of) if r["name"] == "Nadia Quillfeather"]) == 1


def test_no_candidate_is_worth_more_than_was_said_and_none_is_passed_over(told: Tell) -> None:
    people = "\n".join(
        f"2024-0{1 + n % 9}-{1 + n % 27:02}  me <-> p{n}@f{n % 40}    email x{4 + n % 11} every {7 + 5 * (n % 13)}d"
        for n in range(300)
    )
    world = told(people, as_of=AS_OF)
    world.workspace.decide("cadence", handle("p7@f7"), days=10)
    view = world.workspace.read(AS_OF)
    cadences = view.wishes.cadences
    ties = list(today.candidates(view.connection, wanted=cadences))
    assert len(ties) > 256
    assert len({t["person"] for t in ties}) == len(ties)
    by_one = [s for tie in ties for s in today.suggest([tie], cadences=cadences)]
    assert all(s.worth <= s.tie["at_most"] * (1 + 1e-9) for s in by_one)
    in_order = sorted(by_one, key=lambda s: (-s.worth, s.tie["person"]))
    assert [s.tie["person"] for s in today.suggest(ties, cadences=cadences)] == [s.tie["person"] for s in in_order]


def test_no_more_ties_are_looked_at_than_the_day_has_room_for(told: Tell) -> None:
    people = "\n".join(
        f"2024-01-{1 + n % 27:02}  me <-> p{n}@f{n}    email x{4 + n % 11} every 30d" for n in range(300)
    )
    view = told(people, as_of=AS_OF).workspace.read(AS_OF)
    looked_at = 0

    def counted() -> Iterator[dict[str, Any]]:
        nonlocal looked_at
        for tie in today.candidates(view.connection):
            looked_at += 1
            yield tie

    assert today.within(today.suggest(counted()), minutes=15, per_circle=2)
    assert looked_at < 100
