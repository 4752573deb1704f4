"""Content lines: what address books (vCard) and calendars (iCalendar) are written in, read block by block.

A file is a sequence of blocks between BEGIN and END, a block a sequence of lines `group.NAME;PARAMETER=value:value`, each of them
folded over as many lines of the file as its writer liked. Lines nobody asks for, pictures above all, are passed over as they
come and never held. Files of every age are read: version 2.1 with its soft line breaks and character sets line by line, UTF-16,
lines that end in a return alone, blocks whose END is missing.
"""

from __future__ import annotations

import binascii
import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from weakties.facts.model import NO_TIME
from weakties.sources.files import File, encoding_of
from weakties.sources.headers import decode_bytes
from weakties.sources.streams import CHUNK

CUT_OFF = "the file ends in the middle of it: export it again, then import that"
TOO_LONG = "it is longer than 1 MiB without its pictures: nothing that a person wrote is"

# Bytes of one line, folded or not, and of all lines of a block that are held.
_LONGEST_LINE = 64 * 1024
_LONGEST_BLOCK = 1024 * 1024
# Lines up to here are remembered when they have been taken apart: those of people.
_SHORT_LINE = 300
_LONGEST_STAMP = 60
_BOM = b"\xef\xbb\xbf"
_MARK = re.compile(rb"\s*(BEGIN|END)\s*:\s*([\w-]{1,40})\s*", re.IGNORECASE)
_BEGIN_END = frozenset({b"B", b"b", b"E", b"e"})
# Each alternative begins with another character, so there is one way alone to match.
_HEAD = re.compile(r'((?:[^":]|"[^"]*")*):', re.DOTALL)
_PARAMETER = re.compile(r'(?:[^";]|"[^"]*"?)+', re.DOTALL)
_VALUE = re.compile(r'(?:[^",]|"[^"]*"?)+', re.DOTALL)
_CARET = re.compile(r"\^([n^'])")
_CARETS = {"n": "\n", "^": "^", "'": '"'}
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_UNESCAPED = re.compile(r"((?:[^\\;]|\\.|\\\Z)*)(;|\Z)", re.DOTALL)
_CHARSET = re.compile(rb"CHARSET=\"?([\w.:-]{1,40})", re.IGNORECASE)
_STAMP = re.compile(
    r"\s*(\d{4})-?(\d\d)-?(\d\d)(?:[T ](\d\d)(?::?(\d\d))?(?::?(\d\d))?(?:[.,]\d{1,9})?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?\s*",
    re.ASCII | re.IGNORECASE,
)
_ENCODINGS = frozenset({"QUOTED-PRINTABLE", "BASE64", "8BIT", "7BIT", "B", "Q"})


@dataclass(slots=True)
class Block:
    """One block, or the lines between two of them (its name is then empty). at: byte offset of its BEGIN.

    lines: those asked for, unfolded, as bytes. fault: why it cannot be read, in words for its owner.
    """

    name: str
    at: int
    lines: list[bytes] = field(default_factory=list)
    size: int = 0
    fault: str = ""

    def add(self, line: bytes) -> None:
        """Add a line as far as there is room."""
        self.size += len(line)
        if self.size <= _LONGEST_BLOCK:
            self.lines.append(line)
        else:
            self.fault = TOO_LONG

    def go_on(self, more: bytes) -> None:
        """Add to the last line as far as there is room."""
        if self.lines and len(self.lines[-1]) < _LONGEST_LINE and not self.fault:
            self.size += len(more)
            self.lines[-1] += more


class Property(NamedTuple):
    """One line taken apart. group, name: in upper case; parameters: as written; value: decoded, escapes as written."""

    group: str
    name: str
    parameters: str
    value: str

    def all(self, name: str) -> tuple[str, ...]:
        """Return the values of a parameter, none if it is missing. name: in upper case."""
        return parameters(self.parameters).get(name, ()) if self.parameters else ()

    def first(self, name: str) -> str:
        """Return the first value of a parameter, or the empty text. name: in upper case."""
        values = self.all(name)
        return values[0] if values else ""

    def types(self) -> frozenset[str]:
        """Return the types of a property in lower case: `home`, `fax`, `pref` ..."""
        return frozenset(word for value in self.all("TYPE") for word in value.lower().split(","))


