"""Who takes part in a message, in which role: read from its header fields alone.

Three habits of real mail are undone here. A list that rewrites `From: Ana via list <list@...>` hides its author, who is
looked up where the list kept her. Mail that left Exchange names people in X-From and X-To, position by position, beside
the addresses in From and To. And a Bcc that repeats the Cc, as converted archives have it, is nobody new.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from weakties.facts import handles
from weakties.facts.handles import Handle
from weakties.facts.model import Role
from weakties.sources.addresses import PLACE, Mailbox, mailboxes, person_name
from weakties.sources.headers import Headers

# How many people a message that went to a list alone is for; nobody knows, but many.
LIST_SIZE = 1_000

_ADDRESS = re.compile(r"[\w.+%=~-]{1,100}@[\w-]{1,100}(?:\.[\w-]{1,100}){1,10}")
_LIST_ID = re.compile(r"<\s*([^<>\s]{1,200})\s*>")
_VIA = re.compile(r"(.{1,200}?),?\s+(?:\(?via|por|über|par)\s+.{1,200}", re.IGNORECASE)
_EZMLM = re.compile(r"(?:contact\s+)?([\w.+-]{1,100})-help@([\w.-]{1,200})")
_DELIVERED = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-delivered-to", "x-apparently-to")
_LIST_FIELDS = ("list-post", "x-beenthere", "x-mailing-list", "mailing-list")


@dataclass(slots=True)
class Parties:
    """The people of one message. parts: (handle, role, name), each handle once in a role; recipients: To, Cc and Bcc."""

    author: Handle
    author_name: str
    parts: list[tuple[Handle, Role, str]] = field(default_factory=list)
    recipients: list[Mailbox] = field(default_factory=list)
    lists: list[Handle] = field(default_factory=list)
    group_size: int = 1

    def add(self, people: Iterable[Mailbox], role: Role, without: Iterable[Handle] = ()) -> None:
        """Add people in a role, each once; those in without are left out."""
        seen = set(without)
        for handle, name in people:
            if handle not in seen:
                seen.add(handle)
                self.parts.append((handle, role, name))

    def others(self) -> list[Handle]:
        """Return the handles in To and Cc, by which two copies of one message are known to be the same."""
        return [handle for handle, role, _ in self.parts if role in {"to", "cc"}]


def read_parties(headers: Headers) -> Parties | None:
    """Return who takes part in a message; None where nobody is named as its author."""
    authors = _named(headers, "from")
    if not authors:
        return None
    lists = list_handles(headers)
    if lists:
        authors = _behind_list(headers, authors, lists)
    found = Parties(author=authors[0][0], author_name=authors[0][1], lists=lists)
    to, cc, bcc = (_named(headers, name) for name in ("to", "cc", "bcc"))
    found.add(authors, "from")
    author_handles = [handle for handle, _ in authors]
    if "sender" in headers:
        found.add(mailboxes(headers.first("sender")), "sender", without=author_handles)
    if "reply-to" in headers:
        found.add(mailboxes(headers.first("reply-to")), "reply-to", without=[*author_handles, *lists])
    found.add(to, "to")
    found.add(cc, "cc")
    if bcc:
        found.add(bcc, "bcc", without=[handle for handle, _ in (*to, *cc)])
    found.add(_delivered(headers), "delivered", without=lists)
    found.add([(handle, "") for handle in lists], "list")
    found.recipients = [(handle, name) for handle, role, name in found.parts if role in {"to", "cc", "bcc"}]
    people = {handle for handle, _ in found.recipients} - set(author_handles)
    found.group_size = LIST_SIZE if lists and not people - set(lists) else max(len(people), 1)
    return found


def _named(headers: Headers, field_name: str) -> list[Mailbox]:
    """Return the people of a field, with names from its Exchange twin (X-From beside From) where that has them."""
    values = headers.all(field_name)
    people = [person for value in values for person in mailboxes(value)] if values else []
    if "x-from" not in headers:
        return people
    twin = headers.first(f"x-{field_name}")
    if not twin:
        return people
    named = mailboxes(twin)
    if not people:
        return named
    if len(named) == len(people):
        return [(handle, name or other) for (handle, name), (_, other) in zip(people, named, strict=True)]
    if len(people) == 1 and not people[0][1]:
        # One person whose unquoted "Lopez, Ana" looks like two.
        return [(people[0][0], person_name(twin))] if twin.count(",") == 1 else people
    return people


def _behind_list(headers: Headers, authors: list[Mailbox], lists: list[Handle]) -> list[Mailbox]:
    """Return the author behind a list that put its own address into From."""
    handle, name = authors[0]
    via = _VIA.fullmatch(name)
    if handle not in lists and not via:
        return authors
    for field_name in ("x-original-from", "x-mailfrom", "reply-to"):
        kept = [person for person in mailboxes(headers.first(field_name)) if person[0] not in lists]
        if kept and kept[0][0] != handle:
            return [(kept[0][0], kept[0][1] or (handles.clean_name(via[1]) if via else ""))]
    if via and handle in lists and (bare := handles.bare_name(via[1], PLACE)):
        return [(bare, handles.clean_name(via[1]))]
    return authors


def _delivered(headers: Headers) -> list[Mailbox]:
    found = [value for name in _DELIVERED if name in headers for value in headers.all(name)]
    # ezmlm marks its own deliveries: "mailing list exmh@example.com".
    return [person for value in found if not value.startswith("mailing list") for person in mailboxes(value)]


@lru_cache(maxsize=1_024)
def _list_address(value: str) -> Handle | None:
    """Return the first address in a field that list programs write."""
    match = _ADDRESS.search(_EZMLM.sub(r"\1@\2", value) if "-help@" in value else value)
    return handles.email(match[0]) if match else None


def list_handles(headers: Headers) -> list[Handle]:
    """Return the lists that carried a message: by their own address, else by their List-Id."""
    found: list[Handle] = []
    for name in _LIST_FIELDS:
        if name in headers:
            handle = _list_address(headers.first(name)[:2_000])
            if handle and handle not in found:
                found.append(handle)
    if not found and "list-id" in headers:
        value = headers.first("list-id")
        match = _LIST_ID.search(value)
        identifier = (match[1] if match else value.split()[-1] if value else "").strip("<>").lower()
        if identifier:
            found.append(Handle(f"list:{identifier[:200]}"))
    return found
