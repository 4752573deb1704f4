"""Weights of a conditional logit: what the chosen of each case has more of than the others it was chosen from.

McFadden 1974: P(i) = exp(s_i) / SUM exp(s_j) over the candidates of a case, s a weighted sum of features; here within limits
of sign and held to none by a normal prior. By Newton's method, each step a quadratic problem within the limits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from weakties.proof.features import Flags, Floats, Whole
from weakties.ties import regression
from weakties.ties.regression import DIGITS, Weights

# As how many cases all logs together count, and the precision of the prior of a weight per spread of its feature.
CASES, HELD = 1_000.0, 3.0
_STEPS, _SMALL_ENOUGH = 60, 1e-9


@dataclass(frozen=True, slots=True)
class Choices:
    """The cases of one log. values: (n, k) features of the candidates; case: (n,) of which case, 0, 1 ..; came: (n,) the chosen,
    at least one a case.
    """

    values: Floats
    case: Whole
    came: Flags

    @property
    def cases(self) -> int:
        """How many cases there are."""
        return int(self.case.max(initial=-1)) + 1


def fitted(known: Sequence[Choices], rises: Mapping[str, int]) -> Weights:
    """Return weights learned from logs. A log counts by the square root of its cases, so that the largest does not drown the rest.

    rises: of each feature, in its order, 1 where its weight is never below nothing, -1 where never above, 0 where free. The level is
    none: it compares candidates of the same case.
    """
    known = [k for k in known if k.cases]
    share = np.concatenate([np.full(k.cases, k.cases**-0.5) for k in known])
    worth = share * CASES / share.sum()
    case = np.concatenate([k.case + sum(b.cases for b in known[:i]) for i, k in enumerate(known)])
    values, came = np.concatenate([k.values for k in known]), np.concatenate([k.came for k in known])
    mean, spread = values.mean(axis=0), values.std(axis=0) + 1e-6
    low, high = (limit[1:] for limit in regression.limits_of(tuple(rises.values())))
    found = fit((values - mean) / spread, case, came, worth, limits=(low, high))
    table = np.round(np.column_stack([mean, spread, found]), DIGITS).tolist()
    return Weights(0.0, {name: (m, s, w) for name, (m, s, w) in zip(rises, table, strict=True)})


def chances(score: Floats, case: Whole) -> Floats:
    """Return exp(s) / SUM exp(s) within each case, (n,)."""
    most = np.full(int(case.max(initial=-1)) + 1, -np.inf)
    np.maximum.at(most, case, score)
    raised = np.exp(score - most[case])
    found: Floats = raised / np.bincount(case, raised)[case]
    return found


def fit(z: Floats, case: Whole, came: Flags, worth: Floats, *, limits: tuple[Floats, Floats]) -> Floats:
    """Return the weights, (k,), within limits that make the chosen likeliest.

    z: (n, k); case, came: (n,); worth: (cases,), by which the log loss of a case is multiplied; HELD * |weights|^2 / 2 is added.
    Where several were chosen, each is one against all, and together they count as the square root of their number.
    """
    chosen = np.bincount(case, came)
    worth = worth / np.sqrt(chosen)
    weights, rows, several = np.zeros(z.shape[1]), worth[case], chosen[case]

    def cost(weights: Floats) -> float:
        likely = chances(z @ weights, case)[came]
        return float(HELD * (weights @ weights) / 2 - rows[came] @ np.log(np.maximum(likely, 1e-300)))

    least = cost(weights)
    for _ in range(_STEPS):
        share = chances(z @ weights, case)
        middle = np.column_stack([np.bincount(case, share * column) for column in z.T])
        pull = z.T @ (rows * (came - several * share)) - HELD * weights
        curve = (
            (z * (rows * several * share)[:, None]).T @ z
            - (middle * (worth * chosen)[:, None]).T @ middle
            + HELD * np.eye(len(weights))
        )
        step = regression.within(curve, pull + curve @ weights, weights, *limits) - weights
        size = 1.0
        while (now := cost(weights + size * step)) > least and size > _SMALL_ENOUGH:
            size /= 2
        if now > least:
            break
        weights, before, least = weights + size * step, least, now
        if before - least <= _SMALL_ENOUGH * max(least, 1.0):
            break
    return weights
