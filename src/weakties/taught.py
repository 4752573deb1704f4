"""What the owner's past taught, kept beside the build: the weights of alive, of answers and of value."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from weakties import daybook
from weakties.facts.days import date_of, day_number
from weakties.facts.engine import quoted
from weakties.facts.home import Home
from weakties.insight import outcomes
from weakties.insight.outcomes import Outcome
from weakties.insight.value import WEIGHTS
from weakties.ties import answering, learning
from weakties.ties.regression import Weights
from weakties.ties.signals import SIGNALS

# The last contact that a log tells of, up to a day: what comes after it is not known to be silence.
_LAST = "SELECT max(day) FROM tie_days WHERE owner = $owner AND day < $day AND sent + received > 0"


@dataclass(frozen=True, slots=True)
class Taught:
    """What was learned up to the month before a day, so that no number moves with it from day to day."""

    build: Path
    home: Home
    owner: str
    as_of: date

    def alive(self, connection: duckdb.DuckDBPyConnection, horizon: int) -> Weights:
        """Return the weights of alive."""

        def learn(day: int) -> Weights:
            days, beside = (self._own(connection, table) for table in ("tie_days", "beside_days"))
            return learning.learned(days, beside, day=day, horizon_days=horizon)

        return self._of_ties(connection, learning.shipped(), SIGNALS, learn, [horizon])

    def answers(self, connection: duckdb.DuckDBPyConnection) -> Weights:
        """Return the weights of the chance of an answer."""

        def learn(day: int) -> Weights:
            return answering.learned(self._own(connection, "reopenings"), day=day)

        return self._of_ties(connection, answering.shipped(), answering.RISES, learn, [])

    def value(
        self,
        connection: duckdb.DuckDBPyConnection,
        known: Sequence[Outcome],
        basis: Sequence[object],
        value_on: Callable[[int], None],
    ) -> dict[str, float]:
        """Return the weights of value, by part, which outcomes teach.

        basis: all that the value of a tie follows from besides the build, as JSON can say it. value_on: makes `valued` as it
        stood on a day.
        """
        if not known:
            return dict(WEIGHTS)
        name = self._name(["value", WEIGHTS, [[o.person, o.day] for o in known], *basis])
        with suppress(ValueError, TypeError, AttributeError):
            kept = json.loads(daybook.recall(self.build, name) or "null")
            if list(kept) == list(WEIGHTS):
                return {part: float(weight) for part, weight in kept.items()}
        made = []
        first_of_month = {o.day: day_number(date_of(o.day).replace(day=1)) for o in known}
        for day, people in outcomes.taught_by(known, first_of_month).items():
            # As things stood before the month began, so that what came of it is not among what it is told from.
            value_on(day - 1)
            made += outcomes.choices(connection, people)
        found = outcomes.learned(made)
        self._keep(name, json.dumps(found))
        return found

    def _own(self, connection: duckdb.DuckDBPyConnection, table: str) -> duckdb.DuckDBPyRelation:
        return connection.sql(f"FROM {table} WHERE owner = {quoted(self.owner)}")

    def _of_ties(
        self,
        connection: duckdb.DuckDBPyConnection,
        start: Weights,
        names: Iterable[str],
        learn: Callable[[int], Weights],
        asked: Sequence[object],
    ) -> Weights:
        first = day_number(self.as_of.replace(day=1))
        until: int | None = connection.execute(_LAST, {"owner": self.owner, "day": first}).fetchall()[0][0]
        if until is None:
            return start
        name = self._name([start.as_json(), until, *asked])
        with suppress(ValueError):
            if kept := daybook.recall(self.build, name):
                return Weights.from_json(kept, names)
        found = learn(until)
        self._keep(name, found.as_json())
        return found

    def _name(self, basis: Sequence[object]) -> str:
        said = json.dumps([self.owner, *basis], sort_keys=True)
        return hashlib.blake2b(said.encode(), digest_size=8).hexdigest() + ".json"

    def _keep(self, name: str, text: str) -> None:
        if self.home.writable:
            daybook.remember(self.home, self.build, name, text)
