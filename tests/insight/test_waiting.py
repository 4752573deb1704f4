"""Who waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from weakties.testing import World

Tell = Callable[..., World]


def open_ones(world: World) -> list[tuple[str, bool, str]]:
    return [(o.name, o.for_me, o.subject) for o in world.workspace.waiting(as_of=world.as_of)]


def test_a_question_waits_until_it_is_answered(told: Tell) -> None:
    asked = '2026-02-01  ana -> me    email asks "The lens"'
    assert open_ones(told(asked, as_of=date(2026, 2, 5))) == [("Ana", True, "The lens")]
    answered = asked + '\n2026-02-02  me -> ana    email "The lens"'
    assert open_ones(told(answered, as_of=date(2026, 2, 5))) == []


def test_my_own_question_waits_for_them(told: Tell) -> None:
    world = told('2026-02-01  me -> ana    email asks "The lens"', as_of=date(2026, 2, 5))
    assert open_ones(world) == [("Ana", False, "The lens")]


def test_what_asks_nothing_waits_for_nobody(told: Tell) -> None:
    assert open_ones(told('2026-02-01  ana -> me    email "Thanks"', as_of=date(2026, 2, 5))) == []


def test_nobody_waits_for_ever(told: Tell) -> None:
    assert open_ones(told('2026-02-01  ana -> me    email asks "The lens"', as_of=date(2026, 6, 1))) == []


def test_a_question_to_a_crowd_is_nobodys(told: Tell) -> None:
    world = told('2026-02-01  ana -> me, b, c, d, e    email asks "Lunch"', as_of=date(2026, 2, 5))
    assert open_ones(world) == []


def test_machines_do_not_wait(told: Tell) -> None:
    world = told('2026-02-01  daily -> me    newsletter asks "Want more"', as_of=date(2026, 2, 5))
    assert open_ones(world) == []


def test_what_comes_after_as_of_has_not_answered_yet(told: Tell) -> None:
    text = '2026-02-01  ana -> me    email asks "The lens"\n2026-02-09  me -> ana    email "The lens"'
    assert open_ones(told(text, as_of=date(2026, 2, 5))) == [("Ana", True, "The lens")]


def test_whom_one_never_answers_does_not_wait(told: Tell) -> None:
    text = "\n".join(f'2026-01-{n + 10}  seller -> me    email asks "Offer {n}"' for n in range(5))
    assert open_ones(told(text, as_of=date(2026, 2, 5))) == []
