"""Text messages and calls of an Android phone, as the app *SMS Backup & Restore* saves them.

Files are gone through twice: a group message lists numbers, and which of them is the owner's is known only from the messages
that she sent. Saved names stand beside the numbers and become cards, as an address book's would. Numbers of services (short
ones, names in place of a number) are told as machines.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

import msgspec

from weakties.facts import handles
from weakties.facts.model import NO_TIME, Card, Extract
from weakties.sources import ReadOptions
from weakties.sources.chat import CALL, NO_AUTHOR, NO_DATE, Conversation, bare_name, clean, moment
from weakties.sources.files import File, rejected
from weakties.sources.phone_xml import DAMAGED, Element, Refused, elements, value
from weakties.sources.twice import TwiceRead

CHANNEL = "sms"
PLACE = "phone"
NO_NUMBER = "no number: the record does not say whom it was exchanged with, or the caller withheld the number"
NO_DIRECTION = "no direction: the record does not say who wrote or called"
BROKEN = "the record is damaged and cannot be read: make the backup again, then import it again"
UNKNOWN = "it is neither a message nor a call, so it is damaged or of a newer app: make the backup again"
CUT = "the backup is cut off here: copy it from the phone again, then import it again"
REFUSED = "the file declares a document type, which no backup does and which can hide an attack, so it is not read"

_ROOT = re.compile(
    r"\s*+(?:<\?[^>]{0,500}\?>\s*+|<!--(?:(?!-->).){0,4000}?-->\s*+)*+"
    r"(?:<!DOCTYPE\s+(?:smses|calls)\b|<(smses|calls)((?:\s+\w+\s*=\s*[\"'][^\"'<]{0,200}[\"'])*)\s*/?>\s*(<(?:sms|mms|call)\s|</|<!--|\Z)?)",
    re.DOTALL,
)
_RECORDS = frozenset(["sms", "mms", "call"])
_OUTSIDE = frozenset(["smses", "calls", "allcalls", "/smses", "/calls", "/sms", "/mms", "/call", "/part", "/addr"])
_INSIDE = frozenset(["parts", "part", "addrs", "addr", "/parts", "/addrs"])
_FOR_NO_NUMBER = "insert-address-token"
_HIDDEN = frozenset(
    [_FOR_NO_NUMBER, "unknown", "(unknown)", "unknown number", "private", "private number", "anonymous", "restricted",
     "unavailable", "withheld"]
)  # fmt: skip
_NO_NAMES = frozenset(["", "(unknown)", "unknown"])
_FROM = "137"
_RECEIVED, _SENT = "1", "2"
# What was never sent counts for nothing; what waits to be sent goes out as a rule.
_FOLDERS = {"1": "inbox", "2": "sent", "3": "draft", "4": "sent", "5": "draft", "6": "sent"}
# Of messages without a box: what a retrieved, a notified and a sent one are called among phones.
_BOXES = {"132": _RECEIVED, "130": _RECEIVED, "128": _SENT}
_CALLS = {"1": "", "2": "", "3": "missed", "4": "missed", "5": "declined", "6": "declined", "7": ""}
_BUSINESS = "rbm.goog"
# A number of milliseconds that lies before 1973 is one of seconds, as some apps write.
_SECONDS = 10**11
_MOST_CONVERSATIONS = 5_000
_MOST_ADDRESSES = 5_000
_MOST_PARTS = 1_000


@dataclass(slots=True)
class _Learned:
    """What the first way has shown, and what has been told. sent, received: how often a number stands as the sender of what the
    owner sent, and of what she received; named: numbers and names of the cards so far; own: numbers told as the owner's.
    """

    sent: Counter[str] = field(default_factory=Counter)
    received: Counter[str] = field(default_factory=Counter)
    named: set[tuple[str, str]] = field(default_factory=set)
    own: set[str] = field(default_factory=set)


class PhoneSource(TwiceRead[_Learned]):
    """Backups of messages and calls by *SMS Backup & Restore*; see docs/how-to/chats.md."""

    name = PLACE
    reader = 1
    suffixes = ()

    def claims(self, file: File) -> bool:
        """Tell whether a file begins as a backup of messages or calls does."""
        head = file.head_text.lstrip("\ufeff")
        found = _ROOT.match(head) if head.lstrip()[:1] == "<" else None
        return found is not None and bool(not found[1] or found[3] is not None or "count" in found[2])

    def learn(self, files: Iterator[File], path: Path) -> _Learned:  # noqa: ARG002  the path tells nothing more
        """Return which numbers stand as the sender of what was sent and received."""
        learned = _Learned()
        for file in files:
            box = ""
            try:
                for element in elements(file.text(), passed_over="sms"):
                    if element.name == "mms":
                        box = _box(element.attributes())
                    elif element.name == "addr" and _FROM in element.written:
                        sender = element.attributes().get("address", "")
                        (learned.sent if box == _SENT else learned.received)[sender] += 1
            except Refused:
                continue
        return learned

    def told(self, file: File, number: int, learned: _Learned, options: ReadOptions) -> Iterator[Extract]:  # noqa: ARG002
        """Yield what each message and call says, in order."""
        yield from _Telling(file, learned, options).extracts()


def _box(attributes: Mapping[str, str]) -> str:
    return attributes.get("msg_box") or _BOXES.get(attributes.get("m_type", ""), "")


@dataclass(slots=True)
class _Message:
    """A message with parts, as far as it has been read. addresses: address and role as written."""

    row: int
    attributes: Mapping[str, str]
    words: list[str] = field(default_factory=list)
    addresses: list[tuple[str, str]] = field(default_factory=list)


class _Telling:
    """One file as it is read the second time."""

    def __init__(self, file: File, learned: _Learned, options: ReadOptions) -> None:
        self._file = file
        self._options = options
        self._learned = learned
        self._own = self._owners(learned)
        self._names: dict[str, str] = {}
        self._talks: dict[tuple[str, str], Conversation] = {}
        self._members = lru_cache(maxsize=_MOST_CONVERSATIONS)(self._find_members)
        self._row = 0
        self._message: _Message | None = None
        self._damaged = self._ended = False

    def extracts(self) -> Iterator[Extract]:
        try:
            for element in elements(self._file.text()):
                yield from self._element(element)
        except Refused:
            yield rejected(self._file, self._row + 1, REFUSED)
            return
        if self._message or not (self._ended or self._damaged):
            yield rejected(self._file, self._row if self._message else self._row + 1, CUT)

    def _element(self, element: Element) -> Iterator[Extract]:
        name = element.name
        if self._message:
            if name in _INSIDE:
                self._inside(self._message, element)
                return
            if name != DAMAGED or element.written in _RECORDS:
                # Where its end is missing, a message ends where the next begins.
                yield self._mms(self._message)
                self._message = None
            else:
                return
        if name in _RECORDS or (name == DAMAGED and element.written in _RECORDS):
            self._row += 1
        if name == "sms":
            yield self._sms(element.attributes())
        elif name == "call":
            yield self._call(element.attributes())
        elif name == "mms":
            self._message = _Message(self._row, element.attributes())
            if element.empty:
                yield self._mms(self._message)
                self._message = None
        elif name == DAMAGED and (element.written in _RECORDS or not self._damaged):
            yield rejected(self._file, max(self._row, 1), BROKEN)
        elif name not in _OUTSIDE and name not in _INSIDE and name != DAMAGED and not name.startswith("/"):
            yield rejected(self._file, max(self._row, 1), UNKNOWN)
        self._damaged = name == DAMAGED
        self._ended = self._ended or name in ("/smses", "/calls") or (name in ("smses", "calls") and element.empty)

    def _inside(self, message: _Message, element: Element) -> None:
        """Take up a part or an address of a message."""
        if element.name == "part" and len(message.words) < _MOST_PARTS:
            attributes = element.attributes()
            if attributes.get("ct") == "text/plain" and (words := value(attributes.get("text"))):
                message.words.append(words)
        elif element.name == "addr" and len(message.addresses) < _MOST_ADDRESSES:
            attributes = element.attributes()
            message.addresses.append((attributes.get("address", ""), attributes.get("type", "")))

    def _sms(self, attributes: Mapping[str, str]) -> Extract:
        folder = _FOLDERS.get(attributes.get("type", ""), "")
        at = _at(attributes)
        members = self._members(attributes.get("address", ""), attributes.get("contact_name", ""))
        if reason := NO_DATE if at is None else NO_DIRECTION if not folder else NO_NUMBER if not members else "":
            return rejected(self._file, self._row, reason)
        author = next(iter(members)) if folder == "inbox" else self._options.me
        if folder == "inbox" and len(members) > 1:
            return rejected(self._file, self._row, NO_AUTHOR)
        return self._says(self._row, members, author, at or 0, value(attributes.get("body")), folder)

    def _mms(self, message: _Message) -> Extract:
        attributes = message.attributes
        folder = _FOLDERS.get(_box(attributes), "")
        at = _at(attributes)
        name = attributes.get("contact_name", "")
        sender = next((self._handle(value(text)) for text, role in message.addresses if role == _FROM), "")
        members = self._members(attributes.get("address", ""), name).copy()
        if not members:
            members = self._members("~".join(text for text, _ in message.addresses), name).copy()
        if reason := NO_DATE if at is None else NO_DIRECTION if not folder else NO_NUMBER if not members else "":
            return rejected(self._file, message.row, reason)
        author = self._options.me
        if folder == "inbox" and sender not in self._own:
            author = sender or (next(iter(members)) if len(members) == 1 else "")
            if not author:
                return rejected(self._file, message.row, NO_AUTHOR)
            members.setdefault(author, self._names.get(author, ""))
        extract = self._says(message.row, members, author, at or 0, "\n".join(message.words), folder)
        if folder != "inbox" and sender in self._own and sender not in self._learned.own:
            self._learned.own.add(sender)
            origin = self._file.origin(message.row)
            extract.cards.append(Card(self._options.me, NO_TIME, origin, handles=(sender,)))
        return extract

    def _says(self, row: int, members: dict[str, str], author: str, at: int, words: str, folder: str) -> Extract:
        bulk = "bot" if author != self._options.me and is_machine(author) else ""
        talk = self._talk(CHANNEL, members)
        return self._named(talk.says(author, at, words, self._file.origin(row), folder=folder, bulk=bulk), row, members)

    def _call(self, attributes: Mapping[str, str]) -> Extract:
        kind = attributes.get("type", "")
        at = _at(attributes)
        members = self._members(attributes.get("number", ""), attributes.get("contact_name", ""))
        known = kind in _CALLS
        if reason := NO_DATE if at is None else NO_DIRECTION if not known else NO_NUMBER if not members else "":
            return rejected(self._file, self._row, reason)
        other = next(iter(members))
        lasted = attributes.get("duration", "")
        duration = int(lasted) if lasted.isascii() and lasted.isdigit() and len(lasted) < 10 else 0
        author = self._options.me if kind == _SENT else other
        origin = self._file.origin(self._row)
        extract = self._talk(CALL, members).calls(author, at or 0, origin, duration=duration, folder=_CALLS[kind])
        if author == other and is_machine(other):
            extract.events[0] = msgspec.structs.replace(extract.events[0], bulk="bot")
        return self._named(extract, self._row, members)

    def _named(self, extract: Extract, row: int, members: Mapping[str, str]) -> Extract:
        """Add the cards of those whose saved name has not been told."""
        for handle, name in members.items():
            if name and (handle, name) not in self._learned.named:
                self._learned.named.add((handle, name))
                extract.cards.append(Card(handle, NO_TIME, self._file.origin(row), name=name))
        return extract

    def _find_members(self, written: str, name: str) -> dict[str, str]:
        """Return the handles and names of the others. name: as saved, of one of them alone; of several it cannot be parted."""
        addresses = value(written).split("~", _MOST_ADDRESSES)[:_MOST_ADDRESSES]
        found = [handle for text in addresses if (handle := self._handle(text))]
        others = list(dict.fromkeys(handle for handle in found if handle not in self._own)) or found[:1]
        saved = handles.clean_name(clean(value(name)))
        # Phones show the number again where no name is saved.
        if (
            len(addresses) == len(others) == 1
            and saved.casefold() not in _NO_NAMES
            and self._handle(saved) != others[0]
        ):
            self._names[others[0]] = saved
        return {handle: self._names.get(handle, "") for handle in others}

    def _handle(self, address: str) -> str:
        return party(address, PLACE, self._options.region)

    def _owners(self, learned: _Learned) -> frozenset[str]:
        """Return the owner's own numbers: those that send what she sent, and hardly ever what she received."""
        balance: Counter[str] = Counter()
        for written, times in learned.sent.items():
            balance[self._handle(value(written))] += times
        for written, times in learned.received.items():
            if (handle := self._handle(value(written))) in balance:
                balance[handle] -= times
        return frozenset(
            handle for handle, times in balance.items() if handle.startswith(("phone:", "tel:")) and times > 0
        )

    def _talk(self, channel: str, members: dict[str, str]) -> Conversation:
        key = "~".join(sorted(members))
        talk = self._talks.get((channel, key))
        if talk is None:
            if len(self._talks) >= _MOST_CONVERSATIONS:
                del self._talks[next(iter(self._talks))]
            everybody = {self._options.me: "", **members}
            talk = Conversation(channel, key, everybody, reader=PhoneSource.reader, options=self._options)
            self._talks[channel, key] = talk
        return talk


def party(address: str, place: str, region: str) -> str:
    """Return the handle of whom a phone writes to or is called by, empty where the number is withheld.

    address: a number, a mail address, or a service's name. place: for services, as in `handles.bare_name`.
    """
    text = clean(address).strip().removeprefix("sip:").removeprefix("tel:")
    if text.casefold() in _HIDDEN or text.startswith("-") or not any(map(str.isalnum, text)):
        return ""
    if "@" in text:
        return handles.email(text) or bare_name(text, place)
    # Letters stand in the name of a service, never in a number.
    number = None if any(map(str.isalpha, text)) else handles.number(text, region)
    return number or bare_name(text, place)


def is_machine(handle: str) -> bool:
    """Tell whether a number is a service's: a short one, a name in its place, an account of a business."""
    return handle.startswith("name:") or handles.domain(handle).endswith(_BUSINESS)


def _at(attributes: Mapping[str, str]) -> int | None:
    """Return seconds UTC of a record."""
    written = attributes.get("date", "").strip()
    digits = written.isascii() and written.isdigit() and len(written) <= 20
    return moment(written, units=1 if digits and int(written) < _SECONDS else 1000)
