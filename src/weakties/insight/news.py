"""News of people: what two cards of different days say differently, birthdays that come, and who is back after years.

A card says how things stood on its day; one of a kind of source is compared with the one before it of the same kind, because
a signature and a profile name one employer in two ways. A card without a date was true when it was imported. Nothing is looked
up anywhere: what nobody exported or wrote is not known.
"""

from __future__ import annotations

import calendar
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from operator import itemgetter
from typing import Any

import duckdb

from weakties.facts import handles
from weakties.facts.days import date_of, day_number
from weakties.facts.engine import rows
from weakties.identity import organisations

# News are news for so long; a birthday is told so long before.
RECENT_DAYS = 45
BIRTHDAY_DAYS = 14
# Contact after so long a silence is worth remarking on.
RETURN_DAYS = 2 * 365
# A name this long tells an organisation by its beginning.
_TELLING = 4
# What matters most comes first.
KINDS = ("new job", "new title", "birthday", "back", "moved", "new handle")

_CARDS = """
    SELECT h.person, c.handle, h.events > 0 AS heard, c.day, c.source, c.organisation, c.title, c.location, c.handles,
        c.birthday, c.event, c.import, c.file,
        c."offset"
    FROM dated_cards c JOIN handles h USING (handle)
    WHERE c.day <= $day AND ($only::VARCHAR[] IS NULL OR list_contains($only::VARCHAR[], h.person))
    AND h.person NOT IN (SELECT person FROM owners) AND h.person NOT IN (FROM unseen)
    ORDER BY h.person, c.source, c.day, c.organisation, c.title, c.location, c.handles, c.birthday, c."offset"
"""
_RETURNS = """
    WITH days AS (
        SELECT DISTINCT person, day FROM all_days
        WHERE day <= $day AND sent + received > 0 AND ($only::VARCHAR[] IS NULL OR list_contains($only::VARCHAR[], person))
    ),
    gaps AS (SELECT person, day, day - lag(day) OVER (PARTITION BY person ORDER BY day) AS gap FROM days)
    SELECT person, day, gap FROM gaps
    WHERE gap >= $silence AND day > $day - $recent AND person NOT IN (FROM unseen) ORDER BY person, day
"""


@dataclass(frozen=True, slots=True)
class News:
    """Something new of somebody. kind: one of `KINDS`; day: since 1970, when it was first said, or will be; text: one sentence
    without the name; before, after: what was said and what is said now; event: the message that says so, or empty; place: import,
    file and row of the card."""

    person: str
    kind: str
    day: int
    text: str
    before: str = ""
    after: str = ""
    event: str = ""
    place: tuple[str, str, int] | None = None


def news(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of_day: int,
    only: Sequence[str] | None = None,
    recent_days: int = RECENT_DAYS,
) -> list[News]:
    """Return what is new of people on a day, the weightiest kind first, then the newest. Needs `dated_cards` and `all_days`.

    only: these people, everybody if None.
    """
    wanted = None if only is None else list(only)
    cards = rows(connection, _CARDS, {"day": as_of_day, "only": wanted})
    found = [*_changes(cards, as_of_day - recent_days), *_birthdays(cards, as_of_day)]
    asked = {"day": as_of_day, "recent": recent_days, "silence": RETURN_DAYS, "only": wanted}
    for person, day, gap in connection.execute(_RETURNS, asked).fetchall():
        found.append(News(person, "back", day, f"In touch again after {gap / 365.25:.0f} years of silence."))
    once = {(n.person, n.kind, n.after): n for n in sorted(found, key=lambda n: -n.day)}
    # Of birthdays the next comes first, of everything else the newest.
    return sorted(
        once.values(), key=lambda n: (KINDS.index(n.kind), n.day if n.kind == "birthday" else -n.day, n.person)
    )


