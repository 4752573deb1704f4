"""Value: what a word with this person could bring, from 0 to 1, as a sum of four named parts.

**reach** (0.40): organisations and people whom I reach through this person and through nobody stronger. **standing** (0.15): how
many people they were seen with, and a title that decides. **willingness** (0.20): how often they answered what I asked,
drawn towards one half while little is known. **weakness** (0.25): the inverted U: most at about ten mutual contacts
(Rajkumar et al. 2022: moderately weak by mutual contacts, weakest by intensity), and the less the stronger the tie is.

The weights are set by hand, until the owner records what came of whom (`insight.outcomes`): then they are learned, near these. The
parts and their weights are shown with every number.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

from weakties.ties.reasons import Reason, strongest

WEIGHTS = {"reach": 0.40, "standing": 0.15, "willingness": 0.20, "weakness": 0.25}
# Two organisations nobody else opens give 0.39 of the reach there is, five give 0.71, ten 0.92.
_REACH_SCALE = 4.0
_PERSON_IN_ORGANISATIONS = 0.2
# Seen with fifty people: as much standing as company alone can give.
_WELL_CONNECTED = 50
# The strongest door to every person and every organisation. A person is a door to whoever they were seen together with, to
# their own organisation, and to the organisations of those people. Ties of equal strength: the one with more messages.
_DOORS = """
    CREATE OR REPLACE TEMP TABLE doors AS
    WITH ranked AS (
        SELECT person, row_number() OVER (ORDER BY strength, messages, person) AS rank FROM ties WHERE messages > 0
    ),
    ways AS (
        SELECT n.other AS target, r.rank FROM pairs n JOIN ranked r USING (person)
        UNION ALL
        SELECT person, rank FROM ranked
    ),
    -- A domain with one person behind it is that person's own, not a world.
    worlds AS (
        SELECT organisation FROM people WHERE machine = '' AND organisation <> '' AND first_day <= $day
        GROUP BY organisation HAVING count(*) >= 2
    ),
    -- Whom I exchange letters with myself is no news, nor is a house in which somebody else does.
    own AS (SELECT person FROM ties WHERE sent > 0 AND received > 0),
    own_houses AS (
        SELECT p.organisation, count(*) AS n, min(p.person) AS only FROM own JOIN people p USING (person)
        WHERE p.organisation <> '' GROUP BY p.organisation
    ),
    best AS (SELECT target, max(rank) AS rank FROM ways GROUP BY target),
    person_door AS (
        SELECT 'person' AS what, b.target AS goal, r.person AS door
        FROM best b JOIN people p ON p.person = b.target JOIN ranked r USING (rank)
    ),
    organisation_door AS (
        SELECT 'organisation' AS what, goal, r.person AS door FROM (
            SELECT organisation AS goal, max(b.rank) AS rank
            FROM best b JOIN people p ON p.person = b.target JOIN worlds o USING (organisation)
            WHERE organisation NOT IN (SELECT organisation FROM own_organisations)
            GROUP BY organisation
        ) JOIN ranked r USING (rank)
    )
    SELECT d.* FROM person_door d ANTI JOIN own ON own.person = d.goal WHERE d.goal <> d.door
    UNION ALL
    SELECT d.* FROM organisation_door d LEFT JOIN own_houses h ON h.organisation = d.goal
    WHERE coalesce(h.n, 0) = 0 OR (h.n = 1 AND h.only = d.door)
"""

_OWN = """
    CREATE OR REPLACE TEMP TABLE own_organisations AS
    SELECT DISTINCT p.organisation FROM people p JOIN owners o USING (person) WHERE o.owner = $owner AND p.organisation <> ''
"""

_ANSWERS = """
    CREATE OR REPLACE TEMP TABLE answers AS
    WITH open AS (
        SELECT person, count(*) AS n FROM requests
        WHERE owner = $owner AND day < $day - 14 AND (next_day IS NULL OR next_day > $day) GROUP BY person
    ),
    -- An answer is a reply to what I asked among few; a reply to no question, or in a crowd, shows no willingness.
    given AS (
        SELECT person, count(*) FILTER (WHERE answered_by = 'them' AND to_a_request) AS n,
            median(answered_at - asked_at) FILTER (WHERE answered_by = 'them') AS their_seconds,
            median(answered_at - asked_at) FILTER (WHERE answered_by = 'me') AS my_seconds
        FROM replies WHERE owner = $owner AND answered_at < ($day::BIGINT + 1) * 86400 GROUP BY person
    )
    SELECT coalesce(g.person, o.person) AS person, coalesce(g.n, 0) AS answered, coalesce(o.n, 0) AS unanswered,
        g.their_seconds, g.my_seconds
    FROM given g FULL JOIN open o ON o.person = g.person
