"""Who knows whom, in worlds small enough to say it by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from weakties import intake
from weakties.config import Settings
from weakties.facts import decisions, handles
from weakties.facts.engine import rows
from weakties.sources import Source
from weakties.sources.generic import GenericSource
from weakties.sources.mail import MailSource
from weakties.testing import LedgerNotation, World, handle
from weakties.testing import world as tell

Tell = Callable[..., World]
Known = Mapping[tuple[str, str], Mapping[str, Any]]


def known(world: World, *, as_of: date | None = None) -> Known:
    """Return the ties between others, by their two names in order."""
    view = world.workspace.read(as_of or world.as_of)
    world.workspace.shape(view=view)
    query = "SELECT x.name AS x, y.name AS y, k.* FROM knows k JOIN people x ON x.person = k.a JOIN people y ON y.person = k.b"
    return {(min(r["x"], r["y"]), max(r["x"], r["y"])): r for r in rows(view.connection, query)}


def test_who_writes_to_another_in_my_sight_is_seen_to_know_them(told: Tell) -> None:
    found = known(told("2026-01-05  ana -> ben, me    email x3"))
    tie = found["Ana", "Ben"]
    assert (tie["how"], tie["confidence"], tie["forth"] + tie["back"]) == ("seen", 1.0, 3)


def test_those_named_together_in_anothers_message_are_inferred_and_never_sure(told: Tell) -> None:
    found = known(told("2026-01-05  ana -> ben, carl, me    email x3"))
    assert found["Ben", "Carl"]["how"] == "inferred"
    assert 0.3 < found["Ben", "Carl"]["confidence"] < 0.8
    assert found["Ana", "Ben"]["how"] == found["Ana", "Carl"]["how"] == "seen"


def test_whoever_meets_with_me_is_seen_to_know_each_other(told: Tell) -> None:
    found = known(told("2026-01-05  me, ana, ben    meeting 30m"))
    assert found["Ana", "Ben"]["how"] == "seen"


def test_a_list_and_a_crowd_make_nobody_known(told: Tell) -> None:
    crowd = ", ".join(f"p{n}" for n in range(12))
    text = f"2026-01-05  ana -> ben, carl    list x5\n2026-01-06  ana -> {crowd}, me    email"
    assert not known(told(text))


def test_nothing_is_known_before_it_was_seen(told: Tell) -> None:
    world = told("2026-01-05  ana -> ben, me    email\n2026-03-05  ana -> carl, me    email")
    assert set(known(world, as_of=date(2026, 2, 1))) == {("Ana", "Ben")}
    assert ("Ana", "Carl") in known(world, as_of=date(2026, 3, 5))


def test_colleagues_are_inferred_the_surer_the_smaller_the_house(told: Tell) -> None:
    many = "\n".join(f"2026-01-{5 + n % 9:02}  p{n}@big -> me    email" for n in range(60))
    found = known(told(f"2026-01-05  ana@small -> me    email\n2026-01-06  ben@small -> me    email\n{many}"))
    assert found["Ana", "Ben"]["how"] == "inferred"
    assert found["Ana", "Ben"]["confidence"] == pytest.approx(0.5)
    assert found["P1", "P2"]["confidence"] == pytest.approx(15 / 60)


def test_a_house_as_big_as_a_town_makes_nobody_known(told: Tell) -> None:
    assert not known(told("\n".join(f"2026-01-05  p{n}@town -> me    email" for n in range(151))))


def test_years_apart_in_one_house_is_no_acquaintance(told: Tell) -> None:
    assert not known(told("2020-01-05  ana@small -> me    email\n2026-01-06  ben@small -> me    email"))


def test_silence_and_rare_contact_make_contact_less_likely(told: Tell) -> None:
    text = "2026-01-05  ana -> ben, me    email x9\n2024-01-05  carl -> dan, me    email"
    found = known(told(text, as_of=date(2026, 2, 1)))
    assert found["Ana", "Ben"]["contact"] > 0.4 > found["Carl", "Dan"]["contact"] > 0


def test_who_is_hidden_or_a_machine_knows_nobody(told: Tell) -> None:
    world = told("2026-01-05  ana -> ben, me    email x3\n2026-01-06  daily -> ben, me    newsletter x9")
    world.workspace.decide("hide", "email:ben@ben.example")
    assert not known(world)


def test_an_owner_who_shares_lets_others_see_whom_she_is_in_touch_with(tmp_path: Path) -> None:
    mine = "2026-01-05  bo -> me    email x3"
    written = tmp_path / "bo.ledger"
    written.write_text("2026-01-05  bo <-> carl    email x6\n", encoding="utf-8")
    for shared, seen in (("bo",), True), ((), False):
        me = Settings(me=(handles.value(handle("me")),), shared=shared)
        world = tell(mine, tmp_path / f"shared-{seen}", settings=me)
        intake.take_in(world.workspace.home, intake.Request(written, "bo", 0), [LedgerNotation()])

        decisions.decide(world.workspace.home, "me", "email:bo@bo.example", at=0, author="bo")
        found = known(world, as_of=date(2026, 2, 1))
        assert (("Bo", "Carl") in found) == seen
        if seen:
            assert (found["Bo", "Carl"]["how"], found["Bo", "Carl"]["ledger"]) == ("seen", 6)


LUNCH = "Yesterday I had lunch with Zoe Quill about the lenses."
LISTED = "List-Id: <lenses.example>\r\nList-Post: <mailto:lenses@lenses.example>\r\n"
TWO = "2026-01-05  ana -> me    email\n2026-01-06  zoe-quill -> me    email"


def mail(*to: str, headers: str = "", text: str = LUNCH) -> str:
    """Return a message of Ana's, in January 2026."""
    return (
        f"From: Ana <ana@ana.example>\r\nTo: {', '.join(to or ('me@me.example',))}\r\n{headers}"
        "Date: Mon, 12 Jan 2026 10:00:00 +0000\r\n"
        f"Message-ID: <1@ana.example>\r\nSubject: Lenses\r\n\r\n{text}\r\n"
    )


