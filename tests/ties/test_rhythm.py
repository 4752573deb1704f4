"""A tie's own rhythm: silence is judged by the tie's own pauses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from weakties.testing import World
from weakties.ties.rhythm import rhythm
from weakties.ties.words import ago, channel, every, span, times

Tell = Callable[..., World]


def test_three_months_are_ordinary_for_those_who_write_twice_a_year(told: Tell) -> None:
    world = told("2020-01-01  me <-> ana    email x10 every 180d", as_of=date(2024, 9, 1))
    breath = rhythm(world.between("me", "ana").row)
    assert breath.usual_gap == 180
    assert breath.overdue_days == 0
    assert "ordinary" in breath.text


def test_three_months_are_overdue_for_those_who_write_every_fortnight(told: Tell) -> None:
    world = told("2024-01-01  me <-> ana    email x15 every 14d", as_of=date(2024, 10, 15))
    breath = rhythm(world.between("me", "ana").row)
    # The last word was on 15 July: 92 days of silence, 64 more than twice the usual 14.
    assert breath.overdue_days == 64
    assert breath.surprise == 1 / 15


def test_a_conversation_of_many_days_is_one_contact_of_the_rhythm(told: Tell) -> None:
    text = "\n".join(f"202{y}-03-01  me <-> ana    email x5" for y in range(6))
    breath = rhythm(told(text, as_of=date(2025, 6, 1)).between("me", "ana").row)
    assert breath.usual_gap is not None
    assert 350 < breath.usual_gap < 370
    assert breath.overdue_days == 0


def test_few_contacts_show_no_rhythm(told: Tell) -> None:
    world = told("2024-01-01  me <-> ana    email x3 every 14d", as_of=date(2026, 1, 1))
    breath = rhythm(world.between("me", "ana").row)
    assert breath.usual_gap is None
    assert breath.overdue_days == 0
    assert "Too few" in breath.text


def test_a_cadence_of_the_user_wins(told: Tell) -> None:
    world = told("2024-01-01  me <-> ana    email x3 every 14d", as_of=date(2024, 3, 9))
    assert rhythm(world.between("me", "ana").row, cadence_days=30).overdue_days == 10


def test_spans_are_said_as_people_say_them() -> None:
    assert [span(d) for d in (0, 1, 9, 20, 75, 800)] == ["1 day", "1 day", "9 days", "3 weeks", "2 months", "2 years"]
    assert [every(d) for d in (1, 7, 20)] == ["day", "7 days", "3 weeks"]
    assert [ago(d) for d in (0, 1, 400)] == ["today", "1 day ago", "13 months ago"]
    assert [times(n) for n in (0, 1, 2, 2310)] == ["not once", "once", "twice", "2,310 times"]


def test_channels_are_called_by_their_names() -> None:
    said = [channel(name) for name in ("whatsapp", "imessage", "sms", "in-person", "meeting", "carrier-pigeon")]
    assert said == ["WhatsApp", "iMessage", "text message", "in person", "meeting", "carrier-pigeon"]
