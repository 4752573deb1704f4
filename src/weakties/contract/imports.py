"""What came in: imports with counts that add up, live accounts and what they brought."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from weakties.contract.values import stamp

if TYPE_CHECKING:
    from weakties.facts.accounts import Account, Status
    from weakties.facts.ledger import Import
    from weakties.syncing import Synced

# Kinds that are counted also where there are none.
_ALWAYS = ("events", "cards", "links")


def brought(found: Import, automated: int) -> dict[str, Any]:
    """Return an import that was just made. automated: senders set aside as machines, of all imports together."""
    return {**_counted(found), "automated": automated}


def listed(found: Import) -> dict[str, Any]:
    """Return one of all imports, with when it was made."""
    return {**_counted(found), "imported_at": stamp(found.imported_at)}


def opened(found: Import, rejected: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return an import with each record that was rejected, and why."""
    return {**_counted(found), "rejected": list(rejected)}


def _counted(found: Import) -> dict[str, Any]:
    counts = {kind: c.as_json() for kind, c in found.counts.items() if kind in _ALWAYS or c.read}
    return {"id": found.id, "source": found.source, "path": found.path, **counts}


def account(found: Account, status: Status | None) -> dict[str, Any]:
    """Return a live account with how its last sync went, None where there was none. Its password is never in it."""
    told = {"id": found.id, "kind": found.kind, "owner": found.owner, "settings": dict(found.settings)}
    return {**told, "status": None if status is None else _status(status)}


def synced(found: Synced) -> dict[str, Any]:
    """Return a live account that was just read, with what it brought."""
    return {**account(found.account, found.status), "imports": [_part(record) for record in found.imports]}


def _part(record: Import) -> dict[str, Any]:
    counts = {kind: {"new": c.new, "known": c.known, "rejected": c.rejected} for kind, c in record.counts.items()}
    return {"id": record.id, **counts}


def _status(status: Status) -> dict[str, Any]:
    folders = {name: {"expected": expected, "stored": stored} for name, (expected, stored) in status.folders.items()}
    return {"at": stamp(status.at), "ok": status.ok, "said": status.said, "folders": folders}
