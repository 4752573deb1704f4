"""The records of the house: what a source can say, as frozen structures, and their tables on disk.

Tables are flat: the costliest part of every engine is nested lists, so there are none. Times are int64 seconds since
1970 UTC. Every record carries its `Origin`, so that each number can be opened down to the source.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable
from typing import Literal

import msgspec

Role = Literal["from", "sender", "reply-to", "to", "cc", "bcc", "delivered", "list", "organizer", "attendee"]
LinkKind = Literal["introduced", "mentioned", "connected", "follows", "family", "reports-to", "endorsed", "recommended"]

# Where a record has no day of its own (a card in an address book).
NO_TIME = -(2**62)


class Origin(msgspec.Struct, frozen=True, gc=False):
    """Where a record stands: the file inside what was imported, and its byte offset or row number there.

    file: path below the imported path, `""` for the path itself; a file inside an archive is `archive.zip!inner`.
    at: offset in bytes from the start of the (unpacked) file, or a row number counted from 1 for tables.
    """

    file: str
    at: int


class Event(msgspec.Struct, frozen=True, gc=False):
    """Something that happened between people: a message, a meeting, a call.

    id: 12 characters made from the event's own id (of mail: Message-ID, second and author), else from what it says of itself.
    fingerprint: 12 characters made from time, author, recipients and subject: the same message that arrived by another
    route with another id has the same one. at: seconds UTC. group_size: people it was for, its author not counted.
    duration: seconds, 0 where it has none. bulk: what the headers say of machines, words joined by blanks (`weakties.
    sources.bulk`). folder: `sent`, `inbox`, `draft` ... where the source says so. terms: topic words joined by blanks.
    asks: whether its own words ask something of the reader. text: kept only when the user asked for it.
    reader: version of the reader that said all this.
    """

    id: str
    fingerprint: str
    at: int
    channel: str
    thread: str
    subject: str
    origin: Origin
    reader: int
    terms: str = ""
    group_size: int = 1
    duration: int = 0
    bulk: str = ""
    folder: str = ""
    asks: bool = False
    text: str = ""


class Participation(msgspec.Struct, frozen=True, gc=False):
    """One handle's part in one event. name: as written there, empty where nothing is written."""

    event: str
    handle: str
    role: Role
    name: str = ""


class Card(msgspec.Struct, frozen=True, gc=False):
    """What a source says of a person on a day.

    handle: whom it speaks of. handles: further handles that the card gives to the same person. at: seconds UTC of the
    saying, `NO_TIME` where unknown. birthday: `YYYY-MM-DD` or `--MM-DD`. event: the event it was read from, or empty.
    """

    handle: str
    at: int
    origin: Origin
    name: str = ""
    handles: tuple[str, ...] = ()
    organisation: str = ""
    title: str = ""
    location: str = ""
    birthday: str = ""
    relation: str = ""
    connected_on: int = NO_TIME
    event: str = ""


class Link(msgspec.Struct, frozen=True, gc=False):
    """A declared or observed relation between two handles.

    by: who made or said it (the introducer of a and b), empty where it is `a` herself. event: where it was seen.
    """

    kind: LinkKind
    a: str
    b: str
    at: int
    origin: Origin
    by: str = ""
    event: str = ""


class Deal(msgspec.Struct, frozen=True, gc=False):
    """A piece of business: id in its own system, stage as written there, amount in its currency's units."""

    id: str
    at: int
    name: str
    organisation: str
    stage: str
    origin: Origin
    amount: float = 0.0
    currency: str = ""
    closes_on: int = NO_TIME


class Item(msgspec.Struct, frozen=True, gc=False):
    """Something worth sharing: an article, a post. terms: topic words joined by blanks."""

    id: str
    at: int
    title: str
    address: str
    origin: Origin
    terms: str = ""


class Rejected(msgspec.Struct, frozen=True, gc=False):
    """A record that could not be read: where it stands and why, in words for its owner.

    kind: which count it belongs to: `events`, `cards`, `links`, `deals` or `items`.
    """

    origin: Origin
    reason: str
    kind: str = "events"


class Extract(msgspec.Struct):
    """All that one record of a source says. Exactly one of `events`, `cards`, `rejected` is usually not empty."""

    events: list[Event] = []
    participations: list[Participation] = []
    cards: list[Card] = []
    links: list[Link] = []
    deals: list[Deal] = []
    items: list[Item] = []
    rejected: list[Rejected] = []


def event_id(channel: str, own_id: str) -> str:
    """Return the id of an event from what tells it from all others, e.g. `event_id("call", "2026-01-05 +14165550100")`."""
    return _short_hash((channel, own_id))


def fingerprint(channel: str, at: int, author: str, others: Iterable[str], subject: str) -> str:
    """Return what is equal for two copies of one event that do not share an id.

    author, others: handles; the order and the repetition of the others do not count, nor case and blanks of the subject.
    """
    words = " ".join(subject.casefold().split())
    return _short_hash((channel, str(at), author, *sorted(set(others)), "", words))


def _short_hash(parts: Iterable[str]) -> str:
    # 72 bits: two of ten million events share one with a chance of 1e-8; 12 characters, which engines hold in place.
    joined = "\x00".join(parts).encode("utf-8", "surrogatepass")
    return urlsafe_b64encode(hashlib.blake2b(joined, digest_size=9).digest()).decode("ascii")
