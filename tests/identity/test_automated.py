"""Who is set aside as a machine, why, and who is not."""

from __future__ import annotations

import pytest

from weakties.identity import automated
from weakties.identity.automated import Written, reason
from weakties.identity.sightings import Seen


def seen(address: str, name: str = "", *, listed: int = 0, addressed: int = 0) -> Seen:
    handle = address if ":" in address else f"email:{address}"
    return Seen(handle, 0, {name: 5} if name else {}, events=10, listed=listed, addressed=addressed)


@pytest.mark.parametrize(
    ("who", "wrote", "because"),
    [
        (
            seen("weekly@news.example"),
            Written(total=30, machine=30, newsletter=30, subjects=30),
            "newsletter (30 of 30)",
        ),
        (seen("ana@shop.example", "Ana Quill"), Written(total=9, machine=9, newsletter=9, subjects=9), "newsletter"),
        (seen("builds@ci.example"), Written(total=8, machine=8, bot=8, subjects=8), "program"),
        (seen("x@spam.example"), Written(total=1, machine=1, spam=1, subjects=1), "spam"),
        (seen("no-reply@bank.example"), Written(total=1, subjects=1), "no reply"),
        (seen("do.not.reply@bank.example"), Written(total=1, subjects=1), "no reply"),
        (seen("mailer-daemon@x.example"), Written(total=2, subjects=1), "no reply"),
        (seen("choir-talk@lists.choir.example", listed=3), Written(), "mailing list"),
        (seen("list:news.acme.example"), Written(), "mailing list"),
        (seen("info@firm.example"), Written(total=3, subjects=3), "role address"),
        (seen("all-staff@firm.example", addressed=9), Written(), "group's address"),
        (seen("x@shop.example", "Daily Digest"), Written(total=1, titled=1, subjects=1), "no person's (Daily Digest)"),
        (seen("2.20522.db-q@umail.example"), Written(total=1, titled=1, subjects=1), "coded"),
        (seen("mary324695@yahoo.com"), Written(total=1, titled=1, subjects=1), "coded"),
        (seen("weather@alerts.weather.example"), Written(total=1, titled=1, subjects=1), "host for mailings"),
        (seen("kernel-owner@lists.example"), Written(total=1, titled=1, subjects=1), "no reply"),
        (seen("reports@firm.example"), Written(total=40, titled=40, subjects=2), "40 messages on 2 subject(s)"),
    ],
)
def test_machines_and_why(who: Seen, wrote: Written, because: str) -> None:
    assert because in reason(who, wrote)


@pytest.mark.parametrize(
    ("who", "wrote"),
    [
        # Everything she writes goes over a list, so every message has its headers.
        (seen("ana@firm.example", "Ana Quill"), Written(total=200, listed=200, replies=150, subjects=90)),
        # A one-woman firm's info@ is a person who answers.
        (seen("info@pia-quill.example", "Pia Quill"), Written(total=12, replies=6, answered=7, subjects=8)),
        # Somebody writes again and again and is never answered, under a full name and in different words.
        (seen("kofi@firm.example", "Kofi Quill"), Written(total=15, titled=15, subjects=15)),
        # On holiday, her machine answers now and then.
        (
            seen("ana@firm.example", "Ana Quill"),
            Written(total=40, machine=3, auto=3, replies=30, answered=30, subjects=20),
        ),
        # All that ever came back from her was an automatic answer.
        (seen("ana@firm.example", "Ana Quill"), Written(total=1, machine=1, auto=1, answered=3, titled=1, subjects=1)),
        (seen("13800138000@qq.com", "王伟"), Written(total=2, titled=2, subjects=2)),
        (seen("jim1972@aol.com", "Jim Quill"), Written(total=1, titled=1, subjects=1)),
        (seen("chairman@firm.example", "Office of the Chairman"), Written(total=3, titled=3, subjects=3, replies=1)),
        (seen("newman@firm.example", "Ed Newman"), Written(total=3, subjects=3)),
        (seen("teamer@firm.example", "Uwe Teamer"), Written(total=3, subjects=3)),
    ],
)
def test_people_are_not_set_aside(who: Seen, wrote: Written) -> None:
    assert reason(who, wrote) == ""


def test_one_human_handle_makes_a_person_human() -> None:
    known = {h: seen(h) for h in ("email:ana@x.example", "email:no-reply@x.example")}
    person_of = dict.fromkeys(known, "email:ana@x.example")
    assert automated.by_person({"email:no-reply@x.example": "Its address asks for no reply."}, person_of, known) == {}
