"""What two cards of different days say differently, who has birthday, who is back; and how ties began."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties import intake
from weakties.config import Settings
from weakties.facts.days import day_number
from weakties.facts.migrations import open_home
from weakties.insight.news import next_birthday
from weakties.sources.linkedin import LinkedInSource
from weakties.sources.vcard import VcardSource
from weakties.testing import World
from weakties.workspace import Workspace

Tell = Callable[..., World]
AS_OF = date(2026, 3, 1)


def seconds(day: str) -> int:
    return int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    return Workspace(open_home(tmp_path / "home"), Settings(me=("me@me.example",)))


def take_in(space: Workspace, folder: Path, day: str, *cards: str) -> None:
    """Import an address book that was exported on a day."""
    file = folder / f"book-{day}.vcf"
    text = "".join(f"BEGIN:VCARD\r\nVERSION:3.0\r\n{card}\r\nEND:VCARD\r\n" for card in cards)
    file.write_text(text.replace("; ", "\r\n"), encoding="utf-8")
    intake.take_in(space.home, intake.Request(file, "me", seconds(day)), [VcardSource()])


def told(space: Workspace, as_of: date = AS_OF) -> list[tuple[str, str, str]]:
    return [(t.person.name, t.news.kind, t.news.text) for t in space.news(as_of=as_of)]


ANA = "FN:Ana Lopez; EMAIL:ana@acme.example; ORG:Acme; TITLE:Optics Lead"


def test_a_second_address_book_tells_of_a_new_job(space: Workspace, tmp_path: Path) -> None:
    take_in(space, tmp_path, "2025-06-01", ANA)
    take_in(space, tmp_path, "2026-02-20", ANA.replace("ORG:Acme", "ORG:Glassworks").replace("Optics Lead", "Director"))
    assert told(space) == [("Ana Lopez", "new job", "Now at Glassworks as Director, before at Acme.")]
    # Before the second export nobody could know, and long after it is no news.
    assert told(space, date(2026, 2, 19)) == []
    assert told(space, date(2026, 6, 1)) == []


def test_the_same_address_book_a_month_later_is_no_news(space: Workspace, tmp_path: Path) -> None:
    take_in(space, tmp_path, "2026-01-20", ANA)
    take_in(
        space, tmp_path, "2026-02-20", ANA.replace("ORG:Acme", "ORG:ACME Inc."), "FN:Ben Quill; EMAIL:ben@glass.example"
    )
    assert told(space) == []


def test_a_longer_name_of_the_house_and_two_cards_of_one_day_are_no_news(space: Workspace, tmp_path: Path) -> None:
    take_in(space, tmp_path, "2025-06-01", ANA)
    take_in(
        space,
        tmp_path,
        "2026-02-20",
        ANA.replace("ORG:Acme", "ORG:Acme Optics Ltd"),
        ANA.replace("Optics Lead", "Optics lead"),
    )
    assert told(space) == []
    other = tmp_path / "other"
    other.mkdir()
    take_in(
        space,
        other,
        "2026-02-20",
        "FN:Cleo Lantern; EMAIL:cleo@x.example; ORG:Glass",
        "FN:Cleo Lantern; EMAIL:cleo@x.example; ORG:Lumen",
    )
    assert told(space) == []


def test_title_place_and_number(space: Workspace, tmp_path: Path) -> None:
    take_in(space, tmp_path, "2025-06-01", ANA + "; ADR:;;1 Street;Lisbon;;;Portugal")
    take_in(
        space, tmp_path, "2026-02-20",
        ANA.replace("Optics Lead", "Head of Optics") + "; ADR:;;1 Street;Porto;;;Portugal; TEL:+351 912 345 678",
    )  # fmt: skip
    assert told(space) == [
        ("Ana Lopez", "new title", "Now Head of Optics, before Optics Lead."),
        ("Ana Lopez", "moved", "Now in Porto, Portugal, before in Lisbon, Portugal."),
        ("Ana Lopez", "new handle", "Now also at +351912345678."),
    ]


def test_a_title_in_short_is_no_new_title(space: Workspace, tmp_path: Path) -> None:
    take_in(space, tmp_path, "2025-06-01", ANA)
    take_in(space, tmp_path, "2026-02-20", ANA.replace("Optics Lead", "Acme Optics Lead, Europe"))
    assert told(space) == []


def test_a_birthday_is_told_two_weeks_before_and_on_the_day(space: Workspace, tmp_path: Path) -> None:
    take_in(
        space, tmp_path, "2025-06-01", ANA + "; BDAY:1980-03-12", "FN:Ben Quill; EMAIL:ben@glass.example; BDAY:--03-01"
    )
    assert told(space) == [
        ("Ben Quill", "birthday", "Birthday on 1 March."),
        ("Ana Lopez", "birthday", "Birthday on 12 March, 46 years old."),
    ]
    assert told(space, date(2026, 2, 10)) == []


def test_who_is_hidden_makes_no_news(space: Workspace, tmp_path: Path) -> None:
    take_in(space, tmp_path, "2025-06-01", ANA + "; BDAY:1980-03-12")
    space.decide("hide", "email:ana@acme.example")
    assert told(space) == []


def test_news_under_invented_names_name_nobody(space: Workspace, tmp_path: Path) -> None:
    take_in(space, tmp_path, "2025-06-01", ANA)
    take_in(space, tmp_path, "2026-02-20", ANA.replace("ORG:Acme", "ORG:Glassworks"))
    (found,) = space.news(view=space.read(AS_OF, incognito=True))
    said = f"{found.person} {found.news}"
    assert not any(word in said for word in ("Ana", "Lopez", "Acme", "acme", "Glassworks"))


def test_somebody_is_back_after_years(told: Tell) -> None:
    world = told(
        """
        2021-01-05  me <-> ana    email x6 every 20d
        2026-02-20  ana -> me     email
        """,
        as_of=AS_OF,
    )
    (found,) = world.workspace.news(as_of=AS_OF)
    assert (found.person.name, found.news.kind, found.news.text) == (
        "Ana",
        "back",
        "In touch again after 5 years of silence.",
    )


def test_a_birthday_on_the_29th_of_february_is_on_the_28th_in_other_years() -> None:
    assert next_birthday("1992-02-29", date(2026, 2, 1)) == date(2026, 2, 28)
    assert next_birthday("1992-02-29", date(2028, 2, 1)) == date(2028, 2, 29)


@given(st.text(max_size=12), st.dates())
def test_law_any_birthday_is_a_day_not_before_today_or_none(written: str, today: date) -> None:
    found = next_birthday(written, today)
    assert found is None or 0 <= day_number(found) - day_number(today) <= 366


def test_how_a_tie_began(told: Tell) -> None:
    world = told(
        """
        2024-03-03  ben -> me, ana        email "Optics in Lisbon"
        2024-03-05  me <-> ana            email x4 every 10d
        2024-04-01  cleo -> me            email "Your talk"
        2024-05-01  dora, me              meeting 30m "Glass fair"
        """,
        as_of=AS_OF,
    )
    space = world.workspace
    view = space.read(AS_OF)
    began = {name: space.why(name, view=view).began for name in ("ana", "cleo", "dora")}
    shown = {n: (b[0].how, b[0].subject, b[1].name if b[1] else "") for n, b in began.items() if b}
    assert shown == {
        "ana": ("thread", "Optics in Lisbon", "Ben"),
        "cleo": ("wrote", "Your talk", ""),
        "dora": ("meeting", "Glass fair", ""),
    }


def test_a_connection_is_known_of_its_day_and_a_card_of_when_it_came(told: Tell, tmp_path: Path) -> None:
    world = told('2024-03-03  ana -> me   email "Prisms"', as_of=AS_OF)
    file = tmp_path / "Connections.csv"
    file.write_text(
        "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
        "Ana,,https://www.linkedin.com/in/ana,ana@ana.example,Glass,,08 Jan 2024\n",
        encoding="utf-8",
    )
    at = int(datetime(2025, 1, 20, tzinfo=UTC).timestamp())
    space = world.workspace
    intake.take_in(space.home, intake.Request(file, "me", at), [LinkedInSource()])
    space.refresh()
    person = space.find("ana@ana.example").person
    told_on = {on: space.about(person, view=space.read(on)) for on in (date(2024, 6, 1), date(2025, 6, 1))}
    began = {on: (of.began[0].how, of.began[0].day) for on, of in told_on.items() if of.began}
    assert began == dict.fromkeys(told_on, ("connected", day_number(date(2024, 1, 8))))
    sources = {on: {source for handle in of.handles for source in handle.sources} for on, of in told_on.items()}
    assert sources == {date(2024, 6, 1): set(), date(2025, 6, 1): {"linkedin"}}
