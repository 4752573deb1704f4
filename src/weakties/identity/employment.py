"""Who was seen to work where, and when: by what cards say and by the domains of addresses in use.

A card says it of its day; an address of all days on which it was in use. Nothing is said of the time between.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import duckdb

from weakties.facts.model import NO_TIME
from weakties.identity import organisations, resolve
from weakties.identity.sightings import Seen

# house: what the writings of one organisation share (`organisations.key`). The days of a card without a date are null: such a
# card says how things were on the day of its import.
EMPLOYED = (
    "person VARCHAR, house VARCHAR, name VARCHAR, title VARCHAR, first_day INTEGER, last_day INTEGER, import VARCHAR, "
    "how VARCHAR"
)
# So many people with a card of one house and an address of another show that both are one.
_SEVERAL = 2
# Shorter names begin too many others.
_TELLING = 4
_CARDS = """
    SELECT handle, organisation, title, (min("at") // 86400)::INTEGER, (max("at") // 86400)::INTEGER, '' FROM cards
    WHERE organisation <> '' AND "at" <> $no_time GROUP BY ALL
    UNION ALL
    SELECT DISTINCT handle, organisation, title, NULL, NULL, import FROM cards WHERE organisation <> '' AND "at" = $no_time
"""


def employed(
    connection: duckdb.DuckDBPyConnection,
    seen: Mapping[str, Seen],
    person_of: Mapping[str, str],
    *,
    free_mail: Iterable[str],
) -> list[tuple[object, ...]]:
    """Return the rows of `employed`, each once. free_mail: further domains that say nothing of an employer."""
    further = tuple(free_mail)
    ids = {h: resolve.person_id(p) for h, p in person_of.items()}
    found: set[tuple[object, ...]] = set()
    for handle, person in ids.items():
        domain = organisations.of_handle(handle, further)
        if domain and seen[handle].events and (house := organisations.house(handle)):
            found.add((person, house, domain, "", *seen[handle].days, "", "address"))
    for handle, name, title, first, last, source in connection.execute(_CARDS, {"no_time": NO_TIME}).fetchall():
        if handle in ids and (house := organisations.key(name)):
            found.add((ids[handle], house, name, title, first, last, source, "card"))
    same = _same_houses(found)
    rows = ((person, same.get(str(house), house), *rest) for person, house, *rest in found)
    return sorted(rows, key=lambda row: tuple(str(value) for value in row))


def _same_houses(found: Iterable[tuple[object, ...]]) -> dict[str, str]:
    """Return which house of cards is which house of addresses: where most of those who have both say so.

    Two people at least, unless the one name begins with the other: `tallvik.example` is the Tallvik Laboratory.
    """
    by: dict[str, dict[str, set[str]]] = {"card": defaultdict(set), "address": defaultdict(set)}
    for person, house, *_, how in found:
        by[str(how)][str(person)].add(str(house))
    together: Counter[tuple[str, str]] = Counter()
    either: Counter[str] = Counter()
    for person in by["card"].keys() & by["address"].keys():
        for card in by["card"][person]:
            either[card] += 1
            together.update((card, address) for address in by["address"][person])
    same: dict[str, str] = {}
    for (card, address), count in sorted(together.items(), key=lambda each: (-each[1], each[0])):
        alike = len(address) >= _TELLING and (card.startswith(address) or address.startswith(card))
        if card != address and card not in same and 2 * count > either[card] and (count >= _SEVERAL or alike):
            same[card] = address
    return same
