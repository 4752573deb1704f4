"""The ties of a day as one table: tie days and touches up to `as_of`, scored, without the people the user hid.

Touches are what the user says of contact that no source saw; they count like a message sent that day, and where two people
meet or speak, like one received too. Overruled numbers
replace the computed ones, which stay beside them as `computed_strength` and so on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import duckdb
import narwhals as nw

from weakties.facts.days import date_of
from weakties.facts.engine import quoted
from weakties.ties import alive, answering, kinds, strength
from weakties.ties.features import Days, features
from weakties.ties.queries import query
from weakties.ties.regression import Weights

# Version of the formulas of strength and alive: docs/explanation/scores.md has the measurements.
FORMULA = "3"
OVERRULED = ("strength", "alive")


@dataclass(frozen=True, slots=True)
class Touch:
    """Contact that the user reports. day: days since 1970; channel: `in-person`, `call`, `email` ..."""

    person: str
    day: int
    channel: str


@dataclass(frozen=True, slots=True)
class Said:
    """What the user's decisions say of ties at this `as_of`. overruled: person -> number -> value in [0, 1]."""

    hidden: frozenset[str] = frozenset()
    touches: Sequence[Touch] = ()
    overruled: Mapping[str, Mapping[str, float]] | None = None
    # The day on which each strength was set, by person: what it teaches is told from the tie as it stood then.
    set_on: Mapping[str, int] | None = None

    def as_json(self) -> list[object]:
        """Return the same as lists and mappings that JSON can say, always in the same order."""
        overruled = {person: dict(values) for person, values in (self.overruled or {}).items()}
        return [
            sorted(self.hidden),
            [[t.person, t.day, t.channel] for t in self.touches],
            overruled,
            dict(self.set_on or {}),
        ]


# Who meets or speaks is in touch both ways.
BOTH_WAYS = ("in-person", "call", "video")

_TOUCHED = """
    CREATE OR REPLACE TEMP VIEW all_days AS
    SELECT d.* FROM tie_days d WHERE d.owner = {owner}
    UNION ALL
    SELECT {owner}, person, day, channel, 1, two_way::INTEGER, 1, two_way::INTEGER, 1000, 1000 * two_way::INTEGER, 0
    FROM (SELECT *, list_contains({both_ways}, channel) AS two_way FROM touched)
    UNION ALL
    -- Whom I only saw has a tie without any contact.
    SELECT owner, person, day, '', 0, 0, 0, 0, 0, 0, 0 FROM sighted WHERE owner = {owner}
"""
_OWN = "CREATE OR REPLACE TEMP VIEW own_{name} AS SELECT * FROM {table} WHERE owner = {owner}"


def name_days(connection: duckdb.DuckDBPyConnection, *, owner: str, touches: Sequence[Touch]) -> None:
    """Name the views `all_days`: the tie days of an owner, with what she said of contact; `own_beside`, of those around her,
    and `own_reopenings`, of her words that broke a silence.

    connection: with the derived tables.
    """
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE touched AS "
        "SELECT unnest($1::VARCHAR[]) AS person, unnest($2::INTEGER[]) AS day, unnest($3::VARCHAR[]) AS channel",
        [[t.person for t in touches], [t.day for t in touches], [t.channel for t in touches]],
    )
    connection.execute(_TOUCHED.format(owner=quoted(owner), both_ways=list(BOTH_WAYS)))
    for name, table in (("beside", "beside_days"), ("reopenings", "reopenings")):
        connection.execute(_OWN.format(name=name, table=table, owner=quoted(owner)))


def score(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of_day: int,
    said: Said,
    weights: Weights,
    answers: Weights,
    horizon_days: int = alive.HORIZON_DAYS,
) -> None:
    """Make the table `ties` from `all_days`, `own_beside` and `own_reopenings`.

    as_of_day: days since 1970. weights: of alive; answers: of the chance of an answer.
    """
    at = {"as_of_day": as_of_day, "horizon_days": horizon_days}
    formula = corrected(connection, said, **at)
    numbers(connection, weights=weights, formula=formula, **at)
    answered = query(connection, _answering, ("scored", "own_reopenings"), answers, as_of_day)
    connection.execute(_SHOWN.format(ties=answered), [sorted(said.hidden)])
    _overrule(connection, said.overruled or {})
    sunday = as_of_day - date_of(as_of_day).isoweekday()
    numbers(connection, weights=weights, formula=formula, as_of_day=sunday, horizon_days=horizon_days)
    named = query(connection, _with_kind, ("ties", "scored"))
    connection.execute(f"CREATE OR REPLACE TEMP TABLE ties AS SELECT * FROM ({named}) ORDER BY owner, person")  # noqa: S608  our own query


