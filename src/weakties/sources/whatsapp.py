"""WhatsApp: the text that *Export chat* writes, of an iPhone or an Android phone in any language.

Each file is gone through twice: once to learn who writes in it, what the chat is called and in which order its dates stand,
and once to read it. The clock is the phone's own and no zone is told: it is taken for UTC, good to the day. What WhatsApp itself
says (who joined, who changed number or title, that the chat is encrypted) is no contact and yields nothing.

Nobody says whose phone it was. In a chat of two that is named after one of them, the other is the owner.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from weakties.facts import handles
from weakties.facts.model import NO_TIME, Card, Extract
from weakties.sources import ReadOptions
from weakties.sources import whatsapp_words as words
from weakties.sources.chat import NO_AUTHOR, NO_DATE, Conversation, bare_name, lines
from weakties.sources.dates import possible
from weakties.sources.files import File, rejected
from weakties.sources.signal_text import is_signal
from weakties.sources.twice import TwiceRead
from weakties.sources.whatsapp_lines import SYSTEM_MARK, Dates, Line, day, parse, plain

CHANNEL = "whatsapp"
STRAY = "it belongs to no message: the file begins in the middle of one, or somebody edited it; export the chat again"

# Senders of one chat whose names are learned; a group has at most 1,024.
_MOST_SENDERS = 2_000
# Lines of the beginning in which a message must be found, and characters of one message that are read.
_LINES_LOOKED_AT = 30
_LONGEST_MESSAGE = 100_000

_ENDING = re.compile(r"\.(?:txt|zip)$", re.IGNORECASE)
_COPY = re.compile(r"\s*\(\d{1,3}\)$")
_LOGGED = re.compile(r"\d\d:\d\d:\d\d(?![^\[]*\])|\[?\d{4}-\d\d-\d\d")
_NUMBER = re.compile(r"\+?[\d\s().-]{7,30}")
_LETTERS = re.compile(r"[\W_]+")


@dataclass(slots=True)
class _Learned:
    """What the first way through a file has shown. known_as: the chat, where it has no title; senders: who stands before a colon,
    and whether with own words; joined: who WhatsApp says came in; notice: before what it says first; grouped: whether it speaks of
    a group.
    """

    title: str
    known_as: str
    dates: Dates = field(default_factory=Dates)
    iphone: bool = False
    senders: dict[str, bool] = field(default_factory=dict)
    joined: dict[str, None] = field(default_factory=dict)
    notice: str = ""
    grouped: bool = False


class WhatsAppSource(TwiceRead[list[_Learned]]):
    """Exported chats, plain or zipped, as many as there are; see docs/how-to/chats.md."""

    name = "whatsapp"
    reader = 1
    suffixes = ("_chat.txt",)

    def claims(self, file: File) -> bool:
        """Tell whether a message of an export stands at the beginning of a file."""
        looked = [line for line in file.head_text.split("\n") if line.strip()][:_LINES_LOOKED_AT]
        if file.base == "_chat.txt" or "whatsapp" in file.base:
            return any(parse(line) for line in looked)
        if not looked or file.base.endswith((".log", ".md", ".csv", ".html")) or is_signal(file):
            return False
        found = [parse(line) for line in looked]
        if found[0] is None or not any(line.sender for line in found if line):
            return False
        # A log looks alike: it tells seconds without brackets, or its date as computers write it.
        return SYSTEM_MARK in file.head_text or not _LOGGED.search(plain(looked[0])[:40])

    def learn(self, files: Iterator[File], path: Path) -> list[_Learned]:
        """Return what each chat shows as a whole."""
        return [_learn(file, path) for file in files]

    def told(self, file: File, number: int, learned: list[_Learned], options: ReadOptions) -> Iterator[Extract]:
        """Yield what each message says, in order; what WhatsApp itself says yields nothing."""
        if number >= len(learned):
            return
        chat = _Chat(learned[number], options)
        for row, first, more in _messages(file, iphone=learned[number].iphone):
            if first is None:
                yield rejected(file, row, STRAY)
            elif not chat.is_notice(first):
                yield chat.said(file, row, first, more)


def _messages(file: File, *, iphone: bool) -> Iterator[tuple[int, Line | None, list[str]]]:
    """Yield each message of a file: the number of its first line, that line, and those it goes on with.

    iphone: how its messages begin; what begins otherwise was quoted in one. Lines before the first message come with None.
    """
    begun: tuple[int, Line | None, list[str]] | None = None
    size = 0
    for number, text in lines(file.text()):
        first = parse(text)
        if first is not None and first.iphone == iphone:
            if begun:
                yield begun
            begun, size = (number, first, []), 0
        elif begun is None:
            if plain(text).strip("\x00 "):
                begun = (number, None, [])
        elif size < _LONGEST_MESSAGE:
            begun[2].append(text)
            size += len(text) + 1
    if begun:
        yield begun


def _learn(file: File, path: Path) -> _Learned:
    """Go through a file once."""
    learned = _Learned(*_title(path, file.name))
    told = False
    for _, text in lines(file.text()):
        line = parse(text)
        if line is None or (told and line.iphone != learned.iphone):
            continue
        if not told:
            told, learned.iphone = True, line.iphone
            if line.by_system and line.sender:
                learned.notice = line.sender
        learned.dates.see(line)
        if not line.sender:
            _learn_of_group(learned, line.body)
        elif len(learned.senders) < _MOST_SENDERS or line.sender in learned.senders:
            own = not line.by_system
            learned.senders[line.sender] = own or learned.senders.get(line.sender, False)
            if not own:
                _learn_of_group(learned, plain(line.body))
    return learned


def _learn_of_group(learned: _Learned, said: str) -> None:
    """Take what WhatsApp says of the chat: that it is a group, its title, who came in."""
    said = said[:400].strip(" .")
    created, renamed = words.CREATED.search(said), words.RENAMED.search(said)
    if (created or renamed) and (quoted := words.QUOTED.findall(said)):
        learned.title, learned.grouped = handles.clean_name(quoted[-1]), True
    if words.OF_GROUPS.search(said) and not words.NOTICE.search(said):
        learned.grouped = True
        if words.JOINING.search(said) and (joined := words.JOINED.match(said)) and len(learned.joined) < _MOST_SENDERS:
            # Whom WhatsApp calls `you` may write under a name of their own here.
            came = words.SEVERAL.split(joined["one"] or joined["many"])
            learned.joined.update(dict.fromkeys(name for name in came if name.casefold() not in words.OWNER))


def _title(path: Path, name: str) -> tuple[str, str]:
    """Return the chat's title as the names of its file, folder or archive tell it, and what else it may be known by."""
    parts = [part for part in (path.name, *name.replace("!", "/").split("/")) if part]
    for part in reversed(parts):
        stem = _COPY.sub("", _ENDING.sub("", part)).strip()
        if found := words.NAMED.match(stem):
            return handles.clean_name(found["title"]), ""
    own = [part for part in parts if part.lower() != "_chat.txt"]
    return "", _COPY.sub("", _ENDING.sub("", own[-1])) if own else ""


