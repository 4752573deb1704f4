"""Items and mailboxes of Outlook as facts. All are invented; saved items are written by `compound`, which other readers agree with.

No mailbox (`.pst`) is free to be shared, so what walks one is held to a stand-in with the shape of the library that opens it.
"""

from __future__ import annotations

import struct
import sys
import zipfile
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.sources.compound import APPOINTMENT, CONTACT, compound, item

from weakties.facts.model import Extract
from weakties.sources import ReadOptions, Source
from weakties.sources.mail import MailSource
from weakties.sources.outlook import OutlookSource
from weakties.sources.stores import NO_LIBRARY, NO_PLACE
from weakties.sources.streams import Limits
from weakties.testing import source_errors

GOLDEN = Path(__file__).parent / "golden" / "outlook"
TEN = 1_767_607_200.0
ANA: dict[int, object] = {0x3001: "Ana Lopez", 0x3002: "SMTP", 0x3003: "ana@lopez.example", 0x0C15: 1}
BEN: dict[int, object] = {0x3001: "Ben Kay", 0x3002: "SMTP", 0x3003: "ben@kay.example", 0x0C15: 1}
FROM_ANA: dict[int, object] = {0x0042: "Ana Lopez", 0x0064: "SMTP", 0x0065: "ana@lopez.example", 0x0039: TEN}


def read(path: Path, content: bytes, name: str = "x.msg", limits: Limits | None = None) -> list[Extract]:
    file = path / name
    file.write_bytes(content)
    return list(OutlookSource(limits).read(file, ReadOptions(keep_text=True)))


def one(path: Path, values: dict[int, object], *people: dict[int, object], **more: object) -> Extract:
    (extract,) = read(path, item(values, list(people), **more))  # type: ignore[arg-type]
    return extract


def parts(extract: Extract) -> list[tuple[str, str, str]]:
    return [(p.role, p.handle, p.name) for p in extract.participations]


def test_the_source_keeps_the_contract() -> None:
    assert isinstance(OutlookSource(), Source)
    for sample in sorted(GOLDEN.glob("*/export.msg")):
        assert source_errors(OutlookSource(), sample) == []


def test_other_files_of_office_are_not_ours(tmp_path: Path) -> None:
    (tmp_path / "letter.doc").write_bytes(compound({"WordDocument": b"x" * 100}))
    (tmp_path / "saved").write_bytes(item({**FROM_ANA}))
    (tmp_path / "box.bin").write_bytes(b"!BDN" + b"\0" * 600)
    assert [OutlookSource().identify(tmp_path / n) for n in ("letter.doc", "saved", "box.bin")] == [False, True, True]


# Mail


def test_a_mail_is_the_same_event_as_from_any_other_export(tmp_path: Path) -> None:
    saved = one(tmp_path, {**FROM_ANA, 0x0037: "Plan", 0x1035: "<1@lopez.example>", 0x1000: "Hello"}, BEN)
    (tmp_path / "x.eml").write_bytes(
        b"Message-ID: <1@lopez.example>\nFrom: Ana Lopez <ana@lopez.example>\nTo: Ben Kay <ben@kay.example>\n"
        b"Date: Mon, 5 Jan 2026 10:00:00 +0000\nSubject: Plan\n\nHello\n"
    )
    (mail,) = MailSource().read(tmp_path / "x.eml", ReadOptions(keep_text=True))
    assert (saved.events, saved.participations) == (mail.events, mail.participations)


def test_who_wrote_in_whose_name(tmp_path: Path) -> None:
    values = {**FROM_ANA, 0x0C1A: "Eva Roth", 0x0C1E: "SMTP", 0x0C1F: "eva@lopez.example"}
    assert parts(one(tmp_path, values, BEN))[:2] == [
        ("from", "email:ana@lopez.example", "Ana Lopez"),
        ("sender", "email:eva@lopez.example", "Eva Roth"),
    ]


