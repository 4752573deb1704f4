"""Calendars as facts. Every event here is invented; the calendars of real programs are skipped where the data is absent."""

from __future__ import annotations

import os
import re
import zipfile
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from weakties.facts.model import Extract
from weakties.sources import ReadOptions, Source
from weakties.sources.calendar import CalendarSource
from weakties.sources.contentlines import CUT_OFF
from weakties.testing import source_errors

DATA = Path(os.environ.get("WEAKTIES_DATA") or Path(__file__).parents[3] / "shared" / "data")
GOLDEN = Path(__file__).parent / "golden" / "calendar"
ANA, BEN = "ATTENDEE;CN=Ana:mailto:ana@lopez.example", "ATTENDEE;CN=Ben:mailto:ben@kay.example"
START = "DTSTART:20260105T100000Z"


def calendar(*events: tuple[str, ...], before: tuple[str, ...] = (), after: tuple[str, ...] = ()) -> bytes:
    inside = [line for event in events for line in ("BEGIN:VEVENT", *event, "END:VEVENT")]
    return "\r\n".join(("BEGIN:VCALENDAR", "VERSION:2.0", *before, *inside, *after, "END:VCALENDAR", "")).encode()


def read(path: Path, content: bytes, name: str = "calendar.ics") -> list[Extract]:
    file = path / name
    file.write_bytes(content)
    return list(CalendarSource().read(file, ReadOptions()))


def one(path: Path, *lines: str, before: tuple[str, ...] = (), name: str = "calendar.ics") -> Extract:
    (extract,) = read(path, calendar(lines, before=before), name)
    return extract


def parts(extract: Extract) -> list[tuple[str, str]]:
    return [(p.role, p.handle) for p in extract.participations]


def times(extract: Extract) -> list[str]:
    return [f"{datetime.fromtimestamp(e.at, UTC):%m-%dT%H:%M}" for e in extract.events]


def zone(name: str, *observed: tuple[str, ...]) -> tuple[str, ...]:
    inside = [line for lines in observed for line in ("BEGIN:STANDARD", *lines, "END:STANDARD")]
    return ("BEGIN:VTIMEZONE", f"TZID:{name}", *inside, "END:VTIMEZONE")


def test_the_source_keeps_the_contract() -> None:
    assert isinstance(CalendarSource(), Source)
    for sample in sorted(GOLDEN.glob("*/export*")):
        assert source_errors(CalendarSource(), sample) == []


@pytest.mark.parametrize(
    ("name", "content", "ours"),
    [
        ("anything", b"BEGIN:VCALENDAR\r\n", True),
        ("anything", "\ufeffbegin:vcalendar\n".encode(), True),
        ("x.ics", b"BEGIN:VEVENT\nUID:1\n", True),
        ("x.ics", b"a line too many\nBEGIN:VCALENDAR\n", True),
        ("x.eml", b"Subject: x\n\nBEGIN:VCALENDAR\n", False),
        ("x.ics", b"BEGIN:VCARD\n", False),
        ("x.ics", b"", False),
    ],
)
def test_a_calendar_is_known_by_its_content(tmp_path: Path, name: str, content: bytes, ours: bool) -> None:
    (tmp_path / name).write_bytes(content)
    assert CalendarSource().identify(tmp_path / name) is ours


# Who takes part


def test_who_declined_and_what_is_no_person_takes_no_part(tmp_path: Path) -> None:
    extract = one(
        tmp_path,
        START,
        "ORGANIZER;CN=Ana Lopez:mailto:Ana@Lopez.example",
        "ATTENDEE;CN=Ana Lopez;PARTSTAT=DECLINED:mailto:ana@lopez.example",
        BEN,
        BEN,
        "ATTENDEE;PARTSTAT=DECLINED:mailto:cleo@kay.example",
        "ATTENDEE;PARTSTAT=DELEGATED:mailto:dan@kay.example",
        "ATTENDEE;CUTYPE=ROOM:mailto:room@kay.example",
        "ATTENDEE;CUTYPE=RESOURCE:mailto:beamer@kay.example",
        "ATTENDEE:mailto:c_1@resource.calendar.google.com",
        "ATTENDEE;ROLE=NON-PARTICIPANT:mailto:told@kay.example",
        "ATTENDEE;CUTYPE=GROUP;CN=Choir:mailto:choir@kay.example",
    )
    assert parts(extract) == [
        ("organizer", "email:ana@lopez.example"),
        ("attendee", "email:ben@kay.example"),
        ("list", "email:choir@kay.example"),
    ]
    assert extract.events[0].group_size == 2