class _Chat:
    """One chat as it is read the second time."""

    def __init__(self, learned: _Learned, options: ReadOptions) -> None:
        self._options = options
        self._order = learned.dates.order()
        self._title, self._itself, writers = _settled(learned)
        direct = not learned.grouped and len(writers) <= 2
        other = next((w for w in writers if _same(w, self._title)), None) if direct else None
        if direct and other is None and self._title and len(writers) <= 1:
            other = self._title
        self._owner = next((w for w in writers if w != other), "") if other is not None else ""
        self._known: dict[str, str] = {}
        people = [*writers, *([other] if other else []), *(learned.joined if learned.grouped else ())]
        members = {self.handle(person): _name(person) for person in people if self.handle(person)}
        if other is not None:
            members.setdefault(options.me, self._owner)
        key = self.handle(other) if other else self._title or learned.known_as
        self._talk = Conversation(
            CHANNEL, key, members, reader=WhatsAppSource.reader, options=options, title="" if direct else self._title
        )
        self._told_owner = other is None or not self._owner

    def handle(self, sender: str) -> str:
        """Return the handle of who stands before a colon."""
        found = self._known.get(sender)
        if found is None:
            found = self._options.me if sender == self._owner else self._named(sender)
            if len(self._known) < _MOST_SENDERS:
                self._known[sender] = found
        return found

    def _named(self, sender: str) -> str:
        if sender.casefold() in words.OWNER:
            return self._options.me
        number = handles.number(sender, self._options.region) if _NUMBER.fullmatch(sender) else None
        return number or bare_name(_name(sender) or sender, CHANNEL)

    def is_notice(self, line: Line) -> bool:
        """Tell whether a line is no message of anybody's: what WhatsApp says of the chat."""
        if not line.sender or line.sender == self._itself:
            return True
        if not line.by_system:
            return False
        body = plain(line.body).strip()
        if words.LEFT_OUT.fullmatch(body.rstrip(".")):
            return False
        about = body.casefold().startswith((line.sender.casefold(), *words.OWNER_BEGINS))
        return about or bool(words.NOTICE.search(body) or words.CREATED.search(body) or words.RENAMED.search(body))

    def said(self, file: File, number: int, line: Line, more: list[str]) -> Extract:
        """Return what a message says. number: of its first line; more: the lines it goes on with."""
        on = day(line.numbers, self._order)
        at = on * 86_400 + line.second if on is not None else 0
        if possible(at) is None:
            return rejected(file, number, NO_DATE)
        author = self.handle(line.sender)
        if not author:
            return rejected(file, number, NO_AUTHOR)
        extract = self._talk.says(author, at, _words(line, more), file.origin(number))
        if not self._told_owner and author == self._options.me:
            # Under this name the owner writes in groups too, where nothing else tells who that is.
            self._told_owner = True
            own = self._named(self._owner)
            if own and own != self._options.me:
                extract.cards.append(
                    Card(author, NO_TIME, file.origin(number), name=_name(self._owner), handles=(own,))
                )
        return extract


