"""What keeps a tie alive, learned from what came of earlier days: a logistic regression held to the weights it starts from.

On earlier days everybody's signals are taken, and whether there was contact within the horizon after. The weights that tell
these apart best are sought near the shipped ones, which stand for the public sets: with little history they hardly move,
with much of it they follow it. Each owner and day has a level of its own while learning (a random intercept), so that what
is learned is who of somebody's contacts is heard of, and not whose mailbox is busier.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from importlib.resources import files
from typing import Any

import narwhals as nw

from weakties.ties import regression
from weakties.ties.features import features
from weakties.ties.regression import ENOUGH, Outcomes, Weights
from weakties.ties.signals import SIGNALS, prepared, signals

# Earlier days that teach, in horizons before the day asked: the outcome of each is known by then.
LAGS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
# More ties than this teach no more: the first in the order of their ids, which is a fair lot.
MOST_ROWS = 200_000
RISES = tuple(signal.rises for signal in SIGNALS.values())


def shipped() -> Weights:
    """Return the weights that came of the public sets: docs/explanation/scores.md tells how."""
    return Weights.from_json(files("weakties.ties").joinpath("alive.json").read_text(encoding="utf-8"), SIGNALS)


def fitted(known: Sequence[Outcomes], start: Weights) -> Weights:
    """Return weights fitted to outcomes near those to start from, what the literature calls rising never falling."""
    return regression.fitted(known, start, regression.limits_of(RISES))


def outcomes(days: Any, beside: Any, *, day: int, horizon_days: int, most: int = MOST_ROWS) -> Outcomes:
    """Return everybody's signals on a day and whether there was contact within the horizon after it.

    days, beside: tie days, and days on which both were named in others' messages, as relations. most: rows at most, the
    first in the order of their ids, which are as good as drawn by lot.
    """
    import numpy as np

    at = {"as_of_day": day, "horizon_days": horizon_days}
    every, seen = nw.from_native(days), nw.from_native(beside)
    ties = signals(prepared(features(every, seen, **at), **at), horizon_days=horizon_days)
    then = (nw.col("day") > day) & (nw.col("day") <= day + horizon_days) & (nw.col("sent") + nw.col("received") > 0)
    later = every.filter(then).select("owner", "person").unique().with_columns(came=nw.lit(1.0))
    named = [f"s_{name}" for name in SIGNALS]
    chosen = ties.filter(nw.col("ever") == 1).select("owner", "person", *named).sort("person", "owner").head(most)
    found = chosen.join(later, on=["owner", "person"], how="left").sort("owner", "person").to_native().fetchnumpy()
    values = np.column_stack([found[name] for name in named]).astype(np.float64)
    # Who was not heard of later finds no partner in the join.
    came = np.ma.filled(np.ma.masked_invalid(found["came"]), 0.0).astype(np.float64)
    return Outcomes(values, came, np.asarray(found["owner"]))


def learned(days: Any, beside: Any, *, day: int, horizon_days: int, start: Weights | None = None) -> Weights:
    """Return the weights that what came up to `day` teaches, the ones to start from where it teaches too little.

    days, beside: as in `outcomes`; nothing of them after `day` is looked at.
    """
    start = start or shipped()
    every = nw.from_native(days).filter(nw.col("day") <= day)
    contacts = every.filter(nw.col("sent") + nw.col("received") > 0)
    begun = sorted(
        day for _, _, day in contacts.group_by("owner", "person").agg(nw.col("day").min()).to_native().fetchall()
    )
    past, seen = every.to_native(), nw.from_native(beside).filter(nw.col("day") <= day).to_native()
    # A day on which hardly anybody was known, before a wrong date perhaps, teaches nothing and takes no room.
    taught = [at for lag in LAGS if bisect_right(begun, at := round(day - lag * horizon_days)) >= ENOUGH]
    most = MOST_ROWS // len(LAGS)
    known = [outcomes(past, seen, day=at, horizon_days=horizon_days, most=most) for at in taught]
    return fitted(known, start)
