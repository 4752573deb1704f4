"""Who is who, from the facts and what the user said: the parts of this room put together in their order.

Every message once stands before it. Then the owner by guess (everybody's neighbour says nothing of who belongs together), people
by evidence, the owner by people, machines. Nothing here writes anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import duckdb

from weakties.facts.decisions import Decision
from weakties.identity import automated, evidence, owner, resolve, sightings, together
from weakties.identity.evidence import Evidence
from weakties.identity.owner import Owner
from weakties.identity.resolve import Pair
from weakties.identity.sightings import Seen


@dataclass(frozen=True, slots=True)
class Settled:
    """Who is who. seen: every handle; person_of: handle -> oldest handle of the same person; machines: why, by oldest handle;
    review: probable pairs of people, the surest first.
    """

    seen: Mapping[str, Seen]
    person_of: Mapping[str, str]
    owners: Sequence[Owner]
    machines: Mapping[str, str]
    review: Sequence[Pair]


def settle(
    connection: duckdb.DuckDBPyConnection,
    owners: Sequence[str],
    decisions: Sequence[Decision],
    *,
    me: Callable[[str], Sequence[str]],
) -> Settled:
    """Settle who is who. connection: with what `sightings.canonical` makes.

    owners: names of the ledgers' owners. decisions: those of identity, oldest first. me: what an owner said are her handles.
    """
    seen = sightings.seen(connection)
    add_by_hand(seen, decisions)
    alone = {handle: handle for handle in seen}
    guesses = [h for name in owners if (h := owner.guess(connection, name, alone))]
    pairs = resolve.candidates(seen, together.stood_in(connection))
    compared = resolve.compare(seen, pairs, together.together(connection, pairs, guesses))
    resolution = resolve.resolve(seen, compared, decisions)
    found = [owner.settle(connection, name, resolution.person_of, seen, me(name)) for name in owners]
    person_of = _with_owners_whole(resolution.person_of, found, seen)
    mine = {h for o in found for h in o.handles}
    machines = _machines(connection, seen, person_of, mine, decisions)
    # Whether two machines are one is nobody's question.
    review = [
        p
        for p in resolution.review
        if person_of[p.a] != person_of[p.b] and machines.keys().isdisjoint({person_of[p.a], person_of[p.b]})
    ]
    return Settled(seen, person_of, found, machines, review)


def compare(
    connection: duckdb.DuckDBPyConnection, a: str, b: str, decisions: Sequence[Decision], mine: Sequence[str]
) -> list[Evidence]:
    """Return the evidence on two handles, the strongest first. connection: with the facts and `imports`; mine: the owners'."""
    sightings.canonical(connection)
    seen = sightings.seen(connection)
    add_by_hand(seen, decisions)
    pair = (min(a, b), max(a, b))
    counts = evidence.NameCounts((name for s in seen.values() if (name := evidence.full_name(s))), seen.values())
    acted = together.together(connection, [pair], mine).get(pair, evidence.Together())
    return evidence.between(seen[pair[0]], seen[pair[1]], counts=counts, together=acted)


def add_by_hand(seen: dict[str, Seen], decisions: Iterable[Decision]) -> None:
    """Add the people whom the user added to what was seen."""
    for decision in decisions:
        if decision.kind == "person":
            name = decision.value["name"]
            known = seen.setdefault(decision.handle, Seen(decision.handle, decision.at))
            known.names[name] = known.names.get(name, 0) + 1


def _with_owners_whole(
    person_of: Mapping[str, str], owners: Sequence[Owner], seen: Mapping[str, Seen]
) -> dict[str, str]:
    """Make one person of all the handles that are one owner's, also those that only her word unites."""
    whole = dict(person_of)
    for each in owners:
        known = [h for h in each.handles if h in whole]
        if known:
            oldest = min(known, key=lambda h: (seen[h].first_at, h))
            whole.update(dict.fromkeys(known, oldest))
    return whole


def _machines(
    connection: duckdb.DuckDBPyConnection,
    seen: Mapping[str, Seen],
    person_of: Mapping[str, str],
    mine: set[str],
    decisions: Iterable[Decision],
) -> dict[str, str]:
    wrote = automated.written(connection, mine)
    found = {h: automated.reason(s, wrote.get(h, automated.Written())) for h, s in seen.items() if h not in mine}
    reasons = automated.by_person({h: r for h, r in found.items() if r}, person_of, seen)
    for decision in decisions:
        if decision.kind in ("human", "machine") and (person := person_of.get(decision.handle)):
            reasons.pop(person, None)
            if decision.kind == "machine":
                reasons[person] = "You said so."
    return {p: r for p, r in reasons.items() if p not in {person_of.get(h) for h in mine}}
