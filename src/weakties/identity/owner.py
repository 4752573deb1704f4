"""Whose mailbox is this? Found from the mailbox itself; the user's word (`--me`) wins.

The owner is who takes part in most messages, above all as the author of what lies among the sent mail and as the address
that mail was delivered to. A newsletter is in no sent folder and a list is nobody's sent author, so neither wins.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb

from weakties.facts import handles
from weakties.identity.evidence import called, full_name
from weakties.identity.sightings import Seen

# A second address counts as the owner's own when so large a share of the sent mail was written from it.
_OF_SENT = 0.2
_MANY_SENT = 20

_ALONE = """
    WITH mine AS (SELECT who FROM known SEMI JOIN (SELECT unnest($known) AS handle) USING (handle)),
    -- Where the owner is known to be already.
    with_me AS (SELECT DISTINCT moment FROM takes SEMI JOIN mine USING (who))
    SELECT k.handle, count(*) FROM takes t ANTI JOIN with_me USING (moment) JOIN known k USING (who)
    WHERE t.moment BETWEEN $first AND $last AND (t.delivered OR t.sent) GROUP BY k.handle ORDER BY 2 DESC, 1
"""
# Handles of one person in one message count once; most people have one handle.
_SEEN = """
    WITH grouped AS (
        SELECT k.who, min(k.who) OVER (PARTITION BY g.person) AS person
        FROM (SELECT unnest($handles) AS handle, unnest($people) AS person) g JOIN known k USING (handle)
    ),
    once AS (
        SELECT who AS person, named, sent, delivered, author, addressed, listed FROM takes ANTI JOIN grouped USING (who)
        WHERE moment BETWEEN $first AND $last
        UNION ALL
        SELECT g.person, bool_or(named), bool_or(sent), bool_or(delivered), bool_or(author), bool_or(addressed), bool_or(listed)
        FROM takes t JOIN grouped g USING (who) WHERE t.moment BETWEEN $first AND $last
        GROUP BY g.person, t.moment
    ),
    counted AS (
        SELECT person AS who, count(*) FILTER (named) AS events, count(*) FILTER (sent) AS sent,
            count(*) FILTER (delivered) AS delivered, count(*) FILTER (author) AS authored, count(*) FILTER (addressed) AS addressed
        FROM once GROUP BY person HAVING NOT bool_or(listed) AND bool_or(author OR addressed)
    )
    SELECT k.handle, c.* EXCLUDE (who) FROM counted c JOIN known k USING (who)
"""
# The moments of one owner lie together.
_TOTALS = "SELECT count(*), count(*) FILTER (in_sent), min(moment), max(moment) FROM moments WHERE owner = $owner"


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
    total, sent, first, last = connection.execute(_TOTALS, {"owner": owner}).fetchall()[0]
    if not total:
        return None
    several = {h: p for h, p in person_of.items() if h != p}
    several.update({p: p for p in several.values()})
    asked = {"first": first, "last": last, "handles": list(several), "people": list(several.values())}
    ranked: list[tuple[float, int, int, str]] = []
    for handle, events, from_sent, delivered, authored, addressed in connection.execute(_SEEN, asked).fetchall():
        person = person_of.get(handle)
        # An address that mail is only delivered to may be an archive's; somebody lives at one that is named or writes.
        if person is None or not handles.domain(person):
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
    said = declared(owner, seen)
    people = {person_of[h] for h in me if h in person_of}
    if people or len(said) > 1:
        people |= {person_of[h] for h in said if h in person_of}
        mine = {h for h, p in person_of.items() if p in people} | {*me, *said}
        return Owner(owner, tuple(sorted(mine)), "You said so." if me else "Your own profile in an export says so.")
    unknown = f"No mail here names {', '.join(map(handles.value, me))}. " if me else ""
    first = guess(connection, owner, person_of)
    if first is None and said:
        return Owner(owner, tuple(said), f"{unknown}An export says which words are yours.")
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
    return Owner(owner, tuple(sorted({*mine, *said})), unknown + reason)


def declared(owner: str, seen: Mapping[str, Seen]) -> list[str]:
    """Return the handles that exports themselves give to whoever they belong to, none where no export speaks of `I`."""
    own = seen.get(f"owner:{owner}")
    if own is None:
        return []
    mine = called(own)
    # A telephone that is on the card of somebody else too is the family's.
    return [own.handle, *(h for h in sorted(own.booked) if h in seen and called(seen[h]) <= mine)]


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
    total, sent, first, last = connection.execute(_TOTALS, {"owner": owner}).fetchall()[0]
    asked = {"first": first, "last": last, "known": sorted(mine)}
    found: set[str] = set()
    for handle, times in connection.execute(_ALONE, asked).fetchall():
        sighting = seen[handle]
        wrote = sighting.authored_sent >= max(_MANY_SENT, _OF_SENT * sent)
        named = sighting.authored + sighting.addressed
        received = named and sighting.delivered >= max(_MANY_SENT, 0.05 * total) and times * 2 >= sighting.delivered
        if sighting.listed == 0 and (wrote or received):
            found |= {h for h, p in person_of.items() if p == person_of[handle]}
    return found
