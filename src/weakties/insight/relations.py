"""What somebody is to the owner: family, manager, co-worker, former co-worker; each with what shows it.

The owner's own word comes first and needs no other. Declared relations stand in address books; employers come from cards and
from the domain of an address, the owner's own past ones from her profile. Nothing is concluded from tone or frequency.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import duckdb

from weakties.identity import organisations

# An employer that cards or addresses showed within these days counts as today's.
_CURRENT_DAYS = 365

_DECLARED = """
    SELECT ha.person, hb.person, l.kind FROM dated_links l JOIN handles ha ON ha.handle = l.a JOIN handles hb ON hb.handle = l.b
    WHERE l.kind IN ('family', 'reports-to') AND (ha.person = $person OR hb.person = $person) AND ha.person <> hb.person
    AND l.owner = $owner AND l.day <= $day
"""
_ON_CARDS = """
    SELECT DISTINCT c.relation FROM dated_cards c JOIN handles h USING (handle)
    WHERE h.person = $person AND c.relation <> '' AND c.day <= $day ORDER BY c.relation
"""
# Handles of a person and of the owner, each with what its cards say of an employer.
_CARDED = """
    SELECT h.person = $person AS theirs, h.handle, h.events > 0 AS heard, p.first_day, p.last_day, c.organisation, c.day
    FROM handles h LEFT JOIN people p USING (person) LEFT JOIN dated_cards c ON c.handle = h.handle AND c.day <= $day
    WHERE h.person = $person OR list_contains($mine::VARCHAR[], h.person)
"""


@dataclass(frozen=True, slots=True)
class Relation:
    """What somebody is to the owner. what: `family`, `manager`, `report`, `co-worker`, `former co-worker`, or a word of the owner's
    or of a card; text: one sentence that says what shows it."""

    what: str
    text: str


def relations(
    connection: duckdb.DuckDBPyConnection, person: str, *, owner: str, as_of_day: int, said: Iterable[str] = ()
) -> list[Relation]:
    """Return what somebody is to the owner, the surest first. said: the owner's own words for it."""
    found = [Relation(word, "You said so.") for word in said]
    mine = {p for (p,) in connection.execute("SELECT person FROM owners WHERE owner = $1", [owner]).fetchall()}
    for a, b, kind in connection.execute(_DECLARED, {"person": person, "owner": owner, "day": as_of_day}).fetchall():
        if a not in mine and b not in mine:
            continue
        if kind == "family":
            found.append(Relation("family", "An address book says so."))
        else:
            found.append(Relation("manager" if a in mine else "report", "An address book says who reports to whom."))
    words = connection.execute(_ON_CARDS, {"person": person, "day": as_of_day}).fetchall()
    found += [Relation(word, "A card says so.") for (word,) in words]
    carded = connection.execute(_CARDED, {"person": person, "mine": sorted(mine), "day": as_of_day}).fetchall()
    found += _co_worker(carded, as_of_day)
    return list({r.what: r for r in reversed(found)}.values())[::-1]


def _co_worker(carded: Iterable[tuple[Any, ...]], day: int) -> list[Relation]:
    seen = _employers(carded, day)
    shared = [(key, *seen[True][key]) for key in seen[True].keys() & seen[False].keys() if key]
    if not shared:
        return []
    key, name, last = max(shared, key=lambda s: (min(s[2], seen[False][s[0]][1]), s[0]))
    both = min(last, seen[False][key][1])
    if day - both <= _CURRENT_DAYS and _is_newest(seen[False], key):
        return [Relation("co-worker", f"You are both of {name}, by cards or addresses.")]
    return [Relation("former co-worker", f"You were both of {name}, by cards or addresses.")]


def _employers(carded: Iterable[tuple[Any, ...]], day: int) -> dict[bool, dict[str, tuple[str, int]]]:
    """Return employers by cards, and by the domains of addresses in use: of the person (True) and of the owner (False), by key,
    the name as written and the last day on which it was seen."""
    said: dict[tuple[bool, str], int] = {}
    used: dict[tuple[bool, str], int] = {}
    for theirs, handle, heard, first_day, last_day, organisation, on in carded:
        if organisation:
            said[theirs, organisation] = max(on, said.get((theirs, organisation), on))
        days = [*([min(last_day, day)] if heard and last_day is not None else []), *([] if on is None else [on])]
        if days and first_day is not None and first_day <= day and handle.startswith("email:"):
            used[theirs, handle] = max(*days, used.get((theirs, handle), days[0]))
    seen: dict[bool, dict[str, tuple[str, int]]] = {True: {}, False: {}}
    for (theirs, name), last in sorted(said.items()):
        _keep(seen[theirs], organisations.key(name), name, last)
    for (theirs, handle), last in sorted(used.items()):
        if domain := organisations.of_handle(handle):
            _keep(seen[theirs], organisations.house(handle), domain, last)
    return seen


def _is_newest(of: dict[str, tuple[str, int]], key: str) -> bool:
    return of[key][1] >= max(last for _, last in of.values())


def _keep(known: dict[str, tuple[str, int]], key: str, name: str, day: int) -> None:
    if key not in known or known[key][1] < day:
        known[key] = (name, day)
