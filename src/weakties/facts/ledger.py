"""The ledger: imports are staged, committed, undone and folded together; a manifest says which exist.

An import is written into a hidden folder, renamed, then listed in the manifest, which is replaced in one step. Killed at
any moment it is either wholly there or not at all. Readers take the manifest's list and no lock; whoever changes the list
holds the ledger's lock for that moment only.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import Timeout

from weakties.errors import UnknownImport
from weakties.facts.counting import Counts, count
from weakties.facts.home import Home, guarded, is_home, read_json, sync_folder, write_atomically
from weakties.facts.staging import LOCK, PREFIX, Stage, lock_of, seal, to_disk
from weakties.facts.tables import TABLES

# A reader that took the manifest keeps to it for as long as its question lasts.
GRACE_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class Import:
    """One import: where it came from and what it brought.

    id: 8 characters made from the content, the source and the owner, so the same file has the same id for ever.
    digest: of the content. imported_at: seconds UTC. reader: version of the source that read it. cursor: how far a live account
    is read with it, as JSON; empty for a file. region: the country by which telephone numbers were read.
    """

    id: str
    source: str
    path: str
    owner: str
    digest: str
    reader: int
    imported_at: int
    keep_text: bool = False
    counts: Mapping[str, Counts] = field(default_factory=dict)
    cursor: str = ""
    region: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return what import.json holds."""
        return {**asdict(self), "counts": {kind: asdict(c) for kind, c in self.counts.items()}}


