"""What the user decided: one row per decision in a small SQL table, keyed on handles, each reversible.

People are derived and their ids may move, so a decision speaks of handles; the derivation finds the person. Nothing
but an erasure deletes here: an undone decision keeps its row and the time it was undone.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
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

# Of these the last word counts, so that one said again counts again only after another of its rivals; of the others each does, once.
_RIVALS: Mapping[str, tuple[str, ...]] = {
    "merge": ("merge", "split"), "split": ("merge", "split"), "human": ("human", "machine"), "machine": ("human", "machine"),
    "snooze": ("snooze",), "cadence": ("cadence",), "overrule": ("overrule",),
}  # fmt: skip

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


@dataclass(frozen=True, slots=True)
class Word:
    """What is to be decided: a decision before it is written down."""

    kind: Kind
    handle: str
    other: str = ""
    value: Mapping[str, Any] = field(default_factory=dict)


def decide_all(home: Home, words: Sequence[Word], *, at: int, author: str) -> list[tuple[Decision, bool]]:
    """Write several decisions down, all or none of them; return them in their order, and of each whether it is new.

    What the author said already, and what still counts, is not written again: the decision that stands is returned.
    """
    made = []
    with state.opened(home) as database:
        # Nobody may say the same between the look and the writing.
        database.execute("BEGIN IMMEDIATE")
        standing = _read(database)
        if (again := _said_together(words, standing, author)) is not None:
            return [(decision, False) for decision in again]
        for word in words:
            found = _said_before(word, standing, author)
            new = found is None
            if found is None:
                found = _write(database, Decision(0, at, author, word.kind, word.handle, word.other, dict(word.value)))
                standing.append(found)
            made.append((found, new))
    return made


def decide(
    home: Home, kind: Kind, handle: str, *, at: int, author: str, other: str = "", value: dict[str, Any] | None = None
) -> Decision:
    """Write a decision down and return it."""
    with state.opened(home) as database:
        return _write(database, Decision(0, at, author, kind, handle, other, value or {}))


def undo(home: Home, number: int | None, *, at: int, author: str | None = None) -> Decision:
    """Undo a decision by its number, the last one if None, and return it. Raises UsageError where there is none.

    author: whose words may be taken back, anybody's if None; of who is who they are everybody's.
    """
    return undo_all(home, [number], at=at, author=author)[0]


def undo_all(home: Home, numbers: Sequence[int | None], *, at: int, author: str | None = None) -> list[Decision]:
    """Undo several decisions, all or none of them, as `undo` does one."""
    done = []
    with state.opened(home) as database:
        database.execute("BEGIN IMMEDIATE")
        for number in numbers:
            standing = _read(database) if author is None else seen_by(author, _read(database))
            wanted = [d for d in standing if number is None or d.id == number]
            if not wanted:
                none = "There is no decision to undo."
                what = none if number is None else f"No standing decision has the number {number}."
                raise UsageError(what, hint="weakties undo --list shows them.")
            database.execute("UPDATE decision SET undone_at = ? WHERE id = ?", (at, wanted[-1].id))
            done.append(wanted[-1])
    return done


def standing(home: Home, kinds: Sequence[str] = KINDS) -> list[Decision]:
    """Return the decisions of these kinds that hold, oldest first."""
    if not home.state.exists():
        return []
    with state.read(home) as database:
        return [d for d in _read(database) if d.kind in kinds]


def seen_by(author: str, made: Iterable[Decision]) -> list[Decision]:
    """Return the decisions that an author may see and take back: her own, and those on who is who, which hold for all."""
    return [d for d in made if d.author == author or d.kind in OF_IDENTITY]


def everything(home: Home) -> list[Decision]:
    """Return every decision ever made, those undone included, oldest first."""
    if not home.state.exists():
        return []
    with state.read(home) as database:
        return _read(database, _ALL)


def _said_together(words: Sequence[Word], standing: Sequence[Decision], author: str) -> list[Decision] | None:
    """Return the decisions that say the same of who is one with whom, where they are the last of these; None where they are not."""
    if any("merge" not in _RIVALS.get(word.kind, ()) for word in words):
        return None
    last = [d for d in standing if d.author == author and d.kind in _RIVALS["merge"]][-len(words) :]
    same = [(d.kind, d.handle, d.other) for d in last] == [(word.kind, word.handle, word.other) for word in words]
    return last if same else None


def _said_before(word: Word, standing: Sequence[Decision], author: str) -> Decision | None:
    """Return the decision that says the same and still counts, None where there is none."""
    rivals = [d for d in standing if d.author == author and d.kind in _RIVALS.get(word.kind, (word.kind,))]
    # Who is one with whom follows from all that was said of it, in its order.
    if "merge" not in _RIVALS.get(word.kind, ()):
        rivals = [d for d in rivals if (d.handle, d.other) == (word.handle, word.other)]
    if word.kind == "overrule":
        rivals = [d for d in rivals if d.value["number"] == word.value["number"]]
    if word.kind in _RIVALS:
        rivals = rivals[-1:]
    said = (word.kind, word.handle, word.other, dict(word.value))
    return next((d for d in reversed(rivals) if (d.kind, d.handle, d.other, d.value) == said), None)


def _write(database: sqlite3.Connection, new: Decision) -> Decision:
    said = json.dumps(new.value, ensure_ascii=False, sort_keys=True)
    row = (new.at, new.author, new.kind, new.handle, new.other, said)
    return replace(new, id=database.execute(_INSERT, row).lastrowid or 0)


def _read(database: sqlite3.Connection, query: str = _SELECT) -> list[Decision]:
    rows = database.execute(query).fetchall()
    return [Decision(n, at, by, kind, a, b, state.of_text(value)) for n, at, by, kind, a, b, value in rows]
