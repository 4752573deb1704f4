"""What the owner's past taught, kept beside the build: the weights of alive, of answers and of value.

Those of alive and of answers are learned from what came up to the month before, so that no number moves with them from day to day;
those of value whenever an outcome is told. Whom the owner hid teaches like everybody else.
"""

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
from weakties.facts.days import day_number
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

# Weights are kept rounded, so their sum may be off by so much.
_ROUNDED = 1e-3


@dataclass(frozen=True, slots=True)
class Taught:
    """What was learned for a day. build: the folder of the build, beside which it is kept."""

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
    ) -> tuple[dict[str, float], int]:
        """Return the weights of value, by part, which outcomes teach, and how many of these taught something.

        basis: all that the parts of value follow from besides the build, as JSON can say it. value_on: makes `ties` and `valued` as
        they stood on a day.
        """
        months = outcomes.by_month(known)
        if not months:
            return dict(WEIGHTS), 0
        name = self._name(["value", WEIGHTS, sorted(months.items()), *basis])
        if (kept := _of_value(daybook.recall(self.build, name))) is not None:
            return kept
        made = []
        for day, people in months.items():
            # As things stood before the month began, so that what came of it is not among what it is told from.
            value_on(day - 1)
            made += outcomes.choices(connection, people)
        found = outcomes.learned(made)
        self._keep(name, json.dumps([found, len(made)]))
        return found, len(made)

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
        said = json.dumps([daybook.EDITION, self.owner, *basis], sort_keys=True)
        return hashlib.blake2b(said.encode(), digest_size=8).hexdigest() + ".json"

    def _keep(self, name: str, text: str) -> None:
        if self.home.writable:
            daybook.remember(self.home, self.build, name, text)


def _of_value(text: str | None) -> tuple[dict[str, float], int] | None:
    """Return weights of value that were kept; None where there are none, or none that can be."""
    try:
        said, taught = json.loads(text or "null")
        weights = {part: float(said[part]) for part in WEIGHTS}
    except (KeyError, TypeError, ValueError):
        return None
    sane = all(0 <= weight <= 1 for weight in weights.values()) and abs(sum(weights.values()) - 1) < _ROUNDED
    return (weights, int(taught)) if sane else None
