"""What keeps a tie alive, learned from what came of earlier days: a logistic regression held to the weights it starts from.

On earlier days everybody's signals are taken, and whether there was contact within the horizon after. The weights that tell
these apart best are sought near the shipped ones, which stand for the public sets: with little history they hardly move,
with much of it they follow it. Each owner and day has a level of its own while learning (a random intercept), so that what
is learned is who of somebody's contacts is heard of, and not whose mailbox is busier.

Only what learns needs numpy; weights are plain numbers, as JSON.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import narwhals as nw

from weakties.ties.features import features
from weakties.ties.signals import SIGNALS, prepared, signals

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

FORMULA = "2"
# Earlier days that teach, in horizons before the day asked: the outcome of each is known by then.
LAGS = (1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0)
# Overlapping days tell much of the same: together they count as this many.
WORTH = 3.0
# How hard a weight (of a signal in units of its spread) is held to the one it starts from: the precision of a normal prior, worth
# two hundred outcomes or more.
HELD = 50.0
# How much the levels of owners and days may differ, as a variance of log-odds.
LEVELS = 1.0
# So many of the nearest days say at which level contact stands now.
NEAREST = 2
# With fewer outcomes of either kind nothing is learned.
ENOUGH = 10
# More ties than this teach no more: the first in the order of their ids, which is a fair lot.
MOST_ROWS = 200_000
_DIGITS = 6
_MOST_STEPS, _MOST_ROUNDS, _SMALL_ENOUGH = 100, 2_000, 1e-9


@dataclass(frozen=True, slots=True)
class Weights:
    """The formula of `alive`. signals: name -> (mean, spread, weight), log-odds are `level` + the sum of weight * (signal -
    mean) / spread. rows, contacts: how many outcomes of one's own were learned from, and how many of them were contact.
    """

    level: float
    signals: Mapping[str, tuple[float, float, float]]
    rows: int = 0
    contacts: int = 0

    def as_json(self) -> str:
        """Return the same as JSON, always in the same order."""
        said = {"formula": FORMULA, "level": self.level, "rows": self.rows, "contacts": self.contacts}
        head = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in said.items())
        lines = ",\n".join(f"  {json.dumps(k)}: {json.dumps(list(v))}" for k, v in self.signals.items())
        return f'{{\n{head},\n"signals": {{\n{lines}\n}}\n}}\n'

    @classmethod
    def from_json(cls, text: str) -> Weights:
        """Return weights that were written by `as_json`. Raises ValueError where they are of another formula, or damaged."""
        try:
            said = json.loads(text)
            found = {k: (float(m), float(s), float(w)) for k, (m, s, w) in said["signals"].items()}
            weights = cls(float(said["level"]), found, int(said["rows"]), int(said["contacts"]))
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise ValueError("These are no weights.") from error
        if said["formula"] != FORMULA or list(found) != list(SIGNALS):
            raise ValueError("These are the weights of another formula.")
        if not weights.is_sane():
            raise ValueError("These are no weights that can be.")
        return weights

    def is_sane(self) -> bool:
        """Tell whether everything is a number with which one can go on."""
        numbers = [self.level, *(n for of in self.signals.values() for n in of)]
        return all(map(math.isfinite, numbers)) and all(spread > 0 for _, spread, _ in self.signals.values())


def shipped() -> Weights:
    """Return the weights that came of the public sets: docs/explanation/scores.md tells how."""
    return Weights.from_json(files("weakties.ties").joinpath("alive.json").read_text(encoding="utf-8"))


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Signals of a day and what came of them. values: (n, k) in the order of `SIGNALS`; contact: (n,) 0 or 1; owners: (n,)."""

    values: Floats
    contact: Floats
    owners: NDArray[Any]


