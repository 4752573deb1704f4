"""Who was seen to work where, and when: by what cards say and by the domains of addresses in use.

A card says it of its day; an address of each day on which it was in use. Nothing is said of the time between.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping

import duckdb

from weakties.facts.model import NO_TIME
from weakties.identity import organisations

# So many people with a card of one house and an address of another show that both are one, as do so many words of both.
_SEVERAL = 2
# Shorter names begin too many others.
_TELLING = 4

# The days of a card without a date are null: such a card says how things were on the day of its import.
_SHOWN = """
    CREATE OR REPLACE TEMP TABLE shown AS
    WITH uses AS (
        SELECT h.person, h.organisation AS name, m.day
        FROM takes t JOIN moments m USING (moment) JOIN known k USING (who) JOIN handles h USING (handle)
        WHERE h.organisation <> ''
    )
    SELECT person, 'address' AS how, name, '' AS title, list_sort(list(DISTINCT day)) AS days, '' AS import
    FROM uses GROUP BY person, name
    UNION ALL
    SELECT h.person, 'card', c.organisation, c.title, list_sort(list(DISTINCT ("at" // 86400)::INTEGER)), ''
    FROM cards c JOIN handles h USING (handle) WHERE c.organisation <> '' AND "at" <> $no_time
    GROUP BY h.person, c.organisation, c.title
    UNION ALL
    SELECT DISTINCT h.person, 'card', c.organisation, c.title, NULL::INTEGER[], c.import
    FROM cards c JOIN handles h USING (handle) WHERE c.organisation <> '' AND "at" = $no_time
"""
_EMPLOYED = """
    CREATE OR REPLACE TABLE employed AS
    WITH housed AS (
        SELECT unnest($how::VARCHAR[]) AS how, unnest($names::VARCHAR[]) AS name, unnest($houses::VARCHAR[]) AS house
    )
    SELECT s.person, h.house, s.name, s.title, s.days, s.import, s.how FROM shown s JOIN housed h USING (how, name)
"""


def derive(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `employed` (person, house, name, title, days, import, how), one row for all days that show the same.

    house: what the writings of one organisation share (`organisations.key`); name: as the card writes it, or the domain of the
    address; days: since 1970, ascending, each once, null for a card without a date; import: of such a card, else empty; how: `card`
    or `address`. Needs `cards`, `handles` and what `sightings.canonical` makes.
    """
    connection.execute(_SHOWN, {"no_time": NO_TIME})
    names = connection.execute("SELECT DISTINCT how, name FROM shown").fetchall()
    house_of = {(how, name): house for how, name in names if (house := _house(how, name))}
    shown = connection.execute("SELECT DISTINCT person, how, name FROM shown").fetchall()
    same = _same_houses(shown, house_of)
    columns = {
        "how": [how for how, _ in house_of],
        "names": [name for _, name in house_of],
        "houses": [same.get(house, house) for house in house_of.values()],
    }
    connection.execute(_EMPLOYED, columns)
    connection.execute("DROP TABLE shown")


def _house(how: str, name: str) -> str:
    return organisations.key(name if how == "card" else name.partition(".")[0])


def _same_houses(shown: Iterable[tuple[str, str, str]], house_of: Mapping[tuple[str, str], str]) -> dict[str, str]:
    """Return which house of cards is which house of addresses: where most of those who have both say so.

    Two people at least, unless the one name begins with the other, or all words of the domain are words of the name:
    `tallvik.example` is the Tallvik Laboratory. Where these words are several, one person is enough, whatever the others say:
    `lyngdal-standards.example` is the Lyngdal Institute of Standards. shown: person, how, name.
    """
    by: dict[str, dict[str, set[str]]] = {"card": defaultdict(set), "address": defaultdict(set)}
    for person, how, name in shown:
        if (how, name) in house_of:
            by[how][person].add(house_of[how, name])
    together: Counter[tuple[str, str]] = Counter()
    either: Counter[str] = Counter()
    for person in by["card"].keys() & by["address"].keys():
        for card in by["card"][person]:
            either[card] += 1
            together.update((card, address) for address in by["address"][person])
    shared = _shared_words(house_of, together)
    same: dict[str, str] = {}
    for pair, count in sorted(together.items(), key=lambda each: (shared[each[0]] < _SEVERAL, -each[1], each[0])):
        card, address = pair
        begins = len(address) >= _TELLING and (card.startswith(address) or address.startswith(card))
        most = 2 * count > either[card] and (count >= _SEVERAL or begins or shared[pair] > 0)
        if card != address and card not in same and (most or shared[pair] >= _SEVERAL):
            same[card] = address
    return same


def _shared_words(
    house_of: Mapping[tuple[str, str], str], pairs: Iterable[tuple[str, str]]
) -> Mapping[tuple[str, str], int]:
    """Return of each pair of a house of cards and one of addresses how many words a domain's first label has that are all words
    of a name; 0 where one is not."""
    words: dict[tuple[str, str], list[frozenset[str]]] = defaultdict(list)
    for (how, name), house in house_of.items():
        told = organisations.words(name if how == "card" else name.partition(".")[0])
        if how == "card" or sum(map(len, told)) >= _TELLING:
            words[how, house].append(frozenset(told))
    return {
        (card, address): max(
            (len(label) for label in words["address", address] for name in words["card", card] if label <= name),
            default=0,
        )
        for card, address in pairs
    }
