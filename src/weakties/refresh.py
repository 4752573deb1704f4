"""The derived tables: built from the facts and the decisions, put in force in one step, proved equal by building again.

A build is a folder named after everything it follows from: the imports, the decisions of identity, the settings and the
versions of the formulas. The same facts therefore give the same folder with the same bytes, in whatever order they came.
`derived/CURRENT` names the build in force; an old one is swept when it has not been in force for an hour.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import duckdb

from weakties.config import Settings
from weakties.facts import decisions as user
from weakties.facts import erasure, handles, ledger
from weakties.facts.decisions import Decision
from weakties.facts.engine import add_facts, connect, quoted, writing
from weakties.facts.home import Home, guarded, write_atomically
from weakties.facts.ledger import Import, Snapshot
from weakties.facts.staging import seal
from weakties.identity import employment, resolve, roster, sightings, who
from weakties.identity.evidence import Evidence
from weakties.identity.who import Settled
from weakties.ties import days, introductions

# Raised whenever the same facts would give other tables than before, or the same in other bytes.
DERIVATION = 14
# A reader that opened a build keeps it while it works; nothing works on one for longer than this.
_SWEEP_AFTER_SECONDS = 3_600

# Each derived table and its rows in their order. What is numbered in the order of its text is sorted as the number and written
# as the text: of an enumerated type the files would keep statistics that are not always the same.
TABLES = {
    "people": "SELECT * FROM people ORDER BY person",
    "handles": "SELECT * FROM handles ORDER BY handle",
    "organisations": "SELECT * FROM organisations ORDER BY organisation",
    "employed": "SELECT * FROM employed ORDER BY person, house, how, name, title, import",
    "owners": "SELECT * FROM owners ORDER BY owner",
    "review": "SELECT * FROM review ORDER BY weight DESC, a, b",
    "moments": "SELECT * REPLACE (channel::VARCHAR AS channel, owner::VARCHAR AS owner) FROM moments",
    "copies": "SELECT * FROM copies ORDER BY event, id",
    "authors": "SELECT * REPLACE (person::VARCHAR AS person) FROM (FROM authors ORDER BY moment)",
    "interactions": """
        SELECT owner::VARCHAR AS owner, person::VARCHAR AS person, moment, day, direction::VARCHAR AS direction, group_size
        FROM (FROM interactions ORDER BY owner, person, moment)
    """,
    "replies": """
        SELECT * REPLACE (owner::VARCHAR AS owner, person::VARCHAR AS person)
        FROM (FROM replies ORDER BY owner, person, answered_at, answer)
    """,
    "requests": """
        SELECT * REPLACE (owner::VARCHAR AS owner, person::VARCHAR AS person)
        FROM (FROM requests ORDER BY owner, person, day, next_day)
    """,
    "reopenings": """
        SELECT * REPLACE (owner::VARCHAR AS owner, person::VARCHAR AS person)
        FROM (FROM reopenings ORDER BY owner, person, day, answered_day)
    """,
    "sighted": """
        SELECT * REPLACE (owner::VARCHAR AS owner, person::VARCHAR AS person) FROM (FROM sighted ORDER BY owner, person)
    """,
    "tie_days": """
        SELECT * REPLACE (owner::VARCHAR AS owner, person::VARCHAR AS person, channel::VARCHAR AS channel)
        FROM (FROM tie_days ORDER BY owner, person, day, channel)
    """,
    "beside_days": """
        SELECT * REPLACE (owner::VARCHAR AS owner, person::VARCHAR AS person)
        FROM (FROM beside_days ORDER BY owner, person, day)
    """,
    "acquainted": """
        SELECT * REPLACE (owner::VARCHAR AS owner, a::VARCHAR AS a, b::VARCHAR AS b)
        FROM (FROM acquainted ORDER BY owner, a, b, day)
    """,
    "seen_together": """
        SELECT * REPLACE (owner::VARCHAR AS owner, person::VARCHAR AS person, other::VARCHAR AS other)
        FROM (FROM seen_together ORDER BY owner, person, other, day)
    """,
    "introductions": """
        SELECT * REPLACE (owner::VARCHAR AS owner, "by"::VARCHAR AS "by", a::VARCHAR AS a, b::VARCHAR AS b)
        FROM (FROM introductions ORDER BY owner, "by", a, b)
    """,
    "put_together": """
        SELECT owner::VARCHAR AS owner, "by"::VARCHAR AS "by", day, pairs FROM (FROM put_together ORDER BY owner, "by", day)
    """,
}

# No filters by which a reader skips a row group: the rows lie in the order in which they are asked for.
_FORMAT = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, WRITE_BLOOM_FILTER false"

# Looked up a few at a time, by number or by person: what is read for one of them is what lies together with it.
_ROWS_TOGETHER = {"moments": 2_048, "authors": 20_480, "seen_together": 20_480}

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Build:
    """A build. key: names its folder; path: the folder."""

    key: str
    path: Path


@dataclass(frozen=True, slots=True)
class Basis:
    """All that a build follows from, taken at one moment: what comes in while it is built belongs to the next."""

    at: Snapshot
    imports: tuple[Import, ...]
    said: tuple[Decision, ...]
    settings: Settings
    # How many people were forgotten: what was built before must never be taken for what is built after.
    forgotten: int

    def me(self, owner: str) -> list[str]:
        """Return the handles that an owner said are hers; those of the settings are the default owner's."""
        named = [h for address in self.settings.me if (h := handles.parse(address))] if owner == "me" else []
        return [*named, *(d.handle for d in self.said if d.kind == "me" and d.author == owner)]

    @property
    def key(self) -> str:
        """What names the build of this."""
        listed = [(i.id, i.reader, i.owner, i.keep_text, i.region) for i in sorted(self.imports, key=lambda i: i.id)]
        said = [(d.kind, d.author, d.handle, d.other, d.value) for d in self.said]
        basis = [DERIVATION, listed, said, sorted(self.settings.me), sorted(self.settings.free_mail), self.forgotten]
        return hashlib.blake2b(json.dumps(basis, sort_keys=True).encode(), digest_size=8).hexdigest()