@pytest.mark.parametrize(
    ("person", "expected"),
    [
        ({0x3003: "ben@kay.example"}, ("email:ben@kay.example", "Kay, Ben")),
        ({0x3002: "EX", 0x3003: "/O=KAY/OU=X/CN=BEN"}, ("exchange:/o=kay/ou=x/cn=ben", "Kay, Ben")),
        ({0x3002: "EX", 0x3003: "/O=KAY/CN=BEN", 0x39FE: "ben@kay.example"}, ("email:ben@kay.example", "Kay, Ben")),
        ({}, ("name:Kay, Ben@mail", "Kay, Ben")),
        ({0x3001: "ben@kay.example", 0x3003: "ben@kay.example"}, ("email:ben@kay.example", "")),
        (
            {0x3001: 'Ben\r\nBcc: x@x.example "B"', 0x3003: "ben@kay.example"},
            ("email:ben@kay.example", "Ben Bcc: x@x.example B"),
        ),
    ],
)
def test_people_are_named_by_their_best_address(
    tmp_path: Path, person: dict[int, object], expected: tuple[str, str]
) -> None:
    extract = one(tmp_path, FROM_ANA, {0x3001: "Kay, Ben", 0x0C15: 1, **person})
    assert parts(extract)[1:] == [("to", *expected)]


def test_its_own_header_goes_before_its_properties(tmp_path: Path) -> None:
    header = "From: ana@lopez.example\r\nTo: cleo@ray.example\r\nDate: Mon, 5 Jan 2026 11:00:00 +0100\r\nContent-Type: image/png\r\n"
    extract = one(
        tmp_path, {0x007D: header, 0x0037: "From the property", 0x1000: "Can you come?", 0x0065: "x@x.example"}, BEN
    )
    assert [p[1] for p in parts(extract)] == ["email:ana@lopez.example", "email:cleo@ray.example"]
    (event,) = extract.events
    assert (event.subject, event.at, event.asks, event.text) == ("From the property", int(TEN), True, "Can you come?")


def test_texts_in_an_old_code_page(tmp_path: Path) -> None:
    extract = one(tmp_path, {**FROM_ANA, 0x0037: "Přístav", 0x1000: "Žádné zprávy"}, BEN, codepage=1250)
    assert (extract.events[0].subject, extract.events[0].text) == ("Přístav", "Žádné zprávy")


def test_what_was_never_sent_is_a_draft(tmp_path: Path) -> None:
    assert one(tmp_path, {**FROM_ANA, 0x0E07: 9}, BEN).events[0].folder == "draft"


@pytest.mark.parametrize(
    "kind", ["IPM.Task", "IPM.StickyNote", "IPM.Activity", "REPORT.IPM.Note.NDR", "IPM.Appointment"]
)
def test_what_says_nothing_of_people_is_left_out(tmp_path: Path, kind: str) -> None:
    assert read(tmp_path, item({0x001A: kind, 0x0037: "x", 0x3001: "Ben"})) == []


def test_an_invitation_is_a_mail(tmp_path: Path) -> None:
    (event,) = one(tmp_path, {**FROM_ANA, 0x001A: "IPM.Schedule.Meeting.Request"}, BEN).events
    assert event.channel == "email"


# Appointments


def meeting(path: Path, named: dict[tuple[bytes, int], object], *people: dict[int, object]) -> Extract:
    values = {**FROM_ANA, 0x001A: "IPM.Appointment", 0x0037: "Pier"}
    return one(path, values, *people, named={(APPOINTMENT, key[1]): value for key, value in named.items()})


def test_an_appointment_with_others_is_a_meeting(tmp_path: Path) -> None:
    cleo: dict[int, object] = {0x3001: "Cleo", 0x3003: "cleo@ray.example", 0x0C15: 2, 0x5FFF: 4}
    room: dict[int, object] = {0x3001: "Room", 0x3003: "room@ray.example", 0x0C15: 3}
    extract = meeting(tmp_path, {(APPOINTMENT, 0x820D): TEN, (APPOINTMENT, 0x820E): TEN + 1_800}, ANA, BEN, cleo, room)
    assert parts(extract) == [
        ("organizer", "email:ana@lopez.example", "Ana Lopez"),
        ("attendee", "email:ben@kay.example", "Ben Kay"),
    ]
    (event,) = extract.events
    assert (event.channel, event.at, event.duration, event.group_size, event.folder) == (
        "meeting",
        int(TEN),
        1_800,
        1,
        "",
    )


