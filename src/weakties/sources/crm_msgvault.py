"""The archive of msgvault: one SQLite file of messages from many programs.

Its tables are documented by msgvault ("Data Storage"); those used here have been there since its first version. Of mail it keeps
the originals, which are read like any other mail and have the same ids, so that a mailbox brought in twice counts once. Everything
else is read from the tables: who wrote, who is in the conversation, when.
"""

from __future__ import annotations

import sqlite3
import zlib
from collections.abc import Iterator
from contextlib import closing
from functools import lru_cache
from typing import Any, NamedTuple

from weakties.facts import handles
from weakties.facts.model import (
    NO_TIME,
    Card,
    Event,
    Extract,
    Origin,
    Participation,
    Rejected,
    Role,
    event_id,
    fingerprint,
)
from weakties.sources import ReadOptions, databases
from weakties.sources.chat import CALL, MOST_NAMED, Conversation, clean
from weakties.sources.files import File, rejected
from weakties.sources.folders import folder_named
from weakties.sources.mail import extract_message
from weakties.sources.markup import html_to_text
from weakties.sources.table_dates import moment
from weakties.sources.text import read_text

PLACE = "msgvault"
NO_DATE = "no date that is possible: the message names no moment between 1971 and 2100"
NO_AUTHOR = "no author: the archive does not say who wrote this message"
_PACKED = "an archive of msgvault is read from disk alone: unpack it, then import msgvault.db"
_DAMAGED = "the database is damaged or being written: stop msgvault, copy msgvault.db, then import the copy"

_TABLES = {"messages", "message_recipients", "participants", "conversations", "conversation_participants", "sources"}
_LONGEST_RAW = 64 * 1024 * 1024
_LONGEST_TEXT = 1_000_000
# Millions of steps of SQLite's machine after which the queries for one message are given up.
_MOST_STEPS = 50

_MESSAGES = """
    SELECT m.id, m.conversation_id, m.source_id, m.source_message_id, m.message_type,
        coalesce(m.sent_at, m.received_at, m.internal_date), m.sender_id, m.is_from_me, m.subject
    FROM messages m WHERE m.deleted_at IS NULL ORDER BY m.id
"""
_RAW = """
    SELECT raw_data, compression FROM message_raw WHERE message_id = ? AND raw_format = 'mime' AND length(raw_data) < 67108864
"""
_BODY = "SELECT body_text, body_html FROM message_bodies WHERE message_id = ?"
_RECIPIENTS = """
    SELECT participant_id, recipient_type, display_name FROM message_recipients WHERE message_id = ? ORDER BY id LIMIT 5000
"""
_LABELS = "SELECT l.name FROM message_labels ml JOIN labels l ON l.id = ml.label_id WHERE ml.message_id = ?"
_CONVERSATION = "SELECT source_conversation_id, title, conversation_type FROM conversations WHERE id = ?"
_MEMBERS = (
    "SELECT participant_id FROM conversation_participants WHERE conversation_id = ? ORDER BY participant_id LIMIT 5000"
)
_PERSON = "SELECT email_address, phone_number, display_name FROM participants WHERE id = ?"
_ELSEWHERE = "SELECT identifier_type, identifier_value FROM participant_identifiers WHERE participant_id = ? ORDER BY id LIMIT 20"
_SOURCE = "SELECT source_type, identifier FROM sources WHERE id = ?"
_MINE = "SELECT address FROM account_identities ORDER BY address LIMIT 1000"
_ACCOUNTS = "SELECT identifier FROM sources ORDER BY id LIMIT 1000"

_CHANNELS = {
    "email": "email", "imessage": "imessage", "sms": "sms", "mms": "sms", "rcs": "sms", "google_voice_text": "sms",
    "fbmessenger": "facebook", "synctech_sms_call": CALL, "google_voice_call": CALL, "google_voice_voicemail": CALL, "twilio": "sms",
    "calendar_event": "meeting", "meeting_transcript": "meeting",
}  # fmt: skip
_ROLES: dict[str, Role] = {"to": "to", "cc": "cc", "bcc": "bcc"}
# Kinds of handles that the archive names by the same word.
_KINDS = frozenset({"slack", "telegram", "linkedin", "x", "github", "facebook", "instagram"})