def _name(sender: str) -> str:
    """Return the name in what stands before a colon, empty where it is a number or `You`; who is not saved has a `~` before it."""
    name = sender.removeprefix("~").strip()
    return "" if name.casefold() in words.OWNER or _NUMBER.fullmatch(name) else name


def _settled(learned: _Learned) -> tuple[str, str, list[str]]:
    """Return the title, the sender that is the chat itself (iPhones let it say what WhatsApp says), and who writes."""
    title, notice = learned.title, learned.notice
    silent = {sender for sender, own in learned.senders.items() if not own}
    writers = [sender for sender in learned.senders if sender not in silent or sender != notice]
    if notice in silent and (learned.grouped or len(writers) > 1):
        return title or notice, notice, writers
    if learned.grouped:
        itself = next((sender for sender in silent if _same(sender, title)), "")
        return title, itself, [sender for sender in writers if sender != itself]
    return title or (notice if len(writers) <= 2 else ""), notice if notice in silent else "", writers


def _same(one: str, two: str) -> bool:
    """Tell whether two names are written with the same letters: in the name of a file some signs are missing."""
    letters = _LETTERS.sub("", one).casefold()
    return bool(letters) and letters == _LETTERS.sub("", two).casefold()


def _words(line: Line, more: list[str]) -> str:
    """Return a message's own words: without what stands for a picture, a deleted message or that it was edited."""
    body = "" if line.by_system or words.ATTACHED.match(plain(line.body)) else line.body
    text = "\n".join([body, *more]) if more else body
    marked = text.find("\u200e<")
    said = plain(text[:marked] if marked >= 0 else text).strip()
    if said.endswith(">"):
        said = words.EDITED.sub("", said)
    return "" if len(said) < 80 and words.LEFT_OUT.fullmatch(said.rstrip(".")) else said
