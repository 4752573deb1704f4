"""The score of weakties as a method: tie days of the history, what they teach, alive, by the same code that every answer uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import narwhals as nw
import numpy as np

from weakties.proof.features import NAMES, OF_OTHERS, Floats, Table, seen_by_models
from weakties.proof.log import DAY
from weakties.proof.methods import CannotLearn, Scorer, Scores
from weakties.proof.models import chances, fit
from weakties.proof.protocol import Known, Past
from weakties.ties.alive import HORIZON_DAYS
from weakties.ties.features import features
from weakties.ties.learning import learned
from weakties.ties.regression import Weights
from weakties.ties.scored import numbers
from weakties.ties.strength import scores

NAME = "weakties"


@dataclass(frozen=True, slots=True)
class Weakties:
    """`alive` at the horizon asked, learned from the history alone. start: the weights it starts from, the shipped ones if None."""

    start: Weights | None = None
    name: str = NAME
    text: str = "alive, as every answer shows it"
    others: bool = False

    def learn(self, taught: Sequence[Known]) -> Scorer:
        """Return the scorer: what it learns it takes from the tie days of the past that is asked, as production does."""
        del taught
        return self.score

    def score(self, past: Past) -> Scores:
        """Return what alive says of the candidates of a past."""
        connection = past.days()
        day = past.cut // DAY
        days, beside = connection.table("tie_days"), connection.table("beside_days")
        weights = learned(days, beside, day=day, horizon_days=past.horizon_days, start=self.start)
        chance = looked_up(
            scored(connection, weights, as_of_day=day, horizon_days=past.horizon_days), past.pairs, "alive"
        )
        connection.close()
        return Scores(np.log(chance) - np.log1p(-chance), chance)


@dataclass(frozen=True, slots=True)
class WithOthers:
    """`alive` and, beside it, what the traffic of others says: for a house that shares it, no mailbox shows it.

    A logistic regression on the log-odds of alive and the four features of others' traffic, taught by the same earlier
    snapshots as every other model; what alive said at each of them it had learned from what came before.
    """

    start: Weights | None = None
    name: str = f"{NAME}_others"
    text: str = "alive with the traffic of others"
    others: bool = True

    def learn(self, taught: Sequence[Known]) -> Scorer:
        """Fit what others' traffic adds. Raises CannotLearn."""
        if not taught:
            raise CannotLearn("the log does not reach back one horizon before the first cut-off")
        found = fit(np.concatenate([self._seen(k.past) for k in taught]), np.concatenate([k.contact for k in taught]))

        def score(past: Past) -> Scores:
            odds = found.log_odds(self._seen(past))
            return Scores(odds, chances(odds))

        return score

    def _seen(self, past: Past) -> Floats:
        """Return alive's log-odds and the features of others' traffic, (n, 5)."""
        places = [NAMES.index(name) for name in OF_OTHERS]
        own = Weakties(self.start).score(past).order
        return np.column_stack([own, seen_by_models(past.pairs.values)[:, places]])


def scored(
    connection: duckdb.DuckDBPyConnection, weights: Weights, *, as_of_day: int, horizon_days: int
) -> duckdb.DuckDBPyRelation:
    """Return all ties of a day with their numbers, from `tie_days` and `beside_days` of a connection, as production does."""
    connection.execute("CREATE OR REPLACE TEMP VIEW all_days AS FROM tie_days")
    connection.execute("CREATE OR REPLACE TEMP VIEW own_beside AS FROM beside_days")
    numbers(connection, as_of_day=as_of_day, weights=weights, horizon_days=horizon_days)
    return connection.table("scored")


def strengths(connection: duckdb.DuckDBPyConnection, *, as_of_day: int) -> duckdb.DuckDBPyRelation:
    """Return all ties of a day with their strength, from `tie_days` and `beside_days` of a connection, as production does."""
    days, beside = (nw.from_native(connection.table(name)) for name in ("tie_days", "beside_days"))
    ties = features(days, beside, as_of_day=as_of_day, horizon_days=HORIZON_DAYS)
    found: duckdb.DuckDBPyRelation = scores(ties).to_native()
    return found


def looked_up(ties: duckdb.DuckDBPyRelation, pairs: Table, number: str) -> Floats:
    """Return a number of the ties for each of the pairs, in their order, (n,)."""
    found = ties.select(f"owner, person, {number}").fetchnumpy()
    owner, person = found["owner"].astype(np.int64), found["person"].astype(np.int64)
    most = int(max(person.max(initial=0), pairs.alter.max(initial=0))) + 1
    key, asked = owner * most + person, pairs.ego * most + pairs.alter
    order = np.argsort(key)
    return np.asarray(found[number], dtype=np.float64)[order][np.searchsorted(key, asked, sorter=order)]
