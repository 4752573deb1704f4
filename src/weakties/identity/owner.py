"""Whose mailbox is this? Found from the mailbox itself; the user's word (`--me`) wins.

The owner is who takes part in most messages, above all as the author of what lies among the sent mail and as the address
that mail was delivered to. A newsletter is in no sent folder and a list is nobody's sent author, so neither wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from weakties.facts import handles
from weakties.identity.evidence import full_name
from weakties.identity.sightings import Seen

# A second address counts as the owner's own when so large a share of the sent mail was written from it.
_OF_SENT = 0.2
_MANY_SENT = 20

_ALONE = """
    SELECT p.handle, count(DISTINCT p.event)
    FROM parts p JOIN moments m USING (owner, event)
    WHERE p.owner = $owner AND (p.role = 'delivered' OR (p.role = 'from' AND m.in_sent))
    AND NOT EXISTS (
        SELECT 1 FROM parts q WHERE q.owner = p.owner AND q.event = p.event AND list_contains($known, q.handle)
    )
    GROUP BY p.handle ORDER BY 2 DESC, 1
"""
_SEEN = """
    WITH once AS (
        SELECT g.person, p.event, bool_or(p.role <> 'delivered') AS named, bool_or(p.role = 'delivered') AS delivered,
            bool_or(p.role = 'from') AS author, bool_or(p.role IN ('to', 'cc', 'bcc')) AS addressed,
            bool_or(p.role = 'list') AS listed
        FROM parts p JOIN grouped g USING (handle)
        WHERE p.owner = $owner AND p.role <> 'sender'
        GROUP BY g.person, p.event
    )
    SELECT o.person, count(*) FILTER (WHERE o.named), count(*) FILTER (WHERE o.author AND m.in_sent),
        count(*) FILTER (WHERE o.delivered), count(*) FILTER (WHERE o.author), count(*) FILTER (WHERE o.addressed),
        count(*) FILTER (WHERE o.listed)
    FROM once o JOIN moments m ON m.owner = $owner AND m.event = o.event
    GROUP BY o.person ORDER BY o.person
"""
_GROUPED = (
    "CREATE OR REPLACE TEMP TABLE grouped AS SELECT unnest($1::VARCHAR[]) AS handle, unnest($2::VARCHAR[]) AS person"
)
_TOTALS = "SELECT count(*), count(*) FILTER (WHERE in_sent) FROM moments WHERE owner = $owner"


@dataclass(frozen=True, slots=True)
class Owner:
    """The owner of a ledger. handles: every handle that is the owner; reason: how that is known, in one sentence."""

    name: str
    handles: tuple[str, ...]
    reason: str


def guess(connection: duckdb.DuckDBPyConnection, owner: str, person_of: Mapping[str, str]) -> str | None:
    """Return the likeliest person (oldest handle) to own this mail, or None where the mail does not tell.

    person_of: handle -> oldest handle, as far as known; handles it does not name count for nobody.
    """
    total, sent = connection.execute(_TOTALS, {"owner": owner}).fetchall()[0]
    if not total:
        return None
    connection.execute(_GROUPED, [list(person_of), list(person_of.values())])
    ranked: list[tuple[float, int, int, str]] = []
    for person, events, from_sent, delivered, authored, addressed, listed in connection.execute(
        _SEEN, {"owner": owner}
    ).fetchall():
        # An address that mail is only delivered to may be an archive's; somebody lives at one that is named or writes.
        if listed or not authored + addressed or not handles.domain(person):
            continue
        in_sent = from_sent / sent if sent >= _MANY_SENT else 0.0
        # Nobody both writes and is written to so much in another's mailbox as in their own.
        balance = min(authored, addressed + delivered) / total
        score = (2 * events + 0.5 * delivered) / total + 0.5 * in_sent + balance
        ranked.append((score, delivered, addressed, person))
    ranked.sort(reverse=True)
    # Two who take part in everything alike: guessing would make a stranger of the owner.
    if not ranked or (len(ranked) > 1 and ranked[0][:3] == ranked[1][:3]):
        return None
    return ranked[0][3]


def settle(
    connection: duckdb.DuckDBPyConnection,
    owner: str,
    person_of: Mapping[str, str],
    seen: Mapping[str, Seen],
    me: Sequence[str],
) -> Owner:
    """Return the owner's handles once people are known. me: handles that the user named, empty if she did not."""
    people = {person_of[h] for h in me if h in person_of}
    if people:
        mine = {h for h, p in person_of.items() if p in people} | set(me)
        return Owner(owner, tuple(sorted(mine)), "You said so.")
    unknown = f"No mail here names {', '.join(map(handles.value, me))}. " if me else ""
    first = guess(connection, owner, person_of)
    if first is None:
        return Owner(owner, (), f"{unknown}The mail does not tell whose it is: say so with --me.")
    mine = {h for h, p in person_of.items() if p == first}
    busiest = max(mine, key=lambda h: (seen[h].events, h))
    own = seen[busiest]
    mine |= {h for h in _further(connection, owner, mine, seen, person_of) if not _is_another(seen[h], own)}
    reason = (
        f"{handles.value(busiest)} takes part in {own.events:,} messages of this mailbox, wrote {own.authored:,} of them "
        f"and was written to in {own.addressed:,}."
    )
    return Owner(owner, tuple(sorted(mine)), unknown + reason)


def _is_another(seen: Seen, own: Seen) -> bool:
    """Tell whether a handle bears another full name than the owner's: an assistant writes into the sent folder too."""
    one, two = full_name(seen), full_name(own)
    return bool(one and two and one.key != two.key)


def _further(
    connection: duckdb.DuckDBPyConnection,
    owner: str,
    mine: set[str],
    seen: Mapping[str, Seen],
    person_of: Mapping[str, str],
) -> set[str]:
    """Return further addresses of the owner: where mail without a known own address was delivered or sent from."""
    total, sent = connection.execute(_TOTALS, {"owner": owner}).fetchall()[0]
    found: set[str] = set()
    for handle, times in connection.execute(_ALONE, {"owner": owner, "known": sorted(mine)}).fetchall():
        sighting = seen[handle]
        wrote = sighting.authored_sent >= max(_MANY_SENT, _OF_SENT * sent)
        named = sighting.authored + sighting.addressed
        received = named and sighting.delivered >= max(_MANY_SENT, 0.05 * total) and times * 2 >= sighting.delivered
        if sighting.listed == 0 and (wrote or received):
            found |= {h for h, p in person_of.items() if p == person_of[handle]}
    return found
