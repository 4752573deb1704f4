"""Chats, of any kind: how a message or a call in a conversation becomes facts.

Whatever the program, a conversation has people and perhaps a title, and in it somebody says something to all the others. A
source reads who, when and what, and leaves the rest to a `Conversation`: ids that are the same in next month's export, the
parts people take, topic words, whether something is asked. The words themselves are kept only if the user asks for them.

A chat message has no subject that could tell two of one minute apart, and in most exports no id: its words stand for both,
and where somebody says the same twice in one moment, how many of them came before.

    talk = Conversation("sms", "+14165550100", {options.me: "", "phone:+14165550100": "Ana Lopez"}, reader=1, options=options)
    yield talk.says("phone:+14165550100", at, "Lunch?", file.origin(row))
    yield talk.calls(options.me, at, file.origin(row), duration=120)
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple, TextIO

from weakties.facts import handles
from weakties.facts.model import Event, Extract, Origin, Participation, event_id, fingerprint
from weakties.sources import ReadOptions
from weakties.sources.asks import asks
from weakties.sources.dates import possible
from weakties.sources.terms import terms

CALL = "call"
NO_DATE = "no date that is possible: the record names no moment between 1971 and 2100"
NO_AUTHOR = "no author: the record does not say who wrote it"

# Members of a group who are written down for each message; the size of the group is told in full.
MOST_NAMED = 200

# Seconds; nobody stays longer on a line, and no column holds what a broken counter says.
_LONGEST_CALL = 31 * 86_400
# Characters of the words by which two messages of one moment are told apart, and of those that are kept.
_LONGEST_TOLD = 2_000
_LONGEST_KEPT = 100_000
# Characters. A longer line is no line of a chat; what is beyond is passed over.
_LONGEST_LINE = 100_000
# Of a character that is written as two, one alone.
_HALVES = re.compile("[\ud800-\udfff]")


class Conversation:
    """One conversation: its people, and what each message in it says.

    channel: `sms`, `whatsapp` ... key: what tells it from all other conversations of the channel and stays the same: its id, the
    other's number, the title of the group. members: handle -> name as written (or empty) of everybody in it, the owner too. title: of
    a group, empty for two people; it becomes the subject. size: how many it has where the source counts more than it names. reader:
    version of the source's reader.
    """

    def __init__(
        self,
        channel: str,
        key: str,
        members: Mapping[str, str],
        *,
        reader: int,
        options: ReadOptions,
        title: str = "",
        size: int = 0,
    ) -> None:
        self.channel = channel
        self.thread = event_id("thread", f"{channel} {key}")
        self.title = clean(title)
        self._key = key
        # The owner comes first: of a large group not everybody is written down, but that the owner is in it must be.
        named = ((handle, clean(name)) for handle, name in members.items())
        self._members = dict(sorted(named, key=lambda member: member[0] != options.me))
        self._everybody = list(self._members.items())[:MOST_NAMED]
        self._size = max(size, len(self._members))
        self._reader = reader
        self._options = options
        self._others: dict[str, _Others] = {}
        self._moment = 0
        self._said: dict[tuple[str, str, str], int] = {}

    def says(
        self, author: str, at: int, text: str, origin: Origin, *, own_id: str = "", folder: str = "", bulk: str = ""
    ) -> Extract:
        """Return what a message says. author: a member's handle; at: seconds UTC, as `dates.possible`; text: its words, empty
        where it has none (a picture, deleted). own_id: what the program calls it, if that is unique on the channel.
        """
        words = clean(text).strip()
        return self._extract(self.channel, author, at, words, origin, own_id=own_id, folder=folder, bulk=bulk)

    def calls(
        self, author: str, at: int, origin: Origin, *, duration: int = 0, own_id: str = "", folder: str = ""
    ) -> Extract:
        """Return what a call says, an event of the channel `call`. duration: seconds, 0 where nobody answered; folder: `missed`."""
        duration = max(0, min(duration, _LONGEST_CALL))
        return self._extract(CALL, author, at, "", origin, own_id=own_id, folder=folder, duration=duration)

    def _extract(
        self,
        channel: str,
        author: str,
        at: int,
        words: str,
        origin: Origin,
        *,
        own_id: str,
        folder: str = "",
        bulk: str = "",
        duration: int = 0,
    ) -> Extract:
        others = self._all_but(author)
        told = words[:_LONGEST_TOLD]
        before = self._said_before(channel, author, at, told)
        mark = f"{told}\x00{before}"
        known = own_id or f"{self._key}\x00{at}\x00{author}\x00{mark}"
        # A call of this program and the same number's entry in a list of calls are two things.
        where = channel if channel == self.channel else f"{channel} {self.channel}"
        event = Event(
            id=event_id(where, known),
            fingerprint=fingerprint(where, at, author, others.handles, mark),
            at=at,
            channel=channel,
            thread=self.thread,
            subject=self.title,
            origin=origin,
            reader=self._reader,
            terms=" ".join(terms("", words, known=self._everybody)) if words else "",
            group_size=max(self._size - 1, len(others.handles), 1),
            duration=duration,
            bulk=bulk,
            folder=folder,
            asks=bool(words) and asks(words),
            text=words[:_LONGEST_KEPT] if self._options.keep_text else "",
        )
        parts = [Participation(event.id, author, "from", self._members.get(author, ""))]
        parts += [Participation(event.id, handle, "to", name) for handle, name in others.named]
        return Extract(events=[event], participations=parts)

    def _all_but(self, author: str) -> _Others:
        """Return those a message of the author is for, at most `MOST_NAMED`."""
        others = self._others.get(author)
        if others is None:
            named = [(handle, name) for handle, name in self._members.items() if handle != author][:MOST_NAMED]
            others = _Others(named, [handle for handle, _ in named])
            if len(self._others) < MOST_NAMED:
                self._others[author] = others
        return others

    def _said_before(self, channel: str, author: str, at: int, words: str) -> int:
        """Return how often the author has said just this at this moment; exports have the messages of one moment together."""
        if at != self._moment:
            self._moment = at
            self._said.clear()
        said = (channel, author, words)
        before = self._said.get(said, 0)
        self._said[said] = before + 1
        return before


class _Others(NamedTuple):
    """Those a message is for. named: handles with their names; handles: the same without."""

    named: list[tuple[str, str]]
    handles: list[str]


def moment(value: object, *, units: int = 1) -> int | None:
    """Return seconds UTC from a number or the text of one, None where it is none that is possible.

    units: how many of its units make a second, 1000 for milliseconds.
    """
    if isinstance(value, str):
        digits = value.strip()
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 20):
            return None
        return possible(int(digits) // units)
    if isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    # What is no number is unlike itself, and some of its kinds cannot be compared otherwise.
    if value != value or not 0 < value < 10**20:
        return None
    return possible(int(value) // units)


def clean(text: str) -> str:
    """Return a text without zero bytes and without halves of characters, which no table can hold; two halves become one."""
    if not text.isascii() and _HALVES.search(text):
        text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text.replace("\x00", "") if "\x00" in text else text


def bare_name(name: str, place: str) -> str:
    """Return the handle of somebody known by a name alone, empty where there is none. place: as in `handles.bare_name`."""
    return handles.bare_name(clean(name), place) or ""


def lines(text: TextIO) -> Iterator[tuple[int, str]]:
    """Yield each line of a text without its end, and its number counted from 1; of an endless line only its beginning."""
    number = 0
    while line := text.readline(_LONGEST_LINE):
        number += 1
        yield number, line.rstrip("\n")
        while line and not line.endswith("\n"):
            line = text.readline(_LONGEST_LINE)