def take_in(world: World, path: Path, text: str, source: Source, *, owner: str = "me", at: int = 0) -> None:
    path.write_text(text, encoding="utf-8")
    intake.take_in(world.workspace.home, intake.Request(path, owner, at), [source])


def test_who_names_somebody_in_full_is_likely_to_know_them(told: Tell, tmp_path: Path) -> None:
    world = told(TWO)
    take_in(world, tmp_path / "one.eml", mail(), MailSource())
    (tie,) = known(world, as_of=date(2026, 2, 1)).values()
    assert (tie["how"], tie["spoken"], tie["confidence"]) == ("inferred", 1, pytest.approx(0.5))
    assert not known(world, as_of=date(2026, 1, 11))


def test_who_is_named_on_a_list_or_to_a_crowd_is_not_known_for_it(told: Tell, tmp_path: Path) -> None:
    crowd = ["me@me.example", *(f"p{n}@crowd.example" for n in range(10))]
    posts = {"list": mail(headers=LISTED), "crowd": mail(*crowd), "few": mail(*crowd[:10])}
    for name, text in posts.items():
        world = told(TWO)
        take_in(world, tmp_path / f"{name}.eml", text, MailSource())
        assert (("Ana", "Zoe Quill") in known(world, as_of=date(2026, 2, 1))) == (name == "few"), name


def test_a_message_that_came_twice_is_spoken_once(told: Tell, tmp_path: Path) -> None:
    world = told(TWO)
    for name, number in (("one", "<1@ana.example>"), ("two", "<0@gateway.example>")):
        take_in(world, tmp_path / f"{name}.eml", mail().replace("<1@ana.example>", number), MailSource())
    (tie,) = known(world, as_of=date(2026, 2, 1)).values()
    assert tie["spoken"] == 1


def test_what_another_owners_mail_says_of_two_people_is_not_seen_even_where_ledgers_are_shared(tmp_path: Path) -> None:
    world = tell(TWO, tmp_path / "home", settings=Settings(me=("me@me.example",), shared=("bo",)))
    take_in(world, tmp_path / "bo.eml", mail("bo@bo.example"), MailSource(), owner="bo")
    assert ("Ana", "Zoe Quill") not in known(world, as_of=date(2026, 2, 1))


PEOPLE = "Name,E-mail,Manager\nAna,ana@ana.example,zoe-quill@zoe-quill.example\n"


@pytest.mark.parametrize(("owner", "shared", "seen"), [("me", (), True), ("bo", (), False), ("bo", ("bo",), True)])
def test_what_another_owner_imported_says_who_knows_whom_only_where_it_is_shared(
    tmp_path: Path, owner: str, shared: tuple[str, ...], seen: bool
) -> None:
    world = tell(TWO, tmp_path / "home", settings=Settings(me=("me@me.example",), shared=shared))
    take_in(world, tmp_path / "people.csv", PEOPLE, GenericSource(), owner=owner)
    assert (("Ana", "Zoe Quill") in known(world, as_of=date(2026, 2, 1))) == seen


@pytest.mark.parametrize("owner", ["me", "bo"])
def test_what_another_owner_imported_makes_no_tie_of_mine(told: Tell, tmp_path: Path, owner: str) -> None:
    world = told("2026-01-05  ana -> me    email")
    people = "Name,E-mail,Manager\nYan,yan@yan.example,me@me.example\n"
    take_in(world, tmp_path / "people.csv", people, GenericSource(), owner=owner)
    view = world.workspace.read(date(2026, 2, 1))
    drawn = world.workspace.shape(view=view)
    (yan,) = view.connection.execute("SELECT person FROM people WHERE name = 'Yan'").fetchall()[0]
    assert (drawn.mine[drawn.node_of[yan]] > 0) == (owner == "me")


def test_a_declared_tie_without_a_date_holds_from_the_day_of_its_import(told: Tell, tmp_path: Path) -> None:
    world = told(TWO)
    day = int(datetime(2026, 1, 20, 12, tzinfo=UTC).timestamp())
    take_in(world, tmp_path / "people.csv", PEOPLE, GenericSource(), at=day)
    assert not known(world, as_of=date(2026, 1, 19))
    assert known(world, as_of=date(2026, 1, 20))["Ana", "Zoe Quill"]["said"] == ["reports-to"]


def test_invented_names_change_no_tie_between_others(told: Tell, tmp_path: Path) -> None:
    world = told(f"{TWO}\n2026-01-07  ben -> carl, me    email x3")
    take_in(world, tmp_path / "one.eml", mail(), MailSource())
    ties = []
    for incognito in (False, True):
        view = world.workspace.read(date(2026, 2, 1), incognito=incognito)
        world.workspace.shape(view=view)
        ties.append(view.connection.execute("SELECT a, b, how, confidence, spoken FROM knows ORDER BY a, b").fetchall())
    assert ties[0] == ties[1]
    assert [spoken for *_, spoken in ties[0]] == [1, 0]
