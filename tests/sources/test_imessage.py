"""Messages on a Mac: words in archived objects, clocks, groups, reactions, nothing written beside the database."""

from __future__ import annotations

import gzip
import sqlite3
import zipfile
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.facts.model import Extract
from weakties.sources import ReadOptions
from weakties.sources.chat import NO_AUTHOR, NO_DATE
from weakties.sources.imessage import PACKED, IMessageSource, words_of
from weakties.testing import source_errors

ME, ANA, BEN = "owner:me", "phone:+14165550100", "email:ben.stone@post.example"
SOURCE = IMessageSource()
# 2026-01-05 09:00 UTC, and the same in nanoseconds since 2001.
AT = 1_767_603_600
APPLE = (AT - 978_307_200) * 10**9
SCHEMA = """
    CREATE TABLE message (ROWID INTEGER PRIMARY KEY, guid TEXT, text TEXT, attributedBody BLOB, handle_id INTEGER, service TEXT,
        date INTEGER, is_from_me INTEGER, item_type INTEGER, associated_message_type INTEGER, date_retracted INTEGER,
        is_spam INTEGER, is_auto_reply INTEGER, error INTEGER, schedule_type INTEGER, is_sent INTEGER);
    CREATE TABLE handle (ROWID INTEGER PRIMARY KEY, id TEXT);
    CREATE TABLE chat (ROWID INTEGER PRIMARY KEY, guid TEXT, style INTEGER, chat_identifier TEXT, account_login TEXT,
        display_name TEXT);
    CREATE TABLE chat_message_join (chat_id INTEGER, message_id INTEGER);
    CREATE TABLE chat_handle_join (chat_id INTEGER, handle_id INTEGER);
    INSERT INTO handle VALUES (1, '+14165550100'), (2, 'ben.stone@post.example');
    INSERT INTO chat VALUES (1, 'iMessage;-;+14165550100', 45, '+14165550100', NULL, NULL);
    INSERT INTO chat VALUES (2, 'iMessage;+;chat881', 43, 'chat881', NULL, 'Choir');
    INSERT INTO chat_handle_join VALUES (1, 1), (2, 1), (2, 2);
"""


def archived(text: str) -> bytes:
    raw = text.encode()
    size = len(raw)
    if size < 0x80:
        length = bytes([size])
    else:
        length = b"\x81" + size.to_bytes(2, "little") if size < 0x8000 else b"\x82" + size.to_bytes(4, "little")
    return (
        b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x19NSMutableAttributedString\x00\x84\x84\x12NSAttributedString"
        b"\x00\x84\x84\x08NSObject\x00\x85\x92\x84\x84\x84\x0fNSMutableString\x01\x84\x84\x08NSString\x01\x95\x84\x01+"
        + length
        + raw
        + b"\x86\x84\x02iI\x01\x05\x92\x84\x84\x84\x0cNSDictionary\x00"
    )