@dataclass(frozen=True, slots=True)
class _Manifest:
    """What MANIFEST holds: the folders and the imports in each."""

    folders: dict[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The ledger at one moment: folders and the imports in each. Everything read from it belongs together."""

    root: Path
    folders: Mapping[str, tuple[str, ...]]

    @property
    def imports(self) -> tuple[str, ...]:
        """The ids of all imports, sorted."""
        return tuple(sorted(i for ids in self.folders.values() for i in ids))

    def files(self) -> dict[str, list[Path]]:
        """Return the Parquet files of every table that has any, in a fixed order."""
        found: dict[str, list[Path]] = {}
        for folder in sorted(self.folders):
            for table in TABLES:
                path = self.root / folder / f"{table}.parquet"
                if path.exists():
                    found.setdefault(table, []).append(path)
        return found


def import_id(*, source: str, digest: str, owner: str) -> str:
    """Return the id of what this source makes of this content for this owner."""
    return hashlib.blake2b(f"{source}\0{digest}\0{owner}".encode(), digest_size=4).hexdigest()


def snapshot(home: Home) -> Snapshot:
    """Return the imports that exist now."""
    path = home.facts / "MANIFEST"
    try:
        listed = read_json(path, _Manifest)
    except FileNotFoundError:
        listed = _Manifest()
    return Snapshot(home.facts, listed.folders)


def imports(home: Home) -> list[Import]:
    """Return every import, oldest first."""
    now = snapshot(home)
    found = [read_import(now, folder, name) for folder, names in now.folders.items() for name in names]
    return sorted(found, key=lambda i: (i.imported_at, i.id))


def read_import(at: Snapshot, folder: str, name: str) -> Import:
    """Return one import's record from its folder."""
    return read_json(at.root / folder / f"{name}.json", Import)


def find(home: Home, name: str) -> Import:
    """Return the import whose id begins with `name`. Raises UnknownImport."""
    found = [i for i in imports(home) if name and i.id.startswith(name)]
    if len(found) != 1:
        what = "Several imports begin" if found else "No import begins"
        raise UnknownImport(f"{what} with {name!r}.", hint="weakties imports lists them.")
    return found[0]


def commit(
    home: Home,
    stage: Path,
    record: Import,
    *,
    again: bool = False,
    screen: Callable[[Home, Path, Import], Import] | None = None,
) -> Import:
    """Make a staged folder part of the ledger and return the import with its counts.

    stage: a folder below `home.facts` with the tables, all written; after this it is gone. again: replace an import with the
    same id in the same step; without it, one that somebody else has made meanwhile stays, and everything here is known.
    screen: takes out of the stage and the record what must not come in, with the lock held, so that whoever was forgotten
    meanwhile counts.
    Counting waits for the lock, so two imports of the same mail at once cannot both be new.
    """
    with guarded(home), home.lock("facts"):
        if not again and record.id in snapshot(home).imports:
            return all_known(find(home, record.id))
        if screen is not None:
            record = screen(home, stage, record)
        others = Snapshot(home.facts, _without(home, snapshot(home), record.id))
        record = replace(record, counts=count(others.files(), stage))
        _write_record(stage, record)
        seal(stage)
        folder = _fresh_name(others, record.id)
        stage.rename(home.facts / folder)
        sync_folder(home.facts)
        replace_folders(home, {**others.folders, folder: (record.id,)})
        sweep(home)
    return record


@contextmanager
def rehearsal(home: Home) -> Iterator[Home]:
    """Yield a home that knows every import of this one; what comes into it is counted as here, and forgotten at the end."""
    with guarded(home), Stage(home) as folder:
        there = Home(folder)
        there.facts.mkdir(mode=0o700)
        now = snapshot(home)
        for name in now.folders:
            (there.facts / name).symlink_to((home.facts / name).resolve())
        if home.state.exists():
            there.state.symlink_to(home.state.resolve())
        replace_folders(there, now.folders)
        yield there


def all_known(record: Import) -> Import:
    """Return an import with the counts of the same records met a second time."""
    counts = {k: Counts(known=c.new + c.known, rejected=c.rejected) for k, c in record.counts.items()}
    return replace(record, counts=counts)


def _without(home: Home, at: Snapshot, name: str) -> dict[str, tuple[str, ...]]:
    """Return the folders without an import; where it lies folded with others, they are folded anew."""
    folders = dict(at.folders)
    folder = next((f for f, ids in folders.items() if name in ids), None)
    if folder is not None:
        rest = tuple(i for i in folders.pop(folder) if i != name)
        if rest:
            folders[_fold(home, at, {folder: rest})] = rest
    return folders


def undo(home: Home, name: str) -> Import:
    """Remove exactly one import, as if it had never been. Returns what it was. Raises UnknownImport."""
    record = find(home, name)
    with guarded(home), home.lock("facts"):
        now = snapshot(home)
        folders = _without(home, now, record.id)
        if folders == now.folders:
            raise UnknownImport(f"{name} has just been undone by somebody else.", hint="weakties imports lists them.")
        replace_folders(home, folders)
        sweep(home)
    return record


def compact(home: Home, *, now: int, below: int = 5_000) -> int:
    """Fold small imports together, by day and, once a month is over, by month; return how many folders are gone.

    now: seconds UTC; today's imports are left alone. below: imports with at least that many events stay by themselves.
    """
    with guarded(home), home.lock("facts"):
        at = snapshot(home)
        groups: dict[str, dict[str, tuple[str, ...]]] = {}
        for folder, names in at.folders.items():
            records = [read_import(at, folder, name) for name in names]
            if any(r.counts.get("events", Counts()).read >= below for r in records):
                continue
            if period := _period(max(r.imported_at for r in records), now):
                groups.setdefault(period, {})[folder] = names
        folders = dict(at.folders)
        for members in groups.values():
            if len(members) < 2:
                continue
            folded = _fold(home, at, members)
            for folder in members:
                del folders[folder]
            folders[folded] = tuple(sorted(i for names in members.values() for i in names))
        gone = len(at.folders) - len(folders)
        if gone:
            replace_folders(home, folders)
        sweep(home)
    return gone


def _period(imported_at: int, now: int) -> str:
    then, today = datetime.fromtimestamp(imported_at, UTC), datetime.fromtimestamp(now, UTC)
    if then.date() >= today.date():
        return ""
    return then.strftime("%Y-%m") if (then.year, then.month) < (today.year, today.month) else then.strftime("%Y-%m-%d")


def _fold(home: Home, at: Snapshot, members: Mapping[str, tuple[str, ...]]) -> str:
    """Write the given imports of the given folders into one new folder and return its name."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    names = sorted(i for ids in members.values() for i in ids)
    folder = _fresh_name(at, hashlib.blake2b("\0".join(names).encode(), digest_size=4).hexdigest())
    with Stage(home) as target:
        for table in TABLES:
            paths = [at.root / f / f"{table}.parquet" for f in sorted(members)]
            parts = [pq.read_table(path) for path in paths if path.exists()]
            if not parts:
                continue
            whole = pa.concat_tables(parts)
            whole = whole.filter(pc.is_in(whole["import"], pa.array(names)))
            if whole.num_rows:
                pq.write_table(whole, target / f"{table}.parquet", compression="zstd")
                to_disk(target / f"{table}.parquet")
        for source, ids in members.items():
            for name in ids:
                shutil.copy2(at.root / source / f"{name}.json", target / f"{name}.json")
        seal(target)
        target.rename(home.facts / folder)
    sync_folder(home.facts)
    return folder


def rewritten(home: Home, folder: str, records: Iterable[Import], write: Callable[[Path, Path], None]) -> str:
    """Write a folder anew beside itself, and return its name; it becomes part of the ledger with `replace_folders`.

    records: of all its imports, as they shall stand there. write: fills a folder with the tables of another.
    """
    with Stage(home) as target:
        write(home.facts / folder, target)
        for record in records:
            _write_record(target, record)
        seal(target)
        new = _fresh_name(snapshot(home), folder.rpartition("-")[0] or folder)
        target.rename(home.facts / new)
    sync_folder(home.facts)
    return new


def _write_record(folder: Path, record: Import) -> None:
    write_atomically(folder / f"{record.id}.json", json.dumps(record.as_json(), indent=1, sort_keys=True))


def _fresh_name(at: Snapshot, stem: str) -> str:
    number = 0
    while (at.root / f"{stem}-{number}").exists():
        number += 1
    return f"{stem}-{number}"


def replace_folders(home: Home, folders: Mapping[str, tuple[str, ...]]) -> None:
    """Say in one step which folders the ledger has. folders: with the imports in each. Call with the ledger's lock held."""
    for gone in snapshot(home).folders.keys() - folders.keys():
        # Its age counts from now: a reader that took the manifest before may still be at it.
        with suppress(FileNotFoundError):
            os.utime(home.facts / gone)
    ordered = {name: sorted(folders[name]) for name in sorted(folders)}
    write_atomically(home.facts / "MANIFEST", json.dumps({"folders": ordered}, indent=1) + "\n")


def sweep(home: Home, *, grace: float | None = GRACE_SECONDS) -> list[str]:
    """Remove the leavings of killed imports at once, and folders that left the manifest when no reader can be at them any more.

    grace: seconds, by the time of the manifest, for which a reader may be at them; None: all of them, whoever reads. Call with the
    ledger's lock held. Returns the names of what is gone.
    """
    listed = snapshot(home).folders
    manifest = home.facts / "MANIFEST"
    now = manifest.stat().st_mtime if manifest.exists() else 0.0
    gone = []
    for path in sorted(home.facts.iterdir()):
        if path.name.startswith(PREFIX):
            stage = path.with_name(path.name.removesuffix(LOCK))
            lock = lock_of(stage)
            try:
                lock.acquire()
            except Timeout:
                continue
            shutil.rmtree(stage, ignore_errors=True)
            Path(lock.lock_file).unlink(missing_ok=True)
            lock.release()
        elif path.is_dir() and path.name not in listed and (grace is None or now - path.stat().st_mtime > grace):
            shutil.rmtree(path, ignore_errors=True)
        else:
            continue
        gone.append(path.name)
    return gone


def walk_files(path: Path) -> Iterator[Path]:
    """Yield the regular files of a folder (or the file itself), sorted, links to folders not followed, homes left out."""
    if not path.is_dir():
        yield path
        return
    for child in sorted(path.iterdir()):
        if child.is_symlink() and child.is_dir():
            continue
        if child.is_dir():
            # A home changes while it is written to; what is in it came in already.
            if not is_home(child):
                yield from walk_files(child)
        elif child.is_file():
            yield child


def digest(path: Path) -> str:
    """Return the digest of a file, or of a folder: names below it and contents, in sorted order."""
    whole = hashlib.blake2b(digest_size=16)
    for file in walk_files(path):
        whole.update(str(file.relative_to(path)).encode("utf-8", "surrogateescape") + b"\0")
        try:
            with file.open("rb") as content:
                whole.update(hashlib.file_digest(content, "blake2b").digest())
        except OSError as error:
            # An unreadable file is part of what we know of the folder; its record is rejected by the reader.
            whole.update(f"unreadable {error.errno}".encode())
    return whole.hexdigest()
