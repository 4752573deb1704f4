"""What comes and what is new: the meetings of a day with who takes part, and news of people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from weakties.cli import common
from weakties.ties.words import plural

if TYPE_CHECKING:
    from weakties.answers import Attendee, Brief, Person, Told
    from weakties.insight.beginnings import Beginning
    from weakties.insight.news import News

# Attendees of one meeting that are shown; the others are counted.
_SHOWN = 12


@click.command()
@click.option(
    "--days", type=click.IntRange(0, 60), default=0, help="Also the meetings of so many days after it.  [default: 0]"
)
@common.reads
@common.limited(20)
def brief(days: int, limit: int, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """Before a meeting: who takes part, the last words with each, whom you both know, what is new."""
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    found = space.brief(view=seen, days=days)
    if as_json:
        common.answer("brief", seen, [_meeting_json(b) for b in found[:limit]], total=len(found))
        return
    if not found:
        common.show(f"No meeting with others is known {'for' if not days else 'from'} {seen.as_of}.")
        common.hint(
            f"{common.program()} brief --days 7 looks further; calendars come in with {common.program()} import."
        )
        return
    for each in found[:limit]:
        _print_meeting(each)


@click.command()
@common.reads
@common.limited(30)
def news(limit: int, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """Say what is new of people: jobs, titles, places, numbers, birthdays, and who is back after years."""
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    found = space.news(view=seen)
    if as_json:
        rows = [{"person": common.person_json(t.person), **news_json(t.news)} for t in found[:limit]]
        common.answer("news", seen, rows, total=len(found))
        return
    if not found:
        common.show("Nothing new is known of anybody.")
        common.hint(
            "News comes from a second export of an address book or profile, from signatures, and from birthdays."
        )
        return
    print_news(found[:limit])
    common.show(f"\n{min(limit, len(found)):,} of {len(found):,}")


def print_news(found: Iterable[Told]) -> None:
    """Print news of people, a line each."""
    for told in found:
        common.show(f"{day_text(told.news.day)}  {told.person.name}: {told.news.text}")


def news_json(told: News) -> dict[str, Any]:
    """Return news as JSON says it."""
    place = told.place and dict(zip(("import", "file", "offset"), told.place, strict=True))
    said = {"kind": told.kind, "day": day_text(told.day), "text": told.text, "before": told.before, "after": told.after}
    return {**said, "event": told.event or None, "place": place}


def day_text(day: int) -> str:
    """Return a day since 1970 as `2026-03-01`."""
    return common.stamp(day * 86_400)[:10]


def began_text(began: tuple[Beginning, Person | None]) -> str:
    """Return in one sentence how a tie began."""
    how, through = began
    day, whom = day_text(how.day), through.name if through else ""
    about = f" “{how.subject}”" if how.subject else ""
    match how.how:
        case "introduced":
            return f"Introduced by {whom or 'somebody'} on {day}."
        case "meeting":
            return f"Met at{about or ' a meeting'} on {day}."
        case "connected":
            return f"Connected on {day}."
        case "thread":
            return f"Met in{about or ' a conversation'}, opened by {whom or 'somebody'} on {day}."
        case "wrote":
            return f"{'You' if how.direction == 'out' else 'They'} wrote first, on {day}{f':{about}' if about else ''}."


def began_json(began: tuple[Beginning, Person | None] | None) -> dict[str, Any] | None:
    """Return how a tie began as JSON says it."""
    if began is None:
        return None
    how, through = began
    said = {"how": how.how, "day": day_text(how.day), "subject": how.subject, "event": how.event or None}
    return {**said, "through": common.person_json(through) if through else None, "text": began_text(began)}


def _print_meeting(found: Brief) -> None:
    from rich.text import Text

    meeting = found.meeting
    lasts = f", {plural(meeting.duration // 60, 'minute', 'minutes')}" if meeting.duration else ""
    common.show(
        Text.assemble((meeting.subject or "A meeting", "bold"), (f"  {common.stamp(meeting.at)}{lasts}", "dim"))
    )
    for attendee in found.attendees[:_SHOWN]:
        _print_attendee(attendee)
    if len(found.attendees) > _SHOWN:
        common.show(f"and {len(found.attendees) - _SHOWN:,} more")
    common.show("")


def _print_attendee(attendee: Attendee) -> None:
    from rich.text import Text

    who = attendee.person
    place = ", ".join(part for part in (who.title, who.organisation) if part)
    lines = [Text.assemble(who.name, (f"  {place}" if place else "", "dim"))]
    if attendee.last:
        wrote = "you wrote" if attendee.last.direction == "out" else "they wrote"
        about = f" “{attendee.last.subject}”" if attendee.last.subject else ""
        lines.append(Text(f"Last words: {wrote}{about} on {common.stamp(attendee.last.at)[:10]}."))
    else:
        lines.append(Text("You have not written to each other yet."))
    if attendee.mutual:
        lines.append(Text(f"You both know {', '.join(p.name for p in attendee.mutual)}."))
    lines += [Text(f"New: {told.text}") for told in attendee.news]
    for number, line in enumerate(lines):
        common.show(common.indented(line, 2 if not number else 4))


def _meeting_json(found: Brief) -> dict[str, Any]:
    meeting = found.meeting
    said = {
        "id": meeting.event,
        "at": common.stamp(meeting.at),
        "subject": meeting.subject,
        "duration": meeting.duration,
    }
    return {**said, "attendees": [_attendee_json(a) for a in found.attendees]}


def _attendee_json(attendee: Attendee) -> dict[str, Any]:
    last = attendee.last
    return {
        "person": common.person_json(attendee.person),
        **attendee.numbers,
        "last": last
        and {"id": last.event, "at": common.stamp(last.at), "direction": last.direction, "subject": last.subject},
        "mutual": [common.person_json(p) for p in attendee.mutual],
        "news": [news_json(n) for n in attendee.news],
    }
