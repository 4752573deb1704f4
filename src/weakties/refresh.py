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
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from weakties.config import Settings
from weakties.facts import decisions as user
from weakties.facts import handles, ledger
from weakties.facts.decisions import Decision
from weakties.facts.engine import add_facts, connect, writing
from weakties.facts.home import Home, guarded, write_atomically
from weakties.facts.ledger import Import, Snapshot
from weakties.identity import automated, evidence, owner, resolve, roster, sightings, together
from weakties.identity.sightings import Seen
from weakties.ties import days

# Raised whenever the same facts would give other tables than before.
DERIVATION = 1
# A reader that opened a build keeps it while it works; nothing works on one for longer than this.
_SWEEP_AFTER_SECONDS = 3_600

# Each derived table and the order of its rows.
TABLES = {
    "people": "person",
    "handles": "handle",
    "organisations": "organisation",
    "owners": "owner",
    "review": "weight DESC, a, b",
    "moments": 'owner, "at", event',
    "copies": "event, id",
    "interactions": 'owner, person, "at", event, direction',
    "replies": "owner, person, answered_at, answer",
    "tie_days": "owner, person, day, channel",
    "acquainted": "owner, a, b, day",
}

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

    @property
    def key(self) -> str:
        """What names the build of this."""
        listed = [(i.id, i.reader, i.owner, i.keep_text) for i in sorted(self.imports, key=lambda i: i.id)]
        said = [(d.kind, d.author, d.handle, d.other, d.value) for d in self.said]
        basis = [DERIVATION, listed, said, sorted(self.settings.me), sorted(self.settings.free_mail)]
        return hashlib.blake2b(json.dumps(basis, sort_keys=True).encode(), digest_size=8).hexdigest()


def basis(home: Home, settings: Settings) -> Basis:
    """Return what a build of this moment would follow from."""
    at = ledger.snapshot(home)
    records = tuple(ledger.read_import(at, f, i) for f, ids in at.folders.items() for i in ids)
    return Basis(at, records, tuple(user.standing(home, user.OF_IDENTITY)), settings)


def in_force(home: Home) -> Build | None:
    """Return the build in force, or None before the first."""
    try:
        key = (home.derived / "CURRENT").read_text(encoding="ascii").strip()
    except FileNotFoundError:
        return None
    path = home.derived / key
    return Build(key, path) if key and (path / "build.json").exists() else None


def ensure(home: Home, settings: Settings, *, now: int, progress: Progress | None = None) -> Build:
    """Return the build in force, made first if the one there is out of date. now: seconds UTC, for sweeping."""
    build = in_force(home)
    if build and build.key == basis(home, settings).key:
        return build
    with guarded(home), writing(home), home.lock("derived"):
        wanted = basis(home, settings)
        build = in_force(home)
        if build and build.key == wanted.key:
            return build
        target = home.derived / wanted.key
        if not (target / "build.json").exists():
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
        _derive(wanted, connection, progress or (lambda _: None))
        for table, order in TABLES.items():
            file = str(stage / f"{table}.parquet").replace("'", "''")
            connection.execute(
                f"COPY (SELECT * FROM {table} ORDER BY {order}) TO '{file}' (FORMAT parquet, COMPRESSION zstd)"  # noqa: S608
            )
        connection.close()
        shutil.rmtree(spill, ignore_errors=True)
        write_atomically(stage / "build.json", json.dumps({"derivation": DERIVATION}) + "\n")
        for path in stage.iterdir():
            path.chmod(0o600)
        shutil.rmtree(target, ignore_errors=True)
        stage.rename(target)
    finally:
        connection.close()
        shutil.rmtree(stage, ignore_errors=True)


def _derive(wanted: Basis, connection: duckdb.DuckDBPyConnection, progress: Progress) -> None:
    progress("counting every message once")
    _add_imports(wanted, connection)
    sightings.canonical(connection)
    said = wanted.said
    seen = sightings.seen(connection)
    _add_by_hand(seen, said)
    progress("finding out who is who")
    owners = _owner_names(connection)
    alone = {handle: handle for handle in seen}
    guesses = [h for name in owners if (h := owner.guess(connection, name, alone))]
    pairs = resolve.candidates(seen, together.stood_in(connection))
    compared = resolve.compare(seen, pairs, together.together(connection, pairs, guesses))
    resolution = resolve.resolve(seen, compared, said)
    found = [
        owner.settle(connection, name, resolution.person_of, seen, _me(wanted.settings, said, name)) for name in owners
    ]
    person_of = _with_owner_whole(resolution.person_of, found, seen)
    mine = {h for o in found for h in o.handles}
    reasons = _machines(connection, seen, person_of, mine, said)
    progress("counting tie days")
    everybody = roster.roster(connection, seen, person_of, reasons, free_mail=wanted.settings.free_mail)
    _table(connection, "people", roster.PEOPLE, everybody.people)
    _table(connection, "handles", roster.HANDLES, everybody.handles)
    _table(connection, "organisations", roster.ORGANISATIONS, everybody.organisations)
    connection.execute("CREATE OR REPLACE TEMP VIEW person_of AS SELECT handle, person FROM handles")
    connection.execute("CREATE OR REPLACE TEMP VIEW machines AS SELECT person FROM people WHERE machine <> ''")
    _add_owners(connection, found, person_of)
    _add_review(connection, resolution, person_of, reasons)
    days.derive(connection)


