"""Forgetting somebody: the tombstone first, then every trace in the home, then the proof that nothing is left.

A tombstone holds salted hashes of handles and names, so it says nothing of whom it is about, and yet whatever comes in
later is held against it: an import of the same mail brings the forgotten back no more. While the erasure is under way it
also holds them in clear, so that one that was interrupted can be finished; that goes with the last step.
"""

from __future__ import annotations

import hashlib
import json
import re
import secrets
import shutil
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from weakties.facts import ledger, state
from weakties.facts.engine import connect
from weakties.facts.handles import email
from weakties.facts.home import Home, guarded
from weakties.facts.scrub import FORGOTTEN, HANDLE_COLUMNS, MOST_WORDS, TEXTS, Marks, Scrubber, span_words, words
from weakties.facts.staging import to_disk
from weakties.facts.tables import TABLES, Rows, arrow_schema, arrow_table

_ADDRESS = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}")


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure takes away. rows: for each import and table, how many rows go or lose words.

    messages: that go as a whole; decisions: about the person.
    """

    messages: int
    decisions: int
    rows: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That somebody is forgotten. at: seconds UTC; hashes: of handles and names; pending: in clear until all is done."""

    at: int
    salt: str
    hashes: frozenset[str]
    pending: Marks

    def knows(self, mark: str) -> bool:
        """Tell whether this is a handle, or the words of a name, of the forgotten."""
        return _hash(self.salt, mark) in self.hashes


def _hash(salt: str, mark: str) -> str:
    return hashlib.blake2b(mark.encode("utf-8", "surrogatepass"), key=salt.encode(), digest_size=16).hexdigest()


def _said(name: str) -> str:
    """Return what is hashed of a name: its words, however they are parted."""
    return " ".join(words(name))


def marks_of(
    connection: duckdb.DuckDBPyConnection, handles: Iterable[str], *, name: str
) -> tuple[Marks, dict[str, list[str]]]:
    """Return the marks of a person, and the names that are left out because others bear them: name to their handles.

    connection: with the fact tables. name: as shown; those written beside the handles are found.
    """
    mine = sorted(handles)
    query = """
        SELECT name, handle FROM participations WHERE name <> '' UNION SELECT name, handle FROM cards WHERE name <> ''
    """
    connection.execute("CREATE OR REPLACE TEMP TABLE marked AS SELECT unnest($1::VARCHAR[]) AS handle", [mine])
    written = f"SELECT DISTINCT name FROM ({query}) JOIN marked USING (handle)"  # noqa: S608
    own = {name for (name,) in connection.execute(written).fetchall()}
    names = Marks(names=frozenset({*own, name} - {""})).full_names()
    said = {_said(n) for n in names}
    others: dict[str, list[str]] = {}
    for written, handle in connection.execute(f"{query} ORDER BY ALL").fetchall():
        if handle not in mine and not handle.startswith("name:") and _said(written) in said:
            others.setdefault(_said(written), []).append(handle)
    kept = {n for n in names if _said(n) in others}
    shown = {n: sorted(set(others[_said(n)])) for n in sorted(kept)}
    return Marks(frozenset(mine), frozenset(names - kept)), shown


def preview(home: Home, marks: Marks) -> Preview:
    """Return what forgetting these marks would take away; nothing is changed."""
    with Scrubber(ledger.snapshot(home).files(), marks) as scrubber:
        return Preview(scrubber.going(), len(_decisions(home, marks)), scrubber.touched())


def entomb(home: Home, marks: Marks, *, at: int, author: str) -> None:
    """Commit the tombstone: from now on nothing shows or takes in the marked, though the erasure is still to come."""
    salt = secrets.token_hex(16)
    said = {*marks.handles, *(_said(name) for name in marks.full_names())}
    hashes = json.dumps(sorted(_hash(salt, mark) for mark in said))
    pending = json.dumps({"handles": sorted(marks.handles), "names": sorted(marks.names)}, ensure_ascii=False)
    with state.opened(home) as database:
        database.execute(
            "INSERT INTO tombstone (at, author, salt, hashes, pending) VALUES (?, ?, ?, ?, ?)",
            (at, author, salt, hashes, pending),
        )