def outcomes(days: Any, beside: Any, *, day: int, horizon_days: int, most: int = MOST_ROWS) -> Outcomes:
    """Return everybody's signals on a day and whether there was contact within the horizon after it.

    days, beside: tie days, and days on which both were named in others' messages, as relations. most: rows at most, the
    first in the order of their ids, which are as good as drawn by lot.
    """
    import numpy as np

    at = {"as_of_day": day, "horizon_days": horizon_days}
    every, seen = nw.from_native(days), nw.from_native(beside)
    ties = signals(prepared(features(every, seen, **at), **at), horizon_days=horizon_days)
    came = (nw.col("day") > day) & (nw.col("day") <= day + horizon_days) & (nw.col("sent") + nw.col("received") > 0)
    later = every.filter(came).select("owner", "person").unique().with_columns(contact=nw.lit(1.0))
    named = [f"s_{name}" for name in SIGNALS]
    chosen = ties.filter(nw.col("ever") == 1).select("owner", "person", *named).sort("person", "owner").head(most)
    found = chosen.join(later, on=["owner", "person"], how="left").sort("owner", "person").to_native().fetchnumpy()
    values = np.column_stack([found[name] for name in named]).astype(np.float64)
    # Who was not heard of later finds no partner in the join.
    contact = np.ma.filled(np.ma.masked_invalid(found["contact"]), 0.0).astype(np.float64)
    return Outcomes(values, contact, np.asarray(found["owner"]))


def learned(days: Any, beside: Any, *, day: int, horizon_days: int, start: Weights | None = None) -> Weights:
    """Return the weights that what came up to `day` teaches, the ones to start from where it teaches too little.

    days, beside: as in `outcomes`; nothing of them after `day` is looked at.
    """
    start = start or shipped()
    every = nw.from_native(days).filter(nw.col("day") <= day)
    ((first,),) = (
        every.filter(nw.col("sent") + nw.col("received") > 0).select(nw.col("day").min()).to_native().fetchall()
    )
    if first is None:
        return start
    past, seen = every.to_native(), nw.from_native(beside).filter(nw.col("day") <= day).to_native()
    taught = [at for lag in LAGS if (at := round(day - lag * horizon_days)) >= first]
    most = MOST_ROWS // len(LAGS)
    known = [outcomes(past, seen, day=at, horizon_days=horizon_days, most=most) for at in taught]
    # A day on which hardly anybody was known, before a wrong date perhaps, teaches nothing and takes no room.
    return fitted([k for k in known if len(k.contact) >= ENOUGH], start)


def fitted(known: Sequence[Outcomes], start: Weights) -> Weights:
    """Return weights fitted to outcomes near those to start from; the latter where there are too few outcomes.

    known: the outcomes of each day, the nearest first.
    """
    import numpy as np

    rows = sum(len(k.contact) for k in known)
    contacts = int(sum(k.contact.sum() for k in known))
    if min(contacts, rows - contacts) < ENOUGH:
        return start
    table = np.array([start.signals[name] for name in SIGNALS])
    mean, spread, weights = table[:, 0], table[:, 1], table[:, 2]
    z = np.concatenate([(k.values - mean) / spread for k in known])
    z = np.column_stack([np.ones(len(z)), z])
    worth = np.full(len(z), min(1.0, WORTH / len(known)))
    before = np.concatenate([[start.level], weights])
    held = np.concatenate([[1.0], np.full(len(weights), HELD)])
    contact = np.concatenate([k.contact for k in known])
    found, levels, ended = fit(z, contact, worth, levels_of(known), before=before, held=held)
    # How much one keeps in touch with anybody drifts: the nearest days know best where it stands.
    found[0] += levels[: sum(len(k.contact) for k in known[:NEAREST])].mean()
    found = np.round(found, _DIGITS)
    signals_found = {n: (*start.signals[n][:2], float(w)) for n, w in zip(SIGNALS, found[1:], strict=True)}
    learned_now = Weights(float(found[0]), signals_found, rows, contacts)
    return learned_now if ended and learned_now.is_sane() else start