def write(path: Path, messages: Iterable[dict[str, Any]], *, wal: bool = False) -> Path:
    """Write a database. A message's `chat` is by default the first, its sender the first handle."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript(SCHEMA)
        connection.commit()
        if wal:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA wal_autocheckpoint = 0")
        for number, said in enumerate(messages, start=1):
            row: dict[str, Any] = {"guid": f"G-{number}", "date": APPLE, "handle_id": 1, "service": "iMessage"} | said
            chat = row.pop("chat", 1)
            names, marks = ", ".join(row), ", ".join("?" * len(row))
            connection.execute(f"INSERT INTO message ({names}) VALUES ({marks})", list(row.values()))
            connection.execute("INSERT INTO chat_message_join VALUES (?, ?)", (chat, number))
        connection.commit()
        if wal:
            second = path.with_name(f"{path.name}-wal").read_bytes()
            first = path.read_bytes()
    if wal:
        path.write_bytes(first)
        path.with_name(f"{path.name}-wal").write_bytes(second)
    return path


def read(path: Path) -> list[Extract]:
    return list(SOURCE.read(path, ReadOptions(keep_text=True)))


def people(extracts: list[Extract]) -> list[list[str]]:
    return [[p.handle for p in extract.participations] for extract in extracts]


def reasons(extracts: list[Extract]) -> list[str]:
    return [r.reason for extract in extracts for r in extract.rejected]


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=300))
def test_words_are_found_in_an_archived_object(words: str) -> None:
    assert words_of(archived(words)) == words


@pytest.mark.parametrize("size", [127, 128, 0x7FFF, 0x8000, 70_000])
def test_words_of_any_length(size: int) -> None:
    assert words_of(archived("x" * size)) == "x" * size


@given(st.binary(max_size=80))
def test_any_object_can_be_looked_at(body: bytes) -> None:
    assert isinstance(words_of(body), str)
    assert isinstance(words_of(b"NSString\x01\x95\x84\x01+" + body), str)


@pytest.mark.parametrize("date", [APPLE, APPLE // 10**9])
def test_dates_are_seconds_or_nanoseconds(tmp_path: Path, date: int) -> None:
    assert [e.at for x in read(write(tmp_path / "chat.db", [{"text": "hi", "date": date}])) for e in x.events] == [AT]


@pytest.mark.parametrize("date", [None, "soon", 0, -5, 9 * 10**18, b"x", float("inf")])
def test_no_date_is_told(tmp_path: Path, date: object) -> None:
    assert reasons(read(write(tmp_path / "chat.db", [{"text": "hi", "date": date}]))) == [NO_DATE]


def test_reactions_and_what_is_said_of_the_group_are_no_messages(tmp_path: Path) -> None:
    rows = [{"associated_message_type": kind} for kind in (1000, 2000, 2007, 3005, 4000)]
    rows += [{"item_type": kind} for kind in (1, 2, 3)]
    said = read(
        write(
            tmp_path / "chat.db",
            [*rows, {"text": "hi", "associated_message_type": 0}, {"text": "app", "associated_message_type": 3}],
        )
    )
    assert [e.text for x in said for e in x.events] == ["hi", "app"]
    assert len(said) == 2


def test_a_group_has_its_name_and_all_its_members(tmp_path: Path) -> None:
    rows = [{"chat": 2, "handle_id": 2, "text": "hi"}, {"chat": 2, "is_from_me": 1, "handle_id": 0, "text": "ho"}]
    said = read(write(tmp_path / "chat.db", rows))
    assert people(said) == [[BEN, ME, ANA], [ME, ANA, BEN]]
    assert [(e.subject, e.group_size) for x in said for e in x.events] == [("Choir", 2)] * 2


def test_text_messages_are_a_channel_of_their_own(tmp_path: Path) -> None:
    rows = [{"text": "a", "service": service} for service in ("iMessage", "SMS", "RCS")]
    assert [e.channel for x in read(write(tmp_path / "chat.db", rows)) for e in x.events] == ["imessage", "sms", "sms"]


def test_what_was_not_sent_is_a_draft(tmp_path: Path) -> None:
    rows = [{"is_from_me": 1, "error": 22}, {"is_from_me": 1, "schedule_type": 2, "is_sent": 0}, {"is_spam": 1}, {}]
    said = read(write(tmp_path / "chat.db", rows))
    assert [e.folder for x in said for e in x.events] == ["draft", "draft", "spam", ""]


def test_what_was_unsent_has_no_words(tmp_path: Path) -> None:
    rows = [{"text": None, "attributedBody": archived("oh"), "date_retracted": APPLE}]
    assert [e.text for x in read(write(tmp_path / "chat.db", rows)) for e in x.events] == [""]


def test_nobody_wrote(tmp_path: Path) -> None:
    rows = [{"chat": 2, "handle_id": 0}, {"chat": 9, "handle_id": 9}, {"chat": 9, "handle_id": 0, "is_from_me": 1}]
    assert reasons(read(write(tmp_path / "chat.db", rows))) == [NO_AUTHOR] * 3


def test_the_newest_messages_stand_in_a_second_file_and_nothing_is_changed(tmp_path: Path) -> None:
    path = write(tmp_path / "Messages" / "chat.db", [{"text": "one"}, {"text": "two"}], wal=True)
    before = {file.name: file.read_bytes() for file in path.parent.iterdir()}
    assert source_errors(SOURCE, path.parent) == []
    assert [e.text for x in read(path) for e in x.events] == ["one", "two"]
    assert {file.name: file.read_bytes() for file in path.parent.iterdir()} == before
    path.with_name("chat.db-wal").write_bytes(b"")
    assert read(path) == []
    assert sorted(file.name for file in path.parent.iterdir()) == ["chat.db", "chat.db-wal"]


def test_inside_an_archive_it_is_told_to_unpack(tmp_path: Path) -> None:
    path = write(tmp_path / "chat.db", [{"text": "one"}])
    with zipfile.ZipFile(tmp_path / "messages.zip", "w") as archive:
        archive.write(path, "Messages/chat.db")
    (tmp_path / "x").mkdir()
    (tmp_path / "x" / "chat.db.gz").write_bytes(gzip.compress(path.read_bytes()))
    for packed in (tmp_path / "messages.zip", tmp_path / "x" / "chat.db.gz"):
        assert SOURCE.identify(packed)
        assert reasons(read(packed)) == [PACKED]


def test_the_same_database_a_month_later_says_the_same_of_what_was_there(tmp_path: Path) -> None:
    rows: list[dict[str, Any]] = [{"text": "ok"}, {"text": "ok"}, {"text": "no", "is_from_me": 1}]
    before = [e.id for x in read(write(tmp_path / "a" / "chat.db", rows)) for e in x.events]
    edited = [{"text": "OK!"}, *rows[1:], {"text": "new", "chat": 2}]
    after = [e.id for x in read(write(tmp_path / "b" / "chat.db", edited)) for e in x.events]
    assert len(set(before)) == 3
    assert after[:3] == before


def test_another_database_is_not_ours(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "chat.db")) as connection:
        connection.execute("CREATE TABLE message (ROWID INTEGER PRIMARY KEY, text TEXT)")
        connection.commit()
    assert not SOURCE.identify(tmp_path / "chat.db")


@settings(deadline=None, max_examples=100)
@given(st.integers(0, 30_000), st.binary(max_size=40))
def test_any_bytes_can_be_read(tmp_path_factory: pytest.TempPathFactory, at: int, change: bytes) -> None:
    path = write(tmp_path_factory.mktemp("any") / "chat.db", [{"text": "one"}, {"text": "two", "is_from_me": 1}])
    whole = path.read_bytes()
    path.write_bytes(whole[:at] + change + whole[at + len(change) :])
    assert SOURCE.identify(path) in (True, False)
    assert all(x.events or x.rejected or x.cards for x in read(path))
