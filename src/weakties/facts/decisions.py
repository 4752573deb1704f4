"""What the user decided: one row per decision in a small SQL table, keyed on handles, each reversible.

People are derived and their ids may move, so a decision speaks of handles; the derivation finds the person. Nothing
but an erasure deletes here: an undone decision keeps its row and the time it was undone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from weakties.errors import UsageError
from weakties.facts import state
from weakties.facts.home import Home

Kind = Literal[
    "merge", "split", "hide", "human", "machine", "relation", "note", "tag", "touch", "snooze", "cadence", "overrule",
    "person", "me", "outcome", "circle", "circles", "vouch",
]  # fmt: skip
KINDS = get_args(Kind)
# Who is who follows from these; a build that was made without them is out of date.
OF_IDENTITY = ("merge", "split", "human", "machine", "person", "me")

_INSERT = "INSERT INTO decision (at, author, kind, handle, other, value) VALUES (?, ?, ?, ?, ?, ?)"
_ALL = "SELECT id, at, author, kind, handle, other, value FROM decision ORDER BY id"
_SELECT = "SELECT id, at, author, kind, handle, other, value FROM decision WHERE undone_at IS NULL ORDER BY id"


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. at: seconds UTC when it was made. handle: whom it is about; other: the second handle of a merge or
    split, else empty. value: what was decided, by name (`{"until": "2026-04-01"}`).
    """

    id: int
    at: int
    author: str
    kind: str
    handle: str
    other: str = ""
    value: dict[str, Any] = field(default_factory=dict)


def decide(
    home: Home, kind: Kind, handle: str, *, at: int, author: str, other: str = "", value: dict[str, Any] | None = None
) -> Decision:
    """Write a decision down and return it."""
    said = value or {}
    with state.opened(home) as database:
        row = (at, author, kind, handle, other, json.dumps(said, ensure_ascii=False, sort_keys=True))
        number = database.execute(_INSERT, row).lastrowid
    return Decision(number or 0, at, author, kind, handle, other, said)


def undo(home: Home, number: int | None, *, at: int) -> Decision:
    """Undo a decision by its number, the last one if None, and return it. Raises UsageError where there is none."""
    with state.opened(home) as database:
        standing = _read(database)
        wanted = [d for d in standing if number is None or d.id == number]
        if not wanted:
            what = (
                "There is no decision to undo." if number is None else f"No standing decision has the number {number}."
            )
            raise UsageError(what, hint="weakties undo --list shows them.")
        found = wanted[-1]
        database.execute("UPDATE decision SET undone_at = ? WHERE id = ?", (at, found.id))
    return found


def standing(home: Home, kinds: Sequence[str] = KINDS) -> list[Decision]:
    """Return the decisions of these kinds that hold, oldest first."""
    if not home.state.exists():
        return []
    with state.read(home) as database:
        return [d for d in _read(database) if d.kind in kinds]


def everything(home: Home) -> list[Decision]:
    """Return every decision ever made, those undone included, oldest first."""
    if not home.state.exists():
        return []
    with state.read(home) as database:
        return _read(database, _ALL)


def _read(database: sqlite3.Connection, query: str = _SELECT) -> list[Decision]:
    rows = database.execute(query).fetchall()
    return [Decision(n, at, by, kind, a, b, state.of_text(value)) for n, at, by, kind, a, b, value in rows]