def basis(home: Home, settings: Settings) -> Basis:
    """Return what a build of this moment would follow from."""
    at = ledger.snapshot(home)
    records = tuple(ledger.read_import(at, f, i) for f, ids in at.folders.items() for i in ids)
    said = tuple(user.standing(home, user.OF_IDENTITY))
    return Basis(at, records, said, settings, len(erasure.tombstones(home)))


def in_force(home: Home) -> Build | None:
    """Return the build in force, or None before the first."""
    try:
        key = (home.derived / "CURRENT").read_text(encoding="ascii", errors="replace").strip()
    except FileNotFoundError:
        return None
    # Whatever else stands there is damage, and as good as nothing.
    path = home.derived / key
    return Build(key, path) if key.isalnum() and (path / "build.json").exists() else None


def is_current(home: Home, settings: Settings) -> bool:
    """Tell whether the build in force follows from the facts and decisions of now."""
    build = in_force(home)
    return build is not None and build.key == basis(home, settings).key


def ensure(home: Home, settings: Settings, *, now: int, anew: bool = False, progress: Progress | None = None) -> Build:
    """Return the build in force, made first if the one there is out of date.

    now: seconds UTC, for sweeping. anew: make it also if it is up to date, for it may be damaged.
    """
    build = in_force(home)
    if build and build.key == basis(home, settings).key and not anew:
        return build
    with guarded(home), writing(home), home.lock("derived"):
        wanted = basis(home, settings)
        build = in_force(home)
        if build and build.key == wanted.key and not anew:
            return build
        target = home.derived / wanted.key
        if anew or not (target / "build.json").exists():
            _write(home, wanted, target, progress)
        if build:
            # Its age counts from now: a reader may have opened it a moment ago.
            os.utime(build.path)
        write_atomically(home.derived / "CURRENT", wanted.key + "\n")
        _sweep(home, wanted.key, now)
    return Build(wanted.key, target)


def check(home: Home, settings: Settings) -> list[str]:
    """Build again beside the build in force and return the tables whose bytes differ; empty means proved equal."""
    build = in_force(home)
    if build is None:
        return []
    other = home.derived / f".check-{os.getpid()}"
    try:
        _write(home, basis(home, settings), other, None)
        return [t for t in TABLES if _bytes(other / f"{t}.parquet") != _bytes(build.path / f"{t}.parquet")]
    finally:
        shutil.rmtree(other, ignore_errors=True)


def _bytes(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "blake2b").digest()


def _sweep(home: Home, key: str, now: int) -> None:
    for path in home.derived.iterdir():
        if path.is_dir() and path.name != key and now - path.stat().st_mtime > _SWEEP_AFTER_SECONDS:
            shutil.rmtree(path, ignore_errors=True)


def _write(home: Home, wanted: Basis, target: Path, progress: Progress | None) -> None:
    stage = home.derived / f".build-{os.getpid()}-{target.name}"
    shutil.rmtree(stage, ignore_errors=True)
    stage.mkdir(mode=0o700)
    spill = stage / "spill"
    connection = connect(spill=spill)
    try:
        with _Beside(connection, stage) as beside:
            _derive(wanted, connection, beside, progress or (lambda _: None))
            beside.wait()
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)
        write_atomically(stage / "build.json", json.dumps({"derivation": DERIVATION}) + "\n")
        seal(stage)
        for path in stage.iterdir():
            path.chmod(0o600)
        shutil.rmtree(target, ignore_errors=True)
        stage.rename(target)
    finally:
        connection.close()
        shutil.rmtree(stage, ignore_errors=True)