def _add_imports(wanted: Basis, connection: duckdb.DuckDBPyConnection) -> None:
    add_facts(connection, wanted.at.files())
    _table(connection, "imports", "import VARCHAR, owner VARCHAR", [(i.id, i.owner) for i in wanted.imports])


def _owner_names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    return [name for (name,) in connection.execute("SELECT DISTINCT owner FROM imports ORDER BY owner").fetchall()]


def _me(settings: Settings, said: Iterable[Decision], name: str) -> list[str]:
    """Return the handles that an owner said are hers; those of the settings are the default owner's."""
    named = [h for address in settings.me if (h := handles.parse(address))] if name == "me" else []
    return [*named, *(d.handle for d in said if d.kind == "me" and d.author == name)]


def _add_by_hand(seen: dict[str, Seen], said: Iterable[Decision]) -> None:
    for decision in said:
        if decision.kind != "person":
            continue
        known = seen.setdefault(decision.handle, Seen(decision.handle, decision.at))
        known.names[decision.value["name"]] = known.names.get(decision.value["name"], 0) + 1


def _with_owner_whole(
    person_of: Mapping[str, str], owners: Sequence[owner.Owner], seen: Mapping[str, Seen]
) -> dict[str, str]:
    """Make one person of all the handles that are one owner's, also those that only `--me` unites."""
    whole = dict(person_of)
    for each in owners:
        known = [h for h in each.handles if h in whole]
        if known:
            oldest = min(known, key=lambda h: (seen[h].first_at, h))
            whole.update(dict.fromkeys(known, oldest))
    return whole


def _machines(
    connection: duckdb.DuckDBPyConnection,
    seen: Mapping[str, Seen],
    person_of: Mapping[str, str],
    mine: set[str],
    said: Iterable[Decision],
) -> dict[str, str]:
    wrote = automated.written(connection, mine)
    found = {h: automated.reason(s, wrote.get(h, automated.Written())) for h, s in seen.items() if h not in mine}
    reasons = automated.by_person({h: r for h, r in found.items() if r}, person_of, seen)
    for decision in said:
        if decision.kind in ("human", "machine") and (person := person_of.get(decision.handle)):
            reasons.pop(person, None)
            if decision.kind == "machine":
                reasons[person] = "You said so."
    return {p: r for p, r in reasons.items() if p not in {person_of.get(h) for h in mine}}


def _add_owners(
    connection: duckdb.DuckDBPyConnection, owners: Sequence[owner.Owner], person_of: Mapping[str, str]
) -> None:
    rows = []
    for each in owners:
        known = [person_of[h] for h in each.handles if h in person_of]
        rows.append((each.name, resolve.person_id(known[0]) if known else "", "\n".join(each.handles), each.reason))
    _table(connection, "owners", "owner VARCHAR, person VARCHAR, handles VARCHAR, reason VARCHAR", rows)
    connection.execute("CREATE OR REPLACE TEMP VIEW mine AS SELECT owner, person FROM owners WHERE person <> ''")


def _add_review(
    connection: duckdb.DuckDBPyConnection,
    resolution: resolve.Resolution,
    person_of: Mapping[str, str],
    machines: Mapping[str, str],
) -> None:
    # Whether two machines are one is nobody's question.
    rows = [
        (p.a, p.b, p.weight, "\n".join(e.text for e in p.evidence))
        for p in resolution.review
        if person_of[p.a] != person_of[p.b] and machines.keys().isdisjoint({person_of[p.a], person_of[p.b]})
    ]
    _table(connection, "review", "a VARCHAR, b VARCHAR, weight DOUBLE, reasons VARCHAR", rows)


def _table(connection: duckdb.DuckDBPyConnection, name: str, columns: str, rows: Sequence[tuple[object, ...]]) -> None:
    """Make a table of Python rows. columns: as SQL declares them, e.g. `person VARCHAR, events BIGINT`."""
    declared = [column.strip().rsplit(" ", 1) for column in columns.split(",")]
    lists = [list(column) for column in zip(*rows, strict=True)] if rows else [[] for _ in declared]
    selected = ", ".join(f'unnest(${i}::{kind}[]) AS "{column}"' for i, (column, kind) in enumerate(declared, start=1))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {selected}", lists)


def compare(home: Home, a: str, b: str, mine: Sequence[str]) -> list[evidence.Evidence]:
    """Return the evidence on two handles, the strongest first. mine: the owner's handles."""
    connection = connect()
    now = basis(home, Settings())
    _add_imports(now, connection)
    sightings.canonical(connection)
    seen = sightings.seen(connection)
    _add_by_hand(seen, now.said)
    pair = (min(a, b), max(a, b))
    counts = evidence.NameCounts(name for s in seen.values() if (name := evidence.full_name(s)))
    acted = together.together(connection, [pair], mine).get(pair, evidence.Together())
    connection.close()
    return evidence.between(seen[pair[0]], seen[pair[1]], counts=counts, together=acted)
