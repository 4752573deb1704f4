"""Logistic regression held to the weights it starts from, within limits, each group of rows with a level of its own.

Only what learns needs numpy; weights are plain numbers, as JSON.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Limits = tuple[Floats, Floats]

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
DIGITS = 6
_MOST_STEPS, _MOST_ROUNDS, _SMALL_ENOUGH = 100, 2_000, 1e-9


@dataclass(frozen=True, slots=True)
class Weights:
    """A logistic formula. signals: name -> (mean, spread, weight), log-odds are `level` + the sum of weight * (signal -
    mean) / spread. rows, came: how many outcomes of one's own were learned from, and how many of them came true.
    """

    level: float
    signals: Mapping[str, tuple[float, float, float]]
    rows: int = 0
    came: int = 0

    def __hash__(self) -> int:
        """Return a number that equal weights share."""
        return hash((self.level, *self.signals, *self.signals.values(), self.rows, self.came))

    def as_json(self) -> str:
        """Return the same as JSON, always in the same order."""
        said = {"level": self.level, "rows": self.rows, "came": self.came}
        head = ",\n".join(f"{json.dumps(k)}: {json.dumps(v)}" for k, v in said.items())
        lines = ",\n".join(f"  {json.dumps(k)}: {json.dumps(list(v))}" for k, v in self.signals.items())
        return f'{{\n{head},\n"signals": {{\n{lines}\n}}\n}}\n'

    @classmethod
    def from_json(cls, text: str, names: Iterable[str]) -> Weights:
        """Return weights that were written by `as_json`. Raises ValueError where they are of other signals, or damaged.

        names: of the signals, in their order.
        """
        try:
            said = json.loads(text)
            found = {k: (float(m), float(s), float(w)) for k, (m, s, w) in said["signals"].items()}
            weights = cls(float(said["level"]), found, int(said["rows"]), int(said["came"]))
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise ValueError("These are no weights.") from error
        if list(found) != list(names):
            raise ValueError("These are the weights of another formula.")
        if not weights.is_sane():
            raise ValueError("These are no weights that can be.")
        return weights

    def contributions(self, values: Floats) -> Floats:
        """Return what each signal adds to the log-odds, (n, k). values: (n, k) of the signals in their order."""
        import numpy as np

        table = np.array(list(self.signals.values()))
        found: Floats = (values - table[:, 0]) * (table[:, 2] / table[:, 1])
        return found

    def is_sane(self) -> bool:
        """Tell whether everything is a number with which one can go on."""
        numbers = [self.level, *(n for of in self.signals.values() for n in of)]
        return all(map(math.isfinite, numbers)) and all(spread > 0 for _, spread, _ in self.signals.values())


@dataclass(frozen=True, slots=True)
class Outcomes:
    """Signals of a day and what came of them. values: (n, k) in the order of their names; came: (n,) 0 or 1; owners: (n,)."""

    values: Floats
    came: Floats
    owners: NDArray[Any]


def limits_of(rises: Sequence[int]) -> Limits:
    """Return between what the level and each weight may lie, (k + 1,) each.

    rises: of each weight 1 where it is never below nothing, -1 where never above, 0 where it is free.
    """
    import numpy as np

    signs = np.array([0, *rises])
    return np.where(signs > 0, 0.0, -np.inf), np.where(signs < 0, 0.0, np.inf)


def fitted(known: Sequence[Outcomes], start: Weights, limits: Limits) -> Weights:
    """Return weights fitted to outcomes near those to start from; the latter where there are too few outcomes.

    known: the outcomes of each day, the nearest first. limits: between what the level and each weight may lie.
    """
    import numpy as np

    rows = sum(len(k.came) for k in known)
    positive = int(sum(k.came.sum() for k in known))
    if min(positive, rows - positive) < ENOUGH:
        return start
    table = np.array(list(start.signals.values()))
    mean, spread, weights = table[:, 0], table[:, 1], table[:, 2]
    z = np.concatenate([(k.values - mean) / spread for k in known])
    z = np.column_stack([np.ones(len(z)), z])
    worth = np.full(len(z), min(1.0, WORTH / len(known)))
    before = np.concatenate([[start.level], weights])
    held = np.concatenate([[1.0], np.full(len(weights), HELD)])
    came = np.concatenate([k.came for k in known])
    found, levels, ended = fit(z, came, worth, levels_of(known), before=before, held=held, limits=limits)
    # How much one keeps in touch with anybody drifts: the nearest days know best where it stands.
    found[0] += levels[: sum(len(k.came) for k in known[:NEAREST])].mean()
    found = np.round(found, DIGITS)
    signals_found = {n: (*start.signals[n][:2], float(w)) for n, w in zip(start.signals, found[1:], strict=True)}
    learned_now = Weights(float(found[0]), signals_found, rows, positive)
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


def fit(
    z: Floats, came: Floats, worth: Floats, levels: NDArray[Any], *, before: Floats, held: Floats, limits: Limits
) -> tuple[Floats, Floats, bool]:
    """Return the weights (k,) within `limits` that minimise the sum of log losses + `held` * (weights - before)^2 / 2; the level of
    each row's group, (n,); and whether the search came to its end.

    z: (n, k), its first column ones; came: (n,) 0 or 1; worth: (n,), by which a row's loss is multiplied; levels: (n,) group
    numbers, each with a level of its own beside the weights, normal with variance `LEVELS`, which counts as much as one row of
    the group (Breslow & Clayton 1993, penalised quasi-likelihood). By Newton's method, each step a quadratic problem within
    the limits, and half as far until it is no step back.
    """
    import numpy as np

    order = np.argsort(levels, kind="stable")
    z, came, worth, levels = z[order], came[order], worth[order], levels[order]
    starts = np.flatnonzero(np.r_[True, levels[1:] != levels[:-1]])
    group = np.repeat(np.arange(len(starts)), np.diff(np.r_[starts, len(levels)]))
    loose = worth[starts] / LEVELS
    low, high = limits
    weights, level = np.clip(before, low, high), np.zeros(len(starts))

    def cost(weights: Floats, level: Floats) -> float:
        odds = z @ weights + level[group]
        losses = worth @ (np.logaddexp(0, odds) - came * odds)
        return float(losses + held @ (weights - before) ** 2 / 2 + loose @ level**2 / 2)

    least, ended = cost(weights, level), False
    for _ in range(_MOST_STEPS):
        chance = 1 / (1 + np.exp(-np.clip(z @ weights + level[group], -30, 30)))
        missed, curve = worth * (came - chance), worth * chance * (1 - chance)
        down = np.add.reduceat(missed, starts) - loose * level
        own = np.add.reduceat(curve, starts) + loose
        cross = np.add.reduceat(z * curve[:, None], starts, axis=0)
        # The levels are solved for first, so that the rest is as large as the weights are many.
        whole = (z * curve[:, None]).T @ z + np.diag(held) - (cross.T / own) @ cross
        rest = z.T @ missed - held * (weights - before) - cross.T @ (down / own)
        step = within(whole, rest + whole @ weights, weights, low, high) - weights
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


def within(curve: Floats, pull: Floats, start: Floats, low: Floats, high: Floats) -> Floats:
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