def blocks(
    file: File, names: frozenset[str], kept: frozenset[bytes], inner: frozenset[str] = frozenset()
) -> Iterator[Block]:
    """Yield the blocks of these names in order, and between them, nameless, what lines stand outside.

    kept: the names of lines that are held, in upper case. inner: blocks within blocks whose lines are held, with their
    BEGIN; all others are passed over.
    """
    current = outside = Block("", 0)
    skipped, keeping, soft, old, agent = "", False, False, False, False
    for at, raw in _lines(file):
        first = raw[:1]
        if (first == b" " or first == b"\t") and not soft:
            # Version 2.1 broke lines where a blank stood, and left it there.
            if keeping:
                current.go_on((raw if old else raw[1:]).rstrip(b"\r"))
            continue
        line = raw.rstrip(b"\r")
        if first == _BOM[:1]:
            line = line.removeprefix(_BOM)
            first = line[:1]
        mark = _MARK.fullmatch(line) if first in _BEGIN_END else None
        if mark is None:
            if soft:
                if keeping:
                    current.go_on(b"\n" + line)
                soft = line.endswith(b"=")
            elif not skipped and line:
                head = line.partition(b":")[0]
                name = head.partition(b";")[0].upper()
                keeping = (name if b"." not in name else name.rpartition(b".")[2]) in kept
                if keeping:
                    current.add(line)
                    old = old or (name == b"VERSION" and line.rstrip().endswith((b"2.1", b":1.0")))
                agent = name == b"AGENT"
                soft = line.endswith(b"=") and b"QUOTED-PRINTABLE" in head.upper()
            continue
        keeping = soft = False
        block, opens = mark[2].decode("ascii", "replace").upper(), mark[1].upper() == b"BEGIN"
        if opens and agent:
            skipped, agent = block, False
        elif opens and block in names:
            yield from _told(current)
            current, skipped, old = Block(block, at), "", False
        elif skipped:
            ends = not opens and block == current.name and block != "VCARD"
            skipped = "" if not opens and block in (skipped, current.name) else skipped
            if ends:
                yield current
                current = outside = Block("", at)
        elif opens and block in inner:
            current.add(line.strip())
        elif opens and (current.name or block != "VCALENDAR"):
            skipped = block
        elif opens:
            # What is said of one calendar is not said of the next.
            yield from _told(current)
            current = outside = Block("", at, [b"BEGIN:VCALENDAR"])
        elif current.name and block not in inner:
            yield current
            current = outside = Block("", at)
    if current is not outside:
        current.fault = current.fault or CUT_OFF
    yield from _told(current)


def _told(block: Block) -> Iterator[Block]:
    if block.name or block.lines:
        yield block


def _lines(file: File) -> Iterator[tuple[int, bytes]]:
    """Yield the offset of each line of a file and the line without its line feed, in UTF-8 where the file is UTF-16."""
    encoding = encoding_of(file.head)
    wide = encoding.startswith("utf-16")
    # Old Macs ended lines with a return alone.
    returns = b"\r" in file.head and b"\n" not in file.head
    decoder = codecs.getincrementaldecoder(encoding)("replace") if wide else None
    # The mark of UTF-16 is none of the first line's letters, that of UTF-8 is.
    rest, at, lost = b"", 0, 2 if encoding == "utf-16" else 0
    while chunk := file.stream.read(CHUNK):
        if decoder is not None:
            chunk = decoder.decode(chunk).encode("utf-8", "replace")
        if returns:
            chunk = chunk.replace(b"\r", b"\n")
        parts = chunk.split(b"\n")
        parts[0] = rest + parts[0]
        rest = parts.pop()
        for line in parts:
            yield at, line
            at += (_wide(line) if wide else len(line) + 1) + lost
            lost = 0
        if len(rest) > _LONGEST_LINE:
            lost += len(rest) - _LONGEST_LINE
            rest = rest[:_LONGEST_LINE]
    if rest:
        yield at, rest


def _wide(line: bytes) -> int:
    """Return how many bytes a line and its end took in UTF-16."""
    return len(line.decode("utf-8", "replace").encode("utf-16-le", "replace")) + 2


def properties(block: Block) -> Iterator[Property]:
    """Yield the lines of a block taken apart; those that have no colon are none."""
    for line in block.lines:
        # The same people are invited again and again.
        found = _known_property(line) if len(line) < _SHORT_LINE else _property(line)
        if found:
            yield found


