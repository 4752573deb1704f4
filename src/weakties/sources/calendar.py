"""Calendars as iCalendar files: who met whom, when and for how long.

An event becomes a meeting of its organizer and of those invited who did not decline; a repeated one a meeting on each of its
days, up to a year after the calendar was last written. Events that name nobody but their owner say nothing of people and are
left out, as are tasks, journals, free and busy times and alarms. A file is walked twice, because what says when and where
(time zones, days moved elsewhere) may stand behind what it speaks of; no more than one event is held at a time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple
from urllib.parse import unquote

from weakties.facts import handles
from weakties.facts.handles import Handle
from weakties.facts.model import Event, Extract, Participation, Role, event_id, fingerprint
from weakties.sources import ReadOptions
from weakties.sources.contentlines import Block, Property, Stamp, blocks, properties, stamp, unescaped
from weakties.sources.dates import LATEST, possible
from weakties.sources.files import File, rejected
from weakties.sources.repeats import MOST, Rule, RuleError
from weakties.sources.terms import terms
from weakties.sources.twice import TwiceRead
from weakties.sources.zones import Zones, utc

READER = 1
CHANNEL = "meeting"
PLACE = "calendar"

_BEGIN = re.compile(r"\s*BEGIN\s*:\s*VCALENDAR\b", re.IGNORECASE)
_BEGIN_LATER = re.compile(r"^BEGIN:V(?:CALENDAR|EVENT)\b", re.IGNORECASE | re.MULTILINE)
_SUFFIXES = (".ics", ".ical", ".icalendar", ".ifb", ".vcs")
_BLOCKS = frozenset({"VEVENT", "VTIMEZONE"})
_INNER = frozenset({"STANDARD", "DAYLIGHT"})
_STAMPS = frozenset({b"DTSTAMP", b"LAST-MODIFIED", b"CREATED"})
_SURVEYED = frozenset(
    {b"TZID", b"TZOFFSETFROM", b"TZOFFSETTO", b"RRULE", b"RDATE", b"DTSTART", b"RECURRENCE-ID", b"UID", *_STAMPS}
)
_KEPT = frozenset(
    {
        b"UID", b"DTSTART", b"DTEND", b"DURATION", b"SUMMARY", b"STATUS", b"ORGANIZER", b"ATTENDEE", b"RRULE", b"RDATE", b"EXDATE",
        b"RECURRENCE-ID", b"METHOD", b"VERSION", b"X-WR-CALNAME", b"X-WR-RELCALID", b"X-WR-TIMEZONE", b"X-OWNER",
    }
)  # fmt: skip
_DURATION = re.compile(
    r"\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?", re.ASCII | re.IGNORECASE
)
# A repeated event goes on for a year after its calendar was written.
_AHEAD = timedelta(days=366)
_LONGEST = 366 * 86_400
_LONGEST_SUBJECT = 1_000
_MOST_PEOPLE = 200
# Lines of people up to here are remembered when they have been understood.
_SHORT_LINE = 300
_MOST_DATES = 5_000
_MOST_RULES = 10
_NO_START = "the event has no start that can be read (DTSTART): open it in your calendar and set its day"
_OUT_OF_TIME = "the event lies before 1971 or after 2099: nobody met you then"
_NO_RULE = "how the event repeats cannot be read ({}): only its first day is kept"

Times = list[tuple[int, int]]


@dataclass(slots=True)
class Survey:
    """What is learnt of a file on the first walk. newest: when it was last written; moved: by UID, the days held elsewhere."""

    zones: Zones = field(default_factory=Zones)
    newest: str = ""
    latest_start: str = ""
    moved: dict[str, list[Property]] = field(default_factory=dict)

    def last(self) -> datetime:
        """Return until when repeated events are worked out."""
        newest = stamp(self.newest or self.latest_start)
        return (newest.when if newest else datetime.min) + _AHEAD


class CalendarSource(TwiceRead[dict[str, Survey]]):
    """Calendars as `.ics`; see docs/how-to/calendars.md for how to get them."""

    name = "calendar"
    reader = READER
    suffixes = _SUFFIXES

    def claims(self, file: File) -> bool:
        """Tell whether a file begins with a calendar, or is called one and has one further down."""
        return is_calendar(file)

    def learn(self, files: Iterator[File], path: Path) -> dict[str, Survey]:  # noqa: ARG002  the files say enough
        """Return what must be known of each file before its events are read."""
        return {file.name: survey(file) for file in files}

    def told(
        self,
        file: File,
        number: int,  # noqa: ARG002  the name is enough
        learned: dict[str, Survey],
        options: ReadOptions,  # noqa: ARG002  a calendar has no text to keep
    ) -> Iterator[Extract]:
        """Yield what each event says, in order."""
        return told(file, learned.get(file.name) or Survey())


def told(file: File, known: Survey) -> Iterator[Extract]:
    """Yield what each event of a file says, in order. known: what `survey` learnt of it."""
    calendar = _Calendar(file, known)
    for block in blocks(file, _BLOCKS, _KEPT, _INNER):
        if not block.name:
            calendar.learn(block)
        elif block.name == "VEVENT" and block.fault:
            yield rejected(file, block.at, block.fault)
        elif block.name == "VEVENT" and (extract := calendar.event(block)):
            yield extract


def is_calendar(file: File) -> bool:
    """Tell whether a file begins with a calendar, or is called one and has one further down."""
    text = file.head_text.removeprefix("\ufeff")
    return bool(_BEGIN.match(text) or (file.base.endswith(_SUFFIXES) and _BEGIN_LATER.search(text)))


def survey(file: File) -> Survey:
    """Return what must be known of a file before its events are read; reads it to its end."""
    found = Survey()
    for block in blocks(file, _BLOCKS, _SURVEYED, _INNER):
        if block.name == "VTIMEZONE":
            found.zones.add(block)
        elif block.name == "VEVENT":
            _look_at(block, found)
    return found


def _look_at(block: Block, found: Survey) -> None:
    moved = False
    for line in block.lines:
        name = line.partition(b":")[0].partition(b";")[0].upper()
        if name in _STAMPS:
            found.newest = _newer(line, found.newest)
        elif name == b"DTSTART":
            found.latest_start = _newer(line, found.latest_start)
        moved = moved or name == b"RECURRENCE-ID"
    if moved:
        lines = {line.name: line for line in properties(block)}
        if "RECURRENCE-ID" in lines and "UID" in lines:
            found.moved.setdefault(lines["UID"].value.strip(), []).append(lines["RECURRENCE-ID"])


def _newer(line: bytes, newest: str) -> str:
    """Return the moment of a line if it is possible and newer, else the newest so far: both written as `20260105T093000`."""
    value = line.rpartition(b":")[2].decode("latin-1").replace("-", "")
    if newest < value < "21" and (moment := stamp(value)) and moment.when.year >= 1_971:
        return f"{moment.when:%Y%m%dT%H%M%S}"
    return newest


@dataclass(slots=True)
class _People:
    """Who takes part. parts: in order, the organizer first; named: how many the event names, those who declined counted."""

    parts: dict[Handle, tuple[Role, str]] = field(default_factory=dict)
    declined: set[Handle] = field(default_factory=set)
    organizer: str = ""
    named: int = 0


class _Calendar:
    """One calendar being read: whose it is, in which zone it lives, and its events."""

    def __init__(self, file: File, known: Survey) -> None:
        self._file = file
        self._known = known
        self._owner = _address(file.base.rpartition(".")[0])
        self._from_name = self._owner
        self._zone = ""
        self._called_off = False

    def learn(self, block: Block) -> None:
        """Learn what stands between events: the method, the owner, the zone."""
        for line in properties(block):
            if line.name == "BEGIN":
                self._owner, self._zone, self._called_off = self._from_name, "", False
            elif line.name in ("X-WR-CALNAME", "X-WR-RELCALID", "X-OWNER"):
                self._owner = self._owner or _address(line.value)
            elif line.name == "X-WR-TIMEZONE":
                self._zone = line.value.strip()
            elif line.name == "METHOD":
                self._called_off = line.value.strip().upper() == "CANCEL"

    def event(self, block: Block) -> Extract | None:
        """Return what an event says; None if it names nobody but its owner."""
        lines: dict[str, list[Property]] = {}
        for line in properties(block):
            lines.setdefault(line.name, []).append(line)
        people = self._people(lines)
        if people.named < 2:
            return None
        start = self._moment(lines, "DTSTART")
        if start is None:
            return rejected(self._file, block.at, _NO_START)
        try:
            times, fault = self._first(start) if "RECURRENCE-ID" in lines else self._times(lines, start), ""
        except RuleError:
            times, fault = self._first(start), _NO_RULE.format(lines["RRULE"][0].value[:80])
        uid = lines["UID"][0].value.strip() if "UID" in lines else ""
        if "RECURRENCE-ID" in lines:
            # The day that was moved here is known by when it should have been.
            should = next(self._all(lines["RECURRENCE-ID"]), (times[0][1], None))[0]
            times = [(should, times[0][1])]
        elif uid in self._known.moved and len(times) > 1:
            moved = {at for at, _ in self._all(self._known.moved[uid])}
            times = [(at, at) for at, _ in times if at not in moved]
        held = [(key, at) for key, at in times if possible(at) is not None]
        extract = self._meetings(block, lines, people, uid, held)
        if times and not held:
            fault = _OUT_OF_TIME
        if fault:
            extract.rejected += rejected(self._file, block.at, fault).rejected
        return extract if extract.events or extract.rejected else None

    def _meetings(
        self, block: Block, lines: dict[str, list[Property]], people: _People, uid: str, times: Times
    ) -> Extract:
        origin = self._file.origin(block.at)
        subject = (
            " ".join(unescaped(lines["SUMMARY"][0].value).split())[:_LONGEST_SUBJECT] if "SUMMARY" in lines else ""
        )
        about = " ".join(terms(subject, "", known=[(handle, name) for handle, (_, name) in people.parts.items()]))
        others = [handle for handle in people.parts if handle != people.organizer]
        shown = [(h, role, name) for h, (role, name) in people.parts.items()][: _MOST_PEOPLE + 1]
        folder, duration = self._folder(lines, people), self._duration(lines)
        thread = event_id("thread", f"calendar {uid}") if uid else ""
        extract = Extract()
        for key, at in times:
            mark = fingerprint(CHANNEL, at, people.organizer, others, subject)
            own_id = event_id(CHANNEL, f"{uid}\0{key}") if uid else mark
            thread = thread or own_id
            extract.events.append(
                Event(
                    own_id, mark, at, CHANNEL, thread, subject, origin, READER,
                    terms=about, group_size=max(len(people.parts) - 1, 0), duration=duration, folder=folder,
                )
            )  # fmt: skip
            extract.participations += [Participation(own_id, handle, role, name) for handle, role, name in shown]
        return extract

    def _folder(self, lines: dict[str, list[Property]], people: _People) -> str:
        status = lines["STATUS"][0].value.strip().upper() if "STATUS" in lines else ""
        if self._called_off or status in ("CANCELLED", "CANCELED"):
            return "cancelled"
        # Where all the others declined, nobody was met either.
        return "declined" if self._owner in people.declined or len(people.parts) < 2 else ""

    def _people(self, lines: dict[str, list[Property]]) -> _People:
        """Return who takes part: organizer, those invited who did not decline, the calendar's owner."""
        found = _People()
        for line in lines.get("ORGANIZER", ())[:1]:
            if one := _named(line):
                found.organizer = one.handle
                found.parts[one.handle] = ("organizer", one.name)
        for line in lines.get("ATTENDEE", ()):
            one = _named(line)
            if one is None or one.is_no_person:
                continue
            handle = one.handle
            if one.declined and handle != found.organizer:
                found.declined.add(handle)
            elif handle not in found.parts or not found.parts[handle][1]:
                role: Role = "organizer" if handle == found.organizer else "attendee"
                found.parts[handle] = ("list" if one.is_group else role, one.name)
        if self._owner and (found.parts or found.declined) and self._owner not in found.declined:
            found.parts.setdefault(self._owner, ("attendee", ""))
        for handle in found.declined:
            found.parts.pop(handle, None)
        found.named = len(found.parts.keys() | found.declined)
        return found

    def _moment(self, lines: dict[str, list[Property]], name: str) -> tuple[Stamp, str] | None:
        """Return a moment as written and the zone in which it is told."""
        for line in lines.get(name, ())[:1]:
            if moment := stamp(line.value):
                return moment, line.first("TZID") or self._zone
        return None

    def _utc(self, moment: Stamp, zone: str) -> int:
        """Return seconds UTC; noon for a day."""
        if moment.day:
            return utc(moment.when) + 43_200
        if moment.offset is not None:
            return utc(moment.when) - moment.offset
        return self._known.zones.zone(zone)(moment.when)

    def _all(self, lines: Iterable[Property]) -> Iterator[tuple[int, Stamp]]:
        """Yield the moments of lines that may name many, in seconds UTC and as written; of a period its start."""
        for line in lines:
            zone = line.first("TZID") or self._zone
            for value in line.value.split(",")[:_MOST_DATES]:
                if moment := stamp(value.partition("/")[0]):
                    yield self._utc(moment, zone), moment

    def _first(self, start: tuple[Stamp, str]) -> Times:
        at = self._utc(*start)
        return [(at, at)]

    def _times(self, lines: dict[str, list[Property]], start: tuple[Stamp, str]) -> Times:
        """Return when an event happens. Raises RuleError."""
        if not lines.keys() & {"RRULE", "RDATE"}:
            return self._first(start)
        moment, zone = start
        found = {self._utc(moment, zone): moment.when.date()}
        for line in lines.get("RRULE", ())[:_MOST_RULES]:
            rule = Rule.parse(line.value)
            until = self._utc(Stamp(rule.until.when, rule.until.offset, day=False), zone) if rule.until else LATEST
            until += 86_399 if rule.until and rule.until.day else 0
            for when in rule.times(moment.when, self._known.last()):
                if (at := self._utc(Stamp(when, moment.offset, moment.day), zone)) <= until:
                    found[at] = when.date()
        found |= {at: other.when.date() for at, other in self._all(lines.get("RDATE", ()))}
        gone = dict(self._all(lines.get("EXDATE", ())))
        # Some programs write the day alone of what they left out.
        days = {other.when.date() for other in gone.values() if other.day}
        return [(at, at) for at, day in sorted(found.items()) if at not in gone and day not in days][-MOST:]

    def _duration(self, lines: dict[str, list[Property]]) -> int:
        """Return how long an event takes, 0 for whole days and for what is not said or impossible."""
        start, end = self._moment(lines, "DTSTART"), self._moment(lines, "DTEND")
        seconds = 0
        if start is None or start[0].day:
            return 0
        if end is not None and not end[0].day:
            seconds = self._utc(*end) - self._utc(*start)
        elif "DURATION" in lines and (said := _DURATION.fullmatch(lines["DURATION"][0].value.strip())):
            weeks, days, hours, minutes, rest = (int(part or 0) for part in said.groups())
            seconds = ((weeks * 7 + days) * 24 + hours) * 3_600 + minutes * 60 + rest
        return seconds if 0 < seconds <= _LONGEST else 0


