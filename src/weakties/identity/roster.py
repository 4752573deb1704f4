"""The people: one row each, with the name to show, the organisation, and what the newest cards say.

Made once who is who has been settled. What a card says of a person stays until a newer card says otherwise; the organisation
behind an address is that of the most recent address that says anything of it.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from weakties.facts import handles
from weakties.identity import evidence, organisations, resolve
from weakties.identity.sightings import Seen

_CARDS = """
    SELECT handle, organisation, title, location FROM cards
    WHERE organisation <> '' OR title <> '' OR location <> ''
    ORDER BY handle, "at", organisation, title, location
"""
# The columns of the tables that the rows below belong to.
PEOPLE = (
    "person VARCHAR, handle VARCHAR, name VARCHAR, handle_count INTEGER, machine VARCHAR, organisation VARCHAR, "
    "title VARCHAR, location VARCHAR, employer VARCHAR, first_day INTEGER, last_day INTEGER, events BIGINT"
)
HANDLES = (
    "handle VARCHAR, person VARCHAR, alias VARCHAR, name VARCHAR, events BIGINT, organisation VARCHAR, first_day INTEGER, "
    "last_day INTEGER"
)
ORGANISATIONS = "organisation VARCHAR, name VARCHAR"


@dataclass(frozen=True, slots=True)
class Roster:
    """The rows of `people` and `organisations`."""

    people: list[tuple[object, ...]]
    organisations: list[tuple[object, ...]]


@dataclass(frozen=True, slots=True)
class _Card:
    organisation: str
    title: str
    location: str


def roster(
    connection: duckdb.DuckDBPyConnection,
    seen: Mapping[str, Seen],
    person_of: Mapping[str, str],
    machines: Mapping[str, str],
    *,
    free_mail: Iterable[str],
) -> Roster:
    """Return everybody. machines: why, by oldest handle; free_mail: further domains that say nothing of an employer."""
    members: dict[str, list[str]] = defaultdict(list)
    for handle in sorted(person_of):
        members[person_of[handle]].append(handle)
    cards = _cards(connection)
    domain_of = {h: organisations.of_handle(h, free_mail) for h in person_of}
    people = [_person(oldest, own, seen, machines, cards, domain_of) for oldest, own in members.items()]
    said: dict[str, Counter[str]] = defaultdict(Counter)
    for row in people:
        said[str(row[5])][str(row[8])] += 1
    named: list[tuple[object, ...]] = [
        (d, organisations.display_name(d, said[d])) for d in sorted({str(p[5]) for p in people if p[5]})
    ]
    return Roster(people, named)


def handle_rows(
    seen: Mapping[str, Seen], person_of: Mapping[str, str], *, free_mail: Iterable[str]
) -> list[tuple[object, ...]]:
    """Return the rows of `handles`: whose each is, of which organisation's domain, and when it was seen."""
    ids = {h: resolve.person_id(h) for h in person_of}
    return [
        (h, ids[p], ids[h], _usual(seen[h]), seen[h].events, organisations.of_handle(h, free_mail), *seen[h].days)
        for h, p in person_of.items()
    ]


def _person(
    oldest: str,
    own: Sequence[str],
    seen: Mapping[str, Seen],
    machines: Mapping[str, str],
    cards: Mapping[str, Sequence[_Card]],
    domain_of: Mapping[str, str],
) -> tuple[object, ...]:
    written: Mapping[str, int] = seen[oldest].names
    recent = oldest
    # Most people have one handle.
    if len(own) > 1:
        written = Counter()
        for handle in own:
            written.update(seen[handle].names)
        recent = max(own, key=lambda h: (bool(domain_of[h]), seen[h].days[1], seen[h].events, h))
    newest = [c for h in sorted(own, key=lambda h: seen[h].days[1]) for c in cards.get(h, ())][::-1]
    return (
        resolve.person_id(oldest),
        oldest,
        evidence.best_name(written, _nameless(oldest)),
        len(own),
        machines.get(oldest, ""),
        domain_of[recent],
        next((c.title for c in newest if c.title), ""),
        next((c.location for c in newest if c.location), ""),
        next((c.organisation for c in newest if c.organisation), ""),
        min(seen[h].days[0] for h in own),
        max(seen[h].days[1] for h in own),
        sum(seen[h].events for h in own),
    )


def _cards(connection: duckdb.DuckDBPyConnection) -> dict[str, list[_Card]]:
    found: dict[str, list[_Card]] = defaultdict(list)
    for handle, organisation, title, location in connection.execute(_CARDS).fetchall():
        found[handle].append(_Card(organisation, title, location))
    return found


def _nameless(handle: str) -> str:
    value = handles.value(handle)
    return value.rpartition("@")[0] if handles.kind(handle) == "name" else value.rpartition("/cn=")[2]


def _usual(seen: Seen) -> str:
    return max(seen.names, key=lambda n: (seen.names[n], n), default="")
