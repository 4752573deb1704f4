"""The XML of *SMS Backup & Restore*, element by element, in constant memory, whatever is wrong with it.

The app writes everything into attributes: a message is one tag, and a photo is an attribute of megabytes. It writes emoji as
two halves (`&#55357;&#56838;`), which no XML parser takes, and where a file is damaged a parser gives up the rest of it. So the
tags are found here: each as soon as all of it has been read, attributes of unreasonable length shortened on the way, and after
a damage it goes on with the next tag. No entity but XML's own five is known, and a document type is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple, TextIO

# Name of what stands where a tag should be and cannot be read.
DAMAGED = "!"

_CHUNK = 256 * 1024
# Characters of an attribute, and of all of a tag, that are kept.
_LONGEST_VALUE = 100_000
_LONGEST_TAG = 2_000_000
_ATTRIBUTES = r"((?:\s++[\w:.-]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+)"
_TAG = re.compile(rf"<(/?[A-Za-z][\w.-]{{0,40}}){_ATTRIBUTES}\s*+(/?)>")
# A part up to the content of its file, and what follows on that.
_PICTURE = re.compile(r"<part((?:\s++(?!data\s*=)[\w:.-]++\s*+=\s*+(?:\"[^\"<]*+\"|'[^'<]*+'))*+)\s++data\s*+=\s*+\"")
_AFTER_PICTURE = re.compile(rf"{_ATTRIBUTES}\s*+(/?)>")
_BEGUN = re.compile(rf"<(/?[A-Za-z][\w.-]{{0,40}}){_ATTRIBUTES}")
# What a tag that has not been read to its end may end with: nothing, a blank, the beginning of an attribute.
_UNFINISHED = re.compile(r"\s*+(?:/?|[\w:.-]++\s*+(?:=\s*+(?:\"[^\"<]*+|'[^'<]*+)?+)?+)\Z")
_OPEN_VALUE = re.compile(r"\s++([\w:.-]++)\s*+=\s*+([\"'])")
_NAME = re.compile(r"<(/?[A-Za-z][\w.-]{0,40})")
_ATTRIBUTE = re.compile(r"([\w:.-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)')")
_REFERENCE = re.compile(r"&(?:#(\d{1,7})|#[xX]([0-9A-Fa-f]{1,6})|(amp|lt|gt|quot|apos));")
_ENTITIES = {"amp": "&", "lt": "<", "gt": ">", "quot": '"', "apos": "'"}
_PASSED_OVER = {"<!--": "-->", "<?": "?>", "<![CDATA[": "]]>"}


class Refused(ValueError):
    """The document has a document type, by which small files swell to gigabytes; no backup has one."""


class Element(NamedTuple):
    """A tag. name: `sms`, `/mms` where it closes, `DAMAGED` where it cannot be read, then with the name in `written`; empty: it
    closes itself.
    """

    name: str
    written: str
    empty: bool = False

    def attributes(self) -> dict[str, str]:
        """Return the attributes as they are written; `value` says what they mean."""
        return {name: double or single for name, double, single in _ATTRIBUTE.findall(self.written)}


def value(written: str | None) -> str:
    """Return what an attribute means: references replaced, `null` is nothing. It may hold halves of characters (`chat.clean`)."""
    if written is None or written == "null":
        return ""
    return _REFERENCE.sub(_character, written) if "&" in written else written


def _character(found: re.Match[str]) -> str:
    if found[3]:
        return _ENTITIES[found[3]]
    number = int(found[1]) if found[1] else int(found[2], 16)
    return chr(number) if 0 < number < 0x110000 else ""


def elements(text: TextIO, *, passed_over: str = "") -> Iterator[Element]:
    """Yield every tag of a document in order, parts without the content of their files. Raises Refused at a document type.

    passed_over: the name of tags that are not read; the text of one that is cut by the buffer's end is told as damaged.
    """
    held = _Held(text)
    unread = f"<{passed_over} " if passed_over else ""
    while True:
        buffer, at = held.buffer, held.at
        opening = buffer.find("<", at)
        while unread and opening >= 0 and buffer.startswith(unread, opening):
            at = opening + len(unread)
            opening = buffer.find("<", at)
            at = at if opening < 0 else opening
        end = len(buffer) if opening < 0 else opening
        if end > at + 1 and not buffer[at:end].isspace() and buffer[at:end].strip("\ufeff\x00 \n\t"):
            yield Element(DAMAGED, "")
        if opening < 0:
            held.at = end
            if not held.more():
                return
            continue
        if buffer.startswith("<part", opening) and (begun := _PICTURE.match(buffer, opening)):
            held.at = opening
            if part := held.part(begun):
                yield part
            if held.at != opening or held.buffer is not buffer:
                continue
        if found := _TAG.match(buffer, opening):
            held.at = found.end()
            yield Element(found[1], found[2], found[3] == "/")
            continue
        held.at = opening
        if (other := _other(held)) is not None:
            yield other


def _other(held: _Held) -> Element | None:
    """Read on where no whole tag begins: return what cannot be read, None where there is a way on."""
    if len(held.buffer) - held.at < len("<!DOCTYPE") and held.more():
        return None
    for begin, end in _PASSED_OVER.items():
        if held.buffer.startswith(begin, held.at):
            held.at += len(begin)
            return None if held.skip_past(end) else Element(DAMAGED, "")
    if held.buffer.startswith(("<!DOCTYPE", "<!doctype", "<!ENTITY"), held.at):
        raise Refused
    begun = _BEGUN.match(held.buffer, held.at)
    if begun and _UNFINISHED.match(held.buffer, begun.end()) and len(held.buffer) - held.at <= _LONGEST_TAG:
        opened = _OPEN_VALUE.match(held.buffer, begun.end())
        if opened and len(held.buffer) - opened.end() > _LONGEST_VALUE:
            kept = 0 if opened[1] == "data" else _LONGEST_VALUE
            held.shorten(opened.end() + kept, opened[2])
            return None
        if held.more():
            return None
    found = _NAME.match(held.buffer, held.at)
    held.at += 1
    if found:
        held.at = found.end()
    return Element(DAMAGED, found[1] if found else "")


class _Held:
    """The part of a document that is being read."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.buffer = ""
        self.at = 0

    def more(self) -> bool:
        """Hold more of the document; false where it has ended."""
        chunk = self._text.read(_CHUNK)
        if chunk:
            self.buffer = self.buffer[self.at :] + chunk
            self.at = 0
        return bool(chunk)

    def part(self, begun: re.Match[str]) -> Element | None:
        """Return a part, its file leapt over and not looked at; None where it is damaged, or cut off by the end of what is held.

        begun: the part up to its file, of which what is held is dropped where it goes on behind that.
        """
        content = begun.end()
        close = self.buffer.find('"', content)
        if self.buffer.find("<", content, len(self.buffer) if close < 0 else close) >= 0:
            return None
        if close < 0:
            if content < len(self.buffer):
                self.shorten(content, '"')
            return None
        rest = _AFTER_PICTURE.match(self.buffer, close + 1)
        if not rest:
            return None
        self.at = rest.end()
        return Element("part", begun[1] + rest[1], rest[2] == "/")

    def skip_past(self, mark: str) -> bool:
        """Pass over everything up to the end of a mark; false where there is none."""
        while (found := self.buffer.find(mark, self.at)) < 0:
            self.at = max(self.at, len(self.buffer) - len(mark) + 1)
            if not self.more():
                self.at = len(self.buffer)
                return False
        self.at = found + len(mark)
        return True

    def shorten(self, kept: int, quote: str) -> None:
        """Drop an attribute's value from a place on, up to its closing quote or to a sign that no value holds."""
        begin = self.buffer[self.at : kept]
        rest = self.buffer[kept:]
        while not (ends := [found for sign in (quote, "<") if (found := rest.find(sign)) >= 0]):
            if not (rest := self._text.read(_CHUNK)):
                break
        self.buffer = begin + (rest[min(ends) :] if ends else "")
        self.at = 0