@pytest.mark.parametrize(
    ("line", "handle"),
    [
        ("ATTENDEE:MAILTO:c@x.example", "email:c@x.example"),
        ("ATTENDEE:mailto:c%2Bd@x.example?subject=x", "email:c+d@x.example"),
        ("ATTENDEE;CN=C;EMAIL=c@x.example:urn:uuid:1", "email:c@x.example"),
        ("ATTENDEE;CN=Cleo Ray:urn:uuid:1", "name:Cleo Ray@calendar"),
        ("ATTENDEE;CN=Cleo Ray:invalid:nomail", "name:Cleo Ray@calendar"),
        ("ATTENDEE;CN=C:tel:+1-416-555-0100", "phone:+14165550100"),
        ("ATTENDEE:EX:/o=Acme/ou=EU/cn=Recipients/cn=Cleo", "exchange:/o=acme/ou=eu/cn=recipients/cn=cleo"),
        ("ATTENDEE;ROLE=OWNER:Cleo Ray <c@x.example>", "email:c@x.example"),
        ('ATTENDEE;CN="Ray^\'s; Cleo: x":mailto:c@x.example', "email:c@x.example"),
    ],
)
def test_addresses_of_every_kind(tmp_path: Path, line: str, handle: str) -> None:
    assert parts(one(tmp_path, START, ANA, line))[1] == ("attendee", handle)


def test_a_name_that_repeats_the_address_is_none(tmp_path: Path) -> None:
    extract = one(
        tmp_path, START, ANA, "ATTENDEE;CN=B@kay.example:mailto:b@kay.example", "ATTENDEE:C Day <c@day.example>"
    )
    assert [p.name for p in extract.participations] == ["Ana", "", "C Day"]


@pytest.mark.parametrize(
    "lines",
    [
        (),
        ("ORGANIZER:mailto:ana@lopez.example",),
        ("ORGANIZER:mailto:ana@lopez.example", ANA),
        (ANA, "ATTENDEE;CUTYPE=ROOM:mailto:room@kay.example"),
    ],
)
def test_an_event_that_names_one_person_says_nothing(tmp_path: Path, lines: tuple[str, ...]) -> None:
    assert read(tmp_path, calendar((START, *lines))) == []


def test_of_the_many_of_a_large_event_200_are_named(tmp_path: Path) -> None:
    many = [f"ATTENDEE:mailto:p{number}@x.example" for number in range(500)]
    extract = one(tmp_path, START, "ORGANIZER:mailto:ana@lopez.example", *many)
    assert (len(extract.participations), extract.events[0].group_size) == (201, 500)


# Whose calendar it is


@pytest.mark.parametrize(
    ("before", "name"),
    [
        (("X-WR-CALNAME:Me@Post.example",), "calendar.ics"),
        (("X-WR-CALNAME:Home", "X-OWNER;CN=Me:mailto:me@post.example"), "calendar.ics"),
        ((), "me@post.example.ics"),
    ],
)
def test_the_owner_takes_part_in_her_events(tmp_path: Path, before: tuple[str, ...], name: str) -> None:
    extract = one(tmp_path, START, ANA, before=before, name=name)
    assert parts(extract) == [("attendee", "email:ana@lopez.example"), ("attendee", "email:me@post.example")]


def test_what_the_owner_declined_is_said_so(tmp_path: Path) -> None:
    me = "ATTENDEE;PARTSTAT=DECLINED:mailto:me@post.example"
    declined = one(tmp_path, START, ANA, BEN, me, before=("X-WR-CALNAME:me@post.example",))
    assert (declined.events[0].folder, len(declined.participations)) == ("declined", 2)
    unknown = one(tmp_path, START, ANA, BEN, me)
    assert unknown.events[0].folder == ""


