"""The checks of `weakties doctor`: each finding says what is so, and if it is not well, what to type.

A check that cannot be made because something is damaged says so and leaves the others alone.
"""

from __future__ import annotations

import shutil
import sqlite3
import stat
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from weakties import refresh
from weakties.config import Settings
from weakties.errors import WeaktiesError
from weakties.facts import accounts, erasure, ledger, staging, state
from weakties.facts.home import FORMAT, Home
from weakties.facts.ledger import Import, Snapshot
from weakties.sources.registry import available

_LITTLE_BYTES = 1_000_000_000
_DAY = 86_400
_OLD_BACKUP_DAYS = 30
# Whoever reads an account by hand does so once a month.
_QUIET_SYNC_DAYS = 30
# A clock that goes wrong by less is put right by the network.
_LEEWAY_SECONDS = 2 * _DAY
_ONLY_BACKUP = "weakties --home NEW-FOLDER restore BACKUP brings back a backup."
_FROM_BACKUP = "weakties --home NEW-FOLDER restore BACKUP brings back a backup; weakties imports reread {} reads the original again."


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. ok: whether all is well; what: what was found; fix: what to type, empty where all is well."""

    what: str
    fix: str = ""
    ok: bool = True


Check = Callable[[Home, Settings, int], Iterator[Finding]]


def examine(home: Home, settings: Settings, *, now: int) -> Iterator[Finding]:
    """Yield a finding per check, in the order in which they matter. now: seconds UTC."""
    yield Finding(f"The home is {home.path}, format {FORMAT}.")
    checks: tuple[Check, ...] = (
        _openness, _room, _imports, _folders, _decisions, _erasures, _leavings, _build, _accounts, _clock, _backups, _plugins,
    )  # fmt: skip
    yield from _checked(checks, home, settings, now)


def damage(path: Path) -> str:
    """Return what is damaged in a home, in words; the empty text where nothing is, or where there is no home."""
    checked = _checked((_folders, _decisions, _build), Home(path), Settings(), 0)
    return next((finding.what for finding in checked if not finding.ok), "")


def _checked(checks: Iterable[Check], home: Home, settings: Settings, now: int) -> Iterator[Finding]:
    """Yield what checks find; what keeps one from being made is a finding too, once."""
    told: set[str] = set()
    for check in checks:
        try:
            for finding in check(home, settings, now):
                told.add(finding.what)
                yield finding
        except (WeaktiesError, OSError) as error:
            # One folder or record that is gone stands in the way of several checks.
            where = str(Path(error.filename).parent) if isinstance(error, OSError) and error.filename else str(error)
            if not any(where in what for what in told):
                told.add(str(error))
                hint = error.hint if isinstance(error, WeaktiesError) else ""
                yield Finding(str(error), hint or _ONLY_BACKUP, ok=False)


def _openness(home: Home, _: Settings, __: int) -> Iterator[Finding]:
    mode = stat.S_IMODE(home.path.stat().st_mode)
    if mode & 0o077:
        yield Finding(
            f"Others on this machine may look into {home.path} ({mode:o}).",
            f"chmod 700 {quote(str(home.path))}",
            ok=False,
        )
    else:
        yield Finding("Only you may look into it.")
    open_files = [p for p in home.path.rglob("*") if not p.is_symlink() and p.is_file() and p.stat().st_mode & 0o077]
    if open_files:
        said = (
            f"{len(open_files):,} of its files could be read by others if the folder were opened, e.g. {open_files[0]}."
        )
        yield Finding(said, f"chmod -R go= {quote(str(home.path))}", ok=False)
    if not home.writable:
        yield Finding("It can only be read: it answers, but nothing can be imported or decided.")


def _accounts(home: Home, _: Settings, now: int) -> Iterator[Finding]:
    for account, status in accounts.connected(home):
        again = f"weakties sync {quote(account.id)}"
        if status is None:
            yield Finding(f"{account.id} was connected and never read.", again, ok=False)
        elif not status.ok:
            yield Finding(f"{account.id} could not be read: {status.said}", again, ok=False)
        elif now - status.at > _QUIET_SYNC_DAYS * _DAY:
            days = (now - status.at) // _DAY
            yield Finding(f"{account.id} was last read {days:,} days ago.", again, ok=False)
        else:
            yield Finding(f"{account.id}: {status.said}")


def _room(home: Home, _: Settings, __: int) -> Iterator[Finding]:
    free = shutil.disk_usage(home.path).free
    few = free < _LITTLE_BYTES
    yield Finding(f"{free / 1e9:,.1f} GB are free.", "Make room before the next import." if few else "", ok=not few)


def _imports(home: Home, _: Settings, __: int) -> Iterator[Finding]:
    at = ledger.snapshot(home)
    count = len(at.imports)
    fix = "" if count else "weakties import ~/mail.mbox, or weakties demo."
    yield Finding(f"{count:,} import{'' if count == 1 else 's'}.", fix, ok=bool(count))


def _folders(home: Home, _: Settings, __: int) -> Iterator[Finding]:
    at = ledger.snapshot(home)
    for folder, names in at.folders.items():
        yield from _folder(at, folder, names)


def _folder(at: Snapshot, folder: str, names: tuple[str, ...]) -> Iterator[Finding]:
    where, which = at.root / folder, " ".join(names)
    if not where.is_dir():
        yield Finding(f"The folder {where} of import {which} is gone.", _ONLY_BACKUP, ok=False)
        return
    unread = set()
    for name in names:
        try:
            yield from _original(ledger.read_import(at, folder, name))
        except (FileNotFoundError, WeaktiesError) as error:
            unread.add(f"{name}.json")
            yield Finding(f"The record of import {name} cannot be read: {error}.", _ONLY_BACKUP, ok=False)
    if changed := [file for file in staging.damaged(where) if file not in unread]:
        said = f"Not what was written, of import {which}: {', '.join(changed)}. A damaged disk, or another program."
        yield Finding(said, _FROM_BACKUP.format(names[0]), ok=False)


def _there(path: str) -> bool:
    """Tell whether a file is there; one that we may not look for is as good as not."""
    try:
        return Path(path).exists()
    except OSError:
        return False


def _original(record: Import) -> Iterator[Finding]:
    if record.cursor:
        # Of a live account: what it brought has no file.
        return
    if not _there(record.path):
        said = f"Import {record.id} was read from {record.path}, which is not there any more."
        yield Finding(said + " It can still be used, but not be read again.")


def _decisions(home: Home, _: Settings, __: int) -> Iterator[Finding]:
    if not home.state.exists():
        return
    with state.read(home) as database, closing(database.cursor()) as cursor:
        try:
            said = cursor.execute("PRAGMA integrity_check").fetchall()[0][0]
        except sqlite3.DatabaseError as error:
            said = str(error)
    if said != "ok":
        yield Finding(f"The decisions in {home.state} are damaged: {said}.", _ONLY_BACKUP, ok=False)


def _erasures(home: Home, _: Settings, __: int) -> Iterator[Finding]:
    if erasure.pending(home):
        yield Finding("Forgetting somebody was cut off.", "weakties refresh finishes it.", ok=False)


def _leavings(home: Home, _: Settings, now: int) -> Iterator[Finding]:
    listed = ledger.snapshot(home).folders
    left = [p for p in home.facts.iterdir() if p.is_dir() and p.name not in listed]
    old = [p for p in left if now - p.stat().st_mtime > ledger.GRACE_SECONDS]
    if old:
        yield Finding(
            f"{len(old)} folders are left of imports that were undone or killed; the next import removes them."
        )
    for aside in home.all_set_aside:
        said = f"{aside} keeps everything as it was before the home was migrated."
        yield Finding(said, f"rm -r {quote(str(aside))}  when you are content.")
    place = home.path.resolve()
    for part in (*place.parent.glob(f".{place.name}.*.part"), *place.glob(f".{place.name}.*.part")):
        yield Finding(f"{part} is left of a restore that was cut off.", f"rm -r {quote(str(part))}", ok=False)


def _build(home: Home, settings: Settings, _: int) -> Iterator[Finding]:
    build = refresh.in_force(home)
    if build is None:
        yield Finding("Nothing has been derived yet; the first question does it.")
    elif files := staging.damaged(build.path):
        said = f"Not what was written, of the derived tables: {', '.join(files)}."
        yield Finding(said, "weakties refresh --anew makes them again.", ok=False)
    elif not refresh.is_current(home, settings):
        yield Finding("The derived tables are older than the facts; the next question brings them up to date.")
    else:
        yield Finding(f"The derived tables are up to date ({build.key}).")


def _clock(home: Home, _: Settings, now: int) -> Iterator[Finding]:
    ahead = [r for r in ledger.imports(home) if r.imported_at > now + _LEEWAY_SECONDS]
    if ahead:
        said = f"Import {ahead[0].id} was made in the future, by this machine's clock."
        yield Finding(said, "Set the clock; `--as-of` answers as of any day meanwhile.", ok=False)


def _backups(home: Home, _: Settings, now: int) -> Iterator[Finding]:
    made = state.backups(home)
    here = [(at, path) for at, path in made if _there(path)]
    days = (now - max((at for at, _ in here), default=0)) // _DAY
    if not here:
        yield Finding("No backup of this home is known to be there.", "weakties backup FILE makes one.")
    elif days > _OLD_BACKUP_DAYS:
        yield Finding(f"The newest backup is {days} days old.", "weakties backup FILE makes another.")
    else:
        yield Finding(f"The newest backup is {here[-1][1]}, {'of today' if days < 1 else f'{days} days old'}.")


def _plugins(_: Home, __: Settings, ___: int) -> Iterator[Finding]:
    for broken in available()[1]:
        yield Finding(
            f"The plugin {broken.name} of {broken.package} failed: {broken.reason}.", "Update or remove it.", ok=False
        )
