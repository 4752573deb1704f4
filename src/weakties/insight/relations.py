"""What somebody is to the owner: family, manager, co-worker, former co-worker; each with what shows it.

The owner's own word comes first and needs no other. Declared relations stand in address books; employers come from cards and
from the domain of an address, the owner's own past ones from her profile. Nothing is concluded from tone or frequency.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

import duckdb

from weakties.identity import organisations
from weakties.insight.cards import Carded

# An employer that cards or addresses showed within these days counts as today's.
_CURRENT_DAYS = 365

_DECLARED = """
    SELECT ha.person, hb.person, l.kind FROM dated_links l JOIN handles ha ON ha.handle = l.a JOIN handles hb ON hb.handle = l.b
    WHERE l.kind IN ('family', 'reports-to') AND (ha.person = $person OR hb.person = $person) AND ha.person <> hb.person
    AND l.owner = $owner AND l.day <= $day
"""


@dataclass(frozen=True, slots=True)
class Relation:
    """What somebody is to the owner. what: `family`, `manager`, `report`, `co-worker`, `former co-worker`, or a word of the owner's
    or of a card; text: one sentence that says what shows it."""

    what: str
    text: str


def relations(
    connection: duckdb.DuckDBPyConnection,
    person: str,
    handles: Mapping[str, Collection[Carded]],
    *,
    owner: str,
    mine: Collection[str],
    as_of_day: int,
    said: Iterable[str] = (),
) -> list[Relation]:
    """Return what somebody is to the owner, the surest first.

    handles: theirs and the owner's, by person, with what cards say until then; mine: who the owner is, by id; said: her own words
    for it.
    """
    theirs, own = handles[person], [of for me in mine if me != person for of in handles[me]]
    found = [Relation(word, "You said so.") for word in said]
    for a, b, kind in connection.execute(_DECLARED, {"person": person, "owner": owner, "day": as_of_day}).fetchall():
        if a not in mine and b not in mine:
            continue
        if kind == "family":
            found.append(Relation("family", "An address book says so."))
        else:
            found.append(Relation("manager" if a in mine else "report", "An address book says who reports to whom."))
    words = {card.relation for of in theirs for card in of.cards} - {""}
    found += [Relation(word, "A card says so.") for word in sorted(words)]
    found += _co_worker(_employers(theirs, as_of_day), _employers(own, as_of_day), as_of_day)
    return list({r.what: r for r in reversed(found)}.values())[::-1]


# Employers by key: the name as written, and the last day on which it was seen.
_Employers = dict[str, tuple[str, int]]


def _co_worker(theirs: _Employers, mine: _Employers, day: int) -> list[Relation]:
    shared = [(key, *theirs[key]) for key in theirs.keys() & mine.keys() if key]
    if not shared:
        return []
    key, name, last = max(shared, key=lambda s: (min(s[2], mine[s[0]][1]), s[0]))
    both = min(last, mine[key][1])
    if day - both <= _CURRENT_DAYS and _is_newest(mine, key):
        return [Relation("co-worker", f"You are both of {name}, by cards or addresses.")]
    return [Relation("former co-worker", f"You were both of {name}, by cards or addresses.")]


def _employers(handles: Iterable[Carded], day: int) -> _Employers:
    """Return the employers of somebody: by cards, and by the domains of addresses in use."""
    said: dict[str, int] = {}
    used: dict[str, int] = {}
    for of in handles:
        for card in of.cards:
            if card.organisation:
                said[card.organisation] = max(card.day, said.get(card.organisation, card.day))
        days = [card.day for card in of.cards]
        if of.events > 0:
            days.append(of.until)
        if days and of.since <= day and of.handle.startswith("email:"):
            used[of.handle] = max(days)
    seen: _Employers = {}
    for name, last in sorted(said.items()):
        _keep(seen, organisations.key(name), name, last)
    for handle, last in sorted(used.items()):
        if domain := organisations.of_handle(handle):
            _keep(seen, organisations.house(handle), domain, last)
    return seen


def _is_newest(of: _Employers, key: str) -> bool:
    return of[key][1] >= max(last for _, last in of.values())


def _keep(known: _Employers, key: str, name: str, day: int) -> None:
    if key not in known or known[key][1] < day:
        known[key] = (name, day)
