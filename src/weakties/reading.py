"""One day's view of everything: a connection on which the derived tables, the ties and their values are named.

Made once per question from a build, the user's decisions and `as_of`; reads only. What the user decided of people who have
moved to another id meanwhile still finds them, because decisions speak of handles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

import duckdb

from weakties.config import Settings
from weakties.facts.decisions import Decision
from weakties.facts.engine import add_facts, connect
from weakties.incognito import mask
from weakties.insight import value
from weakties.insight.openers import date_of, day_number
from weakties.network import mutual
from weakties.refresh import TABLES, Build
from weakties.ties import scored
from weakties.ties.scored import Said, Touch


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the user decided of people, by person id, as of a day.

    hidden: never shown; snoozed: not to be named today; cadences: days between contacts; tags, notes: what was said.
    """

    hidden: frozenset[str] = frozenset()
    snoozed: frozenset[str] = frozenset()
    touches: tuple[Touch, ...] = ()
    cadences: Mapping[str, int] = field(default_factory=dict)
    overruled: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    tags: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: Mapping[str, tuple[Decision, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Reading:
    """A day's view. connection: with every table of `refresh.TABLES`, `ties`, `near`, `embedded`, `valued` and the facts."""

    connection: duckdb.DuckDBPyConnection
    build: Build
    owner: str
    as_of: date
    wishes: Wishes

    @property
    def owners(self) -> list[str]:
        """Whose ledgers there are."""
        return [name for (name,) in self.connection.execute("SELECT owner FROM owners ORDER BY owner").fetchall()]

    @property
    def newest(self) -> date | None:
        """The day of the newest fact of this owner, None without any; facts after today do not count."""
        query = "SELECT max(day) FROM moments WHERE owner = $owner AND day <= $day"
        newest = self.connection.execute(query, {"owner": self.owner, "day": self.as_of_day}).fetchall()[0][0]
        return None if newest is None else date_of(newest)

    @property
    def as_of_day(self) -> int:
        """Days since 1970."""
        return day_number(self.as_of)


def opened(build: Build, facts: Mapping[str, Sequence[Path]], *, incognito: bool = False) -> duckdb.DuckDBPyConnection:
    """Return a connection with the facts and the derived tables of a build. incognito: what names somebody is invented."""
    connection = connect()
    add_facts(connection, facts)
    for table in TABLES:
        file = str(build.path / f"{table}.parquet").replace("'", "''")
        connection.execute(f"CREATE VIEW {table} AS SELECT * FROM read_parquet('{file}', hive_partitioning = false)")  # noqa: S608  our own path
    if incognito:
        mask(connection)
    return connection


def read(
    connection: duckdb.DuckDBPyConnection,
    build: Build,
    *,
    owner: str,
    as_of: date,
    decisions: Iterable[Decision],
    settings: Settings,
) -> Reading:
    """Score the ties of a day on an opened connection."""
    wishes = _wishes(connection, decisions, as_of)
    reading = Reading(connection, build, owner, as_of, wishes)
    day = reading.as_of_day
    said = Said(wishes.hidden, wishes.touches, wishes.overruled)
    scored.score(connection, owner=owner, as_of_day=day, said=said, horizon_days=settings.horizon_days)
    mutual.derive(connection, owner=owner, as_of_day=day, hidden=wishes.hidden)
    value.derive(connection, owner=owner, as_of_day=day, mutual_peak=settings.mutual_peak)
    return reading


def _wishes(connection: duckdb.DuckDBPyConnection, decisions: Iterable[Decision], as_of: date) -> Wishes:
    made = list(decisions)
    named = sorted({d.handle for d in made})
    found = connection.execute(
        "SELECT handle, person FROM handles WHERE handle IN (SELECT unnest($1::VARCHAR[]))", [named]
    ).fetchall()
    person_of: dict[str, str] = dict(found)
    hidden: set[str] = set()
    snoozed: dict[str, date] = {}
    touches: list[Touch] = []
    cadences: dict[str, int] = {}
    overruled: dict[str, dict[str, float]] = {}
    tags: dict[str, list[str]] = {}
    notes: dict[str, list[Decision]] = {}
    for decision in made:
        person = person_of.get(decision.handle)
        # Touches and snoozes have days of their own; whatever else was decided holds always.
        if person is None:
            continue
        said = decision.value
        match decision.kind:
            case "hide":
                hidden.add(person)
            case "snooze":
                snoozed[person] = date.fromisoformat(said["until"])
            case "touch":
                on = date.fromisoformat(said["on"])
                if on <= as_of:
                    touches.append(Touch(person, day_number(on), said["channel"]))
            case "cadence":
                cadences[person] = int(said["days"])
            case "overrule":
                overruled.setdefault(person, {})[said["number"]] = float(said["value"])
            case "tag":
                tags.setdefault(person, []).append(said["tag"])
            case "note":
                notes.setdefault(person, []).append(decision)
            case _:
                pass
    return Wishes(
        hidden=frozenset(hidden),
        snoozed=frozenset(p for p, until in snoozed.items() if until > as_of),
        touches=tuple(sorted(touches, key=lambda t: (t.person, t.day, t.channel))),
        cadences={p: days for p, days in cadences.items() if days > 0},
        overruled=overruled,
        tags={p: tuple(dict.fromkeys(t)) for p, t in tags.items()},
        notes={p: tuple(n) for p, n in notes.items()},
    )
