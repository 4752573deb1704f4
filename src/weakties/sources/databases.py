"""SQLite files of other programs: opened so that nothing of theirs changes, and so that a hostile one cannot keep us busy."""

from __future__ import annotations

import itertools
import sqlite3
from collections.abc import Iterable
from contextlib import closing
from pathlib import Path
from urllib.parse import quote

from weakties.sources.files import File

MAGIC = b"SQLite format 3\x00"
# What a file that is damaged or hostile may make of a query.
BROKEN = (sqlite3.Error, ValueError, OverflowError)
# Steps of SQLite's machine between two looks at how many were made.
_STEP = 1_000_000


def on_disk(file: File) -> Path | None:
    """Return where a database lies on disk, None where it is packed or none: SQLite reads no stream."""
    if file.path is None:
        return None
    try:
        with file.path.open("rb") as found:
            return file.path if found.read(len(MAGIC)) == MAGIC else None
    except OSError:
        return None


def opened(path: Path, *, steps: int, joined: bool = False) -> sqlite3.Connection:
    """Return a connection that changes nothing, not even the files that SQLite keeps beside a database. Raises sqlite3.Error.

    steps: as in `patient`. joined: with the second file beside it (`-wal`), for which SQLite needs to make a third one.
    """
    how = "mode=ro" if joined else "mode=ro&immutable=1"
    connection = sqlite3.connect(f"file:{quote(str(path))}?{how}", uri=True)
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    try:
        connection.execute("PRAGMA trusted_schema = OFF")
    except sqlite3.Error:
        connection.close()
        raise
    patient(connection, steps=steps)
    return connection


def patient(connection: sqlite3.Connection, *, steps: int) -> None:
    """Begin to count anew the millions of steps after which queries are given up: a hostile file can make a riddle of a table."""
    made = itertools.count(1)
    connection.set_progress_handler(lambda: int(next(made) > steps), _STEP)


def has(path: Path, tables: Iterable[str], *, table: str, columns: Iterable[str], steps: int) -> bool:
    """Tell whether a database has these tables, and one of them these columns; False of a file that is none."""
    try:
        with closing(opened(path, steps=steps)) as connection:
            rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchmany(10_000)
            named = connection.execute("SELECT name FROM pragma_table_info(?)", [table]).fetchmany(1_000)
    except BROKEN:
        return False
    return {row[0] for row in rows}.issuperset(tables) and {row[0] for row in named}.issuperset(columns)