def _property(line: bytes) -> Property | None:
    head, colon, _ = line.partition(b":")
    if not colon:
        return None
    charset = found[1].decode("ascii") if b"=" in head and (found := _CHARSET.search(head)) else ""
    text = _decoded(line, charset)
    name, _, value = text.partition(":")
    if '"' in name and (whole := _HEAD.match(text)):
        name, value = whole[1], text[whole.end() :]
    name, _, written = name.partition(";")
    group, _, name = name.rpartition(".")
    if written and "QUOTED-PRINTABLE" in written.upper():
        value = decode_bytes(binascii.a2b_qp(value.encode("utf-8", "replace")), charset)
    return Property(group.strip().upper(), name.strip().upper(), written, value)


_known_property = lru_cache(maxsize=4_096)(_property)


def _decoded(line: bytes, charset: str) -> str:
    try:
        return decode_bytes(line, charset) if charset else line.decode()
    except UnicodeDecodeError:
        return decode_bytes(line)


@lru_cache(maxsize=4_096)
def parameters(written: str) -> dict[str, tuple[str, ...]]:
    """Return the parameters of a line by their names in upper case, without quotes; a bare one of version 2.1 is a type."""
    found: dict[str, tuple[str, ...]] = {}
    for piece in _PARAMETER.findall(written):
        name, equals, value = piece.partition("=")
        key = name.strip().upper()
        if not equals:
            key, value = ("ENCODING" if key in _ENCODINGS else "TYPE"), name
        values = tuple(_plain(part) for part in _VALUE.findall(value))
        found[key] = found.get(key, ()) + values
    return found


def _plain(value: str) -> str:
    text = value.strip()
    if text[:1] == '"':
        text = text[1:].removesuffix('"')
    return _CARET.sub(lambda caret: _CARETS[caret[1]], text) if "^" in text else text


def unescaped(value: str) -> str:
    r"""Return a text without its escapes: `\n` is a new line, any other character stands for itself."""
    if "\\" not in value:
        return value.strip()
    return _ESCAPE.sub(lambda escape: "\n" if escape[1] in "nN" else escape[1], value).strip()


def parts(value: str) -> list[str]:
    """Return the parts of a structured value, parted by semicolons, without their escapes."""
    if "\\" not in value:
        return [part.strip() for part in value.split(";")]
    return [unescaped(part) for part, end in _UNESCAPED.findall(value) if part or end]


class Stamp(NamedTuple):
    """A moment as written. when: without a zone; offset: seconds east of UTC, None where none is written; day: no time is written."""

    when: datetime
    offset: int | None
    day: bool


def stamp(value: str) -> Stamp | None:
    """Return the moment that a value says (`20260105T093000Z`, `2026-01-05`), None if it is none."""
    return _stamp(value) if len(value) < _LONGEST_STAMP else None


@lru_cache(maxsize=4_096)
def _stamp(value: str) -> Stamp | None:
    found = _STAMP.fullmatch(value)
    if found is None:
        return None
    year, month, day, hour, minute, second, zone = found.groups()
    try:
        # A leap second is none to a calendar.
        when = datetime(int(year), int(month), int(day), int(hour or 0), int(minute or 0), min(int(second or 0), 59))
    except ValueError:
        return None
    return Stamp(when, (0 if zone == "Z" else offset(zone)) if zone else None, hour is None)


def offset(zone: str) -> int:
    """Return seconds east of UTC of what is written `Z`, `+0530` or `-08:00:00`, 0 for what is off the globe."""
    digits = "".join(c for c in zone if c in "0123456789").ljust(6, "0")
    seconds = int(digits[:2]) * 3_600 + int(digits[2:4]) * 60 + int(digits[4:6])
    return 0 if seconds > 18 * 3_600 else -seconds if zone.strip().startswith("-") else seconds


def seconds(moment: Stamp) -> int:
    """Return seconds UTC of a moment, one without a zone taken for UTC; `NO_TIME` before 1971 and after 2099."""
    if not 1971 <= moment.when.year <= 2099:
        return NO_TIME
    return int(moment.when.replace(tzinfo=UTC).timestamp()) - (moment.offset or 0)