def tombstones(home: Home) -> list[Tombstone]:
    """Return all tombstones, the oldest first."""
    if not home.state.exists():
        return []
    with state.read(home) as database:
        rows = database.execute("SELECT at, salt, hashes, pending FROM tombstone ORDER BY id").fetchall()
        return [
            Tombstone(at, salt, frozenset(state.of_text(hashes)), _marks(pending)) for at, salt, hashes, pending in rows
        ]


def pending(home: Home) -> Marks:
    """Return the marks of erasures that were begun and are not finished."""
    found = Marks()
    for stone in tombstones(home):
        found |= stone.pending
    return found


def _marks(pending: str | None) -> Marks:
    if not pending:
        return Marks()
    said = state.of_text(pending)
    return Marks(frozenset(said["handles"]), frozenset(said["names"]))


def finish(home: Home) -> Marks:
    """Erase whatever is pending, and return what that was. Each step can be done again, so it can be cut off anywhere."""
    with guarded(home), home.lock("facts"):
        marks = pending(home)
        if not marks:
            return marks
        _erase_facts(home, marks)
        _erase_decisions(home, marks)
        with home.lock("derived"):
            for path in home.derived.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for aside in home.all_set_aside:
            shutil.rmtree(aside)
        with state.opened(home) as database:
            database.execute("UPDATE tombstone SET pending = NULL WHERE pending IS NOT NULL")
        state.squeeze(home)
    return marks


def _erase_facts(home: Home, marks: Marks) -> None:
    at = ledger.snapshot(home)
    with Scrubber(at.files(), marks) as scrubber:
        touched = scrubber.touched()
        folders = dict(at.folders)
        for folder, names in at.folders.items():
            records = [ledger.read_import(at, folder, name) for name in names]
            if touched.keys().isdisjoint(names) and all(marks.without(r.path) == r.path for r in records):
                continue
            cleaned = [replace(r, path=marks.without(r.path)) for r in records]
            new = ledger.rewritten(home, folder, cleaned, scrubber.write)
            del folders[folder]
            folders[new] = names
    ledger.replace_folders(home, folders)
    # Also what was undone within the hour, which is kept for those who are reading it.
    ledger.sweep(home, grace=-1)


def _decisions(home: Home, marks: Marks) -> list[int]:
    """Return the numbers of the decisions about the marked, those undone included."""
    if not home.state.exists():
        return []
    with state.read(home) as database:
        rows = database.execute("SELECT id, handle, other FROM decision").fetchall()
    return [number for number, handle, other in rows if handle in marks.handles or other in marks.handles]


def _erase_decisions(home: Home, marks: Marks) -> None:
    gone = _decisions(home, marks)
    with state.opened(home) as database:
        database.executemany("DELETE FROM decision WHERE id = ?", [(number,) for number in gone])
        for number, value in database.execute("SELECT id, value FROM decision").fetchall():
            if (cleaned := _without(state.of_text(value), marks)) != state.of_text(value):
                said = json.dumps(cleaned, ensure_ascii=False, sort_keys=True)
                database.execute("UPDATE decision SET value = ? WHERE id = ?", (said, number))


def _without(value: object, marks: Marks) -> object:
    if isinstance(value, str):
        return marks.without(value)
    if isinstance(value, dict):
        return {key: _without(inner, marks) for key, inner in value.items()}
    return [_without(inner, marks) for inner in value] if isinstance(value, list) else value


def marks_in(files: Mapping[str, Sequence[Path]], stones: Sequence[Tombstone]) -> Marks:
    """Return the handles and names in fact tables that tombstones know."""
    connection = connect()
    found_handles: set[str] = set()
    found_names: set[str] = set()
    for table, column in HANDLE_COLUMNS:
        for handle in _distinct(connection, files.get(table, ()), column):
            if any(stone.knows(handle) for stone in stones):
                found_handles.add(handle)
    for table, columns in TEXTS.items():
        for column in columns:
            for text in _distinct(connection, files.get(table, ()), column):
                for mark, as_written in _candidates(text):
                    if any(stone.knows(mark) for stone in stones):
                        (found_handles if mark.startswith("email:") else found_names).add(as_written)
    connection.close()
    return Marks(frozenset(found_handles), frozenset(found_names))


