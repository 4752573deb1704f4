"""Feeds of articles: RSS 0.9 to 2.0 and Atom, as files. Each entry is something worth sharing, with its day and topics.

Feeds are written by hand and by programs of every age, so prefixes are read as they are usually meant, entities of HTML are
known, and where a feed breaks off all that came before is kept. It is read by a parser that fetches nothing; a feed that
declares entities of its own, by which small files swell to gigabytes, is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.entities import html5
from typing import Final
from urllib.parse import urljoin
from xml.parsers import expat

from weakties.facts import handles
from weakties.facts.model import NO_TIME, Extract, Item, event_id
from weakties.sources import ReadOptions
from weakties.sources.chat import clean
from weakties.sources.dates import parse_date
from weakties.sources.files import File, FileSource, encoding_of, rejected
from weakties.sources.markup import html_to_text
from weakties.sources.streams import CHUNK
from weakties.sources.terms import terms

KIND: Final = "items"
NO_TITLE = "no title and no address: the entry does not say what it is about"
NO_DATE = "no date that is possible: the entry names no moment between 1971 and 2100"
DAMAGED = (
    "the feed is damaged or cut off here, so the rest of it cannot be read: download it again, then import it again"
)
REFUSED = "the feed declares entities of its own, which can hide an attack, so it is not read any further"

_ROOT = re.compile(
    r"\s*+(?:<\?[^>]{0,1000}\?>\s*+|<!--(?:(?!-->).){0,4000}?-->\s*+|<!DOCTYPE[^>\[]{0,500}(?:\[[^\]]{0,8000}\])?\s*+>\s*+)*+"
    r"<((?:\w{1,20}:)?(?:rss|RDF|feed))\b([^>]{0,8000})",
    re.DOTALL,
)
_ATOM = ("http://www.w3.org/2005/Atom", "http://purl.org/atom/ns#")
_OLD_RSS = (
    "http://purl.org/rss/1.0",
    "http://my.netscape.com/rdf/simple/0.9",
    "http://channel.netscape.com/rdf/simple/0.9",
)
_ENTRIES = frozenset(["item", "entry"])
_HOLDERS = frozenset(["channel", "rdf", "rss", "feed"])
# Prefixes under which an entry's own fields are written; the same names under others are something else (`media:title`).
_PREFIXES = frozenset(["", "dc", "dcterms", "content", "atom", "atom10", "a", "rss"])
_TITLES, _WORDS = ("title",), ("description", "summary", "encoded", "content")
_PUBLISHED, _CHANGED = ("published", "pubdate", "issued", "created", "date"), ("updated", "modified")
_FIELDS = frozenset([*_TITLES, *_WORDS, *_PUBLISHED, *_CHANGED, "link", "guid", "id"])
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_CONTROLS = bytes(c for c in range(32) if c not in b"\t\n\r")
_LONGEST_TITLE, _LONGEST_FIELD, _LONGEST_ADDRESS = 300, 50_000, 2_000
_DEEPEST = 200
# Bytes. A longer tag is none of a feed, and the parser would hold it whole.
_LONGEST_TAG = 4 * 1024 * 1024


class _Stopped(Exception):
    """The feed is not read any further; the message is for its owner."""


@dataclass(slots=True)
class _Entry:
    """An entry as it is read. said: text by field; link: the address that a link points to; permanent: the guid is one."""

    said: dict[str, str] = field(default_factory=dict)
    link: str = ""
    permanent: bool = True


class FeedSource(FileSource):
    """Feeds in RSS and Atom; see docs/how-to/feeds.md."""

    name = "feed"
    reader = 1
    suffixes = (".rss", ".atom")

    def claims(self, file: File) -> bool:
        """Tell whether the first element of a file is a feed's."""
        head = file.head_text.lstrip("\ufeff")
        found = _ROOT.match(head) if head.lstrip()[:1] == "<" else None
        if found is None:
            return False
        kind = found[1].rpartition(":")[2]
        return kind == "rss" or any(space in found[2] for space in (_OLD_RSS if kind == "RDF" else _ATOM))

    def extracts(self, file: File, options: ReadOptions) -> Iterator[Extract]:  # noqa: ARG002  a feed has no people
        """Yield what each entry says, in order."""
        reading = _Reading()
        row = 0
        for entry in reading.entries(file):
            row += 1
            yield _told(file, row, entry, reading.base)
        if reading.fault:
            yield rejected(file, row + 1, reading.fault, KIND)


