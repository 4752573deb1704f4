"""The checks of `weakties doctor`: each finding says what is so, and if it is not well, what to type."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from weakties import refresh
from weakties.config import Settings
from weakties.facts import ledger
from weakties.facts.home import FORMAT, Home
from weakties.sources.registry import available

_LITTLE_BYTES = 1_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One check. ok: whether all is well; what: what was found; fix: what to type, empty where all is well."""

    what: str
    fix: str = ""
    ok: bool = True


def examine(home: Home, settings: Settings) -> Iterator[Finding]:
    """Yield a finding per check, in the order in which they matter."""
    yield Finding(f"The home is {home.path}, format {FORMAT}.")
    yield _permissions(home.path)
    if not home.writable:
        yield Finding("It can only be read: it answers, but nothing can be imported or decided.")
    free = shutil.disk_usage(home.path).free
    few = free < _LITTLE_BYTES
    yield Finding(f"{free / 1e9:,.1f} GB are free.", "Make room before the next import." if few else "", ok=not few)
    records = ledger.imports(home)
    fix = "" if records else "weakties import ~/mail.mbox, or weakties demo."
    yield Finding(f"{len(records):,} import{'' if len(records) == 1 else 's'}.", fix, ok=bool(records))
    for record in records:
        if not Path(record.path).exists():
            said = f"Import {record.id} was read from {record.path}, which is not there any more."
            yield Finding(said + " It can still be used, but not be read again.")
    yield _build(home, settings)
    for broken in available()[1]:
        yield Finding(
            f"The plugin {broken.name} of {broken.package} failed: {broken.reason}.", "Update or remove it.", ok=False
        )


def _permissions(path: Path) -> Finding:
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        return Finding(f"Others on this machine may look into {path} ({mode:o}).", f"chmod 700 {path}", ok=False)
    return Finding("Only you may look into it.")


def _build(home: Home, settings: Settings) -> Finding:
    build = refresh.in_force(home)
    if build is None:
        return Finding("Nothing has been derived yet; the first question does it.")
    if build.key != refresh.basis(home, settings).key:
        return Finding("The derived tables are older than the facts; the next question brings them up to date.")
    return Finding(f"The derived tables are up to date ({build.key}).")