class _Named(NamedTuple):
    """Whom a line names. is_no_person: a room, a resource, somebody who is only told of the meeting."""

    handle: Handle
    name: str
    declined: bool
    is_group: bool
    is_no_person: bool


def _named(line: Property) -> _Named | None:
    """Return whom the line of an organizer or of somebody invited names; the same people meet again and again."""
    return _known_named(line) if len(line.parameters) + len(line.value) < _SHORT_LINE else _read_named(line)


def _read_named(line: Property) -> _Named | None:
    handle = _handle(line)
    if handle is None:
        return None
    kind = line.first("CUTYPE").upper()
    return _Named(
        handle,
        _name(line, handle),
        declined=line.first("PARTSTAT").upper() in ("DECLINED", "DELEGATED"),
        is_group=kind == "GROUP",
        is_no_person=kind in ("ROOM", "RESOURCE") or line.first("ROLE").upper() == "NON-PARTICIPANT",
    )


_known_named = lru_cache(maxsize=4_096)(_read_named)


def _handle(line: Property) -> Handle | None:
    """Return whom an address of a calendar names: by mail, by telephone, in a directory, by name alone."""
    value = unescaped(line.value)
    # Calendars of before 2000 write "Ana Lopez <ana@example.com>".
    for text in (line.first("EMAIL"), value, value.partition("<")[2].partition(">")[0]):
        if handle := _mail(text):
            return None if handles.domain(handle).endswith("calendar.google.com") else handle
    scheme, _, rest = value.partition(":")
    if scheme.lower() == "tel":
        return handles.number(rest)
    if found := handles.exchange(rest if scheme.upper() == "EX" else value):
        return found
    return None if "@" in value else handles.bare_name(line.first("CN"), PLACE)


def _mail(text: str) -> Handle | None:
    address = text.strip()
    if address[:7].lower() == "mailto:":
        address = address[7:].partition("?")[0]
    return handles.email(unquote(address) if "%" in address else address)


def _address(text: str) -> Handle | None:
    """Return whose calendar it is, where it is called by an address of a person."""
    found = _mail(text)
    return None if found is None or handles.domain(found).endswith("calendar.google.com") else found


def _name(line: Property, handle: Handle) -> str:
    name = handles.clean_name(line.first("CN").replace("\\", ""))
    if not name and "<" in line.value:
        name = handles.clean_name(line.value.partition("<")[0])
    return "" if name.lower() == handles.value(handle) else name