class _Reading:
    """A feed being read. base: the address of what it is about; fault: why it ended too early."""

    def __init__(self) -> None:
        self.base = self.fault = ""
        self._path: list[tuple[str, str]] = []
        self._entry: _Entry | None = None
        self._depth = 0
        self._field = ""
        self._done: list[_Entry] = []
        parser = self._parser = expat.ParserCreate()
        parser.buffer_text = True
        # Entities that are declared nowhere, such as those of HTML, are then told and no error.
        parser.UseForeignDTD()
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.SkippedEntityHandler = self._entity
        parser.EntityDeclHandler = self._declared

    def entries(self, file: File) -> Iterator[_Entry]:
        """Yield each entry as soon as it is whole."""
        narrow = not encoding_of(file.head).startswith("utf-16")
        while not self.fault:
            chunk = file.stream.read(CHUNK)
            try:
                self._parser.Parse(chunk.translate(None, _CONTROLS) if narrow else chunk, not chunk)
            except _Stopped as stopped:
                self.fault = str(stopped)
            except (expat.ExpatError, ValueError, LookupError):
                self.fault = DAMAGED
            if file.stream.passed - self._parser.CurrentByteIndex > _LONGEST_TAG:
                self.fault = self.fault or DAMAGED
            yield from self._done
            self._done.clear()
            if not chunk:
                return

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        prefix, _, name = tag.rpartition(":")
        name = name.lower()
        self._path.append((prefix, name))
        if len(self._path) > _DEEPEST:
            raise _Stopped(DAMAGED)
        if base := attributes.get("xml:base", ""):
            self.base = base if len(self._path) == 1 else self.base
        if self._entry is None:
            if name in _ENTRIES and len(self._path) > 1 and self._path[-2][1] in _HOLDERS:
                self._entry, self._depth = _Entry(), len(self._path)
            elif name == "link" and attributes.get("rel", "alternate") == "alternate" and not self.base:
                self.base = attributes.get("href", "")
        elif len(self._path) == self._depth + 1:
            self._field = name if name in _FIELDS and prefix.lower() in _PREFIXES else ""
            if self._field == "link" and attributes.get("rel", "alternate") == "alternate":
                self._entry.link = self._entry.link or attributes.get("href", "")
            elif self._field == "guid":
                self._entry.permanent = attributes.get("isPermaLink", "true").lower() != "false"
        else:
            self._text(" ")

    def _end(self, tag: str) -> None:  # noqa: ARG002  the parser sees to it that it is the last one begun
        self._path.pop()
        if self._entry is not None and len(self._path) < self._depth:
            self._done.append(self._entry)
            self._entry = None
        elif len(self._path) == self._depth:
            self._field = ""

    def _text(self, text: str) -> None:
        if self._entry is not None and self._field:
            held = self._entry.said.get(self._field, "")
            if len(held) < _LONGEST_FIELD:
                self._entry.said[self._field] = held + text
        elif self._entry is None and self._path[-1:] == [("", "link")] and len(self._path) == 3:
            self.base = (self.base + text.strip())[:_LONGEST_ADDRESS]

    def _entity(self, name: str, is_parameter: bool) -> None:  # noqa: FBT001  the parser calls it so
        if not is_parameter:
            self._text(html5.get(f"{name};", " "))

    def _declared(self, *_: object) -> None:
        raise _Stopped(REFUSED)


def _told(file: File, row: int, entry: _Entry, base: str) -> Extract:
    """Return what an entry says."""
    words = _plain(next((entry.said[name] for name in _WORDS if entry.said.get(name, "").strip()), ""))
    title = _plain(entry.said.get("title", "")) or words
    address = _address(entry, base)
    if not title and not address:
        return rejected(file, row, NO_TITLE, KIND)
    at = _at(entry)
    if at is None:
        return rejected(file, row, NO_DATE, KIND)
    shown = handles.clean_name(title) if len(title) < _LONGEST_TITLE else f"{title[: _LONGEST_TITLE - 1].rstrip()}…"
    own = address or entry.said.get("guid", "").strip() or entry.said.get("id", "").strip() or title
    topics = " ".join(terms(shown, words, known=()))
    return Extract(items=[Item(event_id("item", own), at, shown, address, file.origin(row), terms=topics)])


def _plain(markup: str) -> str:
    """Return a text in one line; it may be HTML, also where a feed says that it is not."""
    text = html_to_text(markup) if "<" in markup or "&" in markup else markup
    return " ".join(clean(text).split())


def _address(entry: _Entry, base: str) -> str:
    """Return the address of an entry, empty where it has none on the web."""
    links = [_joined(base, written) for written in (entry.link, entry.said.get("link", ""))]
    names = [entry.said.get("guid", "") if entry.permanent else "", entry.said.get("id", "")]
    for written in (*links, *names):
        address = "".join(clean(written).split())
        if address.lower().startswith(("http://", "https://")) and len(address) <= _LONGEST_ADDRESS:
            return address
    return ""


def _joined(base: str, written: str) -> str:
    """Return an address that may be written below another, empty where there is none."""
    try:
        return urljoin(base.strip(), written.strip()) if written.strip() else ""
    except ValueError:
        return ""


def _at(entry: _Entry) -> int | None:
    """Return seconds UTC of an entry, `NO_TIME` where it names no date, None where it names none that is possible."""
    for name in (*_PUBLISHED, *_CHANGED):
        if written := entry.said.get(name, "").strip():
            return parse_date(f"{written}T00:00:00" if _DAY.fullmatch(written) else written)
    return NO_TIME
