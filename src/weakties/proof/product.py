"""The score of weakties as a method: tie days of the history, features, alive, by the same code that every answer uses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import duckdb
import narwhals as nw
import numpy as np

from weakties.proof.features import Floats, Table
from weakties.proof.log import DAY
from weakties.proof.methods import Scorer, Scores
from weakties.proof.protocol import Known, Past
from weakties.ties.features import features
from weakties.ties.strength import scores

NAME = "weakties"


@dataclass(frozen=True, slots=True)
class Weakties:
    """`alive` as it stands, at the horizon asked."""

    name: str = NAME
    text: str = "alive, as every answer shows it"
    others: bool = False

    def learn(self, taught: Sequence[Known]) -> Scorer:
        """Return the formula: its weights are shipped."""
        del taught
        return _alive


def _alive(past: Past) -> Scores:
    connection = past.days()
    ties = scored(connection, as_of_day=past.cut // DAY, horizon_days=past.horizon_days)
    chance = looked_up(ties, past.pairs, "alive")
    connection.close()
    return Scores(np.log(chance) - np.log1p(-chance), chance)


def scored(connection: duckdb.DuckDBPyConnection, *, as_of_day: int, horizon_days: int) -> duckdb.DuckDBPyRelation:
    """Return the ties of a day with their numbers, from the table `tie_days` of a connection, the way production does."""
    days = nw.from_native(connection.table("tie_days"))
    found: duckdb.DuckDBPyRelation = scores(features(days, as_of_day=as_of_day), horizon_days=horizon_days).to_native()
    return found


def looked_up(ties: duckdb.DuckDBPyRelation, pairs: Table, number: str) -> Floats:
    """Return a number of the ties for each of the pairs, in their order, (n,)."""
    found = ties.select(f"owner, person, {number}").fetchnumpy()
    owner, person = found["owner"].astype(np.int64), found["person"].astype(np.int64)
    most = int(max(person.max(initial=0), pairs.alter.max(initial=0))) + 1
    key, asked = owner * most + person, pairs.ego * most + pairs.alter
    order = np.argsort(key)
    return np.asarray(found[number], dtype=np.float64)[order][np.searchsorted(key, asked, sorter=order)]
