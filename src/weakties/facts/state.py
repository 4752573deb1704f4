"""The small SQL database of what the user said: decisions, tombstones of those to be forgotten, accounts that were connected."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from weakties.errors import HomeError
from weakties.facts.home import Home, guarded

_SCHEMA = """
    CREATE TABLE IF NOT EXISTS decision (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        author TEXT NOT NULL,
        kind TEXT NOT NULL,
        handle TEXT NOT NULL,
        other TEXT NOT NULL,
        value TEXT NOT NULL,
        undone_at INTEGER
    ) STRICT;
    CREATE TABLE IF NOT EXISTS tombstone (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        author TEXT NOT NULL,
        salt TEXT NOT NULL,
        hashes TEXT NOT NULL,
        pending TEXT
    ) STRICT;
    CREATE TABLE IF NOT EXISTS account (
        id TEXT PRIMARY KEY,
        kind TEXT NOT NULL,
        owner TEXT NOT NULL,
        made_at INTEGER NOT NULL,
        settings TEXT NOT NULL,
        status TEXT
    ) STRICT;
    CREATE TABLE IF NOT EXISTS backup (
        id INTEGER PRIMARY KEY,
        at INTEGER NOT NULL,
        path TEXT NOT NULL
    ) STRICT;
"""


@contextmanager
def opened(home: Home) -> Iterator[sqlite3.Connection]:
    """Open the database, made if it is not there; what is written is kept at the end or not at all. Raises HomeError."""
    with guarded(home):
        try:
            if not home.state.exists():
                home.state.touch(mode=0o600)
            database = sqlite3.connect(home.state, timeout=30)
            try:
                # Readers and a writer do not block each other, and a killed writer leaves the last whole state.
                database.execute("PRAGMA journal_mode = WAL")
                # What is deleted is overwritten, not only unlisted.
                database.execute("PRAGMA secure_delete = ON")
                database.executescript(_SCHEMA)
                with database:
                    yield database
            finally:
                database.close()
        except (sqlite3.DatabaseError, UnicodeDecodeError) as error:
            # Of a damaged file even the words of the error may be none.
            raise HomeError(
                f"{home.state} cannot be used: {error}.", hint="Restore it from a backup, or run weakties doctor."
            ) from error


@contextmanager
def read(home: Home) -> Iterator[sqlite3.Connection]:
    """Open the database to look into it, also in a home that can only be read: SQLite needs room for its log even to read."""
    if home.writable:
        with opened(home) as database:
            yield database
        return
    with TemporaryDirectory(prefix="weakties-") as folder:
        copy = Home(Path(folder))
        for end in ("", "-wal"):
            path = home.state.with_name(home.state.name + end)
            if path.exists():
                shutil.copyfile(path, copy.state.with_name(path.name))
        with opened(copy) as database:
            yield database


def copy(home: Home, target: Path) -> Path:
    """Copy the database as it is at one moment, whoever writes to it meanwhile, and return where the copy is."""
    target.touch(mode=0o600)
    with opened(home) as database, closing(sqlite3.connect(target)) as other:
        database.backup(other)
    return target


def note_backup(home: Home, path: Path, *, at: int) -> None:
    """Write down that a backup was made. at: seconds UTC."""
    with opened(home) as database:
        database.execute("INSERT INTO backup (at, path) VALUES (?, ?)", (at, str(path)))


def backups(home: Home) -> list[tuple[int, str]]:
    """Return (seconds UTC, path) of the backups that were made of this home, the oldest first."""
    if not home.state.exists():
        return []
    with read(home) as database:
        return database.execute("SELECT at, path FROM backup ORDER BY id").fetchall()


def of_text(text: str | None) -> Any:
    """Return what a column of JSON holds. Raises sqlite3.DatabaseError, as for any damage, where it holds none."""
    try:
        return msgspec.json.decode(text or "")
    except msgspec.DecodeError as error:
        raise sqlite3.DatabaseError(f"a text in it is damaged: {error}") from error


def squeeze(home: Home) -> None:
    """Write the database anew, so that nothing deleted is left in it or in its log."""
    with opened(home) as database:
        database.execute("VACUUM")
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
