"""The lines of a WhatsApp export: when, who, what; and in which order day, month and year stand.

The phone's language decides how a line is written: `[07.03.26, 21:22:39] Ana: Hey` on an iPhone, `8/8/19, 1:25 PM - Ana: Hi`
on Android, with the signs and words for the clock of any language. Nothing says whether 3/4 is in March or in April, so every
order is tried on the whole file: messages stand in the order of time, and only one order leaves them so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from weakties.facts.days import day_number
from weakties.sources import whatsapp_words as words

# WhatsApp puts this before what it writes itself; it must be seen before it is taken away.
SYSTEM_MARK = "\u200e"
# Marks of direction go, all blanks are one.
_PLAIN = {
    **{ord(c): None for c in "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"},
    **{ord(c): " " for c in "\xa0\u202f\u2009"},
}
# Characters in which date and time stand.
_LONGEST_HEAD = 80
_LONGEST_SENDER = 100
_DATE = r"(\[)?\s?(\d{1,4})(\. |[./-])(\d{1,2})(?:\. |[./-])(\d{1,4})\.?"
_TIME = r"([^\d\]\[:]{1,14})(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?([^\d\]\[:]{0,14}?)"
_HEADER = re.compile(_DATE + _TIME + r"(?(1)\]|\s[-–—]\s)\s?")
_KOREAN_DATE = re.compile(r"^(\d{4})년 (\d{1,2})월 (\d{1,2})일 ")
_KOREAN = re.compile(_DATE + _TIME + r"(?:,\s|\s-\s)")
_AROUND_CLOCK = re.compile(r"[\s.,'’״\"]+")
# The Thai calendar counts 543 years more.
_THAI_YEARS, _THAI = range(2514, 2643), 543

ORDERS = ("dmy", "mdy", "ymd")


@dataclass(frozen=True, slots=True)
class Line:
    """The first line of a message. numbers: the three of its date, as they stand; second: of the day; american: as phones in the
    United States write it; iphone: in brackets; sender: empty for what WhatsApp itself says; body: what follows the sender;
    by_system: whether WhatsApp wrote it on somebody's behalf (a picture left out, a call).
    """

    numbers: tuple[int, int, int]
    second: int
    american: bool
    iphone: bool
    sender: str
    body: str
    by_system: bool


def parse(text: str) -> Line | None:
    """Return the first line of a message understood, or None: then it goes on with the message before."""
    first = text[:1]
    if first != "[" and not first.isdigit() and first not in _MARKS:
        return None
    head = plain(text[:_LONGEST_HEAD])
    found = _KOREAN.match(_KOREAN_DATE.sub(r"\1. \2. \3. ", head)) if "년" in head else _HEADER.match(head)
    if found is None:
        return None
    opened, one, sign, two, three, before, hour, minute, second, after = found.groups()
    time = _second(int(hour), int(minute), int(second or 0), before, after)
    if time is None:
        return None
    sender, body, by_system = _parted(text[_position(text, found.end()) :])
    american = sign == "/" and len(three) == 2 and after.strip() in ("AM", "PM")
    return Line((int(one), int(two), int(three)), time, american, bool(opened), sender, body, by_system)


_MARKS = frozenset(chr(c) for c, to in _PLAIN.items() if to is None)


def plain(text: str) -> str:
    """Return a text without marks of direction and with one kind of blank."""
    return text if text.isascii() else text.translate(_PLAIN)


def _position(text: str, plain_length: int) -> int:
    """Return where in a text its first characters that are no marks end."""
    position = plain_length
    if text[:position].isascii():
        return position
    while (missing := plain_length - len(text[:position].translate(_PLAIN))) > 0:
        position += missing
    return position


@lru_cache(maxsize=4_096)
def _second(hour: int, minute: int, second: int, before: str, after: str) -> int | None:
    """Return the second of the day, None if there is none such. before, after: what stands around the time, perhaps its half."""
    halves = {_AROUND_CLOCK.sub("", around).casefold() for around in (before, after)}
    if halves & words.AFTER_NOON and hour < 12:
        hour += 12
    elif halves & words.BEFORE_NOON and hour == 12:
        hour = 0
    if hour > 23 or minute > 59 or second > 59:
        return None
    return hour * 3_600 + minute * 60 + second


def _parted(rest: str) -> tuple[str, str, bool]:
    """Return the sender, what follows, and whether WhatsApp wrote that; no sender where there is none."""
    colon = rest.find(":")
    sender = plain(rest[:colon]).strip() if 0 < colon <= _LONGEST_SENDER else ""
    if not sender or _is_no_sender(sender):
        return "", plain(rest).strip(), True
    body = rest[colon + 1 :].lstrip(" \u202f\xa0")
    return sender, body, body.startswith(SYSTEM_MARK)


@lru_cache(maxsize=4_096)
def _is_no_sender(text: str) -> bool:
    return bool(words.NO_SENDER.search(text))


@lru_cache(maxsize=16_384)
def day(numbers: tuple[int, int, int], order: str) -> int | None:
    """Return the number of the day since 1970 that a date in a given order names, None if there is no such day."""
    said = dict(zip(order, numbers, strict=True))
    year = said["y"]
    if year < 100:
        year += 2_000
    elif year in _THAI_YEARS:
        year -= _THAI
    try:
        return day_number(date(year, said["m"], said["d"]))
    except ValueError:
        return None


class Dates:
    """Finds the order of day, month and year from all dates of a file, in constant memory."""

    def __init__(self) -> None:
        self._against = dict.fromkeys(ORDERS, 0)
        self._last = dict.fromkeys(ORDERS, -(10**6))
        self._american = 0
        self._lines = 0

    def see(self, line: Line) -> None:
        """Take the next message's date."""
        self._lines += 1
        self._american += line.american
        for order in ORDERS:
            found = day(line.numbers, order)
            # No such day, or time running back: that is hardly the order.
            if found is None or found < self._last[order]:
                self._against[order] += 1
            if found is not None:
                self._last[order] = found

    def order(self) -> str:
        """Return the order against which least speaks; where the file does not tell, as most of the world writes."""
        likely = ("mdy", "dmy", "ymd") if self._american * 2 > self._lines else ORDERS
        return min(likely, key=lambda order: (self._against[order], likely.index(order)))