def screen(home: Home, stage: Path) -> None:
    """Take out of a staged import whatever is about somebody forgotten; what goes as a whole is counted as rejected."""
    stones = tombstones(home)
    files = {table: [path] for table in TABLES if (path := stage / f"{table}.parquet").exists()}
    marks = marks_in(files, stones) if stones else Marks()
    if not marks:
        return
    screened = stage / "screened"
    screened.mkdir(mode=0o700)
    with Scrubber(files, marks) as scrubber:
        refused = [(i, kind, FORGOTTEN, marks.without(file), at) for i, kind, file, at in scrubber.refused()]
        scrubber.write(stage, screened)
    _reject(screened / "rejected.parquet", refused)
    for (path,) in files.values():
        path.unlink()
    for path in screened.iterdir():
        path.rename(stage / path.name)
    screened.rmdir()


def _reject(path: Path, rows: Rows) -> None:
    """Add rejected records to those that are in a file already."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    told = [arrow_table("rejected", rows)] if rows else []
    if path.exists():
        told.insert(0, pq.read_table(path, schema=arrow_schema("rejected")))
    if told:
        pq.write_table(pa.concat_tables(told), path, compression="zstd")
        to_disk(path)


def _distinct(connection: duckdb.DuckDBPyConnection, files: Sequence[Path], column: str) -> Iterator[str]:
    if not files:
        return
    query = f'SELECT DISTINCT "{column}" FROM read_parquet($files, hive_partitioning = false) WHERE "{column}" <> \'\''  # noqa: S608
    for (text,) in connection.execute(query, {"files": [str(f) for f in files]}).fetchall():
        yield text


def _candidates(text: str) -> Iterator[tuple[str, str]]:
    """Yield what in a text may be a mark, as it is hashed and as it is to be looked for."""
    for found in _ADDRESS.findall(text) if "@" in text else ():
        if handle := email(found):
            yield handle, handle
    spans = span_words(text)
    for first in range(len(spans)):
        for last in range(first + 1, min(first + MOST_WORDS, len(spans))):
            yield " ".join(word for word, _, _ in spans[first : last + 1]), text[spans[first][1] : spans[last][2]]


def left_in(home: Home, marks: Marks) -> list[str]:
    """Search every file of the home for the marks; return where something is left, in words. Empty means proved."""
    found = []
    for path in sorted(p for p in home.path.rglob("*") if p.is_file()):
        if path.suffix == ".parquet":
            places = _left_in_table(path, marks)
        elif path.name.startswith(home.state.name):
            places = _left_in_bytes(path, marks)
        else:
            text = path.read_bytes().decode("utf-8", "replace")
            places = ["text"] if marks.without(text) != text else []
        found += [f"{path.relative_to(home.path)}: {place}" for place in places]
    return found


def _left_in_table(path: Path, marks: Marks) -> list[str]:
    connection = connect()
    file = {"file": str(path)}
    columns = connection.execute(
        "DESCRIBE SELECT * FROM read_parquet($file, hive_partitioning = false)", file
    ).fetchall()
    places = []
    for column, kind, *_ in columns:
        if "VARCHAR" not in kind:
            continue
        text = f'"{column}"::VARCHAR'
        tests = [f"list_has_any(string_split({text}, chr(10)), $handles)"]
        asked: dict[str, object] = {**file, "handles": sorted(marks.handles)}
        if column == "terms":
            tests.append(f"list_has_any(string_split({text}, ' '), $words)")
            asked["words"] = sorted(marks.name_words())
        if pattern := marks.for_sql():
            tests.append(f"regexp_matches({text}, $pattern)")
            asked["pattern"] = pattern
        query = f"SELECT count(*) FROM read_parquet($file, hive_partitioning = false) WHERE {' OR '.join(tests)}"  # noqa: S608
        if count := connection.execute(query, asked).fetchall()[0][0]:
            places.append(f"{column}, {count} rows")
    connection.close()
    return places


def _left_in_bytes(path: Path, marks: Marks) -> list[str]:
    """Look through a database file as it lies on the disk, free pages and all."""
    content = path.read_bytes().decode("utf-8", "replace")
    return (
        ["bytes on the disk"] if marks.without(content) != content or any(h in content for h in marks.handles) else []
    )
