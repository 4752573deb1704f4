"""The parts of value, on worlds small enough to count by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from math import fsum

import pytest

from weakties.insight import value
from weakties.testing import World

Tell = Callable[..., World]
AS_OF = date(2026, 6, 1)


def tie(world: World, name: str) -> dict[str, float]:
    found = world.workspace.why(name, as_of=world.as_of).tie
    assert found is not None
    return dict(found)


def test_an_answer_is_a_reply_to_what_was_asked(told: Tell) -> None:
    asked = told('2026-01-01  me -> ana    email asks "One"\n2026-01-02  ana -> me    email "One"', as_of=AS_OF)
    assert (tie(asked, "ana")["answered"], tie(asked, "ana")["unanswered"]) == (1, 0)
    told_only = told('2026-01-01  me -> ana    email "One"\n2026-01-02  ana -> me    email "One"', as_of=AS_OF)
    assert (tie(told_only, "ana")["answered"], tie(told_only, "ana")["unanswered"]) == (0, 0)


def test_a_reply_in_a_crowd_shows_no_willingness(told: Tell) -> None:
    text = '2026-01-01  me -> ana, b, c, d    email asks "One"\n2026-01-02  ana -> me, b, c, d    email "One"'
    assert tie(told(text, as_of=AS_OF), "ana")["answered"] == 0


def test_a_question_left_open_counts_against_willingness(told: Tell) -> None:
    world = told('2026-01-01  me -> ana    email asks "One"', as_of=AS_OF)
    assert (tie(world, "ana")["answered"], tie(world, "ana")["unanswered"]) == (0, 1)
    assert tie(world, "ana")["willingness"] == pytest.approx(1 / 3)


REACH = """
2026-01-01  me <-> door@optics     email x6 every 9d
2026-02-01  door@optics -> me, far@glass, further@glass    email
"""


def test_a_door_opens_people_and_houses_that_nobody_nearer_opens(told: Tell) -> None:
    found = tie(told(REACH, as_of=AS_OF), "door")
    assert (found["new_people"], found["new_organisations"]) == (2, 1)


def test_whom_i_exchange_letters_with_myself_is_not_behind_a_door(told: Tell) -> None:
    found = tie(told(REACH + "2026-03-01  me <-> far@glass    email x2", as_of=AS_OF), "door")
    assert (found["new_people"], found["new_organisations"]) == (1, 0)


def test_the_parts_add_up_to_the_value(told: Tell) -> None:
    found = tie(told(REACH, as_of=AS_OF), "door")
    assert fsum(r.weight for r in value.reasons(found)) == pytest.approx(found["value"])


def test_a_house_seen_only_after_as_of_opens_nothing(told: Tell) -> None:
    world = told(REACH, as_of=date(2026, 1, 20))
    found = tie(world, "door")
    assert (found["new_people"], found["new_organisations"]) == (0, 0)


def test_who_is_named_behind_a_door_does_not_depend_on_what_comes_later(told: Tell) -> None:
    later = "2030-01-01  glen@glass -> door@optics, me    email x9"
    plain, busy = told(REACH, as_of=AS_OF), told(f"{REACH}\n{later}", as_of=AS_OF)
    assert value.reasons(tie(busy, "door"))[0].text == value.reasons(tie(plain, "door"))[0].text
    more = told(f"{REACH}\n2026-03-01  further@glass -> me, door@optics, zed@glass    email x9", as_of=AS_OF)
    assert "Zed" in value.reasons(tie(more, "door"))[0].text
