"""What somebody is to the owner, and who takes part in the meetings that come."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from weakties import intake
from weakties.config import Settings
from weakties.facts.migrations import open_home
from weakties.sources.calendar import CalendarSource
from weakties.sources.vcard import VcardSource
from weakties.testing import World, handle
from weakties.workspace import Workspace

Tell = Callable[..., World]
AS_OF = date(2026, 3, 1)


def what(space: Workspace, name: str) -> list[str]:
    return [r.what for r in space.why(name, as_of=AS_OF).relations]


def test_a_shared_house_makes_co_workers_and_a_past_one_former_ones(tmp_path: Path) -> None:
    space = Workspace(open_home(tmp_path / "home"), Settings(me=("me@glass.example",)))
    for day, text in (
        ("2020-05-01", "FN:Ben Quill\r\nEMAIL:ben@acme.example\r\nORG:Lumenhouse"),
        ("2020-05-02", "FN:Mona Quill\r\nEMAIL:me@glass.example\r\nORG:Lumenhouse"),
        ("2026-02-01", "FN:Mona Quill\r\nEMAIL:me@glass.example\r\nORG:Glass"),
        ("2026-02-02", "FN:Ana Lopez\r\nEMAIL:ana@mail.glass.example"),
        ("2026-02-03", "FN:Cleo Lantern\r\nEMAIL:cleo@gmail.com"),
    ):
        file = tmp_path / f"{day}.vcf"
        file.write_text(f"BEGIN:VCARD\r\nVERSION:3.0\r\n{text}\r\nEND:VCARD\r\n", encoding="utf-8")
        now = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
        intake.take_in(space.home, intake.Request(file, "me", now), [VcardSource()])
    assert what(space, "ana lopez") == ["co-worker"]
    assert what(space, "ben quill") == ["former co-worker"]
    assert what(space, "cleo lantern") == []


def test_the_owners_word_is_a_relation(told: Tell) -> None:
    space = told("2024-01-01  me <-> ana@acme    email x4 every 10d", as_of=AS_OF).workspace
    assert what(space, "ana") == []
    space.decide("relation", handle("ana@acme"), relation="close-friend")
    assert what(space, "ana") == ["close friend"]


def test_a_brief_names_who_takes_part_the_last_words_and_whom_both_know(told: Tell) -> None:
    space = told(
        """
        2024-03-03  me <-> ana             email x4 every 10d "Lenses"
        2024-03-04  me <-> ben             email x2 every 10d
        2024-03-05  ben -> ana, me         email
        2026-03-02  me, ana, dora          meeting 30m "Glass fair"
        2026-03-09  me, ben                meeting 30m "Later"
        """,
        as_of=AS_OF,
    ).workspace
    assert space.brief(as_of=AS_OF) == []
    (found,) = space.brief(as_of=date(2026, 3, 2))
    assert (found.meeting.subject, found.meeting.duration) == ("Glass fair", 1_800)
    assert [a.person.name for a in found.attendees] == ["Ana", "Dora"]
    ana, dora = found.attendees
    assert ana.last is not None
    assert ana.last.subject == "Lenses"
    assert [p.name for p in ana.mutual] == ["Ben"]
    assert (dora.last, dora.mutual) == (None, ())
    assert [b.meeting.subject for b in space.brief(as_of=AS_OF, days=10)] == ["Glass fair", "Later"]


def test_a_meeting_that_comes_is_no_contact_yet_and_a_past_one_is(told: Tell) -> None:
    world = told("2024-01-01  me <-> ana   email x4 every 10d\n2026-03-02  me, ana   meeting 30m", as_of=AS_OF)
    assert world.between("me", "ana").silence > 600
    later = world.workspace.people(as_of=date(2026, 3, 3))[0]
    assert (later["silence"], later["sent"], later["received"]) == (1, 3, 3)


@pytest.mark.parametrize(("people", "kind"), [("ana", "new"), (", ".join(f"p{n}" for n in range(30)), None)])
def test_a_gathering_is_nobody_met(told: Tell, people: str, kind: str | None) -> None:
    world = told(f"2026-02-20  me, {people}   meeting 30m", as_of=AS_OF)
    kinds = {r["kind"] for r in world.workspace.people(as_of=AS_OF)}
    assert kinds == ({kind} if kind else {"seen"})


@pytest.mark.parametrize("said", ["STATUS:CANCELLED", "X-NOTHING:1"])
def test_a_meeting_that_a_later_export_calls_off_did_not_take_place(tmp_path: Path, said: str) -> None:
    space = Workspace(open_home(tmp_path / "home"), Settings(me=("me@glass.example",)))
    for number, more in enumerate(("X-NOTHING:1", said)):
        file = tmp_path / f"{number}.ics"
        file.write_text(
            "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nBEGIN:VEVENT\r\nUID:1@glass.example\r\nDTSTAMP:20260101T000000Z\r\n"
            f"DTSTART:20260201T100000Z\r\nDTEND:20260201T110000Z\r\nSUMMARY:Glass fair\r\n{more}\r\n"
            "ORGANIZER:mailto:me@glass.example\r\nATTENDEE;CN=Ana:mailto:ana@acme.example\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
        )
        intake.take_in(space.home, intake.Request(file, "me", 1_770_000_000 + number), [CalendarSource()])
    people = {row["name"]: row["kind"] for row in space.people(as_of=AS_OF)}
    assert people == ({} if said == "STATUS:CANCELLED" else {"Ana": "new"})
