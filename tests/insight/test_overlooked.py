"""Who is overlooked: close in private and absent from business, friends made at work, ties that broke off."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from weakties import intake
from weakties.config import Settings
from weakties.facts.migrations import open_home
from weakties.regard import Overlooked
from weakties.sources.linkedin import LinkedInSource
from weakties.testing import World, handle
from weakties.workspace import Workspace

Tell = Callable[..., World]

AS_OF = date(2026, 2, 1)
PRIVATE = """
2024-07-01  ana-lopez <-> me           whatsapp x80 every 7d
2024-07-02  ben-okafor <-> me          whatsapp x80 every 7d
2024-07-03  mum <-> me                 whatsapp x80 every 7d
2024-07-04  cleo-tran <-> me           email x80 every 7d
2024-07-05  dora-weiss <-> me          whatsapp x12 every 40d
2020-01-05  fritz-hahn <-> me          call x80 every 7d 5m
2024-07-06  gina-rossi -> me           whatsapp x80 every 7d
"""
AT_WORK = """
2023-01-05  dan-weber@acme <-> me      email x20 every 15d
2024-07-05  dan-weber@acme <-> me      whatsapp x80 every 7d
2023-01-06  eve-stone@gmail <-> me     email x20 every 15d
2024-07-06  eve-stone@gmail <-> me     whatsapp x80 every 7d
2023-01-07  finn-berg@acme <-> me      email x120 every 9d
2024-07-07  finn-berg@acme <-> me      whatsapp x50 every 11d
2024-06-08  gail-ford@acme <-> me      email x20 every 1d
2024-07-08  gail-ford@acme <-> me      whatsapp x80 every 7d
"""
LEFT = """
2019-01-05  gus-hall@old <-> me@old    email x20 every 30d
2019-01-06  hana-sato@old <-> me@old   email x20 every 30d
2024-03-06  hana-sato@old <-> me@new   email x4
2019-01-07  ivo-petit@old <-> me@old   email x5 every 30d
2019-01-08  jan-novak@glass <-> me@old email x20 every 30d
2019-01-09  kim-lee@old -> me@old      email x20 every 30d
2021-01-05  lea-moreau@new <-> me@new  email x30 every 30d
2021-01-06  max-blum@new <-> me@new    email x20 every 9d
"""
OWN = Settings(me=("me@me.example", "me@old.example", "me@new.example"))


def networked(space: Workspace, folder: Path, *names: str) -> Workspace:
    """Import the export of a network on which the owner is connected with some people."""
    rows = [
        f"{n.partition('-')[0].title()},{n.partition('-')[2].title()},https://www.linkedin.com/in/{n},{n}@{n}.example,,,08 Jan 2024"
        for n in names
    ]
    file = folder / "Connections.csv"
    file.write_text(
        "\n".join(["First Name,Last Name,URL,Email Address,Company,Position,Connected On", *rows]) + "\n",
        encoding="utf-8",
    )
    at = int(datetime(2026, 1, 20, tzinfo=UTC).timestamp())
    intake.take_in(space.home, intake.Request(file, "me", at), [LinkedInSource()])
    return space


def named(rows: Iterable[Overlooked], group: str) -> list[str]:
    return [one.person.name for one in rows if one.told.group == group]


@pytest.fixture
def private(told: Tell, tmp_path: Path) -> Workspace:
    return networked(told(PRIVATE, as_of=AS_OF).workspace, tmp_path, "ben-okafor")


def test_friends_are_close_in_private_both_ways_still_and_on_no_network(private: Workspace) -> None:
    found = private.overlooked(as_of=AS_OF)
    assert [(one.person.name, one.told.group) for one in found.rows] == [("Ana Lopez", "friends")]
    assert found.left_out == ""
    (ana,) = found.rows
    assert ana.told.text == (
        "80 messages and calls in private between the two of you (WhatsApp), last 4 weeks ago; on no business network of yours."
    )
    assert (ana.told.channel, ana.told.step) == (
        "whatsapp",
        "Ask what their work is these days, and connect on LinkedIn.",
    )
    newest = [row["id"] for row in private.timeline("ana lopez", as_of=AS_OF)[1][:3]]
    assert list(ana.told.evidence) == newest


def test_without_the_export_of_a_network_nobodys_absence_means_anything(told: Tell) -> None:
    found = told(PRIVATE, as_of=AS_OF).workspace.overlooked(as_of=AS_OF)
    assert found.rows == ()
    assert "no export of one was imported" in found.left_out


def test_a_relative_stands_in_a_group_of_their_own_as_soon_as_it_is_said(private: Workspace) -> None:
    made = private.decide("relation", handle("ana-lopez"), relation="family")
    assert named(private.overlooked(as_of=AS_OF).rows, "family") == ["Ana Lopez"]
    private.undo(made.id)
    assert named(private.overlooked(as_of=AS_OF).rows, "friends") == ["Ana Lopez"]


def test_what_the_owner_reports_of_meeting_in_person_is_private_contact(told: Tell, tmp_path: Path) -> None:
    space = told("2024-07-01  ana-lopez <-> me   email x80 every 7d", as_of=AS_OF).workspace
    networked(space, tmp_path, "ben-okafor")
    for month in range(1, 13):
        space.decide("touch", handle("ana-lopez"), on=f"2025-{month:02}-10", channel="in-person")
    assert [one.told.channel for one in space.overlooked(as_of=AS_OF).rows] == ["in-person"]


def test_who_is_hidden_is_never_named_and_invented_names_change_nothing_else(private: Workspace) -> None:
    plain = private.overlooked(as_of=AS_OF).rows
    masked = private.overlooked(view=private.read(AS_OF, incognito=True)).rows
    assert [(m.told.group, m.told.worth, m.told.channel, m.told.evidence) for m in masked] == [
        (p.told.group, p.told.worth, p.told.channel, p.told.evidence) for p in plain
    ]
    assert "lopez" not in str([m.person for m in masked]).lower()
    private.decide("hide", handle("ana-lopez"))
    assert private.overlooked(as_of=AS_OF).rows == ()


def test_a_friend_was_made_where_it_began_at_work_and_more_is_said_in_private_by_now(told: Tell) -> None:
    found = told(AT_WORK, as_of=AS_OF).workspace.overlooked(as_of=AS_OF).rows
    # Eve's address says nothing of work; with Finn business goes on; with Gail there was little of it before.
    assert named(found, "became-friends") == ["Dan Weber"]
    (dan,) = found
    assert dan.told.text.startswith("It began at work on 2023-01-05; since 2024-07-05 you talk by WhatsApp: ")
    assert (dan.told.channel, len(dan.told.evidence)) == ("whatsapp", 3)


def test_before_it_moved_nobody_was_a_friend_made_at_work(told: Tell) -> None:
    space = told(AT_WORK, as_of=AS_OF).workspace
    assert space.overlooked(as_of=date(2024, 7, 1)).rows == ()


def test_fell_out_who_was_in_exchange_at_an_employer_one_left_and_is_silent_since(told: Tell) -> None:
    found = told(LEFT, as_of=AS_OF, settings=OWN).workspace.overlooked(as_of=AS_OF).rows
    # Hana was heard of later, Ivo wrote too little, Jan was of another house, Kim had no answer, Max is of the house I am of.
    assert named(found, "fell-out") == ["Gus Hall"]
    (gus,) = found
    assert gus.told.text == (
        "A colleague at old.example: 20 messages from 2019-01-05 to 2020-07-28, none since; you were last seen there on 2020-08-01."
    )
    assert (gus.told.channel, gus.told.step) == ("email", "Write what you have done since, and ask the same.")


def test_while_one_is_still_of_the_house_nobody_fell_out(told: Tell) -> None:
    space = told(LEFT, as_of=AS_OF, settings=OWN).workspace
    assert space.overlooked(as_of=date(2020, 9, 1)).rows == ()


def test_a_manager_is_called_one_where_it_was_said(told: Tell) -> None:
    space = told(LEFT, as_of=AS_OF, settings=OWN).workspace
    space.decide("relation", handle("gus-hall@old"), relation="manager")
    (gus,) = space.overlooked(as_of=AS_OF).rows
    assert gus.told.text.startswith("Your manager at old.example: 20 messages")


def test_a_home_with_nobody_in_it_overlooks_nobody(tmp_path: Path) -> None:
    space = Workspace(open_home(tmp_path / "home"), Settings())
    assert space.overlooked(as_of=AS_OF).rows == ()
    assert space.vouches(as_of=AS_OF) == []
