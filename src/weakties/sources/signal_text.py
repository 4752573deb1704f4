"""Signal: the folders that the free program signal-export writes from Signal Desktop, one for each chat, called as the chat is.

Each has `data.json`, a line of JSON for every message, and `chat.md`, which begins a message with `[2026-03-07 21:22:39] Ana: `
(older versions: `[2026-03-07, 21:22] Ana: `). Both hold the same, so where both are there only `data.json` is read. The owner is
`Me`. The clock is that of the computer it was written on and no zone is told: it is taken for UTC, good to the day.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from weakties.facts import handles
from weakties.facts.model import Extract
from weakties.sources import ReadOptions
from weakties.sources.chat import NO_AUTHOR, NO_DATE, Conversation, bare_name, lines
from weakties.sources.dates import iso_moment
from weakties.sources.files import File, rejected
from weakties.sources.twice import TwiceRead

CHANNEL = "signal"
NOT_JSON = "it is no line of JSON: the file was cut off or edited; run signal-export again"
STRAY = "it belongs to no message: the file begins in the middle of one, or somebody edited it; run signal-export again"

_FIRST = re.compile(r"\ufeff?\s*\[\d{4}-\d\d-\d\d(?:, \d\d:\d\d| \d\d:\d\d:\d\d)\] [^:\n\u200e]{1,100}:")
_MESSAGE = re.compile(r"\ufeff?\[(\d{4}-\d\d-\d\d),? (\d\d:\d\d(?::\d\d)?)\] ([^:\n]{1,100}):\s?(.*)")
_JSON = re.compile(r'\ufeff?\s*\{"date": "\d{4}-[^"]{5,40}", "sender": "')
# What signal-export adds to the words: who reacted, a sticker, a file, a message answered to.
_ADDED = re.compile(r"^\(- .{1,2000} -\)$|^\(\( .{0,200} \)\)$|^> .*$", re.MULTILINE)
_FILE = re.compile(r"!?\[[^\]\n]{0,300}\]\(\.{1,2}/[^)\n]{1,500}\)")
_CALL = re.compile(r"(?:incoming|outgoing|missed) (?:\w{1,12} )?call(?: \((?P<how>[^)\n]{1,60})\))?$", re.IGNORECASE)
_SPAN = re.compile(r"(?:(\d{1,5})m )?(\d{1,5})s\b")
_LETTERS = re.compile(r"[\W_]+")
_OWNER, _NOBODY, _ITSELF = "Me", "No-Sender", "Note to Self"
_DELETED = "(This message was deleted)"
_MOST_SENDERS = 2_000
_LONGEST_MESSAGE = 100_000


def is_signal(file: File) -> bool:
    """Tell whether a text begins as a chat of signal-export does."""
    return bool(_FIRST.match(file.head_text)) and "\u200e" not in file.head_text


@dataclass(slots=True)
class _Learned:
    """What the first way has shown. chats: senders by file, in order; told_exactly: folders that hold `data.json`."""

    path: Path
    chats: list[dict[str, None]] = field(default_factory=list)
    told_exactly: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class _Message:
    """A message as it stands, or why it cannot be read. at: seconds UTC, 0 where no time is told."""

    row: int
    at: int
    sender: str
    body: str
    fault: str = ""


class SignalSource(TwiceRead[_Learned]):
    """What signal-export writes; see docs/how-to/chats.md."""

    name = "signal"
    reader = 1
    suffixes = ()

    def claims(self, file: File) -> bool:
        """Tell whether a file begins with a message of signal-export."""
        if file.base.startswith(("_chat", "whatsapp")):
            return False
        return bool(_JSON.match(file.head_text)) or is_signal(file)

    def learn(self, files: Iterator[File], path: Path) -> _Learned:
        """Return who writes in each chat."""
        learned = _Learned(path)
        for file in files:
            senders: dict[str, None] = {}
            for message in _messages(file):
                if message.sender and len(senders) < _MOST_SENDERS:
                    senders[message.sender] = None
            learned.chats.append(senders)
            if _JSON.match(file.head_text):
                learned.told_exactly.add(_folder(file))
        return learned

    def told(self, file: File, number: int, learned: _Learned, options: ReadOptions) -> Iterator[Extract]:
        """Yield what each message says, in order; none of a text beside which the same chat stands as JSON."""
        if number >= len(learned.chats) or (is_signal(file) and _folder(file) in learned.told_exactly):
            return
        talk, people = _conversation(_title(file, learned.path), learned.chats[number], options)
        for message in _messages(file):
            if message.fault:
                yield rejected(file, message.row, message.fault)
            elif not message.at:
                yield rejected(file, message.row, NO_DATE)
            elif message.sender not in people:
                yield rejected(file, message.row, NO_AUTHOR)
            else:
                yield _said(talk, people[message.sender], message, file)


def _said(talk: Conversation, author: str, message: _Message, file: File) -> Extract:
    origin = file.origin(message.row)
    if called := _CALL.match(message.body):
        how = called["how"] or ""
        lasted = _SPAN.search(how)
        seconds = 60 * int(lasted[1] or 0) + int(lasted[2]) if lasted else 0
        folder = (
            "missed"
            if "unanswered" in how or called[0].startswith("Missed")
            else "declined"
            if "declined" in how
            else ""
        )
        return talk.calls(author, message.at, origin, duration=seconds, folder=folder)
    return talk.says(author, message.at, message.body, origin)


def _conversation(title: str, senders: dict[str, None], options: ReadOptions) -> tuple[Conversation, dict[str, str]]:
    """Return the conversation of a file, and the handle of each sender."""
    others = [sender for sender in senders if sender not in (_OWNER, _NOBODY)]
    known = bool(title) and (not others or any(_same(other, title) for other in others))
    direct = len(others) <= 1 and (known or not title)
    if direct and not others and title and title != _ITSELF:
        others = [title]
    people = {other: _named(other, options) for other in others}
    if _OWNER in senders or direct:
        people[_OWNER] = options.me
    people = {name: handle for name, handle in people.items() if handle}
    members = {handle: "" if name == _OWNER else name for name, handle in people.items()}
    key = title or " ".join(sorted(people.values()))
    return (
        Conversation(CHANNEL, key, members, reader=SignalSource.reader, options=options, title="" if direct else title),
        people,
    )


def _named(sender: str, options: ReadOptions) -> str:
    number = handles.number(sender, options.region) if sender.startswith("+") else None
    return number or bare_name(sender, CHANNEL)


def _same(one: str, two: str) -> bool:
    letters = _LETTERS.sub("", one).casefold()
    return bool(letters) and letters == _LETTERS.sub("", two).casefold()


def _folder(file: File) -> str:
    return file.name.rpartition("/")[0]


def _title(file: File, path: Path) -> str:
    """Return what the chat is called: the name of its folder."""
    within = file.name.replace("!", "/").split("/")[:-1]
    if within and within[-1]:
        return handles.clean_name(within[-1])
    # The folder of one chat, imported by itself; a single file tells nothing.
    return handles.clean_name(path.name) if file.name and path.is_dir() else ""


def _messages(file: File) -> Iterator[_Message]:
    """Yield each message of a file, and in place of one that cannot be read why that is."""
    yield from _from_json(file) if _JSON.match(file.head_text) else _from_text(file)


def _from_json(file: File) -> Iterator[_Message]:
    for row, line in lines(file.text()):
        if not line.strip("\ufeff \x00"):
            continue
        try:
            said: Any = json.loads(line.lstrip("\ufeff"))
        except (ValueError, RecursionError):
            yield _Message(row, 0, "", "", NOT_JSON)
            continue
        found = said if isinstance(said, dict) else {}
        sender, body = found.get("sender"), found.get("body")
        at = iso_moment(found.get("date")) or 0
        words = body if isinstance(body, str) and not found.get("deleted") else ""
        yield _Message(row, at, sender if isinstance(sender, str) else "", words.strip())


def _from_text(file: File) -> Iterator[_Message]:
    begun: tuple[int, int, str, list[str]] | None = None
    stray, size = 0, 0
    for row, line in lines(file.text()):
        if line.startswith(("[", "\ufeff[")) and (found := _MESSAGE.match(line)):
            if begun:
                yield _from_lines(*begun)
            begun, size = (row, iso_moment(f"{found[1]}T{found[2]}") or 0, found[3].strip(), [found[4]]), 0
        elif begun is None:
            if line.strip("\ufeff \x00") and not stray:
                stray = row
                yield _Message(row, 0, "", "", STRAY)
        elif size < _LONGEST_MESSAGE:
            begun[3].append(line)
            size += len(line) + 1
    if begun:
        yield _from_lines(*begun)


def _from_lines(row: int, at: int, sender: str, body: list[str]) -> _Message:
    words = "\n".join(body).strip()
    if words == _DELETED:
        return _Message(row, at, sender, "")
    return _Message(row, at, sender, _FILE.sub("", _ADDED.sub("", words)).strip())
