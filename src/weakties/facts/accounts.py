"""The live accounts that the user connected: what they are, where, and how the last sync of each went.

A password or token is never here: see `weakties.secrets`. How far an account has been read stands in the imports that it
brought, so that a sync that was cut off goes on where the last whole part ended.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from weakties.facts import ledger, state
from weakties.facts.home import Home


@dataclass(frozen=True, slots=True)
class Account:
    """A live account. id: as shown and typed, e.g. `imap:ana@example.com`; kind: which reader it has; owner: whose ledger it fills;
    settings: host, user and the like, nothing secret; made_at: seconds UTC."""

    id: str
    kind: str
    owner: str
    made_at: int
    settings: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Status:
    """How the last sync went. at: seconds UTC; ok: whether it came to its end; said: one sentence, with the fix where there is one;
    folders: for each, how many records the server has and how many of them are here."""

    at: int
    ok: bool
    said: str
    folders: Mapping[str, tuple[int, int]] = field(default_factory=dict)


def connected(home: Home) -> list[tuple[Account, Status | None]]:
    """Return the accounts in the order in which they were connected, each with how its last sync went."""
    if not home.state.exists():
        return []
    with state.read(home) as database:
        rows = database.execute(
            "SELECT id, kind, owner, made_at, settings, status FROM account ORDER BY made_at, id"
        ).fetchall()
    return [
        (
            Account(i, kind, owner, made_at, state.of_text(settings)),
            msgspec.convert(state.of_text(status), Status) if status else None,
        )
        for i, kind, owner, made_at, settings, status in rows
    ]


def connect(home: Home, account: Account) -> None:
    """Keep an account, in place of one of the same id; what is known of its last sync stays."""
    values = (
        account.id,
        account.kind,
        account.owner,
        account.made_at,
        msgspec.json.encode(dict(account.settings)).decode(),
    )
    with state.opened(home) as database:
        database.execute(
            "INSERT INTO account (id, kind, owner, made_at, settings) VALUES (?, ?, ?, ?, ?) "
            "ON CONFLICT (id) DO UPDATE SET kind = excluded.kind, owner = excluded.owner, settings = excluded.settings",
            values,
        )


def disconnect(home: Home, name: str) -> bool:
    """Forget an account; what it brought stays. Return whether it was there."""
    with state.opened(home) as database:
        return database.execute("DELETE FROM account WHERE id = ?", (name,)).rowcount > 0


def note(home: Home, name: str, status: Status) -> None:
    """Write down how a sync went."""
    with state.opened(home) as database:
        database.execute("UPDATE account SET status = ? WHERE id = ?", (msgspec.json.encode(status).decode(), name))


def cursor_of(home: Home, account: Account) -> dict[str, Any]:
    """Return how far an account has been read, by the newest import that it brought and that still stands; empty before the first."""
    whose = (account.kind, account.id, account.owner)
    ours = [i.cursor for i in ledger.imports(home) if i.cursor and (i.source, i.path, i.owner) == whose]
    told: list[dict[str, Any]] = [msgspec.json.decode(cursor) for cursor in ours]
    return max(told, key=lambda cursor: int(cursor.get("part", 0)), default={})
