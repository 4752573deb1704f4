"""What comes and what is new: the meetings of a day with who takes part, and news of people."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

import click

from weakties.cli import common
from weakties.contract import coming as coming_json
from weakties.contract.sentences import last_words
from weakties.contract.values import day, stamp
from weakties.ties.words import plural

if TYPE_CHECKING:
    from weakties.answers import Attendee, Brief, Told

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
        common.answer("brief", seen, [coming_json.meeting(b) for b in found[:limit]], total=len(found))
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
        common.answer("news", seen, [coming_json.told(t) for t in found[:limit]], total=len(found))
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
        common.show(f"{day(told.news.day)}  {told.person.name}: {told.news.text}")


def _print_meeting(found: Brief) -> None:
    from rich.text import Text

    meeting = found.meeting
    lasts = f", {plural(meeting.duration // 60, 'minute', 'minutes')}" if meeting.duration else ""
    common.show(Text.assemble((meeting.subject or "A meeting", "bold"), (f"  {stamp(meeting.at)}{lasts}", "dim")))
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
    lines.append(Text(last_words(attendee.last)))
    if attendee.mutual:
        lines.append(Text(f"You both know {', '.join(p.name for p in attendee.mutual)}."))
    lines += [Text(f"New: {told.text}") for told in attendee.news]
    for number, line in enumerate(lines):
        common.show(common.indented(line, 2 if not number else 4))