def _changes(cards: Iterable[dict[str, Any]], since: int) -> Iterator[News]:
    """Yield what a card says otherwise than the one before it. cards: by person, source and day."""
    known: dict[str, set[str]] = defaultdict(set)
    for _, stream in groupby(cards, key=itemgetter("person", "source")):
        before: dict[str, str] = {}
        for day, same in groupby(stream, key=itemgetter("day")):
            # Of two cards of one day nobody knows which is the later.
            together = list(same)
            if day > since and before:
                for card in together:
                    yield from _compared(card, before)
                    # Numbers at the foot of a letter are many things: a fax, a conference, a date.
                    fresh = set() if card["event"] else _given(card) - known[card["person"]] - _heard(card)
                    for new in sorted(fresh):
                        yield _of(card, "new handle", f"Now also at {handles.value(new)}.", after=new)
            for card in together:
                known[card["person"]] |= _given(card)
                # A card that leaves something out takes nothing back.
                before.update({field: card[field] for field in ("organisation", "title", "location") if card[field]})
                before["on"] = str(day)


def _given(card: dict[str, Any]) -> set[str]:
    return {card["handle"], *filter(None, card["handles"].split("\n"))}


def _heard(card: dict[str, Any]) -> set[str]:
    """Return the card's own handle where something came from it: that is known without the card."""
    return {card["handle"]} if card["heard"] else set()


def _compared(card: dict[str, Any], before: dict[str, str]) -> Iterator[News]:
    place, was = card["organisation"], before.get("organisation", "")
    title, held = card["title"], before.get("title", "")
    if place and was and not _one_house(place, was):
        role = f" as {title}" if title else ""
        yield _of(card, "new job", f"Now at {place}{role}, before at {was}.", was, place)
    elif title and held and not _one_title(title, held):
        yield _of(card, "new title", f"Now {title}, before {held}.", held, title)
    location, lived = card["location"], before.get("location", "")
    if location and lived and _plain(location) != _plain(lived):
        yield _of(card, "moved", f"Now in {location}, before in {lived}.", lived, location)


def _of(card: dict[str, Any], kind: str, text: str, before: str = "", after: str = "") -> News:
    place = None if card["event"] else (card["import"], card["file"], card["offset"])
    return News(card["person"], kind, card["day"], text, before, after, card["event"], place)


def _birthdays(cards: Iterable[dict[str, Any]], today: int) -> Iterator[News]:
    said = {card["person"]: card for card in cards if card["birthday"]}
    for card in said.values():
        day = next_birthday(card["birthday"], date_of(today))
        if day is None or day_number(day) - today > BIRTHDAY_DAYS:
            continue
        year = re.match(r"\d{4}", card["birthday"])
        turns = f", {day.year - int(year[0])} years old" if year and 0 < day.year - int(year[0]) < 120 else ""
        yield News(
            card["person"],
            "birthday",
            day_number(day),
            f"Birthday on {day.day} {day:%B}{turns}.",
            after=day.isoformat(),
        )


def next_birthday(written: str, today: date) -> date | None:
    """Return the next day, today included, on which somebody has birthday. written: `YYYY-MM-DD` or `--MM-DD`; None for others.

    Who was born on a 29 February has it on the 28th in other years.
    """
    found = re.fullmatch(r"(?:\d{4}|-)-(\d\d)-(\d\d)", written)
    if found is None:
        return None
    month, day = int(found[1]), int(found[2])
    if not (1 <= month <= 12 and 1 <= day <= calendar.monthrange(2000, month)[1]):
        return None
    for year in (today.year, today.year + 1):
        if year > date.max.year:
            return None
        this = date(year, month, min(day, calendar.monthrange(year, month)[1]))
        if this >= today:
            return this
    return None


def _one_house(a: str, b: str) -> bool:
    """Tell whether two names can be of one organisation: Northwind, and Northwind Analytics Inc."""
    one, two = sorted((organisations.key(a), organisations.key(b)), key=len)
    return two.startswith(one) if len(one) >= _TELLING else one == two


def _one_title(a: str, b: str) -> bool:
    """Tell whether two titles are one, written at length and in short: Chairman, CERA Chairman."""
    one, two = sorted((_plain(a), _plain(b)), key=len)
    return f" {one} " in f" {two} "


def _plain(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.casefold()))
