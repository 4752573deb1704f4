"""What somebody is to the owner: family, manager, co-worker, former co-worker; each with what shows it.

The owner's own word comes first and needs no other. Declared relations stand in address books; employers come from cards and
from the domain of an address, the owner's own past ones from her profile. Nothing is concluded from tone or frequency.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

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
# Employers of a person and of the owner: by cards, and by the domains of addresses in use.
_CONCERNED = """
    WITH concerned AS (
        SELECT handle, person, events FROM handles WHERE person = $person OR list_contains($mine::VARCHAR[], person)
    ),
    carded AS (
        SELECT c.handle, c.organisation, c.day FROM dated_cards c SEMI JOIN concerned USING (handle) WHERE c.day <= $day
    )
"""
_EMPLOYERS = f"""{_CONCERNED}
    SELECT h.person = $person AS theirs, c.organisation, min(c.day) AS first_day, max(c.day) AS last_day
    FROM carded c JOIN concerned h USING (handle) WHERE c.organisation <> ''
    GROUP BY ALL ORDER BY ALL
"""  # noqa: S608  built from a constant of this module
_DOMAINS = f"""{_CONCERNED},
    newest AS (SELECT handle, max(day) AS day FROM carded GROUP BY handle)
    SELECT h.person = $person AS theirs, h.handle, greatest(if(h.events > 0, least(p.last_day, $day), NULL), c.day) AS last_day
    FROM concerned h JOIN people p USING (person) LEFT JOIN newest c ON c.handle = h.handle
    WHERE (h.events > 0 OR c.day IS NOT NULL) AND p.first_day <= $day AND h.handle LIKE 'email:%'
    ORDER BY ALL
"""  # noqa: S608  built from a constant of this module


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
    found += _co_worker(connection, {"person": person, "mine": sorted(mine), "day": as_of_day})
    return list({r.what: r for r in reversed(found)}.values())[::-1]


def _co_worker(connection: duckdb.DuckDBPyConnection, asked: dict[str, object]) -> list[Relation]:
    # By key: the name as written, and the last day on which it was seen.
    seen: dict[bool, dict[str, tuple[str, int]]] = defaultdict(dict)
    for theirs, name, _, last in connection.execute(_EMPLOYERS, asked).fetchall():
        _keep(seen[theirs], organisations.key(name), name, last)
    day = int(str(asked["day"]))
    for theirs, handle, last in connection.execute(_DOMAINS, asked).fetchall():
        if domain := organisations.of_handle(handle):
            _keep(seen[theirs], organisations.house(handle), domain, last)
    shared = [(key, *seen[True][key]) for key in seen[True].keys() & seen[False].keys() if key]
    if not shared:
        return []
    key, name, last = max(shared, key=lambda s: (min(s[2], seen[False][s[0]][1]), s[0]))
    both = min(last, seen[False][key][1])
    if day - both <= _CURRENT_DAYS and _is_newest(seen[False], key):
        return [Relation("co-worker", f"You are both of {name}, by cards or addresses.")]
    return [Relation("former co-worker", f"You were both of {name}, by cards or addresses.")]


def _is_newest(of: dict[str, tuple[str, int]], key: str) -> bool:
    return of[key][1] >= max(last for _, last in of.values())


def _keep(known: dict[str, tuple[str, int]], key: str, name: str, day: int) -> None:
    if key not in known or known[key][1] < day:
        known[key] = (name, day)
