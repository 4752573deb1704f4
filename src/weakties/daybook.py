"""The daybook: what was worked out for a day, kept beside the build it was worked out from.

The ties of a day follow from the build, the day, the settings and a few of the user's decisions, and from nothing else. So
whoever asks again for that day need not score again. Nothing is lost with a page: one that is missing, damaged or of another
version is worked out anew, and one that cannot be written is not kept.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

from weakties.errors import HomeBusy, HomeError
from weakties.facts.engine import quoted
from weakties.facts.home import Home, write_atomically
from weakties.facts.staging import SEAL, damaged, seal

# Raised whenever the same build would give another page than before.
EDITION = 8
# Pages kept for one build: today's and a few that somebody looks back to.
_PAGES = 8
# Texts kept beside one build: what was learned for each owner and month.
_TEXTS = 32
_FORMAT = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1"


@dataclass(frozen=True, slots=True)
class Page:
    """Where the tables of a day are kept. build: the folder of the build; name: follows from all that the day follows from;
    shelf: with which others of its kind it lies."""

    home: Home
    build: Path
    name: str
    shelf: str = "days"

    @property
    def folder(self) -> Path:
        """The folder of this page."""
        return self.build / self.shelf / self.name


def page(home: Home, build: Path, basis: Sequence[object], *, shelf: str = "days") -> Page:
    """Return the page of a day. basis: all that it follows from besides the build, as JSON can say it."""
    said = json.dumps([EDITION, *basis], sort_keys=True)
    return Page(home, build, hashlib.blake2b(said.encode(), digest_size=8).hexdigest(), shelf)


def open_page(connection: duckdb.DuckDBPyConnection, at: Page, tables: Iterable[str]) -> bool:
    """Put the tables of a page on a connection, before views of the same name; False where there is no whole page."""
    try:
        if not _is_whole(at.folder):
            return False
        for table in tables:
            file = quoted(at.folder / f"{table}.parquet")
            connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS FROM read_parquet({file})")
    except (OSError, duckdb.Error):
        for table in tables:
            connection.execute(f"DROP TABLE IF EXISTS temp.{table}")
        return False
    return True


def keep(
    connection: duckdb.DuckDBPyConnection,
    at: Page,
    tables: Mapping[str, str],
    also: Callable[[Path], None] = lambda _: None,
) -> None:
    """Keep the tables of a day, and the newest pages only; where that cannot be done now, it is not done.

    tables: by what each is ordered; also: writes what is no table into the folder that it gets.
    """
    with suppress(HomeBusy, OSError, duckdb.Error), at.home.lock("derived", seconds=0):
        if _is_whole(at.folder):
            return
        # Not made anew where the build is gone: somebody may have been forgotten meanwhile.
        at.folder.parent.mkdir(mode=0o700, exist_ok=True)
        new = at.folder.with_name(f".{at.name}-{secrets.token_hex(4)}")
        try:
            new.mkdir(mode=0o700)
            for table, order in tables.items():
                # The same day gives the same bytes, however many threads worked it out.
                file = quoted(new / f"{table}.parquet")
                connection.execute(f"COPY (FROM {table} ORDER BY {order}) TO {file} ({_FORMAT})")
            also(new)
            for path in new.iterdir():
                path.chmod(0o700 if path.is_dir() else 0o600)
            seal(new)
            shutil.rmtree(at.folder, ignore_errors=True)
            new.rename(at.folder)
        finally:
            shutil.rmtree(new, ignore_errors=True)
        kept = sorted(at.folder.parent.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[_PAGES:]:
            shutil.rmtree(old, ignore_errors=True)


def recall(build: Path, name: str) -> str | None:
    """Return a text that was kept beside a build; None where there is none, or none that can be read."""
    file = build / "learned" / name
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeError):
        return None
    with suppress(OSError):
        # What is used is kept longest.
        os.utime(file)
    return text


def remember(home: Home, build: Path, name: str, text: str) -> None:
    """Keep a text beside a build; where that cannot be done now, it is not done."""
    folder = build / "learned"
    with suppress(HomeBusy, OSError), home.lock("derived", seconds=0):
        folder.mkdir(mode=0o700, exist_ok=True)
        write_atomically(folder / name, text)
        kept = sorted(folder.iterdir(), key=lambda p: p.stat().st_mtime, reverse=True)
        for old in kept[_TEXTS:]:
            old.unlink()


def _is_whole(folder: Path) -> bool:
    try:
        return (folder / SEAL).exists() and not damaged(folder)
    except HomeError:
        return False