def test_what_everybody_else_declined_was_no_meeting(tmp_path: Path) -> None:
    extract = one(tmp_path, START, ANA, "ATTENDEE;PARTSTAT=DECLINED:mailto:ben@kay.example")
    assert extract.events[0].folder == "declined"


def test_one_calendar_says_nothing_of_the_next(tmp_path: Path) -> None:
    first = calendar(
        (START, ANA, BEN), before=("METHOD:CANCEL", "X-WR-CALNAME:me@post.example", "X-WR-TIMEZONE:Asia/Tokyo")
    )
    second = calendar(("DTSTART:20260105T100000", ANA, BEN))
    a, b = read(tmp_path, first + second)
    assert (a.events[0].folder, len(a.participations)) == ("cancelled", 3)
    assert (b.events[0].folder, len(b.participations), times(b)) == ("", 2, ["01-05T10:00"])


# When


@pytest.mark.parametrize(
    ("lines", "at", "duration"),
    [
        (("DTSTART:20260105T100000Z", "DTEND:20260105T113000Z"), "01-05T10:00", 5_400),
        (("DTSTART;TZID=America/New_York:20260105T100000", "DURATION:PT45M"), "01-05T15:00", 2_700),
        (('DTSTART;TZID="Eastern Standard Time":20260705T100000', "DURATION:P1DT1H"), "07-05T14:00", 90_000),
        (("DTSTART;TZID=/mozilla.org/20070129_1/Europe/Berlin:20260705T100000",), "07-05T08:00", 0),
        (("DTSTART;TZID=UTC+11:20260105T100000",), "01-04T23:00", 0),
        (("DTSTART;TZID=localtime:20260105T100000",), "01-05T10:00", 0),
        (("DTSTART;TZID=../../etc/passwd:20260105T100000",), "01-05T10:00", 0),
        (("DTSTART:20260105T100000",), "01-05T10:00", 0),
        (("DTSTART;VALUE=DATE:20260105", "DTEND;VALUE=DATE:20260107"), "01-05T12:00", 0),
        (("DTSTART:20260105T100000Z", "DTEND:20260105T090000Z"), "01-05T10:00", 0),
        (("DTSTART:20260105T100000Z", "DURATION:-PT15M"), "01-05T10:00", 0),
        (("DTSTART:20260105T100000+0530", "DTEND:99991231T000000Z"), "01-05T04:30", 0),
    ],
)
def test_when_and_how_long(tmp_path: Path, lines: tuple[str, ...], at: str, duration: int) -> None:
    extract = one(tmp_path, *lines, ANA, BEN)
    assert (times(extract), extract.events[0].duration) == ([at], duration)


def test_a_zone_that_the_file_tells_of(tmp_path: Path) -> None:
    """Also behind the event; its clock changes at the end of March and of October."""
    rule = "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH="
    winter = ("DTSTART:00010101T030000", "TZOFFSETFROM:+0600", "TZOFFSETTO:+0500", rule + "10")
    summer = ("DTSTART:16010101T020000", "TZOFFSETFROM:+0500", "TZOFFSETTO:+0600", rule + "3")
    events = [(f"DTSTART;TZID=Here:2026{month}T100000", ANA, BEN) for month in ("0105", "0328", "0330", "1026")]
    found = read(tmp_path, calendar(*events, after=zone("Here", winter, summer)))
    assert [times(e)[0] for e in found] == ["01-05T05:00", "03-28T05:00", "03-30T04:00", "10-26T05:00"]


def test_the_history_of_a_zone_stays_in_order(tmp_path: Path) -> None:
    """Changes of long ago, told once each: the newest of them holds."""
    old = ("DTSTART:19011231T000000", "TZOFFSETFROM:+0053", "TZOFFSETTO:+0053")
    new = ("DTSTART:19490101T000000", "TZOFFSETFROM:+0053", "TZOFFSETTO:+0100")
    event = ("DTSTART;TZID=Here:20260105T100000", ANA, BEN)
    assert times(one(tmp_path, *event, before=zone("Here", new, old))) == ["01-05T09:00"]


