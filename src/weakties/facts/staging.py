"""The stage: a hidden folder in which an import is written before it becomes part of the ledger.

Rows are gathered in memory and put on disk a few thousand at a time, so an import of any size needs the same memory.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from filelock import FileLock

from weakties.facts.home import Home, read_json, write_atomically
from weakties.facts.model import Extract
from weakties.facts.tables import TABLES, arrow_schema, arrow_table, rows_of

if TYPE_CHECKING:
    import pyarrow.parquet

PREFIX = ".stage-"
LOCK = ".lock"
SEAL = "digests.json"
# Rows of one table kept in memory before they are written: enough to compress well, few enough to be written while helpers read.
_ROWS_IN_MEMORY = 20_000


class Stage:
    """A hidden folder below the facts; removed on the way out unless it was renamed into the ledger.

    Its lock is taken before the folder exists, so that a sweep by another process never takes a stage in use for the
    leavings of a killed one.
    """

    def __init__(self, home: Home) -> None:
        self.folder = home.facts / f"{PREFIX}{secrets.token_hex(6)}"
        # A sweep that holds the new lock file for a moment, to see whether it is a leaving, is waited for.
        self._lock = lock_of(self.folder, seconds=10)

    def __enter__(self) -> Path:
        self._lock.acquire()
        self.folder.mkdir(mode=0o700)
        return self.folder

    def __exit__(self, *_: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
        # Gone before it is free: whoever waits for it must not win a file that is about to vanish.
        Path(self._lock.lock_file).unlink(missing_ok=True)
        self._lock.release()


def lock_of(stage: Path, *, seconds: float = 0) -> FileLock:
    """Return the lock that whoever writes a stage holds. seconds: how long to wait for it."""
    return FileLock(stage.with_name(stage.name + LOCK), timeout=seconds, mode=0o600)


class Writer:
    """Writes extracts as the fact tables of one import. Use as a context manager; the files are whole after it.

    rows: how many rows each table has so far.
    """

    def __init__(self, folder: Path, import_id: str) -> None:
        self.rows: Counter[str] = Counter()
        self._folder = folder
        self._import = import_id
        self._waiting: dict[str, list[Any]] = {table: [] for table in TABLES}
        self._files: dict[str, pyarrow.parquet.ParquetWriter] = {}

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                for table in TABLES:
                    self._flush(table)
                for table, file in self._files.items():
                    file.close()
                    to_disk(self._folder / f"{table}.parquet")
        finally:
            for file in self._files.values():
                give_up(file)

    def add(self, extract: Extract) -> None:
        """Take what one record says."""
        # A record fills one or two tables as a rule; its rows are made together with thousands of others.
        for table, waiting in self._waiting.items():
            if records := getattr(extract, table):
                waiting += records
                self.rows[table] += len(records)
                if len(waiting) >= _ROWS_IN_MEMORY:
                    self._flush(table)

    def _flush(self, table: str) -> None:
        waiting = self._waiting[table]
        if not waiting:
            return
        rows = dict(rows_of(self._import, Extract(**{table: waiting})))[table]
        if table not in self._files:
            import pyarrow.parquet as pq

            path = self._folder / f"{table}.parquet"
            self._files[table] = pq.ParquetWriter(path, arrow_schema(table), compression="zstd")
        self._files[table].write_table(arrow_table(table, rows))
        waiting.clear()


def give_up(file: pyarrow.parquet.ParquetWriter) -> None:
    """Close a file of which nobody wants to hear any more; one that is closed already is left alone."""
    with suppress(OSError):
        file.close()
    # Else it tries again when it is collected, and tells the screen how that went.
    file.is_open = False


def seal(folder: Path) -> None:
    """Write down the digests of a folder's files, by which damage is found later."""
    write_atomically(folder / SEAL, json.dumps(_digests(folder), indent=1, sort_keys=True))


def damaged(folder: Path) -> list[str]:
    """Return the files of a folder that are not what they were when it was sealed; none where it never was."""
    if not (folder / SEAL).exists():
        return []
    told, found = read_json(folder / SEAL, dict[str, str]), _digests(folder)
    return sorted(table for table in {*told, *found} if told.get(table) != found.get(table))


def _digests(folder: Path) -> dict[str, str]:
    found = {}
    for path in sorted(p for p in folder.iterdir() if p.suffix in (".parquet", ".json", ".npy") and p.name != SEAL):
        with path.open("rb") as file:
            found[path.name] = hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()
    return found


def to_disk(path: Path) -> None:
    """Close a file to others' eyes (0600) and wait until the disk has it."""
    path.chmod(0o600)
    with path.open("rb") as file:
        os.fsync(file.fileno())
