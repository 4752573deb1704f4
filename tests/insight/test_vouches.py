"""Who vouches for whom: as it is said and seen, how long it counts, and what it does for a way to somebody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from weakties import intake
from weakties.config import Settings
from weakties.errors import UsageError
from weakties.facts.scrub import Marks
from weakties.reach import Asking
from weakties.sources.linkedin import LinkedInSource
from weakties.sources.mail import MailSource
from weakties.testing import World, handle
from weakties.workspace import Workspace

Tell = Callable[..., World]

WORLD = """
2025-10-01  ana <-> me             email x20 every 5d
2025-10-02  ben <-> me             email x20 every 5d
2026-01-05  ana -> zoe@acme, me    email x3
2026-01-06  ben -> zoe@acme, me    email x3
"""
AS_OF = date(2026, 2, 1)
PATCH = (
    "From: Ben <ben@ben.example>\nTo: Ana <ana@ana.example>\nCc: me@me.example\nDate: Wed, 6 Mar 2024 09:00:00 +0000\n"
    "Message-ID: <2@ben.example>\nSubject: Re: [PATCH] polish\n\n"
    "On Tuesday <ana@ana.example> wrote:\n> + polish();\n\nReviewed-by: Ben <ben@ben.example>\n"
)
FILES = {
    "Connections.csv": "First Name,Last Name,URL,Email Address,Company,Position,Connected On\n"
    "Ben,Okafor,https://www.linkedin.com/in/ben-okafor,ben@ben.example,Acme,Director,08 Jan 2024\n"
    "Ana,Lopez,https://www.linkedin.com/in/ana-lopez,ana@ana.example,Acme,Director,08 Jan 2024\n",
    "Endorsement_Received_Info.csv": "Endorsement Date,Skill Name,Endorser First Name,Endorser Last Name,Endorser Public Url,"
    "Endorsement Status\n"
    "2025/07/01 08:00:00 UTC,Optics,Ben,Okafor,www.linkedin.com/in/ben-okafor,ACCEPTED\n"
    "2025/08/01 08:00:00 UTC,Hiring,Ben,Okafor,www.linkedin.com/in/ben-okafor,ACCEPTED\n",
    "Endorsement_Given_Info.csv": "Endorsement Date,Skill Name,Endorsee First Name,Endorsee Last Name,Endorsee Public Url,"
    "Endorsement Status\n2025/05/21 15:13:21 UTC,C++,Ana,Lopez,www.linkedin.com/in/ana-lopez,ACCEPTED\n",
}


@pytest.fixture
def world(told: Tell) -> World:
    return told(WORLD, as_of=AS_OF)


@pytest.fixture
def space(world: World) -> Workspace:
    return world.workspace


@pytest.fixture
def networked(space: Workspace, tmp_path: Path) -> Workspace:
    """The same with the export of a business network."""
    export = tmp_path / "export"
    export.mkdir()
    for name, text in FILES.items():
        (export / name).write_text(text, encoding="utf-8")
    at = int(datetime(2026, 1, 20, tzinfo=UTC).timestamp())
    intake.take_in(space.home, intake.Request(export, "me", at), [LinkedInSource()])
    return space


def first(space: Workspace, who: str, *, as_of: date = AS_OF, target: str = "zoe") -> Asking:
    ways = space.intro(target, as_of=as_of).ways
    return next(way.asked[0] for way in ways if way.asked and way.asked[0].person.name.split()[0] == who)


def vouched(asking: Asking) -> list[str]:
    return [reason.text for reason in asking.hop.reasons if reason.what == "vouched"]


def test_a_word_for_me_makes_the_way_over_them_better_by_half_a_log_odd(space: Workspace) -> None:
    before = {who: first(space, who).hop.score for who in ("Ana", "Ben")}
    made = space.vouch(handle("ben"), "optics", on=AS_OF)
    assert first(space, "Ben").hop.score == pytest.approx(before["Ben"] + 0.5)
    assert vouched(first(space, "Ben")) == ["They vouch for you."]
    assert first(space, "Ana").hop.score == before["Ana"]
    space.undo(made.id)
    assert first(space, "Ben").hop.score == before["Ben"]


def test_a_word_for_whom_i_want_to_reach_counts_as_well_and_one_for_a_third_does_not(space: Workspace) -> None:
    before = first(space, "Ben").hop.score
    space.vouch(handle("ben"), "optics", whom=handle("ana"), on=AS_OF)
    assert first(space, "Ben").hop.score == before
    space.vouch(handle("ben"), "lenses", whom=handle("zoe@acme"), on=AS_OF)
    assert vouched(first(space, "Ben")) == ["They vouch for them."]
    space.vouch(handle("ben"), "glass", on=AS_OF)
    assert first(space, "Ben").hop.score == pytest.approx(before + 1.0)


@pytest.mark.parametrize(
    ("on", "until", "counts"),
    [
        (date(2026, 1, 1), AS_OF, True),
        (date(2026, 1, 1), date(2026, 1, 31), False),
        (date(2026, 2, 2), None, False),
        (AS_OF, None, True),
    ],
)
def test_it_counts_from_its_day_to_its_last_and_no_longer(
    space: Workspace, on: date, until: date | None, counts: bool
) -> None:
    space.vouch(handle("ben"), "optics", on=on, until=until)
    assert bool(vouched(first(space, "Ben"))) == counts
    assert bool(space.vouches(as_of=AS_OF)) == counts
    assert len(space.vouches(as_of=AS_OF, expired=True)) == (on <= AS_OF)


def test_what_was_said_stands_with_its_days_and_whether_they_agreed(space: Workspace) -> None:
    space.vouch(handle("ben"), "optics", on=date(2026, 1, 3), until=date(2027, 1, 3), consented=True)
    space.vouch(handle("me"), "patience", whom=handle("ana"), on=date(2026, 1, 2), consented=False)
    ben, mine = space.vouches(as_of=AS_OF)
    assert ben.who is not None
    assert (ben.who.name, ben.whom, ben.told.what, ben.told.consented) == ("Ben", None, "optics", True)
    assert ben.text == "You said so on 2026-01-03, until 2027-01-03."
    assert mine.whom is not None
    assert (mine.who, mine.whom.name, mine.told.consented, mine.told.until) == (None, "Ana", False, None)
    assert [v.told.what for v in space.vouches(as_of=AS_OF, person="ana")] == ["patience"]
    assert [v.told.what for v in space.vouches(as_of=AS_OF, person="me")] == ["optics", "patience"]


def test_an_end_before_the_beginning_is_refused(space: Workspace) -> None:
    with pytest.raises(UsageError, match="before it began"):
        space.vouch(handle("ben"), "optics", on=AS_OF, until=date(2026, 1, 31))
    with pytest.raises(UsageError, match="needs a day"):
        space.decide("vouch", handle("ben"))


def test_endorsements_of_a_profile_are_seen_once_for_each_two_with_where_they_stand(networked: Workspace) -> None:
    found = {
        (v.told.who if v.who is None else v.who.name, v.whom and v.whom.name): v for v in networked.vouches(as_of=AS_OF)
    }
    assert set(found) == {("Ben Okafor", None), ("me", "Ana Lopez")}
    told = found["Ben Okafor", None].told
    assert (told.kind, told.until, told.consented, told.number) == ("endorsed", None, None, None)
    assert told.since == (date(2025, 7, 1) - date(1970, 1, 1)).days
    assert [place.offset for place in told.places] == [2, 3]
    assert vouched(first(networked, "Ben")) == ["They vouch for you."]
    assert networked.vouches(as_of=date(2025, 5, 20)) == []


@pytest.mark.parametrize("shared", [(), ("bo",)])
def test_what_another_owner_imported_vouches_only_where_it_is_shared(
    told: Tell, tmp_path: Path, shared: tuple[str, ...]
) -> None:
    space = told(WORLD, as_of=AS_OF, settings=Settings(me=("me@me.example",), shared=shared)).workspace
    file = tmp_path / "list.eml"
    file.write_text(PATCH, encoding="utf-8")
    intake.take_in(space.home, intake.Request(file, "bo", 1_770_000_000), [MailSource()])
    assert len(space.vouches(as_of=date(2026, 3, 6))) == len(shared)


def test_who_is_hidden_vouches_for_nobody(networked: Workspace) -> None:
    networked.vouch(handle("ben"), "optics", on=AS_OF)
    networked.decide("hide", handle("ben"))
    assert [v.whom.name for v in networked.vouches(as_of=AS_OF) if v.whom] == ["Ana Lopez"]
    assert all(
        "ben" not in asked.person.name.lower() for w in networked.intro("zoe", as_of=AS_OF).ways for asked in w.asked
    )


def test_invented_names_hide_who_and_the_owners_words_and_change_no_way(networked: Workspace) -> None:
    networked.vouch(handle("ben"), "Ben's optics", on=AS_OF)
    plain, masked = networked.vouches(as_of=AS_OF), networked.vouches(view=networked.read(AS_OF, incognito=True))
    assert [(v.told.kind, v.told.since) for v in masked] == [(v.told.kind, v.told.since) for v in plain]
    shown = " ".join(f"{v.who} {v.whom} {v.told.what} {v.told.places}" for v in masked).lower()
    assert "optics" not in shown
    assert "okafor" not in shown


def test_forgetting_either_side_takes_the_word_with_it(space: Workspace) -> None:
    space.vouch(handle("ben"), "optics", whom=handle("ana"), on=AS_OF)
    space.vouch(handle("ana"), "glass", on=AS_OF)
    assert space.forget(Marks(frozenset({handle("ben")}), frozenset({"Ben"}))) == []
    assert [v.told.what for v in space.vouches(as_of=AS_OF)] == ["glass"]


def test_a_line_below_a_patch_counts_for_two_years(space: Workspace, tmp_path: Path) -> None:
    file = tmp_path / "list.mbox"
    file.write_text(f"From ben@ben.example Wed Mar  6 09:00:00 2024\n{PATCH}", encoding="utf-8")
    intake.take_in(space.home, intake.Request(file, "me", 1_770_000_000), [MailSource()])
    (seen,) = space.vouches(as_of=date(2026, 3, 6))
    assert seen.who is not None
    assert seen.whom is not None
    assert (seen.who.name, seen.whom.name, seen.told.kind, seen.told.what) == (
        "Ben",
        "Ana",
        "reviewed",
        "patches, once",
    )
    assert (seen.text, len(seen.told.events)) == ("A message on a list says so, since 2024-03-06.", 1)
    assert space.vouches(as_of=date(2026, 3, 7)) == []
    assert len(space.vouches(as_of=date(2026, 3, 7), expired=True)) == 1