"""

_VALUED = """
    CREATE OR REPLACE TEMP TABLE valued AS
    WITH opened AS (
        SELECT d.door AS person, count(*) FILTER (WHERE d.what = 'organisation') AS organisations,
            count(*) FILTER (WHERE d.what = 'person') AS people,
            list_concat(list(coalesce(o.name, d.goal) ORDER BY d.goal) FILTER (WHERE d.what = 'organisation'),
                list(p.name ORDER BY n.events DESC NULLS LAST, p.name) FILTER (WHERE d.what = 'person'))[:3] AS opens
        FROM doors d LEFT JOIN organisations o ON o.organisation = d.goal LEFT JOIN people p ON p.person = d.goal
        LEFT JOIN pairs n ON n.person = d.door AND n.other = d.goal
        GROUP BY d.door
    ),
    parts AS (
        SELECT t.person, coalesce(o.organisations, 0) AS new_organisations, coalesce(o.people, 0) AS new_people,
            coalesce(o.opens, []) AS opens,
            coalesce(e.known, 0) AS known, coalesce(e.mutual, 0) AS mutual,
            p.decides,
            coalesce(a.answered, 0) AS answered, coalesce(a.unanswered, 0) AS unanswered, a.their_seconds, a.my_seconds,
            1 - exp(-(coalesce(o.organisations, 0) + $person * coalesce(o.people, 0)) / $scale) AS reach,
            least(1, 0.7 * ln(1 + coalesce(e.known, 0)) / ln(1 + $well_connected)
                + CASE WHEN p.decides THEN 0.3 ELSE 0 END) AS standing,
            (coalesce(a.answered, 0) + 1) / (coalesce(a.answered, 0) + coalesce(a.unanswered, 0) + 2) AS willingness,
            exp(-pow(ln(1 + coalesce(e.mutual, 0)) - ln(1 + $peak), 2) / 2) * (1 - t.strength) AS weakness
        FROM ties t
        JOIN people p USING (person)
        LEFT JOIN opened o USING (person) LEFT JOIN embedded e USING (person) LEFT JOIN answers a USING (person)
    )
    SELECT *, $reach AS weight_reach, $standing AS weight_standing, $willingness AS weight_willingness,
        $weakness AS weight_weakness, $taught AS value_taught,
        $reach * reach + $standing * standing + $willingness * willingness + $weakness * weakness AS value
    FROM parts
"""


def derive(
    connection: duckdb.DuckDBPyConnection,
    *,
    owner: str,
    as_of_day: int,
    mutual_peak: int,
    weights: Mapping[str, float] = WEIGHTS,
    taught: int = 0,
) -> None:
    """Make `valued`: one row per tie with its value, the four parts in [0, 1], their weights and what they were counted from.

    Needs `ties`, `pairs`, `embedded`. mutual_peak: mutual contacts at which a weak tie is worth most. weights: of the parts; taught:
    from how many outcomes they were learned.
    """
    connection.execute(_OWN, {"owner": owner})
    connection.execute(_DOORS, {"day": as_of_day})
    connection.execute(_ANSWERS, {"owner": owner, "day": as_of_day})
    scales = {"person": _PERSON_IN_ORGANISATIONS, "scale": _REACH_SCALE, "well_connected": _WELL_CONNECTED}
    connection.execute(_VALUED, {"peak": mutual_peak, "taught": taught, **scales, **weights})


def reasons(row: Mapping[str, Any]) -> list[Reason]:
    """Return the parts of a value with their weights; they add up to it."""
    asked = row["answered"] + row["unanswered"]
    texts = {
        "reach": _reach(row["new_organisations"], row["new_people"], row["opens"]),
        "standing": ("Seen together with nobody" if not row["known"] else f"Seen together with {row['known']:,} people")
        + (f", and decides as {row['title']}." if row["decides"] else "."),
        "willingness": f"Answered {row['answered']:,} of {asked:,} things that wanted an answer."
        if asked
        else "Nothing asked yet, so nothing is known of how willingly they answer.",
        "weakness": f"Mutual contacts: {row['mutual']:,}; strength {row['strength']:.2f}: "
        + ("about as weak as is worth most." if row["weakness"] >= 0.5 else "not where weak ties are worth most."),
    }
    found = strongest([Reason(part, row[f"weight_{part}"] * row[part], texts[part]) for part in WEIGHTS])
    if taught := row["value_taught"]:
        said = ", ".join(f"{part} {row[f'weight_{part}']:.2f}" for part in WEIGHTS)
        found.append(
            Reason("outcomes", 0.0, f"Weights learned from {taught:,} outcome{'s' if taught > 1 else ''}: {said}.")
        )
    return found


def _reach(organisations: int, people: int, opens: Sequence[str]) -> str:
    if not organisations and not people:
        return "Whoever they know, somebody nearer knows too."
    parts = []
    if organisations:
        parts.append(f"{organisations:,} organisation" + ("s" if organisations != 1 else ""))
    if people:
        parts.append(f"{people:,} " + ("people" if people != 1 else "person"))
    return f"Nobody nearer reaches {' and '.join(parts)} that they reach: {named(opens, organisations + people)}."


def named(some: Sequence[str], total: int) -> str:
    """Return up to three names and how many more there are: `Vidrosol, Quillfast and 2 more`."""
    rest = total - len(some)
    if rest > 0:
        return f"{', '.join(some)} and {rest:,} more"
    return " and ".join(filter(None, [", ".join(some[:-1]), some[-1]])) if some else ""