def test_a_zone_that_nobody_knows_is_the_one_of_the_file(tmp_path: Path) -> None:
    before = zone("Pune", ("DTSTART:16010101T000000", "TZOFFSETFROM:+0530", "TZOFFSETTO:+0530"))
    event = ("DTSTART;TZID=Customized Time Zone:20260105T100000", ANA, BEN)
    assert times(one(tmp_path, *event, before=before)) == ["01-05T04:30"]


# Again and again


def test_a_call_stays_at_nine_when_the_clock_changes(tmp_path: Path) -> None:
    extract = one(tmp_path, "DTSTART;TZID=America/New_York:20260301T090000", "RRULE:FREQ=WEEKLY;COUNT=2", ANA, BEN)
    assert times(extract) == ["03-01T14:00", "03-08T13:00"]
    assert len({e.thread for e in extract.events}) == 1


def test_days_left_out_moved_and_called_off(tmp_path: Path) -> None:
    """The day of a moved meeting is known by when it should have been, whichever of the two comes first."""
    zoned = "TZID=Asia/Tokyo:202601"
    series = ("UID:s", f"DTSTART;{zoned}05T080000", "RRULE:FREQ=DAILY;COUNT=6", "EXDATE;VALUE=DATE:20260106", ANA, BEN)
    moved = ("UID:s", f"RECURRENCE-ID;{zoned}07T080000", f"DTSTART;{zoned}12T090000", ANA, BEN)
    off = ("UID:s", "RECURRENCE-ID:20260107T230000Z", f"DTSTART;{zoned}08T080000", "STATUS:CANCELLED", ANA, BEN)
    alone = ("UID:s", f"RECURRENCE-ID;{zoned}09T080000", f"DTSTART;{zoned}09T100000")
    for order in ((series, moved, off, alone), (moved, alone, off, series)):
        found = read(tmp_path, calendar(*order))
        by_time = {t: e.folder for x in found for t, e in zip(times(x), x.events, strict=True)}
        assert by_time == {"01-04T23:00": "", "01-09T23:00": "", "01-12T00:00": "", "01-07T23:00": "cancelled"}
    plain = one(tmp_path, *series[:3], ANA, BEN)
    ids = {time: event.id for time, event in zip(times(plain), plain.events, strict=True)}
    again = {t: e.id for x in found for t, e in zip(times(x), x.events, strict=True)}
    assert again["01-12T00:00"] == ids["01-06T23:00"]
    assert again["01-04T23:00"] == ids["01-04T23:00"]


def test_until_ends_a_series(tmp_path: Path) -> None:
    start = "DTSTART;TZID=America/New_York:20260105T200000"
    for until, count in (("20260108", 4), ("20260108T010000Z", 3), ("20260107T200000", 3), ("20260107T195959", 2)):
        assert len(one(tmp_path, start, f"RRULE:FREQ=DAILY;UNTIL={until}", ANA, BEN).events) == count


def test_a_series_without_end_goes_on_for_a_year_after_the_calendar_was_written(tmp_path: Path) -> None:
    extract = one(tmp_path, START, "DTSTAMP:20260301T000000Z", "RRULE:FREQ=MONTHLY", ANA, BEN)
    assert (len(extract.events), times(extract)[-1]) == (14, "02-05T10:00")


def test_a_rule_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    extract = one(tmp_path, START, "RRULE:FREQ=SECONDLY;BYMONTH=2", ANA, BEN)
    assert len(extract.events) == 1
    (told,) = extract.rejected
    assert told.reason == "how the event repeats cannot be read (FREQ=SECONDLY;BYMONTH=2): only its first day is kept"


def test_a_calendar_exported_again_keeps_its_ids(tmp_path: Path) -> None:
    """A month later: newer stamps, a new event before the old ones, a longer series."""
    series = ("UID:s", START, "RRULE:FREQ=WEEKLY", ANA, BEN)
    single = ("UID:x", START, ANA, BEN)
    before = read(tmp_path, calendar((*series, "DTSTAMP:20260201T000000Z"), single))
    after = read(tmp_path, calendar(("UID:n", START, ANA, BEN), single, (*series, "DTSTAMP:20260301T000000Z")))
    old = {e.id for x in before for e in x.events}
    new = {e.id for x in after for e in x.events}
    assert old < new
    assert len(new - old) == 5


