"""The XML of WebDAV: questions written, answers read. A document that brings its own entities or types is refused unread.

An answer may be of a hundred thousand parts; each is taken apart when it ends, and only what was asked for stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from xml.parsers import expat
from xml.sax.saxutils import escape

D = "DAV:}"
CALDAV = "urn:ietf:params:xml:ns:caldav}"
CARDDAV = "urn:ietf:params:xml:ns:carddav}"

_PREFIXES = {D: "d", CALDAV: "c", CARDDAV: "a"}
# No answer that is meant well is nested deeper, or has more elements in one part, or more parts.
_DEEPEST = 40
_MOST_IN_PART = 20_000
_MOST_PARTS = 1_000_000


class BadXml(ValueError):
    """An answer is not XML that is read here; the message says why."""


@dataclass(slots=True)
class Node:
    """An element. tag: namespace and name, as `DAV:}href`; text: what stands directly in it."""

    tag: str
    attributes: dict[str, str]
    children: list[Node] = field(default_factory=list)
    pieces: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        """What stands directly in the element."""
        return "".join(self.pieces)

    def all(self, tag: str) -> Iterator[Node]:
        """Yield the children of a tag."""
        return (child for child in self.children if child.tag == tag)

    def said(self, tag: str) -> str:
        """Return the text of the first child of a tag, without blanks around it; empty where there is none."""
        return next((child.text.strip() for child in self.all(tag)), "")

    def hrefs(self) -> list[str]:
        """Return the addresses in the element."""
        return [href for node in self.all(f"{D}href") if (href := node.text.strip())]

    def has(self, tag: str) -> bool:
        """Tell whether there is a child of a tag."""
        return any(True for _ in self.all(tag))


@dataclass(frozen=True, slots=True)
class Told:
    """What is told of one resource. status: of the resource as a whole, 200 where only its properties have one."""

    href: str
    status: int
    properties: dict[str, Node]

    def text(self, tag: str) -> str:
        """Return a property's text without blanks around it, empty where it is not told."""
        return self.properties[tag].text.strip() if tag in self.properties else ""


@dataclass(slots=True)
class Multistatus:
    """An answer about many resources. token: how far it goes, of a sync-collection report."""

    told: list[Told] = field(default_factory=list)
    token: str = ""


def read(data: bytes) -> Multistatus:
    """Return what an answer tells. Raises BadXml."""
    return _Reader().read(data)


class _Reader:
    def __init__(self) -> None:
        self._found = Multistatus()
        self._stack: list[Node] = []
        self._in_part = 0

    def read(self, data: bytes) -> Multistatus:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._refuse
        parser.EntityDeclHandler = self._refuse
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        try:
            parser.Parse(data, True)  # noqa: FBT003  it takes no name
        except (expat.ExpatError, ValueError, LookupError) as error:
            raise error if isinstance(error, BadXml) else BadXml(str(error)) from error
        return self._found

    def _refuse(self, *_: object) -> None:
        raise BadXml("it brings its own types or entities")

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._in_part += 1
        if len(self._stack) >= _DEEPEST or self._in_part > _MOST_IN_PART or len(self._found.told) > _MOST_PARTS:
            raise BadXml("it is nested deeper, or goes on longer, than any answer should")
        self._stack.append(Node(tag, attributes))

    def _text(self, text: str) -> None:
        self._stack[-1].pieces.append(text)

    def _end(self, _tag: str) -> None:
        node = self._stack.pop()
        if len(self._stack) > 1:
            self._stack[-1].children.append(node)
        elif self._stack:
            self._in_part = 0
            if node.tag == f"{D}response":
                self._found.told += _told(node)
            elif node.tag == f"{D}sync-token":
                self._found.token = node.text.strip()


def _told(response: Node) -> Iterator[Told]:
    """Yield what a part of an answer tells; it may name several resources that fare alike."""
    said = response.said(f"{D}status")
    properties: dict[str, Node] = {}
    for propstat in response.all(f"{D}propstat"):
        if _status(propstat.said(f"{D}status")) < 300:
            for prop in propstat.all(f"{D}prop"):
                properties |= {node.tag: node for node in prop.children}
    for href in response.hrefs():
        yield Told(href, _status(said), properties)


def _status(line: str) -> int:
    """Return the number in `HTTP/1.1 404 Not Found`; 200 where nothing is said."""
    words = line.split()
    return int(words[1]) if len(words) > 1 and words[1].isdecimal() and len(words[1]) == 3 else 200


def propfind(*tags: str) -> bytes:
    """Return the question for properties."""
    return _document("DAV:}propfind", _prop(tags))


def sync_collection(token: str) -> bytes:
    """Return the question for what has changed since a token, for everything if it is empty."""
    asked = f"<d:sync-token>{escape(token)}</d:sync-token><d:sync-level>1</d:sync-level>"
    return _document("DAV:}sync-collection", asked + _prop((f"{D}getetag", f"{D}getcontentlength")))


def multiget(question: str, data: str, hrefs: Iterable[str]) -> bytes:
    """Return the question for the content of resources. question, data: the tags of the report and of the content."""
    return _document(question, _prop((f"{D}getetag", data)) + "".join(f"<d:href>{escape(h)}</d:href>" for h in hrefs))


def _prop(tags: Iterable[str]) -> str:
    return f"<d:prop>{''.join(f'<{_name(tag)}/>' for tag in tags)}</d:prop>"


def _name(tag: str) -> str:
    space, _, name = tag.rpartition("}")
    return f"{_PREFIXES[space + '}']}:{name}"


def _document(tag: str, inside: str) -> bytes:
    spaces = "".join(f' xmlns:{prefix}="{space[:-1]}"' for space, prefix in _PREFIXES.items())
    name = _name(tag)
    return f'<?xml version="1.0" encoding="utf-8"?><{name}{spaces}>{inside}</{name}>'.encode()
