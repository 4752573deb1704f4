"""Organisations: whom we know in each, now and formerly, who came, who left, and how near we stand to them.

Somebody is there until a newer card or address shows them elsewhere. What the facts show is when somebody was seen there, not when
they began or went: whoever came was first seen there within two years, whoever left was seen elsewhere since.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from weakties.errors import UnknownGroup, UsageError
from weakties.facts.engine import rows
from weakties.identity import organisations

# First seen there, or last seen there and elsewhere since, within so many days is lately.
LATELY_DAYS = 730
# Whoever was not seen there for so long while seen elsewhere has left; sooner where they began elsewhere since: then a card says it
# at once, while an address may be a second one.
_ELSEWHERE_DAYS, _SECOND_ADDRESS_DAYS = 365, 90
_NAMED = 8

# The days of a card without a date are those of its import, and say nothing of when somebody came.
_TENURES = """
    CREATE OR REPLACE TEMP TABLE tenures AS
    WITH known AS (SELECT j.* FROM jobs j JOIN nodes n USING (person)),
    newest AS (
        SELECT person, max(last_day) AS day, arg_max(house, (last_day, first_day, house)) AS house FROM known GROUP BY person
    ),
    after AS (
        SELECT DISTINCT k.person, k.house FROM known k JOIN newest n USING (person) JOIN known o USING (person)
        WHERE o.first_day > k.last_day AND (o.called IS NOT NULL OR n.day > k.last_day + $second)
    ),
    stands AS (
        SELECT k.*, a.person IS NULL AND k.last_day >= n.day - $elsewhere AS now, n.house AS newest
        FROM known k JOIN newest n USING (person) LEFT JOIN after a ON a.person = k.person AND a.house = k.house
    ),
    before AS (
        SELECT k.person, k.house, arg_max(o.house, (o.last_day, o.house)) AS house_before
        FROM stands k JOIN stands o USING (person) WHERE k.now AND NOT o.now AND o.first_day < k.first_day GROUP BY ALL
    ),
    dated AS (SELECT DISTINCT person, house FROM worked WHERE dated)
    SELECT s.person, s.house, s.first_day, s.last_day, coalesce(s.title, '') AS title, s.now,
        s.now AND s.first_day > $day - $lately AND (b.person IS NOT NULL OR d.person IS NOT NULL) AS came,
        NOT s.now AND s.last_day > $day - $lately AS went,
        b.house_before AS came_from, if(s.now, NULL, s.newest) AS gone_to
    FROM stands s LEFT JOIN before b ON b.person = s.person AND b.house = s.house
    LEFT JOIN dated d ON d.person = s.person AND d.house = s.house
"""
_LISTED = """
    WITH own AS (SELECT DISTINCT j.house FROM jobs j JOIN owners o USING (person) WHERE o.owner = $owner)
    SELECT e.house, h.name, coalesce(h.domain, '') AS domain, count(*) FILTER (e.now) AS people,
        count(*) FILTER (NOT e.now) AS former, count(*) FILTER (e.now AND t.messages > 0) AS in_touch,
        arg_max(e.person, (t.strength, e.person)) FILTER (e.now AND t.messages > 0) AS strongest,
        coalesce(max(t.strength) FILTER (e.now AND t.messages > 0), 0)::DOUBLE AS strength,
        coalesce(max(t.alive) FILTER (e.now AND t.messages > 0), 0)::DOUBLE AS alive,
        $day - min(t.silence) FILTER (e.now AND t.messages > 0) AS last_day,
        count(*) FILTER (e.came) AS came, count(*) FILTER (e.went) AS went, e.house IN (FROM own) AS own
    FROM tenures e JOIN houses h USING (house) LEFT JOIN ties t USING (person)
    WHERE $house = '' OR e.house = $house GROUP BY e.house, h.name, h.domain
    ORDER BY in_touch DESC, people DESC, strength DESC, former DESC, h.name, e.house
"""
_MEMBERS = """
    SELECT e.person, e.title, e.first_day, e.last_day, e.now, e.came, e.went, coalesce(t.strength, 0)::DOUBLE AS strength,
        coalesce(t.alive, 0)::DOUBLE AS alive, coalesce(t.answer, 0)::DOUBLE AS answer, coalesce(t.kind, '') AS kind,
        coalesce(t.messages, 0) > 0 AS in_touch, if(t.messages > 0, $day - t.silence, NULL) AS last_contact,
        coalesce(f.name, '') AS came_from, coalesce(g.name, '') AS gone_to
    FROM tenures e LEFT JOIN ties t USING (person) LEFT JOIN houses f ON f.house = e.came_from
    LEFT JOIN houses g ON g.house = e.gone_to
    WHERE e.house = $house ORDER BY e.now DESC, in_touch DESC, strength DESC, e.last_day DESC, e.person