@pytest.mark.parametrize(("state", "answer", "folder"), [(1, 3, ""), (5, 3, "cancelled"), (1, 4, "declined")])
def test_what_was_called_off_or_declined(tmp_path: Path, state: int, answer: int, folder: str) -> None:
    named: dict[tuple[bytes, int], object] = {(b"", 0x820D): TEN, (b"", 0x8217): state, (b"", 0x8218): answer}
    assert meeting(tmp_path, named, BEN).events[0].folder == folder


@pytest.mark.parametrize("midnight", [TEN - 36_000 - 3_600, TEN - 36_000 + 28_800])
def test_a_whole_day_is_noon_wherever_it_began(tmp_path: Path, midnight: float) -> None:
    """Midnight in Berlin is 23:00 UTC of the day before, in California 8:00 of the day itself."""
    named: dict[tuple[bytes, int], object] = {
        (b"", 0x820D): midnight,
        (b"", 0x820E): midnight + 86_400,
        (b"", 0x8215): True,
    }
    (event,) = meeting(tmp_path, named, BEN).events
    assert (event.at, event.duration) == (int(TEN) + 7_200, 0)


def test_an_appointment_without_a_day_is_told(tmp_path: Path) -> None:
    assert "has no day" in meeting(tmp_path, {}, BEN).rejected[0].reason


# Contacts


@pytest.mark.parametrize(
    ("born", "birthday"),
    [(-315_622_800.0, "1960-01-01"), (-315_590_400.0, "1960-01-01"), (79_870_665_600.0, ""), (-9e9, "")],
)
def test_a_birthday_is_the_day_it_was_where_it_was_written(tmp_path: Path, born: float, birthday: str) -> None:
    """As midnight of that place in UTC; Outlook writes the year 4501 where none is known."""
    (card,) = one(tmp_path, {0x001A: "IPM.Contact", 0x3A06: "Ana", 0x3A11: "Lopez", 0x3A42: born}).cards
    assert (card.handle, card.birthday) == ("name:Ana Lopez@outlook", birthday)


def test_a_contact_is_a_card(tmp_path: Path) -> None:
    named: dict[tuple[bytes, int], object] = {
        (CONTACT, 0x8083): "ana@lopez.example",
        (CONTACT, 0x8093): "a@home.example",
    }
    values: dict[int, object] = {
        0x001A: "IPM.Contact",
        0x3A06: "Ana",
        0x3A1C: "+1 416 555 0100",
        0x3A24: "+1 416 555 0101",
        0x3A16: "Acme",
    }
    (card,) = one(tmp_path, values, named=named).cards
    assert (card.handle, card.organisation) == ("email:ana@lopez.example", "Acme")
    assert card.handles == ("email:a@home.example", "phone:+14165550100")


def test_a_contact_without_anything_is_told(tmp_path: Path) -> None:
    (told,) = one(tmp_path, {0x001A: "IPM.Contact"}).rejected
    assert (told.kind, "has no name" in told.reason) == ("cards", True)


# What cannot be read


def test_damaged_and_large_files_are_told(tmp_path: Path) -> None:
    whole = item({**FROM_ANA, 0x1000: "x" * 9_000}, [BEN])
    for content in (whole[:1_000], whole[:512] + b"\xff" * 8_000, compound({})):
        (extract,) = read(tmp_path, content)
        assert "damaged" in extract.rejected[0].reason
    (extract,) = read(tmp_path, whole, limits=Limits(message=8_192))
    assert extract.rejected[0].reason.startswith("it is longer than 0 MiB")


