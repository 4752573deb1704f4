"""Messages on a Mac: its database `chat.db`, and the `sms.db` of an iPhone's backup, which is the same.

The database is read where it lies and nothing is written beside it; the newest messages stand in a second file (`chat.db-wal`),
and with that both are copied to a temporary folder, where SQLite can join them. Since macOS 13 the words of most messages stand
in no column of text but in an archived object (`attributedBody`), of which only the words are decoded. It knows numbers and
addresses alone: names come from an address book.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from weakties.facts import handles
from weakties.facts.model import NO_TIME, Card, Extract
from weakties.sources import ReadOptions, databases
from weakties.sources.chat import NO_AUTHOR, NO_DATE, Conversation, clean
from weakties.sources.dates import possible
from weakties.sources.files import File, FileSource, rejected
from weakties.sources.phone import is_machine, party

CHANNEL = "imessage"
PACKED = "the messages of a Mac are read from disk alone: unpack the archive, then import the folder with chat.db"
DAMAGED = (
    "the database is damaged from here on: quit Messages, copy the folder ~/Library/Messages, then import the copy"
)
NOT_COPIED = (
    "chat.db cannot be copied to a temporary folder, which its newest messages need: quit Messages and make room on the disk, "
    "then import it again"
)

_TABLES = frozenset(["message", "handle", "chat", "chat_message_join"])
_NAMES = frozenset(["chat.db", "sms.db", "3d0d7e5fb2ce288813306e4d4636395e047a3d28"])
# Seconds from 1970 to 2001, where Apple's clocks begin; a larger number than the second is one of nanoseconds.
_APPLE, _NANOSECONDS = 978_307_200, 10**11
_SMS = frozenset(["sms", "mms", "rcs"])
_GROUP = 43
_REACTIONS = range(1_000, 5_000)
_SCHEDULED = 2
_FILTERED = re.compile(r"\((?:sms\w{0,8}|filtered)\)$")
# Bytes of an archived object, characters of a text, that are looked at.
_LONGEST_BODY, _LONGEST_TEXT = 4_000_000, 100_000
_MOST_MEMBERS = 5_000
# Millions of steps of SQLite's machine.
_MOST_STEPS = 200
# Columns that are read; older databases lack some of them.
_COLUMNS = (
    "guid", "text", "attributedBody", "date", "is_from_me", "handle_id", "service", "item_type", "associated_message_type",
    "date_retracted", "is_spam", "is_auto_reply", "error", "schedule_type", "is_sent",
)  # fmt: skip


class IMessageSource(FileSource):
    """The database of Messages on macOS and iOS; see docs/how-to/chats.md."""

    name = CHANNEL
    reader = 1
    suffixes = ("chat.db", "sms.db")

    def claims(self, file: File) -> bool:
        """Tell by its tables whether a file is a database of Messages; inside an archive by its beginning and its name."""
        if not file.head.startswith(databases.MAGIC):
            return False
        path = databases.on_disk(file)
        if path is None:
            return file.base in _NAMES or b"chat_message_join" in file.head
        columns = ("is_from_me", "handle_id", "date")
        return databases.has(path, _TABLES, table="message", columns=columns, steps=_MOST_STEPS)

    def extracts(self, file: File, options: ReadOptions) -> Iterator[Extract]:
        """Yield whose database it is, and what each message says, in the order in which they arrived."""
        path = databases.on_disk(file)
        if path is None:
            yield rejected(file, 0, PACKED)
            return
        last = 0
        try:
            with _readable(path) as connection:
                messages = _Messages(connection, file, options)
                yield from messages.owner()
                for row in messages.rows():
                    last = row.number
                    yield from messages.says(row)
        except databases.BROKEN:
            yield rejected(file, last + 1, DAMAGED)
        except OSError:
            yield rejected(file, last, NOT_COPIED)


def words_of(body: bytes) -> str:
    """Return the words of an archived object (a typedstream with an `NSAttributedString`), empty where there are none.

    They follow the class `NSString`, a plus sign and their length in bytes: one, or 0x81 and two, or 0x82 and four.
    """
    found = body.find(b"NSString", 0, _LONGEST_BODY)
    sign = body.find(b"+", found + 8, found + 32) if found >= 0 else -1
    if sign < 0 or sign + 1 >= len(body):
        return ""
    first, at = body[sign + 1], sign + 2
    wide = {0x81: 2, 0x82: 4}.get(first, 0)
    if not wide and first >= 0x80:
        return ""
    length = int.from_bytes(body[at : at + wide], "little") if wide else first
    return body[at + wide : at + wide + min(length, _LONGEST_BODY)].decode("utf-8", "replace")


@contextmanager
def _readable(path: Path) -> Iterator[sqlite3.Connection]:
    """Give a connection to the whole database: where it lies, or where it has a second file to a copy of both."""
    wal = path.with_name(f"{path.name}-wal")
    if not wal.is_file() or not wal.stat().st_size:
        with closing(databases.opened(path, steps=_MOST_STEPS)) as connection:
            yield connection
        return
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "chat.db"
        for _ in range(3):
            before = path.stat()
            shutil.copyfile(path, copy)
            shutil.copyfile(wal, copy.with_name("chat.db-wal"))
            after = path.stat()
            # The first file changes only while the second is folded into it: then both are copied anew.
            if (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns):
                break
        with closing(databases.opened(copy, steps=_MOST_STEPS, joined=True)) as connection:
            yield connection


class _Row(NamedTuple):
    """A message as the database has it."""

    number: int
    chat: object
    guid: object
    text: object
    body: object
    date: object
    mine: object
    handle: object
    service: object
    kind: object
    reaction: object
    retracted: object
    spam: object
    automatic: object
    error: object
    schedule: object
    sent: object


class _Chat(NamedTuple):
    """A conversation. members: handles of all but the owner; key: what tells it from others."""

    key: str
    title: str
    members: tuple[str, ...]


class _Messages:
    """A database being read."""

    def __init__(self, connection: sqlite3.Connection, file: File, options: ReadOptions) -> None:
        self._connection, self._file, self._options = connection, file, options
        self._handle = lru_cache(maxsize=50_000)(self._find_handle)
        self._chat = lru_cache(maxsize=5_000)(self._find_chat)
        self._talk = lru_cache(maxsize=5_000)(self._find_talk)
        self._columns = {table: self._columns_of(table) for table in ("message", "chat", "handle", "chat_handle_join")}

    def owner(self) -> Iterator[Extract]:
        """Yield a card of whoever owns the database: the accounts that Messages is signed in with."""
        if "account_login" not in self._columns["chat"]:
            return
        found = self._connection.execute("SELECT DISTINCT account_login FROM chat ORDER BY 1 LIMIT 100").fetchall()
        texts = [text[2:] for (text,) in found if isinstance(text, str) and text[:2].upper() in ("E:", "P:")]
        own = [handles.email(clean(text)) or handles.number(clean(text), self._options.region) for text in texts]
        if known := tuple(dict.fromkeys(handle for handle in own if handle)):
            yield Extract(cards=[Card(self._options.me, NO_TIME, self._file.origin(0), handles=known)])

    def rows(self) -> Iterator[_Row]:
        """Yield every message once."""
        has = self._columns["message"]
        chosen = [f"m.{name}" if name in has else "NULL" for name in _COLUMNS]
        chosen[1] = f"substr({chosen[1]}, 1, {_LONGEST_TEXT})"
        chosen[2] = f"substr({chosen[2]}, 1, {_LONGEST_BODY})"
        query = f"""
            SELECT m.ROWID, j.chat_id, {", ".join(chosen)}
            FROM message m LEFT JOIN chat_message_join j ON j.message_id = m.ROWID ORDER BY m.ROWID, j.chat_id
        """  # noqa: S608  the names of columns are ours
        last = None
        for found in self._connection.execute(query):
            databases.patient(self._connection, steps=_MOST_STEPS)
            if found[0] != last:
                last = found[0]
                yield _Row(*found)

    def says(self, row: _Row) -> Iterator[Extract]:
        """Yield what a message says; nothing for reactions and for what Messages itself says of a group."""
        if _number(row.kind) or _number(row.reaction) in _REACTIONS:
            return
        at, mine = _at(row.date), row.mine == 1
        chat = self._chat(row.chat)
        other = self._handle(row.handle) or (chat.members[0] if len(chat.members) == 1 else "")
        author = self._options.me if mine else other
        members = chat.members or ((other,) if other else ())
        reason = NO_DATE if at is None else NO_AUTHOR if not author or not members else ""
        if reason or at is None:
            yield rejected(self._file, row.number, reason)
            return
        channel = "sms" if isinstance(row.service, str) and row.service.lower() in _SMS else CHANNEL
        talk = self._talk(channel, chat.key or "~".join(members), chat.title, members)
        unsent = mine and (_number(row.error) or (row.schedule == _SCHEDULED and row.sent == 0))
        folder = "draft" if unsent else "spam" if row.spam == 1 else ""
        bulk = "auto" if row.automatic == 1 else "bot" if not mine and is_machine(author) else ""
        own_id = row.guid if isinstance(row.guid, str) else ""
        yield talk.says(author, at, _words(row), self._file.origin(row.number), own_id=own_id, folder=folder, bulk=bulk)

    def _columns_of(self, table: str) -> set[str]:
        return {row[1] for row in self._connection.execute(f"PRAGMA table_info({table})").fetchmany(1_000)}

    def _find_handle(self, number: object) -> str:
        if not _number(number):
            return ""
        found = self._connection.execute("SELECT id FROM handle WHERE ROWID = ?", (number,)).fetchone()
        return self._party(found[0]) if found else ""

    def _party(self, text: object) -> str:
        written = _FILTERED.sub("", text[:1_000]) if isinstance(text, str) else ""
        return party(written, CHANNEL, self._options.region)

    def _find_chat(self, number: object) -> _Chat:
        if not _number(number):
            return _Chat("", "", ())
        has = self._columns["chat"]
        chosen = [name if name in has else "NULL" for name in ("guid", "chat_identifier", "display_name", "style")]
        query = f"SELECT {', '.join(chosen)} FROM chat WHERE ROWID = ?"  # noqa: S608  the names of columns are ours
        guid, identifier, title, style = self._connection.execute(query, (number,)).fetchone() or (None,) * 4
        members: list[str] = []
        if self._columns["chat_handle_join"]:
            query = """
                SELECT h.id FROM chat_handle_join j JOIN handle h ON h.ROWID = j.handle_id WHERE j.chat_id = ?
                ORDER BY h.ROWID LIMIT ?
            """
            found = self._connection.execute(query, (number, _MOST_MEMBERS))
            members = list(dict.fromkeys(handle for (text,) in found if (handle := self._party(text))))
        grouped = style == _GROUP or len(members) > 1
        if not members and not grouped and (other := self._party(identifier)):
            members = [other]
        # `iMessage;+;chat123`: by which service the newest message went is no part of a conversation.
        known = guid if isinstance(guid, str) else identifier if isinstance(identifier, str) else ""
        key = clean(known).rpartition(";")[2] if grouped else "~".join(members)
        return _Chat(key, title if grouped and isinstance(title, str) else "", tuple(members))

    def _find_talk(self, channel: str, key: str, title: str, members: tuple[str, ...]) -> Conversation:
        everybody = dict.fromkeys((self._options.me, *members), "")
        return Conversation(
            channel,
            key,
            everybody,
            reader=IMessageSource.reader,
            options=self._options,
            title=handles.clean_name(title),
        )


def _at(date: object) -> int | None:
    """Return seconds UTC of a date in seconds or nanoseconds since 2001."""
    if isinstance(date, bool) or not isinstance(date, int | float) or not 0 < date < 2**63:
        return None
    since = int(date) // 10**9 if date > _NANOSECONDS else int(date)
    return possible(_APPLE + since)


def _words(row: _Row) -> str:
    """Return the words of a message; of one that was unsent there are none."""
    if _number(row.retracted):
        return ""
    text = row.text if isinstance(row.text, str) else ""
    if not text.strip("\ufffc \n") and isinstance(row.body, bytes):
        text = words_of(row.body)
    # Where a picture stands in the text.
    return text.replace("\ufffc", "")


def _number(value: object) -> int:
    """Return a whole number, 0 where it is none."""
    return value if isinstance(value, int) else 0
