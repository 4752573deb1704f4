"""The values of a JSON document of any size, one after the other: where it is told to go in, it goes in, the rest comes whole.

Exports are one document of gigabytes with a list of messages somewhere inside. Each message is decoded by the standard library
as soon as all of it has been read, which is several times as fast as to be told of every bracket, and no more than the
largest value is ever held.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, TextIO

# Characters. A single value that is longer is no record of an export.
_LONGEST_VALUE = 32 * 1024 * 1024
_CHUNK = 64 * 1024
# Digits; longer numbers are none that anybody wrote.
_LONGEST_NUMBER = 30
_BLANK = " \t\r\n\ufeff"
_BLANKS = re.compile(f"[{_BLANK}]*")
ITEM: Final = "*"
DAMAGED = "the JSON is cut off or damaged here, so the rest of the file cannot be read: download it again, then import it again"

Path = tuple[str, ...]


class Opened:
    """Stands for the value of an object or a list that is gone into."""


OPENED: Final = Opened()


class Damaged(ValueError):
    """The document cannot be read any further; the message is for its owner."""


def _whole_number(digits: str) -> int:
    return int(digits) if len(digits) <= _LONGEST_NUMBER else 0


_DECODE = json.JSONDecoder(parse_int=_whole_number).raw_decode


def values(text: TextIO, into: frozenset[Path], *, after: str = "") -> Iterator[tuple[Path, object]]:
    """Yield the path and the value of everything at the outside of a document and in the places that are gone into.

    into: the paths of the objects and lists to go into, each told as `OPENED` first; a path is made of keys, and `ITEM` for any
    item of a list. after: what stands before the document, to be passed over. Raises Damaged where the document ends too early.
    """
    buffer = _Buffer(text)
    if after:
        buffer.skip(after)
    yield from _value(buffer, (), into)


def _value(buffer: _Buffer, path: Path, into: frozenset[Path]) -> Iterator[tuple[Path, object]]:
    sign = buffer.next()
    if path not in into or sign not in ("{", "["):
        yield path, buffer.decode()
        return
    yield path, OPENED
    buffer.take(sign)
    end = "}" if sign == "{" else "]"
    item = (*path, ITEM)
    deeper = item in into
    first = True
    while (sign := buffer.next()) != end:
        if not first:
            if sign != ",":
                raise Damaged(DAMAGED)
            buffer.step()
        first = False
        if end == "]":
            if deeper:
                yield from _value(buffer, item, into)
            else:
                yield item, buffer.decode()
            continue
        key = buffer.decode()
        buffer.take(":")
        yield from _value(buffer, (*path, key if isinstance(key, str) else ""), into)
    buffer.take(end)


def as_text(value: object) -> str:
    """Return a value that should be a text, empty where it is something else."""
    return value if isinstance(value, str) else ""


class _Buffer:
    """The part of a document that is being read."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self._held = ""
        self._at = 0
        self._ended = False

    def skip(self, mark: str) -> None:
        """Pass over everything up to a mark that must come soon."""
        self._more(_CHUNK)
        found = self._held.find(mark)
        if found < 0:
            raise Damaged(DAMAGED)
        self._at = found + len(mark)

    def next(self) -> str:
        """Return the next character that is no blank, without passing it. Raises Damaged at the end."""
        while True:
            sign = self._held[self._at : self._at + 1]
            if sign and sign not in _BLANK:
                return sign
            if blanks := _BLANKS.match(self._held, self._at):
                self._at = blanks.end()
            if self._at < len(self._held):
                return self._held[self._at]
            if not self._more(_CHUNK):
                raise Damaged(DAMAGED)

    def take(self, sign: str) -> None:
        """Pass over a character that must come next."""
        if self.next() != sign:
            raise Damaged(DAMAGED)
        self._at += 1

    def step(self) -> None:
        """Pass over the character that `next` has shown."""
        self._at += 1

    def decode(self) -> object:
        """Return the next value, whole."""
        self.next()
        while True:
            try:
                value, end = _DECODE(self._held, self._at)
            except RecursionError:
                raise Damaged(DAMAGED) from None
            except ValueError:
                if not self._more(max(_CHUNK, len(self._held) - self._at)):
                    raise Damaged(DAMAGED) from None
                continue
            # A number may go on behind what is held: `1` as `1.5` or `1e+5`.
            if len(self._held) - end < 3 and not isinstance(value, str | dict | list) and not self._ended:
                self._more(_CHUNK)
                continue
            self._at = end
            return value

    def _more(self, size: int) -> bool:
        """Hold more of the document; false where it has ended, or the value is longer than any may be."""
        if self._ended or len(self._held) - self._at > _LONGEST_VALUE:
            return False
        chunk = self._text.read(size)
        self._ended = not chunk
        self._held = self._held[self._at :] + chunk
        self._at = 0
        return bool(chunk)