def test_a_header_that_cannot_be_is_not_believed(tmp_path: Path) -> None:
    """Sectors of one byte, and more tables than the file has sectors: the library would read for minutes."""
    whole = item({**FROM_ANA, 0x1000: "x" * 9_000}, [BEN])
    for place, value in ((30, b"\0\0"), (32, b"\x01\0"), (44, b"\xff\xff\xff\x7f"), (72, b"\xff\xff\xff\x7f")):
        (extract,) = read(tmp_path, whole[:place] + value + whole[place + len(value) :])
        assert "damaged" in extract.rejected[0].reason


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_any_bytes_are_read(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(item({**FROM_ANA, 0x0037: "Plan", 0x1000: "x" * 5_000}, [BEN, ANA]))
    for _ in range(data.draw(st.integers(1, 8))):
        place = data.draw(st.integers(8, len(content) - 5))
        content[place : place + 4] = struct.pack("<I", data.draw(st.integers(0, 2**32 - 1)))
    for extract in read(tmp_path, bytes(content)):
        assert extract.events or extract.cards or extract.rejected


# Mailboxes


def test_without_the_library_the_owner_is_told_what_to_type(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pypff", None)
    (extract,) = read(tmp_path, b"!BDN" + b"\0" * 600, "box.pst")
    assert [r.reason for r in extract.rejected] == [NO_LIBRARY]
    assert "pip install weakties[outlook]" in NO_LIBRARY


def entry(number: int, value: object) -> SimpleNamespace:
    kind = (
        0x001F
        if isinstance(value, str)
        else 0x0040
        if isinstance(value, float)
        else 0x0102
        if isinstance(value, bytes)
        else 3
    )
    if isinstance(value, str):
        data = value.encode("utf-16-le")
    elif isinstance(value, float):
        data = struct.pack("<q", int(value) * 10_000_000 + 116_444_736_000_000_000)
    else:
        data = value if isinstance(value, bytes) else struct.pack("<i", value)
    return SimpleNamespace(
        get_entry_type=lambda: number,
        get_value_type=lambda: kind,
        get_data=lambda: data,
        get_data_as_string=lambda: value,
    )


def entries(values: dict[int, object]) -> SimpleNamespace:
    return SimpleNamespace(entries=[entry(number, value) for number, value in values.items()])


def stored(number: int, values: dict[int, object], *people: dict[int, object]) -> SimpleNamespace:
    recipients = SimpleNamespace(record_sets=[entries(person) for person in people]) if people else None
    return SimpleNamespace(get_identifier=lambda: number, record_sets=[entries(values)], recipients=recipients)


class Folder:
    def __init__(self, name: str | None, items: list[object], folders: list[object]) -> None:
        self.name, self.items, self.folders = name, items, folders

    def get_name(self) -> str | None:
        return self.name

    def get_number_of_sub_messages(self) -> int:
        return len(self.items)

    def get_number_of_sub_folders(self) -> int:
        return len(self.folders)

    def get_sub_message(self, number: int) -> object:
        found = self.items[number]
        if isinstance(found, OSError):
            raise found
        return found

    def get_sub_folder(self, number: int) -> object:
        return self.folders[number]


def install(monkeypatch: pytest.MonkeyPatch, root: Folder, names: dict[int, object]) -> None:
    store = SimpleNamespace(
        open=lambda _path: None,
        close=lambda: None,
        get_root_folder=lambda: root,
        get_name_to_id_map=lambda: SimpleNamespace(record_sets=[entries(names)]),
    )
    monkeypatch.setitem(sys.modules, "pypff", SimpleNamespace(file=lambda: store))


def test_a_mailbox_is_walked_folder_by_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sent = Folder("Sent Items", [stored(7, {**FROM_ANA, 0x0037: "\x01\x05Re: Plan"}, BEN), OSError("broken")], [])
    people = Folder("Contacts", [stored(9, {0x001A: "IPM.Contact", 0x3A06: "Ben", 0x8000: "ben@kay.example"})], [])
    names: dict[int, object] = {2: CONTACT, 3: struct.pack("<IHH", 0x8083, 6, 0)}
    install(monkeypatch, Folder(None, [], [Folder("Top of Personal Folders", [], [sent, people])]), names)
    mail, broken, contact = read(tmp_path, b"!BDN" + b"\0" * 600, "box.pst")
    assert [(e.subject, e.folder, e.origin.at) for e in mail.events] == [("Re: Plan", "sent", 7)]
    assert [p[1] for p in parts(mail)] == ["email:ana@lopez.example", "email:ben@kay.example"]
    assert "the item is damaged" in broken.rejected[0].reason
    assert [c.handle for c in contact.cards] == ["email:ben@kay.example"]


def test_a_mailbox_in_an_archive_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(monkeypatch, Folder(None, [], []), {})
    with zipfile.ZipFile(tmp_path / "box.zip", "w") as archive:
        archive.writestr("box.pst", b"!BDN" + b"\0" * 600)
    (extract,) = OutlookSource().read(tmp_path / "box.zip", ReadOptions())
    assert extract.rejected[0].reason == NO_PLACE