# What cannot be read


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ((), "no start"),
        (("DTSTART:20261305T100000Z",), "no start"),
        (("DTSTART:" + "9" * 1_000,), "no start"),
        (("DTSTART:00010101T000000Z",), "before 1971"),
        (("DTSTART:19700105T000000Z",), "before 1971"),
        (("DTSTART:99991231T235959Z",), "after 2099"),
    ],
)
def test_an_event_without_a_day_is_told(tmp_path: Path, lines: tuple[str, ...], said: str) -> None:
    extract = one(tmp_path, *lines, ANA, BEN)
    assert not extract.events
    assert said in extract.rejected[0].reason


def test_a_file_that_is_cut_off(tmp_path: Path) -> None:
    whole = calendar((START, ANA, BEN), (START, ANA, BEN))
    kept, cut = read(tmp_path, whole[: whole.rindex(b"ATTENDEE")])
    assert len(kept.events) == 1
    assert cut.rejected[0].reason == CUT_OFF


def test_calendars_in_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "takeout.zip", "w") as archive:
        archive.writestr("Takeout/Calendar/me@post.example.ics", calendar((START, ANA)))
        archive.writestr("Takeout/Calendar/Holidays.ics", calendar((START, "SUMMARY:New Year")))
        archive.writestr("Takeout/archive_browser.html", "<html>")
    assert CalendarSource().identify(tmp_path / "takeout.zip")
    (extract,) = CalendarSource().read(tmp_path / "takeout.zip", ReadOptions())
    assert parts(extract)[1] == ("attendee", "email:me@post.example")
    assert extract.events[0].origin.file == "!Takeout/Calendar/me@post.example.ics"


def pieces() -> st.SearchStrategy[bytes]:
    samples = [p.read_bytes() for p in sorted(GOLDEN.rglob("*.ics"))]
    lines = sorted({line for sample in samples for line in sample.split(b"\n")})
    return st.lists(st.one_of(st.sampled_from(lines), st.binary(max_size=40)), max_size=60).map(b"\n".join)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(pieces())
def test_any_lines_are_read(tmp_path: Path, content: bytes) -> None:
    for extract in read(tmp_path, b"BEGIN:VCALENDAR\n" + content):
        assert extract.events or extract.rejected
        assert len({e.id for e in extract.events}) == len(extract.events)
        assert {p.event for p in extract.participations} <= {e.id for e in extract.events}
        assert all(31_536_000 <= e.at < 4_102_444_800 and e.duration >= 0 for e in extract.events)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.sampled_from(["meeting", "alone", "dayless"]), max_size=30))
def test_counts_add_up(tmp_path: Path, kinds: list[str]) -> None:
    inside = {"meeting": (START, ANA, BEN), "alone": (START, ANA), "dayless": (ANA, BEN)}
    found = read(tmp_path, calendar(*(inside[kind] for kind in kinds)))
    counted = Counter(kinds)
    assert sum(len(e.events) for e in found) == counted["meeting"]
    assert sum(len(e.rejected) for e in found) == counted["dayless"]


REAL = sorted((DATA / "formats" / "ics").glob("*.ics"))


@pytest.mark.skipif(not REAL, reason="the calendars of real programs are not on this machine")
def test_calendars_of_real_programs(tmp_path: Path) -> None:
    """Most of them name nobody: with two people put into each event, each says when it was or why that is not known."""
    events = told = 0
    for path in REAL:
        content = path.read_bytes()
        if not CalendarSource().identify(path):
            # Empty files and single pieces of a calendar.
            assert len(content) < 1_000
            continue
        assert source_errors(CalendarSource(), path) == []
        people = f"BEGIN:VEVENT\n{ANA}\n{BEN}\n".encode()
        filled, count = re.subn(rb"(?im)^BEGIN:VEVENT\r?\n", people, content)
        found = read(tmp_path, filled)
        assert len(found) == count, path.name
        events += sum(len(e.events) for e in found)
        told += sum(len(e.rejected) for e in found)
    assert (events, told) == (2_609, 72)
