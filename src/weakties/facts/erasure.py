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
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from weakties.facts import beside, ledger, state
from weakties.facts.engine import connect
from weakties.facts.handles import KINDS, email, kind, value
from weakties.facts.home import Home, guarded
from weakties.facts.ledger import Import
from weakties.facts.scrub import FORGOTTEN, HANDLE_COLUMNS, MOST_WORDS, TEXTS, Marks, Scrubber, span_words, words
from weakties.facts.staging import PREFIX, to_disk
from weakties.facts.tables import TABLES, Rows, arrow_schema, arrow_table

# Whatever may be an address in a running text, and what may stand around it there.
_ADDRESS = re.compile(r"[^\s@<>\"(),:;\[\]\\]{1,64}@[^\s@<>\"(),:;\\/]{1,200}")
_AROUND = ".-+_'*!?…"


@dataclass(frozen=True, slots=True)
class Preview:
    """What an erasure takes away. rows: for each import and table, how many rows go or lose words.

    messages: that go as a whole; parts: theirs in messages that stay; decisions: about the person.
    """

    messages: int
    parts: int
    decisions: int
    rows: Mapping[str, Mapping[str, int]]


@dataclass(frozen=True, slots=True)
class Tombstone:
    """That somebody is forgotten. id: in the table; at: seconds UTC; hashes: of handles and names; pending: in clear until all
    is done.
    """

    id: int
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
    mine = frozenset(handles)
    own, others = {name}, dict[str, set[str]]()
    query = """
        SELECT name, handle FROM participations WHERE name <> '' UNION SELECT name, handle FROM cards WHERE name <> ''
    """
    for written, handle in connection.execute(query).fetchall():
        if handle in mine:
            own.add(written)
        elif not handle.startswith("name:"):
            others.setdefault(_said(written), set()).add(handle)
    forms = {n: {_said(form) for form in Marks(names=frozenset({n})).full_names()} for n in sorted(own)}
    borne = {n: sorted(set().union(*(others.get(form, set()) for form in said))) for n, said in forms.items() if said}
    kept = {n: handles for n, handles in borne.items() if handles}
    return Marks(mine, frozenset(borne.keys() - kept.keys())), kept