def levels_of(known: Sequence[Outcomes]) -> NDArray[Any]:
    """Return a number for each owner and day, (n,)."""
    import numpy as np

    found: list[NDArray[Any]] = []
    used = 0
    for k in known:
        owners, place = np.unique(k.owners.astype(str), return_inverse=True)
        found.append(place + used)
        used += len(owners)
    return np.concatenate(found)


def limits() -> tuple[Floats, Floats]:
    """Return between what the level and each weight may lie, (k + 1,) each: what the literature calls rising never falls."""
    import numpy as np

    rises = np.array([0, *(signal.rises for signal in SIGNALS.values())])
    return np.where(rises > 0, 0.0, -np.inf), np.where(rises < 0, 0.0, np.inf)


def fit(
    z: Floats, contact: Floats, worth: Floats, levels: NDArray[Any], *, before: Floats, held: Floats
) -> tuple[Floats, Floats, bool]:
    """Return the weights (k,) within `limits` that minimise the sum of log losses + `held` * (weights - before)^2 / 2; the level of
    each row's group, (n,); and whether the search came to its end.

    z: (n, k), its first column ones; contact: (n,) 0 or 1; worth: (n,), by which a row's loss is multiplied; levels: (n,) group
    numbers, each with a level of its own beside the weights, normal with variance `LEVELS`, which counts as much as one row of
    the group (Breslow & Clayton 1993, penalised quasi-likelihood). By Newton's method, each step a quadratic problem within
    the limits, and half as far until it is no step back.
    """
    import numpy as np

    order = np.argsort(levels, kind="stable")
    z, contact, worth, levels = z[order], contact[order], worth[order], levels[order]
    starts = np.flatnonzero(np.r_[True, levels[1:] != levels[:-1]])
    group = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(levels)]))
    loose = worth[starts] / LEVELS
    low, high = limits()
    weights, level = np.clip(before, low, high), np.zeros(len(starts))

    def cost(weights: Floats, level: Floats) -> float:
        odds = z @ weights + level[group]
        losses = worth @ (np.logaddexp(0, odds) - contact * odds)
        return float(losses + held @ (weights - before) ** 2 / 2 + loose @ level**2 / 2)

    least, ended = cost(weights, level), False
    for _ in range(_MOST_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(z @ weights + level[group], -30, 30)))
        missed, curve = worth * (contact - chance), worth * chance * (1 - chance)
        down = np.add.reduceat(missed, starts) - loose * level
        own = np.add.reduceat(curve, starts) + loose
        cross = np.add.reduceat(z * curve[:, None], starts, axis=0)
        # The levels are solved for first, so that the rest is as large as the weights are many.
        whole = (z * curve[:, None]).T @ z + np.diag(held) - (cross.T / own) @ cross
        rest = z.T @ missed - held * (weights - before) - cross.T @ (down / own)
        step = _within(whole, rest + whole @ weights, weights, low, high) - weights
        lift = (down - cross @ step) / own
        size = 1.0
        while (now := cost(weights + size * step, level + size * lift)) > least and size > _SMALL_ENOUGH:
            size /= 2
        if now > least:
            ended = True
            break
        weights, level, before_now, least = weights + size * step, level + size * lift, least, now
        if before_now - least <= _SMALL_ENOUGH * max(least, 1.0):
            ended = True
            break
    back = np.empty(len(order))
    back[order] = level[group]
    return weights, back, ended


def _within(curve: Floats, pull: Floats, start: Floats, low: Floats, high: Floats) -> Floats:
    """Return the x between low and high that minimises x'Cx/2 - p'x, one coordinate after the other."""
    import numpy as np

    found = start.copy()
    left = pull - curve @ found
    for _ in range(_MOST_ROUNDS):
        moved = 0.0
        for place, steep in enumerate(np.diag(curve)):
            new = min(max(found[place] + left[place] / steep, low[place]), high[place])
            if change := new - found[place]:
                left -= curve[:, place] * change
                found[place] = new
                moved = max(moved, abs(change))
        if moved < _SMALL_ENOUGH:
            break
    return found