class _Beside:
    """What is done beside the main work: tables that are ready are written, each on a cursor of its own."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self._connection = connection
        self._folder = folder
        self._pool = ThreadPoolExecutor(max_workers=2)
        self._begun: list[Future[None]] = []

    def __enter__(self) -> _Beside:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(cancel_futures=True)

    def do(self, work: Callable[[duckdb.DuckDBPyConnection], None]) -> None:
        """Begin work that gets a cursor."""
        self._begun.append(self._pool.submit(work, self._connection.cursor()))

    def write(self, *tables: str) -> None:
        """Begin to write tables, one after the other."""

        def written(cursor: duckdb.DuckDBPyConnection) -> None:
            for table in tables:
                how = f"{_FORMAT}, ROW_GROUP_SIZE {_ROWS_TOGETHER.get(table, 122_880)}"
                cursor.execute(f"COPY ({TABLES[table]}) TO {quoted(self._folder / f'{table}.parquet')} ({how})")

        self.do(written)

    def wait(self) -> None:
        """Wait until all that was begun is done; raises what it raised."""
        while self._begun:
            self._begun.pop(0).result()


def _derive(wanted: Basis, connection: duckdb.DuckDBPyConnection, beside: _Beside, progress: Progress) -> None:
    progress("finding out who is who")
    _add_imports(wanted, connection)
    sightings.canonical(connection)
    beside.write("moments", "copies")
    owners = sorted({i.owner for i in wanted.imports})
    settled = who.settle(connection, owners, wanted.said, me=wanted.me)
    progress("counting tie days")
    free_mail = wanted.settings.free_mail
    _table(
        connection, "handles", roster.HANDLES, roster.handle_rows(settled.seen, settled.person_of, free_mail=free_mail)
    )
    _add_owners(connection, settled)
    _add_persons(connection, settled)
    beside.do(lambda cursor: _derive_ties(cursor, beside))
    everybody = roster.roster(connection, settled.seen, settled.person_of, settled.machines, free_mail=free_mail)
    _table(connection, "people", roster.PEOPLE, everybody.people)
    employment.derive(connection)
    _table(connection, "organisations", roster.ORGANISATIONS, everybody.organisations)
    review = [(p.a, p.b, p.weight, "\n".join(e.text for e in p.evidence)) for p in settled.review]
    _table(connection, "review", "a VARCHAR, b VARCHAR, weight DOUBLE, reasons VARCHAR", review)
    beside.write("people", "handles", "organisations", "employed", "owners", "review")


def _derive_ties(cursor: duckdb.DuckDBPyConnection, beside: _Beside) -> None:
    days.derive(cursor, made=beside.write)
    introductions.derive(cursor)
    beside.write("introductions", "put_together")


def compare(home: Home, a: str, b: str, mine: Sequence[str]) -> list[Evidence]:
    """Return the evidence on two handles, the strongest first. mine: the owners' handles."""
    now = basis(home, Settings())
    connection = connect()
    _add_imports(now, connection)
    try:
        return who.compare(connection, a, b, now.said, mine)
    finally:
        connection.close()


def _add_imports(wanted: Basis, connection: duckdb.DuckDBPyConnection) -> None:
    add_facts(connection, wanted.at.files())
    _table(connection, "listed", "import VARCHAR, owner VARCHAR", [(i.id, i.owner) for i in wanted.imports])
    connection.execute("CREATE TYPE owner AS ENUM (SELECT DISTINCT owner FROM listed ORDER BY owner)")
    connection.execute("CREATE VIEW imports AS SELECT import, owner::owner AS owner FROM listed")


def _add_owners(connection: duckdb.DuckDBPyConnection, settled: Settled) -> None:
    rows = []
    for each in settled.owners:
        known = [settled.person_of[h] for h in each.handles if h in settled.person_of]
        rows.append((each.name, resolve.person_id(known[0]) if known else "", "\n".join(each.handles), each.reason))
    _table(connection, "owners", "owner VARCHAR, person VARCHAR, handles VARCHAR, reason VARCHAR", rows)


def _add_persons(connection: duckdb.DuckDBPyConnection, settled: Settled) -> None:
    """Make a person a number in the order of the ids, which is written as the id."""
    machines: list[tuple[object, ...]] = [(resolve.person_id(oldest),) for oldest in settled.machines]
    _table(connection, "set_aside", "person VARCHAR", machines)
    for statement in (
        "CREATE TYPE person AS ENUM (SELECT DISTINCT person FROM handles ORDER BY person)",
        "CREATE TABLE person_of AS SELECT k.who, h.person::person AS person FROM handles h JOIN known k USING (handle)",
        "CREATE TABLE machines AS SELECT person::person AS person FROM set_aside",
        "CREATE TABLE mine AS SELECT owner::owner AS owner, person::person AS person FROM owners WHERE person <> ''",
    ):
        connection.execute(statement)


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Make a table of Python rows. columns: as SQL declares them, e.g. `person VARCHAR, events BIGINT`."""
    declared = [column.strip().rsplit(" ", 1) for column in columns.split(",")]
    lists = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in declared]
    selected = ", ".join(f'unnest(${i}::{kind}[]) AS "{column}"' for i, (column, kind) in enumerate(declared, start=1))
    connection.execute(f"CREATE OR REPLACE TABLE {name} AS SELECT {selected}", lists)