def preview(home: Home, marks: Marks) -> Preview:
    """Return what forgetting these marks would take away; nothing is changed."""
    with Scrubber(ledger.snapshot(home).files(), marks) as scrubber:
        return Preview(scrubber.going(), scrubber.parts(), len(_decisions(home, marks)), scrubber.touched())


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
        rows = database.execute("SELECT id, at, salt, hashes, pending FROM tombstone ORDER BY id").fetchall()
        return [
            Tombstone(number, at, salt, frozenset(state.of_text(hashes)), _marks(pending))
            for number, at, salt, hashes, pending in rows
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
    if not pending(home):
        # Readers come by here, and wait for nobody.
        return Marks()
    with guarded(home), home.lock("facts"):
        begun = [stone for stone in tombstones(home) if stone.pending]
        if not begun:
            return Marks()
        marks = Marks()
        for stone in begun:
            marks |= stone.pending
        _erase_facts(home, marks)
        _erase_decisions(home, marks)
        beside.erase(home, marks)
        # Whom an original names cannot be told from outside: packed, encoded, in a picture. Those that we keep go.
        shutil.rmtree(home.uploads, ignore_errors=True)
        with home.lock("derived"):
            for path in home.derived.iterdir():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
        for aside in home.all_set_aside:
            shutil.rmtree(aside)
        for left in home.path.rglob(".*.new"):
            left.unlink(missing_ok=True)
        with state.opened(home) as database:
            # One that was begun meanwhile is still to be done.
            database.executemany("UPDATE tombstone SET pending = NULL WHERE id = ?", [(stone.id,) for stone in begun])
        state.squeeze(home)
    return marks


def _erase_facts(home: Home, marks: Marks) -> None:
    at = ledger.snapshot(home)
    with Scrubber(at.files(), marks) as scrubber:
        touched = scrubber.touched()
        folders = dict(at.folders)
        for folder, names in at.folders.items():
            records = [ledger.read_import(at, folder, name) for name in names]
            cleaned = [replace(r, path=marks.without(r.path), cursor=marks.without(r.cursor)) for r in records]
            if touched.keys().isdisjoint(names) and cleaned == records:
                continue
            new = ledger.rewritten(home, folder, cleaned, scrubber.write)
            del folders[folder]
            folders[new] = names
    ledger.replace_folders(home, folders)
    # Also what was undone within the hour, which is kept for those who are reading it.
    ledger.sweep(home, grace=None)


def _decisions(home: Home, marks: Marks) -> list[int]:
    """Return the numbers of the decisions about the marked, those undone included."""
    if not home.state.exists():
        return []
    with state.read(home) as database:
        rows = database.execute("SELECT id, handle, other FROM decision").fetchall()
    return [number for number, handle, other in rows if marks.bears(handle) or marks.bears(other)]


def _erase_decisions(home: Home, marks: Marks) -> None:
    gone = _decisions(home, marks)
    with state.opened(home) as database:
        database.executemany("DELETE FROM decision WHERE id = ?", [(number,) for number in gone])
        for name, status in database.execute("SELECT id, status FROM account WHERE status IS NOT NULL").fetchall():
            # It names folders; the next sync writes another, held against the tombstones.
            if marks.without(status) != status:
                database.execute("UPDATE account SET status = NULL WHERE id = ?", (name,))
        for number, path in database.execute("SELECT id, path FROM backup").fetchall():
            database.execute("UPDATE backup SET path = ? WHERE id = ?", (marks.without(path), number))
        for number, decided, value in database.execute("SELECT id, kind, value FROM decision").fetchall():
            if (cleaned := _value_without(decided, state.of_text(value), marks)) != state.of_text(value):
                said = json.dumps(cleaned, ensure_ascii=False, sort_keys=True)
                database.execute("UPDATE decision SET value = ? WHERE id = ?", (said, number))


def _value_without(decided: str, value: dict[str, object], marks: Marks) -> dict[str, object]:
    """Return what a decision says without the marks. decided: its kind."""
    cleaned = {key: _without(inner, marks) for key, inner in value.items()}
    # What a person is called is theirs as a whole, a longer name is somebody else's; that of a circle is free text.
    if decided == "person" and "name" in value and not marks.is_name(str(value["name"])):
        cleaned["name"] = value["name"]
    return cleaned


def _without(value: object, marks: Marks) -> object:
    if isinstance(value, str):
        return marks.without(value)
    if isinstance(value, dict):
        return {key: _without(inner, marks) for key, inner in value.items()}
    return [_without(inner, marks) for inner in value] if isinstance(value, list) else value


def marks_in(files: Mapping[str, Sequence[Path]], stones: Sequence[Tombstone], *, texts: Iterable[str] = ()) -> Marks:
    """Return the handles and names in fact tables, and in further texts, that tombstones know."""
    connection = connect()
    found = Marks()
    for table, column in (*HANDLE_COLUMNS, ("cards", "handles")):
        for several in _distinct(connection, files.get(table, ()), column):
            found |= _known(((h, h) for handle in several.split("\n") for h in _of_handle(handle)), stones)
    for table, columns in TEXTS.items():
        for column in columns:
            for text in _distinct(connection, files.get(table, ()), column):
                found |= _known(_candidates(text), stones)
    connection.close()
    for text in texts:
        found |= _known(_candidates(text), stones)
    return found


def forgotten_in(home: Home, texts: Sequence[str]) -> Marks:
    """Return the handles and names in texts that tombstones know."""
    stones = tombstones(home)
    return marks_in({}, stones, texts=texts) if stones else Marks()


def _of_handle(handle: str) -> Iterator[str]:
    """Yield a handle, and of one that is nothing but a name, the name as it is hashed."""
    yield handle
    if handle.startswith("name:"):
        yield _said(value(handle).rpartition("@")[0])


def _known(candidates: Iterable[tuple[str, str]], stones: Sequence[Tombstone]) -> Marks:
    known = [written for mark, written in candidates if any(stone.knows(mark) for stone in stones)]
    found = frozenset(written for written in known if kind(written) in KINDS)
    return Marks(found, frozenset(known) - found)


def screen(home: Home, stage: Path, record: Import) -> Import:
    """Take out of a staged import whatever is about somebody forgotten; what goes as a whole is counted as rejected.

    Returns the import's record without their names.
    """
    stones = tombstones(home)
    files = {table: [path] for table in TABLES if (path := stage / f"{table}.parquet").exists()}
    marks = marks_in(files, stones, texts=[record.path]) if stones else Marks()
    if not marks:
        return record
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
    return replace(record, path=marks.without(record.path))


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
        for written in {found, found.strip(_AROUND)}:
            if handle := email(written):
                yield handle, handle
    text = unicodedata.normalize("NFC", text)
    spans = span_words(text)
    for first in range(len(spans)):
        for last in range(first + 1, min(first + MOST_WORDS, len(spans))):
            yield " ".join(word for word, _, _ in spans[first : last + 1]), text[spans[first][1] : spans[last][2]]


def left_in(home: Home, marks: Marks) -> list[str]:
    """Search every file of the home for the marks; return where something is left, in words. Empty means proved."""
    found = []
    for path in sorted(p for p in home.path.rglob("*") if p.is_file()):
        # What is being written now is held against the tombstones before anybody sees it.
        if any(part.startswith((PREFIX, ".build-", ".check-")) for part in path.relative_to(home.path).parts):
            continue
        try:
            places = _left_in_file(home, path, marks)
        except FileNotFoundError:
            continue
        found += [f"{path.relative_to(home.path)}: {place}" for place in places]
    return [*found, *(f"{beside.FILE}: {table}" for table in beside.left(home, marks))]


def _left_in_file(home: Home, path: Path, marks: Marks) -> list[str]:
    if path.suffix == ".parquet":
        return _left_in_table(path, marks)
    if path.name.startswith(home.state.name):
        return _left_in_database(home, path, marks)
    text = path.read_bytes().decode("utf-8", "replace")
    return ["text"] if marks.without(text) != text else []


def _left_in_table(path: Path, marks: Marks) -> list[str]:
    connection = connect()
    file = {"file": str(path)}
    columns = connection.execute(
        "DESCRIBE SELECT * FROM read_parquet($file, hive_partitioning = false)", file
    ).fetchall()
    places = []
    for column, declared, *_ in columns:
        if "VARCHAR" not in declared:
            continue
        text = f'"{column}"::VARCHAR'
        tests = [f"list_has_any(string_split({text}, chr(10)), $handles)"]
        asked: dict[str, object] = {**file, "handles": sorted(marks.handles)}
        if column == "terms":
            tests.append(f"list_has_any(string_split_regex({text}, '[ .''-]'), $words)")
            asked["words"] = sorted(marks.name_words())
        if whole := marks.whole_name_for_sql():
            bare = f"regexp_extract({text}, '^name:(.*)@[^@]*$', 1)"
            tests.append(f"regexp_full_match({text if column == 'name' else bare}, $whole)")
            asked["whole"] = whole
        for number, pattern in enumerate(marks.for_sql() if column != "name" else ()):
            tests.append(f"(NOT starts_with({text}, 'name:') AND regexp_matches({text}, $pattern{number}))")
            asked[f"pattern{number}"] = pattern
        query = f"SELECT count(*) FROM read_parquet($file, hive_partitioning = false) WHERE {' OR '.join(tests)}"  # noqa: S608
        if count := connection.execute(query, asked).fetchall()[0][0]:
            places.append(f"{column}, {count} rows")
    connection.close()
    return places


def _left_in_database(home: Home, path: Path, marks: Marks) -> list[str]:
    """Look through the decisions, and through a file of the database as it lies on the disk, free pages and all."""
    with state.read(home) as database:
        handles = database.execute("SELECT handle FROM decision UNION SELECT other FROM decision").fetchall()
        decided = database.execute("SELECT kind, value FROM decision").fetchall()
        paths = database.execute("SELECT path FROM backup").fetchall()
    places = ["handles of decisions"] if any(marks.bears(handle) for (handle,) in handles) else []
    said = [(decision, state.of_text(text)) for decision, text in decided]
    if any(_value_without(decision, value, marks) != value for decision, value in said):
        places.append("what decisions say")
    if any(marks.without(text) != text for (text,) in paths):
        places.append("paths of backups")
    content = path.read_bytes()
    values = [(text,) for _, text in decided]
    for (known,) in sorted({*handles, *values, *paths}, key=lambda row: -len(row[0])):
        content = content.replace(known.encode(), b"") if known else content
    rest = content.decode("utf-8", "replace")
    return [*places, "bytes on the disk"] if marks.without(rest) != rest else places