def is_msgvault(file: File) -> bool:
    """Tell by its tables whether a file is an archive of msgvault."""
    if not file.head.startswith(databases.MAGIC):
        return False
    path = databases.on_disk(file)
    if path is None:
        return b"conversation_participants" in file.head and b"source_message_id" in file.head
    columns = ("source_message_id", "message_type", "sender_id")
    return databases.has(path, _TABLES, table="messages", columns=columns, steps=_MOST_STEPS)


def read_archive(file: File, options: ReadOptions, reader: int) -> Iterator[Extract]:
    """Yield what each message of an archive says, and first which addresses are its owner's."""
    path = databases.on_disk(file)
    if path is None:
        yield rejected(file, 0, _PACKED)
        return
    last = 0
    try:
        with closing(databases.opened(path, steps=_MOST_STEPS)) as connection:
            archive = _Archive(connection, file, options, reader)
            yield from archive.owner()
            for row in connection.execute(_MESSAGES):
                last = row[0] if isinstance(row[0], int) else last
                databases.patient(connection, steps=_MOST_STEPS)
                yield archive.says(row)
    except databases.BROKEN:
        yield rejected(file, last + 1, _DAMAGED)


class _Person(NamedTuple):
    handle: str
    name: str


class _Talk(NamedTuple):
    key: str
    title: str
    members: tuple[_Person, ...]