_SHOWN = (
    "CREATE OR REPLACE TEMP TABLE ties AS SELECT * FROM ({ties}) WHERE person NOT IN (SELECT unnest($1::VARCHAR[]))"
)


def _answering(ties: Days, reopenings: Days, answers: Weights, as_of_day: int) -> Days:
    return answering.scored(ties, reopenings, answers, as_of_day=as_of_day)


def _with_kind(ties: Days, sunday: Days) -> Days:
    return kinds.with_kind(ties, kinds.settled(sunday))


# The tie days of people whose strength was set, each moved on by as many days as have passed since: a tie as it stood then,
# with all its ages, is a tie of today.
_SET_DAYS = """
    SELECT d.* REPLACE ((d.day + $as_of - s.day)::INTEGER AS day) FROM all_days d
    JOIN (SELECT unnest($people::VARCHAR[]) AS person, unnest($days::INTEGER[]) AS day) s USING (person) WHERE d.day <= s.day
"""


def corrected(connection: duckdb.DuckDBPyConnection, said: Said, *, as_of_day: int, horizon_days: int) -> Weights:
    """Return the formula of strength, learned from the strengths that the owner set; from `all_days` and `own_beside`."""
    values = {person: of["strength"] for person, of in (said.overruled or {}).items() if "strength" in of}
    if not values:
        return strength.SHIPPED
    people = sorted(values)
    days = [min((said.set_on or {}).get(person, as_of_day), as_of_day) for person in people]
    set_days = connection.sql(_SET_DAYS, params={"as_of": as_of_day, "people": people, "days": days})
    beside = nw.from_native(connection.table("own_beside").limit(0))
    ties = features(nw.from_native(set_days), beside, as_of_day=as_of_day, horizon_days=horizon_days)
    return strength.learned(ties, values)


def numbers(
    connection: duckdb.DuckDBPyConnection,
    *,
    as_of_day: int,
    weights: Weights,
    horizon_days: int,
    formula: Weights = strength.SHIPPED,
) -> None:
    """Make the table `scored`: features, strength, alive and pace of all ties, from `all_days` and `own_beside`.

    weights: of alive; formula: of strength.
    """
    asked = query(connection, _numbers, ("all_days", "own_beside"), as_of_day, horizon_days, weights, formula)
    connection.execute(f"CREATE OR REPLACE TEMP TABLE scored AS {asked}")


def _numbers(days: Days, beside: Days, as_of_day: int, horizon_days: int, weights: Weights, formula: Weights) -> Days:
    ties = features(days, beside, as_of_day=as_of_day, horizon_days=horizon_days)
    both = alive.scored(strength.scores(ties, formula), weights, as_of_day=as_of_day, horizon_days=horizon_days)
    return both.sort("owner", "person")


def closeness(connection: duckdb.DuckDBPyConnection, *, as_of_day: int, said: Said, formula: Weights) -> None:
    """Make the table `ties` with no number but strength: what value needs of a day on which nothing else is asked.

    formula: of strength.
    """
    asked = query(connection, _closeness, ("all_days", "own_beside"), as_of_day, formula)
    connection.execute(_SHOWN.format(ties=asked), [sorted(said.hidden)])
    for person, values in sorted((said.overruled or {}).items()):
        if "strength" in values:
            connection.execute("UPDATE ties SET strength = $1 WHERE person = $2", [values["strength"], person])


def _closeness(days: Days, beside: Days, as_of_day: int, formula: Weights) -> Days:
    ties = features(days, beside, as_of_day=as_of_day, horizon_days=alive.HORIZON_DAYS)
    return strength.scores(ties, formula)


def _overrule(connection: duckdb.DuckDBPyConnection, overruled: Mapping[str, Mapping[str, float]]) -> None:
    for number in OVERRULED:
        connection.execute(f"ALTER TABLE ties ADD COLUMN computed_{number} DOUBLE")
        connection.execute(f"UPDATE ties SET computed_{number} = {number}")  # noqa: S608  our own column names
        for person, values in sorted(overruled.items()):
            if number in values:
                update = f"UPDATE ties SET {number} = $value WHERE person = $person"  # noqa: S608  our own column names
                connection.execute(update, {"value": values[number], "person": person})
                if number == "alive":
                    # A word changes nothing about a chance that the user set.
                    connection.execute("UPDATE ties SET alive_after = alive WHERE person = $1", [person])
