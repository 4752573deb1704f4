"""What a surface keeps in a database of its own beside the home's, and how somebody is taken out of that too.

The page keeps accounts, sessions and saved views in `web.sqlite`. A view may be called after somebody, a search in it may be
their name, and a session holds the last message that was shown. Of the surfaces nothing is known here but these tables: a row
that names somebody forgotten goes as a whole, for it says nothing without the name. So do sessions that know of questions put off,
by marks against which an address could be tried.
"""

from __future__ import annotations

import base64
import re
import sqlite3
import zlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from pathlib import Path
from urllib.parse import unquote_plus

from weakties.errors import HomeError
from weakties.facts.home import Home, guarded
from weakties.facts.scrub import Marks

FILE = "web.sqlite"
_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})")
# What a session that knows of questions put off holds.
_PUT_OFF = '"later"'


def _signed(text: str) -> str:
    """Return what a signed session says: `data:time:signature`, packed where it begins with a point."""
    body = text.partition(":")[0]
    try:
        data = base64.urlsafe_b64decode(body.lstrip(".") + "=" * (-len(body.lstrip(".")) % 4))
        said = (zlib.decompress(data) if body.startswith(".") else data).decode("utf-8", "replace")
    except (ValueError, zlib.error):
        return text
    # JSON within JSON: what is not ASCII is written by its number, behind as many strokes as it lies deep.
    plain = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), said)
    return plain.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


# table -> its columns that may name somebody, each with how its text is read
TABLES: Mapping[str, Mapping[str, Callable[[str], str]]] = {
    "web_savedview": {"name": str, "query": unquote_plus},
    "django_session": {"session_data": _signed},
    "web_token": {"name": str},
    "web_failure": {"name": str},
}


def erase(home: Home, marks: Marks) -> None:
    """Take out every row that names the marked, and leave nothing of it on the disk."""
    with guarded(home):
        for path, database in _there(home):
            with database:
                for table, row in _bearing(database, marks, also=_PUT_OFF):
                    database.execute(f"DELETE FROM {table} WHERE rowid = ?", (row,))  # noqa: S608  our own names
            # What was deleted earlier may still lie in the log.
            with suppress(sqlite3.OperationalError):
                database.execute("VACUUM")
                database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            path.chmod(0o600)


def left(home: Home, marks: Marks) -> list[str]:
    """Return the tables in which something of the marked is left."""
    return sorted({table for _, database in _there(home) for table, _ in _bearing(database, marks)})


def copy(home: Home, target: Path) -> None:
    """Copy the database into a folder as it is at one moment, whoever writes to it meanwhile; nobody stays signed in in it."""
    for path, database in _there(home):
        (target / path.name).touch(mode=0o600)
        with closing(sqlite3.connect(target / path.name)) as other:
            database.backup(other)
            for table in ("django_session", "web_ticket"):
                # A page that was never served has no such table yet.
                with suppress(sqlite3.OperationalError), other:
                    other.execute(f"DELETE FROM {table}")  # noqa: S608  our own names
            other.execute("PRAGMA journal_mode = DELETE")


def _there(home: Home) -> Iterator[tuple[Path, sqlite3.Connection]]:
    """Yield the database with a connection, where there is one."""
    path = home.path / FILE
    if not path.exists():
        return
    try:
        with closing(sqlite3.connect(path, timeout=30)) as database:
            database.execute("PRAGMA secure_delete = ON")
            yield path, database
    except sqlite3.DatabaseError as error:
        raise HomeError(
            f"{path} cannot be used: {error}.",
            hint="Move it away: it holds sessions and saved views, and is made anew.",
        ) from error


def _bearing(database: sqlite3.Connection, marks: Marks, *, also: str = "") -> Iterator[tuple[str, int]]:
    """Yield the rows that name the marked, as table and row; and those sessions that hold what is said besides."""
    here = {name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()}
    for table, columns in TABLES.items():
        if table not in here:
            continue
        query = f"SELECT rowid, {', '.join(columns)} FROM {table}"  # noqa: S608  our own names
        for row, *texts in database.execute(query).fetchall():
            read = [how(text or "") for how, text in zip(columns.values(), texts, strict=True)]
            put_off = also and table == "django_session" and any(also in text for text in read)
            if put_off or any(marks.without(text) != text for text in read):
                yield table, row