class _Archive:
    """An archive being read."""

    def __init__(self, connection: sqlite3.Connection, file: File, options: ReadOptions, reader: int) -> None:
        self._connection, self._file, self._options, self._reader = connection, file, options, reader
        self._missing: set[str] = set()
        self._person = lru_cache(maxsize=50_000)(self._find_person)
        self._talk = lru_cache(maxsize=1_000)(self._find_talk)
        self._source = lru_cache(maxsize=1_000)(self._find_source)

    def owner(self) -> Iterator[Extract]:
        """Yield a card for whoever owns the archive: the addresses confirmed as hers, else those of the accounts."""
        found = self._rows(_MINE) or self._rows(_ACCOUNTS)
        mine = [self._own(_text(row[0])) for row in found]
        if known := tuple(dict.fromkeys(handle for handle in mine if handle)):
            yield Extract(cards=[Card(self._options.me, NO_TIME, self._file.origin(0), handles=known)])

    def _own(self, text: str) -> str | None:
        return handles.email(text) or (handles.number(text, self._options.region) if text.startswith("+") else None)

    def says(self, row: tuple[Any, ...]) -> Extract:
        """Return what a message says. row: as `_MESSAGES` has it."""
        number, conversation, source, own, kind, sent, sender, mine, subject = row
        origin = self._file.origin(number if isinstance(number, int) else 0)
        kind = _text(kind)
        if kind == "email" and (raw := self._raw(number)):
            return extract_message(raw, origin, folder=self._folder(number), options=self._options)
        at = moment(_text(sent))
        if at is None:
            return Extract(rejected=[Rejected(origin, NO_DATE)])
        named = self._recipients(number)
        author = self._person(sender) if isinstance(sender, int) else None
        author = author or next((person for person, role in named if role == "from"), None)
        if author is None and mine in (1, True):
            author = _Person(self._options.me, "")
        if author is None:
            return Extract(rejected=[Rejected(origin, NO_AUTHOR)])
        body = self._body(number)
        own_id = f"{self._source(source)}\x00{_text(own) or number}"
        talk = self._talk(conversation)
        if kind == "email":
            return self._mail(own_id, at, author, named, _text(subject), body, talk, origin, self._folder(number))
        members = {author.handle: author.name}
        for person in (*(person for person, _ in named), *talk.members):
            members.setdefault(person.handle, person.name)
        channel = _CHANNELS.get(kind) or (kind if kind.isascii() and kind.isalnum() and len(kind) < 20 else "message")
        title = _text(subject)[:500] or (talk.title if len(members) > 2 else "")
        said = Conversation(channel, talk.key, members, reader=self._reader, options=self._options, title=title)
        if channel == CALL:
            return said.calls(author.handle, at, origin, own_id=own_id)
        extract = said.says(author.handle, at, body, origin, own_id=own_id)
        return _as_meeting(extract) if channel == "meeting" else extract

    def _mail(
        self,
        own_id: str,
        at: int,
        author: _Person,
        named: list[tuple[_Person, str]],
        subject: str,
        body: str,
        talk: _Talk,
        origin: Origin,
        folder: str,
    ) -> Extract:
        """Return what a mail says of which the original is not kept."""
        to: dict[str, tuple[str, Role]] = {}
        for person, role in named:
            if role in _ROLES:
                to.setdefault(person.handle, (person.name, _ROLES[role]))
        others = [(handle, name) for handle, (name, _) in to.items()]
        reading = read_text(body, subject=subject, author=author.handle, author_name=author.name, recipients=others)
        event = Event(
            event_id("email", own_id),
            fingerprint("email", at, author.handle, to, subject),
            at,
            "email",
            event_id("thread", f"{PLACE} {talk.key}"),
            subject,
            origin,
            self._reader,
            terms=" ".join(reading.terms),
            group_size=max(len(to), 1),
            folder=folder,
            asks=reading.asks,
            text=reading.own_words if self._options.keep_text else "",
        )
        parts = [Participation(event.id, author.handle, "from", author.name)]
        parts += [Participation(event.id, handle, role, name) for handle, (name, role) in list(to.items())[:MOST_NAMED]]
        return Extract(events=[event], participations=parts)

    def _rows(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """Return the rows of a query, none where an older archive does not have its table."""
        if query in self._missing:
            return []
        try:
            return self._connection.execute(query, values).fetchmany(10_000)
        except sqlite3.OperationalError as error:
            if "no such" not in str(error):
                raise
            self._missing.add(query)
            return []

    def _raw(self, number: int) -> bytes:
        for data, compression in self._rows(_RAW, number):
            if not isinstance(data, bytes):
                continue
            if compression != "zlib":
                return data[:_LONGEST_RAW]
            try:
                return zlib.decompressobj().decompress(data, _LONGEST_RAW)
            except zlib.error:
                return b""
        return b""

    def _body(self, number: int) -> str:
        for text, markup in self._rows(_BODY, number):
            if text := _text(text)[:_LONGEST_TEXT]:
                return text
            return html_to_text(_text(markup)[:_LONGEST_TEXT])
        return ""

    def _folder(self, number: int) -> str:
        found = {folder_named(_text(row[0])) for row in self._rows(_LABELS, number)}
        return next(
            (folder for folder in ("draft", "spam", "trash", "sent", "inbox", "archive") if folder in found), ""
        )

    def _recipients(self, number: int) -> list[tuple[_Person, str]]:
        found = []
        for participant, role, name in self._rows(_RECIPIENTS, number):
            if person := self._person(participant):
                shown = handles.clean_name(_text(name)[:500]) or person.name
                found.append((person._replace(name=shown), _text(role)))
        return found

    def _find_person(self, number: int) -> _Person | None:
        for address, phone, name in self._rows(_PERSON, number):
            shown = handles.clean_name(_text(name)[:500])
            handle = (
                handles.email(_text(address))
                or handles.number(_text(phone), self._options.region)
                or self._elsewhere(number)
            )
            handle = handle or handles.bare_name(shown, PLACE)
            return _Person(handle, "" if handles.email(shown) else shown) if handle else None
        return None

    def _elsewhere(self, number: int) -> str | None:
        for kind, value in self._rows(_ELSEWHERE, number):
            kind, value = _text(kind), _text(value)[:300]
            if found := handles.email(value) or (
                handles.number(value, self._options.region) if kind in {"phone", "whatsapp"} else None
            ):
                return found
            if kind in _KINDS and value:
                return f"{kind}:{value.lower()}"
        return None

    def _find_talk(self, number: int) -> _Talk:
        for own, title, _kind in self._rows(_CONVERSATION, number):
            people = [self._person(row[0]) for row in self._rows(_MEMBERS, number)]
            return _Talk(
                _text(own) or str(number), handles.clean_name(_text(title)[:500]), tuple(p for p in people if p)
            )
        return _Talk(str(number), "", ())

    def _find_source(self, number: int) -> str:
        return next((f"{_text(kind)}:{_text(name)}" for kind, name in self._rows(_SOURCE, number)), str(number))


def _as_meeting(extract: Extract) -> Extract:
    """Return what was said in a meeting as the meeting: an organizer and those who attended."""
    extract.participations = [
        Participation(part.event, part.handle, "organizer" if part.role == "from" else "attendee", part.name)
        for part in extract.participations
    ]
    return extract


def _text(value: object) -> str:
    return clean(value).strip() if isinstance(value, str) else str(value) if isinstance(value, int) else ""
