"""A calendar as Google exports it: one-off and repeated meetings, rooms, what was called off and declined, what is to come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from weakties.demo.acquaintances import Acquaintances, Someone
from weakties.demo.desk import stamp
from weakties.demo.packing import short_lines

CALENDAR = "calendar.ics"
_ROOM = "ATTENDEE;CUTYPE=ROOM;ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;CN=Aquarium (6):mailto:c_room17@resource.halden.example"
_SUBJECTS = (
    "Surface of the {n} mm mirror", "Review of the quotation", "Call: delivery in {month}", "Calibration plan",
    "Lidar window samples",
    "Acceptance test", "Interferometer loan", "Annual review", "Tolerances, second round", "Coffee and catching up",
)  # fmt: skip
_MONTHS = ("January", "March", "May", "September", "November")


def write_calendar(folder: Path, known: Acquaintances) -> list[Path]:
    """Write the calendar of the owner's firm since the older exports, and the days to come."""
    diary = _Diary(known)
    house = known.near("halden")
    partners = [one for one in known.near("client", "supplier", "conference", "investor") if one.mails]
    diary.weekly("Monday round", known.end - timedelta(days=330), house[:6])
    diary.monthly("Partners' hour", known.end - timedelta(days=600), partners[:2])
    for number in range(70):
        day = known.newer - timedelta(days=4 + number * 9 + known.rng.randint(0, 6))
        there = [one for one in partners if one.person and one.person.since < day]
        chosen = known.rng.sample(there, min(len(there), known.rng.choice((1, 1, 2, 3))))
        diary.meeting(day, chosen, room=number % 3 == 0)
    # What was called off and what she declined is no contact: these have been silent since.
    late = [one for one in known.people if one.kind == "overdue"][:4]
    for number, one in enumerate(late):
        diary.meeting(
            known.newer - timedelta(days=20 + 9 * number), [one], off=number % 2 == 0, declined=number % 2 == 1
        )
    lisbon = [one for one in known.people if one.kind == "new" and one.person and one.person.world == "conference"][:7]
    diary.meeting(known.end - timedelta(days=142), lisbon, subject="Lisbon: dinner of the metrologists", minutes=150)
    for ahead, hour, people in (
        (0, 10, partners[2:4]),
        (1, 14, house[1:3]),
        (3, 9, partners[4:5]),
        (8, 13, partners[5:7]),
    ):
        diary.meeting(known.end + timedelta(days=ahead), people, hour=hour)
    path = folder / CALENDAR
    path.write_bytes(diary.text().encode())
    return [path]


class _Diary:
    """The events so far."""

    def __init__(self, known: Acquaintances) -> None:
        self._known, self._events = known, list[str]()
        self._me = known.owner.mails[2]

    def meeting(
        self, day: date, people: Sequence[Someone], *, subject: str = "", hour: int = 0, minutes: int = 0, room: bool = False,
        off: bool = False, declined: bool = False,
    ) -> None:  # fmt: skip
        """Add a meeting on one day."""
        rng = self._known.rng
        while day.weekday() > 4 and not subject and not hour:
            day -= timedelta(days=1)
        at = stamp(day, hour or rng.randint(7, 14))
        subject = subject or rng.choice(_SUBJECTS).format(n=rng.choice((50, 100, 150)), month=rng.choice(_MONTHS))
        if not off and not declined and day < self._known.end:
            for one in people:
                one.spoke("meeting", at)
        lines = self._named(people, declined=declined) + ([_ROOM] if room else [])
        self._add(
            subject,
            at,
            minutes or rng.choice((30, 45, 60, 90)),
            lines + (["STATUS:CANCELLED"] if off else ["STATUS:CONFIRMED"]),
        )

    def weekly(self, subject: str, first: date, people: Sequence[Someone]) -> None:
        """Add a meeting on every Monday, but for two of them, until a week from now."""
        first -= timedelta(days=first.weekday())
        last = self._known.end + timedelta(days=7)
        gone = [first + timedelta(days=7 * weeks) for weeks in (4, 11)]
        rule = [f"RRULE:FREQ=WEEKLY;BYDAY=MO;UNTIL={last:%Y%m%d}T235900Z"]
        rule += [f"EXDATE:{day:%Y%m%d}T080000Z" for day in gone]
        self._add(subject, stamp(first, 8), 30, [*rule, *self._named(people), _ROOM, "STATUS:CONFIRMED"])

    def monthly(self, subject: str, first: date, people: Sequence[Someone]) -> None:
        """Add a call on every first Thursday of a month."""
        rule = [f"RRULE:FREQ=MONTHLY;BYDAY=1TH;UNTIL={self._known.newer:%Y%m%d}T235900Z"]
        first = next(day for step in range(40) if (day := first + timedelta(step)).weekday() == 3 and day.day <= 7)
        self._add(subject, stamp(first, 13), 45, [*rule, *self._named(people), "STATUS:CONFIRMED"])

    def text(self) -> str:
        """Return the whole calendar."""
        head = ["BEGIN:VCALENDAR", "PRODID:-//Google Inc//Google Calendar 70.9054//EN", "VERSION:2.0", "CALSCALE:GREGORIAN",
                "METHOD:PUBLISH", f"X-WR-CALNAME:{self._me}", "X-WR-TIMEZONE:Europe/Stockholm"]  # fmt: skip
        return "\r\n".join([*head, *self._events, "END:VCALENDAR", ""])

    def _named(self, people: Sequence[Someone], *, declined: bool = False) -> list[str]:
        """Return organiser and those invited; whoever is first may have called the others together."""
        known, out = self._known, list[str]()
        for number, one in enumerate(people):
            address = known.work_mail(one)
            one.mailed(address)
            # Google shows the name of a profile, which not everybody has.
            name = f";CN={one.name}" if known.rng.random() < 0.85 else ""
            if not number and (declined or known.rng.random() < 0.4):
                out.append(f"ORGANIZER{name}:mailto:{address}")
            out.append(f"ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT=ACCEPTED{name}:mailto:{address}")
        if not out or not out[0].startswith("ORGANIZER"):
            out.insert(0, f"ORGANIZER;CN=Ylva Marchetti:mailto:{self._me}")
        out.append(
            f"ATTENDEE;CUTYPE=INDIVIDUAL;PARTSTAT={'DECLINED' if declined else 'ACCEPTED'};CN=Ylva Marchetti:mailto:{self._me}"
        )
        return out

    def _add(self, subject: str, at: int, minutes: int, lines: Sequence[str]) -> None:
        end, said = at + 60 * minutes, subject.replace(",", "\\,")
        event = [f"DTSTART:{_utc(at)}", f"DTEND:{_utc(end)}", f"DTSTAMP:{self._known.newer:%Y%m%d}T190000Z",
                 f"UID:meet{len(self._events):04d}@halden.example", *lines, f"SUMMARY:{said}"]  # fmt: skip
        short = [piece for line in event for piece in short_lines(line)]
        self._events.append("\r\n".join(["BEGIN:VEVENT", *short, "END:VEVENT"]))


def _utc(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y%m%dT%H%M%SZ")
