"""Who is where, who came, who left, and the best way into an organisation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from weakties import intake
from weakties.config import Settings
from weakties.errors import UsageError
from weakties.facts.migrations import open_home
from weakties.network import houses
from weakties.sources.vcard import VcardSource
from weakties.testing import World, handle
from weakties.workplaces import Workplace
from weakties.workspace import Workspace

Tell = Callable[..., World]


def names(found: Workplace, *, now: bool = True) -> list[str]:
    return [m.person.name for m in found.members if m.tenure.now == now]


def test_an_organisation_lists_its_people_with_my_strongest_tie_first(ties: World) -> None:
    """
    2025-12-01  me <-> ben@acme             email x20 every 2d
    2026-01-05  me <-> ana@acme             email x2
    2026-01-10  ana@acme -> me, cleo@acme   email
    2026-01-12  dan@glass -> me             email
    """
    found = ties.workspace.organisation("acme", as_of=ties.as_of)
    assert names(found) == ["Ben", "Ana", "Cleo"]
    told = found.told
    assert (told.name, told.domain, told.people, told.former, told.in_touch) == (
        "acme.example",
        "acme.example",
        3,
        0,
        2,
    )
    assert (told.last_day, told.own) == (date(2026, 1, 10).toordinal() - date(1970, 1, 1).toordinal(), False)
    assert found.first is not None
    assert (found.first.person.name, found.way) == ("Ben", None)
    listed = ties.workspace.organisations(as_of=ties.as_of)
    assert [(each.told.house, each.told.people, each.strongest and each.strongest.name) for each in listed] == [
        ("acme", 3, "Ben"),
        ("glass", 1, "Dan"),
    ]


def test_where_i_know_nobody_the_way_leads_over_whoever_was_seen_with_them(ties: World) -> None:
    """
    2026-01-05  me <-> ana@acme            email x4
    2026-01-10  ana@acme -> me, eve@glass  email x3
    """
    found = ties.workspace.organisation("glass.example", as_of=ties.as_of)
    assert found.first is None
    assert found.way is not None
    assert [asking.person.name for asking in found.way.asked] == ["Ana"]
    assert found.way.target.name == "Eve"


def book(space: Workspace, folder: Path, day: str, *organisations: str) -> None:
    """Import an address book of a day: who is where, as `Ana Lopez: Acme`, or `Ana Lopez: Acme: Head` on a card of that day."""
    cards = ""
    for said in organisations:
        name, place, *title = said.split(": ")
        address = f"{name.split()[0].lower()}@home.example"
        also = f"TITLE:{title[0]}\r\nREV:{day}T00:00:00Z\r\n" if title else ""
        cards += f"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:{name}\r\nEMAIL:{address}\r\nORG:{place}\r\n{also}END:VCARD\r\n"
    file = folder / f"{day}.vcf"
    file.write_text(cards, encoding="utf-8")
    at = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
    intake.take_in(space.home, intake.Request(file, "me", at), [VcardSource()])


@pytest.fixture
def moved(tmp_path: Path) -> Workspace:
    """Ana goes from Acme to Glassworks in 2025, Ben stays at Acme, Cleo left Acme for Glassworks in 2020."""
    space = Workspace(open_home(tmp_path / "home"), Settings(me=("me@me.example",)))
    book(space, tmp_path, "2019-01-01", "Cleo Ray: Acme")
    book(space, tmp_path, "2020-06-01", "Ana Lopez: Acme", "Ben Ode: Acme", "Cleo Ray: Glassworks")
    book(space, tmp_path, "2025-06-01", "Ana Lopez: Glassworks", "Ben Ode: Acme", "Cleo Ray: Glassworks")
    return space


def test_a_newer_card_elsewhere_says_who_left_and_who_came(moved: Workspace) -> None:
    acme, glass = (moved.organisation(name, as_of=date(2026, 1, 1)) for name in ("Acme", "Glassworks"))
    assert (names(acme), names(acme, now=False)) == (["Ben Ode"], ["Ana Lopez", "Cleo Ray"])
    gone = {m.person.name: (m.tenure.went, m.tenure.gone_to) for m in acme.members}
    # Ana was last seen at Acme in 2020: when she went nobody knows, but not within two years of being seen there.
    assert gone == {"Ben Ode": (False, ""), "Ana Lopez": (False, "Glassworks"), "Cleo Ray": (False, "Glassworks")}
    came = {m.person.name: (m.tenure.came, m.tenure.came_from) for m in glass.members}
    assert came == {"Ana Lopez": (True, "Acme"), "Cleo Ray": (False, "Acme")}
    assert (acme.told.people, acme.told.former, glass.told.came) == (1, 2, 1)


def test_as_of_an_earlier_day_everybody_is_where_they_were(moved: Workspace) -> None:
    acme = moved.organisation("Acme", as_of=date(2020, 12, 1))
    assert (names(acme), names(acme, now=False)) == (["Ben Ode", "Ana Lopez"], ["Cleo Ray"])
    assert {m.person.name: (m.tenure.went, m.tenure.gone_to) for m in acme.members if not m.tenure.now} == {
        "Cleo Ray": (True, "Glassworks")
    }


def test_an_address_of_a_club_takes_nobody_away_from_their_firm(told: Tell) -> None:
    def at_acme(text: str, as_of: date) -> list[tuple[bool, str]]:
        world = told(text, as_of=as_of)
        world.workspace.decide("merge", handle("ana@acme"), other=handle("ana@choir"))
        found = world.workspace.organisation("acme", as_of=as_of)
        return [(m.tenure.now, m.tenure.gone_to) for m in found.members]

    text = "2026-01-05  ana@acme -> me    email\n2026-02-10  ana@choir -> me    email"
    assert at_acme(text, date(2026, 2, 20)) == [(True, "")]
    # Half a year on, with mail from the other address alone, she is no longer there.
    assert at_acme(f"{text} x4 every 60d", date(2026, 9, 1)) == [(False, "choir.example")]


def jobs(space: Workspace, as_of: date) -> list[tuple[object, ...]]:
    connection = space.read(as_of).connection
    houses.derive(connection, as_of_day=(as_of - date(1970, 1, 1)).days)
    return connection.execute("FROM jobs ORDER BY ALL").fetchall()


@pytest.mark.parametrize("asked", ["2024-01-31", "2024-02-01", "2024-05-19", "2024-12-24", "2025-05-17", "2026-01-01"])
def test_what_is_seen_later_changes_nothing_of_where_somebody_was(told: Tell, tmp_path: Path, asked: str) -> None:
    mails = [f"{day}  ben@acme -> me    email" for day in ("2024-01-20", "2024-03-02", "2024-05-18", "2025-05-12")]
    cards = {"2024-02-01": "Clerk", "2024-09-01": "Head", "2025-05-18": "Clerk"}

    def at_work(until: str) -> list[tuple[object, ...]]:
        space = told("\n".join(mail for mail in mails if mail[:10] <= until)).workspace
        for day, title in cards.items():
            if day <= until:
                book(space, tmp_path, day, f"Ana Lopez: Acme: {title}")
        return jobs(space, date.fromisoformat(asked))

    assert at_work("9999-12-31") == at_work(asked)


def test_a_title_is_that_of_the_newest_card_of_a_day(told: Tell, tmp_path: Path) -> None:
    space = told("2024-01-05  me -> dan    email").workspace
    for day, title in {"2024-02-01": "Clerk", "2024-09-01": "Head", "2025-05-18": "Clerk"}.items():
        book(space, tmp_path, day, f"Ana Lopez: Acme: {title}")
    titles = {
        day: [m.tenure.title for m in space.organisation("acme", as_of=date.fromisoformat(day)).members]
        for day in ("2024-02-01", "2024-12-24", "2025-06-01")
    }
    assert titles == {"2024-02-01": ["Clerk"], "2024-12-24": ["Head"], "2025-06-01": ["Clerk"]}


@pytest.mark.parametrize(
    ("domain", "name", "one"),
    [
        ("lyngdal-standards", "Lyngdal Institute of Standards", True),
        ("vallee-guild", "Vallée Horologers' Guild", True),
        ("skerry-rescue", "Skerry Sea Rescue", True),
        ("skerry-rescue", "Skerry Sea School", False),
        ("ab", "The AB of C", False),
        ("skerry", "The Skerry Rescue", False),
    ],
)
def test_a_domain_whose_words_are_of_a_name_is_that_house(
    told: Tell, tmp_path: Path, domain: str, name: str, *, one: bool
) -> None:
    text = "\n".join(f"2026-01-05  {who} -> me    email" for who in (f"ana@{domain}", "ben@quay", "cleo@mole"))
    space = told(text).workspace
    book(space, tmp_path, "2026-01-06", f"Ana Lopez: {name}", f"Ben Ode: {name}", f"Cleo Ray: {name}")
    for who in (f"ana@{domain}", "ben@quay", "cleo@mole"):
        space.decide("merge", handle(who), other=handle(f"{who.partition('@')[0]}@home"))
    together = [
        (each.told.name, each.told.domain)
        for each in space.organisations(as_of=date(2026, 2, 1))
        if each.told.name == name and each.told.domain
    ]
    assert together == ([(name, f"{domain}.example")] if one else [])


def test_a_single_word_of_a_name_is_that_house_where_nobody_says_otherwise(told: Tell, tmp_path: Path) -> None:
    space = told("2026-01-05  ana@skerry -> me    email").workspace
    book(space, tmp_path, "2026-01-06", "Ana Lopez: Sea Rescue of Skerry", "Ben Ode: Sea Rescue of Skerry")
    space.decide("merge", handle("ana@skerry"), other=handle("ana@home"))
    listed = space.organisations(as_of=date(2026, 2, 1))
    assert [(each.told.name, each.told.domain) for each in listed] == [("Sea Rescue of Skerry", "skerry.example")]


def test_hidden_people_and_machines_are_nowhere(told: Tell) -> None:
    mails = ("2026-01-05  ana@acme -> me    email x2", "2026-01-06  ben@acme -> me    email x2")
    world = told("\n".join([*mails, "2026-01-07  news@shop -> me    newsletter x9"]))
    space = world.workspace
    space.decide("hide", handle("ben@acme"))
    assert names(space.organisation("acme", as_of=world.as_of)) == ["Ana"]
    assert [each.told.house for each in space.organisations(as_of=world.as_of)] == ["acme"]


def test_a_part_of_several_names_asks_for_more(told: Tell) -> None:
    world = told("2026-01-05  ana@acme-north -> me    email\n2026-01-05  ben@acme-south -> me    email")
    with pytest.raises(UsageError, match="'acme' fits 2 organisations"):
        world.workspace.organisation("acme", as_of=world.as_of)
    with pytest.raises(UsageError, match="No organisation is called 'nowhere'"):
        world.workspace.organisation("nowhere", as_of=world.as_of)
    assert names(world.workspace.organisation("acme-south", as_of=world.as_of)) == ["Ben"]


def test_an_empty_home_has_no_organisations(tmp_path: Path) -> None:
    space = Workspace(open_home(tmp_path / "home"), Settings())
    assert space.organisations(as_of=date(2026, 1, 1)) == []
