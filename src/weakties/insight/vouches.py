"""Who vouches for whom, for what, since when: as the owner says it, and as it was seen.

**said**: a decision of the owner's, with a day on which it ends and whether who vouches agreed to be named. **observed**: a profile
holds a recommendation or endorses a skill; a message on a list says Reviewed-by, Acked-by or Tested-by. What stands on a profile
holds until it is taken down; a line below a patch speaks of the work of its day, and counts for two years.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb

from weakties.facts.days import date_of
from weakties.facts.engine import rows
from weakties.insight.timeline import Place
from weakties.ties.words import times

# What stands for the owner.
ME = "me"
Kind = Literal["said", "recommended", "endorsed", "reviewed"]
# Days for which a line below a patch counts.
REVIEWED_DAYS = 730
# Facts that are shown of one.
_FACTS = 3

_OBSERVED = """
    WITH me AS (SELECT person FROM owners WHERE owner = $owner),
    gone AS (SELECT person FROM unseen UNION SELECT person FROM people WHERE machine <> ''),
    one AS (
        SELECT if(x.person IN (FROM me), $me, x.person) AS who, if(y.person IN (FROM me), $me, y.person) AS whom,
            CASE WHEN l.kind = 'endorsed' AND l.event <> '' THEN 'reviewed' ELSE l.kind END AS kind,
            l.day, l.event, l.import, l.file, l."offset"
        FROM dated_links l JOIN handles x ON x.handle = l.a JOIN handles y ON y.handle = l.b
        WHERE l.kind IN ('endorsed', 'recommended') AND x.person <> y.person AND l.day <= $day
            AND (l.owner = $owner OR l.owner IN (SELECT unnest($shared::VARCHAR[])))
            AND x.person NOT IN (FROM gone) AND y.person NOT IN (FROM gone)
    )
    SELECT who, whom, kind, min(day) AS since, max(day) AS last_day,
        count(DISTINCT if(event <> '', event, day::VARCHAR)) AS count,
        list(DISTINCT event ORDER BY event) FILTER (event <> '') AS events,
        list(DISTINCT {import: import, file: file, "offset": "offset"} ORDER BY {import: import, file: file, "offset": "offset"})
            AS places
    FROM one GROUP BY who, whom, kind ORDER BY who, whom, kind
"""


@dataclass(frozen=True, slots=True)
class Said:
    """What the owner said. number: of the decision; who, whom: person ids, `me` for the owner; what: for what; since, until: days
    since 1970, until None where it does not end; consented: whether who vouches agreed to be named, None where that was not said."""

    number: int
    who: str
    whom: str
    what: str
    since: int
    until: int | None = None
    consented: bool | None = None


@dataclass(frozen=True, slots=True)
class Vouch:
    """Somebody vouches for somebody. who, whom: person ids, `me` for the owner; what: for what, in words; since: the first day;
    until: the day after which it does not count, None where it does not end; consented: whether who vouches may be named, None where
    nobody asked; number: of the decision, None where it was observed; events, places: where it was seen."""

    kind: Kind
    who: str
    whom: str
    what: str
    since: int
    until: int | None
    consented: bool | None = None
    number: int | None = None
    events: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()

    @property
    def observed(self) -> bool:
        """Whether it was seen rather than said by the owner."""
        return self.kind != "said"


def vouches(
    connection: duckdb.DuckDBPyConnection,
    said: Iterable[Said],
    *,
    owner: str,
    as_of_day: int,
    shared: Collection[str] = (),
    expired: bool = False,
) -> list[Vouch]:
    """Return who vouches for whom on a day, what the owner said first, then the newest.

    said: by the owner until now. shared: the owners who share their ledgers with this one; what other imports show is not seen.
    expired: whether to return what has ended as well. Needs `handles`, `people`, `owners`, `unseen` and `dated_links`.
    """
    gone = {person for (person,) in connection.execute("SELECT person FROM unseen").fetchall()}
    asked = {"owner": owner, "day": as_of_day, "me": ME, "shared": sorted(shared)}
    found = [
        Vouch("said", s.who, s.whom, s.what, s.since, s.until, s.consented, s.number)
        for s in said
        if s.since <= as_of_day and not {s.who, s.whom} & gone
    ]
    found += [_observed(row) for row in rows(connection, _OBSERVED, asked)]
    kept = [v for v in found if expired or v.until is None or v.until >= as_of_day]
    return sorted(kept, key=lambda v: (v.observed, -v.since, v.who, v.whom, v.kind, v.number or 0))


def raising(found: Iterable[Vouch]) -> frozenset[tuple[str, str]]:
    """Return who vouches for whom, as `insight.intros` weighs it: a word for me, or for whom I want to reach, makes a way better."""
    return frozenset((v.who, v.whom) for v in found)


def text(vouch: Vouch) -> str:
    """Return what shows it, in a sentence."""
    since = date_of(vouch.since)
    if vouch.kind == "said":
        told = f"You said so on {since}"
        return f"{told}, until {date_of(vouch.until)}." if vouch.until is not None else f"{told}."
    shows = {"recommended": "A profile holds the recommendation", "endorsed": "A profile says so"}
    return f"{shows.get(vouch.kind, 'A message on a list says so')}, since {since}."


def _observed(row: dict[str, Any]) -> Vouch:
    kind: Kind = row["kind"]
    until = row["last_day"] + REVIEWED_DAYS if kind == "reviewed" else None
    return Vouch(
        kind, row["who"], row["whom"], _what(kind, row["count"]), row["since"], until,
        events=tuple(row["events"] or ())[-_FACTS:], places=_places(row["places"]),
    )  # fmt: skip


def _what(kind: Kind, count: int) -> str:
    if kind == "reviewed":
        return f"patches, {times(count)}"
    return "recommended in words" if kind == "recommended" else "skills"


def _places(found: Sequence[dict[str, Any]]) -> tuple[Place, ...]:
    return tuple(Place(each["import"], each["file"], each["offset"]) for each in found[:_FACTS])