"""
# From what fits for certain to what fits somehow.
_FITS = """
    WITH there AS (SELECT h.house, h.name, h.domain, count(*) AS people FROM tenures JOIN houses h USING (house) GROUP BY ALL),
    fits AS (
        SELECT *, CASE
            WHEN house = $text THEN 0
            WHEN lower(name) = $text OR lower(domain) = $text THEN 1
            WHEN house = $key THEN 2
            WHEN starts_with(lower(name), $text) OR starts_with(lower(domain), $text) THEN 3
            WHEN contains(lower(name), $text) OR contains(lower(domain), $text) THEN 4
        END AS fit FROM there
    )
    SELECT house, name, domain FROM fits WHERE fit = (SELECT min(fit) FROM fits) ORDER BY people DESC, house
"""


@dataclass(frozen=True, slots=True)
class Organisation:
    """An organisation. people, former: how many we know who are there, and who were; in_touch: with how many of `people` I was ever
    in touch; strongest: of these, the person of my strongest tie, None without one; strength, alive: the highest among these, 0 to 1;
    last_day: of my last contact with any of these, None without one; came, went: how many did within two years; own: whether I am or
    was there."""

    house: str
    name: str
    domain: str
    people: int
    former: int
    in_touch: int
    strongest: str | None
    strength: float
    alive: float
    last_day: int | None
    came: int
    went: int
    own: bool


@dataclass(frozen=True, slots=True)
class Tenure:
    """Somebody at an organisation. first_day, last_day: on which they were seen there, days since 1970; now: whether they are still
    there; came, went: whether within two years; strength, alive, answer: of my tie, 0 to 1; last_contact: mine, None without any;
    came_from, gone_to: names of organisations, empty where not known."""

    person: str
    title: str
    first_day: int
    last_day: int
    now: bool
    came: bool
    went: bool
    strength: float
    alive: float
    answer: float
    kind: str
    in_touch: bool
    last_contact: int | None
    came_from: str
    gone_to: str


def derive(connection: duckdb.DuckDBPyConnection, *, as_of_day: int) -> None:
    """Make `tenures`: who is or was in which house, whence and whither. Needs `jobs`, `worked` and `nodes`."""
    days = {"elsewhere": _ELSEWHERE_DAYS, "second": _SECOND_ADDRESS_DAYS, "lately": LATELY_DAYS}
    connection.execute(_TENURES, {"day": as_of_day, **days})


def listed(connection: duckdb.DuckDBPyConnection, *, owner: str, as_of_day: int, house: str = "") -> list[Organisation]:
    """Return the organisations, those first in which I am in touch with most. house: this one alone.

    Needs `tenures`, `houses` and `ties`.
    """
    return [
        Organisation(**row) for row in rows(connection, _LISTED, {"owner": owner, "day": as_of_day, "house": house})
    ]


def members(connection: duckdb.DuckDBPyConnection, house: str, *, as_of_day: int) -> list[Tenure]:
    """Return everybody known at an organisation, those who are there first, my strongest ties first."""
    return [Tenure(**row) for row in rows(connection, _MEMBERS, {"house": house, "day": as_of_day})]


def best_tie(there: list[Tenure]) -> Tenure | None:
    """Return whom to write to: of those there with whom I was in touch, the highest strength times the chance of an answer."""
    mine = [one for one in there if one.now and one.in_touch]
    return max(mine, key=lambda one: (one.strength * one.answer, one.strength, one.person), default=None)


def find(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    """Return the house that a text means: its name, its domain, or a part of either. Raises UsageError. Needs `tenures`."""
    folded = " ".join(text.casefold().split())
    stem = folded.rpartition(".")[0] if "." in folded else folded
    asked = {"text": folded, "key": organisations.key(stem) or folded}
    fits = rows(connection, _FITS, asked) if folded else []
    if len(fits) == 1:
        return str(fits[0]["house"])
    if not fits:
        raise UnknownGroup(f"No organisation is called {text!r}.", hint="weakties org lists them.")
    named = "; ".join(_called(fit) for fit in fits[:_NAMED])
    raise UsageError(f"{text!r} fits {len(fits)} organisations.", hint=f"Say more of the name: {named}.")


def _called(fit: Mapping[str, Any]) -> str:
    """Return a name that tells an organisation from another of the same name."""
    return f"{fit['name']} ({fit['domain'] or fit['house']})"
